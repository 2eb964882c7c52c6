import { randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { beat } from '../../src/dispatch/processes.sql.ts';
import { type SettleRow, settle } from '../../src/dispatch/settle.sql.ts';
import { type StartRow, startGroup } from '../../src/dispatch/start/start.sql.ts';
import { newId } from '../../src/domain/ids.ts';
import { applyReceipts } from '../../src/receipts/receipts.sql.ts';
import { openNewPostgres } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { later, MONDAY, SECOND, type Sending, startSending } from '../support/sending.ts';

const STARTED = 6_000;
const SETTLED = 20;
const GROUP = 200;

/** By this session. */
async function rowsRead(trx: Kysely<Database>, table: 'reminder' | 'message'): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (seq_tup_read + idx_tup_fetch)::int as count from pg_stat_xact_user_tables where relname = ${table}`.execute(
    trx,
  );
  return rows[0]?.count ?? Number.NaN;
}

describe('recording outcomes', () => {
  const database = useOpened(openNewPostgres, { each: true });

  it('reads no others, however many were started since the statistics of the planner were made', async () => {
    const { db } = database;
    const sending = startSending(database);
    const settled = (await startMessages(sending, STARTED)).slice(0, SETTLED).map(accepted);
    const read = await db.transaction().execute(async (trx) => {
      const before = await rowsRead(trx, 'message');
      await settle(trx, settled, [], MONDAY);
      return (await rowsRead(trx, 'message')) - before;
    });
    expect(await sending.countByStatus()).toEqual({ handing_over: STARTED - SETTLED, accepted: SETTLED });
    expect(read).toBeLessThan(10 * SETTLED);
  });

  it('and receipts update each message once, within its page, so that no index is written', async () => {
    const { db } = database;
    const started = await startMessages(startSending(database), GROUP);
    // One in four, so that each page has the room: whether an index is in the way is another question.
    const messages = started.filter((_, nth) => nth % 4 === 0);
    const once = { updates: messages.length, hot: messages.length };
    const outcomes = messages.map((message) => {
      return { ...accepted(message), code: '0', gateway_message_id: `S-${message.id}`, gateway_segments: 2 };
    });
    expect(await updatesOfMessages(db, (trx) => settle(trx, outcomes, [], later(SECOND)))).toEqual(once);
    const states = ['accepted', 'undelivered', 'delivered'] as const;
    for (const [nth, state] of states.entries()) {
      const receipts = messages.map(({ id }) => ({
        ...{ id: newId(MONDAY), callbackId: null, messageId: id, state, cause: null, code: String(nth), at: MONDAY },
        ...{ gatewayMessageId: `R-${id}`, segments: 3 },
      }));
      const applied = await updatesOfMessages(db, (trx) => applyReceipts(trx, receipts, later((2 + nth) * SECOND)));
      // "Accepted" is known already.
      expect([state, applied]).toEqual([state, state === 'accepted' ? { updates: 0, hot: 0 } : once]);
    }
  });
});

/** The updates of messages by this work, in a transaction of its own: all, and those that stayed within the page. */
async function updatesOfMessages(db: Kysely<Database>, work: (trx: Transaction<Database>) => Promise<unknown>) {
  return db.transaction().execute(async (trx) => {
    // What earlier transactions of the session have not reported yet is counted, too.
    const before = await countUpdates(trx);
    await work(trx);
    const after = await countUpdates(trx);
    return { updates: after.updates - before.updates, hot: after.hot - before.hot };
  });
}

async function countUpdates(trx: Kysely<Database>): Promise<{ readonly updates: number; readonly hot: number }> {
  const { rows } = await sql<{ updates: number; hot: number }>`
    select n_tup_upd::int as updates, n_tup_hot_upd::int as hot from pg_stat_xact_user_tables
    where relname = 'message'`.execute(trx);
  return rows[0] ?? { updates: Number.NaN, hot: Number.NaN };
}

interface StartedMessage {
  readonly id: string;
  readonly reminder_id: string;
}

/** Messages as starts leave them, behind the statistics of the planner. */
async function startMessages(sending: Sending, count: number): Promise<readonly StartedMessage[]> {
  const { db, rows: made } = sending;
  await made.authority('rh', { maxPerNumberPerDay: count });
  await sending.multiply(await sending.due('rh'), count - 1);
  await sql`analyze reminder, message`.execute(db);
  const { rows } = await sql<StartedMessage>`
    with started as (update reminder set status = 'handed_over', next_at = null returning id, due_day, expires_at)
    insert into message (id, authority_id, reminder_id, template, language, due_day, gateway, sender, status, attempts,
      encoding, segments, valid_until, created_at, handed_over_at, updated_at)
    select gen_random_uuid(), 'rh', id, 'reminder', 'da', due_day, 'scripted', 'Sundhed', 'handing_over', 1,
      'gsm7', 1, expires_at, ${MONDAY}, ${MONDAY}, ${MONDAY} from started returning id, reminder_id`.execute(db);
  expect(rows).toHaveLength(count);
  return rows;
}

function accepted({ id, reminder_id }: StartedMessage): SettleRow {
  return {
    message_id: id,
    reminder_id,
    attempts: 1,
    status: 'accepted',
    reason: null,
    code: null,
    gateway_message_id: null,
    gateway_segments: null,
    reminder_status: null,
    reminder_reason: null,
    next_at: null,
  };
}

describe('starting a group', () => {
  const database = useOpened(openNewPostgres, { each: true });

  it('reads no other reminders, though it would cost the planner less to read the whole table', async () => {
    const { db } = database;
    const sending = startSending(database);
    await sending.rows.authority('rh', { maxPerNumberPerDay: STARTED });
    await sending.multiply(await sending.due('rh'), STARTED - 1);
    await sql`analyze`.execute(db);
    const processId = randomUUID();
    await beat(db, { id: processId, name: 'test', version: '1.2.3', clockAheadMs: null, startedAt: MONDAY }, MONDAY);
    const reminders = await db.selectFrom('reminder').select('id').limit(GROUP).execute();
    const rows = reminders.map(({ id }, position) => startRow(id, position));
    const options = { groupId: randomUUID(), processId, gateway: 'scripted', gatewayVersion: 0, now: MONDAY };
    const read = await db.transaction().execute(async (trx) => {
      const before = await rowsRead(trx, 'reminder');
      const started = await startGroup(trx, options, rows);
      expect(started.map(({ verdict }) => verdict)).toEqual(rows.map(() => 'start'));
      return (await rowsRead(trx, 'reminder')) - before;
    });
    expect(await sending.countByStatus()).toEqual({ handing_over: GROUP, planned: STARTED - GROUP });
    expect(read).toBeLessThan(10 * GROUP);
  });
});

function startRow(id: string, position: number): StartRow {
  return {
    reminder_id: id,
    action: 'start',
    repeat: false,
    revision: 1,
    appointment_revision: 1,
    authority_version: 1,
    source_version: 1,
    position,
    day_start: MONDAY,
    status: null,
    reason: null,
    next_at: null,
    held_reason: null,
    message_id: randomUUID(),
    sender: 'Sundhed',
    phone_ciphertext: null,
    country: 'DK',
    text_ciphertext: null,
    encoding: 'gsm7',
    segments: 1,
    template_version: 0,
  };
}
