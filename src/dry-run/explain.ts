import type { AppointmentEvent } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import type { IngestElement } from '../formats/format.ts';
import type { EventResult } from '../intake/envelope.ts';
import type { DryRunAppointment } from './preview.ts';

const OF_RESULT: Readonly<Partial<Record<EventResult['result'], string>>> = {
  duplicate: 'The same has come before: nothing changes.',
  stale: 'A newer version is stored, or another id has taken the place of this one: nothing changes.',
};

const OF_PHONE: Readonly<Record<string, string>> = {
  no_phone: 'No phone number came with it, and none is known: no SMS can be sent.',
  invalid_number: 'What came as the phone number is none that is valid in full: no SMS can be sent.',
  country_not_allowed: 'The number is of a country that the settings do not allow: no SMS is sent.',
  not_mobile: 'The number is of a kind that takes no SMS.',
};

const OF_MODE: Readonly<Partial<Record<Source['mode'], string>>> = {
  shadow: 'The source runs as a shadow: everything is planned, nothing is sent.',
  loading: 'The source is loading: no notice of this change is sent, reminders are.',
  paused: 'The source is paused: nothing is sent until it is resumed.',
};

/** Explains to the sender of a dry run what in its message decides about the SMS. No value of a citizen is repeated. */
export function explainElement(
  element: IngestElement,
  result: EventResult,
  appointments: readonly DryRunAppointment[],
  source: Source,
): string[] {
  if (element.kind === 'ignored') {
    const warnings = (element.warnings ?? []).map(({ detail }) => detail);
    return [`Nothing to do: ${element.why.replace(/\.$/, '')}.`, ...warnings];
  }
  if (result.result === 'refused') return [];
  const notes = [
    OF_RESULT[result.result],
    result.reasons?.includes('in_past') ? 'Its start lies in the past: nothing is sent.' : undefined,
    ...ofElement(element, result),
    ...(result.warnings ?? []).map(({ detail }) => detail),
    ...appointments.flatMap(ofAppointment),
    OF_MODE[source.mode],
  ];
  return [...new Set(notes.filter((note) => note !== undefined))];
}

function ofElement(element: IngestElement, result: EventResult): string[] {
  switch (element.kind) {
    case 'appointment':
      return ofEvent(element.event, result.reference, result.result === 'ignored');
    case 'group':
      return element.group.members.length === 0
        ? ['Nobody takes part in it: whoever did is called off.']
        : element.group.members.flatMap((member) => ofEvent(member, null));
    case 'patient':
      return result.result === 'ignored'
        ? ['No appointment ahead of this patient is known here: nothing changes.']
        : [];
    default:
      return [];
  }
}

function ofEvent(event: AppointmentEvent, reference: string | null, ignored = false): string[] {
  const notes: string[] = (event.warnings ?? []).map(({ detail }) => detail);
  if (reference !== null && reference !== event.reference)
    notes.push('It is known already, under another of its ids: that one is the reference.');
  if (ignored && event.ignoredIfUnknown)
    notes.push('No appointment is known under this id, and this event makes none: nothing is stored.');
  if (event.test) notes.push('Its sender marked it as a test: it is planned and never sent.');
  if (event.deceased) notes.push('The patient is said to have died: nothing is sent, now or later.');
  const fields = new Set((event.unmapped ?? []).map(({ field }) => field));
  if (fields.has('status')) {
    const taken = event.status === null ? 'the status stays as it was' : 'what happened decides instead';
    notes.push(`Its code of the status is not known: ${taken}. Add it to statusMap.`);
  }
  if (fields.has('location')) notes.push('Its place is not known. Add it to locationMap to have it printed.');
  return notes;
}

function ofAppointment(appointment: DryRunAppointment): string[] {
  const { phoneReason, start, status, location, printedPlace, kind, reminders } = appointment;
  const notes: string[] = [];
  if (start === null && status !== 'cancelled' && status !== 'entered-in-error')
    notes.push('Without a start nothing can be planned.');
  if (status === 'booked' && phoneReason !== null)
    notes.push(OF_PHONE[phoneReason] ?? 'There is no number to send to.');
  if (location !== null && kind !== 'visit') notes.push('A place is printed for a visit only.');
  else if (location !== null && printedPlace === null) {
    notes.push(
      location.text === null
        ? 'The place is kept and not printed: add its code to locationMap.'
        : 'The place is kept and not printed: add its code (or its text, where it has none) to locationMap, or set ' +
            'placeText to "as_sent".',
    );
  }
  if (reminders.some(({ reason }) => reason === 'booked_late'))
    notes.push('It was booked after the moment of a reminder: that one is left out.');
  return notes;
}
