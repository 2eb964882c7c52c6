import type { AppointmentKind, AuthoritySettings, Rule } from '../authority.ts';
import { addDuration, minutesOf, momentsOf, subtractLead, wallOf } from '../calendar.ts';
import { DAY_MS, durationOf, MINUTE_MS, parseDuration, spanMs } from '../duration.ts';
import type { ValueFault } from '../errors.ts';
import type { NoticeName } from '../reminder.ts';
import { isOpen, lastOpenBefore, nextOpen, sameTimeOnOpenDay } from './sending-window.ts';

/** Planned or expired reminder of one rule, or one notice, for one start. */
export interface PlannedReminder {
  /** Id of the rule, or name of the notice. */
  readonly rule: string;
  readonly template: 'reminder' | NoticeName;
  readonly status: 'planned' | 'expired';
  /** Why it expired without being planned. */
  readonly reason: null | 'booked_late' | 'too_late' | 'too_close';
  /** When it is due; for an expired one, when it would have been. */
  readonly dueAt: Date;
  readonly expiresAt: Date;
}

/** Inputs of `planReminders`. */
export interface PlanInput {
  readonly authority: AuthoritySettings;
  readonly start: Date;
  readonly kind: AppointmentKind;
  readonly department: string | null;
  readonly now: Date;
}

/**
 * Rule that is being decided. `nominal` is the moment by the rule itself; `moved` is true when the sending window
 * changed it.
 */
interface Candidate extends PlannedReminder {
  readonly nominal: Date;
  readonly moved: boolean;
}

type Timing = Pick<PlanInput, 'authority' | 'now'> & { readonly expiresAt: Date };

/**
 * Decides for every rule, in their order, when the reminder of an appointment is due, or why there is none. Every
 * planned reminder lies in the sending window, not before `now` and before the deadline. Rules whose `when` doesn't
 * apply are left out.
 */
export function planReminders(input: PlanInput): PlannedReminder[] {
  const { authority, start, now } = input;
  const timing: Timing = { authority, now, expiresAt: deadline(authority, start) };
  const rules = authority.rules
    .filter((rule) => applies(rule, input))
    .map((rule) => ({ rule, nominal: nominalMoment(rule, start, authority.timeZone) }));
  const late = lateRule(rules, timing);
  const candidates = rules.map(({ rule, nominal }): Candidate => {
    if (nominal >= timing.expiresAt) return candidate(rule, nominal, timing, { reason: 'too_late' });
    if (nominal >= now) return candidate(rule, nominal, timing, moveIntoWindow(nominal, rule.at, timing));
    if (rule !== late) return candidate(rule, nominal, timing, { reason: 'booked_late' });
    return candidate(rule, nominal, timing, lateMoment(start, timing));
  });
  return enforceMinimumGap(candidates, authority).map(({ rule, template, status, reason, dueAt, expiresAt }) => {
    return { rule, template, status, reason, dueAt, expiresAt };
  });
}

/**
 * Decides when a notice is due: a confirmation at once, other notices after the authority's delay, so that successive
 * changes become one; moved to the next moment inside the window. Expires as `too_late` when that is not before the
 * deadline.
 */
export function planNotice(notice: NoticeName, input: Pick<PlanInput, 'authority' | 'start' | 'now'>): PlannedReminder {
  const { authority, start, now } = input;
  const expiresAt = deadline(authority, start);
  const preferred =
    notice === 'confirmation' ? now : addDuration(now, durationOf(authority.noticeDelay), authority.timeZone);
  const dueAt = nextOpen(authority.sendingWindow, authority.timeZone, preferred);
  const planned = { rule: notice, template: notice, expiresAt };
  if (dueAt === null || dueAt >= expiresAt)
    return { ...planned, status: 'expired', reason: 'too_late', dueAt: preferred };
  return { ...planned, status: 'planned', reason: null, dueAt };
}

/** Deadline of the reminders of an appointment that starts then: nothing is handed over at or after it. */
export function deadline(authority: AuthoritySettings, start: Date): Date {
  return subtractLead(start, durationOf(authority.minimumNotice), authority.timeZone);
}

function applies({ when }: Rule, { kind, department }: PlanInput): boolean {
  if (when?.kinds && !(when.kinds as readonly string[]).includes(kind)) return false;
  return !when?.departments || (department !== null && when.departments.includes(department));
}

