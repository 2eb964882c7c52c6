import { sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** A column of ciphertexts. */
export interface SealedColumn {
  readonly table: keyof Database;
  readonly column: string;
  /** The column as the authenticated data names it. */
  readonly label: string;
  /** The column that identifies a row among those of `only`, and its type. */
  readonly key: 'id' | 'source_id';
  readonly id: 'uuid' | 'text';
  /** SQL of the rows that may have a ciphertext. */
  readonly only: string;
  /** SQL of the owner and the row, as the authenticated data has them. */
  readonly owner: string;
  readonly row: string;
  /** SQL of the order in which everybody locks rows of the table. */
  readonly order: string;
}

const MESSAGE_ROW = "coalesce(t.reminder_id || ' ' || t.gateway, t.id::text)";

function column(table: keyof Database, name: string, label: string, rest: Partial<SealedColumn> = {}): SealedColumn {
  const byId = { key: 'id', id: 'uuid', only: 'true', row: 't.id::text', order: 'id' } as const;
  return { table, column: name, label, owner: 't.authority_id', ...byId, ...rest };
}

const OF_INSTALLATION = { owner: "''" };
const OF_ANYBODY = { owner: "coalesce(t.authority_id, '')" };
const OF_SOURCE = { id: 'text', row: 't.id' } as const;
const OF_POLL = {
  key: 'source_id',
  id: 'text',
  only: "feed = 'poll'",
  row: 't.source_id',
  order: 'source_id',
} as const;
const OF_APPOINTMENT = { order: 'source_id, reference' };

/** Every column of ciphertexts but the installation's own keys, which each start encrypts anew. */
export const SEALED: readonly SealedColumn[] = [
  column('source', 'hmac_secret_ciphertext', 'source.hmac_secret', OF_SOURCE),
  column('source', 'fhir_authorization_ciphertext', 'source.fhir_authorization', OF_SOURCE),
  column('source_secret', 'webhook_secret_ciphertext', 'source_secret.webhook_secret', {
    row: "t.source_id || ' ' || t.id",
  }),
  column('event_secret', 'secret_ciphertext', 'event_secret.secret', { row: "t.source_id || ' ' || t.id" }),
  column('fhir_feed', 'next_page_ciphertext', 'fhir_feed.next_page', OF_POLL),
  column('opt_out', 'phone_ciphertext', 'opt_out.phone', OF_ANYBODY),
  column('inbound_message', 'phone_ciphertext', 'inbound_message.phone', OF_INSTALLATION),
  column('inbound_message', 'recipient_ciphertext', 'inbound_message.recipient', OF_INSTALLATION),
  column('inbound_message', 'text_ciphertext', 'inbound_message.text', OF_INSTALLATION),
  column('person', 'email_ciphertext', 'person.email', OF_INSTALLATION),
  column('person', 'totp_ciphertext', 'person.totp', OF_INSTALLATION),
  column('person_name', 'name_ciphertext', 'person_name.name', OF_ANYBODY),
  column('import_file', 'content_ciphertext', 'import_file.content', {
    row: "t.id || ' ' || coalesce(t.person_id::text, 'administrator')",
  }),
  column('callback', 'raw_ciphertext', 'callback.raw', OF_INSTALLATION),
  column('appointment', 'phone_ciphertext', 'appointment.phone', OF_APPOINTMENT),
  column('appointment', 'place_ciphertext', 'appointment.place', OF_APPOINTMENT),
  column('known_patient', 'phone_ciphertext', 'known_patient.phone', { order: 'source_id, patient_key' }),
  column('reminder', 'text_ciphertext', 'reminder.text'),
  column('message', 'phone_ciphertext', 'message.phone', { ...OF_ANYBODY, row: MESSAGE_ROW }),
  column('message', 'text_ciphertext', 'message_text.text', { ...OF_ANYBODY, row: MESSAGE_ROW }),
];

/** A ciphertext that stands in a column. */
export interface SealedValue {
  readonly id: string;
  readonly owner: string;
  readonly row: string;
  readonly sealed: Buffer;
}

/**
 * The next rows of a column by their key. Nothing is locked.
 * @param after null: from the first
 * @returns the last id that was looked at, null for the last page; and what has a ciphertext
 */
export async function readSealedPage(
  db: Db,
  { table, column: name, key, id, only, owner, row }: SealedColumn,
  after: string | null,
  limit: number,
): Promise<{ last: string | null; values: SealedValue[] }> {
  const further = after === null ? sql`` : sql`and ${sql.ref(key)} > ${after}::${sql.raw(id)}`;
  const { rows } = await sql<Omit<SealedValue, 'sealed'> & { sealed: Buffer | null }>`
    select t.${sql.ref(key)}::text as id, ${sql.raw(owner)} as owner, ${sql.raw(row)} as row,
      t.${sql.ref(name)} as sealed
    from (select * from ${sql.table(table)} where ${sql.raw(only)} ${further}
      order by ${sql.ref(key)} limit ${limit}) t order by t.${sql.ref(key)}`.execute(db);
  return {
    last: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
    values: rows.flatMap(({ sealed, ...rest }) => (sealed ? [{ ...rest, sealed }] : [])),
  };
}

/** A ciphertext and the one that is to stand in its place. */
export interface ReencryptedValue extends Pick<SealedValue, 'id' | 'sealed'> {
  readonly fresh: Buffer;
}

/**
 * Replaces ciphertexts, where they are still the ones that were read; in one statement, which locks the rows in the
 * order in which everybody locks them. Sources go one by one: the start of reminders locks them in no order.
 * @returns how many
 */
export async function replaceSealed(
  db: Db,
  column: SealedColumn,
  values: readonly ReencryptedValue[],
): Promise<number> {
  if (column.table !== 'source') return replaceTogether(db, column, values);
  let replaced = 0;
  for (const value of values) replaced += await replaceTogether(db, column, [value]);
  return replaced;
}

async function replaceTogether(
  db: Db,
  { table, column: name, key, id, only, order }: SealedColumn,
  values: readonly ReencryptedValue[],
): Promise<number> {
  if (values.length === 0) return 0;
  const given = unnest(
    values.map((value) => ({ id: value.id, sealed: value.sealed, fresh: value.fresh })),
    { id, sealed: 'bytea', fresh: 'bytea' },
  );
  const result = await sql`
    update ${sql.table(table)} t set ${sql.ref(name)} = x.fresh from ${given}
    where t.${sql.ref(key)} = x.id and t.${sql.ref(name)} = x.sealed and t.${sql.ref(key)} = any(array(
      select ${sql.ref(key)} from ${sql.table(table)}
      where ${sql.ref(key)} = any(${values.map((value) => value.id)}::${sql.raw(id)}[]) and ${sql.raw(only)}
      order by ${sql.raw(order)} for no key update))`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
