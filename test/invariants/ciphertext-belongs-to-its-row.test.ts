import { createCipheriv, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Cipher } from '../../src/domain/keyring.ts';
import { SEALED } from '../../src/operations/reencrypt.sql.ts';
import { reencryptBatch } from '../../src/operations/reencrypt.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { drainAndSettle, due, reminderNow, type Sending, startSending } from '../support/sending.ts';
import { StoredRows } from '../support/stored-rows.ts';

const PHONE = '+4520123456';
const OTHER = '+4520123457';

describe('a ciphertext that was copied to another row', () => {
  let database: TestDatabase;
  let sending: Sending;
  beforeEach(async () => {
    database = await openTestDatabase();
    sending = startSending(database);
    await sending.rows.authority('rh');
    return () => database.close();
  });

  it.each([
    ['the number', sql`phone_ciphertext = o.phone_ciphertext`],
    ['the number with its hash', sql`phone_ciphertext = o.phone_ciphertext, phone_hash = o.phone_hash`],
    ['the hash alone', sql`phone_hash = o.phone_hash`],
  ])('has nothing sent to anybody else: %s', async (_, copied) => {
    const { reminder, appointment } = await due(sending, 'rh', PHONE);
    const other = await due(sending, 'rh', OTHER);
    await sql`update appointment a set ${copied} from appointment o
      where a.id = ${appointment} and o.id = ${other.appointment}`.execute(sending.db);
    await drainAndSettle(sending);
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([OTHER]);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
  });
});

describe('encrypting anew', () => {
  const old = { id: 'old', bytes: randomBytes(32) };
  const both = new Cipher([{ id: 'new', bytes: randomBytes(32) }, old]);
  let app: TestApp;
  let rows: StoredRows;
  beforeAll(async () => {
    app = await openTestApp('embedded');
    rows = new StoredRows(app.db, app.clock.now, app.deps.keyring);
  });
  afterAll(() => app.close());

  /** As the first release wrote it: not bound to its row. */
  function unbound(owner: string, label: string, clear: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', old.bytes, nonce);
    cipher.setAAD(Buffer.from(`${owner}\n${label}`));
    const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
    return Buffer.concat([Buffer.from([3]), Buffer.from('old'), nonce, sealed, cipher.getAuthTag()]);
  }

  it('binds every column to its row under the first key, may be stopped and begun again, and leaves what it can not open', async () => {
    const authority = await rows.authority('rh');
    const events = { url: 'https://8.8.8.8/events' };
    const source = await app.makeSource('rh', 'epj', { auth: { hmac: { header: 'x', algorithm: 'sha256' } }, events });
    expect(source.token).toBeTruthy();
    const appointment = await rows.appointment(authority, PHONE);
    const reminder = await rows.reminder(authority, appointment);
    await rows.message(authority, reminder, PHONE);
    await rows.message(authority, null, PHONE, { authority_id: null });
    await rows.reply([authority], PHONE);
    await rows.optOut(authority, PHONE);
    await rows.optOut(null, OTHER);
    const receipt = { gateway: 'simulator', kind: 'receipt', dedupe_key: randomBytes(8), note: null } as const;
    const callback = { id: appointment, raw_ciphertext: randomBytes(4), received_at: app.clock.now, ...receipt };
    await app.db.insertInto('callback').values(callback).execute();
    for (const { table, column, label, owner } of SEALED) {
      const { rows: all } = await sql<{ id: string; owner: string }>`
        select t.id::text as id, ${sql.raw(owner)} as owner from ${sql.table(table)} t`.execute(app.db);
      expect([table, all.length > 0]).toEqual([table, true]);
      for (const row of all)
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${unbound(row.owner, label, `${label} ${row.id}`)}
          where id::text = ${row.id}`.execute(app.db);
    }
    const lost = await rows.optOut('rh', OTHER);
    await sql`update opt_out set phone_ciphertext = ${Buffer.from([1, 2, 3])} where id = ${lost}`.execute(app.db);
    const keyring = Object.assign(Object.create(app.deps.keyring), { cipher: both }) as typeof app.deps.keyring;
    const run = async () => {
      const total = { reencrypted: 0, failed: 0 };
      for (let cursor: string | null = null; ; ) {
        const done = await reencryptBatch({ ...app.deps, keyring }, 'administrator', cursor);
        total.reencrypted += done.reencrypted;
        total.failed += done.failed;
        cursor = done.cursor;
        if (cursor === null) return total;
      }
    };
    await reencryptBatch({ ...app.deps, keyring }, 'administrator', null);
    const first = await run();
    expect(first.reencrypted).toBeGreaterThanOrEqual(SEALED.length - 1);
    expect(first.failed).toBe(1);
    expect(await run()).toEqual({ reencrypted: 0, failed: 1 });
    for (const { table, column, label, owner, row } of SEALED) {
      const { rows: all } = await sql<{ id: string; owner: string; row: string; sealed: Buffer }>`
        select t.id::text as id, ${sql.raw(owner)} as owner, ${sql.raw(row)} as row, t.${sql.ref(column)} as sealed
        from ${sql.table(table)} t where t.id::text <> ${lost}`.execute(app.db);
      for (const each of all) {
        expect(both.decrypt(each.owner, label, each.row, each.sealed)).toBe(`${label} ${each.id}`);
        expect(() => both.decrypt(each.owner, label, `${each.row}x`, each.sealed)).toThrow();
      }
    }
  });

  it('knows every column of ciphertexts', async () => {
    const { rows: columns } = await sql<{ column: string }>`
      select table_name || '.' || column_name as column from information_schema.columns
      where table_schema = current_schema and column_name like '%ciphertext' order by 1`.execute(app.db);
    expect(columns.map(({ column }) => column)).toEqual(SEALED.map(({ table, column }) => `${table}.${column}`).sort());
  });

  it('is for the installation’s administrator', async () => {
    const key = await app.makeKey('rh', 'administrator');
    const body = { cursor: null };
    expect((await app.request('/v1/installation/reencrypt', { token: key, body })).status).toBe(403);
    expect(await app.json(200, '/v1/installation/reencrypt', { body })).toMatchObject({ cursor: '1' });
    await app.json(422, '/v1/installation/reencrypt', { body: { cursor: 'x' } });
  });
});
