import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

/** How long the worker stands still: longer than its heartbeat may stay out. */
const STILL_MS = 90_000;
const CONCURRENCY = 8;
const DONE_WITHIN_MS = 15_000;

/** R4: a worker that stands still in the middle of its calls, and goes on after another has taken over. */
export const stopped: Experiment = {
  name: 'R4',
  title: 'a worker that is stopped, and goes on after another took over',
  says:
    'SIGSTOP for 90 s while calls are open, a second worker meanwhile, then SIGCONT. What the first one records late changes nothing that was taken ' +
    'from it, nothing is sent twice, and the other sends all that the first had not started, its share too, while it stands still. In the short form the ' +
    'clock of everybody else is moved on by 90 s.',
  run: async (setting) => [await run(setting)],
};

function run(setting: Setting): Promise<Outcome> {
  const rounds = setting.form === 'long' ? 5 : 1;
  return inWorld(setting, { kind: 'echoed', concurrency: CONCURRENCY }, async (world) => {
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
      await until(
        () => othersDone(world),
        'all else is started, and uncertain what the first had started',
        DONE_WITHIN_MS,
        100,
      ).catch(() => {});
      const { planned = 0, handing_over: open = 0 } = await world.countByStatus();
      expect(planned === 0, `the other has started everything else; ${planned} are still planned`);
      expect(open === 0, `what the first had started is uncertain by then; ${open} are still handing over`);
      world.workers[0]?.signal('SIGCONT');
      await jobsDone(world);
      await world.idle(120_000);
    }
    const verdict = await judge(world, { late: false });
    expect(verdict.taken + verdict.uncertainNotTaken === made, 'each is sent once, or uncertain');
    expect(verdict.uncertain <= rounds * 2 * CONCURRENCY, 'no more uncertain than may be started without an outcome');
    expect(verdict.quarantined === 0, 'none quarantined');
    return { part: `${rounds} stops`, verdict, counts: { stops: rounds }, failures };
  });
}

async function othersDone(world: World): Promise<boolean> {
  const { planned, handing_over: open } = await world.countByStatus();
  return !planned && !open;
}
