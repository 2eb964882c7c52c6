import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import {
  APPOINTMENT_COLUMNS,
  insertAppointments,
  lockAppointments,
  type StoredAppointment,
  updateAppointments,
} from '../../src/store/appointments.ts';
import { openTestDatabase } from '../support/database.ts';
import { useRows } from '../support/scenario.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
/** Columns that staff write: the number found to be another person's, and the erasure. */
const OF_STAFF = ['wrong_phone_hash', 'erased_at'];

let authority: string;
const { database, rows } = useRows(openTestDatabase, NOW);
beforeAll(async () => {
  authority = await rows.authority('rh');
});

/** An appointment with a value in every field that intake writes. */
const whole = (reference: string): StoredAppointment => ({
  ...{ id: newId(NOW), authorityId: authority, sourceId: authority, reference, version: 2 ** 40, occurredAt: NOW },
  ...{ cancelStamp: NOW },
  contentHash: Buffer.from('content'),
  seen: Buffer.from('sixteen or more!'),
  revision: 7,
  slot: 3,
  status: 'fulfilled',
  unclear: Buffer.from('word'),
  ...{ start: new Date('2026-12-01T08:00:00Z'), end: new Date('2026-12-01T08:30:00Z'), kind: 'video' },
  ...{ patientKey: Buffer.from('patient'), phone: '+4520123456', phoneHash: Buffer.from('hash'), phoneReason: null },
  ...{ wrongPhoneHash: null, language: 'en', locationCode: '17', locationText: 'Opgang "4", 3. sal\\' },
  ...{ locationPrintable: false, department: 'Ambulatoriet', departmentCode: 'AMB', contactPhone: '+4535453545' },
  ...{ test: true, deceased: true, outcome: 'fulfilled', outcomeAt: NOW, erased: false },
  ...{ sourceMode: 'loading', receivedAt: NOW, group: 'G-1', replacedBy: 'A-9', announcedStart: NOW },
});
const stored = async (reference: string) => {
  const [found] = await lockAppointments(database.db, [{ sourceId: authority, reference }], rows.keyring);
  return found;
};

it('every column of an appointment is in the list of those that intake writes, or is written by staff', async () => {
  const { rows: columns } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns where table_name = 'appointment'`.execute(database.db);
  // The place of a visit is in clear, any other is encrypted.
  const listed = (['visit', 'video'] as const).flatMap((kind) => {
    const appointment = { ...whole('A-0'), phoneReason: 'no_phone', kind } as const;
    const members = APPOINTMENT_COLUMNS.jsonMembers(appointment, { keyring: rows.keyring, now: NOW });
    return Object.keys(JSON.parse(`{${members.slice(1)}}`));
  });
  expect([...new Set(listed), ...OF_STAFF].sort()).toEqual(columns.map(({ name }) => name).sort());
});

it('an appointment is read as it was inserted, and as it was changed', async () => {
  const writing = { keyring: rows.keyring, now: NOW };
  const [first, second] = [whole('A-1'), whole('A-2')];
  expect(await insertAppointments(database.db, [first, second], writing)).toBe(2);
  expect(await insertAppointments(database.db, [whole('A-1')], writing)).toBe(0);
  expect([await stored('A-1'), await stored('A-2')]).toEqual([first, second]);
  const changed: StoredAppointment = {
    ...first,
    ...{ version: null, occurredAt: null, revision: 8, slot: 4, status: 'booked', end: null, kind: 'home' },
    ...{ patientKey: null, phone: null, phoneHash: null, phoneReason: 'no_phone', language: null, outcome: null },
    locationCode: null,
    locationText: null,
    locationPrintable: true,
    outcomeAt: null,
    deceased: false,
    test: false,
  };
  await updateAppointments(database.db, [changed], writing);
  expect([await stored('A-1'), await stored('A-2')]).toEqual([changed, second]);
});

it('an update leaves the fields that belong to the first event of an appointment', async () => {
  const writing = { keyring: rows.keyring, now: NOW };
  const first = whole('A-3');
  await insertAppointments(database.db, [first], writing);
  const other: Partial<StoredAppointment> = { sourceMode: 'live', receivedAt: new Date(0) };
  await updateAppointments(database.db, [{ ...first, ...other }], writing);
  expect(await stored('A-3')).toEqual(first);
});
