import type { Appointment, AppointmentStatus } from '../appointment.ts';
import { type AuthoritySettings, isLanguage, type Language } from '../authority.ts';
import { hasLeft, NOTICE_NAMES, type Reminder, type ReminderStatus, TOLD_BEFORE } from '../reminder.ts';
import { ABOUT_ONE_APPOINTMENT } from '../replies/settle.ts';
import { isUnstarted, type NewNotice, type NoticeInput, newNotice, ownNotices } from './notices.ts';
import { type PlannedReminder, planReminders } from './planning.ts';
import { isWithoutReminders } from './recipients.ts';
import { isSentAgain } from './send-again.ts';

/** Reminder to insert. */
interface NewReminder {
  readonly rule: string;
  readonly template: PlannedReminder['template'];
  readonly language: Language;
  readonly slot: number;
  readonly status: 'planned' | 'expired' | 'suppressed';
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly expiresAt: Date;
}

/** New state of a stored reminder. */
interface ReminderChange {
  readonly id: string;
  readonly status: 'planned' | 'suppressed' | 'cancelled' | 'superseded';
  readonly reason: string | null;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  readonly language: Language;
}

type ReminderEnd = Pick<ReminderChange, 'status' | 'reason'>;

/** Changes that an accepted event makes to the reminders of its appointment. */
interface ReminderChanges {
  readonly insert: NewReminder[];
  readonly change: ReminderChange[];
  /** Ids of the reminders of the previous slot that were handed over, or may have been. */
  readonly alreadyHandedOver: string[];
  /** Number of planned reminders in the current slot after the change. */
  readonly planned: number;
}

interface ChangeInput extends NoticeInput {
  /** Whether the appointment's new number has opted out. */
  readonly optedOut: boolean;
}

/** State that all reminders of the changed appointment share. */
interface Situation {
  readonly appointment: Appointment;
  readonly authority: AuthoritySettings;
  readonly language: Language;
  /** Reason why nothing may be sent about the appointment; null when sending is allowed. */
  readonly block: string | null;
  /** Reminders by rule if the appointment were planned now; computed on first use. */
  readonly plan: () => ReadonlyMap<string, PlannedReminder>;
  readonly now: Date;
  /** True where the booking system takes a death back. */
  readonly revived: boolean;
  /** The notice that the change calls for; null: none. */
  readonly notice: PlannedReminder | null;
}

/** A reminder suppressed for one of these reasons is planned again when the reason no longer applies. */
const LIFTABLE_REASONS: readonly (string | null)[] = [
  'no_phone',
  'invalid_number',
  'country_not_allowed',
  'not_mobile',
  'opted_out',
  'test',
  'no_sms',
];

/**
 * A reminder that ended because of what the citizen said stays so as long as the appointment does not move; one that
 * ended by a death, until the booking system takes that back.
 */
const ENDED_BY_REPLY: readonly (string | null)[] = ABOUT_ONE_APPOINTMENT;

/**
 * Determines which reminders end, change, are planned again or are new after an accepted event. A started reminder
 * stays as it is.
 */
export function changeReminders(input: ChangeInput): ReminderChanges {
  const { before, after, existing } = input;
  const revived = before?.deceased === true && !after.deceased;
  const situation = { ...createSituation(after, input), revived, notice: newNotice(input) };
  const change = existing.flatMap((reminder) => changeOf(reminder, situation) ?? []);
  const insert = [...newRuleReminders(input, situation), ...ownNotices(existing, situation.notice, after.slot)].map(
    (planned) => create(planned, situation),
  );

  const changed = new Map(change.map((each) => [each.id, each.status]));
  const statuses = existing
    .filter(({ slot }) => slot === after.slot)
    .map((reminder) => statusAfter(reminder, changed.get(reminder.id)));
  return {
    insert,
    change,
    alreadyHandedOver: existing
      .filter((each) => each.slot === (before ?? after).slot && hasLeft(each))
      .map(({ id }) => id),
    planned: [...statuses, ...insert.map(({ status }) => status)].filter((status) => status === 'planned').length,
  };
}

/** A stored appointment whose reminders are planned anew, though no event has changed it. */
interface ReplanInput extends Pick<ChangeInput, 'existing' | 'authority' | 'now'> {
  readonly appointment: Appointment;
}

