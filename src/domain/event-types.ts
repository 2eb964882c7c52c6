/** Types of the events that booking systems get. */
export const EVENT_TYPES = [
  'reminder.handed_over',
  'reminder.delivered',
  'reminder.failed',
  'reminder.uncertain',
  'reminder.suppressed',
  'appointment.unreachable',
  'citizen.opted_out',
  'citizen.opted_in',
  'citizen.wrong_number',
  'citizen.cancelled',
  'citizen.confirmed',
  'citizen.replied',
  'slot.freed',
] as const;
/** A member of `EVENT_TYPES`. */
export type EventType = (typeof EVENT_TYPES)[number];

/** The settings of a source's event endpoint. */
export interface EventSettings {
  /** https, or http on loopback; without user, password and fragment. */
  readonly url: string;
  /** Types that are sent; null: all, also those that come later. */
  readonly types: readonly EventType[] | null;
  /** True: events tell the citizen's number. */
  readonly includePhone: boolean;
  /** The JSON of EasySMS, or CloudEvents 1.0 in structured mode around the same `data`. */
  readonly format: 'json' | 'cloudevents';
}

/** Failures in a row after which an endpoint is taken to be at fault, and not its events. */
export const FAILURES_IN_DOUBT = 5;

/** Ways on which events leave: to the source's endpoint, or as AppointmentResponse to its FHIR server. */
export const CHANNELS = ['webhook', 'fhir'] as const;
/** A member of `CHANNELS`. */
export type Channel = (typeof CHANNELS)[number];

/** Events that a FHIR server gets, where the source wishes it. */
export const FHIR_EVENT_TYPES: readonly EventType[] = ['citizen.confirmed', 'citizen.cancelled'];
