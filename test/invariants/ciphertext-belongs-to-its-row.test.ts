import { createCipheriv, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Cipher, UnboundError } from '../../src/domain/keyring.ts';
import { SEALED } from '../../src/operations/reencrypt.sql.ts';
import { reencryptBatch } from '../../src/operations/reencrypt.ts';
import { SendingState } from '../../src/sending-state.ts';
import { openTestDatabase } from '../support/database.ts';

import { useApp, useSending } from '../support/scenario.ts';
import { insert } from '../support/stored-rows.ts';

const PHONE = '+4520123456';
const OTHER = '+4520123457';

describe('a ciphertext that was copied to another row', () => {
  const { sending } = useSending(openTestDatabase);

  it.each([
    ['the number', sql`phone_ciphertext = o.phone_ciphertext`],
    ['the number with its hash', sql`phone_ciphertext = o.phone_ciphertext, phone_hash = o.phone_hash`],
    ['the hash alone', sql`phone_hash = o.phone_hash`],
  ])('has nothing sent to anybody else: %s', async (_, copied) => {
    const { reminder, appointment } = await sending.due('rh', PHONE);
    const other = await sending.due('rh', OTHER);
    await sql`update appointment a set ${copied} from appointment o
      where a.id = ${appointment} and o.id = ${other.appointment}`.execute(sending.db);
    await sending.drain();
    expect(sending.gateway.sent.map(({ to }) => to)).toEqual([OTHER]);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'suppressed', reason: 'internal_error' });
  });
});

