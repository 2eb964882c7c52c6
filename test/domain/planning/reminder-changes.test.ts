import { describe, expect, it } from 'vitest';
import type { Appointment } from '../../../src/domain/appointment.ts';
import { AUTHORITY_DEFAULTS, type AuthoritySettings, type SourceMode } from '../../../src/domain/authority.ts';
import { readLocal } from '../../../src/domain/calendar.ts';
import { isOtherPatientAtOtherNumber } from '../../../src/domain/patient-key.ts';
import { announcedAfter } from '../../../src/domain/planning/notices.ts';
import { changeReminders, replanAfterOptIn } from '../../../src/domain/planning/reminder-changes.ts';
import type { Reminder } from '../../../src/domain/reminder.ts';

const cph = (local: string) => readLocal(local, 'Europe/Copenhagen').at;
const AUTHORITY: AuthoritySettings = { ...AUTHORITY_DEFAULTS, name: 'Region', sender: 'Region' };
const BOOKING_NOTICES: AuthoritySettings = { ...AUTHORITY, notices: { booked: true, moved: true, cancelled: true } };
const NOW = cph('2026-11-25T12:00');

/** Thursday at 9: reminders on Monday and Wednesday at 10. */
const BOOKED: Appointment = {
  reference: 'A-1',
  version: null,
  occurredAt: null,
  cancelStamp: null,
  revision: 1,
  slot: 0,
  status: 'booked',
  unclear: null,
  start: cph('2026-12-03T09:00'),
  end: null,
  kind: 'visit',
  patientKey: null,
  phone: '+4520123456',
  phoneReason: null,
  language: 'da',
  locationCode: null,
  locationText: null,
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
};
const FAR = reminder('three-days-before', { dueAt: cph('2026-11-30T10:00') });
const NEAR = reminder('day-before', { dueAt: cph('2026-12-02T10:00') });
const SENT = { status: 'delivered' } as const;
const LEFT: Reminder = { ...FAR, ...SENT };
const HALF = [LEFT, NEAR];
const CANCELLED: Appointment = { ...BOOKED, status: 'cancelled', revision: 2 };
const MOVED: Appointment = { ...BOOKED, slot: 1, revision: 2, start: cph('2026-12-10T09:00') };
const NO_PHONE = { phone: null, phoneReason: 'no_phone' } as const;

function reminder(rule: string, more: Partial<Reminder> = {}): Reminder {
  return {
    id: rule,
    rule,
    template: rule.endsWith('before') ? 'reminder' : (rule as Reminder['template']),
    language: 'da',
    slot: 0,
    status: 'planned',
    reason: null,
    dueAt: NOW,
    expiresAt: cph('2026-12-03T08:00'),
    ...more,
  };
}

interface Case {
  before?: (Appointment & { readonly announcedStart?: Date | null }) | null;
  after?: Appointment;
  existing?: readonly Reminder[];
  authority?: AuthoritySettings;
  mode?: SourceMode;
  optedOut?: boolean;
  now?: Date;
}

function changes({
  before = BOOKED,
  after = BOOKED,
  existing = [FAR, NEAR],
  authority = AUTHORITY,
  mode = 'live',
  optedOut = false,
  now = NOW,
}: Case) {
  const { insert, change, alreadyHandedOver, planned } = changeReminders({
    before,
    after: { ...after, announcedStart: announced(before, after, existing) },
    existing,
    authority,
    mode,
    optedOut,
    now,
  });
  return {
    insert: insert.map(({ rule, slot, status, reason }) => `${rule} ${slot} ${status}${reason ? `/${reason}` : ''}`),
    change: change.map(({ id, status, reason }) => `${id} ${status}${reason ? `/${reason}` : ''}`),
    alreadyHandedOver,
    planned,
  };
}
/** What changes are decided with, where nothing is said of it. */
const LIVE = { authority: AUTHORITY, mode: 'live', optedOut: false, now: NOW } as const;
const NOTHING = { insert: [], change: [] };
const NONE = { ...NOTHING, alreadyHandedOver: [], planned: 0 };
/** Both reminders, inserted in a slot, and brought back. */
const both = (slot: number) => [`three-days-before ${slot} planned`, `day-before ${slot} planned`];
const BACK = ['three-days-before planned', 'day-before planned'];

