import { answer, flagsOfStart, forked, gone, missing, openStore } from './contenders.ts';
import type { Cost } from './costs.ts';
import { DatabaseTime, perThing } from './database-time.ts';
import { Installation } from './installation.ts';
import { processorTime, ServerTime } from './processor-time.ts';
import type { Supplier } from './supplier.ts';

/** One of those whose hand-overs are compared. It takes nothing while another is measured. */
export interface Sender {
  handOver(count: number): Promise<Cost>;
  stop(): Promise<void>;
}

/** The service with all of its jobs. @param env settings on top of those of `npm start` */
export async function startInstallation(
  serverUrl: string,
  supplier: Supplier,
  env: Readonly<Record<string, string>>,
): Promise<Sender> {
  const installation = await Installation.open(serverUrl, supplier, env);
  await installation.postAndHandOver(WARM);
  await installation.measureRest();
  installation.pause();
  return {
    async handOver(count) {
      installation.resume();
      const cost = await installation.postAndHandOver(count);
      installation.pause();
      return cost;
    },
    stop: () => installation.stop(),
  };
}

/** The first hand-overs of a process are slow. */
const WARM = 2_000;

/** Why a kind can't run here; null where it can. */
export const whyNot = (kind: string): string | null => (kind === 'bare' ? null : missing(kind));

/** @param kind `bare` or a peer, with or without duties */
export async function startDrainer(
  kind: string,
  serverUrl: string,
  supplier: Supplier,
  inFlight: number,
): Promise<Sender> {
  const store = kind === 'bare' ? null : await openStore(kind, serverUrl);
  const { queue = '', database = '', redis = null } = store ?? {};
  const [time, server] = [store && (await DatabaseTime.open(store.database)), await ServerTime.open(serverUrl)];
  const args = [kind, queue, database, `${supplier.origin}/send`, String(inFlight)];
  const child = forked('drainer.ts', args, flagsOfStart());
  await answer(child);
  const ask = (question: object): Promise<object> => {
    const told = answer<object>(child);
    child.send(question);
    return told;
  };
  const used = () => ({
    node: processorTime(child.pid ?? 0),
    store: time === null ? 0 : server.used([time.pid]) + (redis === null ? 0 : processorTime(redis)),
  });
  const handOver = async (count: number): Promise<Cost> => {
    await ask({ fill: count });
    await supplier.forget();
    await time?.reset();
    const before = used();
    await ask({ drain: count });
    const after = used();
    const { firstAt, lastAt } = await supplier.taken(count);
    const { calls = 0, planMs = 0, pages = 0, wal = 0 } = (await time?.spent()) ?? {};
    const sums = { node: after.node - before.node, store: after.store - before.store, pages, wal };
    return {
      rate: (1000 * count) / (lastAt - firstAt),
      ...perThing({ ...sums, statements: calls, planning: 1000 * planMs }, count),
    };
  };
  await handOver(WARM);
  return {
    handOver,
    async stop() {
      await gone(child, () => child.disconnect());
      await time?.close();
      await store?.close();
    },
  };
}
