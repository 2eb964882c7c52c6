import { sql } from 'kysely';
import { MANY_WRONG, MANY_WRONG_MS } from '../accounts/people/slow-limit.ts';
import type { Db } from '../database/tables.ts';
import { GONE_MS } from '../dispatch/processes.sql.ts';
import { HOUR_MS } from '../domain/duration.ts';
import { isOpenReply } from '../store/replies.ts';

/** The most that is counted: a more exact number would not be worth its cost. */
const MOST = 10_000;
/** A heartbeat so old: the sweep should have settled what the process left, a minute after it was gone. */
const STUCK_MS = GONE_MS + 60_000;
/** Receipts that are overdue are counted among messages whose validity ended within this time. */
const OVERDUE_MS = HOUR_MS;
const MOST_ENDPOINTS = 100;
/** An endpoint counts as late once its oldest event has been due for so long. */
const LATE_MS = 60_000;

/** The backlog in the database at one instant. Instants are null where there is nothing; counts end at 10,000. */
export interface Backlog {
  readonly oldestDue: Date | null;
  readonly due: number;
  readonly uncertain: number;
  /** Groups of hand-overs of a process that is gone for a minute, which the sweep should have settled. */
  readonly abandoned: number;
  /** Ended by an error of ours or by their text, and still of use if somebody mends that. */
  readonly quarantined: number;
  /** Accepted messages whose validity ended within the last hour without a final receipt. */
  readonly receiptsOverdue: number;
  /** The oldest of the gateways' callbacks that are stored and not applied. */
  readonly oldestCallback: Date | null;
  readonly oldestAnswer: Date | null;
  readonly repliesOpen: number;
  readonly oldestReply: Date | null;
  /** The pauses of authorities and sources that are in force. */
  readonly pauses: number;
  /** Endpoints for events that don't take them, the longest first; a hundred at most. */
  readonly failingEndpoints: readonly FailingEndpoint[];
  /** When the oldest event was recorded that has no number yet, so that no booking system gets it. */
  readonly oldestUnnumbered: Date | null;
  /** Endpoints that take events, and whose oldest one has been due for a minute; a hundred at most. */
  readonly lateEndpoints: readonly LateEndpoint[];
  /** Accounts that got so many wrong passwords within a day that further ones are delayed. */
  readonly accountsGuessed: number;
}

/** An endpoint for events that is behind. */
export type LateEndpoint = Omit<FailingEndpoint, 'state'>;

/** An endpoint for events that doesn't take them. */
export interface FailingEndpoint {
  readonly source: string;
  readonly channel: string;
  readonly state: string;
  readonly seconds: number;
}

type Row = Record<
  | 'due'
  | 'uncertain'
  | 'abandoned'
  | 'quarantined'
  | 'receipts_overdue'
  | 'replies_open'
  | 'pauses'
  | 'accounts_guessed',
  string
> &
  Record<'oldest_due' | 'oldest_callback' | 'oldest_answer' | 'oldest_reply' | 'oldest_unnumbered', Date | null> & {
    readonly failing_endpoints: readonly FailingEndpoint[] | null;
    readonly late_endpoints: readonly LateEndpoint[] | null;
  };

