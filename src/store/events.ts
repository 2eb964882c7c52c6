import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { EventType } from '../domain/events/event-types.ts';

/** A change of an appointment that its booking system is told of. Those of reminders are written by triggers. */
export interface EventRecord {
  readonly type: EventType;
  readonly appointmentId: string;
  /** The reply that it follows from. */
  readonly inboundId: string | null;
  readonly reason: string | null;
}

/** Records events, in the transaction of the change that they tell of. */
export async function recordEvents(db: Kysely<Database>, events: readonly EventRecord[], now: Date): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ type, appointmentId, inboundId, reason }, position) => ({
    position,
    type,
    appointment_id: appointmentId,
    inbound_id: inboundId,
    reason,
  }));
  const given = unnest(rows, {
    position: 'int',
    type: 'text',
    appointment_id: 'uuid',
    inbound_id: 'uuid',
    reason: 'text',
  });
  await sql`
    insert into event_outbox (type, at, appointment_id, inbound_id, reason)
    select type, ${now}, appointment_id, inbound_id, reason from ${given} order by position`.execute(db);
}

/** The subset of these sources whose events an endpoint takes. */
export async function findLiveEndpoints(db: Kysely<Database>, sourceIds: readonly string[]): Promise<Set<string>> {
  if (sourceIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('event_endpoint')
    .select('source_id')
    .where('source_id', 'in', sourceIds)
    .where('state', '=', 'live')
    .execute();
  return new Set(rows.map((row) => row.source_id));
}
