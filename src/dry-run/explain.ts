import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { mayHaveEnded } from '../domain/unclear-status.ts';
import type { IngestElement } from '../formats/format.ts';
import { IGNORED } from '../formats/ignored.ts';
import type { EventResult } from '../intake/envelope.ts';
import { type DecisionCode, type DryRunNote, decided, distinctNotes, warned } from './notes.ts';
import type { DryRunAppointment } from './preview.ts';

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
