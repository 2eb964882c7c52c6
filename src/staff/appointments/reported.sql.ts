import { sql } from 'kysely';
import type { AppointmentRow } from './appointments.sql.ts';

/**
 * True where staff reported the number that an appointment had as somebody else's, and the reminder is one of its
 * present time: if the reminder then ended with `invalid_number`, that is why. A number that was corrected since
 * changes nothing of it.
 */
export function isReported(
  { wrong_phone_hash: wrong, slot }: Pick<AppointmentRow, 'wrong_phone_hash' | 'slot'>,
  reminder: { readonly slot: number },
): boolean {
  return wrong !== null && reminder.slot === slot;
}

/** The same as a condition on the appointment `a` and its reminder `r`. */
export const IS_REPORTED = sql`(a.wrong_phone_hash is not null and r.slot = a.slot)`;
