import { describe, expect, it } from 'vitest';
import type { AppointmentEvent, PatientEvent } from '../../src/domain/appointment.ts';
import type { IngestElement } from '../../src/formats/format.ts';
import type { EventResult } from '../../src/intake/envelope.ts';
import { eventWith } from '../support/ingest.ts';
import { receiveReading } from '../support/receive.ts';
import { useApp } from '../support/scenario.ts';

const START = new Date('2026-12-08T08:00:00Z');
const MOVED = new Date('2026-12-09T08:00:00Z');
const PHONE = '+4520123456';
const OTHER = '+4520123457';

interface Seen {
  status: string;
  start: string | null;
  phone: string | null;
  reminders: { rule: string; status: string; reason: string | null; slot: number }[];
}

describe.each(['embedded', 'postgres'] as const)('what booking systems say (%s)', (kind) => {
  let source = '';
  let sources = 0;
  const test = useApp({ kind, authorities: ['rh'] });

  async function makeSource(settings: Record<string, unknown> = {}): Promise<void> {
    source = `epj-${++sources}`;
    await test.makeSource('rh', source, settings);
  }

  const key = (patient: string) => test.deps.keyring.patientKey(source, patient);
  const booked = (reference: string, rest: Partial<AppointmentEvent> = {}): IngestElement => ({
    kind: 'appointment',
    event: eventWith({ reference, start: START, phone: PHONE, ...rest }),
  });
  const group = (
    id: string,
    members: AppointmentEvent[],
    rest: 'cancelled' | 'entered-in-error' = 'cancelled',
  ): IngestElement => ({
    kind: 'group',
    group: { id, members, rest },
  });
  const member = (reference: string, patient: string, rest: Partial<AppointmentEvent> = {}) =>
    eventWith({ reference, group: 'G', start: START, phone: PHONE, patientKey: key(patient), ...rest });
  const patient = (id: string, rest: Partial<PatientEvent> = {}): IngestElement => ({
    kind: 'patient',
    patient: {
      patientKey: key(id),
      formerKeys: [],
      phone: undefined,
      language: undefined,
      deceased: undefined,
      ...rest,
    },
  });

  async function send(...elements: IngestElement[]): Promise<readonly EventResult[]> {
    const read = () => ({ elements, array: elements.length > 1 });
    return (await receiveReading(test.deps.receiver, { sourceId: source }, read)).results;
  }

  const seen = (reference: string) =>
    test.json<Seen>(200, `/v1/authorities/rh/appointments/${source}/${encodeURIComponent(reference)}`);
  const isUnknown = async (reference: string) =>
    (await test.request(`/v1/authorities/rh/appointments/${source}/${encodeURIComponent(reference)}`)).status === 404;
  const planned = async (reference: string) =>
    (await seen(reference)).reminders.filter(({ status }) => status === 'planned').length;
  const statuses = async (reference: string) => [
    ...new Set((await seen(reference)).reminders.map(({ status, reason }) => `${status} ${reason}`)),
  ];
  const count = async () =>
    (await test.db.selectFrom('appointment').select('id').where('source_id', '=', source).execute()).length;

  describe('of an appointment by another id', () => {
    const placer = { kind: 'placer', namespace: 'EPJ', value: 'P1' };
    const filler = { kind: 'filler', namespace: null, value: 'F9' };

    it('moves the one that is known by an alias, also when only the new id comes afterwards', async () => {
      await makeSource();
      await send(booked('P1', { aliases: [placer] }));
      const [moved] = await send(booked('F9', { aliases: [filler, placer], start: MOVED }));
      expect(moved).toMatchObject({ result: 'accepted', reference: 'P1' });
      expect((await seen('P1')).start).toBe(MOVED.toISOString());
      expect(await send(booked('F9', { aliases: [filler], status: 'cancelled' }))).toMatchObject([{ reference: 'P1' }]);
      expect(await count()).toBe(1);
      expect((await seen('F9')).status).toBe('cancelled');
    });

    it('makes a new one where the two only share an order', async () => {
      await makeSource();
      await send(booked('F1', { aliases: [{ ...filler, value: 'F1' }, placer] }));
      await send(booked('F2', { aliases: [{ ...filler, value: 'F2' }, placer] }));
      expect(await count()).toBe(2);
      expect([await planned('F1'), await planned('F2')]).toEqual([2, 2]);
    });

    it('of another source says nothing about this one', async () => {
      await makeSource();
      await send(booked('P1', { aliases: [placer] }));
      await makeSource();
      await send(booked('F9', { aliases: [placer] }));
      expect(await count()).toBe(1);
      expect(await isUnknown('P1')).toBe(true);
    });

    it('in one request are one appointment', async () => {
      await makeSource();
      const answers = await send(
        booked('P1', { aliases: [placer] }),
        booked('F9', { aliases: [filler, placer], start: MOVED }),
      );
      expect(answers.map(({ reference }) => reference)).toEqual(['P1', 'P1']);
      expect(await count()).toBe(1);
    });

    it('at the same moment are one appointment', async () => {
      await makeSource();
      const moved = booked('F9', { aliases: [filler, placer], start: MOVED });
      await Promise.all([send(booked('P1', { aliases: [placer] })), send(moved)]);
      expect(await count()).toBe(1);
    });

    it('that replaces it goes on with the same appointment, from one to the next', async () => {
      await makeSource();
      const uid = (value: string) => [{ kind: 'uid', namespace: 'cal.com', value }];
      await send(booked('u1', { aliases: uid('u1') }));
      await send(booked('u2', { aliases: uid('u2'), replaces: ['u1'], start: MOVED }));
      await send(booked('u3', { aliases: uid('u3'), replaces: ['u2'], start: START }));
      expect([await planned('u3'), (await seen('u1')).start]).toEqual([2, START.toISOString()]);
      const answer = await send(booked('u3', { aliases: uid('u3'), status: 'cancelled' }));
      expect(answer).toMatchObject([{ reference: 'u3' }]);
      expect([await planned('u3'), (await seen('u1')).status]).toEqual([0, 'cancelled']);
    });

    it('that is known already ends the one that it replaces without an SMS', async () => {
      await makeSource();
      await send(booked('u1'), booked('u2'));
      await send(booked('u2', { replaces: ['u1'], version: 2 }));
      expect((await seen('u1')).status).toBe('entered-in-error');
      expect([await planned('u1'), await planned('u2')]).toEqual([0, 2]);
    });
  });

  describe('of several patients', () => {
    it('makes an appointment of each, and ends that of who leaves', async () => {
      await makeSource();
      const answer = await send(group('G', [member('G~a', 'a'), member('G~b', 'b', { phone: OTHER })]));
      const counted = { reminders: 4, alreadyHandedOver: [], created: true };
      expect(answer).toEqual([{ result: 'accepted', reference: 'G', start: '2026-12-08T09:00:00+01:00', ...counted }]);
      await send(group('G', [member('G', 'b', { phone: OTHER })]));
      expect([(await seen('G~a')).status, (await seen('G~b')).status]).toEqual(['cancelled', 'booked']);
      expect([await planned('G~a'), await planned('G~b'), await isUnknown('G')]).toEqual([0, 2, true]);
    });

    it('keeps the reminders of the first when a second joins', async () => {
      await makeSource();
      await send(group('G', [member('G', 'a')]));
      const before = await seen('G');
      await send(group('G', [member('G~a', 'a'), member('G~b', 'b', { phone: OTHER })]));
      expect((await seen('G')).reminders).toEqual(before.reminders);
      expect([await isUnknown('G~a'), await planned('G~b')]).toEqual([true, 2]);
    });

    it('ends them all when the whole is deleted', async () => {
      await makeSource();
      await send(group('G', [member('G~a', 'a'), member('G~b', 'b')]));
      const deleted = eventWith({ reference: 'G', status: 'entered-in-error' });
      await send(group('G', [deleted], 'entered-in-error'));
      expect([(await seen('G~a')).status, (await seen('G~b')).status]).toEqual([
        'entered-in-error',
        'entered-in-error',
      ]);
      expect(await planned('G~a')).toBe(0);
    });

    it('an older version of it ends nobody', async () => {
      await makeSource();
      await send(group('G', [member('G~a', 'a', { version: 5 }), member('G~b', 'b', { version: 5 })]));
      const [answer] = await send(group('G', [member('G', 'b', { version: 4 })]));
      expect(answer?.result).toBe('stale');
      expect(await planned('G~a')).toBe(2);
    });

    it('the same again is a duplicate', async () => {
      await makeSource();
      const both = group('G', [member('G~a', 'a'), member('G~b', 'b')]);
      await send(both);
      expect(await send(both)).toMatchObject([{ result: 'duplicate', reference: 'G', reminders: 4 }]);
    });

    it('a group with a bad member is refused', async () => {
      await makeSource();
      const answers = await send(group('G', [member('G', 'a', { start: undefined })]), booked('A-2'));
      expect(answers.map(({ result }) => result)).toEqual(['refused', 'accepted']);
    });
  });

  describe('of a patient', () => {
    it('brings a number to what is ahead, and plans its reminders', async () => {
      await makeSource();
      await send(
        booked('A', { phone: undefined, patientKey: key('p') }),
        booked('B', { phone: undefined, patientKey: key('q') }),
      );
      expect(await statuses('A')).toEqual(['suppressed no_phone']);
      const answer = await send(patient('p', { phone: ['20 12 34 57'], language: 'en' }));
      expect(answer).toMatchObject([{ result: 'accepted', reminders: 2 }]);
      expect((await seen('A')).phone).toBe(OTHER);
      expect([await planned('A'), await planned('B')]).toEqual([2, 0]);
      const found = await send(patient('p', { phone: ['20 12 34 57'], language: 'en' }));
      expect(found).toMatchObject([{ result: 'duplicate', reminders: 2 }]);
    });

    it('of whom nothing is known is left as it is', async () => {
      await makeSource();
      const answer = await send(patient('nobody', { phone: PHONE }));
      expect(answer).toEqual([{ result: 'ignored', reference: null, reminders: 0, alreadyHandedOver: [] }]);
    });

    it('leaves alone what is over, and a number that it says nothing of', async () => {
      await makeSource({ absentPhone: 'clear' });
      await send(
        booked('past', { start: new Date('2026-11-20T08:00:00Z'), patientKey: key('p') }),
        booked('A', { patientKey: key('p') }),
      );
      await send(patient('p', { language: 'en' }));
      expect((await seen('A')).phone).toBe(PHONE);
      await send(patient('p', { phone: OTHER }));
      expect([(await seen('past')).phone, (await seen('A')).phone]).toEqual([PHONE, OTHER]);
    });

    it('does not make a repeat of the appointment’s own event anything new', async () => {
      await makeSource();
      const own = booked('A', { patientKey: key('p') });
      await send(own);
      await send(patient('p', { phone: OTHER }));
      expect(await send(own)).toMatchObject([{ result: 'duplicate' }]);
      expect((await seen('A')).phone).toBe(OTHER);
    });

    it('leaves a test a test', async () => {
      await makeSource();
      await send(booked('A', { patientKey: key('p'), test: true }));
      await send(patient('p', { phone: OTHER }));
      expect(await statuses('A')).toEqual(['suppressed test']);
    });

    it('who has died ends all that is planned without a notice, now and later', async () => {
      await makeSource();
      await send(booked('A', { patientKey: key('p') }));
      await send(patient('p', { deceased: true }));
      expect(await statuses('A')).toEqual(['cancelled deceased']);
      const answer = await send(booked('A', { patientKey: key('p'), start: MOVED, deceased: undefined as never }));
      expect(answer).toMatchObject([{ reminders: 0 }]);
      expect(await send(booked('A', { patientKey: key('p'), status: 'cancelled' }))).toMatchObject([{ reminders: 0 }]);
      expect(await planned('A')).toBe(0);
      const next = await send(group('N', [member('N', 'p')]));
      expect(next).toMatchObject([{ result: 'accepted', reminders: 0, reasons: ['deceased'] }]);
    });

    it('who was taken for dead gets the reminders back', async () => {
      await makeSource();
      await send(booked('A', { patientKey: key('p') }));
      await send(patient('p', { deceased: true }));
      await send(patient('p', { deceased: false }));
      expect(await planned('A')).toBe(2);
    });

    it('whose records were merged goes on under the key that stays', async () => {
      await makeSource();
      await send(booked('A', { patientKey: key('old') }));
      await send(patient('new', { formerKeys: [key('old')] }));
      await send(patient('new', { phone: OTHER }));
      expect((await seen('A')).phone).toBe(OTHER);
      expect(await send(patient('old', { phone: PHONE }))).toMatchObject([{ result: 'ignored' }]);
    });
  });

  it('an event that may only change what is known is refused for what is not', async () => {
    await makeSource();
    const answers = await send(booked('X', { onlyKnown: true }));
    expect(answers).toMatchObject([
      { result: 'refused', reference: 'X', problem: { faults: [{ code: 'unknown_reference' }] } },
    ]);
    expect(await isUnknown('X')).toBe(true);
  });

  it('an update with a code that nobody has mapped keeps the status, and is booked where nothing is known', async () => {
    await makeSource();
    await send(booked('A', { status: 'cancelled' }));
    await send(booked('A', { status: null, start: MOVED }), booked('B', { status: null }));
    expect([(await seen('A')).status, (await seen('B')).status]).toEqual(['cancelled', 'booked']);
  });
});