/**
 * Determines which reminders are planned again after an opt-in: those of the current slot, planned as if booked now.
 */
export function replanAfterOptIn(input: ReplanInput): ReminderChange[] {
  return replan({ ...input, optedOut: false }, (reminder) => isSuppressedFor(reminder, 'opted_out'));
}

/**
 * Determines which reminders end, and which are planned again, after the authority has changed who gets reminders. A
 * notice whose moment has passed isn't sent any more.
 */
export function replanForRecipients(input: ReplanInput & Pick<ChangeInput, 'optedOut'>): ReminderChange[] {
  return replan(input, (reminder) => isUnstarted(reminder) || isSuppressedFor(reminder, 'no_sms'));
}

function replan(
  { appointment, ...input }: ReplanInput & Pick<ChangeInput, 'optedOut'>,
  isMeant: (reminder: Reminder) => boolean,
): ReminderChange[] {
  const situation = { ...createSituation(appointment, input), revived: false, notice: null };
  return input.existing.filter(isMeant).flatMap((reminder) => changeOf(reminder, situation) ?? []);
}

function isSuppressedFor({ status, reason }: Reminder, why: string): boolean {
  return status === 'suppressed' && reason === why;
}

function createSituation(
  appointment: Appointment,
  { authority, optedOut, now }: Pick<ChangeInput, 'authority' | 'optedOut' | 'now'>,
): Omit<Situation, 'revived' | 'notice'> {
  let plan: ReadonlyMap<string, PlannedReminder> | undefined;
  return {
    appointment,
    authority,
    language: reminderLanguage(appointment, authority),
    block: blockOf(appointment, authority, optedOut),
    plan: () => {
      plan ??= new Map(planFor(appointment, authority, now).map((planned) => [planned.rule, planned]));
      return plan;
    },
    now,
  };
}

function planFor(appointment: Appointment, authority: AuthoritySettings, now: Date): PlannedReminder[] {
  const { start, kind, department } = appointment;
  return start === null ? [] : planReminders({ authority, start, kind, department, now });
}

/** The language of what is sent about an appointment: its own where texts are written in it, else the authority's. */
export function reminderLanguage(
  appointment: Pick<Appointment, 'language'>,
  authority: Pick<AuthoritySettings, 'language'>,
): Language {
  const primary = appointment.language?.toLowerCase().split(/[-_]/)[0] ?? null;
  return isLanguage(primary) ? primary : authority.language;
}

function blockOf(appointment: Appointment, authority: AuthoritySettings, optedOut: boolean): string | null {
  if (appointment.erased) return 'erased';
  if (isWithoutReminders(authority, appointment)) return 'no_sms';
  return appointment.phoneReason ?? (optedOut ? 'opted_out' : appointment.test ? 'test' : null);
}

function changeOf(reminder: Reminder, situation: Situation): ReminderChange | null {
  const { appointment, block, language, revived } = situation;
  if (appointment.deceased)
    return isUnstarted(reminder) ? end(reminder, { status: 'cancelled', reason: 'deceased' }) : null;
  if (reminder.slot !== appointment.slot || !stillApplies(reminder, appointment.status)) {
    return isUnstarted(reminder) ? end(reminder, endFor(appointment.status)) : null;
  }
  const own = ownInPlaceOf(reminder, situation);
  if (own) return own;
  if (isUnstarted(reminder)) {
    if (block) return end(reminder, { status: 'suppressed', reason: block });
    return reminder.language === language ? null : { ...fieldsOf(reminder), status: 'planned', language };
  }
  const endedByReply = ENDED_BY_REPLY.includes(reminder.reason) && !(revived && reminder.reason === 'deceased');
  const lifted =
    reminder.status === 'suppressed'
      ? LIFTABLE_REASONS.includes(reminder.reason)
      : reminder.status === 'cancelled' && !endedByReply;
  const times = lifted ? newTimes(reminder, situation) : null;
  if (!times || (reminder.status === 'suppressed' && reminder.reason === block)) return null;
  return { ...fieldsOf(reminder), ...times, status: block ? 'suppressed' : 'planned', reason: block, language };
}

/**
 * The reminder's own times if they are still ahead, since new rules don't change what was planned; else those of a
 * booking made now.
 */
