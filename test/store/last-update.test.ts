import { beforeAll, expect, it } from 'vitest';
import { mergePatient } from '../../src/intake/patients.sql.ts';
import { clearNumber } from '../../src/staff/appointments/clear-number.sql.ts';
import { restoreNumber } from '../../src/staff/replies/settle.sql.ts';
import { useApp } from '../support/scenario.ts';

const PHONE = '+4522304150';

const test = useApp();
const { rows } = test;
beforeAll(async () => {
  await rows.authority('rh');
});

it('the last update of an appointment stays where a process with a slow clock changes number or patient', async () => {
  const former = Buffer.alloc(32, 1);
  const id = await rows.appointment('rh', PHONE, { patient_key: former });
  const read = () =>
    test.db
      .selectFrom('appointment')
      .select(['updated_at', 'patient_key', 'phone_hash', 'phone_ciphertext as ciphertext'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  const stored = await read();
  const hash = test.deps.keyring.phoneHash(PHONE);
  const { ciphertext } = stored;
  if (!ciphertext) throw new Error('The appointment has no number.');
  const change = async (now: Date) => {
    const next = Buffer.alloc(32, 2);
    expect(await mergePatient(test.db, 'rh', next, [former, next], now)).toBe(1);
    const merged = await read();
    await clearNumber(test.db, 'rh', [id], { reason: 'invalid_number', erased: false }, now);
    const cleared = await read();
    await restoreNumber(test.db, 'rh', hash, [{ id, ciphertext }], now);
    const restored = await read();
    expect([merged.patient_key, cleared.phone_hash, restored.phone_hash]).toEqual([next, null, hash]);
    return [merged, cleared, restored].map(({ updated_at }) => updated_at);
  };
  const at = stored.updated_at;
  expect(await change(new Date(at.getTime() - 60_000))).toEqual([at, at, at]);
  const later = new Date(at.getTime() + 60_000);
  expect(await change(later)).toEqual([later, later, later]);
});
