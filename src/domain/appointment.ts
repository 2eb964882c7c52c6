import type { AppointmentKind } from './authority.ts';
import type { Fault } from './errors.ts';
import type { Alias } from './reference.ts';
import type { UnorderedEvent } from './repeats.ts';
import type { UnclearWords } from './unclear-status.ts';

/** States of an appointment: those of FHIR R4/R5 Appointment.status, in the spelling of FHIR. */
export const STATUSES = [
  'booked',
  'pending',
  'proposed',
  'waitlist',
  'arrived',
  'checked-in',
  'fulfilled',
  'noshow',
  'cancelled',
  'entered-in-error',
] as const;

/** A member of `STATUSES`. */
export type AppointmentStatus = (typeof STATUSES)[number];

/** Why an appointment has no usable phone number. */
export type PhoneReason = 'no_phone' | 'invalid_number' | 'country_not_allowed' | 'not_mobile';

/**
 * Content of one event of a booking system in the terms of this service. `undefined` means not mentioned: the stored
 * value is kept if the patient is the same. `null` clears the stored value.
 */
export interface AppointmentEvent extends UnorderedEvent {
  readonly reference: string;
  /** null keeps the stored status, `booked` for a new appointment (an update whose local code is not mapped). */
  readonly status: AppointmentStatus | null;
  readonly version: number | null;
  /** Timestamp of the event; orders events of which at least one has no version. */
  readonly occurredAt: Date | null;
  /** `occurredAt` is the time of receipt by our clock: such an event is never older than what is stored. */
  readonly atReceipt?: true;
  /**
   * `occurredAt` is the stamp of the message, not of the change: an older one does not keep a cancellation out, since
   * messages overtake one another.
   */
  readonly stamped?: true;
  readonly start: Date | null | undefined;
  readonly end: Date | null | undefined;
  readonly kind: AppointmentKind | undefined;
  /** Keyed hash of the booking system's patient id; the id itself is never stored. */
  readonly patientKey: Buffer | undefined;
  /** true: a number that the event does not mention is the one that its source says of the patient elsewhere (FHIR). */
  readonly ofPatient?: true;
  /** Whether the patient's name and address are protected. Absent: not mentioned. */
  readonly protected?: boolean;
  /** Patient keys that the same patient had until now; left out where there are none. */
  readonly formerPatientKeys?: readonly Buffer[];
  /** A number as received, or several, the best first: `choosePhone` in domain/phone.ts decides if it is usable. */
  readonly phone: string | readonly string[] | null | undefined;
  readonly language: string | null | undefined;
  readonly locationCode: string | null | undefined;
  readonly locationText: string | null | undefined;
  readonly department: string | null | undefined;
  readonly departmentCode: string | null | undefined;
  readonly contactPhone: string | null | undefined;
  /**
   * true for a message that its sender marked as a test: its reminders are planned and never sent. `undefined` keeps
   * the stored value.
   */
  readonly test: boolean | undefined;
  /** Other ids that the booking system has for the appointment; absent means none. */
  readonly aliases?: readonly Alias[];
  /**
   * True when the reference is a permanent id of the booking system. Its aliases are stored, so that other events are
   * matched to this appointment, but this event is never matched to another appointment by an alias.
   */
  readonly permanent?: boolean;
  /**
   * Former references or aliases of the same appointment, which continues under the new reference. They stay replaced:
   * no later event about one of them changes anything.
   */
  readonly replaces?: readonly string[];
  /** Reference of the appointment that goes on in place of this one. Only events that follow from its event have it. */
  readonly replacedBy?: string;
  /**
   * Id shared by the appointments of several patients, or by the occurrences of a series; `reference` is then that of
   * one of them.
   */
  readonly group?: string;
  /**
   * Which appointment of a series it is; null where the format can say so and the event does not. Its reference is
   * `<id of the series>#<occurrence>`.
   */
  readonly occurrence?: string | null;
  /** The ids under which earlier events may have stored the appointment: where they stand they go on being it. */
  readonly formerly?: Pick<AppointmentEvent, 'reference' | 'group' | 'occurrence' | 'aliases'>;
  /** True when the sender says that the appointment is a new one, not that a known one has changed. */
  readonly newBooking?: true;
  /** True when the event holds too little to create an appointment: refused if the reference is unknown. */
  readonly onlyKnown?: boolean;
  /** True when the event says nothing of an appointment that is not known: then it is ignored. */
  readonly ignoredIfUnknown?: boolean;
  /** True when the event, which says no status, books a cancelled or missed appointment again by a new start. */
  readonly bookedIfMoved?: boolean;
  /**
   * true: the patient has died, and nothing is ever sent about the appointment. false: the sender says that the patient
   * has not. Absent: not mentioned.
   */
  readonly deceased?: boolean;
  /**
   * false: `locationText` is printed only where the source's settings allow it. Absent: the text was written to be
   * printed.
   */
  readonly locationPrintable?: boolean;
  /** What the event says of the status in words that nobody knows; absent: nothing, `status` says all. */
  readonly unclear?: UnclearWords;
  /** True for an event of a type that is ignored, which only says that the appointment may have ended. */
  readonly ofIgnoredType?: true;
  /** Codes of the sender that the source's settings don't map; listed for staff. */
  readonly unmapped?: readonly UnmappedValue[];
  /** What its sender should know although the event is taken; repeated in the response to an accepted event. */
  readonly warnings?: readonly Fault[];
  /** The same where nothing is known of the appointment. */
  readonly warningsIfUnknown?: readonly Fault[];
  /** The same where an id without an issuer may mean another appointment, which the event is not applied to. */
  readonly warningsIfDoubtful?: readonly Fault[];
  /** The same where the end, said or stored, lies before the start, and is left out (`applyEvent`). */
  readonly warningsIfEndLeftOut?: readonly Fault[];
}

