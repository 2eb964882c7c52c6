import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { EventType } from '../domain/event-types.ts';
import { orderDeliveries } from '../store/event-endpoints.ts';
import type { OwnedEndpoint } from './endpoints.sql.ts';

/** An event that an endpoint is to be sent now: the first of its appointment that the endpoint has not taken. */
export interface DueDelivery {
  readonly sequence: number;
  readonly appointmentId: string;
  /** Tries so far. */
  readonly attempts: number;
}

/** The outcome of a delivery. Names are those of the columns. */
export interface DeliveryOutcome {
  readonly sequence: number;
  readonly appointment_id: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  /** null unless it is tried again. */
  readonly next_at: Date | null;
  readonly last_result: string;
  readonly attempted_at: Date;
}

/**
 * Notes the next events of the source as to be delivered, those of other types than these left out. The first of each
 * appointment is due, unless an earlier one is not delivered yet.
 * @param types null: all
 * @returns how many events were looked at
 */
async function takeUpEvents(
  trx: Db,
  { sourceId, channel }: Pick<OwnedEndpoint, 'sourceId' | 'channel'>,
  types: readonly EventType[] | null,
  limit: number,
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with endpoint as materialized (
      select source_id, channel, authority_id, taken from event_endpoint
      where source_id = ${sourceId} and channel = ${channel}),
    next as materialized (
      select v.sequence, v.appointment_id, v.type, v.reference from event v, endpoint e
      where v.source_id = e.source_id and v.sequence > e.taken order by v.sequence limit ${limit}),
    added as (
      insert into delivery (source_id, channel, sequence, authority_id, appointment_id, status, attempts, next_at)
      select e.source_id, e.channel, n.sequence, e.authority_id, n.appointment_id, 'pending', 0,
        case when row_number() over (partition by n.appointment_id order by n.sequence) = 1 and not exists (
          select from delivery d where d.source_id = e.source_id and d.channel = e.channel
            and d.appointment_id = n.appointment_id and d.status = 'pending') then ${now}::timestamptz end
      from next n, endpoint e
      where n.reference is not null and (${types}::text[] is null or n.type = any(${types}::text[]))
      on conflict (source_id, channel, sequence) do nothing),
    noted as (
      update event_endpoint e set taken = (select max(sequence) from next)
      where e.source_id = ${sourceId} and e.channel = ${channel} and exists (select from next))
    select count(*)::int as count from next`.execute(trx);
  return rows[0]?.count ?? 0;
}

const READ_AHEAD = 200;
const NOTED_AT_ONCE = 500;
const MOST_TIMES = 20;

/**
 * Notes new events and reads what is due, the longest first. It goes on where all that was noted is of types that the
 * endpoint is not sent. Run in a transaction that has locked the endpoint.
 * @param types null: all
 * @param inHand sequences that the caller has
 */
export async function readNextDeliveries(
  trx: Db,
  endpoint: Pick<OwnedEndpoint, 'sourceId' | 'channel'>,
  types: readonly EventType[] | null,
  inHand: readonly number[],
  now: Date,
): Promise<DueDelivery[]> {
  for (let nth = 0; ; nth++) {
    const noted = await takeUpEvents(trx, endpoint, types, NOTED_AT_ONCE, now);
    const due = await readDue(trx, endpoint, inHand, READ_AHEAD, now);
    if (due.length > 0 || noted < NOTED_AT_ONCE || nth === MOST_TIMES) return due;
  }
}

/** Reads deliveries that are due, the longest first, without those in hand. @param inHand their sequences */
async function readDue(
  db: Db,
  { sourceId, channel }: Pick<OwnedEndpoint, 'sourceId' | 'channel'>,
  inHand: readonly number[],
  limit: number,
  now: Date,
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueRow>`
    select sequence, appointment_id as "appointmentId", attempts from delivery
    where source_id = ${sourceId} and channel = ${channel} and next_at <= ${now}
      and sequence <> all(${inHand}::bigint[])
    order by next_at, sequence limit ${limit}`.execute(db);
  return rows.map(toDue);
}

/** True when something is due that the caller does not have in hand, or was not noted yet. @param inHand sequences */
export async function hasMore(
  db: Db,
  { sourceId, channel }: Pick<OwnedEndpoint, 'sourceId' | 'channel'>,
  inHand: readonly number[],
  now: Date,
): Promise<boolean> {
  const { rows } = await sql<{ more: boolean }>`
    select exists (select from event v join event_endpoint e on e.source_id = v.source_id
        where e.source_id = ${sourceId} and e.channel = ${channel} and v.sequence > e.taken)
      or exists (select from delivery where source_id = ${sourceId} and channel = ${channel} and next_at <= ${now}
        and sequence <> all(${inHand}::bigint[])) as more`.execute(db);
  return rows[0]?.more ?? false;
}

/**
 * Reads the delivery that a failing endpoint is tried with: the one tried the longest ago, due or not; where nothing is
 * left of that, the next event. Run in a transaction that has locked the endpoint.
 * @param types null: all
 */
export async function readProbe(
  trx: Db,
  endpoint: Pick<OwnedEndpoint, 'sourceId' | 'channel'>,
  types: readonly EventType[] | null,
  now: Date,
): Promise<DueDelivery[]> {
  const waiting = await readLongestUntried(trx, endpoint);
  return waiting.length > 0 ? waiting : (await readNextDeliveries(trx, endpoint, types, [], now)).slice(0, 1);
}

async function readLongestUntried(
  db: Db,
  { sourceId, channel }: Pick<OwnedEndpoint, 'sourceId' | 'channel'>,
): Promise<DueDelivery[]> {
  const { rows } = await sql<DueRow>`
    select sequence, appointment_id as "appointmentId", attempts from delivery
    where source_id = ${sourceId} and channel = ${channel} and next_at is not null
    order by attempted_at nulls first, sequence limit 1`.execute(db);
  return rows.map(toDue);
}

type DueRow = Omit<DueDelivery, 'sequence'> & { readonly sequence: string };

function toDue({ sequence, ...row }: DueRow): DueDelivery {
  return { ...row, sequence: Number(sequence) };
}

/** Records outcomes, and makes the next event of each of their appointments due. Run in a transaction. */
export async function settleDeliveries(
  trx: Db,
  { sourceId, channel }: Pick<OwnedEndpoint, 'sourceId' | 'channel'>,
  outcomes: readonly DeliveryOutcome[],
  now: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  const given = unnest(outcomes, {
    sequence: 'bigint',
    appointment_id: 'uuid',
    status: 'text',
    attempts: 'int',
    next_at: 'timestamptz',
    last_result: 'text',
    attempted_at: 'timestamptz',
  } as const);
  await sql`
    update delivery d set status = x.status, attempts = x.attempts, next_at = x.next_at, last_result = x.last_result,
      attempted_at = x.attempted_at
    from ${given}
    where d.source_id = ${sourceId} and d.channel = ${channel} and d.sequence = x.sequence
      and d.status = 'pending'`.execute(trx);
  const appointments = [...new Set(outcomes.map((outcome) => outcome.appointment_id))];
  await orderDeliveries(trx, { sourceId, channel }, appointments, now);
}
