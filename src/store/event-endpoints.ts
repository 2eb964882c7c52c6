import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { type Channel, FHIR_EVENT_TYPES } from '../domain/event-types.ts';
import type { Cipher } from '../domain/keyring.ts';
import { secretRow } from '../domain/keyring.ts';
import { addReader, forgetReaders } from './event-readers.ts';

/** Beyond this many, counting costs more than the difference tells. */
const MOST = 10_000;

/** A place that a source's events are sent to, and how it fares. */
export interface EndpointView {
  readonly channel: Channel;
  /** paused: it failed for long; ended: it responded 410. */
  readonly state: 'live' | 'paused' | 'ended';
  readonly failingSince: Date | null;
  /** The endpoint is not called before this. */
  readonly nextAt: Date | null;
  readonly lastResult: string | null;
  readonly deliveredAt: Date | null;
  /** Ends at 10,000. */
  readonly pending: number;
}

/** The endpoints of a source, the webhook first. */
export async function readEndpoints(db: Db, authorityId: string, sourceId: string) {
  const { rows } = await sql<EndpointView>`
    select e.channel, e.state, e.failing_since as "failingSince", e.next_at as "nextAt", e.last_result as "lastResult",
      e.delivered_at as "deliveredAt",
      (select count(*)::int from (
        select from delivery d where d.source_id = e.source_id and d.channel = e.channel and d.status = 'pending'
        union all
        select from event v where v.source_id = e.source_id and v.sequence > e.taken and v.reference is not null
          and case when e.channel = 'fhir' then v.type = any(${FHIR_EVENT_TYPES})
            else coalesce(nullif(s.settings #> '{events,types}', 'null'), to_jsonb(v.type)) @> to_jsonb(v.type) end
        limit ${MOST}) counted) as pending
    from event_endpoint e join source s on s.id = e.source_id
    where e.source_id = ${sourceId} and e.authority_id = ${authorityId}
    order by e.channel desc`.execute(db);
  return rows;
}

/** An endpoint that the settings of a source ask for. */
export interface WantedEndpoint {
  readonly channel: Channel;
  /** Its address is another than before: how the former one fared says nothing. */
  readonly moved: boolean;
  /** True when what is sent there, or how, is other than before. */
  readonly changed: boolean;
}

/**
 * Makes the endpoints of a source those that its settings ask for. A new one gets the events that come from now on; one
 * that is gone leaves its events undelivered. Run in the transaction that changes the source, which it has locked.
 */
export async function keepEndpoints(
  trx: Db,
  source: { readonly authorityId: string; readonly id: string },
  wanted: readonly WantedEndpoint[],
  now: Date,
): Promise<void> {
  const channels = wanted.map(({ channel }) => channel);
  const { rows: gone } = await sql<{ channel: Channel }>`
    delete from event_endpoint where source_id = ${source.id} and channel <> all(${channels}::text[])
    returning channel`.execute(trx);
  if (gone.length > 0)
    await sql`
      update delivery set status = 'failed', next_at = null, last_result = 'endpoint removed'
      where source_id = ${source.id} and status = 'pending'
        and channel = any(${gone.map(({ channel }) => channel)}::text[])`.execute(trx);
  for (const { channel, moved, changed } of wanted) {
    await sql`
      insert into event_endpoint (source_id, channel, authority_id, state, taken)
      values (${source.id}, ${channel}, ${source.authorityId}, 'live',
        coalesce((select last from event_sequence where source_id = ${source.id}), 0))
      on conflict (source_id, channel) do nothing`.execute(trx);
    if (moved) await resumeEndpoint(trx, source.id, channel, now);
    else if (changed) await takeFromOwner(trx, source.id, channel);
  }
  if (wanted.length > 0) await addReader(trx, source);
  else if (gone.length > 0) await forgetReaders(trx, now);
}

/** Lets the endpoint be claimed anew: the process that has it now calls it no more by the settings that it read. */
async function takeFromOwner(trx: Db, sourceId: string, channel: Channel): Promise<void> {
  await sql`
    update event_endpoint set owner = null where source_id = ${sourceId} and channel = ${channel}`.execute(trx);
}

