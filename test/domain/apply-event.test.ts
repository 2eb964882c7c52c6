import { describe, expect, it } from 'vitest';
import { type AppliedEvent, applyEvent, type EventContext, isOtherCitizen } from '../../src/domain/apply-event.ts';
import {
  type Appointment,
  type AppointmentEvent,
  type AppointmentStatus,
  EMPTY_EVENT,
} from '../../src/domain/appointment.ts';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
const START = new Date('2026-12-01T08:00:00Z');
const LATER = new Date('2026-12-02T08:00:00Z');
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 24, 8, minutes));

const SILENT: AppointmentEvent = { ...EMPTY_EVENT, reference: 'A-1', status: 'booked', test: false };

function context(absentPhone: 'keep' | 'clear' = 'keep'): EventContext {
  return {
    source: { ...SOURCE_DEFAULTS, name: 'EPJ', absentPhone },
    allowedCountries: ['DK'],
    choosePhone: (raw) =>
      !raw
        ? { phone: null, reason: 'no_phone' }
        : raw === 'bad'
          ? { phone: null, reason: 'invalid_number' }
          : { phone: String(raw), reason: null },
    hashCode: (code) => Buffer.from(code.padEnd(16, '.')),
    now: NOW,
  };
}

function accepted(applied: AppliedEvent): Appointment {
  if (applied.result !== 'accepted') throw new Error(`was ${applied.result}`);
  return applied.after;
}

const event = (said: Partial<AppointmentEvent>): AppointmentEvent => ({ ...SILENT, ...said });
const apply = (before: Appointment | null, said: Partial<AppointmentEvent>, absentPhone?: 'keep' | 'clear') =>
  accepted(applyEvent(before, event(said), false, context(absentPhone)));
const booked = (said: Partial<AppointmentEvent> = {}) =>
  apply(null, { start: START, phone: '+4520123456', language: 'en', ...said });

it('an appointment keeps no number to phone that is the patient’s own, whichever of the two came first', () => {
  const own = '0045 20-12-34-56';
  expect(booked({ contactPhone: own }).contactPhone).toBeNull();
  expect(apply(booked({ contactPhone: '35453545' }), { contactPhone: own }).contactPhone).toBeNull();
  expect(apply(booked({ phone: '+4522222222', contactPhone: own }), { phone: '+4520123456' }).contactPhone).toBeNull();
  expect(booked({ contactPhone: '35453545' }).contactPhone).toBe('35453545');
});

describe('a new appointment', () => {
  it('has the values of the event', () => {
    expect(booked({ version: 3, occurredAt: at(0), locationText: 'Opgang 4', patientKey: Buffer.from('p') })).toEqual({
      reference: 'A-1',
      version: 3,
      occurredAt: at(0),
      cancelStamp: null,
      unclear: null,
      revision: 1,
      slot: 0,
      status: 'booked',
      start: START,
      end: null,
      kind: 'visit',
      patientKey: Buffer.from('p'),
      phone: '+4520123456',
      phoneReason: null,
      language: 'en',
      locationCode: null,
      locationText: 'Opgang 4',
      department: null,
      departmentCode: null,
      contactPhone: null,
      test: false,
      locationPrintable: true,
      deceased: false,
      outcome: null,
      outcomeAt: null,
      erased: false,
      replacedBy: null,
    });
  });

  it('without a number has the reason', () => {
    expect(booked({ phone: undefined })).toMatchObject({ phone: null, phoneReason: 'no_phone' });
    expect(booked({ phone: 'bad' })).toMatchObject({ phone: null, phoneReason: 'invalid_number' });
  });

  it('that is booked needs a start; one that is not yet, or no longer, needs none', () => {
    for (const start of [undefined, null]) {
      const found = applyEvent(null, event({ start }), false, context());
      expect(found).toMatchObject({ result: 'refused', fault: { pointer: '/data/start', code: 'required' } });
    }
    for (const status of ['pending', 'waitlist', 'proposed', 'cancelled', 'entered-in-error', 'noshow'] as const) {
      expect(apply(null, { status })).toMatchObject({ status, start: null, slot: 0 });
    }
  });
});

