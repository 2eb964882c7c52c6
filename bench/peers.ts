import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { choosePhone } from '../src/domain/phone.ts';
import { planReminders } from '../src/domain/planning/planning.ts';
import { AUTHORITY, type Duties, openDuties, sealPhone } from './duties.ts';
import { load, QUEUE_NAME, startBoss } from './queues.ts';
import { WITH_DUTIES } from './work.ts';

/** One posted appointment, as the route has read it. */
interface PostedAppointment {
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
interface DueJob {
  readonly data: object;
  /** Tells this job of this appointment from any other. */
  readonly key: string;
  readonly at: Date;
}

/** Puts jobs into a queue. @param transaction where it is given and the queue can, they are part of it */
type PutJobs = (jobs: readonly DueJob[], transaction?: pg.ClientBase) => Promise<unknown>;

const CONNECTIONS = 10;

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
        QUEUE_NAME,
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
        for (const { data, at } of jobs) await boss.send(QUEUE_NAME, data, { startAfter: at, db });
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

/**
 * One round trip: the idempotency key is taken, and where it is new the appointment is inserted, or updated by a newer
 * version, and its number's opt-out looked up. No row: a repeat, or an older version.
 */
const ACCEPT = `
  with taken as (
    insert into idempotency_key (key, body_hash, answer, created_at) values ($1, $2, $3, $4)
    on conflict (key) do nothing returning key),
  accepted as (
    insert into appointment as a (id, reference, version, revision, status, start_at, phone_ciphertext, phone_hash,
      location_text, updated_at)
    select $5, $6, $7, 1, 'booked', $8, $9, $10, $11, $4 from taken
    on conflict (reference) do update set version = excluded.version, revision = a.revision + 1,
      start_at = excluded.start_at, phone_ciphertext = excluded.phone_ciphertext, phone_hash = excluded.phone_hash,
      location_text = excluded.location_text, updated_at = excluded.updated_at
    where excluded.version > a.version
    returning id, revision)
  select id, revision, exists (select from opt_out o where o.phone_hash = $10) as opted_out from accepted`;

/**
 * What a webhook does around a job queue: in one transaction the request is told from its repeats, the appointment's
 * version checked, its number checked against opt-outs and encrypted, and the appointment stored with its planned jobs.
 */
async function createIntake(databaseUrl: string, putJobs: PutJobs): Promise<Enqueue> {
  const duties = await openDuties(databaseUrl);
  return async (appointment) => {
    const now = new Date();
    const planned = planReminders({
      authority: AUTHORITY,
      start: appointment.start,
      kind: 'visit',
      department: null,
      now,
    }).filter(({ status }) => status === 'planned');
    const accept = { name: 'accept', text: ACCEPT, values: acceptValues(duties, appointment, planned.length, now) };
    const client = await duties.pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ id: string; revision: number; opted_out: boolean }>(accept);
      const jobs = rows.flatMap(({ id, revision, opted_out: optedOut }): DueJob[] => {
        if (optedOut) return [];
        return planned.map(({ rule, dueAt }) => ({ data: { id, rule, revision }, key: `${id}-${rule}`, at: dueAt }));
      });
      if (jobs.length > 0) await putJobs(jobs, client);
      await client.query('commit');
    } catch (error) {
      await rollBack(client);
      throw error;
    } finally {
      client.release();
    }
  };
}

/** @throws Error for a number that gets no SMS, which the benchmark posts none of */
function acceptValues(duties: Duties, appointment: PostedAppointment, reminders: number, now: Date): unknown[] {
  const { id, start, version, place, idempotencyKey, body } = appointment;
  const { phone } = choosePhone(appointment.phone, { defaultRegion: 'DK', allowedCountries: ['DK'] });
  if (phone === null) throw new Error('the number gets no SMS');
  const answer = JSON.stringify({ result: 'accepted', reference: id, reminders });
  const key = [idempotencyKey ?? `${id}-${version}`, createHash('sha256').update(body).digest(), answer, now];
  const numbers = [sealPhone(duties, phone), duties.keyring.phoneHash(phone)];
  return [...key, randomUUID(), id, version, start, ...numbers, place];
}

async function rollBack(client: pg.ClientBase): Promise<void> {
  await client.query('rollback').catch(() => undefined);
}
