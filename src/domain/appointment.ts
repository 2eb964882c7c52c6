import type { AppointmentKind } from './authority.ts';

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

export type AppointmentStatus = (typeof STATUSES)[number];

export type PhoneReason = 'no_phone' | 'invalid_number' | 'country_not_allowed' | 'not_mobile';

/**
 * What one event of a booking system says, in our words. `undefined`: it says nothing (the stored value holds, if the
 * patient is the same);
 * `null`: it clears the value.
 */
export interface AppointmentEvent {
  readonly reference: string;
  /** null: as it stands, `booked` for one that is new (an update whose local code nobody has mapped). */
  readonly status: AppointmentStatus | null;
  readonly version: number | null;
  /** The event's own timestamp: orders events where neither has a version. */
  readonly occurredAt: Date | null;
  /** `occurredAt` is when we heard of it, by our clock: never older than what is stored. */
  readonly atReceipt?: true;
  readonly start: Date | null | undefined;
  readonly end: Date | null | undefined;
  readonly kind: AppointmentKind | undefined;
  /** Keyed hash of the booking system's id of the patient; the id itself is never kept. */
  readonly patientKey: Buffer | undefined;
  /**
   * As it came, or several of them, the best first; what they are worth is decided by `choosePhone` (domain/phone.ts).
   */
  readonly phone: string | readonly string[] | null | undefined;
  readonly language: string | null | undefined;
  readonly locationCode: string | null | undefined;
  readonly locationText: string | null | undefined;
  readonly department: string | null | undefined;
  readonly departmentCode: string | null | undefined;
  readonly contactPhone: string | null | undefined;
  /** A message marked as a test by its sender: planned, never sent. undefined: as the appointment stands. */
  readonly test: boolean | undefined;
  /** What else the booking system knows the appointment by; left out: nothing. */
  readonly aliases?: readonly Alias[];
  /**
   * The reference is the booking system's own lasting id: aliases are kept, and lead from other messages here, but this
   * one is not led elsewhere.
   */
  readonly lasting?: boolean;
  /** The reference, or an alias, that the same appointment was known by until now: it goes on under this one. */
  readonly replaces?: string;
  /** The id that the appointments of several patients share, when `reference` is that of one patient among them. */
  readonly group?: string;
  /** Says too little to make an appointment of: one that is not known is refused. */
  readonly onlyKnown?: boolean;
  /**
   * The patient has died: nothing is sent about the appointment, now or later. false: said to live; left out: not said.
   */
  readonly deceased?: boolean;
  /**
   * false: `locationText` is printed only where the source's settings say so. Left out: it was written to be printed.
   */
  readonly locationPrintable?: boolean;
  /** Codes of the sender that the source's settings don't know: listed for staff. */
  readonly unmapped?: readonly UnmappedValue[];
}

/** What is left of an event that says nothing of the appointment that it names. */
export const SAYS_NOTHING: Omit<AppointmentEvent, 'reference' | 'status'> = {
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

/**
 * An id of an appointment beside its reference. Two of one `kind` that differ belong to two appointments. Only one with
 * a namespace leads to an appointment by itself: bare numbers such as `1` are given by several systems.
 */
export interface Alias {
  /** What gave the id: `filler`, `placer`, a FHIR identifier's system, … */
  readonly kind: string;
  readonly namespace: string | null;
  readonly value: string;
}

export interface UnmappedValue {
  readonly field: 'status' | 'location';
  readonly value: string;
}

/**
 * What a booking system says of a patient, whatever appointments there are. `undefined` and `null` as in an
 * appointment's event.
 */
export interface PatientEvent {
  readonly patientKey: Buffer;
  /** Keys under which the same patient was known until now. */
  readonly formerKeys: readonly Buffer[];
  readonly phone: string | readonly string[] | null | undefined;
  readonly language: string | null | undefined;
  readonly deceased: boolean | undefined;
  /** Orders what is said of a patient as an appointment's do; left out: the last received wins. */
  readonly version?: number | null;
  readonly occurredAt?: Date | null;
  /** Name and address are protected: the text of a place may be an address. */
  readonly protected?: true;
}

/**
 * One appointment of several patients, or of one: every member has an appointment of its own; whoever is no member any
 * more ends as `rest`.
 */
export interface GroupEvent {
  /** The booking system's id of the whole: the reference of an only member; of several each has `<id>~<patient>`. */
  readonly id: string;
  readonly members: readonly AppointmentEvent[];
  readonly rest: 'cancelled' | 'entered-in-error';
  /** By these the whole may be known under another id; left out: `id` is the booking system's own lasting one. */
  readonly aliases?: readonly Alias[];
}

/** An appointment as the rules see it: numbers in clear, in memory only. */
export interface Appointment {
  readonly reference: string;
  readonly version: number | null;
  readonly occurredAt: Date | null;
  readonly revision: number;
  readonly slot: number;
  readonly status: AppointmentStatus;
  readonly start: Date | null;
  readonly end: Date | null;
  readonly kind: AppointmentKind;
  readonly patientKey: Buffer | null;
  /** E.164. */
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
  /** false: the text of the place is printed only where the source's settings say so. */
  readonly locationPrintable: boolean;
  /** The patient has died. */
  readonly deceased: boolean;
  readonly outcome: 'arrived' | 'fulfilled' | 'noshow' | null;
  readonly outcomeAt: Date | null;
  readonly erased: boolean;
}
