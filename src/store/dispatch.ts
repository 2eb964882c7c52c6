import { type Kysely, sql } from 'kysely';
import type { AppointmentStatus, PhoneReason } from '../domain/appointment.ts';
import type { AppointmentKind, Language } from '../domain/authority.ts';
import type { ReminderStatus, TemplateName } from '../domain/reminder.ts';
import type { Database } from './database.ts';
import { unnest } from './unnest.ts';

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
  readonly resend: boolean;
  /** Claims without a recorded outcome, this one included. */
  readonly claims: number;
  readonly appointment_slot: number;
  readonly appointment_status: AppointmentStatus;
  readonly start_at: Date | null;
  readonly kind: AppointmentKind;
  readonly phone_ciphertext: Buffer | null;
  readonly phone_hash: Buffer | null;
  readonly phone_reason: PhoneReason | null;
  readonly location_text: string | null;
  readonly department: string | null;
  readonly contact_phone: string | null;
}

export interface ClaimOptions {
  readonly batchId: string;
  readonly worker: string;
  readonly now: Date;
  readonly leaseUntil: Date;
  readonly limit: number;
  /** Those that an earlier claim never brought to an outcome: taken singly, so that one that kills the process harms no other. */
  readonly suspects: boolean;
}

/** Takes what is due under a lease; [] when nothing is. The oldest first. */
export async function claimDue(db: Kysely<Database>, options: ClaimOptions): Promise<ClaimedReminder[]> {
  const { batchId, worker, now, leaseUntil, limit, suspects } = options;
  const { rows } = await sql<ClaimedReminder>`
    with claimed as (
      update reminder r set status = 'claimed', batch_id = ${batchId}, started_at = null, claims = r.claims + 1,
        resend = (r.status = 'uncertain'), updated_at = ${now}
      from appointment a
      where r.id = any(array(
          select id from reminder
          where status in ('planned', 'uncertain') and next_at <= ${now} and ${suspects ? sql`claims > 0` : sql`claims = 0`}
          order by next_at limit ${limit} for update skip locked))
        and a.id = r.appointment_id
      returning r.id, r.authority_id, r.source_id, r.slot, r.revision, r.rule, r.template, r.language, r.due_at, r.next_at, r.expires_at,
        r.resend, r.claims, a.slot as appointment_slot, a.status as appointment_status, a.start_at, a.kind, a.phone_ciphertext, a.phone_hash,
        a.phone_reason, a.location_text, a.department, a.contact_phone),
    batched as (
      insert into batch (id, worker, lease_until, claimed_at) select ${batchId}, ${worker}, ${leaseUntil}, ${now} where exists (select from claimed))
    select * from claimed order by next_at, id`.execute(db);
  return rows;
}

/** What is to be handed over next, ready to go. */
export interface StartRow {
  readonly reminder_id: string;
  readonly revision: number;
  readonly authority_version: number;
  readonly source_version: number;
  /** How many before it in the same group go to the same number for the same authority. */
  readonly nth: number;
  readonly day_start: Date;
  readonly message_id: string;
  readonly sender: string;
  readonly phone_ciphertext: Buffer;
  readonly text_ciphertext: Buffer;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  readonly template_version: number;
}

export type Verdict = 'start' | 'lost' | 'changed' | 'opted_out' | 'held' | 'too_late' | 'too_many_today';

export interface StartResult {
  readonly reminder_id: string;
  readonly verdict: Verdict;
  /** Of a started one: the message's id, which may be that of an earlier try. */
  readonly message_id: string | null;
  /** Calls made for it, this one included. */
  readonly attempts: number | null;
}

/**
 * The start: under the lock of each reminder, looks again at everything that may have changed since the claim, and commits the messages
 * of those that may go. Its commit is what "handed over" means; the caller makes the calls after it, and only for verdict `start`.
 * Cancel, move and STOP change the reminder row itself and pause the authority's or the source's, so that one side always sees the other.
 */
