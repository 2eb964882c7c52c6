import type { StoredAppointment } from '../store/appointments.ts';
import type { Change, EventResult } from './envelope.ts';

/** A change whose aliases are stored with its appointment. */
export interface AliasedChange {
  readonly change: Change;
  readonly after: StoredAppointment;
}

/**
 * Aliases of what changes nothing, by which the next message may name the appointment. An older event brings those
 * without an issuer alone, since one with an issuer may have passed on to another appointment.
 */
export function furtherAliases(
  change: Change,
  result: EventResult['result'],
  after: StoredAppointment,
): AliasedChange[] {
  if (result === 'duplicate') return [{ change, after }];
  if (result !== 'stale' || after.replacedBy !== null) return [];
  const aliases = change.aliases.filter(({ value }) => value.startsWith('|'));
  return [{ change: { ...change, aliases }, after }];
}
