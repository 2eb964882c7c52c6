import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

/** Beyond this many, counting would cost more than the difference is worth to whoever watches. */
const MOST = 10_000;
const STUCK_MS = 60_000;

/** What stands in the database at one moment. Instants are null where there is nothing; counts end at 10,000. */
export interface Standing {
  readonly oldestDue: Date | null;
  readonly due: number;
  readonly uncertain: number;
  /** Claims whose lease lapsed more than a minute ago, which the sweep should have settled. */
  readonly stuckClaims: number;
  /** Ended by an error of ours or by their text, and still of use if somebody mends that. */
  readonly parked: number;
  /** Accepted messages whose validity has passed without a final receipt. */
  readonly receiptsOverdue: number;
  /** Of a gateway's callbacks that are stored and not applied. */
  readonly oldestCallback: Date | null;
  readonly oldestAnswer: Date | null;
  readonly repliesOpen: number;
  readonly oldestReply: Date | null;
  /** Of authorities and sources, in force. */
  readonly pauses: number;
}

type Row = Record<
  'due' | 'uncertain' | 'stuck_claims' | 'parked' | 'receipts_overdue' | 'replies_open' | 'pauses',
  string
> &
  Record<'oldest_due' | 'oldest_callback' | 'oldest_answer' | 'oldest_reply', Date | null>;

/** One statement that reads partial indexes only, so that it costs the same over ten million reminders as over none. */
export async function readBacklog(db: Kysely<Database>, now: Date): Promise<Standing> {
  const stuckBefore = new Date(now.getTime() - STUCK_MS);
  const due = sql`from reminder where status in ('planned', 'uncertain') and next_at <= ${now}`;
  const open = sql`from inbound_authority where needs_person and settled_at is null`;
  const { rows } = await sql<Row>`
    select (select min(next_at) ${due}) as oldest_due,
      ${counted(due)} as due,
      ${counted(sql`from reminder where status = 'uncertain'`)} as uncertain,
      ${counted(sql`from batch b join reminder r on r.batch_id = b.id and r.status = 'claimed' where b.lease_until < ${stuckBefore}`)} as stuck_claims,
      ${counted(sql`from reminder where status = 'suppressed' and reason in ('internal_error', 'text_refused') and expires_at > ${now}`)} as parked,
      ${counted(sql`from message where status = 'accepted' and reason is null and valid_until < ${now}`)} as receipts_overdue,
      (select min(received_at) from callback where applied_at is null) as oldest_callback,
      (select min(next_at) from message where reminder_id is null and status = 'planned' and next_at <= ${now}) as oldest_answer,
      ${counted(open)} as replies_open,
      (select i.received_at from inbound_message i where i.id = (select inbound_id ${open} order by inbound_id limit 1)) as oldest_reply,
      (select count(*) from authority where ${inForce(now)}) + (select count(*) from source where mode = 'paused' or ${inForce(now)}) as pauses
  `.execute(db);
  return fromRow(rows[0] as Row);
}

const counted = (from: ReturnType<typeof sql>) => sql`(select count(*) from (select ${from} limit ${MOST}) counted)`;

const inForce = (now: Date) => sql`paused_at is not null and (paused_until is null or paused_until > ${now})`;

function fromRow(row: Row): Standing {
  return {
    oldestDue: row.oldest_due,
    due: Number(row.due),
    uncertain: Number(row.uncertain),
    stuckClaims: Number(row.stuck_claims),
    parked: Number(row.parked),
    receiptsOverdue: Number(row.receipts_overdue),
    oldestCallback: row.oldest_callback,
    oldestAnswer: row.oldest_answer,
    repliesOpen: Number(row.replies_open),
    oldestReply: row.oldest_reply,
    pauses: Number(row.pauses),
  };
}
