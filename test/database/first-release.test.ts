import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { TransactionLockDialect } from '../../src/database/dialect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createPglite, pglitePool } from '../../src/database/pglite.ts';
import type { Database } from '../../src/database/tables.ts';
import { storedAlias } from '../../src/domain/identity/match-known.ts';
import { Cipher } from '../../src/domain/keyring.ts';
import { type Dimension, readStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { writeAudit } from '../../src/store/audit.ts';
import { openInstallation, readBinding } from '../../src/store/installation.ts';
import { placeOf } from '../../src/store/places.ts';
import { createEmptyPostgres } from '../support/database.ts';

const DUMP = readFileSync(new URL('./first-release.sql', import.meta.url), 'utf8');
const BY: readonly Dimension[] = ['day', 'template', 'language', 'gateway', 'department'];

interface Opened {
  readonly db: Kysely<Database>;
  close(): Promise<void>;
}

async function openPostgres(): Promise<Opened> {
  const { url, drop } = await createEmptyPostgres();
  const { db, close } = await openDatabase({ databaseUrl: url });
  return { db, close: () => close().then(drop) };
}

async function openEmbedded(): Promise<Opened> {
  const pglite = await createPglite();
  const db = new Kysely<Database>({ dialect: new TransactionLockDialect({ pool: pglitePool(pglite) }) });
  return { db, close: () => db.destroy() };
}

type Counts = Record<string, number>;

async function counts(db: Kysely<Database>, statement: string): Promise<Counts> {
  const { rows } = await sql.raw<{ key: string; count: string }>(statement).execute(db);
  return Object.fromEntries(rows.map(({ key, count }) => [key, Number(count)]));
}

async function statisticsOf(db: Kysely<Database>): Promise<Record<string, Counts>> {
  const period = { authorityId: 'demo', from: '2026-01-01', to: '2027-12-31' };
  const all: Record<string, Counts> = {};
  for (const by of BY) {
    const rows = await readStatistics(db, by, period);
    all[by] = Object.fromEntries(
      rows.map(({ key, status, reminders, segments }) => [`${key} ${status} ${segments}`, reminders]),
    );
  }
  return all;
}

/** Everything that each table holds, by table, before the upgrade or after it. */
async function sizes(db: Kysely<Database>): Promise<Counts> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%'`.execute(db);
  const all: Counts = {};
  for (const { name } of rows) all[name] = (await counts(db, `select 'n' as key, count(*) from ${name}`)).n ?? 0;
  return all;
}