/** The start that the citizen knows from an SMS after a change, as intake stores it. */
function announced(before: Case['before'], after: Appointment, existing: readonly Reminder[], isOther?: boolean) {
  if (!before) return null;
  const other = isOtherPatientAtOtherNumber(before, after);
  return announcedAfter({ announcedStart: null, ...before }, after, existing, isOther ?? other);
}

describe('a new appointment', () => {
  const fresh = (more: Case = {}) => changes({ before: null, existing: [], ...more });

  it('is planned by every rule', () => {
    expect(fresh()).toEqual({ ...NONE, insert: both(0), planned: 2 });
  });

  it('has times, language and template of each', () => {
    const { insert } = changeReminders({
      ...LIVE,
      before: null,
      after: { ...BOOKED, language: 'en-GB', announcedStart: null },
      existing: [],
    });
    expect(insert[1]).toEqual({
      rule: 'day-before',
      template: 'reminder',
      language: 'en',
      slot: 0,
      status: 'planned',
      reason: null,
      dueAt: cph('2026-12-02T10:00'),
      expiresAt: cph('2026-12-03T08:00'),
    });
  });

  it.each([
    ['en', 'en'],
    ['EN-us', 'en'],
    ['da', 'da'],
    ['ar', 'da'],
    [null, 'da'],
  ])('in the language %s is reminded of in %s', (language, expected) => {
    const { insert } = changeReminders({
      ...LIVE,
      before: null,
      after: { ...BOOKED, language, announcedStart: null },
      existing: [],
    });
    expect(insert.map((each) => each.language)).toEqual([expected, expected]);
  });

  it.each([
    ['no_phone', { phone: null, phoneReason: 'no_phone' }, false],
    ['not_mobile', { phone: null, phoneReason: 'not_mobile' }, true],
    ['opted_out', {}, true],
    ['opted_out', { test: true }, true],
    ['test', { test: true }, false],
    ['erased', { phone: null, phoneReason: 'no_phone', erased: true }, true],
  ] as const)('is suppressed for %s', (reason, more, optedOut) => {
    expect(fresh({ after: { ...BOOKED, ...more }, optedOut })).toMatchObject({
      insert: [`three-days-before 0 suppressed/${reason}`, `day-before 0 suppressed/${reason}`],
      planned: 0,
    });
  });

  it('booked late keeps that as the reason', () => {
    const found = fresh({ after: { ...BOOKED, ...NO_PHONE }, now: cph('2026-12-01T12:00') }).insert;
    expect(found).toEqual(['three-days-before 0 expired/booked_late', 'day-before 0 suppressed/no_phone']);
  });

  it('is confirmed where the authority wants it, except while loading', () => {
    const found = fresh({ authority: BOOKING_NOTICES });
    expect(found).toMatchObject({ insert: [...both(0), 'confirmation 0 planned'], planned: 3 });
    expect(fresh({ authority: BOOKING_NOTICES, mode: 'loading' }).insert).toEqual(both(0));
    expect(fresh({ authority: BOOKING_NOTICES, mode: 'shadow' }).insert).toHaveLength(3);
    expect(fresh({ authority: BOOKING_NOTICES, mode: 'paused' }).insert).toHaveLength(3);
  });

  it.each(['pending', 'proposed', 'waitlist', 'cancelled', 'noshow'] as const)(
    'that is %s has no reminders',
    (status) => {
      const found = fresh({ after: { ...BOOKED, status }, authority: BOOKING_NOTICES });
      expect(found).toMatchObject({ ...NOTHING, planned: 0 });
    },
  );

  it('is planned and confirmed when it is booked after waiting', () => {
    const before: Appointment = { ...BOOKED, status: 'pending' };
    expect(fresh({ before, authority: BOOKING_NOTICES }).insert).toEqual([...both(0), 'confirmation 0 planned']);
  });
});