/** A single statement that reads partial indexes only: it costs the same over ten million reminders as over none. */
export async function readBacklog(db: Db, now: Date): Promise<Backlog> {
  const stuckBefore = new Date(now.getTime() - STUCK_MS);
  const overdueSince = new Date(now.getTime() - OVERDUE_MS);
  const guessedSince = new Date(now.getTime() - MANY_WRONG_MS);
  const due = sql`from reminder where next_at <= ${now}`;
  const open = sql`from inbound_authority where ${isOpenReply('inbound_authority')}`;
  const { rows } = await sql<Row>`
    select (select min(next_at) ${due}) as oldest_due,
      ${counted(due)} as due,
      ${counted(sql`from uncertain_message`)} + ${counted(sql`from reminder where status = 'uncertain'`)} as uncertain,
      ${counted(sql`from hand_over_group g join process p on p.id = g.process_id
        where p.heartbeat_at < ${stuckBefore}`)} as abandoned,
      ${counted(sql`from reminder where status = 'suppressed' and reason in ('internal_error', 'text_refused')
        and expires_at > ${now}`)} as quarantined,
      ${counted(sql`from message where valid_until between ${overdueSince} and ${now} and status = 'accepted'
        and reason is null`)} as receipts_overdue,
      (select min(received_at) from callback where applied_at is null and note is null) as oldest_callback,
      (select min(next_at) from message
        where reminder_id is null and status = 'planned' and next_at <= ${now}) as oldest_answer,
      ${counted(open)} as replies_open,
      (select i.received_at from inbound_message i
        where i.id = (select inbound_id ${open} order by inbound_id limit 1)) as oldest_reply,
      (select count(*) from authority where ${inForce(now)})
        + (select count(*) from source where mode = 'paused' or ${inForce(now)}) as pauses,
      (select json_agg(json_build_object('source', source_id, 'channel', channel, 'state', state,
          'seconds', extract(epoch from ${now}::timestamptz - failing_since)) order by failing_since)
        from (select * from event_endpoint where failing_since is not null
          order by failing_since limit ${MOST_ENDPOINTS}) failing) as failing_endpoints,
      (select coalesce(held_until, at) from event_outbox where held_until is null or held_until <= ${now}
        order by ordinal limit 1) as oldest_unnumbered,
      ${lateEndpoints(now)} as late_endpoints,
      ${counted(sql`from sign_in_failure f join person p on p.email_hash = f.key_hash
        where f.failures >= ${sql.lit(MANY_WRONG)} and f.began_at > ${guessedSince}`)} as accounts_guessed
  `.execute(db);
  return fromRow(rows[0] as Row);
}

const counted = (from: ReturnType<typeof sql>) => sql`(select count(*) from (select ${from} limit ${MOST}) counted)`;

/** Due are deliveries whose time has come, and events that are not noted as deliveries yet. */
function lateEndpoints(now: Date) {
  const own = sql`d.source_id = e.source_id and d.channel = e.channel`;
  return sql`(
    select json_agg(json_build_object('source', source_id, 'channel', channel,
      'seconds', extract(epoch from ${now}::timestamptz - since)) order by since)
    from (
      select e.source_id, e.channel, least(
        (select d.next_at from delivery d where ${own} and d.next_at <= ${now} order by d.next_at limit 1),
        (select v.numbered_at from event v where v.source_id = e.source_id and v.sequence > e.taken
          order by v.sequence limit 1)) as since
      from event_endpoint e
      where e.state = 'live' and e.failing_since is null and (e.next_at is null or e.next_at <= ${now})
      order by since limit ${MOST_ENDPOINTS}) late
    where since < ${new Date(now.getTime() - LATE_MS)})`;
}

const inForce = (now: Date) => sql`paused_at is not null and (paused_until is null or paused_until > ${now})`;

function fromRow(row: Row): Backlog {
  return {
    oldestDue: row.oldest_due,
    due: Number(row.due),
    uncertain: Number(row.uncertain),
    abandoned: Number(row.abandoned),
    quarantined: Number(row.quarantined),
    receiptsOverdue: Number(row.receipts_overdue),
    oldestCallback: row.oldest_callback,
    oldestAnswer: row.oldest_answer,
    repliesOpen: Number(row.replies_open),
    oldestReply: row.oldest_reply,
    pauses: Number(row.pauses),
    failingEndpoints: row.failing_endpoints ?? [],
    oldestUnnumbered: row.oldest_unnumbered,
    lateEndpoints: row.late_endpoints ?? [],
    accountsGuessed: Number(row.accounts_guessed),
  };
}