describe('the end', () => {
  it('is dropped where it lies before the start, whether it was received or stored', () => {
    expect(booked({ end: at(0) })).toMatchObject({ start: START, end: null });
    expect(booked({ end: START }).end).toEqual(START);
    const half = new Date(START.getTime() + 1_800_000);
    expect(apply(booked({ end: half }), { start: LATER })).toMatchObject({ start: LATER, end: null });
    expect(apply(booked({ end: half }), { start: LATER, end: half })).toMatchObject({ start: LATER, end: null });
    expect(apply(booked({ end: half }), { start: START }).end).toEqual(half);
  });
});

describe('which event is newer', () => {
  type Said = { version?: number; minute?: number };
  const said = ({ version, minute }: Said) => ({
    version: version ?? null,
    occurredAt: minute === undefined ? null : at(minute),
  });
  const result = (stored: Said, incoming: Said, same: boolean) =>
    applyEvent(booked(said(stored)), event({ start: START, ...said(incoming) }), same, context()).result;

  it.each<[string, Said, Said, 'accepted' | 'duplicate' | 'stale', 'accepted' | 'duplicate' | 'stale']>([
    ['a lower version is stale', { version: 3 }, { version: 2 }, 'stale', 'stale'],
    ['whatever its timestamp', { version: 3, minute: 0 }, { version: 2, minute: 5 }, 'stale', 'stale'],
    ['a higher one is taken', { version: 3 }, { version: 4 }, 'accepted', 'accepted'],
    ['whatever its timestamp', { version: 3, minute: 5 }, { version: 4, minute: 0 }, 'accepted', 'accepted'],
    [
      'the same one only with other content',
      { version: 3, minute: 5 },
      { version: 3, minute: 9 },
      'accepted',
      'duplicate',
    ],
    ['without versions an older timestamp is stale', { minute: 5 }, { minute: 4 }, 'stale', 'stale'],
    ['the same one counts with other content', { minute: 5 }, { minute: 5 }, 'accepted', 'duplicate'],
    ['a newer one is taken', { minute: 5 }, { minute: 6 }, 'accepted', 'accepted'],
    ['without either the last received wins', {}, {}, 'accepted', 'duplicate'],
    ['also against a timestamp', { minute: 5 }, {}, 'accepted', 'duplicate'],
    ['also against a version', { version: 3 }, {}, 'accepted', 'duplicate'],
    ['a version against none is decided by timestamps', { version: 3, minute: 5 }, { minute: 4 }, 'stale', 'stale'],
    ['in either direction', { minute: 5 }, { version: 1, minute: 4 }, 'stale', 'stale'],
    ['a first version is worth storing', { minute: 5 }, { version: 1, minute: 5 }, 'accepted', 'accepted'],
  ])('%s', (_what, stored, incoming, otherContent, sameContent) => {
    expect(result(stored, incoming, false)).toBe(otherContent);
    expect(result(stored, incoming, true)).toBe(sameContent);
  });

  it('an event without a version does not take the stored one away', () => {
    const after = apply(booked({ version: 3, occurredAt: at(0) }), { phone: null });
    expect(after).toMatchObject({ version: 3, occurredAt: at(0), revision: 2 });
    expect(applyEvent(after, event({ version: 2 }), false, context()).result).toBe('stale');
  });

  it('a cancellation that overtakes its booking stays', () => {
    const cancelled = apply(null, { status: 'cancelled', version: 2 });
    expect(applyEvent(cancelled, event({ start: START, version: 1 }), false, context()).result).toBe('stale');
  });
});