export async function startGroup(
  db: Kysely<Database>,
  options: { batchId: string; gateway: string; now: Date; leaseUntil: Date },
  rows: readonly StartRow[],
): Promise<StartResult[]> {
  const { batchId, gateway, now, leaseUntil } = options;
  const given = unnest(rows, {
    reminder_id: 'uuid',
    revision: 'int',
    authority_version: 'int',
    source_version: 'int',
    nth: 'int',
    day_start: 'timestamptz',
    message_id: 'uuid',
    sender: 'text',
    phone_ciphertext: 'bytea',
    text_ciphertext: 'bytea',
    encoding: 'text',
    segments: 'smallint',
    template_version: 'int',
  });
  const { rows: results } = await sql<StartResult>`
    with lease as (
      update batch set lease_until = ${leaseUntil} where id = ${batchId} and lease_until > ${now} returning id),
    judged as (
      select x.*, r.authority_id, r.template, r.language, r.expires_at, r.resend, a.phone_hash,
        case
          when r.status <> 'claimed' or r.batch_id is distinct from ${batchId} or r.started_at is not null
            or not exists (select from lease) then 'lost'
          when r.revision <> x.revision or a.slot <> r.slot or au.version <> x.authority_version or s.version <> x.source_version then 'changed'
          when r.expires_at <= ${now} then 'too_late'
          when exists (select from opt_out o where o.phone_hash = a.phone_hash and o.lifted_at is null
            and coalesce(o.authority_id, '') in ('', r.authority_id)) then 'opted_out'
          when exists (select from inbound_authority h where h.phone_hash = a.phone_hash and h.authority_id = r.authority_id
            and h.holds and h.settled_at is null) then 'held'
          when x.nth + (select count(*) from message m where m.authority_id = r.authority_id and m.phone_hash = a.phone_hash
            and m.handed_over_at >= x.day_start and m.reminder_id is distinct from r.id
            and m.status not in ('not_sent', 'rejected')) >= au.max_per_number_per_day then 'too_many_today'
          else 'start'
        end as verdict
      from ${given}
      join reminder r on r.id = x.reminder_id
      join appointment a on a.id = r.appointment_id
      join authority au on au.id = r.authority_id
      join source s on s.id = r.source_id
      order by r.id
      for update of r for share of au, s),
    started as (
      update reminder r set started_at = ${now}, gateway = ${gateway}, encoding = j.encoding, segments = j.segments,
        template_version = j.template_version, held_reason = null, updated_at = ${now}
      from judged j where r.id = j.reminder_id and j.verdict = 'start'
      returning r.id),
    messages as (
      insert into message as m (id, authority_id, reminder_id, template, language, gateway, sender, phone_ciphertext, phone_hash, status,
        attempts, encoding, segments, valid_until, created_at, handed_over_at, updated_at)
      select j.message_id, j.authority_id, j.reminder_id, j.template, j.language, ${gateway}, j.sender, j.phone_ciphertext, j.phone_hash,
        'handing_over', 1, j.encoding, j.segments, j.expires_at, ${now}, ${now}, ${now}
      from judged j join started on started.id = j.reminder_id
      on conflict (reminder_id, gateway) do update set status = 'handing_over', attempts = m.attempts + 1, sender = excluded.sender,
        phone_ciphertext = excluded.phone_ciphertext, phone_hash = excluded.phone_hash, encoding = excluded.encoding,
        segments = excluded.segments, valid_until = excluded.valid_until, handed_over_at = ${now}, updated_at = ${now}
      returning m.id, m.reminder_id, m.attempts),
    texts as (
      insert into message_text (message_id, text_ciphertext)
      select messages.id, j.text_ciphertext from messages join judged j on j.reminder_id = messages.reminder_id
      on conflict (message_id) do update set text_ciphertext = excluded.text_ciphertext)
    select j.reminder_id, j.verdict, messages.id as message_id, messages.attempts
    from judged j left join messages on messages.reminder_id = j.reminder_id`.execute(db);
  return results;
}

