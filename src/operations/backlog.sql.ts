import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

/** Beyond this many, counting would cost more than the difference is worth to whoever watches. */
const MOST = 10_000;
/** A heartbeat so old: the sweep should have settled what the process left. */
const STUCK_MS = 105_000;
/** Receipts that are overdue are counted among messages whose validity ended within this time. */
const OVERDUE_MS = 3_600_000;
const MOST_ENDPOINTS = 100;

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
}

/** An endpoint for events that doesn't take them. */
export interface FailingEndpoint {
  readonly source: string;
  readonly channel: string;
  readonly state: string;
  readonly seconds: number;
}

type Row = Record<
  'due' | 'uncertain' | 'abandoned' | 'quarantined' | 'receipts_overdue' | 'replies_open' | 'pauses',
  string
> &
  Record<'oldest_due' | 'oldest_callback' | 'oldest_answer' | 'oldest_reply', Date | null> & {
    readonly failing_endpoints: readonly FailingEndpoint[] | null;
  };

/** A single statement that reads partial indexes only: it costs the same over ten million reminders as over none. */
export async function readBacklog(db: Kysely<Database>, now: Date): Promise<Backlog> {
  const stuckBefore = new Date(now.getTime() - STUCK_MS);
  const overdueSince = new Date(now.getTime() - OVERDUE_MS);
  const due = sql`from reminder where next_at <= ${now}`;
  const open = sql`from inbound_authority where needs_person and settled_at is null`;
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
          order by failing_since limit ${MOST_ENDPOINTS}) failing) as failing_endpoints
  `.execute(db);
  return fromRow(rows[0] as Row);
}

const counted = (from: ReturnType<typeof sql>) => sql`(select count(*) from (select ${from} limit ${MOST}) counted)`;

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
  };
}
