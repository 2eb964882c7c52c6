import { setTimeout as sleep } from 'node:timers/promises';
import type { ProvedProcess } from '../child-process.ts';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { Intake } from '../intake.ts';
import { judge } from '../judge.ts';
import { openRelay } from '../relay.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { until, type World } from '../world.ts';

const WORKERS = 3;
const DRAINED_WITHIN_S = 15;
/** How often the balancer asks a worker whether it is ready. */
const LOOK_MS = 250;
/** Under load between two restarts. */
const BETWEEN_MS = 4_000;
const ACKNOWLEDGED_AFTER = 20;

/** R6: three workers are replaced one after another, as an upgrade does. */
export const rollingRestart: Experiment = {
  name: 'R6',
  title: 'three workers restarted one after another',
  says:
    'SIGTERM to one of three workers behind a round-robin relay that asks /readyz four times a second, a new one in its place, then the next; while appointments come in and reminders go out. ' +
    `No post gets 5xx or no response at all, nothing is uncertain, and each worker is gone within ${DRAINED_WITHIN_S} s.`,
  run: async (setting) => [await inWorld(setting, { kind: 'echoed' }, (world) => run(world, setting))],
};

async function run(world: World, { form }: Setting): Promise<Outcome> {
  const restarts = form === 'long' ? 60 : 3;
  const running: ProvedProcess[] = [];
  const startOne = async () => void running.push(await world.startWorker({ beside: true }));
  let ready: readonly ProvedProcess[] = [];
  let turn = 0;
  const relay = await openRelay(() => portOf(ready[turn++ % ready.length]), Number(new URL(world.publicUrl).port));
  const looking = setInterval(async () => {
    const looks = running.map(async (worker) => ((await isReady(worker)) ? [worker] : []));
    ready = (await Promise.all(looks)).flat();
  }, LOOK_MS);
  try {
    for (let n = 0; n < WORKERS; n++) await startOne();
    await until(async () => ready.length === WORKERS, 'all workers ready', 30_000, 20);
    await world.makeAuthority('rh');
    await world.behave({ delayMs: 100 });
    await world.sendReceipts();
    const intake = new Intake(world, {
      authority: 'rh',
      connections: form === 'long' ? 30 : 10,
      everyMs: 100,
      dueAfterMs: 3_000,
    });
    const drains: number[] = [];
    for (let restart = 0; restart < restarts; restart++) {
      await sleep(BETWEEN_MS);
      const began = performance.now();
      await running[0]?.kill('SIGTERM');
      drains.push((performance.now() - began) / 1000);
      running.shift();
      await startOne();
      await until(async () => ready.length === WORKERS, 'all workers ready', 30_000, 20);
    }
    const last = performance.now();
    await until(async () => intake.countAfter(last) >= ACKNOWLEDGED_AFTER, 'posts after the last restart', 60_000, 20);
    await intake.stop();
    await world.idle(60_000);
    return await outcome(world, intake, drains);
  } finally {
    clearInterval(looking);
    await relay.close();
  }
}

async function outcome(world: World, intake: Intake, drains: readonly number[]): Promise<Outcome> {
  const verdict = await judge(world);
  const refusals = intake.refusals();
  const { expect, failures } = new Expectations();
  expect(
    Object.keys(refusals).length === 0,
    `every post acknowledged at its first attempt; also: ${JSON.stringify(refusals)}`,
  );
  expect(verdict.uncertain === 0, 'nothing uncertain');
  expect(verdict.quarantined === 0, 'none quarantined');
  expect(Math.max(...drains) <= DRAINED_WITHIN_S, `each gone within ${DRAINED_WITHIN_S} s`);
  const counts = {
    restarts: drains.length,
    posts: intake.attempts.length,
    'slowest post, s': (Math.max(...intake.attempts.map(({ tookMs }) => tookMs)) / 1000).toFixed(1),
    'longest drain, s': Math.max(...drains).toFixed(1),
  };
  return { part: `${WORKERS} workers`, verdict, counts, failures };
}

async function isReady({ url }: ProvedProcess): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}

function portOf(worker: ProvedProcess | undefined): number | null {
  return worker ? Number(new URL(worker.url).port) : null;
}
