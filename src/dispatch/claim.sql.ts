import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import type { AppointmentStatus, PhoneReason } from '../domain/appointment.ts';
import type { AppointmentKind, Language } from '../domain/authority.ts';
import { LATE_MS, type ReminderStatus, type TemplateName } from '../domain/reminder.ts';

/** A reminder in hand, with all of its appointment that a text needs. */
export interface ClaimedReminder {
  readonly id: string;
  readonly authority_id: string;
  readonly source_id: string;
  readonly slot: number;
  readonly revision: number;
  readonly rule: string;
  readonly template: TemplateName;
  readonly language: Language;
  readonly due_at: Date;
  readonly next_at: Date;
  readonly expires_at: Date;
  /** Claimed to be sent again after an uncertain outcome. */
  readonly resend: boolean;
  /** That it was last handed over to; null before the first time. */
  readonly gateway: string | null;
  /** Claims without a recorded outcome, this one included. */
  readonly claims: number;
  /**
   * Of one that is late by over `LATE_MS`: when the next one for the same start was or is due, unless that one never
   * goes.
   */
  readonly next_due_at: Date | null;
  readonly appointment_slot: number;
  /** Of the appointment as it is read here: a reminder's own revision may be newer by one that came in between. */
  readonly appointment_revision: number;
  readonly appointment_status: AppointmentStatus;
  readonly erased: boolean;
  readonly start_at: Date | null;
  readonly kind: AppointmentKind;
  readonly phone_ciphertext: Buffer | null;
  readonly phone_hash: Buffer | null;
  readonly phone_reason: PhoneReason | null;
  readonly location_code: string | null;
  readonly location_text: string | null;
  readonly location_printable: boolean;
  readonly department: string | null;
  readonly contact_phone: string | null;
}

/** In the order in which reminders are claimed: behind this one. */
export type Place = Pick<ClaimedReminder, 'next_at' | 'id'>;

/** Of one authority: what comes behind a place; null: with the first. */
export interface Turn {
  readonly authority: string;
  readonly behind: Place | null;
}

/**
 * Suspects: those that one earlier claim never brought to an outcome; again: those that more than one did not. All
 * others: the oldest first, behind a place if one is given; or so many at most of `each` of those authorities, one
 * after another.
 */
export type Which =
  | 'suspects'
  | 'suspects again'
  | { readonly behind: Place | null }
  | { readonly turns: readonly Turn[]; readonly each: number };

export interface ClaimOptions {
  readonly batchId: string;
  readonly worker: string;
  readonly now: Date;
  readonly leaseUntil: Date;
  readonly limit: number;
  /**
   * How many of the claim are looked at and started together, the oldest first: if the process dies, the sweep suspects
   * those.
   */
  readonly atOnce: number;
  readonly which: Which;
}

/** Before every id. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Takes what is due under a lease; [] when nothing is. @returns the oldest first */
export async function claimDue(db: Kysely<Database>, options: ClaimOptions): Promise<ClaimedReminder[]> {
  const { batchId, worker, now, leaseUntil, atOnce } = options;
  const { rows } = await sql<ClaimedReminder>`
    with claimed as (
      update reminder r set status = 'claimed', batch_id = ${batchId}, started_at = null, claims = r.claims + 1,
        resend = (r.status = 'uncertain'), updated_at = ${now}
      from appointment a
      where r.id = any(array(${chosen(options)}))
        and a.id = r.appointment_id
      returning r.id, r.authority_id, r.source_id, r.slot, r.revision, r.rule, r.template, r.language, r.due_at, r.next_at, r.expires_at,
        r.resend, r.gateway, r.claims,
        case when r.due_at < ${new Date(now.getTime() - LATE_MS)} and r.template = 'reminder' then (
          select min(n.due_at) from reminder n
          where n.appointment_id = r.appointment_id and n.slot = r.slot and n.template = 'reminder' and n.due_at > r.due_at
            and n.status in ('planned', 'claimed', 'uncertain', 'accepted', 'delivered', 'undelivered')) end as next_due_at,
        a.slot as appointment_slot, a.revision as appointment_revision, a.status as appointment_status,
        a.erased_at is not null as erased, a.start_at, a.kind, a.phone_ciphertext, a.phone_hash, a.phone_reason, a.location_code, a.location_text,
        a.location_printable, a.department, a.contact_phone),
    batched as (
      insert into batch (id, worker, lease_until, claimed_at, at_once)
      select ${batchId}, ${worker}, ${leaseUntil}, ${now}, ${atOnce}::int where exists (select from claimed))
    select * from claimed order by next_at, id`.execute(db);
  return rows;
}

const ORDER = sql`next_at, id`;

