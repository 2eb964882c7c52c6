import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AUTHORITY_DEFAULTS,
  type AuthoritySettings,
  type Rule,
  type SendingWindow,
} from '../../../src/domain/authority.ts';
import { readLocal, subtractLead } from '../../../src/domain/calendar.ts';
import { durationOf } from '../../../src/domain/duration.ts';
import { type PlannedReminder, planNotice, planReminders } from '../../../src/domain/planning/planning.ts';
import { isOpen } from '../../../src/domain/planning/sending-window.ts';
import { NOTICE_NAMES } from '../../../src/domain/reminder.ts';

const DEFAULTS: AuthoritySettings = { ...AUTHORITY_DEFAULTS, name: 'Region', sender: 'Region' };
const OPEN_DAILY: SendingWindow = {
  from: '08:00',
  to: '20:00',
  weekdaysOnly: false,
  publicHolidays: null,
  closedDays: [],
};
const rule = (id: string, lead: string, at?: string): Rule => ({
  id,
  template: 'reminder',
  lead,
  ...(at === undefined ? {} : { at }),
});
const cph = (local: string) => readLocal(local, 'Europe/Copenhagen').at;

/** `id status[/reason] local time`, in Copenhagen's time. */
function show(planned: PlannedReminder): string {
  const local = planned.dueAt.toLocaleString('sv-SE', { timeZone: 'Europe/Copenhagen' }).slice(0, 16).replace(' ', 'T');
  return `${planned.rule} ${planned.status}${planned.reason ? `/${planned.reason}` : ''} ${local}`;
}

/** Long before every start. */
const EARLY = '2026-11-01T12:00';

function planned(
  settings: Partial<AuthoritySettings>,
  start: string | Date,
  now: string | Date = EARLY,
): PlannedReminder[] {
  const at = (when: string | Date) => (typeof when === 'string' ? cph(when) : when);
  const authority = { ...DEFAULTS, ...settings };
  return planReminders({ authority, start: at(start), kind: 'visit', department: null, now: at(now) });
}
const plan = (...of: Parameters<typeof planned>) => planned(...of).map(show);

describe('with the defaults', () => {
  it('a Thursday appointment is reminded of on Monday and Wednesday at 10', () => {
    const found = plan({}, '2026-12-03T09:15');
    expect(found).toEqual(['three-days-before planned 2026-11-30T10:00', 'day-before planned 2026-12-02T10:00']);
  });

  it('a Monday appointment is reminded of once: the day before moves onto Friday, into the gap of the other', () => {
    expect(plan({}, '2026-11-30T09:15')).toEqual([
      'three-days-before planned 2026-11-27T10:00',
      'day-before expired/too_close 2026-11-27T10:00',
    ]);
  });

  it('the deadline is the minimum notice before the start', () => {
    const [first] = planned({}, '2026-12-03T09:15');
    expect(first).toEqual({
      rule: 'three-days-before',
      template: 'reminder',
      status: 'planned',
      reason: null,
      dueAt: cph('2026-11-30T10:00'),
      expiresAt: cph('2026-12-03T08:15'),
    });
  });
});

describe('a start at the edge of the years that are read', () => {
  const edges = ['1900-01-01T00:00', '1900-01-02T00:00', '9998-12-31T23:59'];
  it.each(edges)('is planned like any other: %s', (start) => {
    const rules = [
      rule('ten-years', 'P3660D', '10:00'),
      rule('week', 'P1W', '23:59'),
      rule('day', 'P1D', '00:00'),
      rule('hours', 'PT2H'),
    ];
    const expected = start < '2026' ? 'expired' : 'planned';
    const found = planned({ rules }, start).map(({ rule: id, status }) => `${id} ${status}`);
    expect(found).toEqual(rules.map(({ id }) => `${id} ${expected}`));
  });
});

