import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Language } from '../domain/authority.ts';
import type { TemplateName } from '../domain/reminder.ts';
import type { Meaning } from '../domain/replies/read-reply.ts';

/** An authority that has handed a message to the number through the gateway. */
export interface Correspondent {
  readonly authorityId: string;
  /** The senders of its messages to the number, the latest first. */
  readonly senders: readonly string[];
  /** The language of the latest SMS about an appointment; an answer may be in that of a reply. */
  readonly language: Language;
  readonly inboundKeyword: string | null;
}

/**
 * Finds the authorities that a reply from this number to this gateway may be meant for, by the messages that their
 * retention still keeps.
 */
export async function findCorrespondents(
  db: Kysely<Database>,
  phoneHash: Buffer,
  gateway: string,
): Promise<Correspondent[]> {
  const { rows } = await sql<{
    authority_id: string;
    sender: string;
    language: Language;
    inbound_keyword: string | null;
  }>`
    select m.authority_id, m.sender, a.inbound_keyword,
      (array_agg(m.language order by m.reminder_id is null, m.id desc))[1] as language
    from message m join authority a on a.id = m.authority_id
    where m.phone_hash = ${phoneHash} and m.gateway = ${gateway} and m.handed_over_at is not null
      and m.status not in ('not_sent', 'rejected')
    group by m.authority_id, m.sender, a.inbound_keyword
    order by m.authority_id, max(m.handed_over_at) desc, m.sender`.execute(db);
  const correspondents = new Map<string, Correspondent & { senders: string[] }>();
  for (const row of rows) {
    const known = correspondents.get(row.authority_id);
    if (known) known.senders.push(row.sender);
    else {
      const { authority_id: authorityId, sender, language, inbound_keyword: inboundKeyword } = row;
      correspondents.set(authorityId, { authorityId, senders: [sender], language, inboundKeyword });
    }
  }
  return [...correspondents.values()];
}

/** Finds the authorities that have an appointment with this number, for a reply that answers none of their messages. */
export async function findAuthoritiesOfNumber(db: Kysely<Database>, phoneHash: Buffer): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from authority au where exists (
      select from appointment a where a.authority_id = au.id and a.phone_hash = ${phoneHash})
    order by id`.execute(db);
  return rows.map((row) => row.id);
}

/**
 * Locks a number until the end of the transaction: its replies are applied one after another, and the last one counts.
 */
export async function lockNumber(db: Kysely<Database>, phoneHash: Buffer): Promise<void> {
  await sql`select pg_advisory_xact_lock(${String(phoneHash.readBigInt64BE(0))}::bigint)`.execute(db);
}

/** Finds the authorities that lease a keyword (upper case) on a shared short code. */
export async function findKeywords(db: Kysely<Database>): Promise<Correspondent[]> {
  const rows = await db
    .selectFrom('authority')
    .select(['id', 'sender', 'language', 'inbound_keyword'])
    .where('inbound_keyword', 'is not', null)
    .execute();
  return rows.map((row) => ({
    authorityId: row.id,
    senders: [row.sender],
    language: row.language,
    inboundKeyword: row.inbound_keyword,
  }));
}

/** The senders of all authorities, those for single countries too. */
export async function findSenders(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ sender: string }>`
    select sender from authority
    union select s.value from authority, jsonb_each_text(coalesce(settings -> 'senders', '{}')) s`.execute(db);
  return rows.map(({ sender }) => sender);
}

/** A reply to store. */
export interface InboundInsert {
  readonly id: string;
  readonly gateway: string;
  readonly gatewayMessageId: string | null;
  readonly phoneCiphertext: Buffer;
  readonly phoneHash: Buffer;
  /** The number or short code that was answered; null: the gateway didn't say. */
  readonly recipientCiphertext: Buffer | null;
  readonly textCiphertext: Buffer;
  readonly meaning: Meaning;
  /** The authorities whose staff see it, each with the SMS that was answered; null where there is none. */
  readonly concerns: ReadonlyMap<string, string | null>;
  readonly needsPerson: boolean;
  readonly holds: boolean;
  readonly callbackId: string;
  /** Moment at which it was written, by the supplier's clock; null: not known. */
  readonly writtenAt: Date | null;
  readonly receivedAt: Date;
}

/** Stores a reply, and its state in each authority that it concerns. */
export async function insertInbound(db: Kysely<Database>, inbound: InboundInsert): Promise<void> {
  await db
    .insertInto('inbound_message')
    .values({
      id: inbound.id,
      gateway: inbound.gateway,
      gateway_message_id: inbound.gatewayMessageId,
      phone_ciphertext: inbound.phoneCiphertext,
      phone_hash: inbound.phoneHash,
      recipient_ciphertext: inbound.recipientCiphertext,
      text_ciphertext: inbound.textCiphertext,
      meaning: inbound.meaning,
      scope: inbound.concerns.size > 0 ? 'authority' : 'installation',
      callback_id: inbound.callbackId,
      written_at: inbound.writtenAt,
      received_at: inbound.receivedAt,
    })
    .execute();
  if (inbound.concerns.size === 0) return;
  await db
    .insertInto('inbound_authority')
    .values(
      [...inbound.concerns].map(([authorityId, answered]) => ({
        inbound_id: inbound.id,
        authority_id: authorityId,
        phone_hash: inbound.phoneHash,
        needs_person: inbound.needsPerson,
        holds: inbound.holds,
        settled_at: null,
        settled_by: null,
        action: null,
        answered_message_id: answered,
        taken_at: null,
      })),
    )
    .execute();
}

/** True when the number was sent this answer since `since`, or is about to be. */
export async function answeredSince(
  db: Kysely<Database>,
  answer: { phoneHash: Buffer; authorityId: string | null; template: TemplateName; since: Date },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from message
    where phone_hash = ${answer.phoneHash} and reminder_id is null and template = ${answer.template}
      and coalesce(authority_id, '') = ${answer.authorityId ?? ''} and created_at > ${answer.since} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/**
 * Counts the answers to the number, of every authority, since `since`: all of them, or those of these templates that
 * answer no START.
 */
export async function countAnswers(
  db: Kysely<Database>,
  answers: { phoneHash: Buffer; templates: readonly TemplateName[] | null; since: Date },
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from message
    where phone_hash = ${answers.phoneHash} and reminder_id is null
      and (${answers.templates}::text[] is null or (template = any(${answers.templates}::text[])
        and not exists (select from inbound_message i where i.id = message.inbound_id and i.meaning = 'start')))
      and created_at > ${answers.since}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
