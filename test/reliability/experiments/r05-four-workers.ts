import type { Experiment, Setting } from '../experiment.ts';
import { inWorld } from '../experiment.ts';
import { judge } from '../judge.ts';
import { inPooledWorld, POOLED } from '../pooled.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, type World } from '../world.ts';

const WORKERS = 4;
/** Until the first is due: all of them are to be there by then. */
const BEFORE_MS = 6_000;

/** R5: several processes over one database, without any fault. */
export const fourWorkers: Experiment = {
  name: 'R5',
  title: 'four workers, one database',
  says: 'Four processes hand over what is due at one moment. Each reminder is handed over once, and no deadlock is met.',
  run: async (setting) => {
    const direct = () => inWorld(setting, { kind: 'echoed' }, (world) => run(world, setting, `${WORKERS} workers`));
    const pooled = () =>
      inPooledWorld(setting, { kind: 'echoed' }, (world) => run(world, setting, `${WORKERS} workers ${POOLED}`));
    // Much of a short one is waiting.
    return setting.form === 'short' ? Promise.all([direct(), pooled()]) : [await direct(), await pooled()];
  },
};

async function run(world: World, { form }: Setting, part: string): Promise<Outcome> {
  const reminders = form === 'long' ? 20_000 : 1_000;
  await world.startWorker();
  await world.makeAuthority('rh');
  await Promise.all(Array.from({ length: WORKERS - 1 }, () => world.startWorker({ beside: true })));
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
  return { part, verdict, counts: { 'taken a second': Math.round(reminders / seconds) }, failures };
}
