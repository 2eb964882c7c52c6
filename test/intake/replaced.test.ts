import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../src/domain/appointment.ts';
import { MOVED, OTHER, PHONE, START, useBookingSystem } from '../support/booking-system.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 9, minute));
const LAST = new Date('2026-12-10T08:00:00Z');
const cancelled = { status: 'cancelled', start: undefined, phone: undefined } as const;

describe.each(['embedded', 'postgres'] as const)('an id that was replaced stays replaced (%s)', (kind) => {
  const system = useBookingSystem(kind);

  const say = async (reference: string, rest: Partial<AppointmentEvent> = {}) =>
    (await system.send(system.appointment(reference, { phone: PHONE, ...rest })))[0];

  it.each([
    ['older', at(1)],
    ['as old as the move', at(5)],
    ['newer', at(9)],
    ['without a timestamp', null],
  ])('its cancellation does not cancel the successor: %s', async (_name, occurredAt) => {
    await say('a', { occurredAt: at(0) });
    const answer = await say('b', { replaces: ['a'], start: MOVED, occurredAt: at(5) });
    expect(answer).toMatchObject({ result: 'accepted', reference: 'b', reminders: 2 });
    expect(await say('a', { ...cancelled, occurredAt })).toMatchObject({ result: 'stale', reference: 'a' });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'booked 2' });
    expect(await system.seen('a')).toMatchObject({ status: 'booked', start: MOVED.toISOString() });
    await say('b', { ...cancelled, occurredAt: at(10) });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'cancelled 0' });
  });

  it('its cancellation does not keep the successor out, however new it is, and neither does the number get lost', async () => {
    await say('a', { occurredAt: at(0) });
    await say('a', { ...cancelled, occurredAt: at(9) });
    await say('b', { replaces: ['a'], start: MOVED, phone: undefined, occurredAt: at(5) });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'booked 2' });
    expect(await system.seen('b')).toMatchObject({ phone: PHONE });
  });

  it('its booking does not make a second appointment when it comes after the successor', async () => {
    await say('b', { replaces: ['a'], start: MOVED, occurredAt: at(5) });
    expect(await say('a', { occurredAt: at(0) })).toMatchObject({ result: 'stale', reminders: 0 });
    expect(await say('a', { occurredAt: at(9), version: 4 })).toMatchObject({ result: 'stale' });
    expect(await say('a', { ...cancelled, occurredAt: at(9) })).toMatchObject({ result: 'stale' });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'booked 2' });
  });

  it('a chain whose middle comes last leaves one appointment', async () => {
    await say('a', { occurredAt: at(0) });
    await say('c', { replaces: ['b'], start: MOVED, occurredAt: at(6) });
    await say('b', { replaces: ['a'], occurredAt: at(3) });
    await say('a', { occurredAt: at(0) });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'entered-in-error 0', c: 'booked 2' });
  });

  it('a move back to the former id leaves that one booked', async () => {
    await say('a', { occurredAt: at(0) });
    await say('b', { replaces: ['a'], start: MOVED, occurredAt: at(3) });
    expect(await say('a', { replaces: ['b'], occurredAt: at(6) })).toMatchObject({ result: 'accepted', reminders: 2 });
    expect(await system.all()).toEqual({ a: 'booked 2', b: 'entered-in-error 0' });
    await say('b', { ...cancelled, occurredAt: at(7) });
    expect(await system.all()).toEqual({ a: 'booked 2', b: 'entered-in-error 0' });
    await say('a', { ...cancelled, occurredAt: at(8) });
    expect(await system.all()).toEqual({ a: 'cancelled 0', b: 'entered-in-error 0' });
  });

  it('a move back that comes late does not undo the newer move', async () => {
    await say('a', { occurredAt: at(0) });
    await say('b', { replaces: ['a'], start: MOVED, occurredAt: at(3) });
    await say('a', { replaces: ['b'], occurredAt: at(1) });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'booked 2' });
  });

  it('a late repeat of a move that was taken back changes nothing where events say when they were made', async () => {
    await say('a', { occurredAt: at(0) });
    const move = { replaces: ['a'], start: MOVED, occurredAt: at(3) };
    await say('b', move);
    await say('a', { replaces: ['b'], occurredAt: at(6) });
    expect(await say('b', move)).toMatchObject({ result: 'stale' });
    expect(await system.all()).toEqual({ a: 'booked 2', b: 'entered-in-error 0' });
  });

  it('a successor that was cancelled before it was booked stays cancelled, and takes the first one with it', async () => {
    await say('a', { occurredAt: at(0) });
    await say('b', { ...cancelled, occurredAt: at(9) });
    await say('b', { replaces: ['a'], start: MOVED, occurredAt: at(5) });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'cancelled 0' });
  });

  describe('of two that replace one and the same', () => {
    const second = { replaces: ['a'], start: MOVED, occurredAt: at(3) };
    const third = { replaces: ['a'], start: LAST, occurredAt: at(6) };
    const left = { a: 'entered-in-error 0', b: 'entered-in-error 0', c: 'booked 2' };

    it.each([true, false])('the newer one holds, in any order (the first is known: %s)', async (isKnown) => {
      for (const order of ['bc', 'cb', 'bcbc', 'cbcb', 'bcb', 'cbb']) {
        await system.makeSource();
        if (isKnown) await say('a', { occurredAt: at(0) });
        for (const id of order) await say(id, id === 'b' ? second : third);
        await say('a', { occurredAt: at(0) });
        expect([order, await system.all()]).toEqual([order, left]);
        expect(await system.seen('b')).toMatchObject({ status: 'booked', start: LAST.toISOString() });
      }
    });

    it('the last received holds without a time, whatever version it has', async () => {
      await say('a', { version: 4 });
      await say('b', { replaces: ['a'], start: MOVED, version: 5 });
      await say('c', { replaces: ['a'], start: LAST, version: 1 });
      expect(await system.all()).toEqual(left);
      expect(await say('b', { version: 6 })).toMatchObject({ result: 'stale' });
    });

    it('a late repeat of the first of them changes nothing, without a time either', async () => {
      const said = [
        ['b', { replaces: ['a'], start: MOVED }],
        ['c', { replaces: ['a'], start: LAST }],
      ] as const;
      await say('a');
      for (const [id, rest] of said) await say(id, rest);
      expect(await say('b', said[0][1])).toMatchObject({ result: 'stale' });
      expect(await system.all()).toEqual(left);
      await say('d', { replaces: ['c'] });
      expect(await say('c', said[1][1])).toMatchObject({ result: 'stale' });
      expect(await system.all()).toMatchObject({ c: 'entered-in-error 0', d: 'booked 2' });
    });

    it('the older one is told that it is stale, and nothing of it is planned', async () => {
      await say('a', { occurredAt: at(0) });
      await say('c', third);
      expect(await say('b', second)).toMatchObject({ result: 'stale', reference: 'b', reminders: 0 });
      expect(await say('b', { ...cancelled, occurredAt: at(9) })).toMatchObject({ result: 'stale' });
      expect(await system.all()).toEqual(left);
    });

    it('one that was booked without saying so ends when it is said', async () => {
      await say('a', { occurredAt: at(0) });
      await say('b', { start: MOVED, occurredAt: at(3) });
      await say('c', third);
      expect(await system.all()).toMatchObject({ b: 'booked 2', c: 'booked 2' });
      await say('b', { ...second, occurredAt: at(4) });
      expect(await system.all()).toEqual(left);
    });

    it('a chain whose first id every move names goes on under the last', async () => {
      await say('a', { occurredAt: at(0) });
      for (const [nth, id] of ['b', 'c', 'd', 'e'].entries())
        await say(id, { replaces: ['a'], start: MOVED, occurredAt: at(nth + 1) });
      expect(await system.all()).toEqual({
        ...{ a: 'entered-in-error 0', b: 'entered-in-error 0', c: 'entered-in-error 0', d: 'entered-in-error 0' },
        e: 'booked 2',
      });
      await say('e', { ...cancelled, occurredAt: at(9) });
      expect(Object.values(await system.all())).not.toContain('booked 2');
    });

    it('a move back over several takes the place of the last, unless it is older', async () => {
      await say('a', { occurredAt: at(0) });
      await say('b', { replaces: ['a'], start: MOVED, occurredAt: at(3) });
      await say('c', { replaces: ['b'], start: LAST, occurredAt: at(6) });
      await say('a', { replaces: ['b'], occurredAt: at(4) });
      expect(await system.all()).toEqual(left);
      await say('a', { replaces: ['b'], phone: PHONE, occurredAt: at(8) });
      expect(await system.all()).toEqual({ a: 'booked 2', b: 'entered-in-error 0', c: 'entered-in-error 0' });
    });

    it('a cancelled one keeps the older one out', async () => {
      await say('a', { occurredAt: at(0) });
      await say('c', third);
      await say('c', { ...cancelled, occurredAt: at(8) });
      await say('b', second);
      expect(await system.all()).toEqual({ ...left, c: 'cancelled 0' });
    });

    it('the newer one holds also where the older one was cancelled or changed later', async () => {
      for (const order of ['bxc', 'bcx', 'cbx', 'cxb', 'xbc', 'xcb', 'byc', 'cyb']) {
        await system.makeSource();
        await say('a', { occurredAt: at(0) });
        for (const id of order) {
          if (id === 'x') await say('b', { ...cancelled, occurredAt: at(9) });
          else if (id === 'y') await say('b', { start: MOVED, occurredAt: at(9), department: 'B' });
          else await say(id, id === 'b' ? second : third);
        }
        expect([order, await system.all()]).toEqual([order, left]);
      }
    });

    it('groups of several patients do so as a whole', async () => {
      const group = (id: string, patients: string[], rest: Partial<AppointmentEvent> = {}) =>
        system.send(system.group(id, patients, rest));
      await group('a', ['p', 'q'], { occurredAt: at(0) });
      await group('b', ['p', 'q'], second);
      await group('c', ['p', 'q'], third);
      await group('b', ['p', 'q'], second);
      const states = await system.all();
      expect(Object.entries(states).filter(([, state]) => state !== 'entered-in-error 0')).toEqual([
        ['c~p', 'booked 2'],
        ['c~q', 'booked 2'],
      ]);
    });

    it('at the same moment one is left', async () => {
      for (let round = 0; round < 5; round++) {
        await system.makeSource();
        await Promise.all([say('b', second), say('c', third), say('a', { occurredAt: at(0) }), say('b', second)]);
        expect(await system.all()).toEqual(left);
      }
    });

    it('a test takes the place of nothing', async () => {
      await say('a', { occurredAt: at(0) });
      await say('b', second);
      await say('c', { ...third, test: true });
      expect(await system.all()).toMatchObject({ b: 'booked 2' });
    });
  });

  it('what a refused event replaces is not replaced', async () => {
    await say('a', { occurredAt: at(0) });
    expect(await say('b', { replaces: ['x'], start: undefined })).toMatchObject({ result: 'refused' });
    expect(await system.all()).toEqual({ a: 'booked 2' });
    await say('x');
    expect(await system.all()).toEqual({ a: 'booked 2', x: 'booked 2' });
  });

  it('a test that replaces a real appointment, or one that is not known, replaces nothing', async () => {
    await say('a');
    await say('b', { replaces: ['a', 'x'], test: true });
    await say('x');
    expect(await system.all()).toMatchObject({ a: 'booked 2', x: 'booked 2' });
  });

  it('one that belongs to another patient ends, and hands nothing on', async () => {
    await say('a', { patientKey: system.key('p') });
    await say('b', { replaces: ['a'], patientKey: system.key('q'), phone: undefined });
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'booked 0' });
    expect(await system.seen('b')).toMatchObject({ phone: null });
  });

  it('one appointment may take the place of several', async () => {
    await say('a');
    await say('b', { start: MOVED });
    await say('c', { replaces: ['a', 'b', 'x'] });
    expect(await system.all()).toEqual({
      ...{ a: 'entered-in-error 0', b: 'entered-in-error 0', x: 'entered-in-error 0' },
      c: 'booked 2',
    });
  });

  it('the members of a group go on as those of another, and who is not in it any more is called off', async () => {
    const group = (id: string, patients: string[], rest: Partial<AppointmentEvent> = {}) =>
      system.send(system.group(id, patients, rest));
    await group('g', ['p', 'q']);
    await group('h', ['p', 'q'], { replaces: ['g'], start: MOVED });
    await group('g', ['p', 'q'], { version: 9 });
    const replaced = { g: 'entered-in-error 0', 'g~p': 'entered-in-error 0', 'g~q': 'entered-in-error 0' };
    expect(await system.all()).toEqual({ ...replaced, 'h~p': 'booked 2', 'h~q': 'booked 2' });
    await group('h', ['p', 'q', 'r'], { start: START });
    await group('h', ['q', 'r'], { start: START });
    const found = await system.all();
    expect(found).toEqual({ ...replaced, ...{ 'h~p': 'cancelled 0', 'h~q': 'booked 2', 'h~r': 'booked 2' } });
  });

  it('an appointment of FHIR goes on under its new id, whatever the server says of the old one', async () => {
    await system.send(system.group('a', ['p']));
    await system.send(system.group('b', ['p'], { replaces: ['a'], start: MOVED }));
    await system.send(system.group('a', ['p'], { status: 'cancelled', version: 7 }));
    expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'booked 2' });
    await system.send(system.group('d', ['p'], { replaces: ['c'], start: MOVED }));
    await system.send(system.group('c', ['p']));
    expect(await system.all()).toMatchObject({ c: 'entered-in-error 0', d: 'booked 2' });
  });

  it('a citizen who was told of the first time is told of the new one', async () => {
    await say('a');
    const { id } = await system.test.db.selectFrom('reminder').select('id').limit(1).executeTakeFirstOrThrow();
    await say('b', { replaces: ['a'], start: MOVED, phone: OTHER });
    const row = await system.test.db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const now = await system.test.db.selectFrom('appointment').selectAll().where('reference', '=', 'b').execute();
    expect(now.map((each) => each.id)).toContain(row.appointment_id);
  });

  it('both events at the same moment leave one appointment', async () => {
    for (let round = 0; round < 5; round++) {
      await system.makeSource();
      await Promise.all([
        say('b', { replaces: ['a'], start: MOVED, occurredAt: at(5) }),
        say('a', { occurredAt: at(0) }),
        say('b', { replaces: ['a'], start: MOVED, occurredAt: at(5) }),
        say('a', { ...cancelled, occurredAt: at(6) }),
      ]);
      expect(await system.all()).toEqual({ a: 'entered-in-error 0', b: 'booked 2' });
    }
  });
});
