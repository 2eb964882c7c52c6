import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { AUTHORITY_DEFAULTS, type AuthoritySettings } from '../src/domain/authority.ts';
import { localDay, readLocal } from '../src/domain/calendar.ts';
import { Cipher, Keyring } from '../src/domain/keyring.ts';
import { isOpen } from '../src/domain/planning/sending-window.ts';
import { loadShippedTemplates, render, variablesFor } from '../src/templates/index.ts';
import { eachOf, type Job, type Send, type Work } from './work.ts';

/** Columns of the tables that a team would make beside a job queue, as small as the duties allow. */
const SCHEMA = `
  create table appointment (
    id uuid primary key, reference text not null unique, version bigint not null, revision integer not null,
    status text not null, start_at timestamptz not null, phone_ciphertext bytea not null, phone_hash bytea not null,
    location_text text, updated_at timestamptz not null);
  create index on appointment (phone_hash);
  create table opt_out (phone_hash bytea primary key, recorded_at timestamptz not null);
  create table message (
    id uuid primary key, appointment_id uuid not null references appointment (id), rule text not null,
    status text not null, phone_ciphertext bytea not null, phone_hash bytea not null, text_ciphertext bytea not null,
    segments smallint not null, created_at timestamptz not null, accepted_at timestamptz,
    unique (appointment_id, rule));
  create index on message (phone_hash, created_at);
  create table statistic (day date not null, status text not null, messages integer not null);
  create table idempotency_key (key text primary key, body_hash bytea not null, answer jsonb not null,
    created_at timestamptz not null)`;

const CONNECTIONS = 20;
const PHONES = 'appointment.phone';
const TEXTS = 'message.text';
const RULE = 'day-before';

/** Settings that a peer's process keeps in memory: those of the authority that the service is measured with. */
export const AUTHORITY: AuthoritySettings = {
  ...AUTHORITY_DEFAULTS,
  name: 'Bench',
  sender: 'Bench',
  sendingWindow: null,
  maxPerNumberPerDay: 100,
};

/** Keys and database of a peer that has the duties of a reminder. */
export interface Duties {
  readonly keyring: Keyring;
  readonly pool: pg.Pool;
}

/** Makes the tables. @param databaseUrl a database without them, which may be that of the queue */
export async function openDuties(databaseUrl: string): Promise<Duties> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await pool.query(SCHEMA);
  const keyring = new Keyring(new Cipher([{ id: 'bench', bytes: randomBytes(32) }]), randomBytes(32), randomBytes(32));
  return { keyring, pool };
}

export const sealPhone = ({ keyring }: Duties, phone: string): Buffer =>
  keyring.cipher.encrypt('bench', PHONES, 'row', phone);

interface Loaded {
  readonly id: string;
  readonly revision: number;
  readonly status: string;
  readonly start_at: Date;
  readonly phone_ciphertext: Buffer;
  readonly phone_hash: Buffer;
  readonly location_text: string | null;
  readonly opted_out: boolean;
  readonly today: number;
}

interface Message {
  readonly id: string;
  readonly loaded: Loaded;
  readonly to: string;
  readonly text: string;
  readonly segments: number;
}

/** The appointments, with what is to be checked before a call. */
const LOAD = `
  select a.id, a.revision, a.status, a.start_at, a.phone_ciphertext, a.phone_hash, a.location_text,
    exists (select from opt_out o where o.phone_hash = a.phone_hash) as opted_out,
    (select count(*)::int from message m where m.phone_hash = a.phone_hash and m.created_at >= $2) as today
  from appointment a where a.id = any($1::uuid[])`;

/** Committed before the calls. An appointment that changed since it was loaded gets no message, nor does a job run again. */
const STORE = `
  insert into message (id, appointment_id, rule, status, phone_ciphertext, phone_hash, text_ciphertext, segments, created_at)
  select x.id, a.id, $7, 'handing_over', x.phone, a.phone_hash, x.body, x.segments, $8
  from unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[], $5::bytea[], $6::smallint[])
    as x(id, appointment_id, revision, phone, body, segments)
  join appointment a on a.id = x.appointment_id and a.revision = x.revision and a.status = 'booked'
  on conflict (appointment_id, rule) do nothing returning id`;

