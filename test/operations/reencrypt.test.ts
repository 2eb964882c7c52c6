import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import pino from 'pino';
import { beforeEach, expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { Cipher } from '../../src/domain/keyring.ts';
import { SEALED } from '../../src/operations/reencrypt.sql.ts';
import { reencryptBatch } from '../../src/operations/reencrypt.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { openTestDatabase } from '../support/database.ts';
import { useRows } from '../support/scenario.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const PHONE = '+4520123456';

const { database, rows } = useRows(() => openTestDatabase('postgres'), NOW, { each: true });
beforeEach(async () => {
  await rows.authority('rh');
});

/** Two rows of a table: intake and hand-over lock `first` before `second`, and the page has them the other way round. */
const PAIRS = {
  async appointment() {
    const second = await rows.appointment('rh', PHONE, { reference: 'B' });
    const first = await rows.appointment('rh', PHONE, { reference: 'A' });
    return [first, second];
  },
  async reminder() {
    const [first, second] = [newId(NOW), newId(NOW)].sort();
    const appointment = await rows.appointment('rh', PHONE);
    for (const id of [second, first])
      await rows.reminder('rh', appointment, { id: id ?? '', text_ciphertext: randomBytes(40) });
    return [first, second];
  },
  async message() {
    const [first, second] = [newId(NOW), newId(NOW)].sort();
    for (const id of [second, first]) await rows.message('rh', null, PHONE, { id: id ?? '' });
    return [first, second];
  },
  /** The start of reminders locks sources as they come. */
  async source() {
    await rows.source('rh', 'rh-2');
    const sealed = rows.keyring.cipher.encrypt('rh', 'source.hmac_secret', 'rh', 'x');
    await database.db.updateTable('source').set({ hmac_secret_ciphertext: sealed }).execute();
    return ['rh-2', 'rh'];
  },
} as const;

it.each(Object.keys(PAIRS) as (keyof typeof PAIRS)[])(
  'encrypting rows of %s anew and what locks two of them get on without a deadlock',
  async (table) => {
    const [first, second] = await PAIRS[table]();
    const nth = SEALED.findIndex((column) => column.table === table);
    const keyring = Object.assign(Object.create(rows.keyring), {
      cipher: new Cipher([{ id: 'new', bytes: randomBytes(32) }]),
    }) as typeof rows.keyring;
    const before = await deadlocks(database.db);
    const lock = (id: string | undefined) =>
      sql`select from ${sql.table(table)} where id::text = ${id ?? ''} ${sql.raw(table === 'source' ? 'for share' : 'for update')}`;
    // A cipher that opens nothing: which rows are replaced, and not how, is what this is about.
    Object.assign(keyring.cipher, { decryptBytes: () => Buffer.from('clear') });
    let batch: Promise<unknown> = Promise.resolve();
    const other = await inOpenTransaction(database.db, async (trx) => {
      await lock(first).execute(trx);
      const deps = { db: database.db, keyring, now: () => NOW, log: pino({ level: 'silent' }) };
      batch = reencryptBatch(deps, 'administrator', String(nth));
      await waitingForLock(database.db);
      await lock(second).execute(trx);
    });
    await other.commit();
    expect(await batch).toMatchObject({ reencrypted: 2, failed: 0 });
    expect(await deadlocks(database.db)).toBe(before);
  },
);
