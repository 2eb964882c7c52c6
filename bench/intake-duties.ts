import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { choosePhone } from '../src/domain/phone.ts';
import { planReminders } from '../src/domain/planning/planning.ts';
import { AUTHORITY, type Duties, openDuties, sealPhone } from './duties.ts';
import type { DueJob, Enqueue, PostedAppointment, PutJobs } from './peers.ts';

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
export async function createIntake(databaseUrl: string, putJobs: PutJobs): Promise<Enqueue> {
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