it.each([
  ['PostgreSQL', openPostgres],
  ['the embedded database', openEmbedded],
] as const)('a database of the first release is migrated with everything in it, on %s', async (_, open) => {
  const { db, close } = await open();
  await sql.raw(DUMP).execute(db);
  await sql`update fhir_feed set next_page = 'https://fhir/?name=Hansen', begun_at = now()`.execute(db);
  const before = {
    sizes: await sizes(db),
    reminders: await counts(db, 'select status as key, count(*) from reminder group by 1'),
    texts: await counts(
      db,
      "select message_id::text || encode(text_ciphertext, 'hex') as key, 1 as count from message_text",
    ),
    receipts: await counts(db, 'select message_id::text as key, count(*) from receipt group by 1'),
  };
  expect(Object.values(before.sizes).filter((size) => size === 0)).toEqual([]);
  // In hand of a process that is gone: one that was started, one that was to be sent again.
  expect(before.reminders).toMatchObject({ claimed: 3 });
  const statistics = await statisticsOf(db);

  expect(await migrate(db)).toEqual([]);
  expect(await migrate(db)).toEqual([]);

  const after = await sizes(db);
  const {
    batch: _batch,
    message_text: _texts,
    reminder_history: _history,
    statistics_delta: _delta,
    statistics_sum: sums,
    unmapped_value: _unmapped,
    ...kept
  } = before.sizes;
  expect(after).toMatchObject(kept);
  // Segments by country, which prices go by, are summed up anew; the first release knew no countries.
  const { rows: summed } = await sql<{ route: boolean; count: string; segments: string }>`
    select dimension = 'route' as route, count(*) as count, sum(segments) filter (where span = 'day') as segments
    from statistics_sum group by 1 order by 1`.execute(db);
  const { rows: handedOver } = await sql<{ segments: string }>`
    select sum(segments) as segments from statistics_day where gateway <> 'none'`.execute(db);
  expect(summed[0]).toMatchObject({ route: false, count: String(sums) });
  expect(summed[1]).toMatchObject({ route: true, segments: handedOver[0]?.segments });
  // The address of a further page stood in clear: a poll begins anew where the last one that was done ended.
  const feeds = await db.selectFrom('fhir_feed').selectAll().execute();
  expect(feeds).toMatchObject([{ polled_at: expect.any(Date), next_page_ciphertext: null, begun_at: null }]);
  // Places may be addresses, and reasons what somebody typed about a citizen.
  const { rows: places } = await sql`select value from unmapped_value where field = 'location'`.execute(db);
  const { rows: reasons } = await sql`
    select after from audit where action like 'opt-out.%' and (before ? 'reason' or after ? 'reason')`.execute(db);
  const { rows: typed } = await sql`select after from audit where action = 'opt-out.record'`.execute(db);
  expect([places, reasons]).toEqual([[], []]);
  // When and by which user of its database an entry was written is not known, and not made up.
  const recorded = sql`select from audit where num_nonnulls(recorded_at, recorded_by) > 0`;
  expect((await recorded.execute(db)).rows).toEqual([]);
  await writeAudit(db, { actor: 'a', action: 'b', authorityId: null, target: 'c' }, new Date());
  expect((await recorded.execute(db)).rows).toHaveLength(1);
  expect(typed).toContainEqual({ after: { created: true } });
  expect(
    await counts(
      db,
      `select case r.status when 'handed_over' then m.status else r.status end as key, count(*)
       from reminder r left join message m on m.reminder_id = r.id group by 1`,
    ),
  ).toEqual({
    ...before.reminders,
    claimed: undefined,
    planned: (before.reminders.planned ?? 0) + 1,
    uncertain: (before.reminders.uncertain ?? 0) + 2,
  });
  expect(
    await counts(
      db,
      "select id::text || encode(text_ciphertext, 'hex') as key, 1 as count from message where text_ciphertext is not null",
    ),
  ).toEqual(before.texts);
  expect(await counts(db, 'select message_id::text as key, count(*) from receipt group by 1')).toEqual(before.receipts);

  const now = await statisticsOf(db);
  const sum = (all: Counts, status: string) =>
    Object.entries(all).reduce((total, [key, count]) => total + (key.includes(` ${status} `) ? count : 0), 0);
  for (const by of BY) {
    const [was, is] = [statistics[by] as Counts, now[by] as Counts];
    expect(sum(is, 'planned')).toBe(sum(was, 'planned') - 2);
    expect(sum(is, 'uncertain')).toBe(sum(was, 'uncertain') + 2);
    for (const status of [
      'accepted',
      'delivered',
      'undelivered',
      'rejected',
      'expired',
      'cancelled',
      'superseded',
      'suppressed',
    ])
      expect([by, status, sum(is, status)]).toEqual([by, status, sum(was, status)]);
  }
  await close();
});

