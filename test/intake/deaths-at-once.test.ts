import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { LOCK_KEYS } from '../../src/database/lock-keys.ts';
import type { IngestElement } from '../../src/formats/format.ts';
import { PHONE, resultsIn, useBookingSystem } from '../support/booking-system.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';

describe('a death that one process hears of while another one books', () => {
  const system = useBookingSystem('postgres');

  const death = () => system.patient('p', { deceased: true });
  const bookings: readonly (readonly [string, string, () => IngestElement])[] = [
    ['of one patient in FHIR', 'N', () => system.group('N', ['p'])],
    ['of several patients in FHIR', 'N~p', () => system.group('N', ['p', 'q'])],
    [
      'in another format',
      'N',
      () => system.appointment('N', { patientKey: system.key('p'), phone: PHONE, aliases: [] }),
    ],
    ['of an appointment that was somebody else’s', 'KNOWN', () => system.group('KNOWN', ['p'])],
  ];

  it.each(bookings)(
    'leaves nothing planned by the booking that comes behind: %s',
    async (_name, reference, booking) => {
      await system.send(system.group('A', ['p']), system.group('KNOWN', ['r']));
      const held = await inOpenTransaction(system.test.db, (trx) =>
        sql`select from appointment where source_id = ${system.source} and reference = 'A' for update`.execute(trx),
      );
      await system.atOnce(held, death(), booking());
      expect(await system.all()).toMatchObject({ A: 'booked 0', [reference]: 'booked 0' });
    },
  );

  it.each(bookings)('leaves nothing planned by the booking that came before: %s', async (_name, reference, booking) => {
    await system.send(system.group('KNOWN', ['r']));
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`lock table reminder in share row exclusive mode`.execute(trx),
    );
    await system.atOnce(held, booking(), death());
    expect(await system.all()).toMatchObject({ [reference]: 'booked 0' });
  });

  it.each([
    ['of one patient in FHIR', () => system.group('A', ['p'], { deceased: true })],
    ['of several patients in FHIR', () => system.group('A', ['p', 'q'], { deceased: true })],
    [
      'in another format',
      () => system.appointment('A', { patientKey: system.key('p'), deceased: true, phone: PHONE, aliases: [] }),
    ],
  ])('leaves nothing planned either where an appointment tells of it: %s', async (_name, dead) => {
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`lock table appointment in share row exclusive mode`.execute(trx),
    );
    await system.atOnce(held, dead(), system.group('N', ['p']));
    expect(await system.all()).toMatchObject({ N: 'booked 0' });
  });

  it('is not looked for behind others where a patient is said to live, unless a death is known', async () => {
    await system.send(system.group('A', ['p']), system.group('B', ['q']), system.patient('q', { deceased: true }));
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select pg_advisory_xact_lock(${LOCK_KEYS.patients}::int, n) from generate_series(0, 1023) n`.execute(trx),
    );
    const results = resultsIn(await system.send(system.patient('p', { deceased: false, phone: '+4520999999' })));
    expect(results).toEqual(['accepted']);
    const revived = system.send(system.patient('q', { deceased: false }));
    await waitingForLock(system.test.db, 1);
    await held.rollback();
    await revived;
    expect(await system.all()).toEqual({ A: 'booked 2', B: 'booked 2' });
  });

  it('holds for a booking that names the patient by a later id', async () => {
    await system.send(system.group('A', ['p']));
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select from appointment where source_id = ${system.source} and reference = 'A' for update`.execute(trx),
    );
    const later = { patientKey: system.key('p2'), formerPatientKeys: [system.key('p')], phone: PHONE, aliases: [] };
    await system.atOnce(held, death(), system.appointment('N', later));
    expect(await system.all()).toEqual({ A: 'booked 0', N: 'booked 0' });
  });

  it('that was reported wrongly, and is taken back, leaves no booking without reminders', async () => {
    await system.send(system.group('A', ['p']), death());
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select from appointment where source_id = ${system.source} and reference = 'A' for update`.execute(trx),
    );
    const alive = system.patient('p', { deceased: false });
    expect(await system.atOnce(held, alive, system.group('N', ['p']))).toEqual(['accepted', 'accepted']);
    expect(await system.all()).toEqual({ A: 'booked 2', N: 'booked 2' });
  });

  it('stands in no other one’s way, in whatever order they are sent', async () => {
    const patients = Array.from({ length: 9 }, (_, nth) => `p${nth}`);
    const before = await deadlocks(system.test.db);
    // Whoever starts from the other end would hold what the first one needs next.
    const bucket = system.key('p4').readUInt16BE(0) % 1024;
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select pg_advisory_xact_lock(${LOCK_KEYS.patients}::int, ${bucket}::int)`.execute(trx),
    );
    const booked = patients.map((patient) => system.group(`N-${patient}`, [patient]));
    const dead = [...patients].reverse().map((patient) => system.patient(patient, { deceased: true }));
    const sent = [system.send(...booked), system.sendElsewhere(...dead)];
    await Promise.race([Promise.all(sent), waitingForLock(system.test.db, 2)]);
    await held.rollback();
    await Promise.all(sent);
    expect(await deadlocks(system.test.db)).toBe(before);
    expect(new Set(Object.values(await system.all()))).toEqual(new Set(['booked 0']));
  });
});