/** Fields of an event that mentions nothing but the appointment and its status. */
export const EMPTY_EVENT: Omit<AppointmentEvent, 'reference' | 'status'> = {
  version: null,
  occurredAt: null,
  start: undefined,
  end: undefined,
  kind: undefined,
  patientKey: undefined,
  phone: undefined,
  language: undefined,
  locationCode: undefined,
  locationText: undefined,
  department: undefined,
  departmentCode: undefined,
  contactPhone: undefined,
  test: undefined,
};

/** Code of a sender that the source's settings don't map, or a start that could not be read. */
export interface UnmappedValue {
  readonly field: 'status' | 'location' | 'start';
  readonly value: string;
}

/**
 * Data about a patient, independent of any appointment. `undefined` and `null` mean the same as in `AppointmentEvent`.
 */
export interface PatientEvent {
  readonly patientKey: Buffer;
  /** Patient keys that the same patient had until now. */
  readonly formerKeys: readonly Buffer[];
  readonly phone: string | readonly string[] | null | undefined;
  readonly language: string | null | undefined;
  readonly deceased: boolean | undefined;
  /** Version and timestamp order patient data like those of appointments; without either the last received wins. */
  readonly version?: number | null;
  readonly occurredAt?: Date | null;
  /** Name and address are protected: the text of a place is not printed, since it may be an address. */
  readonly protected?: true;
  /** true: without an appointment ahead it is kept for a while, until one refers to the patient (FHIR). */
  readonly keep?: true;
}

/**
 * Appointment of one or several patients: each member gets an appointment of its own, and a stored member that is not
 * listed any more ends with the status `rest`.
 */
export interface GroupEvent {
  /**
   * The booking system's id of the group. A single member has it as its reference; each of several has
   * `<id>~<patient>`.
   */
  readonly id: string;
  readonly members: readonly AppointmentEvent[];
  readonly rest: 'cancelled' | 'entered-in-error';
  /**
   * Aliases under which the group may be stored with another id. Absent: `id` is a permanent id of the booking system.
   */
  readonly aliases?: readonly Alias[];
}

/** Appointment as the rules see it, with numbers in clear, in memory only. */
export interface Appointment {
  readonly reference: string;
  readonly version: number | null;
  readonly occurredAt: Date | null;
  /**
   * `occurredAt` as the last cancellation by a stamped message left it. A stamped cancellation that is no newer repeats
   * that one, or was sent before it: it ends no later booking. null: there was none.
   */
  readonly cancelStamp: Date | null;
  readonly revision: number;
  readonly slot: number;
  readonly status: AppointmentStatus;
  /** Unknown words by which it may have ended, as `unclearBy` has them: nothing is sent about it. null: none. */
  readonly unclear: Buffer | null;
  readonly start: Date | null;
  readonly end: Date | null;
  readonly kind: AppointmentKind;
  readonly patientKey: Buffer | null;
  /** In E.164. */
  readonly phone: string | null;
  /** Why there is no usable number; null when there is one. */
  readonly phoneReason: PhoneReason | null;
  readonly language: string | null;
  readonly locationCode: string | null;
  readonly locationText: string | null;
  readonly department: string | null;
  readonly departmentCode: string | null;
  readonly contactPhone: string | null;
  readonly test: boolean;
  /** false: the text of the place is printed only where the source's settings allow it. */
  readonly locationPrintable: boolean;
  /** True when the patient has died. */
  readonly deceased: boolean;
  readonly outcome: 'arrived' | 'fulfilled' | 'noshow' | null;
  readonly outcomeAt: Date | null;
  readonly erased: boolean;
  /** Reference that goes on in place of this one; null for an appointment that was not replaced. */
  readonly replacedBy: string | null;
}

/**
 * True when the citizen is no longer expected. Nothing of such a booking is inherited by the next one under the same
 * reference.
 */
export function isCalledOff(status: AppointmentStatus): boolean {
  return status === 'cancelled' || status === 'entered-in-error';
}

/** True when the appointment is still to come, booked or on its way to being booked. */
export function isUpcoming(status: AppointmentStatus): boolean {
  return status === 'booked' || status === 'pending' || status === 'proposed' || status === 'waitlist';
}

/** True from the start of an appointment on: no reminder of it goes any more, and nothing is left to do about one. */
export function hasBegun({ start }: { readonly start: Date | null }, now: Date): boolean {
  return start !== null && start <= now;
}
