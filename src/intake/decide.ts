import { applyEvent, isOtherCitizen } from '../domain/apply-event.ts';
import { type Appointment, type AppointmentEvent, isCalledOff } from '../domain/appointment.ts';
import type { Authority, Source } from '../domain/authority.ts';
import { localDay } from '../domain/calendar.ts';
import type { Fault } from '../domain/errors.ts';
import { withoutPlaceText } from '../domain/identity/resolve.ts';
import { newId } from '../domain/ids.ts';
import type { Keyring } from '../domain/keyring.ts';
import type { OfPatient } from '../domain/patient-key.ts';
import { choosePhone, isWrongNumber } from '../domain/phone.ts';
import { announcedAfter } from '../domain/planning/notices.ts';
import { changeReminders, unplannedBecause } from '../domain/planning/reminder-changes.ts';
import { hasLeft } from '../domain/reminder.ts';
import { NOTHING_SEEN, type SeenEvents } from '../domain/repeats.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import type { StoredAppointment } from '../store/appointments.ts';
import type { ReminderInsert, ReminderUpdate, StoredReminder } from '../store/reminders.ts';
import type { DepartmentAccess } from './departments.ts';
import { type Change, type EventResult, refusalOf } from './envelope.ts';
import { idsAfter } from './erased-ids.ts';
import { type ComparedEvent, compareEvent, contentOf, warningsOfRepeat } from './repeats.ts';

/** The stored state of the appointment that a change is about; locked by the caller. */
export interface Before {
  /** null: nothing is stored. */
  readonly appointment: StoredAppointment | null;
  /** The reminders of the appointment, of every slot. */
  readonly reminders: readonly StoredReminder[];
}

/** The appointment after a change, or the result of one that changes nothing. */
export type Decision =
  | { readonly after: StoredAppointment; readonly warnings?: readonly Fault[] }
  /** `seen`: the events of the appointment, where this one is to be noted; `isOld`: it repeats an earlier one. */
  | { readonly result: EventResult; readonly seen?: SeenEvents; readonly isOld?: true };

/** The stored state where nothing is stored. */
export const NOTHING_STORED: Before = { appointment: null, reminders: [] };

/**
 * Decides a change as if nothing were stored about its appointment and its number had not opted out.
 * @returns `appointment`: null when the event was refused or left
 */
export function decideNew(
  deps: KeyringAccess & DepartmentAccess,
  change: Change,
  now: Date,
): { result: EventResult; appointment: StoredAppointment | null; inserts: readonly ReminderInsert[] } {
  const decision = decide(deps, change, NOTHING_STORED, now);
  if ('result' in decision) return { result: decision.result, appointment: null, inserts: [] };
  const { inserts, result } = planChanges(deps, change.envelope, NOTHING_STORED, decision.after, false, now);
  return { result, appointment: decision.after, inserts };
}

/** Applies the rules of events to a change. @param ofPatient what is known of its patient elsewhere, where it asks */
export function decide(
  { keyring }: KeyringAccess,
  change: Change,
  { appointment: before, reminders }: Before,
  now: Date,
  ofPatient?: OfPatient,
): Decision {
  const { event: said, derived, fault, envelope } = change;
  const { source, authority } = envelope;
  // A change that follows from another event keeps the hash of the appointment's last own event, so that a repeat of
  // that event is recognised; unless the change ends the appointment.
  const isOwn = !derived || (said.status !== null && said.status !== before?.status);
  const content = contentOf(said);
  const contentHash = (!isOwn && before?.contentHash) || keyring.digest('event', content(said.reference));
  // The hash is of what was said, so that a repeat of it is one, whatever is known of the patient by then.
  const event = ofPatient?.protected ? withoutPlaceText(said) : said;
  const allowedCountries = countriesOf(source, authority);
  if (fault) return { result: refusalOf(event.reference, fault, envelope) };
  const applied = applyEvent(before, event, !derived && (before?.contentHash.equals(contentHash) ?? false), {
    source,
    allowedCountries,
    choosePhone: (raw) => {
      const chosen = choosePhone(raw, { defaultRegion: source.defaultRegion, allowedCountries });
      const wrong =
        chosen.phone !== null &&
        before?.wrongPhoneHash &&
        isWrongNumber(before.wrongPhoneHash, keyring.phoneHash(chosen.phone), before.id);
      return wrong ? { phone: null, reason: 'invalid_number' } : chosen;
    },
    ofPatient,
    hashCode: (code) => keyring.codeHash(source.id, code),
    now,
  });
  if (applied.result === 'refused') return { result: refusalOf(event.reference, applied.fault, envelope) };
  const unchanged = applied.result !== 'accepted' || (derived && before && !differs(before, applied.after));
  const compared = compareEvent(change, before, content, keyring);
  const counts = { reference: event.reference, ...countsOf(before, reminders) };
  if (unchanged) {
    const result = applied.result === 'accepted' ? 'duplicate' : applied.result;
    const isNew = result === 'duplicate' && compared && !compared.isRepeat;
    return { result: { result, ...counts }, ...(isNew && { seen: compared.seen }) };
  }
  if (before && compared?.isLeft) {
    const warnings = warningsOfRepeat(before, event);
    return { result: { result: 'duplicate', ...counts, ...(warnings.length > 0 && { warnings }) }, isOld: true };
  }
  const stored = { event, envelope, appointment: before, reminders, contentHash, compared };
  const after = toStored(keyring, stored, applied.after, now);
  const booksAgain = compared?.isRepeat && before && isCalledOff(before.status) && after.status === 'booked';
  return { after, ...(booksAgain && event.repeatable && { warnings: event.warningsIfRepeated }) };
}

