import type { AppointmentStatus } from '../appointment.ts';
import type { AuthoritySettings, Rule, SendingWindow } from '../authority.ts';
import { HOUR_MS, MINUTE_MS } from '../duration.ts';
import type { MessageStatus, StoredReminderStatus } from '../reminder.ts';
import { deadline } from './planning.ts';
import { isOpen } from './sending-window.ts';

/** Why staff can't send a reminder again, in the order in which one outranks the next. */
export const NOT_SENT_AGAIN = [
  'not_booked',
  'in_past',
  'no_phone',
  'opted_out',
  'deceased',
  'held',
  'paused',
  'uncertain',
  'sent_lately',
  'too_soon',
  'daily_limit',
  'night',
  'gateway_out',
  'shadow',
  'no_sms',
] as const;
/** A member of `NOT_SENT_AGAIN`. */
export type NotSentAgain = (typeof NOT_SENT_AGAIN)[number];

/** When staff may write to citizens, on any day, whatever window the authority's own reminders keep to. */
export const STAFF_WINDOW: SendingWindow = {
  from: '07:00',
  to: '22:00',
  weekdaysOnly: false,
  publicHolidays: null,
  closedDays: [],
};

/** The ids in `rule` of the reminders that staff send again of one slot, in the order in which they are used. */
const AGAIN_RULES: readonly string[] = ['again', 'again-2', 'again-3', 'again-4', 'again-5'];
/** The time between two that staff send again of one appointment. */
const LATELY_MS = 12 * HOUR_MS;
/** The time in which the last SMS about the appointment is taken for still on its way, or just read. */
const SOON_MS = 10 * MINUTE_MS;

/** True for an id that no new rule may have, since reminders that staff send again have it. */
export function isReservedForAgain(id: string): boolean {
  return id.startsWith('again');
}

/**
 * True for a reminder that staff sent again.
 * @param rules those of its authority: one that was saved before the ids were reserved stays a rule
 */
export function isSentAgain(rule: string, rules: readonly Pick<Rule, 'id'>[]): boolean {
  return AGAIN_RULES.includes(rule) && !rules.some(({ id }) => id === rule);
}

/** A reminder of the appointment, of whichever slot, with the message of its last hand-over. */
export interface EarlierReminder {
  readonly rule: string;
  readonly slot: number;
  readonly status: StoredReminderStatus;
  readonly heldReason: string | null;
  readonly dueAt: Date;
  readonly createdAt: Date;
  /** null: it was never handed over, or was proven not to be. */
  readonly message: { readonly status: MessageStatus; readonly handedOverAt: Date } | null;
}

/** The facts that decide whether the reminder of an appointment may go again. */
export interface SendAgainSituation {
  readonly status: AppointmentStatus;
  readonly start: Date | null;
  readonly slot: number;
  readonly reminders: readonly EarlierReminder[];
  /** SMS that went to the number today. */
  readonly today: number;
  /** Each true where it stands in the way, under the code that says so. */
  readonly is: Readonly<
    Record<'no_phone' | 'opted_out' | 'deceased' | 'held' | 'paused' | 'gateway_out' | 'shadow' | 'no_sms', boolean>
  >;
}

/** The first reason why the reminder can't go again at this moment; null: it can. */
export function whyNotAgain(
  situation: SendAgainSituation,
  authority: AuthoritySettings,
  now: Date,
): NotSentAgain | null {
  const { start } = situation;
  const last = lastSms(situation.reminders);
  const is: Readonly<Record<NotSentAgain, boolean>> = {
    ...situation.is,
    not_booked: situation.status !== 'booked' || start === null,
    in_past: start !== null && deadline(authority, start) <= now,
    uncertain: last !== null && last.slot === situation.slot && isUncertain(last, now),
    sent_lately: situation.reminders.some((each) => wasSentAgainLately(each, authority.rules, now)),
    too_soon: (last !== null && isRecent(last, now)) || situation.reminders.some((each) => isUnderWay(each, now)),
    daily_limit:
      situation.today >= authority.maxPerNumberPerDay || nextAgainRule(situation, authority.rules) === undefined,
    night: !isOpen(STAFF_WINDOW, authority.timeZone, now),
  };
  return NOT_SENT_AGAIN.find((code) => is[code]) ?? null;
}

/** The id of the next reminder that is sent again of the present slot; undefined: all are used. */
export function nextAgainRule(
  { slot, reminders }: Pick<SendAgainSituation, 'slot' | 'reminders'>,
  rules: readonly Pick<Rule, 'id'>[],
): string | undefined {
  const used = new Set([
    ...rules.map(({ id }) => id),
    ...reminders.filter((each) => each.slot === slot).map(({ rule }) => rule),
  ]);
  return AGAIN_RULES.find((id) => !used.has(id));
}

interface LastSms {
  readonly slot: number;
  readonly at: Date;
  /** `uncertain` also where a restored backup doesn't tell whether it left. */
  readonly status: MessageStatus;
}

function lastSms(reminders: readonly EarlierReminder[]): LastSms | null {
  const sent = reminders.flatMap(({ slot, status, dueAt, message }): LastSms[] => {
    if (message) return [{ slot, at: message.handedOverAt, status: message.status }];
    return status === 'uncertain' ? [{ slot, at: dueAt, status }] : [];
  });
  return sent.reduce<LastSms | null>((last, each) => (last && last.at >= each.at ? last : each), null);
}

/** A hand-over without an outcome for so long is one that its process can't tell of any more. */
function isUncertain({ status, at }: LastSms, now: Date): boolean {
  return status === 'uncertain' || (status === 'handing_over' && !isWithin(SOON_MS, at, now));
}

function isRecent({ status, at }: LastSms, now: Date): boolean {
  return ['handing_over', 'accepted', 'delivered'].includes(status) && isWithin(SOON_MS, at, now);
}

/** True for one that is due and about to be started: the citizen would get two at once. */
function isUnderWay({ status, heldReason, dueAt }: EarlierReminder, now: Date): boolean {
  return status === 'planned' && heldReason === null && dueAt <= now && isWithin(SOON_MS, dueAt, now);
}

function wasSentAgainLately(
  { rule, status, createdAt, message }: EarlierReminder,
  rules: readonly Pick<Rule, 'id'>[],
  now: Date,
): boolean {
  if (!isSentAgain(rule, rules) || !['planned', 'handed_over', 'uncertain'].includes(status)) return false;
  if (message && ['rejected', 'undelivered'].includes(message.status)) return false;
  return isWithin(LATELY_MS, message?.handedOverAt ?? createdAt, now);
}

/** True for a moment less than `ms` ago, and for one that another process's clock puts ahead. */
function isWithin(ms: number, at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() < ms;
}
