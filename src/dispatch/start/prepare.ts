import { type Authority, inForce } from '../../domain/authority.ts';
import { localDay, readLocal, subtractLead } from '../../domain/calendar.ts';
import { durationOf, MINUTE_MS } from '../../domain/duration.ts';
import { errorName } from '../../domain/errors.ts';
import { countryOf } from '../../domain/phone.ts';
import { isWithoutReminders } from '../../domain/planning/recipients.ts';
import { isSentAgain, STAFF_WINDOW } from '../../domain/planning/send-again.ts';
import { isOpen, nextOpen } from '../../domain/planning/sending-window.ts';
import { LOOK_AGAIN_MS } from '../../domain/reminder.ts';
import { printedPlace } from '../../domain/sms/printed-place.ts';
import { senderTo } from '../../domain/sms/sender.ts';
import type { KeyringAccess, Logging } from '../../runtime/deps.ts';
import type { Owner } from '../../store/sources.ts';
import { announcedStartOf, isPlaceholderTime, render, type Template, variablesFor } from '../../templates/index.ts';
import type { DueReminder } from '../look/look.sql.ts';
import type { DueOwner, ReminderWithSettings } from './due-settings.ts';
import type { StartRow } from './start.sql.ts';

const LONGEST_WAIT_MS = 300_000;
const UNCLEAR_WAIT_MS = 10 * MINUTE_MS;

/** The gateways that a reminder may go through. */
export interface GatewayChoice {
  /** The one that it goes through now; null: none takes it any more, since their shortest validity is too long. */
  readonly through: string | null;
  /** The ids of all. */
  readonly configured: ReadonlySet<string>;
  /** Changes a text to what the one that it goes through takes. */
  readonly fitText: (text: string) => string;
}

/** A text as it would go, with its length. */
interface RenderedText {
  readonly text: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
}

/** A reminder that may go, with its text. */
export interface Ready extends RenderedText {
  readonly action: 'start';
  readonly due: DueReminder;
  readonly owner: DueOwner;
  /** E.164. */
  readonly to: string;
  /** Country of the number; null: of none that is known. */
  readonly country: string | null;
  readonly sender: string;
  readonly template: Template;
  /** Midnight where the authority is: a number's daily limit counts from it. */
  readonly dayStart: Date;
}

/** A reminder that ends without a hand-over, or waits until `nextAt`. */
export interface Release extends Pick<StartRow, 'status' | 'reason'> {
  readonly action: 'end' | 'wait';
  readonly due: DueReminder;
  /** undefined: not found, or of another authority than the reminder. */
  readonly owner: Owner | undefined;
  readonly nextAt: Date | null;
  /** What it waits for; null unless its appointment makes it wait. */
  readonly heldReason: StartRow['held_reason'];
  /** The text that a source in shadow mode would have sent. */
  readonly shadow: (RenderedText & { readonly template: Template }) | null;
}

/** A due reminder with what is decided about it. */
export type Prepared = Ready | Release;

/**
 * Decides about a due reminder just before its start: it goes, waits, or ends.
 * Never throws: one that can't be read or rendered ends as `internal_error` or `text_refused`.
 */
export function prepareReminder(
  deps: KeyringAccess & Logging,
  reminder: ReminderWithSettings,
  gateways: GatewayChoice,
  now: Date,
): Prepared {
  try {
    return prepare(deps, reminder, gateways, now);
  } catch (error) {
    const { due, owner } = reminder;
    deps.log.error({ reminder: due.id, error: errorName(error) }, 'a reminder could not be prepared');
    return ended(due, owner, 'suppressed', 'internal_error');
  }
}

function prepare(
  deps: KeyringAccess,
  { due, owner, chooseTemplate }: ReminderWithSettings,
  gateways: GatewayChoice,
  now: Date,
): Prepared {
  if (due.expires_at <= now) return ended(due, owner, 'expired', 'too_late');
  if (owner?.authority.id !== due.authority_id) return ended(due, undefined, 'suppressed', 'internal_error');
  // A repetition goes through its own gateway, which alone knows its reference; here that is not configured any more.
  if (due.repeat && !gateways.configured.has(due.gateway ?? '')) return ended(due, owner, 'expired', 'too_late');
  // A hand-over that was under way when the patient died, or the type or a setting changed, may have made it due again.
  if (due.deceased) return ended(due, owner, 'cancelled', 'deceased');
  if (due.slot !== due.appointment_slot || !isTrueOf(due)) return overtaken(due, owner);
  if (isWithoutReminders(owner.authority, due)) return ended(due, owner, 'suppressed', 'no_sms');
  const wait = waitsFor(owner, now);
  if (wait) return waiting(due, owner, wait);
  const { authority } = owner;
  const sentAgain = isSentAgain(due.rule, authority.rules);
  const window = sentAgain ? STAFF_WINDOW : authority.sendingWindow;
  if (!isOpen(window, authority.timeZone, now)) {
    const next = nextOpen(window, authority.timeZone, now);
    return next && next < due.expires_at ? waiting(due, owner, next) : ended(due, owner, 'expired', 'too_late');
  }
  // Whatever makes it clear raises the appointment's revision, and makes its reminders due at once.
  if (due.unclear) return waiting(due, owner, new Date(now.getTime() + UNCLEAR_WAIT_MS), 'status_unclear');
  if (!sentAgain && isTooClose(due, authority, now)) return ended(due, owner, 'expired', 'too_close');
  if (!due.phone_ciphertext || !due.start_at) {
    return ended(due, owner, 'suppressed', due.erased ? 'erased' : (due.phone_reason ?? 'no_phone'));
  }
  if (owner.source.mode !== 'shadow') {
    if (gateways.through === null) return ended(due, owner, 'expired', 'validity_too_short');
    // `PageHandOver` chooses a repetition's own gateway: to go through another one would be a second SMS.
    if (due.repeat && due.gateway !== gateways.through) return ended(due, owner, 'expired', 'too_late');
  }
  const wording = { template: chooseTemplate(), fitText: gateways.fitText };
  return withText(deps, { due, owner }, wording, due.start_at, due.phone_ciphertext, now);
}

