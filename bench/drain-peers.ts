import { randomUUID } from 'node:crypto';
import type { Drain, Send } from './drains.ts';

/** What is queued for one SMS: everything about it is known, nothing is rendered or checked. */
interface Job {
  readonly id: string;
}

interface Boss {
  on(event: 'error', listener: (error: unknown) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  insert(name: string, jobs: readonly object[]): Promise<unknown>;
  fetch(name: string, options: object): Promise<readonly { readonly id: string; readonly data: Job }[]>;
  complete(name: string, ids: readonly string[]): Promise<unknown>;
  work(
    name: string,
    options: object,
    handler: (jobs: readonly { readonly data: Job }[]) => Promise<unknown>,
  ): Promise<string>;
  offWork(name: string, options: object): Promise<unknown>;
}

const QUEUE = 'reminder';
const BATCH = 500;

/** Only as much of each as is used: they are no dependencies, and need not be there when types are checked. */
const load = async <T>(name: string): Promise<T> => (await import(name)) as T;

const jobsOf = (count: number): Job[] => Array.from({ length: count }, () => ({ id: randomUUID() }));

/** @throws where `npm --prefix bench ci` has not installed it */
export async function createDrainingPeer(kind: string, url: string, send: Send, inFlight: number): Promise<Drain> {
  const peer = PEERS[kind];
  if (!peer) throw new Error(`there is no peer ${kind}`);
  return peer(url, send, inFlight);
}

const PEERS: Readonly<Record<string, (url: string, send: Send, inFlight: number) => Promise<Drain>>> = {
  'pg-boss loop': async (url, send, inFlight) => {
    const { boss, fill } = await startBoss(url);
    // Two of them, so that one's calls are in flight while the other asks for more; each with half of the calls.
    const lane = async () => {
      for (;;) {
        const jobs = await boss.fetch(QUEUE, { batchSize: BATCH });
        if (jobs.length === 0) return;
        await eachOf(jobs, inFlight / 2, ({ data }) => send(data));
        await boss.complete(
          QUEUE,
          jobs.map(({ id }) => id),
        );
      }
    };
    return {
      fill,
      async drain() {
        await Promise.all([lane(), lane()]);
      },
    };
  },
  'pg-boss work': async (url, send, inFlight) => {
    const { boss, fill } = await startBoss(url);
    return {
      fill,
      async drain(count) {
        const { counted, done } = countTo(count);
        const options = { batchSize: BATCH, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };
        const id = await boss.work(QUEUE, options, (jobs) =>
          eachOf(jobs, inFlight, ({ data }) => send(data)).then(() => counted(jobs.length)),
        );
        await done;
        await boss.offWork(QUEUE, { id, wait: true });
      },
    };
  },
  'graphile-worker': (url, send, inFlight) => createGraphile(url, send, inFlight, {}),
  'graphile-worker tuned': (url, send, inFlight) =>
    createGraphile(url, send, inFlight, {
      localQueue: { size: BATCH },
      completeJobBatchDelay: 5,
      failJobBatchDelay: 5,
    }),
  bullmq: async (url, send, inFlight) => {
    const { Queue, Worker } = await load<{
      Queue: new (name: string, options: object) => { addBulk(jobs: readonly object[]): Promise<unknown> };
      Worker: new (
        name: string,
        handler: (job: { readonly data: Job }) => Promise<unknown>,
        options: object,
      ) => { on(event: 'completed', listener: () => void): void; close(): Promise<unknown> };
    }>('bullmq');
    const connection = { port: Number(new URL(url).port) };
    const queue = new Queue(QUEUE, { connection });
    const options = { removeOnComplete: true };
    return {
      fill: async (count) => {
        for (let left = count; left > 0; left -= BATCH)
          await queue.addBulk(jobsOf(Math.min(left, BATCH)).map((data) => ({ name: QUEUE, data, opts: options })));
      },
      async drain(count) {
        const { counted, done } = countTo(count);
        const worker = new Worker(QUEUE, ({ data }) => send(data), { connection, concurrency: inFlight });
        worker.on('completed', () => counted(1));
        await done;
        await worker.close();
      },
    };
  },
};

async function startBoss(url: string): Promise<{ boss: Boss; fill: Drain['fill'] }> {
  const { PgBoss } = await load<{ PgBoss: new (options: object) => Boss }>('pg-boss');
  const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(QUEUE);
  const fill = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= BATCH) {
      await boss.insert(
        QUEUE,
        jobsOf(Math.min(left, BATCH)).map((data) => ({ data })),
      );
    }
  };
  return { boss, fill };
}

async function createGraphile(url: string, send: Send, inFlight: number, tuning: object): Promise<Drain> {
  const { makeWorkerUtils, runMigrations, run } = await load<{
    makeWorkerUtils(options: object): Promise<{ addJobs(jobs: readonly object[]): Promise<unknown> }>;
    runMigrations(options: object): Promise<unknown>;
    run(
      options: object,
    ): Promise<{ events: { on(event: 'job:complete', listener: () => void): void }; stop(): Promise<unknown> }>;
  }>('graphile-worker');
  await runMigrations({ connectionString: url });
  const utils = await makeWorkerUtils({ connectionString: url });
  const preset = { worker: { connectionString: url, concurrentJobs: inFlight, maxPoolSize: 10, ...tuning } };
  return {
    fill: async (count) => {
      for (let left = count; left > 0; left -= BATCH)
        await utils.addJobs(jobsOf(Math.min(left, BATCH)).map((payload) => ({ identifier: QUEUE, payload })));
    },
    async drain(count) {
      const { counted, done } = countTo(count);
      const quiet = new (await load<{ Logger: new (factory: () => () => void) => object }>('graphile-worker')).Logger(
        () => () => {},
      );
      const taskList = { [QUEUE]: (job: unknown) => send(job as Job) };
      const runner = await run({ preset, taskList, noHandleSignals: true, logger: quiet });
      runner.events.on('job:complete', () => counted(1));
      await done;
      await runner.stop();
    },
  };
}

/** At most `inFlight` at once. */
async function eachOf<T>(all: readonly T[], inFlight: number, work: (each: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let each = all[next++]; each !== undefined; each = all[next++]) await work(each);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, all.length) }, worker));
}

function countTo(count: number): { counted: (more: number) => void; done: Promise<void> } {
  let left = count;
  let resolve = (): void => {};
  const done = new Promise<void>((end) => {
    resolve = end;
  });
  const counted = (more: number): void => {
    left -= more;
    if (left <= 0) resolve();
  };
  return { counted, done };
}
