import { type Experiment, inWorld, type Setting } from '../experiment.ts';
import { judge } from '../judge.ts';
import { figure } from '../metrics.ts';
import { missingForNodes } from '../postgres-node.ts';
import { TwoNodes } from '../two-nodes.ts';
import { Expectations, type Outcome } from '../verdict.ts';
import { LEAD_MS, until, type World } from '../world.ts';

const CONCURRENCY = 8;
/** More than may be started at once without an outcome. */
const EACH = 20;
/** A busy machine takes its time to store them, and what is stored after its moment is never sent. */
const DUE_MS = 3_000;

interface Part {
  readonly part: string;
  /** Whether the service goes down with the primary. */
  readonly serviceDies: boolean;
}

const PARTS: readonly Part[] = [
  { part: 'the service lives', serviceDies: false },
  { part: 'the service dies too', serviceDies: true },
];

/** R8: a fail-over exactly between the gateway's acceptance and our recording of it. */
export const between: Experiment = {
  name: 'R8',
  title: 'a fail-over between the gateway’s acceptance and its recording',
  says:
    'The gateway has taken what was in hand, and holds its responses back; the primary is killed; then the responses come, and the standby is promoted. ' +
    'Nothing is sent twice. A service that lives records every outcome on the new primary; of one that dies at the same moment as many are uncertain ' +
    'as may be started without an outcome at most.',
  missing: missingForNodes,
  run: async (setting) => {
    const outcomes: Outcome[] = [];
    for (const part of PARTS) outcomes.push(await run(setting, part));
    return outcomes;
  },
};

async function run(setting: Setting, part: Part): Promise<Outcome> {
  const nodes = await TwoNodes.start();
  try {
    const options = { kind: 'echoed', concurrency: CONCURRENCY, databaseUrl: nodes.url } as const;
    return await inWorld(setting, options, (world) => runIn(world, nodes, setting, part));
  } finally {
    await nodes.close();
  }
}

async function runIn(world: World, nodes: TwoNodes, { form }: Setting, { part, serviceDies }: Part): Promise<Outcome> {
  const rounds = form === 'long' ? 50 : 2;
  await world.startWorker();
  await world.makeAuthority('rh', { onUncertain: 'hold' });
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    held += await failOverBetween(world, nodes, serviceDies);
    await nodes.rejoin();
    await world.idle(120_000);
  }
  const verdict = await judge(world, { late: false });
  const { expect, failures } = new Expectations();
  expect(held > 0, 'some accepted between');
  expect(verdict.taken + verdict.uncertainNotTaken === rounds * EACH, 'each is sent once, or uncertain');
  expect(
    verdict.uncertain <= (serviceDies ? rounds * 2 * CONCURRENCY : 0),
    'no more uncertain than a service that died had started without an outcome',
  );
  expect(verdict.quarantined === 0, 'none quarantined');
  return { part, verdict, counts: { 'fail-overs': rounds, 'accepted between': held }, failures };
}

/** @returns how many SMS the gateway had taken and not answered for when the primary was killed */
async function failOverBetween(world: World, nodes: TwoNodes, serviceDies: boolean): Promise<number> {
  const { accepted } = await world.counts();
  await world.behave({ holdsAnswers: true });
  const due = new Date(world.now() + DUE_MS + LEAD_MS);
  await world.script.book('rh', EACH, () => due);
  await world.accepted(accepted + CONCURRENCY / 2);
  const failures = await unrecorded(world);
  nodes.primary.kill();
  if (serviceDies) await world.workers.at(-1)?.kill();
  const { accepted: now } = await world.behave({ holdsAnswers: false });
  if (!serviceDies)
    await until(async () => (await unrecorded(world)) > failures, 'an outcome that finds no primary', 60_000, 20);
  await nodes.promote();
  if (serviceDies) {
    await world.advance(60_000);
    await world.startWorker();
  }
  return now - accepted;
}

/** How often the service could not record outcomes. */
async function unrecorded({ publicUrl }: World): Promise<number> {
  return (await figure(publicUrl, 'easysms_failures_total{place="settle"}')) ?? 0;
}
