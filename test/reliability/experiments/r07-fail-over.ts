import { setTimeout as sleep } from 'node:timers/promises';
import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { type Cluster, type GivenCluster, givenCluster, openGivenCluster } from '../given-cluster.ts';
import { Intake, longestGap } from '../intake.ts';
import { jobsDone } from '../jobs.ts';
import { judge } from '../judge.ts';
import { missingForNodes } from '../postgres-node.ts';
import { seeded } from '../random.ts';
import { TwoNodes } from '../two-nodes.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

const EACH = 120;

interface Part {
  readonly part: string;
  readonly rounds: { readonly short: number; readonly long: number };
  /** The longest time without an acknowledgement that is allowed, in seconds. */
  readonly gapS: number;
  readonly open: () => Promise<Cluster>;
}

const PARTS: readonly Part[] = [
  {
    part: 'primary killed, standby promoted',
    rounds: { short: 3, long: 50 },
    gapS: 8,
    open: async () => {
      const nodes = await TwoNodes.start();
      return { url: nodes.url, fault: () => nodes.failOver(), mend: () => nodes.rejoin(), close: () => nodes.close() };
    },
  },
  {
    part: 'switched over, the address still leads to the old primary for 1.5 s',
    rounds: { short: 1, long: 10 },
    gapS: 8,
    open: async () => {
      const nodes = await TwoNodes.start();
      return { url: nodes.url, fault: () => nodes.switchOver(1_500), mend: async () => {}, close: () => nodes.close() };
    },
  },
];

/** R7: PostgreSQL fails over to its synchronous standby under a service that goes on. */
export const failOver: Experiment = {
  name: 'R7',
  title: 'PostgreSQL fails over to its standby',
  says:
    'Two nodes, synchronous, and a TCP relay that leads to the primary. The primary is killed and the standby promoted, or the two are switched over while ' +
    'connections are opened to the old primary, by then a standby; appointments come in and reminders go out. No acknowledged appointment is lost, nothing ' +
    'is sent twice, posts are refused by 503 with Retry-After only, and 8 s without an acknowledgement are the most. Nobody has to notice the crash here, as ' +
    'Patroni must: a cluster of one’s own is tried with PROVE_CLUSTER_URL, PROVE_CLUSTER_FAULT and PROVE_CLUSTER_MEND, the latter two being commands.',
  missing: () => (givenCluster() ? null : missingForNodes()),
  run: async (setting) => {
    const given = givenCluster();
    const outcomes: Outcome[] = [];
    for (const part of given ? [partOf(given)] : PARTS) outcomes.push(await run(setting, part));
    return outcomes;
  },
};

function partOf(given: GivenCluster): Part {
  return {
    part: `given cluster, ${given.fault}`,
    rounds: { short: 1, long: 5 },
    gapS: 30,
    open: () => openGivenCluster(given),
  };
}

async function run(setting: Setting, part: Part): Promise<Outcome> {
  const cluster = await part.open();
  try {
    const options = { kind: 'echoed', concurrency: 8, databaseUrl: cluster.url } as const;
    return await inWorld(setting, options, (world) => runIn(world, cluster, setting, part));
  } finally {
    await cluster.close();
  }
}

async function runIn(
  world: World,
  cluster: Cluster,
  { form, seed }: Setting,
  { part, rounds, gapS }: Part,
): Promise<Outcome> {
  const random = seeded(seed);
  await world.startWorker();
  await world.makeAuthority('rh');
  await world.sendReceipts();
  const intake = new Intake(world, { authority: 'rh', connections: 4, everyMs: 20, dueAfterMs: 2_000 });
  const gaps: number[] = [];
  for (let round = 0; round < rounds[form]; round++) {
    const due = world.now() + 1_000;
    await world.script.book('rh', EACH, (n) => new Date(due + n * 50 + LEAD_MS));
    await sleep(1_500 + random() * 1_500);
    const began = performance.now();
    await cluster.fault();
    await anotherAcknowledged(intake);
    await cluster.mend();
    await anotherAcknowledged(intake);
    gaps.push(intake.longestGap(began - 1_000));
  }
  await intake.stop();
  const [accepted] = await world.books();
  await world.advance(60_000);
  await jobsDone(world);
  await world.idle(120_000);
  const verdict = await judge(world, { late: false });
  const { expect, failures } = new Expectations();
  const { 503: unavailable = 0, ...others } = intake.refusals();
  expect(
    Object.keys(others).length === 0,
    `posts are refused by 503 with Retry-After only; also: ${JSON.stringify(others)}`,
  );
  expect(Math.max(...gaps) <= gapS, `never longer than ${gapS} s without an acknowledgement`);
  expect(verdict.uncertain === 0, 'nothing uncertain where gateway and service live');
  expect(verdict.quarantined === 0, 'none quarantined');
  const counts = {
    faults: gaps.length,
    'longest without a 202, each time, s': gaps.map((gap) => gap.toFixed(1)).join(' '),
    'longest without an SMS, s': longestGap(accepted.map(({ at }) => at)).toFixed(1),
    'posts answered 503': unavailable,
  };
  return { part, verdict, counts, failures };
}

async function anotherAcknowledged(intake: Intake): Promise<void> {
  // What was committed before may still be on its way back.
  const from = performance.now() + 50;
  await until(async () => intake.firstAfter(from) !== null, 'another post acknowledged', 60_000, 20);
}
