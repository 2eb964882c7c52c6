import { type Authority, inForce, type Source } from '../domain/authority.ts';
import { localDay, readLocal, subtractLead } from '../domain/calendar.ts';
import { durationOf } from '../domain/duration.ts';
import { printedPlace } from '../domain/printed-place.ts';
import { isOpen, nextOpen } from '../domain/sending-window.ts';
import type { Deps } from '../runtime/deps.ts';
import { render, type Template, variablesFor } from '../templates/index.ts';
import type { ClaimedReminder, ReleaseRow } from './claim.sql.ts';

/**
 * How soon something that waits for a person is looked at again: what that person does may cross a claim that is being
 * given back.
 */
const LOOK_AGAIN_MS = 60_000;
const LONGEST_WAIT_MS = 300_000;

/** Whose reminder it is, as it stood after the claim. */
export interface Owner {
  readonly authority: Authority;
  readonly source: Source;
}

/** One that may go, with its text. */
export interface Ready {
  readonly claimed: ClaimedReminder;
  readonly owner: Owner;
  readonly to: string;
  readonly template: Template;
  readonly text: string;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
}

type Prepared = { readonly ready: Ready } | { readonly release: ReleaseRow };

/**
 * Decides about a claimed reminder at the last moment before its start: goes, waits (released with `next_at`), or ends.
 * Never throws: what can't be read or rendered ends as `internal_error` or `text_refused`.
 */
export function prepareReminder(
  deps: Pick<Deps, 'keyring' | 'log'>,
  claimed: ClaimedReminder,
  owner: Owner | undefined,
  template: Template,
  now: Date,
): Prepared {
  try {
    return prepare(deps, claimed, owner, template, now);
  } catch (error) {
    deps.log.error(
      { reminder: claimed.id, error: error instanceof Error ? error.name : 'unknown' },
      'a reminder could not be prepared',
    );
    return { release: ended(claimed, 'suppressed', 'internal_error') };
  }
}

function prepare(
  deps: Pick<Deps, 'keyring'>,
  claimed: ClaimedReminder,
  owner: Owner | undefined,
  template: Template,
  now: Date,
): Prepared {
  if (claimed.expires_at <= now) return { release: ended(claimed, 'expired', 'too_late') };
  if (owner?.authority.id !== claimed.authority_id) return { release: ended(claimed, 'suppressed', 'internal_error') };
  if (claimed.slot !== claimed.appointment_slot || claimed.appointment_status !== statusFor(claimed))
    return { release: overtaken(claimed) };
  const wait = waitsFor(owner, now);
  if (wait) return { release: waiting(claimed, earlier(wait, claimed.expires_at), null) };
  const { authority } = owner;
  if (!isOpen(authority.sendingWindow, authority.timeZone, now)) {
    const next = nextOpen(authority.sendingWindow, authority.timeZone, now);
    return {
      release: next && next < claimed.expires_at ? waiting(claimed, next, null) : ended(claimed, 'expired', 'too_late'),
    };
  }
  if (isTooClose(claimed, authority, now)) return { release: ended(claimed, 'expired', 'too_close') };
  if (!claimed.phone_ciphertext || !claimed.start_at) {
    return { release: ended(claimed, 'suppressed', claimed.erased ? 'erased' : (claimed.phone_reason ?? 'no_phone')) };
  }
  return withText(deps, claimed, owner, template, claimed.start_at, claimed.phone_ciphertext);
}

function withText(
  deps: Pick<Deps, 'keyring'>,
  claimed: ClaimedReminder,
  owner: Owner,
  template: Template,
  start: Date,
  phone: Buffer,
): Prepared {
  const subject = {
    start,
    kind: claimed.kind,
    locationText: printedPlace(
      {
        locationCode: claimed.location_code,
        locationText: claimed.location_text,
        locationPrintable: claimed.location_printable,
      },
      owner.source,
    ),
    department: claimed.department,
    contactPhone: claimed.contact_phone,
  };
  const rendered = render(template, variablesFor(subject, owner.authority, claimed.language));
  if ('refused' in rendered) {
    return { release: ended(claimed, 'suppressed', rendered.refused === 'failed' ? 'internal_error' : 'text_refused') };
  }
  const to = deps.keyring.cipher.decrypt(claimed.authority_id, 'appointment.phone', phone);
  if (owner.source.mode === 'shadow') return { release: shadowed(deps, claimed, template, rendered) };
  return { ready: { claimed, owner, to, template, ...rendered } };
}

