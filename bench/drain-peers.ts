import pg from 'pg';
import { type Boss, load, QUEUE_NAME, startBoss } from './queues.ts';
import type { Drain, Job, Work } from './work.ts';

const BATCH = 500;

type CreatePeer = (url: string, work: Work, inFlight: number, lanes: number) => Promise<Drain>;

/**
 * @param lanes of pg-boss: how many batches are worked on at once; the work keeps each within its part of the calls
 * @throws where `npm --prefix bench ci` has not installed it
 */
export async function createDrainingPeer(
  kind: string,
  url: string,
  work: Work,
  inFlight: number,
  lanes: number,
): Promise<Drain> {
  const peer = PEERS[kind];
  if (!peer) throw new Error(`there is no peer ${kind}`);
  return peer(url, work, inFlight, lanes);
}

const PEERS: Readonly<Record<string, CreatePeer>> = {
  'pg-boss loop': async (url, work, _inFlight, lanes) => {
    const { boss, fill } = await openBoss(url, work);
    // Several, so that one's calls are in flight while another asks for more.
    const lane = async () => {
      for (;;) {
        const jobs = await boss.fetch(QUEUE_NAME, { batchSize: BATCH });
        if (jobs.length === 0) return;
        await work.handOver(jobs.map(({ data }) => data));
        await boss.complete(
          QUEUE_NAME,
          jobs.map(({ id }) => id),
        );
      }
    };
    return {
      fill,
      async drain() {
        await Promise.all(Array.from({ length: lanes }, lane));
      },
    };
  },
  'pg-boss work': async (url, work, _inFlight, lanes) => {
    const { boss, fill } = await openBoss(url, work);
    return {
      fill,
      async drain(count) {
        const { counted, done } = countTo(count);
        const polling = { burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };
        const options = { batchSize: BATCH, localConcurrency: lanes, ...polling };
        const id = await boss.work(QUEUE_NAME, options, (jobs) =>
          work.handOver(jobs.map(({ data }) => data)).then(() => counted(jobs.length)),
        );
        await done;
        await boss.offWork(QUEUE_NAME, { id, wait: true });
      },
    };
  },
  'graphile-worker tuned': (url, work, inFlight) =>
    createGraphile(url, work, inFlight, {
      localQueue: { size: BATCH },
      completeJobBatchDelay: 5,
      failJobBatchDelay: 5,
    }),
  bullmq: async (url, work, inFlight) => {
    const { Queue, Worker } = await load<{
      Queue: new (name: string, options: object) => { addBulk(jobs: readonly object[]): Promise<unknown> };
      Worker: new (
        name: string,
        handler: (job: { readonly data: Job }) => Promise<unknown>,
        options: object,
      ) => { on(event: 'completed', listener: () => void): void; close(): Promise<unknown> };
    }>('bullmq');
    const connection = { port: Number(new URL(url).port) };
    const queue = new Queue(QUEUE_NAME, { connection });
    const options = { removeOnComplete: true };
    return {
      fill: async (count) => {
        for (const jobs of inBatches(await work.prepare(count)))
          await queue.addBulk(jobs.map((data) => ({ name: QUEUE_NAME, data, opts: options })));
      },
      async drain(count) {
        const { counted, done } = countTo(count);
        const worker = new Worker(QUEUE_NAME, ({ data }) => work.handOver([data]), {
          connection,
          concurrency: inFlight,
        });
        worker.on('completed', () => counted(1));
        await done;
        await worker.close();
      },
    };
  },
};

async function openBoss(url: string, work: Work): Promise<{ boss: Boss; fill: Drain['fill'] }> {
  const boss = await startBoss(url);
  const fill = async (count: number): Promise<void> => {
    for (const jobs of inBatches(await work.prepare(count)))
      await boss.insert(
        QUEUE_NAME,
        jobs.map((data) => ({ data })),
      );
  };
  return { boss, fill };
}

async function createGraphile(url: string, work: Work, inFlight: number, tuning: object): Promise<Drain> {
  const { makeWorkerUtils, runMigrations, run } = await load<{
    makeWorkerUtils(options: object): Promise<{ addJobs(jobs: readonly object[]): Promise<unknown> }>;
    runMigrations(options: object): Promise<unknown>;
    run(
      options: object,
    ): Promise<{ events: { on(event: 'job:complete', listener: () => void): void }; stop(): Promise<unknown> }>;
  }>('graphile-worker');
  await runMigrations({ connectionString: url });
  const utils = await makeWorkerUtils({ connectionString: url });
  // A pool of ours outlives the run, so that its backends are still there when their processor time is read.
  const pgPool = new pg.Pool({ connectionString: url, max: 10 });
  pgPool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}));
  const preset = { worker: { concurrentJobs: inFlight, maxPoolSize: 10, ...tuning } };
  return {
    fill: async (count) => {
      for (const jobs of inBatches(await work.prepare(count)))
        await utils.addJobs(jobs.map((payload) => ({ identifier: QUEUE_NAME, payload })));
    },
    async drain(count) {
      const { counted, done } = countTo(count);
      const quiet = new (await load<{ Logger: new (factory: () => () => void) => object }>('graphile-worker')).Logger(
        () => () => {},
      );
      const taskList = { [QUEUE_NAME]: (job: unknown) => work.handOver([job as Job]) };
      const runner = await run({ preset, pgPool, taskList, noHandleSignals: true, logger: quiet });
      runner.events.on('job:complete', () => counted(1));
      await done;
      await runner.stop();
    },
  };
}

function inBatches(jobs: readonly Job[]): Job[][] {
  const batches = Math.ceil(jobs.length / BATCH);
  return Array.from({ length: batches }, (_, nth) => jobs.slice(nth * BATCH, (nth + 1) * BATCH));
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
