import { sql } from 'kysely';
import { beforeEach, expect } from 'vitest';
import { createApp } from '../../src/app.ts';
import { GatewayCaller } from '../../src/dispatch/gateways/gateway-caller.ts';
import type { InboundEvent, RawCallback } from '../../src/gateways/gateway.ts';
import { sendAnswers } from '../../src/replies/send-answers.ts';
import { openTestApp, type TestApp, toInit } from '../support/app.ts';
import type { DatabaseKind } from '../support/database.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { useOpened } from '../support/scenario.ts';
import { reminderNow } from '../support/sending.ts';
import { StoredRows } from '../support/stored-rows.ts';

/** A short code that several share. */
export const SHORT_CODE = '1204';
/** The sender of an authority's SMS, unless it says otherwise. */
export const NUMBER = '4560575797';

/** Reads replies from the callback's body; what is no JSON array it can't read. */
class ReplyingGateway extends ScriptedGateway {
  override readInbound({ body }: RawCallback): readonly InboundEvent[] {
    const text = Buffer.from(body).toString();
    if (!text.startsWith('[')) return [];
    return (JSON.parse(text) as InboundEvent[]).map((event) => ({ ...event, at: event.at && new Date(event.at) }));
  }
}

let made = 0;

/** The application with authorities, each with a source of its own name, that may have written to citizens. */
export class Town {
  readonly app: TestApp;
  readonly gateway: ReplyingGateway;
  readonly rows: StoredRows;

  constructor(app: TestApp, gateway: ReplyingGateway) {
    this.app = app;
    this.gateway = gateway;
    this.rows = new StoredRows(app.db, app.clock.now, app.deps.keyring);
  }

  static async open(kind: DatabaseKind = 'embedded'): Promise<Town> {
    const gateway = new ReplyingGateway();
    return new Town(await openTestApp(kind, { gateways: [gateway] }), gateway);
  }

  close(): Promise<void> {
    return this.app.close();
  }

  newPhone(): string {
    return `+45201${String(++made).padStart(5, '0')}`;
  }

  async authority(settings: Record<string, unknown> = {}): Promise<string> {
    const id = `a-${++made}`;
    await this.app.makeAuthority(id, { sender: NUMBER, ...settings });
    await this.app.makeSource(id, id);
    return id;
  }

  /** A delivered SMS to the number. */
  async wrote(
    authority: string,
    phone: string,
    sender = NUMBER,
    row: Parameters<StoredRows['message']>[3] = {},
  ): Promise<void> {
    const appointment = await this.rows.appointment(authority, phone, { start_at: new Date('2026-11-20T08:00:00Z') });
    const reminder = await this.rows.reminder(authority, appointment, { status: 'handed_over' });
    await this.rows.message(authority, reminder, phone, { gateway: 'scripted', sender, ...row });
  }

  /** A reminder that is still to go. */
  async planned(authority: string, phone: string, row: Parameters<StoredRows['reminder']>[2] = {}): Promise<string> {
    return this.rows.reminder(authority, await this.rows.appointment(authority, phone), row);
  }

  /** An appointment ahead with a reminder that was delivered and one that is still to go. */
  async reminded(
    authority: string,
    phone: string,
    {
      at = this.app.clock.now,
      sender = NUMBER,
      ...row
    }: { at?: Date; sender?: string } & Parameters<StoredRows['appointment']>[2] = {},
  ): Promise<{ reference: string; appointment: string; sent: string; planned: string }> {
    const reference = `ref-${++made}`;
    const appointment = await this.rows.appointment(authority, phone, { reference, ...row });
    const slot = row.slot ?? 0;
    const sent = await this.rows.reminder(authority, appointment, { status: 'handed_over', slot });
    await this.rows.message(authority, sent, phone, { gateway: 'scripted', sender, handed_over_at: at });
    return { reference, appointment, sent, planned: await this.rows.reminder(authority, appointment, { slot }) };
  }

  /** @param process one of `anotherProcess`; left out: the first one */
  async post(body: string, process: Pick<TestApp['app'], 'request'> = this.app.app): Promise<Response> {
    const init = toInit({ token: null, method: 'POST', body });
    return process.request('/v1/callbacks/scripted/inbound?token=test-token', init);
  }

