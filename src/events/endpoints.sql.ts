import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import type { SourceSettings } from '../domain/authority.ts';
import type { Channel } from '../domain/event-types.ts';
import type { Health } from './health.ts';

/** An endpoint that this process alone calls until its lease ends. */
export interface Claimed extends Health {
  readonly sourceId: string;
  readonly authorityId: string;
  readonly channel: Channel;
  readonly settings: SourceSettings;
  readonly fhirAuthorization: Buffer | null;
}

/** The process that calls an endpoint, and until when. Instants are by the database's clock. */
export interface Lease {
  readonly owner: string;
  readonly until: Date;
}

const HEALTH = sql`e.state, e.failures, e.failing_since as "failingSince", e.next_at as "nextAt",
  e.last_result as "lastResult", e.delivered_at as "deliveredAt"`;

/**
 * Takes endpoints that have something to do and that no process has. One whose pause has passed is tried, whether or
 * not one of its events is due.
 * @param among `healthy`: only those that do not fail
 */
export async function claimEndpoints(
  db: Db,
  lease: Lease,
  limits: { readonly count: number; readonly among: 'healthy' | 'all' },
  times: { readonly now: Date; readonly databaseNow: Date },
): Promise<Claimed[]> {
  const { now, databaseNow } = times;
  const own = sql`d.source_id = e.source_id and d.channel = e.channel`;
  const { rows } = await sql<Claimed>`
    with free as materialized (
      select e.source_id, e.channel from event_endpoint e
      where e.state <> 'ended' and (e.next_at is null or e.next_at <= ${now})
        and (e.owner is null or e.owned_until < ${databaseNow})
        and (${limits.among === 'all'} or e.failing_since is null)
        and (exists (select from delivery d where ${own} and d.next_at <= ${now})
          or exists (select from event v where v.source_id = e.source_id and v.sequence > e.taken)
          or (e.next_at is not null and exists (select from delivery d where ${own} and d.status = 'pending')))
      order by e.failing_since nulls first, e.delivered_at nulls first
      limit ${limits.count} for update skip locked)
    update event_endpoint e set owner = ${lease.owner}, owned_until = ${lease.until}
    from free f, source s
    where e.source_id = f.source_id and e.channel = f.channel and s.id = e.source_id
    returning e.source_id as "sourceId", e.authority_id as "authorityId", e.channel, ${HEALTH}, s.settings,
      s.fhir_authorization_ciphertext as "fhirAuthorization"`.execute(db);
  return rows;
}

/** An endpoint, and the process that has it. */
export interface OwnedEndpoint {
  readonly sourceId: string;
  readonly channel: Channel;
  readonly owner: string;
}

/**
 * Result of keeping an endpoint. `busy`: staff are changing the endpoint or what it is sent, and nothing was written.
 * `lost`: it is another process's by now, or was changed.
 */
export type KeepResult = 'kept' | 'busy' | 'lost';

/**
 * Writes the health of an endpoint and renews the lease. It locks the row, so that the rest of the transaction is done
 * by the owner alone. It waits for no lock, since the endpoints share the few statements that a process spends on
 * events.
 * @param until null: the lease ends
 */
export async function keepEndpoint(
  db: Db,
  { sourceId, channel, owner }: OwnedEndpoint,
  health: Health,
  until: Date | null,
): Promise<KeepResult> {
  const own = sql`source_id = ${sourceId} and channel = ${channel} and owner = ${owner}`;
  const { rows } = await sql<{ kept: boolean; owned: boolean }>`
    with free as materialized (
      select source_id, channel from event_endpoint where ${own} for update skip locked),
    kept as (
      update event_endpoint e set state = ${health.state}, failures = ${health.failures},
        failing_since = ${health.failingSince}, next_at = ${health.nextAt}, last_result = ${health.lastResult},
        delivered_at = ${health.deliveredAt}, owned_until = ${until}::timestamptz,
        owner = case when ${until}::timestamptz is null then null else owner end
      from free f where e.source_id = f.source_id and e.channel = f.channel
      returning e.source_id)
    select exists (select from kept) as kept, exists (select from event_endpoint where ${own}) as owned`.execute(db);
  if (rows[0]?.kept) return 'kept';
  return rows[0]?.owned ? 'busy' : 'lost';
}

/** True while the endpoint is this process's, and its settings were not changed. */
export async function isKept(db: Db, { sourceId, channel, owner }: OwnedEndpoint): Promise<boolean> {
  const { rows } = await sql`
    select from event_endpoint where source_id = ${sourceId} and channel = ${channel} and owner = ${owner}`.execute(db);
  return rows.length > 0;
}
