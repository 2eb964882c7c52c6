import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import { grouped } from '../../domain/grouped.ts';
import type { ChangeRow, OutgoingEvent } from '../find/story.sql.ts';

/** Rows that are held about an appointment beside its own and its reminders. */
export interface HeldBeside {
  /** Changes by the booking system, the oldest first. */
  readonly changes: readonly ChangeRow[];
  /** The times that staff took it off the to-do list. */
  readonly handled: readonly { readonly at: Date; readonly by: string }[];
  /** Events for the booking system, the oldest first. */
  readonly events: readonly Omit<OutgoingEvent, 'delivery'>[];
}

/** Rows of each kind that are read of an appointment. */
const MOST = 200;

/** Reads what is held beside these appointments of one authority, in the order that they are given in. */
export async function readHeldBeside(db: Db, authorityId: string, ids: readonly string[]): Promise<HeldBeside[]> {
  const changes = await of<ChangeRow>(
    db,
    ids,
    sql`select at, change, start_at, slot, id as nth from appointment_change where appointment_id = x.id`,
  );
  const handled = await of<HeldBeside['handled'][number]>(
    db,
    ids,
    sql`select handled_at as at, handled_by as by, 0 as nth from handled_appointment
      where appointment_id = x.id and authority_id = ${authorityId}`,
  );
  const events = await of<HeldBeside['events'][number]>(
    db,
    ids,
    sql`select type, at, reminder_id, status, reason, sequence as nth
      from event where appointment_id = x.id and authority_id = ${authorityId}`,
  );
  return ids.map((id) => ({
    changes: changes.get(id) ?? [],
    handled: handled.get(id) ?? [],
    events: events.get(id) ?? [],
  }));
}

/** @param rowsOf with the moment `at`, and `nth` for the order within one */
async function of<T>(db: Db, ids: readonly string[], rowsOf: ReturnType<typeof sql>) {
  const { rows } = await sql<T & { appointment_id: string }>`
    select x.id as appointment_id, r.* from unnest(${ids}::uuid[]) x(id)
    cross join lateral (select * from (${rowsOf}) a order by at desc, nth desc limit ${MOST}) r
    order by r.at, r.nth`.execute(db);
  return grouped(rows, (row) => row.appointment_id);
}