describe('a change in the same slot', () => {
  it('of place or number leaves the planned ones as they are', () => {
    expect(changes({ after: { ...BOOKED, phone: '+4520999999', locationText: 'x' } })).toEqual({ ...NONE, planned: 2 });
  });

  it('of language goes to those not yet started', () => {
    const existing = HALF;
    const { change } = changeReminders({
      ...LIVE,
      before: BOOKED,
      after: { ...BOOKED, language: 'en', announcedStart: null },
      existing,
    });
    expect(change).toEqual([
      {
        id: 'day-before',
        status: 'planned',
        reason: null,
        dueAt: NEAR.dueAt,
        expiresAt: NEAR.expiresAt,
        language: 'en',
      },
    ]);
  });

  it.each([
    ['the number goes', NO_PHONE, false, 'no_phone'],
    ['the number is no longer good', { phone: null, phoneReason: 'invalid_number' }, false, 'invalid_number'],
    ['the new number has opted out', { phone: '+4520999999' }, true, 'opted_out'],
    ['a test overwrites it', { test: true }, false, 'test'],
    ['its type gets no SMS', { kind: 'none' }, false, 'no_sms'],
  ] as const)('when %s suppresses them', (_what, more, optedOut, reason) => {
    const existing = HALF;
    expect(changes({ after: { ...BOOKED, ...more }, optedOut, existing })).toEqual({
      ...NONE,
      change: [`day-before suppressed/${reason}`],
      alreadyHandedOver: ['three-days-before'],
    });
  });

  it.each(['no_phone', 'invalid_number', 'country_not_allowed', 'not_mobile', 'opted_out', 'test', 'no_sms'])(
    'brings back what was suppressed for %s',
    (reason) => {
      const existing = [FAR, NEAR].map((each) => ({ ...each, status: 'suppressed' as const, reason }));
      expect(changes({ existing })).toMatchObject({ insert: [], change: BACK, planned: 2 });
    },
  );

  it.each(['erased', 'text_refused', 'internal_error', 'too_many_today', 'shadow'])(
    'leaves what was suppressed for %s',
    (reason) => {
      const found = changes({ existing: [{ ...FAR, status: 'suppressed', reason }, NEAR] });
      expect(found).toMatchObject({ ...NOTHING, planned: 1 });
    },
  );

  it('reports the new reason when it replaces the old one', () => {
    const existing = [FAR, NEAR].map((each) => ({ ...each, status: 'suppressed' as const, reason: 'no_phone' }));
    const after: Appointment = { ...BOOKED, phone: null, phoneReason: 'not_mobile' };
    const found = changes({ after, existing }).change;
    expect(found).toEqual(['three-days-before suppressed/not_mobile', 'day-before suppressed/not_mobile']);
    expect(changes({ after: { ...BOOKED, ...NO_PHONE }, existing })).toMatchObject(NOTHING);
  });

  it('keeps the time of what comes back while it is ahead, and plans it as a late booking afterwards', () => {
    const existing = [FAR, { ...NEAR, dueAt: cph('2026-12-02T09:00') }].map((each) => ({
      ...each,
      status: 'suppressed' as const,
      reason: 'no_phone',
    }));
    const late = { ...BOOKED, start: cph('2026-12-03T15:00'), announcedStart: null };
    const back = (now: string) =>
      changeReminders({ ...LIVE, before: late, after: late, existing, now: cph(now) }).change.map(({ id, dueAt }) => [
        id,
        dueAt,
      ]);
    expect(back('2026-12-01T12:00')).toEqual([['day-before', cph('2026-12-02T09:00')]]);
    expect(back('2026-12-02T12:00')).toEqual([['day-before', cph('2026-12-03T11:00')]]);
    expect(back('2026-12-03T12:00')).toEqual([]);
  });

  it('leaves one whose outcome is unknown, and that may be sent again, as it went', () => {
    for (const status of ['uncertain', 'handing_over'] as const) {
      const existing = [{ ...NEAR, status }];
      for (const more of [{ language: 'en' }, NO_PHONE, { phone: '+4520999999' }, { test: true }])
        expect(changes({ after: { ...BOOKED, ...more }, existing })).toEqual({
          ...NONE,
          alreadyHandedOver: ['day-before'],
        });
    }
  });

  it('plans the rules where only a notice exists yet', () => {
    const existing = [reminder('confirmation', SENT)];
    expect(changes({ existing })).toMatchObject({ insert: both(0), change: [], planned: 2 });
  });

  it('never touches what has started, nor what ended otherwise', () => {
    const ended = (
      ['accepted', 'delivered', 'undelivered', 'rejected', 'uncertain', 'expired', 'superseded'] as const
    ).map((status, index) =>
      reminder(`rule-${index}-before`, { status, reason: status === 'expired' ? 'too_late' : null }),
    );
    const started = reminder('started-before', { status: 'handing_over' });
    const afters: Appointment[] = [
      { ...BOOKED, ...NO_PHONE },
      { ...BOOKED, language: 'en' },
      { ...BOOKED, status: 'cancelled' },
      MOVED,
    ];
    for (const after of afters) expect(changes({ after, existing: [...ended, started] }).change).toEqual([]);
  });
});

