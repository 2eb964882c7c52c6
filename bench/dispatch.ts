import { type Cost, costLine, timeOf, turned } from './costs.ts';
import { type Round, report, reportAtMost, reportFigure, say } from './report.ts';
import { type Sender, startDrainer, startInstallation, whyNot } from './senders.ts';
import { startSupplier } from './supplier.ts';
import { WITH_DUTIES } from './work.ts';

/** Calls in flight: of an installation that sets nothing, and of one whose gateway takes its time. */
const USUAL = 50;
const MANY = 200;

/** The limit and the peers, each with what is aimed at. */
type Aims = Readonly<Record<string, number | undefined>>;

const AT_ONCE: Aims = {
  bare: 0.4,
  'pg-boss loop': 0.6,
  'pg-boss work': 0.9,
  'graphile-worker tuned': 0.75,
  bullmq: 1,
  [`pg-boss work${WITH_DUTIES}`]: 2,
  [`graphile-worker tuned${WITH_DUTIES}`]: 2,
  [`bullmq${WITH_DUTIES}`]: 2,
};
const MOST_STATEMENTS = 0.05;
/** The most that a hand-over may cost with failover on, against one without. */
const MOST_OF_FAILOVER = 1.02;
const SERVICE = 'service';

/**
 * Hand-overs of the service, all of its jobs running, to a gateway that responds at once, against bare HTTP calls and job
 * queues that make them, with ready bodies and with the duties of a reminder; and to one that responds after 50 ms,
 * against bare calls.
 */
export async function benchDispatch(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  await compare({ serverUrl, rounds, reminders, delayMs: 0, inFlight: USUAL }, AT_ONCE);
  await compare({ serverUrl, rounds, reminders, delayMs: 50, inFlight: MANY }, { bare: 0.9 });
}

/** Hand-overs with one gateway and with a second one behind it, in turns, by processor time. */
export async function benchFailover(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const supplier = await startSupplier(0);
  const second = { ...supplier.env, ...supplier.envOfMany, EASYSMS_GATEWAYS: 'kannel,inmobile' };
  const senders = new Map([
    ['failover', await startInstallation(serverUrl, supplier, second)],
    [SERVICE, await startInstallation(serverUrl, supplier, supplier.env)],
  ]);
  const costs = await measure(senders, 2 * rounds, reminders);
  const [on = [], off = []] = costs.values();
  const ratios = on.map(
    (cost, nth): Round => ({ ours: timeOf(cost), limit: off[nth] ? timeOf(off[nth]) : Number.NaN }),
  );
  reportAtMost('processor time of a hand-over: failover on / off', ratios, MOST_OF_FAILOVER, 'µs');
  for (const [kind, each] of costs) say(`     ${kind}: ${costLine(each)}`);
  await supplier.stop();
}

interface Comparison {
  readonly serverUrl: string;
  readonly rounds: number;
  readonly reminders: number;
  readonly delayMs: number;
  readonly inFlight: number;
}

async function compare({ serverUrl, rounds, reminders, delayMs, inFlight }: Comparison, aims: Aims): Promise<void> {
  const supplier = await startSupplier(delayMs);
  const start = (env: Readonly<Record<string, string>>) =>
    startInstallation(serverUrl, supplier, { ...supplier.env, ...env });
  const other = inFlight === USUAL ? MANY : USUAL;
  const senders = new Map<string, Sender>([
    [SERVICE, await start({ EASYSMS_CONCURRENCY: String(inFlight) })],
    [`${SERVICE}, ${other} in flight`, await start({ EASYSMS_CONCURRENCY: String(other) })],
  ]);
  for (const kind of Object.keys(aims)) {
    const reason = whyNot(kind);
    if (reason) say(`–    ${kind}: ${reason}`);
    else senders.set(kind, await startDrainer(kind, serverUrl, supplier, inFlight));
  }
  const costs = await measure(senders, rounds, reminders);
  await supplier.stop();
  const when = `gateway ${delayMs === 0 ? 'at once' : `after ${delayMs} ms`}, ${inFlight} in flight`;
  const ours = costs.get(SERVICE) ?? [];
  for (const [kind, each] of costs) {
    if (!(kind in aims)) continue;
    const ratios = ours.map(({ rate }, round): Round => ({ ours: rate, limit: each[round]?.rate ?? Number.NaN }));
    report(`reminders handed over, ${when}: service / ${kind}`, ratios, aims[kind]);
  }
  const statements = ours.map((cost) => cost.statements);
  reportFigure(`a reminder, ${when}: to the database, jobs included`, statements, 'statements', MOST_STATEMENTS);
  for (const [kind, each] of costs) say(`     ${kind}: ${costLine(each)}`);
}

/** In turns, each round beginning with another one; then stops them. */
async function measure(
  senders: ReadonlyMap<string, Sender>,
  rounds: number,
  reminders: number,
): Promise<ReadonlyMap<string, readonly Cost[]>> {
  const costs = new Map([...senders.keys()].map((kind) => [kind, [] as Cost[]]));
  for (let round = 0; round < rounds; round++)
    for (const [kind, sender] of turned([...senders], round)) costs.get(kind)?.push(await sender.handOver(reminders));
  for (const sender of senders.values()) await sender.stop();
  return costs;
}
