import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { Intake } from '../intake.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { missingForNodes } from '../postgres-node.ts';
import type { Attempt } from '../script.ts';
import { TwoNodes } from '../two-nodes.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

/** In which a post must be answered while nothing can be committed; and what the way of an answer may take besides. */
const REFUSED_WITHIN_MS = 10_000;
const ACKNOWLEDGED_AFTER = 60;
const ON_THE_WAY_MS = 500;

/** R9: the synchronous standby is away, so that no commit comes to an end. */
export const noStandby: Experiment = {
  name: 'R9',
  title: 'the synchronous standby is away',
  says:
    'The only synchronous standby is stopped while appointments come in and reminders go out, and started again later. Meanwhile every post is refused with ' +
    '503 within 10 s, and nothing is acknowledged; afterwards everything goes on without a restart. At the end the primary is killed: what was acknowledged ' +
    'is judged by what the standby has.',
  missing: missingForNodes,
  run: async (setting) => {
    const nodes = await TwoNodes.start();
    try {
      return [
        await inWorld(setting, { kind: 'echoed', concurrency: 8, databaseUrl: nodes.url }, (world) =>
          run(world, nodes, setting),
        ),
      ];
    } finally {
      await nodes.close();
    }
  },
};

async function run(world: World, nodes: TwoNodes, { form }: Setting): Promise<Outcome> {
  const awayMs = form === 'long' ? 300_000 : 25_000;
  await world.startWorker();
  await world.makeAuthority('rh');
  await world.sendReceipts();
  const due = world.now() + 1_000;
  await world.script.book('rh', 300, (n) => new Date(due + (n * awayMs) / 300 + LEAD_MS));
  const intake = new Intake(world, { authority: 'rh', connections: 6, everyMs: 50, dueAfterMs: 20_000 });
  await until(async () => intake.attempts.length > 20, 'some posts', 30_000, 20);
  await nodes.standby.stop('immediate');
  const gone = performance.now();
  await sleep(awayMs);
  const back = performance.now();
  await nodes.standby.start();
  await until(
    async () => intake.countAfter(back) >= ACKNOWLEDGED_AFTER,
    'posts acknowledged after the standby came back',
    60_000,
    20,
  );
  await intake.stop();
  await world.advance(60_000);
  await jobsDone(world);
  await world.idle(120_000);
  await nodes.failOver();
  const verdict = await judge(world, { late: false });
  const meanwhile = intake.attempts.filter(({ at }) => at > gone + ON_THE_WAY_MS && at < back);
  return {
    part: `away for ${awayMs / 1000} s`,
    verdict,
    ...found(meanwhile, (intake.firstAfter(back) ?? 0) - back, intake),
  };
}

function found(
  meanwhile: readonly Attempt[],
  untilNextMs: number,
  intake: Intake,
): Pick<Outcome, 'counts' | 'failures'> {
  const { expect, failures } = new Expectations();
  const slowest = Math.max(...meanwhile.map(({ tookMs }) => tookMs));
  const { 503: unavailable = 0, ...others } = intake.refusals();
  expect(meanwhile.length > 0, 'some posts answered meanwhile');
  expect(!meanwhile.some(({ why }) => why === null), 'nothing acknowledged while the standby is away');
  expect(
    Object.keys(others).length === 0,
    `posts are refused by 503 with Retry-After only; also: ${JSON.stringify(others)}`,
  );
  expect(slowest <= REFUSED_WITHIN_MS + ON_THE_WAY_MS, 'every post refused within 10 s');
  const counts = {
    'posts answered 503': unavailable,
    'slowest answer, s': (slowest / 1000).toFixed(1),
    'until the next 202 once it is back, s': (untilNextMs / 1000).toFixed(1),
  };
  return { counts, failures };
}