describe('leads', () => {
  it.each([
    ['days keep the wall-clock time when the clocks go back', 'P1D', '2026-10-25T12:00', '2026-10-24T12:00'],
    ['hours are elapsed when the clocks go back', 'PT24H', '2026-10-25T12:00', '2026-10-24T13:00'],
    ['days keep the wall-clock time when the clocks go forward', 'P1D', '2027-03-28T12:00', '2027-03-27T12:00'],
    ['hours are elapsed when the clocks go forward', 'PT24H', '2027-03-28T12:00', '2027-03-27T11:00'],
    ['days are counted before hours', 'P1DT2H', '2026-10-26T04:00', '2026-10-25T02:00'],
    ['a skipped moment becomes the first after the gap', 'P1D', '2027-03-29T02:30', '2027-03-28T03:00'],
    ['weeks are seven days', 'P1W', '2026-12-08T09:00', '2026-12-01T09:00'],
  ])('%s', (_what, lead, start, due) => {
    const settings = { rules: [rule('r', lead)], sendingWindow: null };
    expect(plan(settings, start, '2026-10-01T12:00')).toEqual([`r planned ${due}`]);
  });

  it('a doubled moment is the first of the two', () => {
    const settings = { rules: [rule('r', 'P1D')], sendingWindow: null };
    const [first] = planned(settings, '2026-10-26T02:30', '2026-10-01T12:00');
    expect(first?.dueAt).toEqual(new Date('2026-10-25T00:30:00Z'));
  });

  it('are counted in the zone of the authority', () => {
    const settings = { rules: [rule('r', 'P1D', '10:00')], sendingWindow: OPEN_DAILY, timeZone: 'America/Nuuk' };
    // In Nuuk the start is at 23:30 on 1 December, and 10:00 is 13:00 in Copenhagen.
    expect(plan(settings, new Date('2026-12-02T01:30:00Z'))).toEqual(['r planned 2026-11-30T13:00']);
  });

  it('`at` fixes the time on the day that the lead leads to', () => {
    expect(plan({ rules: [rule('r', 'PT12H', '15:00')] }, '2026-12-02T09:00')).toEqual(['r planned 2026-12-01T15:00']);
    const settings = { rules: [rule('r', 'P1D', '02:30')], sendingWindow: null };
    expect(plan(settings, '2027-03-29T09:00')).toEqual(['r planned 2027-03-28T03:00']);
  });

  it.each([
    ['expired/too_late 2026-12-02T11:30', rule('r', 'PT30M')],
    ['expired/too_late 2026-12-02T15:00', rule('r', 'PT2H', '15:00')],
    ['expired/too_late 2026-12-02T11:00', rule('r', 'PT1H')],
    ['planned 2026-12-02T10:59', rule('r', 'PT61M')],
  ])('a rule whose moment lies on the deadline or after it is too late: %s', (expected, only) => {
    expect(plan({ rules: [only] }, '2026-12-02T12:00')).toEqual([`r ${expected}`]);
  });

  it('a rule with `when` holds for what it names', () => {
    const rules: Rule[] = [
      { ...rule('video', 'P1D'), when: { kinds: ['video', 'phone'] } },
      { ...rule('eyes', 'P1D'), when: { departments: ['Øjne'] } },
      { ...rule('all', 'P1D'), when: {} },
    ];
    const ids = (kind: 'visit' | 'video', department: string | null) =>
      planReminders({
        authority: { ...DEFAULTS, rules },
        start: cph('2026-12-03T12:00'),
        kind,
        department,
        now: cph('2026-11-01T12:00'),
      }).map((each) => each.rule);
    expect(ids('visit', null)).toEqual(['all']);
    expect(ids('video', 'Øjne')).toEqual(['video', 'eyes', 'all']);
  });
});