  /** Another process over the same database: in one, replies of one number wait for each other before it. */
  anotherProcess(): TestApp['app'] {
    return createApp({ ...this.app.deps, db: this.app.db.withoutPlugins() });
  }

  /** A citizen writes. */
  async reply(
    from: string,
    text: string,
    event: Partial<InboundEvent> = {},
    process?: Pick<TestApp['app'], 'request'>,
  ): Promise<void> {
    const whole: InboundEvent = { gatewayMessageId: `in-${++made}`, from, to: NUMBER, text, at: null, ...event };
    expect((await this.post(JSON.stringify([whole]), process)).status).toBe(200);
  }

  async state(reminder: string): Promise<string> {
    const row = await reminderNow(this.app, reminder);
    return [row.status, row.reason, row.held_reason].filter(Boolean).join(' ');
  }

  /** Who the number has refused, `all` for the whole installation. */
  async refused(phone: string): Promise<string[]> {
    const query = this.app.db
      .selectFrom('opt_out')
      .select('authority_id')
      .where('phone_hash', '=', this.rows.keyring.phoneHash(phone));
    const rows = await query.where('lifted_at', 'is', null).orderBy('authority_id').execute();
    return rows.map((row) => row.authority_id ?? 'all');
  }

  /** The answers to the number: for whom, which, and from what. */
  async answers(phone: string): Promise<string[]> {
    const query = this.app.db
      .selectFrom('message')
      .selectAll()
      .where('phone_hash', '=', this.rows.keyring.phoneHash(phone));
    const rows = await query.where('reminder_id', 'is', null).orderBy('created_at').execute();
    return rows.map((row) => `${row.authority_id ?? 'all'} ${row.template} ${row.sender}`);
  }

  /** What staff see of the number's replies. */
  async listed(phone: string): Promise<string[]> {
    const { rows } = await sql<{
      authority_id: string | null;
      meaning: string;
      scope: string;
      needs_person: boolean;
      holds: boolean;
    }>`
      select a.authority_id, i.meaning, i.scope, a.needs_person, a.holds
      from inbound_message i left join inbound_authority a on a.inbound_id = i.id
      where i.phone_hash = ${this.rows.keyring.phoneHash(phone)} order by i.received_at, a.authority_id`.execute(
      this.app.db,
    );
    return rows.map(({ authority_id, meaning, scope, needs_person, holds }) =>
      [authority_id ?? scope, meaning, needs_person ? 'needs a person' : '', holds ? 'holds' : '']
        .filter(Boolean)
        .join(', '),
    );
  }

  /** The texts of the number's replies, in their order. */
  async texts(phone: string): Promise<string[]> {
    const rows = await this.app.db
      .selectFrom('inbound_message')
      .select(['id', 'text_ciphertext'])
      .where('phone_hash', '=', this.rows.keyring.phoneHash(phone))
      .orderBy('id')
      .execute();
    return rows.map(({ id, text_ciphertext: text }) =>
      text === null ? '' : this.rows.keyring.cipher.decrypt('', 'inbound_message.text', id, text),
    );
  }

  /** Hands over what is due of the answers. @returns the texts */
  async sendAnswers(phone: string): Promise<{ from: string; text: string }[]> {
    const before = this.gateway.sent.length;
    await sendAnswers(this.app.deps, new GatewayCaller(this.gateway, this.app.deps));
    return this.gateway.sent.slice(before).flatMap(({ to, from, text }) => (to === phone ? [{ from, text }] : []));
  }
}

/** A town for the tests of a file or of a `describe`. */
export function useTown(kind?: DatabaseKind): Town {
  return useOpened(() => Town.open(kind));
}

/** A citizen to whom an authority has written. */
export interface WrittenTo {
  readonly town: Town;
  readonly phone: string;
  readonly authority: string;
}

/** Opens a town as `useTown` does. @param use gets a new citizen, to whom a new authority has written, before each test */
export function openTownOfWrittenTo(use: (its: WrittenTo) => void): void {
  const town = useTown();
  beforeEach(async () => {
    const phone = town.newPhone();
    const authority = await town.authority();
    await town.wrote(authority, phone);
    use({ town, phone, authority });
  });
}
