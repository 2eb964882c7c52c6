import type { Experiment, Setting } from '../experiment.ts';
import { inWorld } from '../experiment.ts';
import { judge } from '../judge.ts';
import { figure } from '../metrics.ts';
import { inPooledWorld, POOLED } from '../pooled.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, type World } from '../world.ts';

const WORKERS = 4;
/** Of an even share, each does at least the nth part: a machine that is busy with others gives them unequal time. */
const PART_OF_SHARE = 4;
/** Until the first is due: all of them are to be there, and to know of each other, by then. */
const BEFORE_MS = 8_000;

interface Part {
  readonly part: string;
  readonly workers: number;
  readonly env: Readonly<Record<string, string>>;
}

const SHARED: Part = { part: `${WORKERS} workers`, workers: WORKERS, env: {} };
const SAME_SHARE: Part = { part: '2 workers with one share', workers: 2, env: { SEES_NOBODY: 'yes' } };

/** R5: several processes over one database, without any fault. */
export const fourWorkers: Experiment = {
  name: 'R5',
  title: 'four workers, one database',
  says:
    'Four processes hand over what is due at one moment, each its share of it; and two that both take everything for their share, as while one has not heard of ' +
    'the other. Each reminder is handed over once, none is left lying, every process does its part, and no deadlock is met.',
  // The parts run one after another, also in the short form: a dozen processes that start together on two cores are so
  // busy that calls take ten seconds, and a gateway that times out is tried half a minute later.
  run: async (setting) => [
    await inWorld(setting, { kind: 'echoed' }, (world) => run(world, setting, SHARED)),
    await inPooledWorld(setting, { kind: 'echoed' }, (world) =>
      run(world, setting, { ...SHARED, part: `${SHARED.part} ${POOLED}` }),
    ),
    await inWorld(setting, { kind: 'echoed' }, (world) => run(world, setting, SAME_SHARE)),
  ],
};

async function run(world: World, { form }: Setting, { part, workers, env }: Part): Promise<Outcome> {
  const reminders = form === 'long' ? 20_000 : 1_000;
  await world.startWorker({ env });
  await world.makeAuthority('rh');
  await Promise.all(Array.from({ length: workers - 1 }, () => world.startWorker({ beside: true, env })));
  await world.behave({ delayMs: 20 });
  await world.sendReceipts();
  const due = world.now() + BEFORE_MS + reminders;
  await world.script.book('rh', reminders, () => new Date(due + LEAD_MS));
  await world.accepted(reminders, 120_000);
  const seconds = (world.now() - due) / 1000;
  await world.idle(60_000);
  const verdict = await judge(world);
  const { expect, failures } = new Expectations();
  expect(verdict.taken === reminders, 'every reminder taken once');
  expect(verdict.deadlocks === 0, 'no deadlock');
  expect(verdict.uncertain === 0, 'nothing uncertain without a fault');
  const each = await Promise.all(
    world.workers.map(({ url }) => figure(url, 'easysms_handover_lateness_seconds_count')),
  );
  const done = each.map((count) => count ?? 0).sort((a, b) => a - b);
  const { calls } = await world.counts();
  expect(calls === reminders, `the gateway is called once for each; it was ${calls} times`);
  expect((done[0] ?? 0) >= reminders / workers / PART_OF_SHARE, `every worker does its part; they did ${done}`);
  const counts = { 'taken a second': Math.round(reminders / seconds), 'by worker': done.join(' ') };
  return { part, verdict, counts, failures };
}
