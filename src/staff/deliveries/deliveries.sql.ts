import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Channel, EventType } from '../../domain/event-types.ts';

/** The delivery of an event to an endpoint, as staff see it. */
export interface DeliveryRow {
  /** Id of the event. */
  readonly id: string;
  readonly channel: Channel;
  readonly type: EventType;
  readonly sequence: string;
  readonly appointmentId: string;
  /** null: the appointment is no longer kept. */
  readonly reference: string | null;
  readonly at: Date;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly attemptedAt: Date | null;
  readonly lastResult: string | null;
}

/** Filters of the deliveries that are read; null: whatever it is. */
export interface DeliveryFilter {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly status: DeliveryRow['status'] | null;
  readonly reference: string | null;
}

/** A place in the list. */
export interface DeliveryPlace {
  readonly sequence: string;
  readonly channel: Channel;
}

/** The newest first. @param after the last of the page before */
export async function listDeliveries(
  db: Db,
  { authorityId, sourceId, status, reference }: DeliveryFilter,
  after: DeliveryPlace | null,
  limit: number,
): Promise<DeliveryRow[]> {
  // The few deliveries of an appointment are found by its id, without reading those of the whole source.
  const meant =
    reference === null
      ? sql``
      : sql`and d.sequence = any(array(
          select v.sequence from appointment a join event v on v.appointment_id = a.id
          where a.source_id = ${sourceId} and a.reference = ${reference} and v.source_id = ${sourceId}))`;
  const { rows } = await sql<DeliveryRow>`
    select e.id, d.channel, e.type, d.sequence, e.appointment_id as "appointmentId", e.reference, e.at, d.status,
      d.attempts, d.next_at as "nextAt", d.attempted_at as "attemptedAt", d.last_result as "lastResult"
    from delivery d join event e on e.source_id = d.source_id and e.sequence = d.sequence
    where d.source_id = ${sourceId} and d.authority_id = ${authorityId}
      and (${status}::text is null or d.status = ${status})
      and (${after?.sequence ?? null}::bigint is null
        or (d.sequence, d.channel) < (${after?.sequence ?? null}::bigint, ${after?.channel ?? null}::text))
      ${meant}
    order by d.sequence desc, d.channel desc limit ${limit}`.execute(db);
  return rows;
}

/** Locks the endpoints of a source, so that nobody changes what they have taken. @returns their channels */
export async function lockEndpoints(trx: Db, authorityId: string, sourceId: string): Promise<Channel[]> {
  const { rows } = await sql<{ channel: Channel }>`
    select channel from event_endpoint where source_id = ${sourceId} and authority_id = ${authorityId}
    order by channel for update`.execute(trx);
  return rows.map(({ channel }) => channel);
}

/** The events that are meant by their ids, or by when they happened: `from` included, `to` not. */
export type ReplayedEvents = { readonly ids: readonly string[] } | { readonly from: Date; readonly to: Date };

/**
 * Finds the events that are meant and still kept: their sequences, and what they are about.
 * @returns `limit` + 1 at most
 */
export async function findReplayed(
  trx: Db,
  sourceId: string,
  meant: ReplayedEvents,
  limit: number,
): Promise<{ sequence: string; appointmentId: string }[]> {
  const which = 'ids' in meant ? sql`id = any(${meant.ids}::uuid[])` : sql`at >= ${meant.from} and at < ${meant.to}`;
  const { rows } = await sql<{ sequence: string; appointmentId: string }>`
    select sequence, appointment_id as "appointmentId" from event
    where source_id = ${sourceId} and reference is not null and ${which}
    order by sequence limit ${limit + 1}`.execute(trx);
  return rows;
}

/**
 * Makes these events ones that the endpoint has not taken; those of other types than its own are left out. Run in a
 * transaction that has locked the endpoint and orders the deliveries after it.
 * @param types null: all
 */
export async function replayDeliveries(
  trx: Db,
  endpoint: { readonly authorityId: string; readonly sourceId: string; readonly channel: Channel },
  sequences: readonly string[],
  types: readonly EventType[] | null,
): Promise<number> {
  const { authorityId, sourceId, channel } = endpoint;
  const result = await sql`
    insert into delivery as d (source_id, channel, sequence, authority_id, appointment_id, status, attempts)
    select source_id, ${channel}, sequence, ${authorityId}, appointment_id, 'pending', 0 from event
    where source_id = ${sourceId} and sequence = any(${sequences}::bigint[])
      and (${types}::text[] is null or type = any(${types}::text[]))
    on conflict (source_id, channel, sequence) do update set status = 'pending', attempts = 0
      where d.status <> 'pending'`.execute(trx);
  return Number(result.numAffectedRows ?? 0);
}
