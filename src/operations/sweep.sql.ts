import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { MAX_CLAIMS } from '../domain/reminder.ts';

export interface Holds {
  readonly gateway: string;
  /** How long an uncertain message waits before a policy of `resend` repeats it; null: it is never repeated. */
  readonly ms: number | null;
}

/**
 * Settles what a process left that died, stood still or lost its database: claims under a lapsed lease.
 * Never started: free again, as it was before the claim. Those that its process was looking at, the first of the claim,
 * may have killed it: such a claim counts, and the third parks. Started: it may have left, so it is uncertain. The
 * state stands in every update again, since the process may come back in between; the batch is locked too, since a
 * start prolongs its lease.
 * @returns how many were freed, parked and made uncertain
 */
export async function sweepLapsedClaims(
  db: Kysely<Database>,
  holds: readonly Holds[],
  now: Date,
): Promise<{ freed: number; parked: number; uncertain: number }> {
  const { rows } = await sql<{ status: string; reason: string | null }>`
    with lapsed as (
      select r.id, a.on_uncertain, x.hold_ms, b.id as batch_id, b.at_once, r.next_at, r.started_at
      from batch b join reminder r on r.batch_id = b.id and r.status = 'claimed'
      join authority a on a.id = r.authority_id
      left join ${unnest(
        holds.map((hold) => ({ gateway: hold.gateway, hold_ms: hold.ms })),
        { gateway: 'text', hold_ms: 'int' },
      )} on x.gateway = r.gateway
      where b.lease_until < ${now} order by r.id limit 5000 for update of b, r),
    judged as (
      select lapsed.*, started_at is not null or row_number() over (partition by batch_id, started_at is null order by next_at, id) <= at_once as counts
      from lapsed),
    swept as (
      update reminder r set
        status = case when r.started_at is not null or r.resend then 'uncertain' when l.counts and r.claims >= ${MAX_CLAIMS} then 'suppressed' else 'planned' end,
        reason = case when r.started_at is null and not r.resend and l.counts and r.claims >= ${MAX_CLAIMS} then 'internal_error' end,
        claims = case when l.counts then r.claims else r.claims - 1 end,
        next_at = case
          when r.started_at is null then case when l.counts and r.claims >= ${MAX_CLAIMS} then null else r.next_at end
          when r.resend or l.on_uncertain <> 'resend' or l.hold_ms is null then null
          else ${now}::timestamptz + l.hold_ms * interval '1 millisecond' end,
        batch_id = case when r.started_at is not null then r.batch_id end, updated_at = ${now}
      from judged l where r.id = l.id and r.status = 'claimed'
      returning r.id, r.status, r.reason, r.started_at),
    messages as (
      update message m set status = 'uncertain', updated_at = ${now}
      from swept s where m.reminder_id = s.id and s.started_at is not null and m.status = 'handing_over')
    select status, reason from swept`.execute(db);
  const count = (status: string) => rows.filter((row) => row.status === status).length;
  return { freed: count('planned'), parked: count('suppressed'), uncertain: count('uncertain') };
}

/** Batches that nobody works on any more. */
export async function deleteOldBatches(db: Kysely<Database>, before: Date): Promise<void> {
  await sql`
    delete from batch b where b.lease_until < ${before}
      and not exists (select from reminder r where r.batch_id = b.id and r.status = 'claimed')`.execute(db);
}

/** Ends what is planned past its deadline, also while nothing is handed over. @returns how many */
export async function expirePlanned(db: Kysely<Database>, now: Date): Promise<number> {
  const result = await sql`
    update reminder set status = 'expired', reason = 'too_late', next_at = null, held_reason = null, claims = 0, updated_at = ${now}
    where id = any(array(
      select id from reminder where status = 'planned' and next_at <= ${now} and expires_at <= ${now} order by id limit 5000 for update skip locked))
      and status = 'planned'`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}

/** Accepted, and no final receipt although there is none to come any more. @returns how many */
export async function markWithoutReceipt(db: Kysely<Database>, validBefore: Date, now: Date): Promise<number> {
  const { rows: due } = await sql<{ id: string; reminder_id: string | null }>`
    select id, reminder_id from message
    where status = 'accepted' and reason is null and valid_until < ${validBefore} order by valid_until limit 5000`.execute(
    db,
  );
  if (due.length === 0) return 0;
  const ids = due.map((row) => row.id);
  const reminders = due.flatMap((row) => row.reminder_id ?? []);
  // Reminders before messages: the order in which everybody locks. A receipt that came first has moved both.
  await sql`
    update reminder set reason = 'no_receipt', updated_at = ${now}
    where id = any(array(select id from reminder where id = any(${reminders}::uuid[]) and status = 'accepted' order by id for update))
      and status = 'accepted'`.execute(db);
  const result = await sql`
    update message set reason = 'no_receipt', updated_at = ${now}
    where id = any(${ids}::uuid[]) and status = 'accepted' and reason is null`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
