import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import type { Language } from '../domain/authority.ts';
import { STAFF_ANSWER, type TemplateName } from '../domain/reminder.ts';
import type { Meaning } from '../domain/replies/read-reply.ts';
import { CLOCKS_APART_MS } from '../runtime/deps.ts';

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
export async function findCorrespondents(db: Db, phoneHash: Buffer, gateway: string): Promise<Correspondent[]> {
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
export async function findAuthoritiesOfNumber(db: Db, phoneHash: Buffer): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from authority au where exists (
      select from appointment a where a.authority_id = au.id and a.phone_hash = ${phoneHash})
    order by id`.execute(db);
  return rows.map((row) => row.id);
}

/** Finds the authorities that lease a keyword (upper case) on a shared short code. */
export async function findKeywords(db: Db): Promise<Correspondent[]> {
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
export async function findSenders(db: Db): Promise<string[]> {
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
export async function insertInbound(db: Db, inbound: InboundInsert): Promise<void> {
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
  db: Db,
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
 * Counts the answers to the number that no person wrote, of every authority, since `since`: all of them, or those of
 * these templates that answer no START.
 */
export async function countAnswers(
  db: Db,
  answers: { phoneHash: Buffer; templates: readonly TemplateName[] | null; since: Date },
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from message
    where phone_hash = ${answers.phoneHash} and reminder_id is null and template <> ${STAFF_ANSWER}
      and (${answers.templates}::text[] is null or (template = any(${answers.templates}::text[])
        and not exists (select from inbound_message i where i.id = message.inbound_id and i.meaning = 'start')))
      and created_at > ${answers.since}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** A number in some authorities. */
export interface NumberOf {
  readonly phoneHash: Buffer;
  readonly authorityIds: readonly string[];
}

/**
 * Settles the replies from the number that may have meant STOP: the citizen has written START since. Nobody can take
 * that back but the citizen.
 * @returns the authorities in which a reply was settled
 */
export async function settleByStart(db: Db, { phoneHash, authorityIds }: NumberOf, now: Date): Promise<string[]> {
  const { rows } = await sql<{ authority_id: string }>`
    update inbound_authority s set settled_at = ${now}, settled_by = 'citizen'
    from inbound_message i
    where s.inbound_id = i.id and i.meaning = 'maybe_stop' and s.phone_hash = ${phoneHash}
      and s.authority_id = any(${authorityIds}::text[]) and s.holds and s.settled_at is null
    returning s.authority_id`.execute(db);
  return [...new Set(rows.map(({ authority_id: id }) => id))];
}

/** True while what is planned for the number is held by a reply that says that it is wrong, or tells of a death. */
export async function isHeldAsWrong(db: Db, { phoneHash, authorityIds }: NumberOf): Promise<boolean> {
  const { rows } = await sql`
    select 1 from inbound_authority s join inbound_message i on i.id = s.inbound_id
      and i.meaning in ('wrong_number', 'deceased')
    where s.phone_hash = ${phoneHash} and s.authority_id = any(${authorityIds}::text[]) and s.holds
      and s.settled_at is null limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * True for a START that was written before what it would undo: before the STOP of one of these opt-outs, by the
 * supplier's clock where it says, before staff or a gateway recorded one, or before an open reply that may mean STOP.
 * Suppliers' clocks may be as far apart as ours.
 * @param optOutIds live ones, locked
 */
export async function isOvertaken(
  db: Db,
  { phoneHash, authorityIds }: NumberOf,
  optOutIds: readonly string[],
  written: Date,
): Promise<boolean> {
  const after = new Date(written.getTime() + CLOCKS_APART_MS);
  // A STOP that came while the opt-out held already is the citizen's word as well.
  const lastStop = sql`(
    select max(coalesce(i.written_at, i.received_at)) from inbound_message i
    where i.phone_hash = o.phone_hash and i.meaning = 'stop' and (o.authority_id is null
      or exists (select from inbound_authority s where s.inbound_id = i.id and s.authority_id = o.authority_id)))`;
  const { rows } = await sql`
    select 1 from opt_out o
    where o.id = any(${optOutIds}::uuid[]) and coalesce(
      greatest(case when o.recorded_by <> 'citizen' then o.recorded_at end, ${lastStop}), o.recorded_at) > ${after}
    union all
    select 1 from inbound_authority s join inbound_message i on i.id = s.inbound_id and i.meaning = 'maybe_stop'
    where s.phone_hash = ${phoneHash} and s.authority_id = any(${authorityIds}::text[]) and s.holds
      and s.settled_at is null and coalesce(i.written_at, i.received_at) > ${after}
    limit 1`.execute(db);
  return rows.length > 0;
}
