import { randomBytes } from 'node:crypto';
import { type Insertable, type InsertObject, type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { Database } from '../../src/database/tables.ts';
import { unnest } from '../../src/database/unnest.ts';
import { AUTHORITY_DEFAULTS } from '../../src/domain/authority.ts';
import { newId } from '../../src/domain/ids.ts';
import { Cipher, Keyring, MESSAGE_TEXT, messageRow } from '../../src/domain/keyring.ts';

const COPY = {
  ...({ id: 'uuid', first: 'uuid', second: 'uuid', message: 'uuid' } as const),
  ...({ appointment_phone: 'bytea', message_phone: 'bytea', text: 'bytea' } as const),
};

/** Stores a row of a table as it is, or several. */
export async function insert<T extends keyof Database>(
  db: Kysely<Database>,
  table: T,
  values: InsertObject<Database, T> | readonly InsertObject<Database, T>[],
): Promise<void> {
  await db.insertInto(table).values(values).execute();
}

/** Changes the rows of a table in which these columns are so. */
export async function update<T extends keyof Database>(
  db: Kysely<Database>,
  table: T,
  where: Partial<Selectable<Database[T]>>,
  set: Updateable<Database[T]>,
): Promise<void> {
  const query = db.updateTable(table as 'reminder').set(set as Updateable<Database['reminder']>);
  await query.where((is) => is.and(where as Partial<Selectable<Database['reminder']>>)).execute();
}

/** When a reminder is due: in the morning of this day. */
export function dueOn(day: string) {
  return { due_day: day, due_at: new Date(`${day}T09:00:00Z`) };
}

/** Somebody reads the source's feed from this moment on: its changes become events. */
export async function readFeedFrom(
  db: Kysely<Database>,
  source: { readonly authority_id: string; readonly source_id: string },
  since: Date,
): Promise<void> {
  const row = { ...source, since, read_at: since };
  await db
    .insertInto('event_reader')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Rows as they would be stored, for tests of what reads them. */
export class StoredRows {
  readonly #db: Kysely<Database>;
  readonly keyring: Keyring;
  readonly now: Date;

  constructor(db: Kysely<Database>, now: Date, keyring = newKeyring()) {
    this.#db = db;
    this.keyring = keyring;
    this.now = now;
  }

  /** With one source of the same id. */
  async authority(id: string, settings: Partial<typeof AUTHORITY_DEFAULTS> = {}): Promise<string> {
    const all = { name: `Authority ${id}`, sender: 'Sundhed', ...AUTHORITY_DEFAULTS, ...settings };
    const times = { created_at: this.now, updated_at: this.now };
    await insert(this.#db, 'authority', {
      id,
      name: all.name,
      sender: all.sender,
      inbound_keyword: all.inboundKeyword,
      language: all.language,
      time_zone: all.timeZone,
      retention_days: all.retentionDays,
      on_uncertain: all.onUncertain,
      max_per_number_per_day: all.maxPerNumberPerDay,
      settings: JSON.stringify(all),
      pause_reason: null,
      ...times,
    });
    await this.source(id, id);
    return id;
  }

  async source(authority: string, id: string, mode: 'live' | 'shadow' | 'paused' = 'live'): Promise<void> {
    const settings = {
      name: id,
      mode,
      absentPhone: 'keep',
      defaultRegion: 'DK',
      timeZone: 'Europe/Copenhagen',
      statusMap: {},
    };
    await insert(this.#db, 'source', {
      id,
      authority_id: authority,
      name: id,
      mode,
      settings: JSON.stringify(settings),
      pause_reason: null,
      created_at: this.now,
      updated_at: this.now,
    });
    await readFeedFrom(this.#db, { authority_id: authority, source_id: id }, this.now);
  }

  /** Booked; `phone` null: none. */
  async appointment(
    authority: string,
    phone: string | null,
    row: Partial<Insertable<Database['appointment']>> = {},
  ): Promise<string> {
    const id = newId(this.now);
    await insert(this.#db, 'appointment', {
      id,
      authority_id: authority,
      source_id: authority,
      reference: `ref-${id}`,
      version: null,
      content_hash: randomBytes(32),
      revision: 1,
      slot: 0,
      status: 'booked',
      start_at: new Date('2026-12-01T08:00:00Z'),
      kind: 'visit',
      patient_key: randomBytes(32),
      phone_ciphertext:
        phone === null ? null : this.keyring.cipher.encrypt(authority, 'appointment.phone', row.id ?? id, phone),
      phone_hash: phone === null ? null : this.keyring.phoneHash(phone),
      phone_reason: phone === null ? 'no_phone' : null,
      language: 'da',
      location_code: null,
      location_text: null,
      department: null,
      department_code: null,
      contact_phone: null,
      source_mode: 'live',
      outcome: null,
      received_at: this.now,
      updated_at: this.now,
      ...row,
    });
    return id;
  }

  /** Many appointments of one number, each with a planned reminder, and a delivered one with its message. */
  async crowd(authority: string, phone: string, count: number): Promise<void> {
    const model = await this.appointment(authority, phone);
    const planned = await this.reminder(authority, model);
    const sent = await this.reminder(authority, model, { status: 'handed_over', rule: 'before' });
    const message = await this.message(authority, sent, phone);
    const copies = Array.from({ length: count - 1 }, () => {
      const [id, first, second] = [newId(this.now), newId(this.now), newId(this.now)];
      const sealed = (column: string, row: string, text: string) =>
        this.keyring.cipher.encrypt(authority, column, row, text);
      return {
        ...{ id, first, second, message: newId(this.now) },
        appointment_phone: sealed('appointment.phone', id, phone),
        message_phone: sealed('message.phone', `${second} simulator`, phone),
        text: sealed(MESSAGE_TEXT, `${second} simulator`, 'Husk din tid.'),
      };
    });
    const copy = async (table: string, model: string, columns: object) => {
      await sql`insert into ${sql.table(table)} select (jsonb_populate_record(null::${sql.table(table)},
          to_jsonb(m) || ${columns})).* from ${sql.table(table)} m, ${unnest(copies, COPY)} where m.id = ${model}`.execute(
        this.#db,
      );
    };
    await copy(
      'appointment',
      model,
      sql`jsonb_build_object('id', x.id, 'reference', 'ref-' || x.id, 'phone_ciphertext', x.appointment_phone)`,
    );
    await copy('reminder', planned, sql`jsonb_build_object('id', x.first, 'appointment_id', x.id)`);
    await copy('reminder', sent, sql`jsonb_build_object('id', x.second, 'appointment_id', x.id)`);
    await copy(
      'message',
      message,
      sql`jsonb_build_object('id', x.message, 'reminder_id', x.second,
      'phone_ciphertext', x.message_phone, 'text_ciphertext', x.text)`,
    );
  }

  /** Planned for the day before. */
  async reminder(
    authority: string,
    appointment: string,
    row: Partial<Insertable<Database['reminder']>> = {},
  ): Promise<string> {
    const id = row.id ?? newId(this.now);
    const dueAt = new Date('2026-11-30T09:00:00Z');
    await insert(this.#db, 'reminder', {
      id,
      authority_id: authority,
      source_id: authority,
      appointment_id: appointment,
      slot: 0,
      revision: 1,
      rule: `rule-${id}`,
      template: 'reminder',
      language: 'da',
      department: null,
      status: 'planned',
      reason: null,
      due_at: dueAt,
      due_day: '2026-11-30',
      expires_at: new Date('2026-12-01T07:00:00Z'),
      next_at: (row.status ?? 'planned') === 'planned' ? (row.due_at ?? dueAt) : null,
      held_reason: null,
      template_version: null,
      encoding: null,
      segments: null,
      created_at: this.now,
      updated_at: this.now,
      ...row,
    });
    return id;
  }

  /** Delivered, with its text. `reminder` null: an answer to a citizen. */
  async message(
    authority: string,
    reminder: string | null,
    phone: string,
    row: Partial<Insertable<Database['message']>> & { text?: string } = {},
  ): Promise<string> {
    const { text = 'Husk din tid.', status = 'delivered', ...columns } = row;
    const id = columns.id ?? newId(this.now);
    const of = messageRow({ id, reminder_id: reminder, gateway: columns.gateway ?? 'simulator' });
    const owner = columns.authority_id === null ? '' : authority;
    const sealed = this.keyring.cipher.encrypt(owner, MESSAGE_TEXT, of, text);
    await insert(this.#db, 'message', {
      id,
      authority_id: authority,
      reminder_id: reminder,
      inbound_id: null,
      template: 'reminder',
      language: 'da',
      department: null,
      due_day: reminder === null ? null : '2026-11-30',
      gateway: 'simulator',
      gateway_message_id: null,
      sender: 'Sundhed',
      phone_ciphertext: this.keyring.cipher.encrypt(owner, 'message.phone', of, phone),
      phone_hash: this.keyring.phoneHash(phone),
      text_ciphertext: sealed,
      template_version: 1,
      // As the dispatcher writes it: triggers count what becomes of it.
      status: reminder === null ? status : 'handing_over',
      reason: null,
      code: null,
      attempts: 1,
      encoding: 'gsm7',
      segments: 1,
      gateway_segments: null,
      valid_until: this.now,
      created_at: this.now,
      handed_over_at: this.now,
      accepted_at: this.now,
      delivered_at: this.now,
      updated_at: this.now,
      ...columns,
    });
    if (reminder !== null && status !== 'handing_over')
      await this.#db.updateTable('message').set({ status }).where('id', '=', id).execute();
    return id;
  }

  /** A reminder that was handed over, with its message. @returns the reminder's id */
  async sent(
    authority: string,
    appointment: string,
    phone: string,
    reminder: Partial<Insertable<Database['reminder']>> = {},
    message: Parameters<StoredRows['message']>[3] = {},
  ): Promise<string> {
    const id = await this.reminder(authority, appointment, { ...reminder, status: 'handed_over' });
    const { due_day = '2026-11-30', department = null, template = 'reminder' } = reminder;
    await this.message(authority, id, phone, { due_day, department, template, ...message });
    return id;
  }

  /** An event about an appointment that its source is told of. */
  async event(
    authority: string,
    appointment: string,
    row: Pick<Insertable<Database['event']>, 'type' | 'reference' | 'sequence'> &
      Partial<Insertable<Database['event']>>,
  ): Promise<void> {
    const at = { at: this.now, numbered_at: this.now };
    const none = { reminder_id: null, inbound_id: null, status: null, reason: null };
    const of = { source_id: authority, authority_id: authority, appointment_id: appointment };
    await insert(this.#db, 'event', { id: newId(this.now), ...of, ...at, ...none, ...row });
  }

  /** A reply that a person must read, and that holds, for each of the authorities. */
  async reply(authorities: readonly string[], phone: string, text = 'Stop det'): Promise<string> {
    const id = newId(this.now);
    const phoneHash = this.keyring.phoneHash(phone);
    await insert(this.#db, 'inbound_message', {
      id,
      gateway: 'simulator',
      gateway_message_id: null,
      phone_ciphertext: this.keyring.cipher.encrypt('', 'inbound_message.phone', id, phone),
      phone_hash: phoneHash,
      recipient_ciphertext: this.keyring.cipher.encrypt('', 'inbound_message.recipient', id, '1204'),
      text_ciphertext: this.keyring.cipher.encrypt('', 'inbound_message.text', id, text),
      meaning: 'maybe_stop',
      scope: 'authority',
      received_at: this.now,
    });
    const open = {
      inbound_id: id,
      phone_hash: phoneHash,
      needs_person: true,
      holds: true,
      settled_by: null,
      action: null,
    };
    if (authorities.length === 0) return id;
    await insert(
      this.#db,
      'inbound_authority',
      authorities.map((authority) => ({ ...open, authority_id: authority })),
    );
    return id;
  }

  /** A reply that cancels an appointment and holds its reminders. */
  async cancellation(
    authority: string,
    phone: string,
    appointment: string,
    { slot = 0, text = 'AFBUD' }: { readonly slot?: number; readonly text?: string } = {},
  ): Promise<string> {
    const id = await this.reply([authority], phone, text);
    await this.#db.updateTable('inbound_message').set({ meaning: 'cancel' }).where('id', '=', id).execute();
    await this.#db.updateTable('inbound_authority').set({ holds: false }).where('inbound_id', '=', id).execute();
    await insert(this.#db, 'inbound_appointment', {
      inbound_id: id,
      authority_id: authority,
      appointment_id: appointment,
      slot,
      phone_hash: this.keyring.phoneHash(phone),
      subject: true,
      holds: true,
      had_number: true,
    });
    return id;
  }

  /** @param authority null: of the whole installation */
  async optOut(
    authority: string | null,
    phone: string,
    row: Partial<Insertable<Database['opt_out']>> = {},
  ): Promise<string> {
    const id = newId(this.now);
    await insert(this.#db, 'opt_out', {
      id,
      authority_id: authority,
      phone_hash: this.keyring.phoneHash(phone),
      phone_ciphertext: this.keyring.cipher.encrypt(authority ?? '', 'opt_out.phone', id, phone),
      reason: 'stop',
      recorded_by: 'citizen',
      inbound_id: null,
      recorded_at: this.now,
      lifted_by: null,
      lift_reason: null,
      ...row,
    });
    return id;
  }
}

function newKeyring(): Keyring {
  return new Keyring(new Cipher([{ id: 'test', bytes: randomBytes(32) }]), randomBytes(32), randomBytes(32));
}