describe('encrypting anew', () => {
  const old = { id: 'old', bytes: randomBytes(32) };
  const both = new Cipher([{ id: 'new', bytes: randomBytes(32) }, old]);
  const app = useApp();
  const { rows } = app;

  /** As the first release wrote it: not bound to its row. */
  function unbound(owner: string, label: string, clear: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', old.bytes, nonce);
    cipher.setAAD(Buffer.from(`${owner}\n${label}`));
    const sealed = Buffer.concat([cipher.update(clear), cipher.final()]);
    return Buffer.concat([Buffer.from([3]), Buffer.from('old'), nonce, sealed, cipher.getAuthTag()]);
  }

  const keyringOf = (cipher: Cipher) =>
    Object.assign(Object.create(app.deps.keyring), { cipher }) as typeof app.deps.keyring;

  /** As the upgrade of the first release leaves it. */
  async function upgraded(): Promise<void> {
    await sql`alter table installation disable trigger installation_stays_bound`.execute(app.db);
    await app.db.updateTable('installation').set({ unbound_ciphertexts: true, reencryption: null }).execute();
    await sql`alter table installation enable trigger installation_stays_bound`.execute(app.db);
    both.readsUnbound = true;
  }

  async function run(): Promise<{ reencrypted: number; failed: number; boundOnly: boolean }> {
    const total = { reencrypted: 0, failed: 0 };
    for (let cursor: string | null = null; ; ) {
      const done = await reencryptBatch({ ...app.deps, keyring: keyringOf(both) }, 'administrator', cursor);
      total.reencrypted += done.reencrypted;
      total.failed += done.failed;
      cursor = done.cursor;
      if (cursor === null) return { ...total, boundOnly: done.boundOnly };
    }
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
    await insert(app.db, 'callback', callback);
    const person = { id: appointment, email_hash: null, identity_hash: null, password_hash: null, totp_step: null };
    await insert(app.db, 'person', { ...person, created_at: app.clock.now });
    const name = { id: appointment, person_id: appointment, authority_id: 'rh', name_ciphertext: randomBytes(4) };
    await insert(app.db, 'person_name', name);
    const tried = { id: appointment, authority_id: 'rh', source_id: 'epj', person_id: appointment };
    await insert(app.db, 'import_file', { ...tried, content_ciphertext: randomBytes(4), created_at: app.clock.now });
    const ofSource = { id: crypto.randomUUID(), authority_id: 'rh', source_id: 'epj' };
    const patient = { ...ofSource, patient_key: randomBytes(32), deceased: false };
    const number = { phone_ciphertext: randomBytes(4), phone_hash: randomBytes(32), kept_at: app.clock.now };
    await insert(app.db, 'known_patient', { ...patient, ...number, updated_at: app.clock.now });
    const feed = { authority_id: 'rh', source_id: 'epj', updated_at: app.clock.now };
    const feeds = ['poll', 'subscription'].map((name) => ({ ...feed, feed: name }));
    await insert(app.db, 'fhir_feed', feeds);
    for (const { table, column, label, owner, key, only } of SEALED) {
      const { rows: all } = await sql<{ id: string; owner: string }>`
        select t.${sql.ref(key)}::text as id, ${sql.raw(owner)} as owner from ${sql.table(table)} t
        where ${sql.raw(only)}`.execute(app.db);
      expect([table, all.length > 0]).toEqual([table, true]);
      for (const row of all)
        await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${unbound(row.owner, label, `${label} ${row.id}`)}
          where ${sql.ref(key)}::text = ${row.id} and ${sql.raw(only)}`.execute(app.db);
    }
    const lost = await rows.optOut('rh', OTHER);
    await sql`update opt_out set phone_ciphertext = ${Buffer.from([1, 2, 3])} where id = ${lost}`.execute(app.db);
    await upgraded();
    await reencryptBatch({ ...app.deps, keyring: keyringOf(both) }, 'administrator', null);
    const first = await run();
    expect(first.reencrypted).toBeGreaterThanOrEqual(SEALED.length - 1);
    expect(first.failed).toBe(1);
    expect(await run()).toEqual({ reencrypted: 0, failed: 1, boundOnly: false });
    for (const { table, column, label, owner, row, key, only } of SEALED) {
      const { rows: all } = await sql<{ id: string; owner: string; row: string; sealed: Buffer }>`
        select t.${sql.ref(key)}::text as id, ${sql.raw(owner)} as owner, ${sql.raw(row)} as row,
          t.${sql.ref(column)} as sealed
        from ${sql.table(table)} t where t.${sql.ref(key)}::text <> ${lost} and ${sql.raw(only)}`.execute(app.db);
      for (const each of all) {
        expect(both.decrypt(each.owner, label, each.row, each.sealed)).toBe(`${label} ${each.id}`);
        expect(() => both.decrypt(each.owner, label, `${each.row}x`, each.sealed)).toThrow();
      }
    }
  });

  it('has ciphertexts refused that are bound to no row, once a run has gone through everything without a gap', async () => {
    await upgraded();
    await rows.authority('rm');
    await app.db.deleteFrom('opt_out').execute();
    const id = await rows.optOut('rm', PHONE);
    const put = (sealed: Buffer) =>
      app.db.updateTable('opt_out').set({ phone_ciphertext: sealed }).where('id', '=', id).execute();
    const sealed = unbound('rm', 'opt_out.phone', PHONE);
    const nth = SEALED.findIndex(({ table }) => table === 'opt_out');
    const batch = (cursor: string | null) =>
      reencryptBatch({ ...app.deps, keyring: keyringOf(both) }, 'administrator', cursor);
    await put(sealed);
    // Not one that leaves a column out,
    expect((await batch(null)).boundOnly).toBe(false);
    for (let cursor: string | null = String(nth + 1); cursor !== null; ) cursor = (await batch(cursor)).cursor;
    expect(both.readsUnbound).toBe(true);
    // nor one during which another begins.
    let cursor: string | null = null;
    for (let done = 0; done < 3; done++) cursor = (await batch(cursor)).cursor;
    await batch(null);
    while (cursor !== null) cursor = (await batch(cursor)).cursor;
    expect(both.readsUnbound).toBe(true);
    const other = { readsUnbound: true };
    const clock = { now: () => app.clock.now, monotonic: () => 0 };
    const process = new SendingState('on', clock, other);
    await process.refresh(app.db, '');
    expect(other.readsUnbound).toBe(true);

    expect(await run()).toMatchObject({ boundOnly: true });
    await process.refresh(app.db, '');
    expect([both.readsUnbound, other.readsUnbound]).toEqual([false, false]);
    await put(sealed);
    expect(() => both.decrypt('rm', 'opt_out.phone', id, sealed)).toThrow(UnboundError);
    expect(await run()).toMatchObject({ failed: 1, boundOnly: true });
    await expect(app.db.updateTable('installation').set({ unbound_ciphertexts: true }).execute()).rejects.toThrow(
      'refused for good',
    );
    const anew = app.db.transaction().execute(async (trx) => {
      const row = await trx.deleteFrom('installation').returningAll().executeTakeFirstOrThrow();
      await insert(trx, 'installation', { ...row, reencryption: null, unbound_ciphertexts: true });
    });
    await expect(anew).rejects.toThrow('refused for good');
    const { rows: told } = await sql`select from audit where action = 'installation.refuse-unbound'`.execute(app.db);
    expect(told).toHaveLength(1);
  });

  it('knows every column of ciphertexts', async () => {
    const { rows: columns } = await sql<{ column: string }>`
      select table_name || '.' || column_name as column from information_schema.columns
      where table_schema = current_schema and column_name like '%ciphertext' order by 1`.execute(app.db);
    expect(columns.map(({ column }) => column)).toEqual(SEALED.map(({ table, column }) => `${table}.${column}`).sort());
  });

  it('is for the installation’s administrator', async () => {
    const key = await app.createKey('rh', 'administrator');
    const body = { cursor: null };
    expect((await app.request('/v1/installation/reencrypt', { token: key, body })).status).toBe(403);
    expect(await app.json(200, '/v1/installation/reencrypt', { body })).toMatchObject({ cursor: '1' });
    await app.json(422, '/v1/installation/reencrypt', { body: { cursor: 'x' } });
  });
});