describe('a move', () => {
  it('supersedes what was planned and plans the new time', () => {
    expect(changes({ after: MOVED })).toEqual({
      ...NONE,
      insert: both(1),
      change: ['three-days-before superseded', 'day-before superseded'],
      planned: 2,
    });
  });

  it('after an SMS sends the new time, and reports what was handed over', () => {
    const existing = HALF;
    expect(changes({ after: MOVED, existing })).toEqual({
      ...NONE,
      insert: [...both(1), 'rescheduled 1 planned'],
      change: ['day-before superseded'],
      alreadyHandedOver: ['three-days-before'],
      planned: 3,
    });
    const quiet = { ...AUTHORITY, notices: { booked: true, moved: false, cancelled: true } };
    expect(changes({ after: MOVED, existing, authority: quiet }).insert).toHaveLength(2);
    expect(changes({ after: MOVED, existing, mode: 'loading' }).insert).toHaveLength(2);
  });

  it.each([
    ['a started one', { status: 'handing_over' }, true],
    ['an accepted one', { status: 'accepted' }, true],
    ['an uncertain one', { status: 'uncertain' }, true],
    ['an undelivered one', { status: 'undelivered' }, true],
    ['a rejected one', { status: 'rejected' }, false],
    ['a planned one', { status: 'planned' }, false],
    ['an expired one', { status: 'expired' }, false],
  ] as const)('%s counts as left: %s', (_what, more, left) => {
    const told = changes({ after: MOVED, existing: [{ ...FAR, ...more }] });
    expect(told.insert.some((each) => each.startsWith('rescheduled'))).toBe(left);
    expect(told.alreadyHandedOver).toEqual(left ? [FAR.id] : []);
  });

  it('moved again before the notice went becomes one notice', () => {
    const existing = [LEFT, reminder('rescheduled', { slot: 1 }), reminder('day-before', { id: 'x', slot: 1 })];
    const before = { ...MOVED, announcedStart: BOOKED.start };
    expect(changes({ before, after: { ...BOOKED, slot: 2, start: cph('2026-12-11T09:00') }, existing })).toEqual({
      ...NONE,
      insert: [...both(2), 'rescheduled 2 planned'],
      change: ['rescheduled superseded', 'x superseded'],
      planned: 3,
    });
  });

  it('before the confirmation went confirms the new time', () => {
    const existing = [FAR, NEAR, reminder('confirmation')];
    expect(changes({ after: MOVED, existing, authority: BOOKING_NOTICES })).toMatchObject({
      insert: [...both(1), 'confirmation 1 planned'],
      change: ['three-days-before superseded', 'day-before superseded', 'confirmation superseded'],
    });
  });

  it('to a number that opted out, or of an erased citizen, sends nothing', () => {
    const existing = [LEFT];
    expect(changes({ after: MOVED, existing, optedOut: true }).insert).toContain('rescheduled 1 suppressed/opted_out');
    const found = changes({ after: { ...MOVED, ...NO_PHONE, erased: true }, existing }).insert;
    expect(found).toContain('rescheduled 1 suppressed/erased');
  });

  it('of one that waits ends everything and plans nothing', () => {
    expect(changes({ after: { ...MOVED, status: 'pending' } })).toMatchObject({
      insert: [],
      change: ['three-days-before cancelled/pending', 'day-before cancelled/pending'],
    });
  });

  it('of a cancelled one is confirmed, without a notice of a move', () => {
    const existing = [LEFT];
    const before: Appointment = { ...BOOKED, status: 'cancelled' };
    const found = changes({ before, after: MOVED, existing, authority: BOOKING_NOTICES }).insert;
    expect(found).toContain('confirmation 1 planned');
    expect(changes({ before, after: MOVED, existing }).insert).toHaveLength(2);
  });

  it('leaves one that may have left once uncertain, with its reason', () => {
    const existing = [{ ...FAR, status: 'uncertain' as const, reason: 'database_restored' }];
    expect(changes({ after: MOVED, existing })).toMatchObject({
      insert: expect.arrayContaining(['rescheduled 1 planned']),
      change: [],
      alreadyHandedOver: ['three-days-before'],
    });
  });
});

