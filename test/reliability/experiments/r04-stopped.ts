import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS } from '../world.ts';

/** How long the worker stands still: longer than its lease. */
const STILL_MS = 90_000;

/** R4: a worker that stands still in the middle of its calls, and goes on after another has taken over. */
export const stopped: Experiment = {
  name: 'R4',
  title: 'a worker that is stopped, and goes on after another took over',
  says:
    'SIGSTOP for 90 s while calls are open, a second worker meanwhile, then SIGCONT. What the first one records late changes nothing that was taken ' +
    'from it, and nothing is sent twice. In the short form the clock of everybody else is moved on by 90 s.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 5 : 1;
  return inWorld(setting, { kind: 'echoed', concurrency: 8 }, async (world) => {
    await world.startWorker();
    await world.makeAuthority('rh');
    await world.startWorker({ beside: true });
    await world.behave({ delayMs: 200 });
    const { expect, failures } = new Expectations();
    let made = 0;
    for (let round = 0; round < rounds; round++) {
      const due = world.now() + 4_000;
      const before = (await world.counts()).accepted;
      await world.script.book('rh', 60, () => new Date(due + LEAD_MS));
      made += 60;
      await world.accepted(before + 3, 60_000);
      world.workers[0]?.signal('SIGSTOP');
      if (setting.form === 'long') await sleep(STILL_MS);
      else await world.advance(STILL_MS);
      await sleep(15_000);
      world.workers[0]?.signal('SIGCONT');
      await sleep(5_000);
      await world.idle(120_000);
    }
    const verdict = await judge(world, { late: false });
    expect(verdict.taken + verdict.uncertainNotTaken === made, 'each is sent once, or uncertain');
    expect(verdict.parked === 0, 'none parked');
    return { part: `${rounds} stops`, verdict, counts: { stops: rounds }, failures };
  });
}
