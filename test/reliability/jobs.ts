import type { ProvedProcess } from './child-process.ts';
import { until, type World } from './world.ts';

const JOBS = ['dispatch', 'sweep', 'look_up'];

/**
 * Waits until every worker that runs has begun each of these jobs after this call, and ended it well. After
 * `world.advance` they begin at once, since the watchdog sees the jump; otherwise at their next time.
 */
export async function jobsDone(world: World, jobs: readonly string[] = JOBS, withinMs = 300_000): Promise<void> {
  const since = performance.now();
  const workers = world.workers.filter((worker) => !worker.hasEnded());
  await until(
    async () => (await Promise.all(workers.map((worker) => haveRun(worker, jobs, since)))).every((done) => done),
    `${jobs.join(', ')} run by every worker`,
    withinMs,
    100,
  );
}

async function haveRun({ url }: ProvedProcess, jobs: readonly string[], since: number): Promise<boolean> {
  const passedMs = performance.now() - since;
  const text = await (await fetch(`${url}/metrics`)).text();
  return jobs.every((job) => {
    const [begun, ended] = ['start', 'success'].map((of) => ageMs(text, `easysms_task_${of}_age_seconds`, job));
    return begun !== undefined && ended !== undefined && begun < passedMs && ended < begun;
  });
}

function ageMs(text: string, name: string, job: string): number {
  const start = `${name}{task="${job}"} `;
  const line = text.split('\n').find((each) => each.startsWith(start));
  return line === undefined ? Number.POSITIVE_INFINITY : Number(line.slice(start.length)) * 1000;
}

/** Waits until the gateway has no call under way: what it had in hand it has taken or refused. */
export async function nothingCalled(world: World): Promise<void> {
  await until(async () => (await world.counts()).open === 0, 'no call under way at the gateway', 60_000, 20);
}