const RECORD = `
  with changed as (
    update message m set status = x.status, accepted_at = case x.status when 'accepted' then $3::timestamptz end
    from unnest($1::uuid[], $2::text[]) as x(id, status) where m.id = x.id returning m.status)
  insert into statistic (day, status, messages) select $4, status, count(*) from changed group by status`;

/**
 * What a worker on a job queue does for a reminder: loads the appointment, checks opt-out, sending window and daily limit,
 * renders, stores the message with its encrypted text before the call, records and counts the outcome after it. Jobs that
 * a queue gives together share the three statements.
 */
export async function createDutifulWork(databaseUrl: string, send: Send, inFlight: number): Promise<Work> {
  const duties = await openDuties(databaseUrl);
  const template = loadShippedTemplates().get('reminder', AUTHORITY.language);

  const prepare = (loaded: Loaded, now: Date): Message[] => {
    if (loaded.status !== 'booked' || loaded.opted_out || loaded.today >= AUTHORITY.maxPerNumberPerDay) return [];
    if (!isOpen(AUTHORITY.sendingWindow, AUTHORITY.timeZone, now)) return [];
    const subject = { kind: 'visit', department: null, contactPhone: null } as const;
    const about = { ...subject, start: loaded.start_at, locationText: loaded.location_text };
    const rendered = render(template, variablesFor(about, AUTHORITY, AUTHORITY.language));
    if ('refused' in rendered) return [];
    const to = duties.keyring.cipher.decrypt('bench', PHONES, 'row', loaded.phone_ciphertext);
    return [{ id: randomUUID(), loaded, to, text: rendered.text, segments: rendered.segments }];
  };

  return {
    prepare: (count) => book(duties, count),
    async handOver(jobs) {
      const now = new Date();
      const day = localDay(now, AUTHORITY.timeZone);
      const midnight = readLocal(`${day}T00:00`, AUTHORITY.timeZone).at;
      const load = { name: 'load', text: LOAD, values: [jobs.map(({ id }) => id), midnight] };
      const { rows } = await duties.pool.query<Loaded>(load);
      const stored = await store(
        duties,
        rows.flatMap((each) => prepare(each, now)),
        now,
      );
      const outcomes: string[] = [];
      await eachOf(stored, inFlight, async (message) => {
        await send(message);
        outcomes.push(message.id);
      });
      const values = [outcomes, outcomes.map(() => 'accepted'), new Date(), day];
      await duties.pool.query({ name: 'record', text: RECORD, values });
    },
  };
}

async function store({ keyring, pool }: Duties, messages: readonly Message[], now: Date): Promise<Message[]> {
  const values = [
    messages.map(({ id }) => id),
    messages.map(({ loaded }) => loaded.id),
    messages.map(({ loaded }) => loaded.revision),
    messages.map(({ to }) => keyring.cipher.encrypt('bench', 'message.phone', 'row', to)),
    messages.map(({ text }) => keyring.cipher.encrypt('bench', TEXTS, 'row', text)),
    messages.map(({ segments }) => segments),
    ...[RULE, now],
  ];
  const { rows } = await pool.query<{ id: string }>({ name: 'store', text: STORE, values });
  const stored = new Set(rows.map(({ id }) => id));
  return messages.filter(({ id }) => stored.has(id));
}

/** Books so many appointments, each with a number of its own. */
async function book(duties: Duties, count: number): Promise<Job[]> {
  const jobs = Array.from({ length: count }, (_, nth) => ({ id: randomUUID(), phone: `+45${20_100_000 + nth}` }));
  await duties.pool.query(
    `insert into appointment (id, reference, version, revision, status, start_at, phone_ciphertext, phone_hash,
       location_text, updated_at)
     select x.id, x.id::text, 1, 1, 'booked', $4::timestamptz + interval '1 day', x.phone, x.hash, 'Opgang 4', $4
     from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as x(id, phone, hash)`,
    [
      jobs.map(({ id }) => id),
      jobs.map(({ phone }) => sealPhone(duties, phone)),
      jobs.map(({ phone }) => duties.keyring.phoneHash(phone)),
      new Date(),
    ],
  );
  return jobs.map(({ id }) => ({ id }));
}