describe('what an event leaves out', () => {
  const full = booked({
    end: LATER,
    kind: 'video',
    locationCode: 'L',
    locationText: 'Opgang 4',
    department: 'Øjne',
    departmentCode: 'Ø',
    contactPhone: '+4535453545',
    patientKey: Buffer.from('p'),
  });

  it('keeps its stored value', () => {
    expect(apply(full, {})).toEqual({ ...full, revision: 2 });
  });

  it('and null clears it', () => {
    const cleared = {
      end: null,
      phone: null,
      language: null,
      locationCode: null,
      locationText: null,
      department: null,
      departmentCode: null,
      contactPhone: null,
    };
    expect(apply(full, cleared)).toEqual({ ...full, ...cleared, phoneReason: 'no_phone', revision: 2 });
  });

  it('an absent phone clears the stored one where the source’s settings say so', () => {
    expect(apply(full, {}, 'clear')).toMatchObject({ phone: null, phoneReason: 'no_phone', language: 'en' });
    expect(apply(full, { phone: '+4520999999' }, 'clear')).toMatchObject({ phone: '+4520999999', phoneReason: null });
  });

  it('a bad number is not replaced by the stored one', () => {
    expect(apply(full, { phone: 'bad' })).toMatchObject({ phone: null, phoneReason: 'invalid_number' });
    expect(apply(apply(full, { phone: 'bad' }), {})).toMatchObject({ phone: null, phoneReason: 'invalid_number' });
  });

  it('another patient inherits neither phone nor language', () => {
    const other = apply({ ...full, kind: 'visit' }, { patientKey: Buffer.from('q') });
    expect(other).toMatchObject({
      phone: null,
      phoneReason: 'no_phone',
      language: null,
      locationText: 'Opgang 4',
      patientKey: Buffer.from('q'),
    });
    expect(apply(full, { patientKey: Buffer.from('p') })).toMatchObject({ phone: '+4520123456', language: 'en' });
    const found = apply(booked(), { patientKey: Buffer.from('p') });
    expect(found, 'a key that comes later is no change').toMatchObject({ phone: '+4520123456' });
  });

  it.each(['cancelled', 'entered-in-error'] as const)('nor does a booking after %s', (status) => {
    const off = apply(full, { status });
    expect(off).toMatchObject({ phone: '+4520123456', language: 'en' });
    const result = apply(off, { status: 'cancelled' });
    expect(result, 'a cancellation told twice is one').toMatchObject({ phone: '+4520123456' });
    for (const again of ['booked', 'pending', 'arrived'] as const) {
      expect(apply(off, { status: again })).toMatchObject({ phone: null, phoneReason: 'no_phone', language: null });
      const found = apply(off, { status: again, phone: '+4520999999', language: 'da' });
      expect(found).toMatchObject({ phone: '+4520999999', language: 'da' });
    }
  });

  it.each(['home', 'phone', 'video'] as const)('the place of a %s is none of a visit', (kind) => {
    const before = booked({ kind, locationCode: 'L', locationText: 'Nygade 4, 2. tv' });
    expect(apply(before, { kind: 'visit' })).toMatchObject({ locationCode: null, locationText: null });
    const found = apply(before, { kind: 'visit', locationCode: 'M' });
    expect(found, 'nor beside a new code').toMatchObject({ locationCode: 'M', locationText: null });
    expect(apply(before, { kind: 'visit', locationText: 'Opgang 4' }).locationText).toBe('Opgang 4');
    expect(apply(before, {}).locationText, 'it stays where the kind does').toBe('Nygade 4, 2. tv');
    const other = { patientKey: Buffer.from('q') };
    const result = apply({ ...before, patientKey: Buffer.from('p') }, other).locationText;
    expect(result, 'but for the same patient').toBeNull();
    expect(apply(apply(before, { status: 'cancelled' }), { status: 'booked' }).locationText).toBeNull();
    expect(apply(before, { kind: kind === 'home' ? 'video' : 'home' }).locationText).toBe('Nygade 4, 2. tv');
    const back = apply(apply(booked({ locationText: 'Opgang 4' }), { kind }), { kind: 'visit' });
    expect(back.locationText, 'nobody knows any more whose it was').toBeNull();
  });

  it('an erased citizen does not come back', () => {
    const erased: Appointment = { ...full, erased: true, phone: null, phoneReason: 'no_phone' };
    const found = apply(erased, { phone: '+4520123456' });
    expect(found).toMatchObject({ erased: true, phone: null, phoneReason: 'no_phone' });
    expect(apply(erased, { phone: 'bad' })).toMatchObject({ phone: null, phoneReason: 'no_phone' });
  });

  it('a test is one message, not the appointment', () => {
    const tested: Appointment = { ...full, test: true };
    expect([apply(tested, { test: true }).test, apply(tested, {}).test]).toEqual([true, false]);
  });

  it('a test leaves a real appointment as it is', () => {
    expect(applyEvent(booked(), event({ test: true, start: null }), false, context()).result).toBe('ignored');
  });
});