describe('an end', () => {
  it.each([
    'arrived',
    'checked-in',
    'fulfilled',
    'noshow',
    'pending',
    'proposed',
    'waitlist',
    'entered-in-error',
  ] as const)('by %s cancels what is planned with that reason, and sends nothing', (status) => {
    const existing = [LEFT, NEAR, reminder('confirmation')];
    expect(changes({ after: { ...BOOKED, status }, existing, authority: BOOKING_NOTICES })).toEqual({
      ...NONE,
      change: [`day-before cancelled/${status}`, `confirmation cancelled/${status}`],
      alreadyHandedOver: ['three-days-before'],
    });
  });

  it('booked again in the same slot brings them back', () => {
    const existing = [LEFT, { ...NEAR, status: 'cancelled' as const, reason: 'arrived' }];
    const before: Appointment = { ...BOOKED, status: 'arrived' };
    expect(changes({ before, existing })).toMatchObject({ insert: [], change: ['day-before planned'], planned: 1 });
    const found = changes({ before, existing, optedOut: true });
    expect(found).toMatchObject({ insert: [], change: ['day-before suppressed/opted_out'], planned: 0 });
    expect(changes({ before, existing, now: cph('2026-12-03T08:30') })).toMatchObject(NOTHING);
  });
});

describe('a patient who has died', () => {
  const dead = (after: Appointment): Appointment => ({ ...after, deceased: true });
  const told = HALF;

  it('gets nothing that was planned, and the reason is kept', () => {
    const found = changes({ after: dead(BOOKED), existing: told });
    expect(found).toMatchObject({ insert: [], change: ['day-before cancelled/deceased'] });
  });

  it.each<[string, Appointment, SourceMode]>([
    ['of a move', MOVED, 'live'],
    ['of a cancellation', { ...BOOKED, status: 'cancelled' }, 'live'],
    ['of a new booking', { ...BOOKED, slot: 1 }, 'live'],
  ])('gets no notice %s', (_name, after, mode) => {
    expect(changes({ after: dead(after), existing: told, mode }).insert).toEqual([]);
    expect(changes({ before: null, after: dead(after), existing: [], mode }).insert).toEqual([]);
  });

  it('is reminded again once the booking system takes the death back, and not by another change where staff settled a reply so', () => {
    const ended = [FAR, NEAR].map((each) => ({ ...each, status: 'cancelled' as const, reason: 'deceased' }));
    expect(changes({ before: dead(BOOKED), after: BOOKED, existing: ended })).toMatchObject({ change: BACK });
    expect(changes({ before: BOOKED, after: { ...BOOKED, revision: 2 }, existing: ended })).toMatchObject(NOTHING);
  });

  it('leaves what may have left once uncertain', () => {
    const again = reminder('day-before', { status: 'uncertain' });
    const found = changes({ after: dead(BOOKED), existing: [again] });
    expect(found).toMatchObject({ change: [], alreadyHandedOver: ['day-before'] });
  });
});