function withText(
  deps: KeyringAccess,
  { due, owner }: { readonly due: DueReminder; readonly owner: DueOwner },
  { template, fitText }: Pick<GatewayChoice, 'fitText'> & { readonly template: Template },
  start: Date,
  phone: Buffer,
  now: Date,
): Prepared {
  const place = {
    locationCode: due.location_code,
    locationText: due.location_text,
    locationPrintable: due.location_printable,
  };
  const subject = {
    start,
    kind: due.kind,
    locationText: printedPlace(place, owner.source),
    department: due.department,
    contactPhone: due.contact_phone,
    hasTime: !isPlaceholderTime(start, owner.source),
    announcedStart: announcedStartOf(due.announced_start_at, start, owner.source),
  };
  const rendered = render(template, variablesFor(subject, owner.authority, due.language), fitText);
  if ('refused' in rendered) {
    return ended(due, owner, 'suppressed', rendered.refused === 'failed' ? 'internal_error' : 'text_refused');
  }
  const to = deps.keyring.cipher.decrypt(due.authority_id, 'appointment.phone', due.appointment_id, phone);
  if (!deps.keyring.isHashOf(due.phone_hash, to)) throw new Error('the number is not that of its hash');
  if (owner.source.mode === 'shadow')
    return { ...ended(due, owner, 'suppressed', 'shadow'), shadow: { ...rendered, template } };
  const country = countryOf(to);
  const from = { country, sender: senderTo(owner.authority, country) };
  return { action: 'start', due, owner, to, ...from, template, dayStart: dayStart(owner.authority, now), ...rendered };
}

/** True where it stands as the text says: a cancellation that staff passed on is told while it is booked. */
function isTrueOf({ rule, appointment_status: status }: DueReminder): boolean {
  return status === 'booked' || (rule === 'cancellation' && status === 'cancelled');
}

/** Two of one appointment would go together after an outage or a pause: the one further from the start gives way. */
function isTooClose({ next_due_at: next, repeat }: DueReminder, authority: Authority, now: Date): boolean {
  const { minimumGap, timeZone } = authority;
  return next !== null && !repeat && now > subtractLead(next, durationOf(minimumGap), timeZone);
}

/** The appointment moved or ended while a hand-over was under way that made the reminder due again. */
function overtaken(due: DueReminder, owner: Owner): Release {
  const status = due.appointment_status;
  if (status === 'booked') return ended(due, owner, 'superseded', null);
  return ended(due, owner, 'cancelled', status === 'cancelled' ? null : status);
}

/** When to look again while the authority or the source holds; null when neither does. */
function waitsFor({ authority, source }: Owner, now: Date): Date | null {
  const holding = [authority.paused, source.paused].filter((pause) => inForce(pause, now));
  if (source.mode === 'paused') return new Date(now.getTime() + LOOK_AGAIN_MS);
  if (holding.length === 0) return null;
  const ends = holding.map((pause) => pause?.until?.getTime() ?? Number.POSITIVE_INFINITY);
  return new Date(Math.min(Math.max(...ends), now.getTime() + LONGEST_WAIT_MS));
}

/** The last midnight of each authority, as its settings were read: the reminders of a group share one moment. */
const midnights = new WeakMap<Authority, { readonly now: number; readonly start: Date }>();

function dayStart(authority: Authority, now: Date): Date {
  const known = midnights.get(authority);
  if (known?.now === now.getTime()) return known.start;
  const start = readLocal(`${localDay(now, authority.timeZone)}T00:00`, authority.timeZone).at;
  midnights.set(authority, { now: now.getTime(), start });
  return start;
}

function waiting(due: DueReminder, owner: Owner, until: Date, heldReason: Release['heldReason'] = null): Release {
  const nextAt = until < due.expires_at ? until : due.expires_at;
  return { action: 'wait', due, owner, status: null, reason: null, nextAt, heldReason, shadow: null };
}

/** A reminder that is to be repeated only loses its next moment by this: its hand-over stays uncertain. */
function ended(
  due: DueReminder,
  owner: Owner | undefined,
  status: NonNullable<StartRow['status']>,
  reason: string | null,
): Release {
  return { action: 'end', due, owner, status, reason, nextAt: null, heldReason: null, shadow: null };
}
