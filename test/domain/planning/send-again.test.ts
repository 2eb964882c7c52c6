import { describe, expect, it } from 'vitest';
import { AUTHORITY_DEFAULTS } from '../../../src/domain/authority.ts';
import {
  type EarlierReminder,
  isSentAgain,
  NOT_SENT_AGAIN,
  type NotSentAgain,
  nextAgainRule,
  type SendAgainSituation,
  whyNotAgain,
} from '../../../src/domain/planning/send-again.ts';

/** A Monday at noon in Copenhagen. */
const NOW = new Date('2026-11-30T11:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const AUTHORITY = { ...AUTHORITY_DEFAULTS, name: 'Rh', sender: 'Rh' };

const NOTHING = {
  ...{ no_phone: false, opted_out: false, deceased: false, held: false },
  ...{ paused: false, gateway_out: false, shadow: false, no_sms: false },
};
type Facts = Partial<SendAgainSituation> & { readonly now?: Date };
const situation = (facts: Facts): SendAgainSituation => ({
  status: 'booked',
  start: new Date('2026-12-01T08:00:00Z'),
  slot: 1,
  reminders: [],
  today: 0,
  is: NOTHING,
  ...facts,
});
const why = ({ now = NOW, ...facts }: Facts = {}, authority = AUTHORITY) =>
  whyNotAgain(situation(facts), authority, now);

const reminder = (changes: Partial<EarlierReminder> = {}): EarlierReminder => ({
  ...{ rule: 'day-before', slot: 1, status: 'handed_over', heldReason: null, dueAt: ago(60), createdAt: ago(9_000) },
  message: { status: 'delivered', handedOverAt: ago(60) },
  ...changes,
});
const sms = (status: 'delivered' | 'accepted' | 'undelivered' | 'uncertain' | 'handing_over', minutes: number) => ({
  message: { status, handedOverAt: ago(minutes) },
});
const of = (...reminders: Partial<EarlierReminder>[]): Facts => ({ reminders: reminders.map(reminder) });
const again = (changes: Partial<EarlierReminder>) => reminder({ rule: 'again', ...changes });
const planned = { status: 'planned', message: null } as const;

describe('a reminder is sent again', () => {
  const CASES: readonly [what: string, facts: Facts, code: NotSentAgain | null][] = [
    ['where nothing stands in the way', {}, null],
    ['at noon', of({}), null],
    ['not of a cancelled appointment', { status: 'cancelled' }, 'not_booked'],
    ['not of one without a time', { start: null }, 'not_booked'],
    ['not of one that has begun', { start: ago(1) }, 'in_past'],
    ['not within minimumNotice of the start', { start: ago(-60) }, 'in_past'],
    ['a minute before that', { start: ago(-61) }, null],
    ['not at six', { now: new Date('2026-11-30T05:59:59Z') }, 'night'],
    ['at seven', { now: new Date('2026-11-30T06:00:00Z') }, null],
    ['on a Sunday', { now: new Date('2026-11-29T12:00:00Z') }, null],
    ['not at ten in the evening', { now: new Date('2026-11-30T21:00:00Z') }, 'night'],
    ['not while the last SMS is uncertain', of(sms('delivered', 90), sms('uncertain', 60)), 'uncertain'],
    ['where an earlier one is uncertain, and the last is not', of(sms('uncertain', 90), sms('delivered', 60)), null],
    ['where the uncertain one was of an earlier time', of({ slot: 0, ...sms('uncertain', 60) }), null],
    ['not where a restored backup does not tell', of({ status: 'uncertain', message: null }), 'uncertain'],
    ['not where a process died over the last one', of(sms('handing_over', 11)), 'uncertain'],
    ['not within ten minutes of one that was delivered', of(sms('delivered', 9)), 'too_soon'],
    ['not within ten minutes of one without an outcome', of(sms('handing_over', 1)), 'too_soon'],
    ['after ten minutes', of(sms('accepted', 10)), null],
    ['at once where the last one failed', of(sms('undelivered', 1)), null],
    ['not while another one is about to start', of({ ...planned, dueAt: ago(1) }), 'too_soon'],
    ['where the other one is still ahead', of({ ...planned, dueAt: ago(-1) }), null],
    ['not twelve hours after the last time', { reminders: [again(sms('delivered', 719))] }, 'sent_lately'],
    ['after twelve hours', { reminders: [again(sms('delivered', 720))] }, null],
    ['not while the last one waits', { reminders: [again({ ...planned, createdAt: ago(30) })] }, 'sent_lately'],
    ['at once where the last one failed again', { reminders: [again(sms('undelivered', 30))] }, null],
    [
      'at once where the last one ended unsent',
      { reminders: [again({ status: 'superseded', message: null, createdAt: ago(30) })] },
      null,
    ],
    ['not beyond what the number may get', { today: AUTHORITY.maxPerNumberPerDay }, 'daily_limit'],
  ];
  it.each(CASES)('%s', (_, facts, code) => expect(why(facts)).toBe(code));

  it('for the first of several reasons, in the order of the API', () => {
    const all: Facts = {
      ...{ status: 'cancelled', start: ago(1), today: 99, now: new Date('2026-11-30T02:00:00Z') },
      reminders: [again({ ...sms('uncertain', 5) })],
      is: {
        ...{ no_phone: true, opted_out: true, deceased: true, held: true },
        ...{ paused: true, gateway_out: true, shadow: true, no_sms: true },
      },
    };
    const codes = new Set<string | null>([why(all)]);
    for (const code of Object.keys(NOTHING)) codes.add(why({ is: { ...NOTHING, [code]: true } }));
    expect([why(all), [...codes].every((code) => NOT_SENT_AGAIN.some((each) => each === code))]).toEqual([
      'not_booked',
      true,
    ]);
    expect(why({ is: { ...NOTHING, held: true, opted_out: true } })).toBe('opted_out');
    expect(why({ is: { ...NOTHING, shadow: true, gateway_out: true } })).toBe('gateway_out');
  });

  it('five times of one slot, under ids that no rule of the authority has', () => {
    const rules = [{ id: 'again' }];
    const used = (count: number) =>
      ['again', 'again-2', 'again-3', 'again-4', 'again-5'].slice(0, count).map((rule) => reminder({ rule }));
    expect([0, 1, 4, 5].map((count) => nextAgainRule(situation({ reminders: used(count) }), []))).toEqual([
      'again',
      'again-2',
      'again-5',
      undefined,
    ]);
    expect(nextAgainRule(situation({}), rules)).toBe('again-2');
    expect(nextAgainRule(situation({ slot: 2, reminders: used(5) }), [])).toBe('again');
    expect(['again', 'again-3', 'again-6', 'day-before'].map((rule) => isSentAgain(rule, rules))).toEqual([
      false,
      true,
      false,
      false,
    ]);
    const failed = used(5).map((each) => ({ ...each, ...sms('undelivered', 30) }));
    expect(why({ reminders: failed })).toBe('daily_limit');
  });
});
