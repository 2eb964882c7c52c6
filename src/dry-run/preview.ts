import type { ReadOf } from '../database/columns.ts';
import type { Wordings } from '../dispatch/start/due-settings.ts';
import type { Authority, Language, Source } from '../domain/authority.ts';
import type { ReminderStatus, TemplateName } from '../domain/reminder.ts';
import { printedPlace } from '../domain/sms/printed-place.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { OpenedRow } from '../runtime/opened-row.ts';
import type { AppointmentRow } from '../staff/appointments/appointments.sql.ts';
import type { AppointmentView } from '../staff/appointments/appointments.ts';
import { APPOINTMENT_READ } from '../store/appointments.ts';
import { NO_PLACE, type Place, placeOf } from '../store/places.ts';
import { announcedStartOf, isPlaceholderTime, render, type TextSubject, variablesFor } from '../templates/index.ts';

/** The outcome of a reminder at its due time, if nothing changes until then. */
export interface Preview {
  readonly status: ReminderStatus;
  readonly reason: string | null;
  /** The text as it would read today; null when it can't be written. */
  readonly text: string | null;
  readonly encoding: 'gsm7' | 'ucs2' | null;
  readonly segments: number | null;
}

/** A reminder as it would stand. */
export interface DryRunReminder extends Preview {
  readonly rule: string;
  readonly template: string;
  readonly language: string;
  readonly dueAt: Date;
  readonly expiresAt: Date;
}

/**
 * An appointment as it would stand; its number is masked. Its reminders: those about its time, and those that the
 * request would end.
 */
export type DryRunAppointment = Omit<AppointmentView, 'reminders'> & {
  /** The place as an SMS prints it. */
  readonly printedPlace: string | null;
  readonly reminders: readonly DryRunReminder[];
};

interface Planned {
  readonly template: TemplateName;
  readonly language: Language;
  readonly status: ReminderStatus;
  readonly reason: string | null;
}

/** The columns of an appointment that a text is rendered from, beside its place. */
const PRINTED = APPOINTMENT_READ.pick(
  'start',
  'kind',
  'locationPrintable',
  'department',
  'contactPhone',
  'announcedStart',
);

/** The fields of an appointment that a text is rendered from. */
export type Printed = ReadOf<typeof PRINTED> & Place;

/** The parts of a stored appointment that texts print. */
export function printedOf({ keyring }: KeyringAccess, appointment: AppointmentRow): Printed {
  const place = new OpenedRow(keyring).attempt(() => placeOf(appointment, keyring)) ?? NO_PLACE;
  return { ...PRINTED.read(appointment), ...place };
}

/** The parts of an appointment that a text prints; null for one without a start. */
export function subjectOf(appointment: Printed, source: Source): (TextSubject & { readonly hasTime: boolean }) | null {
  const { start, kind, department, contactPhone } = appointment;
  if (!start) return null;
  return {
    start,
    kind,
    locationText: printedPlace(appointment, source),
    department,
    contactPhone,
    hasTime: !isPlaceholderTime(start, source),
    announcedStart: announcedStartOf(appointment.announcedStart, start, source),
  };
}

/** Renders the text that a planned reminder would have now. @param wordings has loaded the authority's own wording */
export function preview(
  planned: Planned,
  appointment: Printed,
  owner: { readonly authority: Authority; readonly source: Source },
  wordings: Wordings,
): Preview {
  const { authority, source } = owner;
  const { status, reason } = planned;
  const subject = subjectOf(appointment, source);
  if (!subject) return { status, reason, text: null, encoding: null, segments: null };
  const template = wordings.choose(authority, planned.template, planned.language, subject.hasTime);
  const rendered = render(template, variablesFor(subject, authority, planned.language));
  if (rendered.refused) {
    const why = rendered.refused === 'failed' ? 'internal_error' : 'text_refused';
    return {
      ...(status === 'planned' ? { status: 'suppressed', reason: why } : { status, reason }),
      text: null,
      encoding: null,
      segments: null,
    };
  }
  const shadow = status === 'planned' && source.mode === 'shadow';
  const { text, encoding, segments } = rendered;
  return { ...(shadow ? { status: 'suppressed', reason: 'shadow' } : { status, reason }), text, encoding, segments };
}