/** A claim given back or ended without a hand-over. */
export interface ReleaseRow {
  readonly reminder_id: string;
  readonly status: Extract<ReminderStatus, 'planned' | 'uncertain' | 'expired' | 'suppressed' | 'cancelled'>;
  readonly reason: string | null;
  readonly next_at: Date | null;
  readonly held_reason: string | null;
  readonly text_ciphertext: Buffer | null;
  readonly template_version: number | null;
  readonly encoding: 'gsm7' | 'ucs2' | null;
  readonly segments: number | null;
}

/** Changes only what still belongs to the batch and was not handed over. */
export async function releaseClaims(db: Kysely<Database>, batchId: string, rows: readonly ReleaseRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update reminder r set status = x.status, reason = x.reason, next_at = x.next_at, held_reason = x.held_reason,
      text_ciphertext = x.text_ciphertext, template_version = x.template_version, encoding = x.encoding, segments = x.segments,
      batch_id = null, claims = 0, resend = false, updated_at = ${now}
    from ${unnest(rows, {
      reminder_id: 'uuid',
      status: 'text',
      reason: 'text',
      next_at: 'timestamptz',
      held_reason: 'text',
      text_ciphertext: 'bytea',
      template_version: 'int',
      encoding: 'text',
      segments: 'smallint',
    })}
    where r.id = x.reminder_id and r.batch_id = ${batchId} and r.status = 'claimed' and r.started_at is null`.execute(db);
}

/** What a call came to. */
export interface SettleRow {
  readonly reminder_id: string;
  readonly batch_id: string;
  readonly message_id: string;
  /** Which try this is the outcome of. */
  readonly attempts: number;
  readonly status: Extract<ReminderStatus, 'planned' | 'accepted' | 'rejected' | 'uncertain' | 'expired'>;
  readonly reason: string | null;
  readonly next_at: Date | null;
  readonly message_status: 'accepted' | 'rejected' | 'not_sent' | 'uncertain';
  readonly message_reason: string | null;
  readonly code: string | null;
  readonly gateway_message_id: string | null;
  readonly gateway_segments: number | null;
}

/**
 * Records outcomes in bulk. A reminder that its receipt overtook, or that a sweep took from a process that stood still, is left as it is;
 * only a sure "accepted" may still clear up an uncertain one.
 */
export async function settle(db: Kysely<Database>, rows: readonly SettleRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    with locked as (
      select x.*, r.status as stands
      from ${unnest(rows, {
        reminder_id: 'uuid',
        batch_id: 'uuid',
        message_id: 'uuid',
        attempts: 'int',
        status: 'text',
        reason: 'text',
        next_at: 'timestamptz',
        message_status: 'text',
        message_reason: 'text',
        code: 'text',
        gateway_message_id: 'text',
        gateway_segments: 'smallint',
      })}
      join reminder r on r.id = x.reminder_id order by r.id for update of r),
    settled as (
      update reminder r set status = l.status, reason = l.reason, next_at = l.next_at,
        started_at = case when l.status = 'planned' then null else r.started_at end,
        batch_id = case when l.status = 'uncertain' then r.batch_id end, claims = 0, resend = false, updated_at = ${now}
      from locked l
      where r.id = l.reminder_id and r.batch_id = l.batch_id and r.started_at is not null
        and (r.status = 'claimed' or (r.status = 'uncertain' and l.status = 'accepted'))
      returning r.id)
    update message m set
      status = case when m.status = 'handing_over' or (m.status = 'uncertain' and l.message_status = 'accepted') then l.message_status else m.status end,
      reason = case when m.status = 'handing_over' or (m.status = 'uncertain' and l.message_status = 'accepted') then l.message_reason else m.reason end,
      code = coalesce(l.code, m.code), gateway_message_id = coalesce(l.gateway_message_id, m.gateway_message_id),
      gateway_segments = coalesce(l.gateway_segments, m.gateway_segments),
      accepted_at = case when l.message_status = 'accepted' then coalesce(m.accepted_at, ${now}) else m.accepted_at end, updated_at = ${now}
    from locked l where m.id = l.message_id and m.attempts = l.attempts`.execute(db);
}