function newTimes(reminder: Reminder, { plan, now }: Situation): Pick<ReminderChange, 'dueAt' | 'expiresAt'> | null {
  if (reminder.dueAt >= now) return { dueAt: reminder.dueAt, expiresAt: reminder.expiresAt };
  const planned = plan().get(reminder.rule);
  return planned?.status === 'planned' ? { dueAt: planned.dueAt, expiresAt: planned.expiresAt } : null;
}

/**
 * The booking system's own cancellation in place of the word that staff planned, or took back: the same row, so that
 * there is one SMS of both. Where its own would come too late, the planned one stays.
 */
function ownInPlaceOf(reminder: Reminder, { notice, block, language }: Situation): ReminderChange | null {
  const ends = isUnstarted(reminder) || reminder.status === 'cancelled';
  if (notice?.rule !== 'cancellation' || reminder.rule !== 'cancellation' || notice.status !== 'planned' || !ends)
    return null;
  const { dueAt, expiresAt } = notice;
  const status = block ? 'suppressed' : 'planned';
  return { ...fieldsOf(reminder), dueAt, expiresAt, status, reason: block, language };
}

/**
 * True when the text of the reminder still applies: a cancellation notice to a cancelled appointment, any other to a
 * booked one. A notice that is planned of a booked one is what staff passed on.
 */
function stillApplies(reminder: Reminder, status: AppointmentStatus): boolean {
  if (reminder.rule !== 'cancellation') return status === 'booked';
  return status === 'cancelled' || (status === 'booked' && isUnstarted(reminder));
}

function endFor(status: AppointmentStatus): ReminderEnd {
  if (status === 'booked') return { status: 'superseded', reason: null };
  return { status: 'cancelled', reason: status === 'cancelled' ? null : status };
}

function end(reminder: Reminder, how: ReminderEnd): ReminderChange {
  return { ...fieldsOf(reminder), ...how };
}

function fieldsOf({ id, reason, dueAt, expiresAt, language }: Reminder): Omit<ReminderChange, 'status'> {
  return { id, reason, dueAt, expiresAt, language };
}

function statusAfter(reminder: Reminder, changed: ReminderStatus | undefined): ReminderStatus {
  return changed ?? reminder.status;
}

function newRuleReminders({ after, existing }: ChangeInput, { plan, authority }: Situation): PlannedReminder[] {
  if (after.status !== 'booked' || after.deceased) return [];
  const known = existing.some(({ slot, rule }) => slot === after.slot && isOfRule(rule, authority));
  return known ? [] : [...plan().values()];
}

/** True for a reminder that a rule asked for: no notice, and none that staff sent again. */
function isOfRule(rule: string, { rules }: AuthoritySettings): boolean {
  return ![...NOTICE_NAMES, TOLD_BEFORE].includes(rule) && !isSentAgain(rule, rules);
}

function create(planned: NewNotice, { appointment, language, block }: Situation): NewReminder {
  const outcome = planned.status === 'planned' && block ? ({ status: 'suppressed', reason: block } as const) : planned;
  const { rule, template, dueAt, expiresAt } = planned;
  return {
    rule,
    template,
    language,
    slot: appointment.slot,
    status: outcome.status,
    reason: outcome.reason,
    dueAt,
    expiresAt,
  };
}

/** The reasons why reminders of an accepted event are not planned, each once. */
export function unplannedBecause(
  { status, start, deceased, phoneReason }: Pick<Appointment, 'status' | 'start' | 'deceased' | 'phoneReason'>,
  changed: readonly Pick<Reminder, 'status' | 'reason'>[],
  now: Date,
): string[] {
  const isBooked = status === 'booked';
  const ended = changed.filter((each) => each.status === 'suppressed' || each.status === 'expired');
  const inPast = isBooked && start !== null && start < now ? ['in_past'] : [];
  // Repeated where nothing new is planned: a sender that corrects a number sends more than once.
  const unusable = isBooked && phoneReason !== null ? [phoneReason] : [];
  const reasons = [...inPast, ...ended.flatMap(({ reason }) => reason ?? []), ...(deceased ? ['deceased'] : [])];
  return [...new Set([...reasons, ...unusable])];
}