describe('a cancellation', () => {
  it('ends what is planned', () => {
    expect(changes({ after: CANCELLED, existing: [FAR, NEAR, reminder('confirmation')] })).toEqual({
      ...NONE,
      change: ['three-days-before cancelled', 'day-before cancelled', 'confirmation cancelled'],
    });
  });

  it('after an SMS is notified, where the authority wants it', () => {
    const existing = HALF;
    expect(changes({ after: CANCELLED, existing })).toEqual({
      ...NONE,
      insert: ['cancellation 0 planned'],
      change: ['day-before cancelled'],
      alreadyHandedOver: ['three-days-before'],
      planned: 1,
    });
    const quiet = { ...AUTHORITY, notices: { booked: true, moved: true, cancelled: false } };
    expect(changes({ after: CANCELLED, existing, authority: quiet }).insert).toEqual([]);
    expect(changes({ after: CANCELLED, existing, mode: 'loading' }).insert).toEqual([]);
    expect(changes({ after: CANCELLED, existing, now: cph('2026-12-03T09:00') }).insert, 'not of the past').toEqual([]);
    const found = changes({ after: CANCELLED, existing, now: cph('2026-12-03T07:55') }).insert;
    expect(found).toEqual(['cancellation 0 expired/too_late']);
    expect(changes({ after: { ...CANCELLED, start: null }, existing }).insert).toEqual([]);
  });

  it('of one that was not expected any more is not', () => {
    const existing = [LEFT];
    for (const status of ['arrived', 'fulfilled', 'noshow', 'entered-in-error'] as const) {
      expect(changes({ before: { ...BOOKED, status }, after: CANCELLED, existing }).insert).toEqual([]);
    }
    const found = changes({ before: { ...BOOKED, status: 'pending' }, after: CANCELLED, existing }).insert;
    expect(found).toEqual(['cancellation 0 planned']);
  });

  it('sent twice has one notice', () => {
    const existing = [LEFT, reminder('cancellation')];
    const found = changes({ before: CANCELLED, after: { ...CANCELLED, revision: 3 }, existing });
    expect(found).toMatchObject({ ...NOTHING, planned: 1 });
    const result = changes({ before: CANCELLED, after: { ...CANCELLED, ...NO_PHONE }, existing }).change;
    expect(result).toEqual(['cancellation suppressed/no_phone']);
  });

  it('repeated with another start, before the first notice was sent, is notified with that start', () => {
    const existing = [LEFT, reminder('cancellation')];
    const found = changes({ before: CANCELLED, after: { ...CANCELLED, slot: 1, start: MOVED.start }, existing });
    expect(found).toMatchObject({ insert: ['cancellation 1 planned'], change: ['cancellation cancelled'] });
  });

  it('withdrawn, or declared an error, before its notice was sent has none', () => {
    const existing = [LEFT, reminder('cancellation')];
    const again: Appointment = { ...BOOKED, slot: 1, revision: 3 };
    const found = changes({ before: CANCELLED, after: again, existing });
    expect(found).toMatchObject({ insert: both(1), change: ['cancellation superseded'] });
    const result = changes({ before: CANCELLED, after: { ...CANCELLED, status: 'entered-in-error' }, existing });
    expect(result).toMatchObject({ insert: [], change: ['cancellation cancelled/entered-in-error'] });
  });

  it('booked again plans anew and confirms where wanted', () => {
    const existing = [
      { ...FAR, status: 'cancelled' as const },
      { ...NEAR, status: 'cancelled' as const },
    ];
    const again: Appointment = { ...BOOKED, slot: 1, revision: 3 };
    const found = changes({ before: CANCELLED, after: again, existing, authority: BOOKING_NOTICES });
    expect(found).toEqual({ ...NONE, insert: [...both(1), 'confirmation 1 planned'], planned: 3 });
  });
});