/** An appointment after an event as it is stored: with what only we know of it. */
function toStored(
  keyring: Keyring,
  change: Before &
    Pick<Change, 'event' | 'envelope'> & { readonly contentHash: Buffer; readonly compared: ComparedEvent | null },
  after: Appointment,
  now: Date,
): StoredAppointment {
  const { event, envelope, appointment: before, reminders, contentHash, compared } = change;
  const { source, authority } = envelope;
  const known = before ?? {
    id: newId(now),
    authorityId: authority.id,
    sourceId: source.id,
    sourceMode: source.mode,
    receivedAt: now,
    wrongPhoneHash: null,
    group: event.group ?? null,
  };
  const announcedStart = before && announcedAfter(before, after, reminders, isOtherCitizen(before, event, after));
  const { id, authorityId, sourceId, sourceMode, receivedAt, wrongPhoneHash } = known;
  // A group that goes on under another id is another group.
  const named = before && before.reference !== after.reference ? (event.group ?? null) : known.group;
  const ids = idsAfter(keyring, before, { reference: after.reference, group: named, replacedBy: after.replacedBy });
  const unopened = unopenedAfter(before, event, after);
  const phoneHash =
    after.phone === null ? (unopened?.phone ? before?.phoneHash : null) : keyring.phoneHash(after.phone);
  // The spread comes last: V8 makes a slow dictionary of a large object that gets many more fields after it was spread.
  return {
    id,
    authorityId,
    sourceId,
    sourceMode,
    receivedAt,
    wrongPhoneHash,
    announcedStart,
    group: ids.group,
    contentHash,
    seen: compared?.seen ?? before?.seen ?? NOTHING_SEEN,
    phoneHash: phoneHash ?? null,
    ...(unopened && { unopened }),
    ...(before?.erased ? { ...after, ...ids } : after),
  };
}

/** What can't be opened of an appointment, and stays: the event said nothing in its place. */
function unopenedAfter(
  before: StoredAppointment | null,
  event: AppointmentEvent,
  after: Appointment,
): StoredAppointment['unopened'] {
  if (!before?.unopened || after.erased) return undefined;
  const saysPlace = event.locationText !== undefined || event.locationCode !== undefined;
  const isSameVisit = before.kind === after.kind && !isOtherCitizen(before, event, after);
  // A number that was kept, and not chosen, is the only one that is missing for no reason.
  const phone = after.phone === null && after.phoneReason === null ? before.unopened.phone : null;
  const place = !saysPlace && isSameVisit ? before.unopened.place : null;
  return phone || place ? { phone, place } : undefined;
}

/** The counts in the result of an event that changed nothing. */
function countsOf(appointment: StoredAppointment | null, reminders: readonly StoredReminder[]) {
  const current = reminders.filter((reminder) => reminder.slot === appointment?.slot);
  return {
    reminders: current.filter((reminder) => reminder.status === 'planned').length,
    alreadyHandedOver: current.filter(hasLeft).map((reminder) => reminder.id),
  };
}

/** The countries whose numbers are used: the authority's, or of these the source's own unless it allows others. */
export function countriesOf(
  source: Pick<Source, 'allowForeignNumbers' | 'defaultRegion'>,
  authority: Pick<Authority, 'allowedCountries'>,
): readonly string[] {
  const { allowedCountries } = authority;
  return source.allowForeignNumbers
    ? allowedCountries
    : allowedCountries.filter((country) => country === source.defaultRegion);
}

/** True when a derived event changes anything that matters outside. */
function differs(before: StoredAppointment, after: Appointment): boolean {
  const { status, phone, phoneReason, language, deceased, locationText } = after;
  const same =
    before.status === status &&
    before.phone === phone &&
    before.phoneReason === phoneReason &&
    before.language === language &&
    before.deceased === deceased &&
    (before.unclear === null) === (after.unclear === null) &&
    before.replacedBy === after.replacedBy &&
    before.locationText === locationText;
  return !same;
}

/** The reminders that an accepted event inserts and changes, and its result. @param optedOut whether the number is */
export function planChanges(
  { departments }: DepartmentAccess,
  { authority, source }: Pick<Change['envelope'], 'authority' | 'source'>,
  before: Before,
  after: StoredAppointment,
  optedOut: boolean,
  now: Date,
): { inserts: ReminderInsert[]; updates: ReminderUpdate[]; result: EventResult } {
  const { authorityId, sourceId, revision, reference } = after;
  const changes = changeReminders({
    before: before.appointment,
    after,
    existing: before.reminders,
    authority,
    mode: source.mode,
    optedOut,
    now,
  });
  const dueDay = (dueAt: Date) => localDay(dueAt, authority.timeZone);
  const department = departments.countedAs(authority, after);
  const common = { authorityId, sourceId, appointmentId: after.id, revision, department };
  const reasons = unplannedBecause(after, [...changes.insert, ...changes.change], now);
  return {
    inserts: changes.insert.map((reminder) => ({
      id: newId(now),
      dueDay: dueDay(reminder.dueAt),
      ...common,
      ...reminder,
    })),
    updates: changes.change.map((change) => ({ ...change, dueDay: dueDay(change.dueAt) })),
    result: {
      result: 'accepted',
      reference,
      reminders: changes.planned,
      alreadyHandedOver: changes.alreadyHandedOver,
      ...(reasons.length > 0 ? { reasons } : {}),
      ...(before.appointment === null && { created: true }),
    },
  };
}
