import { type Kysely, sql } from 'kysely';
import type { Database } from '../../database/tables.ts';
import type { EventType } from '../../domain/events/event-types.ts';

/** An event that the booking system was told about an appointment, with what became of it. */
export interface ToldEvent {
  readonly type: EventType;
  readonly at: Date;
  readonly reason: string | null;
  /** null: the source has no endpoint, and reads the feed. */
  readonly delivery: 'pending' | 'delivered' | 'failed' | null;
}

/** The latest events about an appointment. Of several endpoints the one counts that has not taken it. */
export async function listToldEvents(db: Kysely<Database>, appointmentId: string, limit: number): Promise<ToldEvent[]> {
  const { rows } = await sql<ToldEvent>`
    select e.type, e.at, e.reason, (
      select d.status from delivery d where d.source_id = e.source_id and d.sequence = e.sequence
        and d.channel in ('webhook', 'fhir')
      order by d.status = 'delivered', d.channel limit 1) as delivery
    from event e where e.appointment_id = ${appointmentId}
    order by e.at desc, e.sequence desc limit ${limit}`.execute(db);
  return rows;
}