describe('outside the sending window', () => {
  const [MONDAY, WEDNESDAY] = ['2026-11-30T09:00', '2026-12-02T09:00'] as const;

  it.each([
    [
      'a rule with `at` on a closed day goes at the same time on the last open day',
      MONDAY,
      '2026-11-27T10:00',
      'P1D',
      '10:00',
    ],
    ['also over Easter', '2026-04-07T09:00', '2026-04-01T10:00', 'P1D', '10:00'],
    ['any other to half an hour before the end of the window before', MONDAY, '2026-11-27T19:30', 'P1D'],
    ['one before the window to the evening before', WEDNESDAY, '2026-12-01T19:30', 'PT2H'],
    ['one after the window to the same evening', '2026-12-02T10:00', '2026-12-01T19:30', 'PT13H'],
    ['one at the very end of the window too', WEDNESDAY, '2026-12-01T19:30', 'PT13H'],
    ['one at the very start of the window stays', '2026-12-02T08:00', '2026-12-01T08:00', 'P1D'],
    [
      'a rule with `at` outside the hours on an open day goes like any other',
      WEDNESDAY,
      '2026-11-30T19:30',
      'P1D',
      '07:00',
    ],
    ['and on a closed day as if it were on the open one', MONDAY, '2026-11-26T19:30', 'P1D', '07:00'],
  ])('%s', (_what, start, due, lead, at?: string) => {
    const now = start < '2026-06' ? '2026-03-01T12:00' : EARLY;
    expect(plan({ rules: [rule('r', lead, at)] }, start, now)).toEqual([`r planned ${due}`]);
  });

  it('a window shorter than half an hour is met at its start', () => {
    const sendingWindow = { ...OPEN_DAILY, from: '12:00', to: '12:15' };
    const found = plan({ rules: [rule('r', 'P1D')], sendingWindow }, '2026-12-02T09:00');
    expect(found).toEqual(['r planned 2026-11-30T12:00']);
  });

  it('an own closed day counts', () => {
    const sendingWindow = { ...DEFAULTS.sendingWindow, closedDays: ['12-01'] } as SendingWindow;
    const found = plan({ rules: [rule('r', 'P1D', '10:00')], sendingWindow }, '2026-12-02T09:00');
    expect(found).toEqual(['r planned 2026-11-30T10:00']);
  });

  it.each([
    ['now, inside a window', '2026-11-27T14:00', '2026-12-01T09:00', 'P2D', 'planned 2026-11-27T14:00'],
    ['the next window, when now is outside', '2026-11-27T21:00', '2026-11-30T12:00', 'P1D', 'planned 2026-11-30T08:00'],
    [
      'not at all, when that is the deadline',
      '2026-11-27T21:00',
      '2026-11-30T09:00',
      'P1D',
      'expired/too_late 2026-11-29T10:00',
    ],
    ['nor after it', '2026-11-27T21:00', '2026-11-30T08:30', 'P1D', 'expired/too_late 2026-11-29T10:00'],
    ['in the last minute before it', '2026-11-27T21:00', '2026-11-30T09:01', 'P1D', 'planned 2026-11-30T08:00'],
  ])('what would move into the past goes %s', (_what, now, start, lead, expected) => {
    expect(plan({ rules: [rule('r', lead, '10:00')] }, start, now)).toEqual([`r ${expected}`]);
  });
});

describe('booked late', () => {
  const FAR = 'three-days-before planned 2026-11-30T10:00';
  const NEAR = 'day-before planned 2026-12-02T10:00';
  const NO_FAR = 'three-days-before expired/booked_late 2026-11-30T10:00';
  const NO_NEAR = 'day-before expired/booked_late 2026-12-02T10:00';
  const LATE = 'day-before planned 2026-12-03T10:00';

  it.each([
    ['one minute before the moment: still planned', '2026-11-30T09:59', FAR, NEAR],
    ['on the moment: due at once', '2026-11-30T10:00', FAR, NEAR],
    ['after one moment: it is left out', '2026-11-30T10:01', NO_FAR, NEAR],
    ['after all: one late reminder, of the nearest rule', '2026-12-02T11:00', NO_FAR, LATE],
    ['on the late moment: due at once', '2026-12-03T10:00', NO_FAR, LATE],
    ['after the late moment too: none', '2026-12-03T10:01', NO_FAR, NO_NEAR],
    ['after the start: none', '2026-12-04T10:00', NO_FAR, NO_NEAR],
  ])('%s', (_what, now, ...expected) => {
    expect(plan({}, '2026-12-03T14:00', now)).toEqual(expected);
  });

  it('the late moment moves like any other, also for a rule with `at`', () => {
    const rules = [rule('r', 'P7D', '10:00')];
    const result = plan({ rules }, '2026-11-30T09:00', '2026-11-25T12:00');
    expect(result, 'to the evening before').toEqual(['r planned 2026-11-27T19:30']);
    const told = plan({ rules }, '2026-11-30T11:00', '2026-11-28T12:00');
    expect(told, 'to the next window').toEqual(['r planned 2026-11-30T08:00']);
    expect(plan({ rules }, '2026-11-30T09:00', '2026-11-28T12:00'), 'or nowhere').toEqual([
      'r expired/too_late 2026-11-23T10:00',
    ]);
    const weekends = { ...OPEN_DAILY, weekdaysOnly: true };
    const found = plan({ rules, sendingWindow: weekends, lateBooking: 'P1D' }, '2026-11-30T11:00', '2026-11-25T12:00');
    expect(found, 'not to the time of `at`').toEqual(['r planned 2026-11-27T19:30']);
  });

  it('the nearest rule is found in any order', () => {
    const rules = [rule('near', 'P1D'), rule('far', 'P7D'), rule('middle', 'P3D')];
    expect(
      plan({ rules }, '2026-12-03T14:00', '2026-12-02T15:00').map((each) => each.split(' ').slice(0, 2).join(' ')),
    ).toEqual(['near planned', 'far expired/booked_late', 'middle expired/booked_late']);
  });

  it('a rule that can never be sent does not keep the late one back', () => {
    const rules = [rule('day', 'P1D'), rule('half-hour', 'PT30M')];
    const found = plan({ rules }, '2026-12-03T14:00', '2026-12-02T15:00');
    expect(found).toEqual(['day planned 2026-12-03T10:00', 'half-hour expired/too_late 2026-12-03T13:30']);
  });

  it('a late moment after the deadline is too late', () => {
    const settings = { rules: [rule('r', 'P1D')], lateBooking: 'PT30M' };
    expect(plan(settings, '2026-12-03T14:00', '2026-12-03T09:00')).toEqual(['r expired/too_late 2026-12-03T13:30']);
  });

  it('an authority without rules plans nothing', () => {
    expect(plan({ rules: [] }, '2026-12-03T14:00', '2026-12-03T09:00')).toEqual([]);
  });
});