describe('the start', () => {
  it('stays where an event that ends the appointment has none', () => {
    for (const status of ['cancelled', 'entered-in-error', 'arrived', 'checked-in', 'fulfilled', 'noshow'] as const) {
      for (const start of [undefined, null]) expect(apply(booked(), { status, start }).start).toEqual(START);
    }
    expect(apply(booked(), { status: 'pending', start: null }).start).toBeNull();
    expect(applyEvent(booked(), event({ start: null }), false, context()).result).toBe('refused');
  });
});

describe('the slot', () => {
  const slots = (...events: Partial<AppointmentEvent>[]) =>
    events.reduce<Appointment | null>((before, said) => apply(before, said), null)?.slot;
  const first = { start: START };

  it('is raised when the start moves to another instant', () => {
    expect(slots(first, { start: LATER })).toBe(1);
    expect(slots(first, { start: LATER }, { start: START })).toBe(2);
    expect(slots({ status: 'pending' }, first), 'also from none').toBe(1);
    expect(slots(first, { status: 'pending', start: null }, first)).toBe(1);
  });

  it('is raised when what was called off is booked again', () => {
    for (const off of ['cancelled', 'entered-in-error'] as const) {
      for (const again of ['booked', 'pending', 'proposed', 'waitlist'] as const)
        expect(slots(first, { status: off }, { status: again })).toBe(1);
    }
  });

  it('is raised when the appointment passes to another citizen, also at the same time', () => {
    const [p, q] = [
      { patientKey: Buffer.from('p'), phone: '+4520123456' },
      { patientKey: Buffer.from('q'), phone: '+4520999999' },
    ];
    const said = { ...first, ...p };
    expect(slots(said, q)).toBe(1);
    expect(slots(said, { patientKey: q.patientKey }), 'whose number has not come yet').toBe(1);
    expect(slots(said, q, p)).toBe(2);
    expect(slots(said, { ...q, start: LATER }), 'once, where it moves too').toBe(1);
    expect(slots(said, p, {}), 'not for the same patient').toBe(0);
    expect(slots(said, { ...q, patientKey: p.patientKey }), 'nor where the number alone is another').toBe(0);
    expect(slots(said, { ...p, patientKey: q.patientKey }), 'or the id alone: nobody is reminded twice').toBe(0);
    expect(slots({ ...first, phone: p.phone }, q), 'nor for one who was not named').toBe(0);
  });

  it('is raised for nothing else', () => {
    const same = new Date(START);
    expect(slots(first, { start: same, end: LATER, phone: '+4520999999', locationText: 'x', version: 9 })).toBe(0);
    const statuses: AppointmentStatus[] = [
      'pending',
      'booked',
      'arrived',
      'booked',
      'noshow',
      'booked',
      'cancelled',
      'cancelled',
      'entered-in-error',
      'arrived',
    ];
    expect(slots(first, ...statuses.map((status) => ({ status })))).toBe(0);
  });

  it('is raised once, when both happen together', () => {
    expect(slots(first, { status: 'cancelled' }, { start: LATER })).toBe(1);
  });
});

