import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { LOCK_KEYS } from '../../src/database/lock-keys.ts';
import { MAX_ELEMENTS } from '../../src/formats/format.ts';
import type { Envelope } from '../../src/intake/envelope.ts';
import { patientLocksOf, sharedIdsOf } from '../../src/intake/order.ts';
import { useBookingSystem } from '../support/booking-system.ts';
import { deadlocks, inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { eventWith } from '../support/ingest.ts';

const UUID = { aliases: [{ kind: 'urn:booking', namespace: 'urn:booking', value: 'B-1' }] };

describe('a group that two processes hear of at once', () => {
  const system = useBookingSystem('postgres');

  const withoutReminders = () =>
    inOpenTransaction(system.test.db, (trx) => sql`lock table reminder in share row exclusive mode`.execute(trx));

  it('keeps no patient whom the newer version has removed', async () => {
    await system.send(system.group('G', ['p', 'q'], { version: 1 }));
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select from appointment where source_id = ${system.source} and reference = 'G~p' for update`.execute(trx),
    );
    const versions = [
      system.group('G', ['p', 'q', 'r'], { version: 2 }),
      system.group('G', ['p', 'q'], { version: 3 }),
    ] as const;
    expect(await system.atOnce(held, ...versions)).toEqual(['accepted', 'accepted']);
    expect(await system.all()).toEqual({ 'G~p': 'booked 2', 'G~q': 'booked 2', 'G~r': 'cancelled 0' });
  });

  it('takes in no patient by an older version that comes behind', async () => {
    await system.send(system.group('G', ['p', 'q'], { version: 1 }));
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select from appointment where source_id = ${system.source} and reference = 'G~p' for update`.execute(trx),
    );
    const versions = [
      system.group('G', ['p', 'q'], { version: 3 }),
      system.group('G', ['p', 'q', 'r'], { version: 2 }),
    ] as const;
    expect(await system.atOnce(held, ...versions)).toEqual(['accepted', 'stale']);
    expect(await system.all()).toEqual({ 'G~p': 'booked 2', 'G~q': 'booked 2' });
  });

  it('reminds each patient of its first two versions once, and nobody who is gone', async () => {
    const versions = [system.group('G', ['p', 'q'], { version: 1 }), system.group('G', ['p'], { version: 2 })] as const;
    expect(await system.atOnce(await withoutReminders(), ...versions)).toEqual(['accepted', 'accepted']);
    expect(await system.all()).toEqual({ 'G~p': 'booked 2', 'G~q': 'cancelled 0' });
  });

  it('reminds a patient once who was its only one at first', async () => {
    const versions = [system.group('G', ['p'], { version: 1 }), system.group('G', ['p', 'q'], { version: 2 })] as const;
    expect(await system.atOnce(await withoutReminders(), ...versions)).toEqual(['accepted', 'accepted']);
    expect(await system.all()).toEqual({ G: 'booked 2', 'G~q': 'booked 2' });
  });

  it('is cancelled whole by an event without patients', async () => {
    const versions = [
      system.group('G', ['p', 'q'], { version: 1 }),
      system.group('G', [], { version: 2, status: 'cancelled' }),
    ] as const;
    expect(await system.atOnce(await withoutReminders(), ...versions)).toEqual(['accepted', 'accepted']);
    expect(await system.all()).toEqual({ G: 'cancelled 0', 'G~p': 'cancelled 0', 'G~q': 'cancelled 0' });
  });

  it('is one group where an identifier alone tells that both messages are about it', async () => {
    const versions = [
      system.group('M-1', ['p', 'q'], { version: 1, ...UUID }),
      system.group('M-2', ['p', 'r'], { version: 2, ...UUID }),
    ] as const;
    expect(await system.atOnce(await withoutReminders(), ...versions)).toEqual(['accepted', 'accepted']);
    expect(await system.all()).toEqual({ 'M-1~p': 'booked 2', 'M-1~q': 'cancelled 0', 'M-2~r': 'booked 2' });
  });

  it('is replaced whole, with a patient who joins it meanwhile', async () => {
    await system.send(system.group('G', ['p', 'q'], { version: 1 }));
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select from appointment where source_id = ${system.source} and reference = 'G~p' for update`.execute(trx),
    );
    const joining = system.group('G', ['p', 'q', 'r'], { version: 2 });
    const replacing = system.group('H', ['p', 'q', 'r'], { version: 1, replaces: ['G'] });
    expect(await system.atOnce(held, joining, replacing)).toEqual(['accepted', 'accepted']);
    const booked = Object.entries(await system.all()).filter(([, state]) => state.startsWith('booked'));
    expect(booked).toEqual([
      ['H~p', 'booked 2'],
      ['H~q', 'booked 2'],
      ['H~r', 'booked 2'],
    ]);
  });

  it('stands in no other group’s way, in whatever order they are sent', async () => {
    const ids = Array.from({ length: 9 }, (_, nth) => `G-${nth}`);
    const all = (order: readonly string[], version: number) =>
      order.map((id) => system.group(id, ['p', 'q'], { version }));
    const before = await deadlocks(system.test.db);
    // Whoever starts from the other end would hold what the first one needs next.
    const held = await inOpenTransaction(system.test.db, (trx) =>
      sql`select pg_advisory_xact_lock(${LOCK_KEYS.sharedIds}::int, hashtext(${`${system.source} G-4`}))`.execute(trx),
    );
    const sent = [system.send(...all(ids, 1)), system.sendElsewhere(...all([...ids].reverse(), 2))];
    await waitingForLock(system.test.db, 2);
    await held.rollback();
    await Promise.all(sent);
    expect(await deadlocks(system.test.db)).toBe(before);
    expect(Object.keys(await system.all())).toHaveLength(18);
  });
});

/** `max_locks_per_transaction` times `max_connections`, by default. */
const ROOM = 64 * 100;

it('a request of a thousand groups finds room for all of its locks', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const hash = (id: string) => digest(id).toString('base64url', 0, 16);
  const envelopes = Array.from({ length: MAX_ELEMENTS }, (_, nth) => {
    const ids = Array.from({ length: 20 }, (_each, other) => `${nth}-${other}`);
    const aliases = ids.map((value) => ({ kind: 'urn:booking', namespace: 'urn:booking', value }));
    const members = ids.map((id) => eventWith({ reference: id, patientKey: digest(id), aliases, replaces: ids }));
    const element = { kind: 'group', group: { id: `M-${nth}`, members, aliases, rest: 'cancelled' } };
    return { element, source: { id: 'epj' } } as unknown as Envelope;
  });
  const shared = new Set(envelopes.flatMap((envelope) => sharedIdsOf(envelope, hash)));
  const patients = new Set(envelopes.flatMap(patientLocksOf).map(({ lock }) => lock));
  expect(shared.size + patients.size).toBeLessThan(ROOM);
});