describe('the gap between two', () => {
  it.each([
    [
      'neither moved: the further one ends',
      [rule('a', 'P2D'), rule('b', 'PT40H')],
      '2026-12-03T14:00',
      ['a expired/too_close 2026-12-01T14:00', 'b planned 2026-12-01T22:00'],
    ],
    [
      'just apart: both go',
      [rule('a', 'PT60H'), rule('b', 'PT40H')],
      '2026-12-03T14:00',
      ['a planned 2026-12-01T02:00', 'b planned 2026-12-01T22:00'],
    ],
    [
      'three in a row: only the middle one ends',
      [rule('a', 'PT60H'), rule('b', 'PT50H'), rule('c', 'PT40H')],
      '2026-12-03T14:00',
      ['a planned 2026-12-01T02:00', 'b expired/too_close 2026-12-01T12:00', 'c planned 2026-12-01T22:00'],
    ],
  ])('%s', (_what, rules, start, expected) => {
    expect(plan({ rules, sendingWindow: null }, start)).toEqual(expected);
  });

  it('the one that moved ends, though it is nearer the start', () => {
    const rules = [rule('friday', 'P3D', '10:00'), rule('sunday', 'P1D', '18:00')];
    const found = plan({ rules }, '2026-11-30T12:00');
    expect(found).toEqual(['friday planned 2026-11-27T10:00', 'sunday expired/too_close 2026-11-27T18:00']);
  });

  it('when both moved the further one ends', () => {
    const rules = [rule('saturday', 'P2D', '10:00'), rule('sunday', 'P1D', '10:00')];
    const found = plan({ rules }, '2026-11-30T12:00');
    expect(found).toEqual(['saturday expired/too_close 2026-11-27T10:00', 'sunday planned 2026-11-27T10:00']);
  });

  it('can be switched off', () => {
    const rules = [rule('a', 'PT3H'), rule('b', 'PT2H')];
    const found = plan({ rules, minimumGap: 'PT0S' }, '2026-12-03T14:00');
    expect(found).toEqual(['a planned 2026-12-03T11:00', 'b planned 2026-12-03T12:00']);
  });
});

