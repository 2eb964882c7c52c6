import { type ForkOptions, fork } from 'node:child_process';
import { compiled } from '../test/support/compiled.ts';
import { answer, flagsOfStart, gone, missing, openStore } from './contenders.ts';
import { DatabaseTime } from './database-time.ts';
import type { Took } from './drainer.ts';
import { FAILOVER } from './drains.ts';
import { medianOf, type Round, report, reportAtMost, reportFigure, say } from './report.ts';
import { WITH_DUTIES } from './work.ts';

const IN_FLIGHT = 200;
const QUIET = { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] } satisfies ForkOptions;

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
const MOST_STATEMENTS = 0.035;

/** What one reminder, or job, took. */
interface Cost {
  readonly seconds: number;
  /** Processor time of the process, µs. */
  readonly node: number;
  /** Processor time of its database's backends, µs. */
  readonly postgres: number;
  readonly statements: number;
  readonly pages: number;
  /** Bytes of the write-ahead log. */
  readonly wal: number;
}

interface Drainer {
  handOver(count: number): Promise<Cost>;
  stop(): Promise<void>;
}

/**
 * Hand-overs to a gateway that answers at once, against bare HTTP calls and job queues that make them, with ready bodies
 * and with the duties of a reminder; and to one that answers after 50 ms, against bare calls.
 */
export async function benchDispatch(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const gateway = fork(compiled('bench', 'gateway.ts'), [], QUIET);
  const url = `http://127.0.0.1:${await answer<number>(gateway)}/send`;
  const [atOnce, later] = [`${url}?delay=0`, `${url}?delay=50`];
  await compare({ serverUrl, rounds, reminders, gateway: atOnce, when: 'at once' }, AT_ONCE);
  await compare({ serverUrl, rounds, reminders, gateway: later, when: 'after 50 ms' }, { bare: 0.95 });
  await gone(gateway, () => gateway.disconnect());
}

/** The most that a hand-over may cost with failover on, against one without. */
const MOST_OF_FAILOVER = 1.02;

/**
 * Hand-overs with one gateway and with a second one behind it, in turns: by processor time, which holds on a busy
 * machine.
 */
export async function benchFailover(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const gateway = fork(compiled('bench', 'gateway.ts'), [], QUIET);
  const url = `http://127.0.0.1:${await answer<number>(gateway)}/send?delay=0`;
  const comparison = { serverUrl, rounds, reminders, gateway: url, when: 'at once' };
  const kinds = [FAILOVER, 'dispatcher'];
  const drainers = await Promise.all(kinds.map((kind) => startDrainer(kind, comparison)));
  for (const drainer of drainers) await drainer.handOver(reminders);
  const costs: Cost[][] = kinds.map(() => []);
  // Two of each in a round, so that neither is always the first.
  for (let round = 0; round < 2 * rounds; round++)
    for (const nth of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const cost = await drainers[nth]?.handOver(reminders);
      if (cost) costs[nth]?.push(cost);
    }
  for (const drainer of drainers) await drainer.stop();
  const [on = [], off = []] = costs;
  const time = ({ node, postgres }: Cost) => node + postgres;
  const ratios = on.map((cost, nth): Round => ({ ours: time(cost), limit: off[nth] ? time(off[nth]) : Number.NaN }));
  reportAtMost('processor time of a hand-over: failover on / off', ratios, MOST_OF_FAILOVER, 'µs');
  for (const [nth, each] of costs.entries()) say(`     ${kinds[nth]}: ${costLine(each)}`);
  await gone(gateway, () => gateway.disconnect());
}

interface Comparison {
  readonly serverUrl: string;
  readonly rounds: number;
  readonly reminders: number;
  readonly gateway: string;
  readonly when: string;
}

async function compare(comparison: Comparison, aims: Aims): Promise<void> {
  const { rounds, reminders, when } = comparison;
  const drainers = new Map([['dispatcher', await startDrainer('dispatcher', comparison)]]);
  for (const kind of Object.keys(aims)) {
    const reason = kind === 'bare' ? null : missing(kind);
    if (reason) say(`–    ${kind}: ${reason}`);
    else drainers.set(kind, await startDrainer(kind, comparison));
  }
  // The first calls of a process are slow.
  for (const drainer of drainers.values()) await drainer.handOver(reminders);
  const costs = new Map([...drainers.keys()].map((kind) => [kind, [] as Cost[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [kind, drainer] of drainers) costs.get(kind)?.push(await drainer.handOver(reminders));
  }
  for (const drainer of drainers.values()) await drainer.stop();
  reportRates(when, costs, aims);
  const statements = (costs.get('dispatcher') ?? []).map((cost) => cost.statements);
  reportFigure(`a reminder, gateway ${when}: to the database`, statements, 'statements', MOST_STATEMENTS);
  for (const [kind, each] of costs) say(`     ${kind}: ${costLine(each)}`);
}

function reportRates(when: string, costs: ReadonlyMap<string, readonly Cost[]>, aims: Aims): void {
  const ours = costs.get('dispatcher') ?? [];
  for (const [kind, each] of costs) {
    if (kind === 'dispatcher') continue;
    const against = each.map(
      ({ seconds }, round): Round => ({ ours: 1 / (ours[round]?.seconds ?? Number.NaN), limit: 1 / seconds }),
    );
    report(`reminders handed over, gateway ${when}: dispatcher / ${kind}`, against, aims[kind]);
  }
}

/** The medians, for one reminder. */
function costLine(costs: readonly Cost[]): string {
  const of = (figure: keyof Cost): number => medianOf(costs.map((cost) => cost[figure]));
  const node = `Node ${of('node').toFixed(0)} µs`;
  if (of('statements') === 0) return node;
  const both = medianOf(costs.map((cost) => cost.postgres + cost.node));
  const time = `PostgreSQL ${of('postgres').toFixed(0)} + ${node} = ${both.toFixed(0)} µs of processor time`;
  return `${time}, ${of('pages').toFixed(0)} pages, ${of('wal').toFixed(0)} B of WAL, ${of('statements').toFixed(3)} statements`;
}

async function startDrainer(kind: string, { serverUrl, gateway }: Comparison): Promise<Drainer> {
  const store = kind === 'bare' ? null : await openStore(kind, serverUrl);
  const { queue = '', database = '' } = store ?? {};
  const time = store && (await DatabaseTime.open(store.database));
  const child = fork(compiled('bench', 'drainer.ts'), [kind, queue, database, gateway, String(IN_FLIGHT)], {
    ...QUIET,
    execArgv: flagsOfStart(),
  });
  await answer(child);
  const ask = <T>(question: object): Promise<T> => {
    const told = answer<T>(child);
    child.send(question);
    return told;
  };
  return {
    async handOver(count) {
      await ask({ fill: count });
      return measured(count, () => ask<Took>({ drain: count }), time);
    },
    async stop() {
      await gone(child, () => child.disconnect());
      await time?.close();
      await store?.close();
    },
  };
}

async function measured(count: number, drain: () => Promise<Took>, time: DatabaseTime | null): Promise<Cost> {
  await time?.reset();
  const before = await time?.backends();
  const { seconds, cpu } = await drain();
  const after = await time?.backends();
  const spent = await time?.spent();
  let postgres = 0;
  for (const [pid, us] of after ?? []) postgres += us - (before?.get(pid) ?? 0);
  const { calls = 0, pages = 0, wal = 0 } = spent ?? {};
  return {
    ...{ seconds: seconds / count, node: cpu / count, postgres: postgres / count },
    ...{ statements: calls / count, pages: pages / count, wal: wal / count },
  };
}
