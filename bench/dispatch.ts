import { type ForkOptions, fork } from 'node:child_process';
import { compiled } from '../test/support/compiled.ts';
import { answer, gone, missing, openStore } from './contenders.ts';
import type { Took } from './drainer.ts';
import { medianOf, type Round, report, say } from './report.ts';

const REMINDERS = 10_000;
const IN_FLIGHT = 200;
const QUIET = { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] } satisfies ForkOptions;

/** What we hand over with, the limit and the peers, each with what is aimed at for a gateway that answers at once. */
const AGAINST = [
  ['bare', 0.35],
  ['pg-boss loop', 1],
  ['pg-boss work', 3.5],
  ['graphile-worker', undefined],
  ['graphile-worker tuned', 1.6],
  ['bullmq', 1.8],
] as const;

interface Drainer {
  fill(count: number): Promise<unknown>;
  drain(count: number): Promise<Took>;
  stop(): Promise<void>;
}

/**
 * Hand-overs to a gateway that answers at once, and to one that answers after 50 ms, against bare HTTP calls and job
 * queues that make them.
 */
export async function benchDispatch(serverUrl: string, rounds: number): Promise<void> {
  const gateway = fork(compiled('bench', 'gateway.ts'), [], QUIET);
  const url = `http://127.0.0.1:${await answer<number>(gateway)}/send`;
  await compare(serverUrl, rounds, `${url}?delay=0`, 'at once', Object.fromEntries(AGAINST));
  await compare(serverUrl, rounds, `${url}?delay=50`, 'after 50 ms', { bare: 0.95 }, 0.03);
  await gone(gateway, () => gateway.disconnect());
}

async function compare(
  serverUrl: string,
  rounds: number,
  gateway: string,
  when: string,
  aims: Readonly<Record<string, number | undefined>>,
  mostStatements = Number.POSITIVE_INFINITY,
): Promise<void> {
  const ours = await startDrainer('dispatcher', serverUrl, gateway);
  const others = new Map<string, Drainer>();
  for (const [kind] of AGAINST) {
    const reason = kind === 'bare' ? null : missing(kind);
    if (reason) say(`–    ${kind}: ${reason}`);
    else others.set(kind, await startDrainer(kind, serverUrl, gateway));
  }
  // The first calls of a process are slow.
  for (const drainer of [ours, ...others.values()]) await handOver(drainer);
  const took: Took[] = [];
  const rates = new Map<string, Round[]>([...others.keys()].map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round++) {
    const mine = await handOver(ours);
    took.push(mine);
    for (const [kind, drainer] of others) {
      const limit = REMINDERS / (await handOver(drainer)).seconds;
      rates.get(kind)?.push({ ours: REMINDERS / mine.seconds, limit });
    }
  }
  for (const [kind, each] of rates)
    report(`reminders handed over, gateway ${when}: dispatcher / ${kind}`, each, aims[kind]);
  const statements = medianOf(took.map((each) => each.statements)) / REMINDERS;
  const verdict =
    mostStatements === Number.POSITIVE_INFINITY
      ? ''
      : ` [aim ${mostStatements}: ${statements <= mostStatements ? 'reached' : 'missed'}]`;
  say(
    `     a reminder: ${statements.toFixed(4)} statements${verdict}, ${Math.round(medianOf(took.map(({ cpu }) => cpu)) / REMINDERS)} µs of the process`,
  );
  for (const drainer of [ours, ...others.values()]) await drainer.stop();
}

async function handOver(drainer: Drainer): Promise<Took> {
  await drainer.fill(REMINDERS);
  return drainer.drain(REMINDERS);
}

async function startDrainer(kind: string, serverUrl: string, gateway: string): Promise<Drainer> {
  const store =
    kind === 'bare'
      ? { url: '', close: async () => {} }
      : await openStore(kind === 'dispatcher' ? '' : kind, serverUrl);
  const child = fork(compiled('bench', 'drainer.ts'), [kind, store.url, gateway, String(IN_FLIGHT)], QUIET);
  await answer(child);
  const ask = <T>(question: object): Promise<T> => {
    const told = answer<T>(child);
    child.send(question);
    return told;
  };
  return {
    fill: (count) => ask({ fill: count }),
    drain: (count) => ask({ drain: count }),
    async stop() {
      await gone(child, () => child.disconnect());
      await store.close();
    },
  };
}