describe('notices', () => {
  const notice = (
    name: (typeof NOTICE_NAMES)[number],
    start: string,
    now: string,
    settings: Partial<AuthoritySettings> = {},
  ) => show(planNotice(name, { authority: { ...DEFAULTS, ...settings }, start: cph(start), now: cph(now) }));

  it.each([
    ['confirmation', '2026-11-24T12:00', 'planned 2026-11-24T12:00'],
    ['rescheduled', '2026-11-24T12:00', 'planned 2026-11-24T12:10'],
    ['cancellation', '2026-11-24T12:00', 'planned 2026-11-24T12:10'],
    ['confirmation', '2026-11-27T21:00', 'planned 2026-11-30T08:00'],
    ['cancellation', '2026-11-24T19:50', 'planned 2026-11-25T08:00'],
    ['cancellation', '2026-12-02T21:00', 'expired/too_late 2026-12-02T21:10'],
    ['rescheduled', '2026-12-03T07:51', 'expired/too_late 2026-12-03T08:01'],
  ] as const)('%s of %s: %s', (name, now, expected) => {
    expect(notice(name, '2026-12-03T09:00', now)).toBe(`${name} ${expected}`);
  });

  it('go at any hour without a window', () => {
    const found = notice('confirmation', '2026-12-03T09:00', '2026-11-29T03:00', { sendingWindow: null });
    expect(found).toBe('confirmation planned 2026-11-29T03:00');
  });
});

describe('whatever the rules, the window and the clocks', () => {
  const minutes = (max: number) => fc.integer({ min: 0, max }).map((n) => `PT${n}M`);
  const clock = fc
    .integer({ min: 0, max: 47 })
    .map((n) => `${String(Math.floor(n / 2)).padStart(2, '0')}:${n % 2 ? '30' : '00'}`);
  const lead = fc.oneof(
    minutes(4_000),
    fc.integer({ min: 0, max: 8 }).map((n) => `P${n}D`),
  );
  const window = fc
    .record({ a: clock, b: clock, weekdaysOnly: fc.boolean(), publicHolidays: fc.constantFrom('DK' as const, null) })
    .map(({ a, b, weekdaysOnly, publicHolidays }): SendingWindow => {
      const [from, to] = [a, b].sort() as [string, string];
      return { from, to: from === to ? '24:00' : to, weekdaysOnly, publicHolidays, closedDays: ['12-24'] };
    });
  const authority = fc
    .record({
      rules: fc.array(fc.record({ lead, at: fc.option(clock) }), { maxLength: 4 }),
      sendingWindow: fc.option(window),
      timeZone: fc.constantFrom('Europe/Copenhagen', 'Atlantic/Faroe', 'America/Nuuk'),
      lateBooking: minutes(600),
      minimumNotice: minutes(180),
      minimumGap: minutes(2_000),
      noticeDelay: minutes(60),
    })
    .map(
      (made): AuthoritySettings => ({
        ...DEFAULTS,
        ...made,
        rules: made.rules.map(({ lead: before, at }, index) => rule(`rule-${index}`, before, at ?? undefined)),
      }),
    );
  const around = fc.constantFrom(
    Date.UTC(2026, 9, 25),
    Date.UTC(2027, 2, 28),
    Date.UTC(2026, 11, 25),
    Date.UTC(2026, 5, 1),
  );
  const moment = fc.tuple(around, fc.integer({ min: -6_000, max: 6_000 }), fc.integer({ min: -3_000, max: 15_000 }));

  it('one decision per rule, in the window, in time, with the minimum gap', () => {
    fc.assert(
      fc.property(authority, moment, (settings, [base, offset, ahead]) => {
        const now = new Date(base + offset * 60_000);
        const start = new Date(now.getTime() + ahead * 60_000);
        const all = planReminders({ authority: settings, start, kind: 'visit', department: null, now });
        expect(all.map((each) => each.rule)).toEqual(settings.rules.map((each) => each.id));
        const planned = all.filter((each) => each.status === 'planned');
        for (const each of [
          ...planned,
          ...NOTICE_NAMES.map((name) => planNotice(name, { authority: settings, start, now })).filter(
            (n) => n.status === 'planned',
          ),
        ]) {
          expect(each.reason).toBeNull();
          expect(each.dueAt >= now).toBe(true);
          expect(each.dueAt < each.expiresAt).toBe(true);
          expect(each.expiresAt <= start).toBe(true);
          expect(isOpen(settings.sendingWindow, settings.timeZone, each.dueAt)).toBe(true);
        }
        for (const each of all) if (each.status === 'expired') expect(each.reason).not.toBeNull();
        const due = planned.map((each) => each.dueAt).sort((a, b) => a.getTime() - b.getTime());
        const gap = durationOf(settings.minimumGap);
        for (const [index, later] of due.entries()) {
          const earlier = due[index - 1];
          if (earlier) expect(subtractLead(later, gap, settings.timeZone) >= earlier).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
