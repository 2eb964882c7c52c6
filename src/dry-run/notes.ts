import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { Fault } from '../domain/errors.ts';
import { mayHaveEnded } from '../domain/unclear-status.ts';
import type { IngestElement } from '../formats/format.ts';
import { IGNORED, type IgnoredCode } from '../formats/ignored.ts';
import type { EventResult } from '../intake/envelope.ts';
import type { NoWayOut } from '../templates/index.ts';
import type { DryRunAppointment } from './preview.ts';

/** Sentences about what decides about the SMS of a message, by codes that pages have words for. */
export const DECISIONS = {
  duplicate: 'It came before, or says nothing that differs from what is stored: nothing changes.',
  stale: 'A newer version is stored, or another id has taken the place of this one: nothing changes.',
  in_past: 'Its start lies in the past: nothing is sent.',
  no_phone: 'No phone number came with it, and none is known: no SMS can be sent.',
  invalid_number: 'What came as the phone number is none that is valid in full: no SMS can be sent.',
  country_not_allowed: 'The number is of a country that the settings do not allow: no SMS is sent.',
  not_mobile: 'The number is of a kind that takes no SMS.',
  no_number: 'There is no number to send to.',
  shadow: 'The source runs as a shadow: everything is planned, nothing is sent.',
  loading: 'The source is loading: no notice of this change is sent, reminders are.',
  paused: 'The source is paused: nothing is sent until it is resumed.',
  nobody: 'Nobody takes part in it: whoever did is called off.',
  patient_kept:
    'No appointment ahead of this patient is known here: it is kept until one comes, for keepPatients at most.',
  unknown_patient: 'No appointment ahead of this patient is known here: nothing changes.',
  other_id: 'It is known already, under another of its ids: that one is the reference.',
  makes_none: 'No appointment is known under this id, and this event makes none: nothing is stored.',
  test: 'Its sender marked it as a test: it is planned and never sent.',
  deceased: 'The patient is said to have died: nothing is sent, now or later.',
  status_stays: 'Its code of the status is not known: the status stays as it was. Add it to statusMap.',
  status_by_event: 'Its code of the status is not known: what happened decides instead. Add it to statusMap.',
  status_unclear:
    'Its status may say that it has ended, in words that nobody knows: no SMS is sent until the status is known.',
  unknown_place: 'Its place is not known. Add it to locationMap to have it printed.',
  nothing_planned: 'Without a start nothing can be planned.',
  visits_only: 'A place is printed for a visit only.',
  place_code: 'The place is kept and not printed: add its code to locationMap.',
  place_text:
    'The place is kept and not printed: add its code (or its text, where it has none) to locationMap, or set ' +
    'placeText to "as_sent".',
  booked_late: 'It was booked after the moment of a reminder: that one is left out.',
} as const;

/** The code of such a sentence. */
export type DecisionCode = keyof typeof DECISIONS;

/**
 * A sentence about what decides about an SMS: why nothing is done, what was decided, a warning of the format, or what
 * the SMS leaves the citizen no way to do. `detail` is the sentence for senders; pages have words for its code.
 */
export type DryRunNote = { readonly detail: string } & (
  | { readonly of: 'ignored'; readonly code: IgnoredCode }
  | { readonly of: 'decision'; readonly code: DecisionCode }
  | { readonly of: 'warning'; readonly code: string }
  | { readonly of: 'way-out'; readonly code: NoWayOut }
);

/** The sentence about a decision. */
export function decided(code: DecisionCode): DryRunNote {
  return { of: 'decision', code, detail: DECISIONS[code] };
}

/** A warning of a format. Its pointer is told with the response, where senders look. */
export function warned({ code, detail }: Fault): DryRunNote {
  return { of: 'warning', code, detail };
}

/** Each sentence once. */
export function distinctNotes(notes: readonly DryRunNote[]): DryRunNote[] {
  return [...new Map(notes.map((note) => [note.detail, note])).values()];
}