it('ids and places that the first release kept in clear are hashed and encrypted by the first start', async () => {
  const { db, close } = await openEmbedded();
  await sql.raw(DUMP).execute(db);
  const ids = await db.selectFrom('appointment_alias').selectAll().orderBy('appointment_id').execute();
  const keys = await db.selectFrom('idempotency_key').selectAll().execute();
  const [moved] = await db.selectFrom('appointment').select(['id', 'authority_id']).limit(1).execute();
  await sql`update appointment set kind = 'home', location_code = 'H7', location_text = 'Kanalvej 5'
    where id = ${moved?.id}`.execute(db);
  await migrate(db);
  const cipher = new Cipher([{ id: 'new', bytes: randomBytes(32) }]);
  const wrapped = (column: string) => cipher.encrypt('', `installation.${column}`, '1', randomBytes(32));
  await db
    .updateTable('installation')
    .set({ lookup_key: wrapped('lookup_key'), patient_key: wrapped('patient_key') })
    .execute();
  for (let start = 0; start < 2; start++) {
    const { keyring } = await openInstallation(db, cipher, 'http://127.0.0.1:3000', new Date());
    expect(cipher.readsUnbound).toBe(true);
    const hashed = await db.selectFrom('appointment_alias').selectAll().execute();
    expect(hashed).toHaveLength(ids.length);
    for (const { source_id, kind, value, appointment_id, shared } of ids) {
      const [namespace = '', id = ''] = value.split('|');
      const alias = storedAlias({ kind, namespace: namespace || null, value: id }, (of) =>
        keyring.idHash(source_id, of),
      );
      expect(hashed).toContainEqual(expect.objectContaining({ source_id, appointment_id, shared, ...alias }));
    }
    const after = await db.selectFrom('idempotency_key').select('key').execute();
    const found = after.map(({ key }) => key).sort();
    expect(found).toEqual(keys.map(({ source_id, key }) => keyring.idHash(source_id, key)).sort());
    const home = await db.selectFrom('appointment').selectAll().where('kind', '=', 'home').executeTakeFirstOrThrow();
    expect([home.location_code, home.location_text]).toEqual([null, null]);
    expect(placeOf(home, keyring)).toEqual({ locationCode: 'H7', locationText: 'Kanalvej 5' });
  }
  await close();
});

it('counts after the upgrade what the tables hold, also once a receipt has come for each message', async () => {
  const { db, close } = await openPostgres();
  await sql.raw(DUMP).execute(db);
  await migrate(db);
  const told = async () => {
    const rows = await readStatistics(db, 'department', { authorityId: 'demo', from: '2026-01-01', to: '2027-12-31' });
    const all: Counts = {};
    for (const { status, reminders } of rows) all[status] = (all[status] ?? 0) + reminders;
    return Object.fromEntries(Object.entries(all).filter(([, count]) => count !== 0));
  };
  const counted = () =>
    counts(
      db,
      `select case when r.status <> 'handed_over' then r.status else m.status end as key, count(*)
       from reminder r left join message m on m.reminder_id = r.id group by 1`,
    );
  expect(await told()).toEqual(await counted());
  await sql`update message set status = 'delivered' where status in ('accepted', 'uncertain', 'undelivered')`.execute(
    db,
  );
  expect(await told()).toEqual(await counted());
  expect(await counts(db, "select 'n' as key, count(*) from uncertain_message")).toEqual({ n: 0 });
  await close();
});

it('a database from before the first release is refused with a sentence that says how to go on', async () => {
  const { db, close } = await openPostgres();
  await sql.raw(DUMP).execute(db);
  await sql`delete from kysely_migration where name = '0010_at_once'`.execute(db);
  await expect(migrate(db)).rejects.toThrow('before the first release (its last migration is 0009_claims');
  expect((await sizes(db)).batch).toBeGreaterThan(0);
  await close();
});

it.each([
  ['goes on sending where it was upgraded in place', true, false],
  ['stays known as restored where it was made from a dump', false, true],
] as const)('a database of the first release %s', async (_, own, restored) => {
  const { db, close } = await openPostgres();
  await sql.raw(DUMP).execute(db);
  const identity = sql`concat_ws('.', (select system_identifier from pg_control_system()),
    (select oid from pg_database where datname = current_database()),
    'installation'::regclass::oid, 'appointment'::regclass::oid, 'reminder'::regclass::oid, 'message'::regclass::oid)`;
  if (own) await sql`update installation set database_identity = ${identity}`.execute(db);
  expect((await readBinding(db)).restored).toBe(restored);
  await migrate(db);
  expect((await readBinding(db)).restored).toBe(restored);
  await close();
});
