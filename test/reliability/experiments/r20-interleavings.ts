import pg from 'pg';
import { openDatabase } from '../../../src/database/connect.ts';
import { startSending } from '../../support/sending.ts';
import type { Experiment, Setting } from '../experiment.ts';
import { seeded } from '../random.ts';
import { type Role, Scene } from '../scene.ts';
import { Actor, orders } from '../stepping.ts';
import { Expectations, type Outcome } from '../verdict.ts';

const TOKENS = 4;
/**
 * Statements that an actor takes for each token, at most: how many is drawn, so that now one and now another is the
 * quicker one.
 */
const LONGEST_STRIDE = 4;
const PARTS: readonly (readonly Role[])[] = [
  ['dispatch', 'cancel', 'recover'],
  ['dispatch', 'receipt', 'recover'],
  ['dispatch', 'dispatch', 'cancel'],
  ['dispatch', 'dispatch', 'recover'],
  ['dispatch', 'dispatch alone', 'stop'],
  ['dispatch', 'move', 'receipt'],
  ['dispatch', 'stop', 'recover'],
  ['dispatch alone', 'cancel', 'recover'],
  ['start unknown', 'cancel', 'recover'],
  ['start unknown', 'dispatch', 'cancel'],
  ['start unknown', 'move', 'dispatch alone'],
];
/** R20: what happens between the statements of one is what another does. */
export const interleavings: Experiment = {
  name: 'R20',
  title: 'statements of several processes in every order',
  says:
    'Three connections do the work of the service on one reminder, statement by statement, in an order that is given: hand over (in a group, each process taking ' +
    'everything for its own share; alone, as after an unclean end; and with the response to the start lost, which is then undone), cancel, move, STOP, a receipt, a ' +
    'recovery that takes every process for gone. Of the 34,650 orders of four steps each, the short form draws 25 for every three of them, the long form 1,000. After each: one ' +
    'SMS at most, none after a cancel, a move or a STOP that did not say so, an end for the reminder, no error and no deadlock.',
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const roles of PARTS) outcomes.push(await run(setting, roles));
    return outcomes;
  },
};

async function run({ databases, form, seed }: Setting, roles: readonly Role[]): Promise<Outcome> {
  const url = await databases.create();
  const random = seeded(seed);
  const monitor = new pg.Client({ connectionString: url });
  monitor.on('error', () => {});
  await monitor.connect();
  const { db, close } = await openDatabase({ databaseUrl: url });
  const actors = roles.map((role) => new Actor(role, url, monitor));
  const { expect, failures } = new Expectations();
  try {
    await Promise.all(actors.map((actor) => actor.open()));
    const all = [...orders(roles.length, TOKENS)];
    const wanted = form === 'long' ? 1_000 : 25;
    const sending = startSending({ db });
    await sending.rows.authority('rh');
    const told = { calls: 0, 'handed over already': 0, receipts: 0, steps: 0 };
    for (let n = 0; n < wanted; n++) {
      const order = all.splice(Math.floor(random() * all.length), 1)[0] ?? [];
      const scene = new Scene(sending, roles, actors, `+45${25_200_000 + n}`);
      const strides = roles.map(() => 1 + Math.floor(random() * LONGEST_STRIDE));
      for (const failure of await scene.play(order, strides))
        expect(false, `${roles} in the order ${order.join('')} by ${strides.join('')}: ${failure}`);
      told.calls += scene.calls;
      told['handed over already'] += scene.handedOver ? 1 : 0;
      told.receipts += scene.receipted ? 1 : 0;
      told.steps += actors.reduce((sum, actor) => sum + actor.steps, 0);
    }
    const { rows } = await monitor.query<{ n: number }>(
      'select deadlocks::int as n from pg_stat_database where datname = current_database()',
    );
    expect(rows[0]?.n === 0, 'no deadlock');
    expect(
      !roles.some((role) => role === 'receipt') || told.receipts > wanted / 2,
      'most receipts come for an SMS of their scene',
    );
    return { part: roles.join(', '), verdict: null, counts: { orders: wanted, ...told }, failures };
  } finally {
    await Promise.all(actors.map((actor) => actor.close()));
    await close();
    await monitor.end();
  }
}