function nominalMoment(rule: Rule, start: Date, zone: string): Date {
  const moment = subtractLead(start, durationOf(rule.lead), zone);
  if (rule.at === undefined) return moment;
  const day = Math.floor(wallOf(moment.getTime(), zone) / DAY_MS);
  // The moment is computed, not parsed: a long lead may lead out of the years that a start may have.
  return new Date(momentsOf(day * DAY_MS + minutesOf(rule.at) * MINUTE_MS, zone).at[0]);
}

/** The rule of a late booking's only reminder: the one nearest the start, if every usable moment is past. */
function lateRule(rules: readonly { rule: Rule; nominal: Date }[], { now, expiresAt }: Timing): Rule | undefined {
  // A rule that could never be sent must not prevent the late reminder.
  const usable = rules.filter(({ nominal }) => nominal < expiresAt);
  if (usable.some(({ nominal }) => nominal >= now)) return undefined;
  let nearest = usable[0];
  for (const rule of usable) if (nearest && rule.nominal > nearest.nominal) nearest = rule;
  return nearest?.rule;
}

type Moment =
  | { readonly dueAt: Date; readonly moved: boolean }
  | { readonly reason: 'booked_late' | 'too_late'; readonly dueAt?: Date };

function lateMoment(start: Date, timing: Timing): Moment {
  const { authority, now, expiresAt } = timing;
  const moment = subtractLead(start, durationOf(authority.lateBooking), authority.timeZone);
  if (moment < now) return { reason: 'booked_late' };
  if (moment >= expiresAt) return { reason: 'too_late', dueAt: moment };
  // A late reminder is moved like that of a rule without `at`, since it is no longer tied to a time of day.
  return moveIntoWindow(moment, undefined, timing);
}

/**
 * Moves a moment outside the sending window to an earlier one or, where that is past, to the next one before the
 * deadline.
 */
function moveIntoWindow(moment: Date, at: string | undefined, { authority, now, expiresAt }: Timing): Moment {
  const { sendingWindow: window, timeZone: zone } = authority;
  if (window === null || isOpen(window, zone, moment)) return { dueAt: moment, moved: false };
  const sameTime = at === undefined ? null : sameTimeOnOpenDay(window, zone, moment, at);
  const earlier =
    sameTime && isOpen(window, zone, sameTime) ? sameTime : lastOpenBefore(window, zone, sameTime ?? moment);
  if (earlier && earlier >= now) return { dueAt: earlier, moved: true };
  const next = nextOpen(window, zone, now);
  return next && next < expiresAt ? { dueAt: next, moved: true } : { reason: 'too_late' };
}

function candidate(rule: Rule, nominal: Date, { expiresAt }: Timing, moment: Moment): Candidate {
  const { id, template } = rule;
  if ('reason' in moment) {
    const { reason, dueAt = nominal } = moment;
    return { rule: id, template, nominal, expiresAt, status: 'expired', reason, dueAt, moved: false };
  }
  const { dueAt, moved } = moment;
  return { rule: id, template, nominal, expiresAt, status: 'planned', reason: null, dueAt, moved };
}

/**
 * Ends reminders closer than the minimum gap to another one: of two the one that was moved, else the one further from
 * the start.
 */
function enforceMinimumGap(candidates: readonly Candidate[], authority: AuthoritySettings): readonly Candidate[] {
  const planned = candidates.filter(({ status }) => status === 'planned').sort(nearestFirst);
  if (planned.length < 2) return candidates;
  const gap = durationOf(authority.minimumGap);
  const tooClose = new Set<Candidate>();
  // From the one nearest to the start to the furthest: in this order the fewest reminders end.
  let kept: Candidate | undefined;
  for (const further of planned) {
    if (!kept || further.dueAt <= subtractLead(kept.dueAt, gap, authority.timeZone)) kept = further;
    else if (kept.moved && !further.moved) {
      tooClose.add(kept);
      kept = further;
    } else tooClose.add(further);
  }
  return candidates.map((each) => (tooClose.has(each) ? { ...each, status: 'expired', reason: 'too_close' } : each));
}

function nearestFirst(a: Candidate, b: Candidate): number {
  return b.dueAt.getTime() - a.dueAt.getTime() || b.nominal.getTime() - a.nominal.getTime();
}

/**
 * The fault of a rule whose reminder would not go before the start; null: it goes. A lead that is no duration is a
 * fault of its own.
 */
export function faultOfLead({ lead, at }: Pick<Rule, 'lead' | 'at'>): ValueFault | null {
  const duration = parseDuration(lead);
  if (at !== undefined || !duration || spanMs(duration) > 0) return null;
  const detail = 'A reminder must go before the start: give a lead of more than nothing, or a time of day.';
  return { code: 'no_lead', detail };
}
