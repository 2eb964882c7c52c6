import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { GATEWAY_TEST } from '../domain/gateway-state.ts';
import { STAFF_ANSWER, type TextName } from '../domain/reminder.ts';
import { isLiveFor } from '../store/opt-outs.ts';

/** An answer that is being handed over; the ciphertexts are null once the citizen was erased. */
export interface DueAnswer {
  readonly id: string;
  readonly authority_id: string | null;
  readonly template: TextName;
  readonly sender: string;
  readonly phone_ciphertext: Buffer | null;
  readonly phone_hash: Buffer | null;
  readonly text_ciphertext: Buffer | null;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly valid_until: Date;
  readonly attempts: number;
}

/** The time after which an answer that is being handed over is abandoned: a process that lives has its outcome. */
const ABANDONED_MS = 120_000;

/**
 * Takes due answers of a gateway and commits that they are being handed over: look and start in one, since of most
 * nothing is left to check but the state of the gateway. What staff wrote ends where something speaks against it by now
 * (`staffVerdict`). While an answer is being handed over, `next_at` is when it counts as abandoned.
 * @param through.version null: only SMS that try the gateway, which go whatever its state is
 * @returns none where the state of the gateway has another version by now
 */
export async function startAnswers(
  db: Db,
  through: { readonly gateway: string; readonly version: number | null },
  limit: number,
  now: Date,
): Promise<DueAnswer[]> {
  const { gateway, version } = through;
  const mayGo =
    version === null
      ? sql`template = ${GATEWAY_TEST}`
      : sql`coalesce((select version from state), 0) = ${version}::int`;
  const abandonedAt = new Date(now.getTime() + ABANDONED_MS);
  const { rows } = await sql<DueAnswer & { readonly verdict: string | null }>`
    with state as materialized (select version from gateway_state where gateway = ${gateway} for share),
    due as materialized (
      select * from message
      where reminder_id is null and status = 'planned' and next_at <= ${now} and gateway = ${gateway}
        and ${mayGo}
      order by next_at limit ${limit} for update skip locked),
    of_staff as materialized (
      select s.*, d.authority_id from due d join staff_answer s on s.message_id = d.id
      where d.template = ${STAFF_ANSWER}),
    -- Others lock these before messages: where one is locked, its answer waits for the next tick, and this start for
    -- nobody.
    about as materialized (
      select * from appointment where id = any(array(select appointment_id from of_staff)) for share skip locked),
    owner as materialized (
      select * from authority where id = any(array(select authority_id from of_staff)) for share skip locked),
    judged as materialized (
      select m.id, case when s.message_id is not null then ${staffVerdict(now)} end as verdict
      from due m left join of_staff s on s.message_id = m.id)
    update message m set
      status = case when j.verdict is null then 'handing_over' else 'not_sent' end,
      reason = case when j.verdict is null then m.reason else j.verdict end,
      handed_over_at = case when j.verdict is null then ${now} else m.handed_over_at end,
      attempts = m.attempts + case when j.verdict is null then 1 else 0 end,
      next_at = case when j.verdict is null then ${abandonedAt}::timestamptz end, updated_at = ${now}
    from judged j where m.id = j.id and j.verdict is distinct from 'wait'
    returning m.id, m.authority_id, m.template, m.sender, m.phone_ciphertext, m.phone_hash, m.text_ciphertext,
      m.encoding, m.valid_until, m.attempts, j.verdict`.execute(db);
  return rows.filter(({ verdict }) => verdict === null);
}

/**
 * Why what staff wrote (`m` of message, `s` of staff_answer) ends unsent, as its reason; `wait`: something of it is
 * being changed right now; null: it may go. Posting it has checked the same (`staff/replies/answer-citizen`), but for
 * what has changed since.
 */
function staffVerdict(now: Date): RawBuilder<string | null> {
  return sql<string | null>`case
    when s.start_before <= ${now} then 'too_late'
    when m.phone_hash is null then 'erased'
    when not exists (select from owner au where au.id = m.authority_id)
      or (s.appointment_id is not null and not exists (select from about a where a.id = s.appointment_id)) then 'wait'
    when exists (select from opt_out o where ${isLiveFor(sql`m.phone_hash`, sql`m.authority_id`)}) then 'opted_out'
    when exists (select from owner au where au.id = m.authority_id and au.paused_at is not null
      and coalesce(au.paused_until > ${now}, true)) then 'paused'
    when exists (select from inbound_authority h where h.inbound_id = m.inbound_id
      and h.authority_id = m.authority_id and h.action in ('wrong_number', 'deceased')) then 'no_phone'
    when s.slot is null then null
    when exists (select from about a where a.id = s.appointment_id and a.deceased) then 'deceased'
    when not exists (select from about a where a.id = s.appointment_id and a.slot = s.slot
      and a.status = s.appointment_status and a.phone_hash = m.phone_hash) then 'changed'
    end`;
}

/** True when an answer through this gateway is due. */
export async function hasDueAnswers(db: Db, gateway: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    select 1 from message where reminder_id is null and status = 'planned' and next_at <= ${now}
      and gateway = ${gateway} limit 1`.execute(db);
  return rows.length > 0;
}

/** The outcome of one try; `planned` with `next_at` for another one. */
export interface AnswerOutcome {
  readonly id: string;
  readonly attempts: number;
  readonly status: 'planned' | 'not_sent' | 'accepted' | 'rejected' | 'uncertain';
  readonly reason: string | null;
  readonly code: string | null;
  readonly next_at: Date | null;
  readonly gateway_message_id: string | null;
  readonly gateway_segments: number | null;
}

/** Records outcomes. A receipt that came before the outcome of its call keeps its state. */
export async function settleAnswers(db: Db, outcomes: readonly AnswerOutcome[], now: Date): Promise<void> {
  if (outcomes.length === 0) return;
  // A status other than `handing_over` is from a receipt, or the answer was given up as uncertain: it stays, with its
  // reason. By `attempts` the late outcome of one try changes nothing of the next one.
  await sql`
    update message m set status = case when m.status = 'handing_over' then x.status else m.status end,
      reason = case when m.status = 'handing_over' then x.reason else m.reason end, code = coalesce(x.code, m.code),
      next_at = case when m.status = 'handing_over' then x.next_at end,
      gateway_message_id = coalesce(x.gateway_message_id, m.gateway_message_id),
      gateway_segments = coalesce(x.gateway_segments, m.gateway_segments),
      accepted_at = case when x.status = 'accepted' then coalesce(m.accepted_at, ${now}) else m.accepted_at end,
      updated_at = ${now}
    from ${unnest(outcomes, {
      id: 'uuid',
      attempts: 'int',
      status: 'text',
      reason: 'text',
      code: 'text',
      next_at: 'timestamptz',
      gateway_message_id: 'text',
      gateway_segments: 'smallint',
    })}
    where m.id = x.id and m.attempts = x.attempts and m.reminder_id is null`.execute(db);
}

/** Answers without a recorded outcome for two minutes may have been sent: they are uncertain and not sent again. */
export async function settleAbandonedAnswers(db: Db, now: Date): Promise<void> {
  await sql`
    update message set status = 'uncertain', next_at = null, updated_at = ${now}
    where reminder_id is null and status = 'handing_over' and next_at <= ${now}`.execute(db);
}

/** Ends answers past their validity, say because their gateway is no longer configured. @returns how many */
export async function expireAnswers(db: Db, now: Date): Promise<number> {
  const result = await sql`
    update message set status = 'not_sent', reason = 'too_late', next_at = null, updated_at = ${now}
    where reminder_id is null and status = 'planned' and next_at <= ${now} and valid_until <= ${now}`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
