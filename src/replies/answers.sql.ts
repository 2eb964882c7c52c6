import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { GATEWAY_TEST } from '../domain/gateway-state.ts';
import type { TemplateName } from '../domain/reminder.ts';

/** An answer that is being handed over; the ciphertexts are null once the citizen was erased. */
export interface DueAnswer {
  readonly id: string;
  readonly authority_id: string | null;
  readonly template: TemplateName;
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
 * Takes due answers of a gateway and commits that they are being handed over: look and start in one, since nothing is
 * left to check but the state of its gateway. While an answer is being handed over, `next_at` is when it counts as
 * abandoned.
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
  const { rows } = await sql<DueAnswer>`
    with state as materialized (select version from gateway_state where gateway = ${gateway} for share)
    update message set status = 'handing_over', handed_over_at = ${now}, attempts = attempts + 1,
      next_at = ${abandonedAt}, updated_at = ${now}
    where id = any(array(
      select id from message
      where reminder_id is null and status = 'planned' and next_at <= ${now} and gateway = ${gateway}
        and ${mayGo}
      order by next_at limit ${limit} for update skip locked))
    returning id, authority_id, template, sender, phone_ciphertext, phone_hash, text_ciphertext, encoding,
      valid_until, attempts`.execute(db);
  return rows;
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
