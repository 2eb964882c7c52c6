import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Cipher, type EncryptionKey, keyIdOf, UnboundError } from '../../src/domain/keyring.ts';
import { adoptInstallation, bindRestored, findPublicUrl, openInstallation } from '../../src/store/installation.ts';
import { describeDatabases } from '../support/database.ts';

const key = (id: string): EncryptionKey => ({ id, bytes: randomBytes(32) });
const now = new Date('2026-11-24T11:00:00Z');
const URL_OF_OURS = 'https://sms.example.org';
const NUMBER = '+4520123456';

describeDatabases('the installation', (open) => {
  it('finds numbers again after its first key was replaced and the old one dropped', async () => {
    const { db, close } = await open();
    const [old, next] = [key('2025'), key('2026')];
    const before = await openInstallation(db, new Cipher([old]), URL_OF_OURS, now);
    const rotated = await openInstallation(db, new Cipher([next, old]), URL_OF_OURS, now);
    const row = await db.selectFrom('installation').selectAll().executeTakeFirstOrThrow();
    expect([keyIdOf(row.lookup_key), keyIdOf(row.patient_key)]).toEqual(['2026', '2026']);
    const after = await openInstallation(db, new Cipher([next]), URL_OF_OURS, now);
    for (const { keyring } of [rotated, after]) {
      expect(keyring.phoneHash(NUMBER)).toEqual(before.keyring.phoneHash(NUMBER));
      expect(keyring.patientKey('s', 'P-1')).toEqual(before.keyring.patientKey('s', 'P-1'));
    }
    await close();
  });

  it('reads no ciphertext that is not bound to its row, unless it was upgraded from the first release', async () => {
    const { db, close } = await open();
    const cipher = new Cipher([key('k')]);
    cipher.readsUnbound = true;
    await openInstallation(db, cipher, URL_OF_OURS, now);
    expect(cipher.readsUnbound).toBe(false);
    const found = () => cipher.decrypt('', 'a.b', '1', Buffer.from('\u0001kxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'));
    expect(found).toThrow(UnboundError);
    await close();
  });

  it('has one look-up key when several processes start at once', async () => {
    const { db, close } = await open();
    const cipher = new Cipher([key('k')]);
    const opened = await Promise.all(Array.from({ length: 5 }, () => openInstallation(db, cipher, URL_OF_OURS, now)));
    expect(new Set(opened.map(({ keyring }) => keyring.phoneHash(NUMBER).toString('hex'))).size).toBe(1);
    await close();
  });

  it('counts as restored in another cluster, also where its tables have the same object ids', async () => {
    const { db, close } = await open();
    const cipher = new Cipher([key('k')]);
    const restored = async () => (await openInstallation(db, cipher, URL_OF_OURS, now)).restored;
    expect([await restored(), await restored()]).toEqual([false, false]);
    // What a second cluster tells that was filled in the same way.
    await sql`
      update installation set database_identity = replace(database_identity, (select system_identifier from pg_control_system())::text, '1')`.execute(
      db,
    );
    expect(await restored()).toBe(true);
    await bindRestored(db, URL_OF_OURS, now);
    expect(await restored()).toBe(false);
    await close();
  });

  it('names the missing key, and creates nothing without it', async () => {
    const { db, close } = await open();
    const lost = key('lost');
    const before = await openInstallation(db, new Cipher([lost]), URL_OF_OURS, now);
    await expect(openInstallation(db, new Cipher([key('new')]), URL_OF_OURS, now)).rejects.toThrow('"lost"');
    await expect(openInstallation(db, new Cipher([key('lost')]), URL_OF_OURS, now)).rejects.toThrow('"lost"');
    const after = await openInstallation(db, new Cipher([lost]), URL_OF_OURS, now);
    expect(after.keyring.phoneHash(NUMBER)).toEqual(before.keyring.phoneHash(NUMBER));
    await close();
  });

  it('belongs to its own address only, until it is adopted', async () => {
    const { db, close } = await open();
    const cipher = new Cipher([key('k')]);
    expect(await findPublicUrl(db)).toBe(null);
    expect((await openInstallation(db, cipher, URL_OF_OURS, now)).publicUrlMatches).toBe(true);
    expect((await openInstallation(db, cipher, 'https://copy.example.org', now)).publicUrlMatches).toBe(false);
    await adoptInstallation(db, 'https://copy.example.org', now);
    expect((await openInstallation(db, cipher, 'https://copy.example.org', now)).publicUrlMatches).toBe(true);
    expect(await findPublicUrl(db)).toBe('https://copy.example.org');
    await close();
  });
});
