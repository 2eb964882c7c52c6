import type { Fault } from '../domain/errors.ts';
import type { IgnoredCode } from '../formats/ignored.ts';
import type { NoWayOut } from '../templates/index.ts';

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