/** What the appointment must be for this text to be true. */
function statusFor(claimed: ClaimedReminder): string {
  return claimed.rule === 'cancellation' ? 'cancelled' : 'booked';
}

/**
 * After an outage or a pause two of one appointment would go together: as in planning, the one further from the start
 * gives way.
 */
function isTooClose(
  { next_due_at: next, resend }: ClaimedReminder,
  { minimumGap, timeZone }: Authority,
  now: Date,
): boolean {
  return next !== null && !resend && now > subtractLead(next, durationOf(minimumGap), timeZone);
}

/**
 * The appointment moved or ended while a try that came to nothing was under way, and so left the reminder as it was.
 */
function overtaken(claimed: ClaimedReminder): ReleaseRow {
  const status = claimed.appointment_status;
  if (status === 'booked') return ended(claimed, 'superseded', null);
  return ended(claimed, 'cancelled', status === 'cancelled' ? null : status);
}

/** When to look again while the authority or the source holds; null when neither does. */
function waitsFor({ authority, source }: Owner, now: Date): Date | null {
  const holding = [authority.paused, source.paused].filter((pause) => inForce(pause, now));
  if (source.mode === 'paused') return soon(now);
  if (holding.length === 0) return null;
  const ends = holding.map((pause) => pause?.until?.getTime() ?? Number.POSITIVE_INFINITY);
  return new Date(Math.min(Math.max(...ends), now.getTime() + LONGEST_WAIT_MS));
}

/** A minute from now. */
export function soon(now: Date): Date {
  return new Date(now.getTime() + LOOK_AGAIN_MS);
}

/** Midnight before `now` where the authority is: a number's daily limit counts from it. */
export function dayStart(authority: Authority, now: Date): Date {
  return readLocal(`${localDay(now, authority.timeZone)}T00:00`, authority.timeZone).at;
}

export const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

const NO_TEXT = { text_ciphertext: null, template_version: null, encoding: null, segments: null } as const;

/** Looked at again at `nextAt`; one that is to be sent again stays uncertain meanwhile. */
export function waiting(claimed: ClaimedReminder, nextAt: Date, heldReason: string | null): ReleaseRow {
  return {
    reminder_id: claimed.id,
    revision: claimed.revision,
    status: claimed.resend ? 'uncertain' : 'planned',
    reason: null,
    next_at: nextAt,
    held_reason: heldReason,
    ...NO_TEXT,
  };
}

/** Ends without a hand-over. What may have left once ends as uncertain, for good. */
export function ended(
  claimed: ClaimedReminder,
  status: 'expired' | 'suppressed' | 'cancelled' | 'superseded',
  reason: string | null,
): ReleaseRow {
  return {
    reminder_id: claimed.id,
    revision: claimed.revision,
    status: claimed.resend ? 'uncertain' : status,
    reason: claimed.resend ? null : reason,
    next_at: null,
    held_reason: null,
    ...NO_TEXT,
  };
}

function shadowed(
  deps: Pick<Deps, 'keyring'>,
  claimed: ClaimedReminder,
  template: Template,
  rendered: { text: string; encoding: 'gsm7' | 'ucs2'; segments: number },
): ReleaseRow {
  return {
    ...ended(claimed, 'suppressed', 'shadow'),
    text_ciphertext: deps.keyring.cipher.encrypt(claimed.authority_id, 'reminder.text', rendered.text),
    template_version: template.version,
    encoding: rendered.encoding,
    segments: rendered.segments,
  };
}
