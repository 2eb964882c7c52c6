import type { AppointmentEvent } from '../appointment.ts';
import type { Fault } from '../errors.ts';
import { type HashedAlias, silent } from './match-known.ts';

/** Event with the reference that its appointment is stored under. */
export interface ResolvedEvent {
  readonly event: AppointmentEvent;
  /** True for an event that follows from a patient's or a group's: without any change it has no result of its own. */
  readonly derived: boolean;
  /** Reference under which the appointment is stored, where it goes on under that of the event. */
  readonly continues?: string;
  /** Why the event can't be applied. */
  readonly fault?: Fault;
  /** True where an id without an issuer may mean another appointment, which the event is not applied to. */
  readonly doubtful?: true;
  /** Aliases to store with the appointment. */
  readonly aliases: readonly (HashedAlias & {
    /** True when another appointment has the alias. */
    readonly taken: boolean;
  })[];
}

/** Event for an appointment that another appointment's event ends, with the version of that event. */
export function leaving(
  reference: string,
  status: 'cancelled' | 'entered-in-error',
  by: AppointmentEvent | undefined,
): ResolvedEvent {
  const event = { ...silent(reference), status, version: by?.version ?? null, occurredAt: by?.occurredAt ?? null };
  return { event, derived: true, aliases: [] };
}

/** An event that is about the appointment with its reference, and brings no alias. */
export function unaliased(event: AppointmentEvent): ResolvedEvent {
  return { event, derived: false, aliases: [] };
}