describe('after an opt-in', () => {
  const suppressed = [FAR, NEAR].map((each) => ({ ...each, status: 'suppressed' as const, reason: 'opted_out' }));
  const replan = (more: { appointment?: Appointment; existing?: readonly Reminder[]; now?: Date } = {}) =>
    replanAfterOptIn({ appointment: BOOKED, existing: suppressed, authority: AUTHORITY, now: NOW, ...more }).map(
      ({ id, status, reason }) => `${id} ${status}${reason ? `/${reason}` : ''}`,
    );

  it('comes back what is ahead', () => {
    expect(replan()).toEqual(BACK);
    expect(replan({ now: cph('2026-12-01T12:00') })).toEqual(['day-before planned']);
    expect(replan({ now: cph('2026-12-03T09:30') })).toEqual([]);
  });

  it('comes back nothing of another slot, another reason, or an appointment that is off', () => {
    expect(replan({ appointment: MOVED })).toEqual([]);
    expect(replan({ existing: suppressed.map((each) => ({ ...each, reason: 'no_phone' })) })).toEqual([]);
    expect(replan({ existing: [FAR, NEAR] })).toEqual([]);
    expect(replan({ appointment: { ...BOOKED, status: 'cancelled' } })).toEqual([]);
  });

  it('stays suppressed for another reason that holds as well', () => {
    const found = replan({ appointment: { ...BOOKED, test: true } });
    expect(found).toEqual(['three-days-before suppressed/test', 'day-before suppressed/test']);
  });
});

