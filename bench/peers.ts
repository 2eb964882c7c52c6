/** Stores two jobs for one appointment. */
export type Enqueue = (id: string, start: Date) => Promise<unknown>;

interface Boss {
  on(event: 'error', listener: (error: unknown) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<unknown>;
  insert(name: string, jobs: readonly object[]): Promise<unknown>;
  send(name: string, data: object, options: object): Promise<unknown>;
}

/** Only as much of each as is used: they are no dependencies, and need not be there when types are checked. */
const load = async <T>(name: string): Promise<T> => (await import(name)) as T;

const moments = (start: Date): Date[] => [3, 1].map((days) => new Date(start.getTime() - days * 86_400_000));

/** @throws where `npm --prefix bench ci` has not installed it */
export async function createPeer(kind: string, url: string): Promise<Enqueue> {
  const peer = PEERS[kind];
  if (!peer) throw new Error(`there is no peer ${kind}`);
  return peer(url);
}

const PEERS: Readonly<Record<string, (url: string) => Promise<Enqueue>>> = {
  'pg-boss insert': async (url) => {
    const boss = await startBoss(url);
    return (id, start) =>
      boss.insert(
        'reminder',
        moments(start).map((startAfter) => ({ data: { id }, startAfter })),
      );
  },
  'pg-boss send': async (url) => {
    const boss = await startBoss(url);
    const pg = await import('pg');
    const pool = new pg.default.Pool({ connectionString: url, max: 10 });
    return async (id, start) => {
      const client = await pool.connect();
      try {
        const db = { executeSql: (text: string, values: unknown[]) => client.query(text, values) };
        await client.query('begin');
        for (const startAfter of moments(start)) await boss.send('reminder', { id }, { startAfter, db });
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
    const pg = await import('pg');
    const pool = new pg.default.Pool({ connectionString: url, max: 10 });
    return (id, start) => {
      const [first, second] = moments(start);
      return pool.query(
        `select graphile_worker.add_job('reminder', $1::json, run_at := $2, job_key := $3),
          graphile_worker.add_job('reminder', $1::json, run_at := $4, job_key := $5)`,
        [JSON.stringify({ id }), first, `${id}-3`, second, `${id}-1`],
      );
    };
  },
  bullmq: async (url) => {
    const { Queue } = await load<{
      Queue: new (name: string, options: object) => { addBulk(jobs: readonly object[]): Promise<unknown> };
    }>('bullmq');
    const queue = new Queue('reminder', { connection: { port: Number(new URL(url).port) } });
    return (id, start) =>
      queue.addBulk(
        moments(start).map((at, index) => ({
          name: 'reminder',
          data: { id },
          opts: { delay: Math.max(0, at.getTime() - Date.now()), jobId: `${id}-${index}` },
        })),
      );
  },
};

async function startBoss(url: string): Promise<Boss> {
  const { PgBoss } = await load<{ PgBoss: new (options: object) => Boss }>('pg-boss');
  const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('reminder');
  return boss;
}