function chosen({ which, now, limit }: ClaimOptions): RawBuilder<unknown> {
  const due = sql`status in ('planned', 'uncertain') and next_at <= ${now}`;
  if (which === 'suspects') return first(sql`${due} and claims = 1`, ORDER, limit);
  if (which === 'suspects again') return first(sql`${due} and claims > 1`, ORDER, limit);
  if ('turns' in which) {
    const turns = which.turns.map(({ authority, behind }) => ({
      authority,
      next_at: behind?.next_at ?? new Date(0),
      id: behind?.id ?? NO_ID,
    }));
    // As a stretch of one index, which the collation is for. With authority_id = x.authority, or next_at <= now, the
    // planner may take the index of the moments instead, and read all that is due for each authority that has little of
    // it.
    const of = sql`authority_id collate "C"`;
    const ofOne = sql`status in ('planned', 'uncertain') and next_at is not null and claims = 0
      and (${of}, next_at, id) > (x.authority, x.next_at, x.id) and (${of}, next_at) <= (x.authority, ${now}::timestamptz)`;
    return sql`select r.id from ${unnest(turns, { authority: 'text', next_at: 'timestamptz', id: 'uuid' })}
      cross join lateral (${first(ofOne, sql`${of}, next_at, id`, which.each)}) r limit ${limit}`;
  }
  const { behind } = which;
  const further = behind ? sql`and (next_at, id) > (${behind.next_at}::timestamptz, ${behind.id}::uuid)` : sql``;
  return first(sql`${due} and claims = 0 ${further}`, ORDER, limit);
}

function first(what: RawBuilder<unknown>, order: RawBuilder<unknown>, limit: number): RawBuilder<unknown> {
  return sql`select id from reminder where ${what} order by ${order} limit ${limit} for update skip locked`;
}

/** A claim given back or ended without a hand-over. */
export interface ReleaseRow {
  readonly reminder_id: string;
  /** Of the reminder when this was decided. */
  readonly revision: number;
  readonly status: Extract<
    ReminderStatus,
    'planned' | 'uncertain' | 'expired' | 'suppressed' | 'cancelled' | 'superseded'
  >;
  readonly reason: string | null;
  readonly next_at: Date | null;
  readonly held_reason: string | null;
  readonly text_ciphertext: Buffer | null;
  readonly template_version: number | null;
  readonly encoding: 'gsm7' | 'ucs2' | null;
  readonly segments: number | null;
}

/**
 * Changes only what still belongs to the batch and was not handed over. What was decided about an appointment that has
 * changed since is not worth having: such a one is free again as it was.
 */
export async function releaseClaims(
  db: Kysely<Database>,
  batchId: string,
  rows: readonly ReleaseRow[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    with locked as (
      select x.*, r.revision = x.revision as holds
      from ${unnest(rows, {
        reminder_id: 'uuid',
        revision: 'int',
        status: 'text',
        reason: 'text',
        next_at: 'timestamptz',
        held_reason: 'text',
        text_ciphertext: 'bytea',
        template_version: 'int',
        encoding: 'text',
        segments: 'smallint',
      })}
      join reminder r on r.id = x.reminder_id
      where r.batch_id = ${batchId} and r.status = 'claimed' and r.started_at is null order by r.id for update of r)
    update reminder r set
      status = case when l.holds then l.status when r.resend then 'uncertain' else 'planned' end,
      reason = case when l.holds then l.reason end,
      next_at = case when l.holds then l.next_at else r.next_at end,
      held_reason = case when l.holds then l.held_reason end,
      text_ciphertext = case when l.holds then l.text_ciphertext end,
      template_version = case when l.holds then l.template_version end,
      encoding = case when l.holds then l.encoding end,
      segments = case when l.holds then l.segments end,
      batch_id = null, claims = r.claims - 1, resend = false, updated_at = ${now}
    from locked l
    where r.id = l.reminder_id and r.batch_id = ${batchId} and r.status = 'claimed' and r.started_at is null`.execute(
    db,
  );
}

/**
 * Gives back what a batch still holds and did not start, as it was before the claim.
 * @param notCalled reminders whose start may have been committed although it failed for the caller, and that no call
 * was made for
 */
export async function giveBackBatch(
  db: Kysely<Database>,
  batchId: string,
  notCalled: readonly string[],
  now: Date,
): Promise<void> {
  const open = sql`r.batch_id = ${batchId} and r.status = 'claimed' and (r.started_at is null or r.id = any(${notCalled}::uuid[]))`;
  await sql`
    with locked as (select r.id, r.started_at, r.resend from reminder r where ${open} order by r.id for update),
    given as (
      update reminder r set status = case when r.resend then 'uncertain' else 'planned' end, batch_id = null, started_at = null,
        claims = r.claims - 1, resend = false, updated_at = ${now}
      where r.id = any(array(select id from locked)) and ${open})
    update message m set status = case when l.resend then 'uncertain' else 'not_sent' end, updated_at = ${now}
    from locked l where m.reminder_id = l.id and l.started_at is not null and m.status = 'handing_over'`.execute(db);
}
