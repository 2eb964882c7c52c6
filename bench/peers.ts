import pg from 'pg';
import { WITH_DUTIES } from './drains.ts';
import { createIntake } from './intake-duties.ts';

/** One posted appointment, as the route has read it. */
export interface PostedAppointment {
  readonly id: string;
  readonly start: Date;
  readonly version: number;
  readonly phone: string;
  readonly place: string | null;
  readonly idempotencyKey: string | null;
  readonly body: Uint8Array;
}

/** Stores an appointment's jobs, with or without the appointment. */
export type Enqueue = (appointment: PostedAppointment) => Promise<unknown>;

/** A job of an appointment, due at a moment. */
export interface DueJob {
  readonly data: object;
  /** Tells this job of this appointment from any other. */
  readonly key: string;
  readonly at: Date;
}

/** Puts jobs into a queue. @param transaction where it is given and the queue can, they are part of it */
export type PutJobs = (jobs: readonly DueJob[], transaction?: pg.ClientBase) => Promise<unknown>;

interface Boss {
  on(event: 'error', listener: (error: unknown) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  insert(name: string, jobs: readonly object[], options: object): Promise<unknown>;
  send(name: string, data: object, options: object): Promise<unknown>;
}

const CONNECTIONS = 10;

/** Only as much of each as is used: they are no dependencies, and need not be there when types are checked. */
const load = async <T>(name: string): Promise<T> => (await import(name)) as T;

/** @param queue where the peer keeps its jobs; @throws where `npm --prefix bench ci` has not installed it */
export async function createPeer(kind: string, queue: string, databaseUrl: string): Promise<Enqueue> {
  const putJobs = await PEERS[kind.replace(WITH_DUTIES, '')]?.(queue);
  if (!putJobs) throw new Error(`there is no peer ${kind}`);
  if (kind.endsWith(WITH_DUTIES)) return createIntake(databaseUrl, putJobs);
  return ({ id, start }) =>
    putJobs(
      [3, 1].map((days) => ({ data: { id }, key: `${id}-${days}`, at: new Date(start.getTime() - days * 86_400_000) })),
    );
}

const PEERS: Readonly<Record<string, (url: string) => Promise<PutJobs>>> = {
  'pg-boss insert': async (url) => {
    const boss = await startBoss(url);
    return (jobs, transaction) =>
      boss.insert(
        'reminder',
        jobs.map(({ data, at }) => ({ data, startAfter: at })),
        transaction ? { db: bossDatabase(transaction) } : {},
      );
  },
  'pg-boss send': async (url) => {
    const boss = await startBoss(url);
    const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
    return async (jobs) => {
      const client = await pool.connect();
      try {
        const db = bossDatabase(client);
        await client.query('begin');
        for (const { data, at } of jobs) await boss.send('reminder', data, { startAfter: at, db });
        await client.query('commit');
      } finally {
        client.release();
      }
    };
  },
  'graphile-worker': async (url) => {
    const { makeWorkerUtils } = await load<{
      makeWorkerUtils(options: object): Promise<{ migrate(): Promise<void>; release(): Promise<void> }>;
    }>('graphile-worker');
    const utils = await makeWorkerUtils({ connectionString: url });
    await utils.migrate();
    await utils.release();
    const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS });
    return (jobs, transaction) => {
      const calls = jobs.map(
        (_, nth) =>
          `graphile_worker.add_job('reminder', $${3 * nth + 1}::json, run_at := $${3 * nth + 2}, job_key := $${3 * nth + 3})`,
      );
      const values = jobs.flatMap(({ data, at, key }) => [JSON.stringify(data), at, key]);
      return (transaction ?? pool).query(`select ${calls.join()}`, values);
    };
  },
  bullmq: async (url) => {
    const { Queue } = await load<{
      Queue: new (name: string, options: object) => { addBulk(jobs: readonly object[]): Promise<unknown> };
    }>('bullmq');
    const queue = new Queue('reminder', { connection: { port: Number(new URL(url).port) } });
    return (jobs) =>
      queue.addBulk(
        jobs.map(({ data, key, at }) => ({
          name: 'reminder',
          data,
          opts: { delay: Math.max(0, at.getTime() - Date.now()), jobId: key },
        })),
      );
  },
};

function bossDatabase(client: pg.ClientBase) {
  return { executeSql: (text: string, values: unknown[]) => client.query(text, values) };
}

async function startBoss(url: string): Promise<Boss> {
  const { PgBoss } = await load<{ PgBoss: new (options: object) => Boss }>('pg-boss');
  const boss = new PgBoss({ connectionString: url, max: CONNECTIONS, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('reminder');
  return boss;
}