describe('the outcome', () => {
  it.each([
    ['arrived', 'arrived'],
    ['checked-in', 'arrived'],
    ['fulfilled', 'fulfilled'],
    ['noshow', 'noshow'],
  ] as const)('of %s is %s, at the time of the event', (status, outcome) => {
    expect(apply(booked(), { status, occurredAt: at(30) })).toMatchObject({ outcome, outcomeAt: at(30) });
    expect(apply(booked(), { status })).toMatchObject({ outcome, outcomeAt: NOW });
  });

  it('keeps its first time, and falls when the appointment is booked again', () => {
    const arrived = apply(booked(), { status: 'arrived', occurredAt: at(30) });
    const found = apply(arrived, { status: 'checked-in', occurredAt: at(40) });
    expect(found).toMatchObject({ outcome: 'arrived', outcomeAt: at(30) });
    const result = apply(arrived, { status: 'fulfilled', occurredAt: at(50) });
    expect(result).toMatchObject({ outcome: 'fulfilled', outcomeAt: at(50) });
    const told = apply(arrived, { status: 'cancelled', occurredAt: at(50) });
    expect(told).toMatchObject({ outcome: 'arrived', outcomeAt: at(30) });
    expect(apply(arrived, { status: 'booked', occurredAt: at(50) })).toMatchObject({ outcome: null, outcomeAt: null });
  });
});

describe('a start more than three years ahead', () => {
  const far = new Date('2029-11-28T12:00:00Z');
  const near = new Date('2029-11-24T12:00:00Z');
  const result = (before: Appointment | null, said: Partial<AppointmentEvent>) =>
    applyEvent(before, event(said), false, context());

  it('is refused for a new appointment and for one that moves', () => {
    const fault = { pointer: '/data/start', code: 'too_far_ahead' };
    expect(result(null, { start: far })).toMatchObject({ result: 'refused', fault });
    expect(result(booked(), { start: far })).toMatchObject({ result: 'refused', fault });
    expect(result(null, { start: near })).toMatchObject({ result: 'accepted' });
  });

  it('does not keep an appointment from being cancelled, and changes nothing of it', () => {
    expect(apply(booked(), { status: 'cancelled', start: far })).toMatchObject({ status: 'cancelled', start: START });
    expect(apply(null, { status: 'cancelled', start: far })).toMatchObject({ status: 'cancelled', start: null });
  });
});

describe('another citizen', () => {
  const [p, q] = [Buffer.from('p'), Buffer.from('q')];
  const isOther = (before: Appointment, said: Partial<AppointmentEvent>) =>
    isOtherCitizen(before, event(said), apply(before, said));
  const off = apply(booked(), { status: 'cancelled' });

  it('has another patient id', () => {
    const before = booked({ patientKey: p });
    expect(isOther(before, { patientKey: q })).toBe(true);
    expect(isOther(before, { patientKey: q, status: 'cancelled' })).toBe(true);
    expect(isOther(before, { patientKey: p, phone: '+4520999999' })).toBe(false);
    expect(isOther(before, { phone: '+4520999999' }), 'a new number is none').toBe(false);
  });

  it('has, where what was called off is booked again and no patient is named, not the same number', () => {
    expect(isOther(off, { phone: '+4520999999', start: LATER })).toBe(true);
    expect(isOther(off, { start: LATER }), 'without one nobody knows').toBe(true);
    expect(isOther(off, { phone: '+4520123456', start: LATER })).toBe(false);
    expect(isOther(off, { status: 'cancelled', phone: '+4520999999' }), 'a cancellation told twice').toBe(false);
  });

  it('is not who the event names by the same id, nor whose booking goes on under another reference', () => {
    const known = apply(booked({ patientKey: p }), { status: 'cancelled' });
    expect(isOther(known, { patientKey: p, phone: '+4520999999' })).toBe(false);
    expect(isOther(known, { phone: '+4520999999' }), 'the stored id alone says nothing').toBe(true);
    expect(isOther(off, { reference: 'A-2', replaces: ['A-1'], phone: '+4520999999' })).toBe(false);
  });
});
