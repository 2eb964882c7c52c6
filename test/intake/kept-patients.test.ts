import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { LOCK_KEYS } from '../../src/database/lock-keys.ts';
import type { PatientEvent } from '../../src/domain/appointment.ts';
import { OTHER, PHONE, resultsIn, useBookingSystem } from '../support/booking-system.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';

describe.each(['embedded', 'postgres'] as const)('a patient who is kept until a booking comes (%s)', (kind) => {
  const system = useBookingSystem(kind);

  const said = (id: string, rest: Partial<PatientEvent> = {}) =>
    system.patient(id, { keep: true, phone: PHONE, ...rest });
  const bare = (reference: string, ...patients: string[]) =>
    system.group(reference, patients, { phone: undefined, ofPatient: true });
  const phoneOf = async (reference: string) => (await system.seen(reference)).phone;

  it('gives its number to the first booking, and that one to the next in the same commit', async () => {
    await system.send(said('p'));
    await system.send(bare('A', 'p'), bare('B', 'p'));
    expect([await phoneOf('A'), await phoneOf('B')]).toEqual([PHONE, PHONE]);
    await system.send(system.group('C', ['q']), bare('D', 'q'));
    expect(await phoneOf('D')).toBe(PHONE);
  });

  it('gives the number of an appointment as an earlier change of the same commit leaves it', async () => {
    await system.send(system.group('A', ['p'], { version: 1 }));
    await system.send(system.group('A', ['p'], { version: 2, phone: OTHER }), bare('B', 'p'));
    expect(await phoneOf('B')).toBe(OTHER);
    await system.send(system.group('A', ['p'], { version: 3, status: 'cancelled' }), bare('C', 'p'));
    expect(await phoneOf('C')).toBe(OTHER);
    await system.send(
      system.group('A', ['p'], { version: 4, status: 'cancelled' }),
      system.group('B', ['p'], { version: 4, status: 'cancelled' }),
      system.group('C', ['p'], { version: 4, status: 'cancelled' }),
      bare('E', 'p'),
    );
    expect(await phoneOf('E')).toBeNull();
  });

  it('is left to a real booking by one that is only a test', async () => {
    await system.send(said('p'));
    await system.send(system.group('T', ['p'], { phone: undefined, ofPatient: true, test: true }));
    await system.send(bare('A', 'p'));
    expect(await phoneOf('A')).toBe(PHONE);
  });

  it('stays known by a later id, with the newer number of both', async () => {
    await system.send(said('old'), said('both', { phone: OTHER }));
    await system.send(system.patient('new', { formerKeys: [system.key('old')] }));
    await system.send(system.patient('both', { formerKeys: [system.key('old')] }));
    await system.send(bare('A', 'new'), bare('B', 'both'), bare('C', 'old'));
    expect([await phoneOf('A'), await phoneOf('B'), await phoneOf('C')]).toEqual([PHONE, OTHER, null]);
  });

  it('who lives after all is booked for again', async () => {
    await system.send(said('p', { deceased: true }));
    await system.send(said('p', { deceased: false }));
    await system.send(bare('A', 'p'));
    expect(await system.all()).toEqual({ A: 'booked 2' });
  });

  it('of a format that keeps none is not kept, and gives no number', async () => {
    await system.send(system.patient('p', { phone: PHONE }));
    expect(await system.keeps('p')).toBe(false);
    await system.send(said('q'));
    await system.send(system.patient('q', { phone: OTHER }));
    await system.send(bare('A', 'p'), bare('B', 'q'));
    expect(await phoneOf('A')).toBeNull();
  });

  it('gives nothing to an event that does not ask', async () => {
    await system.send(said('p'));
    await system.send(system.group('A', ['p'], { phone: undefined }));
    expect(await phoneOf('A')).toBeNull();
  });
});

describe('a patient and a booking that two processes hear of at the same moment', () => {
  const system = useBookingSystem('postgres');

  const said = () => system.patient('p', { keep: true, phone: PHONE });
  const bare = (reference: string, patients = ['p']) =>
    system.group(reference, patients, { phone: undefined, ofPatient: true, deceased: false });

  it.each([['p'], ['p', 'q']])('leave the booking with the number where the patient came first: %s', async (...ids) => {
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`lock table known_patient in share row exclusive mode`.execute(trx),
    );
    await system.atOnce(held, said(), bare('A', ids));
    expect((await system.seen(ids.length > 1 ? 'A~p' : 'A')).phone).toBe(PHONE);
  });

  it.each([['p'], ['p', 'q']])('leave the booking with the number where it came first: %s', async (...ids) => {
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`lock table reminder in share row exclusive mode`.execute(trx),
    );
    await system.atOnce(held, bare('A', ids), said());
    expect((await system.seen(ids.length > 1 ? 'A~p' : 'A')).phone).toBe(PHONE);
  });

  it('stand in no other one’s way, in whatever order they are sent', async () => {
    const ids = Array.from({ length: 9 }, (_, nth) => `p${nth}`);
    const before = await deadlocks(system.test.db);
    const bucket = system.key('p4').readUInt16BE(0) % 1024;
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select pg_advisory_xact_lock(${LOCK_KEYS.patients}::int, ${bucket}::int)`.execute(trx),
    );
    const booked = ids.map((id) => bare(`N-${id}`, [id]));
    const told = [...ids].reverse().map((id) => system.patient(id, { keep: true, phone: PHONE }));
    const sent = [system.send(...booked), system.sendElsewhere(...told)];
    await Promise.race([Promise.all(sent), waitingForLock(system.test.db, 2)]);
    await held.rollback();
    await Promise.all(sent);
    for (const id of ids) expect((await system.seen(`N-${id}`)).phone).toBe(PHONE);
    expect(await deadlocks(system.test.db)).toBe(before);
  });

  it('are not waited for by a booking that brings a number', async () => {
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select pg_advisory_xact_lock(${LOCK_KEYS.patients}::int, n) from generate_series(0, 1023) n`.execute(trx),
    );
    const told = { ofPatient: true as const, deceased: false, protected: false };
    expect(resultsIn(await system.send(system.group('A', ['p'], told)))).toEqual(['accepted']);
    await held.rollback();
  });
});