/** Reasons why there is no usable number that have a sentence of their own. */
const OF_PHONE: readonly DecisionCode[] = ['no_phone', 'invalid_number', 'country_not_allowed', 'not_mobile'];

/** Explains to the sender of a dry run what in its message decides about the SMS. No value of a citizen is repeated. */
export function explainElement(
  element: IngestElement,
  result: EventResult,
  appointments: readonly DryRunAppointment[],
  { mode }: Source,
): DryRunNote[] {
  if (element.kind === 'ignored') {
    const detail = `Nothing to do: ${IGNORED[element.why].replace(/\.$/, '')}.`;
    return [{ of: 'ignored', code: element.why, detail }, ...(element.warnings ?? []).map(warned)];
  }
  if (result.result === 'refused') return [];
  return distinctNotes([
    ...(result.result === 'duplicate' || result.result === 'stale' ? [decided(result.result)] : []),
    ...(result.reasons?.includes('in_past') ? [decided('in_past')] : []),
    ...ofElement(element, result),
    ...(result.warnings ?? []).map(warned),
    ...appointments.flatMap(ofAppointment),
    ...(mode === 'live' ? [] : [decided(mode)]),
  ]);
}

function ofElement(element: IngestElement, result: EventResult): DryRunNote[] {
  switch (element.kind) {
    case 'appointment':
      return ofEvent(element.event, result.reference, result.result === 'ignored');
    case 'group':
      return element.group.members.length === 0
        ? [decided('nobody')]
        : element.group.members.flatMap((member) => ofEvent(member, null));
    case 'patient':
      if (result.result !== 'refused' && result.keptFor !== undefined) return [decided('patient_kept')];
      return result.result === 'ignored' ? [decided('unknown_patient')] : [];
    default:
      return [];
  }
}

function ofEvent(event: AppointmentEvent, reference: string | null, ignored = false): DryRunNote[] {
  const fields = new Set((event.unmapped ?? []).map(({ field }) => field));
  const status = event.status === null ? 'status_stays' : 'status_by_event';
  const isOther = reference !== null && reference !== event.reference;
  return [
    ...(event.warnings ?? []).map(warned),
    ...(isOther ? [decided('other_id')] : []),
    ...(ignored && event.ignoredIfUnknown ? [decided('makes_none')] : []),
    ...(event.test ? [decided('test')] : []),
    ...(event.deceased ? [decided('deceased')] : []),
    ...(fields.has('status') ? [decided(status)] : []),
    ...(mayHaveEnded(event) ? [decided('status_unclear')] : []),
    ...(fields.has('location') ? [decided('unknown_place')] : []),
  ];
}

function ofAppointment(appointment: DryRunAppointment): DryRunNote[] {
  const { phoneReason, start, status, reminders } = appointment;
  const isOver = status === 'cancelled' || status === 'entered-in-error';
  return [
    ...(start === null && !isOver ? [decided('nothing_planned')] : []),
    ...(status === 'booked' && phoneReason !== null ? [ofPhone(phoneReason)] : []),
    ...ofPlace(appointment),
    ...(reminders.some(({ reason }) => reason === 'booked_late') ? [decided('booked_late')] : []),
  ];
}

/** True for a sentence about the number of a message. */
export function isAboutPhone(note: DryRunNote): boolean {
  return note.of === 'decision' && (note.code === 'no_number' || OF_PHONE.includes(note.code));
}

function ofPhone(reason: string): DryRunNote {
  return decided(OF_PHONE.find((code) => code === reason) ?? 'no_number');
}

function ofPlace({ location, printedPlace, kind }: DryRunAppointment): DryRunNote[] {
  if (location === null) return [];
  if (kind !== 'visit') return [decided('visits_only')];
  return printedPlace === null ? [decided(location.text === null ? 'place_code' : 'place_text')] : [];
}
