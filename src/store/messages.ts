import { sql } from 'kysely';
import { columnList, readList } from '../database/columns.ts';
import type { Db } from '../database/tables.ts';
import type { Language } from '../domain/authority.ts';
import type { GATEWAY_TEST } from '../domain/gateway-state.ts';
import { STAFF_ANSWER, type TextName } from '../domain/reminder.ts';
import { isLiveFor } from './opt-outs.ts';

/** The columns of a message that are read as they stand. */
export const MESSAGE_READ = readList('message', {
  id: 'id',
  reminder: 'reminder_id',
  template: 'template',
  language: 'language',
  gateway: 'gateway',
  gatewayMessageId: 'gateway_message_id',
  sender: 'sender',
  status: 'status',
  reason: 'reason',
  code: 'code',
  attempts: 'attempts',
  encoding: 'encoding',
  segments: 'segments',
  createdAt: 'created_at',
  handedOverAt: 'handed_over_at',
  acceptedAt: 'accepted_at',
  deliveredAt: 'delivered_at',
});

/** A message without a reminder: an answer to a citizen, or an SMS that tries a gateway and is handed over like one. */
export interface MessageInsert {
  readonly id: string;
  /** null: it speaks for the whole installation. */
  readonly authorityId: string | null;
  /** The reply that it answers; null: none. */
  readonly inboundId: string | null;
  readonly template: TextName | typeof GATEWAY_TEST;
  readonly language: Language;
  readonly gateway: string;
  readonly sender: string;
  readonly phoneCiphertext: Buffer;
  readonly phoneHash: Buffer;
  /** ISO 3166-1 alpha-2; null: not known. */
  readonly country: string | null;
  readonly textCiphertext: Buffer;
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
  readonly validUntil: Date;
  /** The day (`YYYY-MM-DD`) on which statistics count its segments; left out: they don't. */
  readonly dueDay?: string;
}

/** The columns that an insert writes, at an instant; the others keep their defaults. */
const MESSAGE_COLUMNS = columnList<'message', MessageInsert, Date>({
  id: ['uuid', (message) => message.id],
  authority_id: ['text', (message) => message.authorityId],
  inbound_id: ['uuid', (message) => message.inboundId],
  template: ['text', (message) => message.template],
  language: ['text', (message) => message.language],
  gateway: ['text', (message) => message.gateway],
  sender: ['text', (message) => message.sender],
  phone_ciphertext: ['bytea', (message) => message.phoneCiphertext],
  phone_hash: ['bytea', (message) => message.phoneHash],
  country: ['text', (message) => message.country],
  text_ciphertext: ['bytea', (message) => message.textCiphertext],
  status: ['text', () => 'planned'],
  due_day: ['date', (message) => message.dueDay ?? null],
  encoding: ['text', (message) => message.encoding],
  segments: ['smallint', (message) => message.segments],
  valid_until: ['timestamptz', (message) => message.validUntil],
  next_at: ['timestamptz', (_, now) => now],
  created_at: ['timestamptz', (_, now) => now],
  updated_at: ['timestamptz', (_, now) => now],
});

/** Stores a message without a reminder, due at once. */
export async function insertMessage(db: Db, message: MessageInsert, now: Date): Promise<void> {
  const { names } = MESSAGE_COLUMNS;
  await sql`
    insert into message (${names}) select ${names} from ${MESSAGE_COLUMNS.unnest([message], now)}`.execute(db);
}

/**
 * Locks a number until the end of the transaction: its replies are applied one after another, so that the last one
 * counts, and of two people who write to it at once the second finds what the first has written.
 */
export async function lockNumber(db: Db, phoneHash: Buffer): Promise<void> {
  await sql`select pg_advisory_xact_lock(${String(phoneHash.readBigInt64BE(0))}::bigint)`.execute(db);
}

/**
 * Ends what staff wrote to a number and is not handed over, where an opt-out holds in this statement. A start that is
 * under way holds the row: it is waited for.
 * @param authorityId null: in the whole installation
 */
export async function endStaffAnswers(db: Db, authorityId: string | null, phoneHash: Buffer, now: Date): Promise<void> {
  await sql`
    update message set status = 'not_sent', reason = 'opted_out', next_at = null, updated_at = ${now}
    where phone_hash = ${phoneHash} and reminder_id is null and template = ${STAFF_ANSWER} and status = 'planned'
      and (${authorityId}::text is null or authority_id = ${authorityId})
      and exists (select from opt_out o where ${isLiveFor(sql`${phoneHash}`, sql`message.authority_id`)})`.execute(db);
}
