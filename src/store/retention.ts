import { sql } from 'kysely';

/** The statuses of an appointment that was called off, as `isCalledOff` of domain/appointment has them. */
export const CALLED_OFF = sql`('cancelled', 'entered-in-error')`;
/**
 * The moment of an appointment, by UTC, from which retention counts and by which staff look through a day: the start,
 * unless it was called off. It is the expression of the index appointment_past, word for word: any other reads the
 * whole table.
 */
export const MOMENT = sql`(case when start_at is null or status in ${CALLED_OFF} then updated_at at time zone 'UTC'
  else least(start_at at time zone 'UTC', updated_at at time zone 'UTC' + interval '3 years') end)`;