describe('what a citizen was notified of', () => {
  it('cancelled and booked again at another time, before the cancellation was sent, has moved', () => {
    const existing = [LEFT, reminder('cancellation')];
    const { insert, change } = changes({ before: CANCELLED, after: MOVED, existing });
    expect(insert).toContain('rescheduled 1 planned');
    expect(change).toContain('cancellation superseded');
  });

  it('cancelled and booked again at another time, after the cancellation was sent, is a new booking', () => {
    const existing = [LEFT, { ...reminder('cancellation'), ...SENT }];
    const { insert } = changes({ before: CANCELLED, after: MOVED, existing });
    expect(insert.filter((each) => each.startsWith('rescheduled'))).toEqual([]);
  });

  it('a reference that passes to another citizen sends the new one nothing about the earlier one’s time', () => {
    const before = { ...BOOKED, patientKey: Buffer.from('a') };
    const after = { ...MOVED, patientKey: Buffer.from('b'), phone: '+4520999999' };
    const existing = [LEFT];
    expect(changes({ before, after, existing }).insert.filter((each) => each.startsWith('rescheduled'))).toEqual([]);
    expect(changes({ before, after, existing, authority: BOOKING_NOTICES }).insert).toContain('confirmation 1 planned');
    for (const same of [{ patientKey: before.patientKey }, { phone: before.phone }])
      expect(changes({ before, after: { ...after, ...same }, existing }).insert).toContain('rescheduled 1 planned');
  });

  describe('who has a reference after another citizen', () => {
    const [A, B] = [Buffer.from('a'), Buffer.from('b')];
    const theirs = { patientKey: B, phone: '+4520999999' };
    const passed = { ...MOVED, ...theirs, announcedStart: null };
    const again: Appointment = { ...passed, slot: 2, start: cph('2026-12-11T09:00') };
    const existing = [LEFT];
    const notices = (of: Case) =>
      changes(of).insert.filter((each) => /^(rescheduled|cancellation|confirmation)/.test(each));

    it('hears of no move and no cancellation before an SMS of their own', () => {
      expect(notices({ before: passed, after: again, existing })).toEqual([]);
      expect(notices({ before: passed, after: { ...passed, status: 'cancelled' }, existing })).toEqual([]);
    });

    it('hears of both after one', () => {
      const own = [...existing, reminder('day-before', { id: 'own', slot: 1, ...SENT })];
      expect(notices({ before: passed, after: again, existing: own })).toEqual(['rescheduled 2 planned']);
      const found = notices({ before: passed, after: { ...passed, status: 'cancelled' }, existing: own });
      expect(found).toEqual(['cancellation 1 planned']);
    });

    it('gets at the same time what the earlier one got: reminders and a confirmation', () => {
      const sent = [FAR, NEAR, reminder('confirmation')].map((each) => ({ ...each, ...SENT }));
      const before = { ...BOOKED, patientKey: A };
      expect(
        changes({ before, after: { ...BOOKED, ...theirs, slot: 1 }, existing: sent, authority: BOOKING_NOTICES }),
      ).toMatchObject({ insert: [...both(1), 'confirmation 1 planned'], alreadyHandedOver: sent.map(({ id }) => id) });
    });

    it('gets no cancellation that waited for the earlier one', () => {
      const before = { ...CANCELLED, patientKey: A };
      const after = { ...CANCELLED, ...theirs, slot: 1 };
      const found = changes({ before, after, existing: [...existing, reminder('cancellation')] });
      expect(found).toMatchObject({ insert: [], change: ['cancellation cancelled'] });
    });
  });
});

describe('the start that the citizen knows from an SMS', () => {
  const sent = [LEFT];

  it('is the one before a move, once an SMS of it has left', () => {
    expect(announced(BOOKED, MOVED, sent)).toEqual(BOOKED.start);
    expect(announced(BOOKED, MOVED, [FAR])).toBeNull();
    expect(announced(BOOKED, { ...BOOKED, end: MOVED.start }, sent), 'nothing moved').toBeNull();
  });

  it('stays through moves that no SMS told of, and while the appointment has no start', () => {
    const before = { ...MOVED, announcedStart: BOOKED.start };
    expect(announced(before, { ...MOVED, slot: 2 }, sent)).toEqual(BOOKED.start);
    const waits: Appointment = { ...BOOKED, status: 'pending', start: null };
    expect(announced(BOOKED, waits, sent)).toEqual(BOOKED.start);
    expect(announced({ ...waits, announcedStart: BOOKED.start }, MOVED, sent)).toEqual(BOOKED.start);
  });

  it('is none of another citizen', () => {
    expect(announced(BOOKED, MOVED, sent, true)).toBeNull();
    expect(announced({ ...MOVED, announcedStart: BOOKED.start }, { ...MOVED, slot: 2 }, sent, true)).toBeNull();
  });

  it('is none where the citizen was told that it is off, and stays where a cancellation still waits', () => {
    const told = [...sent, { ...reminder('cancellation'), ...SENT }];
    expect(announced(CANCELLED, MOVED, told)).toBeNull();
    expect(announced(CANCELLED, { ...CANCELLED, slot: 1, start: MOVED.start }, told)).toBeNull();
    expect(announced(CANCELLED, MOVED, [...sent, reminder('cancellation')])).toEqual(BOOKED.start);
  });
});
