import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { NumberedEvent } from '../domain/events/event.ts';
import { type Keyring, messageRow } from '../domain/keyring.ts';
import type { ReminderStatus } from '../domain/reminder.ts';
import { maskCpr } from '../domain/text/cpr.ts';
import { withoutNumbers } from '../domain/text/numbers.ts';

/** The source whose events are read. */
export interface EventReader {
  readonly sourceId: string;
  /** True: the citizen's number is read, too. */
  readonly includePhone: boolean;
}

/** The events of a source behind a number, in order. @param after a sequence; 0: from the first that is kept */
export async function readEventsAfter(
  db: Kysely<Database>,
  keyring: Keyring,
  reader: EventReader,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<NumberedEvent[]> {
  const meant = sql`e.sequence > ${after} order by e.sequence limit ${limit}`;
  return readEvents(db, keyring, reader, meant);
}

/** The events of a source with these sequences, in order; those that are no longer kept are missing. */
export async function readEventsBySequence(
  db: Kysely<Database>,
  keyring: Keyring,
  reader: EventReader,
  sequences: readonly number[],
): Promise<NumberedEvent[]> {
  const meant = sql`e.sequence = any(${sequences}::bigint[]) order by e.sequence`;
  return readEvents(db, keyring, reader, meant);
}

/** Beginning and end of a page of events, also of those whose appointment is past retention. */
export interface PlacesOfPage {
  readonly places: readonly { readonly id: string; readonly sequence: number }[];
  /** By the settings of the source. */
  readonly includePhone: boolean;
}

/** The places of the next events of a source. */
export async function readFeedPage(
  db: Kysely<Database>,
  sourceId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<PlacesOfPage> {
  const { rows } = await sql<{ id: string; sequence: string; include_phone: boolean }>`
    select e.id, e.sequence, coalesce(s.settings -> 'events' -> 'includePhone' = 'true', false) as include_phone
    from event e join source s on s.id = e.source_id
    where e.source_id = ${sourceId} and e.sequence > ${after} order by e.sequence limit ${limit}`.execute(db);
  const places = rows.map(({ id, sequence }) => ({ id, sequence: Number(sequence) }));
  return { places, includePhone: rows[0]?.include_phone ?? false };
}

/** The sequence of a source's event; undefined for an unknown one. */
export async function findSequence(db: Kysely<Database>, sourceId: string, id: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('event')
    .select('sequence')
    .where('id', '=', id)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  return row && Number(row.sequence);
}

type EventRow = Omit<Selectable<Database['event']>, 'reference'> & {
  readonly reference: string;
  readonly rule: string | null;
  readonly text_ciphertext: Buffer | null;
  readonly message_id: string | null;
  readonly gateway: string | null;
  readonly message_phone: Buffer | null;
  readonly appointment_phone: Buffer | null;
};

/**
 * The text of a reply is read as long as its authority has the reply. The number is that of the SMS where the event
 * is about one, else the appointment's.
 */
async function readEvents(
  db: Kysely<Database>,
  keyring: Keyring,
  { sourceId, includePhone }: EventReader,
  meant: RawBuilder<unknown>,
): Promise<NumberedEvent[]> {
  const { rows } = await sql<EventRow>`
    select e.*, r.rule, i.text_ciphertext, m.id as message_id, m.gateway, m.phone_ciphertext as message_phone,
      a.phone_ciphertext as appointment_phone
    from event e
    left join reminder r on r.id = e.reminder_id
    left join inbound_authority ia on ia.inbound_id = e.inbound_id and ia.authority_id = e.authority_id
    left join inbound_message i on i.id = ia.inbound_id
      and e.type in ('citizen.cancelled', 'citizen.confirmed', 'citizen.replied', 'citizen.wrong_number')
    left join appointment a on ${includePhone} and a.id = e.appointment_id
    left join lateral (
      select id, gateway, phone_ciphertext from message
      where ${includePhone} and reminder_id = e.reminder_id order by id desc limit 1) m on true
    where e.source_id = ${sourceId} and e.reference is not null and ${meant}`.execute(db);
  return rows.map((row) => toEvent(row, keyring, includePhone));
}

function toEvent(row: EventRow, { cipher }: Keyring, includePhone: boolean): NumberedEvent {
  const { inbound_id: inboundId, text_ciphertext } = row;
  const text =
    text_ciphertext &&
    inboundId &&
    readable(() => cipher.decrypt('', 'inbound_message.text', inboundId, text_ciphertext));
  return {
    id: row.id,
    type: row.type,
    at: row.at,
    sequence: Number(row.sequence),
    authorityId: row.authority_id,
    sourceId: row.source_id,
    appointmentId: row.appointment_id,
    reference: row.reference,
    reminderId: row.reminder_id,
    rule: row.rule,
    inboundId,
    text: text && masked(text, includePhone),
    phone: readable(() => phoneOf(row, cipher)),
    status: row.status as ReminderStatus | null,
    reason: row.reason,
  };
}

/** The words of the citizen, without CPR numbers, and without phone numbers where the source takes none. */
function masked(text: string, includePhone: boolean): string {
  const shown = maskCpr(text);
  return includePhone ? shown : withoutNumbers(shown, '••••••••');
}

/** A value that was changed, or whose key is gone, must not hold back every event behind it. */
function readable(decrypt: () => string | null): string | null {
  try {
    return decrypt();
  } catch {
    return null;
  }
}

function phoneOf(row: EventRow, cipher: Keyring['cipher']): string | null {
  const { message_id: id, gateway, reminder_id } = row;
  if (row.message_phone && id && gateway)
    return cipher.decrypt(
      row.authority_id,
      'message.phone',
      messageRow({ id, reminder_id, gateway }),
      row.message_phone,
    );
  if (!row.appointment_phone) return null;
  return cipher.decrypt(row.authority_id, 'appointment.phone', row.appointment_id, row.appointment_phone);
}
