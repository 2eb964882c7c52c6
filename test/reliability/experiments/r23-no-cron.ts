import { preloaded } from '../child-process.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { figure } from '../metrics.ts';
import { seeded } from '../random.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

/** What the alert on a stuck scheduler asks. */
const STUCK_S = 60;
const UNREADY_MS = 120_000;

/** R23: node-cron that never wakes anybody. */
export const noCron: Experiment = {
  name: 'R23',
  title: 'a scheduler whose cron is dead',
  says:
    'node-cron runs nothing and names no next run. The watchdog wakes dispatch and everything else all the same: every reminder goes out, each within 15 s. ' +
    'Where the watchdog is dead too, nothing goes out, the figure behind the alert rises with the time, and readiness turns red after 120 s (in the short form: not looked at).',
  run: (setting) => Promise.all([cronDead(setting), allDead(setting)]),
};

function cronDead(setting: Setting): Promise<Outcome> {
  const { reminders, withinMs } =
    setting.form === 'long' ? { reminders: 2_000, withinMs: 120_000 } : { reminders: 60, withinMs: 15_000 };
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    const random = seeded(setting.seed);
    await world.startWorker({ env: preloaded('no-cron.ts') });
    await world.makeAuthority('rh');
    await world.sendReceipts();
    const first = world.now() + 3_000;
    await world.script.book('rh', reminders, () => new Date(first + random() * withinMs + LEAD_MS));
    await world.accepted(reminders, withinMs + 60_000);
    await world.idle(60_000);
    const verdict = await judge(world);
    const { expect, failures } = new Expectations();
    expect(verdict.taken === reminders, 'every reminder is sent');
    expect((verdict.lateness?.max ?? 0) <= 15, 'none later than 15 s');
    expect((await fetch(`${world.publicUrl}/readyz`)).ok, 'ready: it hands over');
    for (const task of ['dispatch', 'answers', 'sweep', 'look_up', 'purge'])
      expect(((await ended(world, task)) ?? 60) < 20, `${task} runs`);
    return { part: 'cron is dead', verdict, counts: {}, failures };
  });
}

function allDead(setting: Setting): Promise<Outcome> {
  return inWorld(setting, { kind: 'echoed' }, async (world) => {
    const started = performance.now();
    await world.startWorker({ env: { ...preloaded('no-cron.ts'), NO_TIMERS: '1' } });
    await world.makeAuthority('rh');
    await world.script.book('rh', 10, () => new Date(world.now() + 1_000 + LEAD_MS));
    const { expect, failures } = new Expectations();
    await until(async () => ((await begun(world)) ?? 0) >= 10, 'nobody has looked for ten seconds', 60_000, 100);
    const age = (await begun(world)) ?? 0;
    expect(
      age >= 10 && age <= (performance.now() - started) / 1000,
      'the figure tells how long nobody has looked for what is due',
    );
    let red = 'not looked at';
    if (setting.form === 'long') {
      await until(async () => ((await begun(world)) ?? 0) > STUCK_S, 'the alert', 90_000, 1_000);
      await until(async () => !(await fetch(`${world.publicUrl}/readyz`)).ok, 'not ready', UNREADY_MS, 500);
      red = ((performance.now() - started) / 1000).toFixed(0);
      expect(performance.now() - started >= UNREADY_MS, 'not before 120 s');
    }
    expect((await world.counts()).accepted === 0, 'nothing went out: else the watchdog lived');
    await world.workers[0]?.kill();
    await world.startWorker();
    await world.accepted(10, 60_000);
    await world.idle(60_000);
    const verdict = await judge(world, { late: false });
    expect(verdict.taken === 10, 'a restart sends them');
    return { part: 'cron and watchdog are dead', verdict, counts: { 'not ready after, s': red }, failures };
  });
}

function begun({ publicUrl }: World): Promise<number | null> {
  return figure(publicUrl, 'easysms_task_start_age_seconds{task="dispatch"}');
}

function ended({ publicUrl }: World, task: string): Promise<number | null> {
  return figure(publicUrl, `easysms_task_success_age_seconds{task="${task}"}`);
}
