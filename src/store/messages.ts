import { sql } from 'kysely';
import { columnList, readList } from '../database/columns.ts';
import type { Db } from '../database/tables.ts';
import type { Language } from '../domain/authority.ts';
import type { GATEWAY_TEST } from '../domain/gateway-state.ts';
import type { TemplateName } from '../domain/reminder.ts';

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
  readonly template: TemplateName | typeof GATEWAY_TEST;
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
