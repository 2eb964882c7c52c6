import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS } from '../world.ts';

/** R15: receipts as they must not come. */
export const receipts: Experiment = {
  name: 'R15',
  title: 'receipts repeated, reversed, contrary and before the response',
  says:
    'A third of the messages is reported undelivered, a third five times, a third before the response to the call, a third by two contrary receipts; the ' +
    'worker is killed in between. The final state is the furthest one that was acknowledged, and nothing goes back.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const reminders = setting.form === 'long' ? 10_000 : 300;
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    await world.startWorker();
    await world.makeAuthority('rh');
    const third = 1 / 3;
    await world.sendReceipts({ undelivered: third, repeat: third, early: third, contrary: third, delayMs: 1_500 });
    const first = world.now() + 4_000;
    await world.script.book('rh', reminders, () => new Date(first + LEAD_MS));
    await world.accepted(Math.floor(reminders / 2), 120_000);
    await world.workers.at(-1)?.kill();
    await world.startWorker();
    await world.advance(60_000);
    await world.accepted(Math.floor(reminders * 0.8), 120_000);
    await world.idle(180_000);
    const verdict = await judge(world, { late: false });
    const { receiptsAcknowledged } = await world.counts();
    const { expect, failures } = new Expectations();
    const statuses = await world.countByStatus();
    const settled = (statuses.delivered ?? 0) + (statuses.undelivered ?? 0);
    expect(settled === verdict.taken, 'every SMS that was taken is delivered or undelivered');
    const counts = {
      receipts: receiptsAcknowledged,
      delivered: statuses.delivered ?? 0,
      undelivered: statuses.undelivered ?? 0,
    };
    return { part: 'one kill', verdict, counts, failures };
  });
}
