import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { readConfig } from '../src/config/config.ts';
import { openDatabase } from '../src/database/connect.ts';
import { Cipher } from '../src/domain/keyring.ts';
import { openInstallation } from '../src/store/installation.ts';
import { JSON_EVENT, post } from './posts.ts';
import { environmentFor, freshDatabase, startBenchService } from './service.ts';

/**
 * SQL of the id of copy `n`: in the order in which they are made, as a UUIDv7 is. Its end decides which process's share
 * the reminder is in.
 */
export const ID_OF_COPY = "(lpad(to_hex(n), 12, '0') || '70008000' || left(md5(n::text), 12))::uuid";
const AT_ONCE = 50_000;
/** Between reminders that are due soon. */
export const SOON_MS = 100;

/**
 * A database with one source, `bench`, that has sent one appointment, and the settings of processes that work on it.
 */
export interface Stock {
  readonly databaseUrl: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of the source. */
  readonly token: string;
}

export async function openStock(serverUrl: string): Promise<Stock> {
  const databaseUrl = await freshDatabase(serverUrl);
  const env = environmentFor(databaseUrl);
  return { databaseUrl, env, token: await postFirst(env) };
}

/** Has a new service with those settings take the appointment `first-0` in. @returns the token of its source */
export async function postFirst(env: Readonly<Record<string, string>>): Promise<string> {
  const service = await startBenchService(readConfig(env));
  await post(service.url, JSON_EVENT, service.token, 'first', { appointments: 1, connections: 1 });
  await service.stop();
  return service.token;
}

export interface Copies {
  readonly count: number;
  /** Of the first; the others follow, one every `everyMs`. */
  readonly due: Date;
  readonly everyMs: number;
  /** So many of them come first, and follow each other by `SOON_MS` instead. */
  readonly soon?: number;
  /** Where in the table those that are due next to each other stand: next to each other, or, as in life, anywhere. */
  readonly scattered?: boolean;
  /** Columns of the reminder that differ from those of the first one: an expression of `n`, the number of the copy. */
  readonly columns?: Readonly<Record<string, string>>;
  /** The same of the appointment. */
  readonly appointmentColumns?: Readonly<Record<string, string>>;
}

/**
 * Copies the first appointment and the first of its reminders inside the database: each copy has an id, a reference and
 * a number's hash of its own, and is as large as one that was posted. Then does what autovacuum would have done by the
 * time there are so many.
 * @param from the number of the first copy, where there are some already
 */
export async function multiply(databaseUrl: string, copies: Copies, from = 0): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { count, due, everyMs, soon = 0, scattered = false, columns = {}, appointmentColumns = {} } = copies;
  // Steps of a large prime come by each number once.
  const turn = scattered ? `((n - ${from}) * 7368787 % ${count})` : `(n - ${from})`;
  const afterMs =
    soon > 0
      ? `(least(${turn}, ${soon}) * ${SOON_MS} + greatest(${turn} - ${soon}, 0) * ${everyMs})`
      : `${turn} * ${everyMs}`;
  const dueAt = `'${due.toISOString()}'::timestamptz + ${afterMs} * interval '1 millisecond'`;
  const sealer = await openSealer(databaseUrl);
  const appointment = await copied(client, 'appointment', {
    id: ID_OF_COPY,
    reference: "'C-' || n",
    phone_hash: 's.hash',
    phone_ciphertext: 's.sealed',
    start_at: `${dueAt} + interval '24 hours'`,
    ...appointmentColumns,
  });
  const reminder = await copied(client, 'reminder', {
    id: ID_OF_COPY,
    appointment_id: ID_OF_COPY,
    due_at: dueAt,
    next_at: dueAt,
    due_day: `((${dueAt}) at time zone 'Europe/Copenhagen')::date`,
    expires_at: `${dueAt} + interval '23 hours'`,
    ...columns,
  });
  await client.query('set synchronous_commit = off');
  for (let done = 0; done < count; done += AT_ONCE) {
    const [begin, end] = [from + done, from + Math.min(done + AT_ONCE, count)];
    const range = `generate_series(${begin}::bigint, ${end - 1}) n`;
    const numbers = Array.from({ length: end - begin }, (_, nth) => sealer.number(begin + nth));
    const sealed = `(select ${begin} + nth - 1 as n, hash, sealed
      from unnest($1::bytea[], $2::bytea[]) with ordinality as x (hash, sealed, nth)) s`;
    const first = "(select * from appointment where reference = 'first-0') t";
    await client.query(
      `insert into appointment (${appointment.names}) select ${appointment.values} from ${first}, ${sealed}`,
      [numbers.map(({ hash }) => hash), numbers.map(({ ciphertext }) => ciphertext)],
    );
    const planned = `(select r.* from reminder r join ${first} on t.id = r.appointment_id order by r.due_at limit 1) t`;
    await client.query(`insert into reminder (${reminder.names}) select ${reminder.values} from ${planned}, ${range}`);
  }
  await client.query('vacuum (analyze) appointment, reminder');
  await client.query('checkpoint');
  await client.end();
}

/** Encrypts a number of its own for each copy: a ciphertext belongs to its row. */
async function openSealer(databaseUrl: string) {
  const { encryptionKeys, publicUrl } = readConfig(environmentFor(databaseUrl));
  const { db, close } = await openDatabase({ databaseUrl });
  const { keyring } = await openInstallation(db, new Cipher(encryptionKeys), publicUrl, new Date());
  const { rows } = await sql<{ owner: string }>`
    select authority_id as owner from appointment where reference = 'first-0'`.execute(db);
  await close();
  const owner = rows[0]?.owner ?? '';
  return {
    number(n: number) {
      const end = createHash('md5').update(String(n)).digest('hex').slice(0, 12);
      const hex = `${n.toString(16).padStart(12, '0')}70008000${end}`;
      const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      const phone = `+45${20_000_000 + n}`;
      const ciphertext = keyring.cipher.encrypt(owner, 'appointment.phone', id, phone);
      return { hash: keyring.phoneHash(phone), ciphertext };
    },
  };
}

async function copied(client: pg.Client, table: string, changed: Readonly<Record<string, string>>) {
  const { rows } = await client.query<{ name: string }>(
    'select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum',
    [table],
  );
  const names = rows.map(({ name }) => name);
  return { names: names.join(), values: names.map((name) => changed[name] ?? `t.${name}`).join() };
}
