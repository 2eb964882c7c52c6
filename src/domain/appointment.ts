import type { AppointmentKind } from './authority.ts';

export type AppointmentStatus =
  | 'booked'
  | 'pending'
  | 'proposed'
  | 'waitlist'
  | 'arrived'
  | 'checked-in'
  | 'fulfilled'
  | 'noshow'
  | 'cancelled'
  | 'entered-in-error';

export type PhoneReason = 'no_phone' | 'invalid_number' | 'country_not_allowed' | 'not_mobile';

/**
 * What one event of a booking system says, in our words. `undefined`: it says nothing (the stored value holds, if the patient is the same);
 * `null`: it clears the value.
 */
export interface AppointmentEvent {
  readonly reference: string;
  readonly status: AppointmentStatus;
  readonly version: number | null;
  /** The event's own timestamp: orders events where neither has a version. */
  readonly occurredAt: Date | null;
  readonly start: Date | null | undefined;
  readonly end: Date | null | undefined;
  readonly kind: AppointmentKind | undefined;
  /** Keyed hash of the booking system's id of the patient; the id itself is never kept. */
  readonly patientKey: Buffer | undefined;
  /** As it came; what it is worth is decided by `choosePhone` (domain/phone.ts). */
  readonly phone: string | null | undefined;
  readonly language: string | null | undefined;
  readonly locationCode: string | null | undefined;
  readonly locationText: string | null | undefined;
  readonly department: string | null | undefined;
  readonly departmentCode: string | null | undefined;
  readonly contactPhone: string | null | undefined;
  /** A message marked as a test by its sender: planned, never sent. */
  readonly test: boolean;
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
  readonly outcome: 'arrived' | 'fulfilled' | 'noshow' | null;
  readonly outcomeAt: Date | null;
  readonly erased: boolean;
}