/** Makes an endpoint live again, whatever became of it; what it has not taken is due now, as if never tried. */
export async function resumeEndpoint(trx: Db, sourceId: string, channel: Channel, now: Date): Promise<void> {
  // Without an owner the process that calls it now can't write back the state that it has read before.
  await sql`
    update event_endpoint set state = 'live', failing_since = null, failures = 0, next_at = null, owner = null
    where source_id = ${sourceId} and channel = ${channel}`.execute(trx);
  await makeDue(trx, { sourceId, channel }, true, now);
  await makeFirstDue(trx, { sourceId, channel }, now);
}

/**
 * Makes the first pending delivery of each appointment due, also where the one that it waited for went without making
 * it so.
 */
async function makeFirstDue(
  trx: Db,
  { sourceId, channel }: { readonly sourceId: string; readonly channel: Channel },
  now: Date,
): Promise<void> {
  await sql`
    update delivery d set next_at = ${now}
    where d.source_id = ${sourceId} and d.channel = ${channel} and d.status = 'pending' and d.next_at is null
      and not exists (select from delivery b
        where b.source_id = d.source_id and b.channel = d.channel and b.appointment_id = d.appointment_id
          and b.status = 'pending' and b.sequence < d.sequence)`.execute(trx);
}

/** Makes what waits for its next try due at once. @param anew the tries before it don't count any more */
export async function makeDue(
  db: Db,
  { sourceId, channel }: { readonly sourceId: string; readonly channel: Channel },
  anew: boolean,
  now: Date,
): Promise<void> {
  await sql`
    update delivery set next_at = ${now}, attempts = case when ${anew} then 0 else attempts end
    where source_id = ${sourceId} and channel = ${channel} and next_at > ${now}`.execute(db);
}

/**
 * Makes the first event of each appointment that is not delivered due, and those behind it wait. Run in a transaction
 * that has locked the endpoint.
 */
export async function orderDeliveries(
  trx: Db,
  { sourceId, channel }: { readonly sourceId: string; readonly channel: Channel },
  appointmentIds: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    update delivery d set next_at = case when d.sequence = first.sequence then ${now}::timestamptz end
    from (
      select distinct on (appointment_id) appointment_id, sequence from delivery
      where source_id = ${sourceId} and channel = ${channel} and status = 'pending'
        and appointment_id = any(${appointmentIds}::uuid[])
      order by appointment_id, sequence) first
    where d.source_id = ${sourceId} and d.channel = ${channel} and d.status = 'pending'
      -- Repeated so that the planner starts from these appointments, not from all pending deliveries.
      and d.appointment_id = any(${appointmentIds}::uuid[]) and d.appointment_id = first.appointment_id
      and (d.sequence = first.sequence) = (d.next_at is null)`.execute(trx);
}

/** A valid secret of a source, without its value. */
export interface SecretOfSource {
  readonly id: string;
  readonly createdAt: Date;
}

/** The valid secret pairs of a source, or its secrets that events are signed with, oldest first. */
export async function listSecrets(
  db: Db,
  table: 'source_secret' | 'event_secret',
  authorityId: string,
  sourceId: string,
): Promise<SecretOfSource[]> {
  return liveSecrets(db, table, authorityId, sourceId).select(['id', 'created_at as createdAt']).execute();
}

function liveSecrets(db: Db, table: 'source_secret' | 'event_secret', authorityId: string, sourceId: string) {
  return db
    .selectFrom(table)
    .where('source_id', '=', sourceId)
    .where('authority_id', '=', authorityId)
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id');
}

/** The valid secrets of a source in clear, oldest first: each `whsec_…`. All of them sign. */
export async function openEventSecrets(
  db: Db,
  cipher: Cipher,
  authorityId: string,
  sourceId: string,
): Promise<string[]> {
  const rows = await liveSecrets(db, 'event_secret', authorityId, sourceId)
    .select(['id', 'secret_ciphertext'])
    .execute();
  return rows.map(({ id, secret_ciphertext: sealed }) =>
    cipher.decrypt(authorityId, EVENT_SECRET, secretRow(sourceId, id), sealed),
  );
}

/** The label under which a secret for events is encrypted. */
export const EVENT_SECRET = 'event_secret.secret';
