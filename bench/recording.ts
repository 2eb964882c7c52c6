import { readFileSync } from 'node:fs';
import pg from 'pg';
import { systemClock } from '../src/clock.ts';
import { openDatabase } from '../src/database/connect.ts';
import { numberRecordedEvents } from '../src/events/number-events.ts';
import { type Round, report, reportAtMost, reportFigure } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';

const MESSAGES = 5_000;
/** As many as an outcome or a batch of receipts has at once. */
const AT_ONCE = 100;

/**
 * The cost for a hand-over of telling booking systems of it: the outcome and the receipt of messages are recorded with
 * the trigger as it is, and with one that tells nothing, in turns; then what was recorded is numbered.
 */
export async function benchRecording(serverUrl: string, rounds: number): Promise<void> {
  const { databaseUrl } = await openStock(serverUrl);
  await multiply(databaseUrl, { count: MESSAGES, due: new Date(Date.now() + 86_400_000), everyMs: 0 });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await handOver(client);
  const trigger = readTrigger();
  const [rates, wal]: [Round[], Round[]] = [[], []];
  for (let round = 0; round <= 2 * rounds; round++) {
    const kinds = round % 2 === 0 ? (['told', 'silent'] as const) : (['silent', 'told'] as const);
    const spent = new Map<string, Spent>();
    for (const kind of kinds) spent.set(kind, await record(client, trigger[kind]));
    const [told, silent] = [spent.get('told') as Spent, spent.get('silent') as Spent];
    // The first one fills caches.
    if (round === 0) continue;
    rates.push({ ours: told.changes / told.seconds, limit: silent.changes / silent.seconds });
    wal.push({ ours: told.bytes / told.changes, limit: silent.bytes / silent.changes });
  }
  report('outcomes and receipts recorded with what booking systems are told / without', rates, 0.9);
  reportAtMost('write-ahead log of an outcome or a receipt with what is told / without', wal, undefined, 'bytes');
  await numberAll(databaseUrl, client);
  await client.end();
  await dropDatabase(serverUrl, databaseUrl);
}

interface Spent {
  readonly changes: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** Each reminder has a message under way. */
async function handOver(client: pg.Client): Promise<void> {
  await client.query("update reminder set status = 'handed_over', next_at = null");
  await client.query(
    `insert into message (id, authority_id, reminder_id, template, language, due_day, gateway, sender, status, attempts,
      encoding, segments, valid_until, created_at, updated_at)
    select gen_random_uuid(), authority_id, id, template, language, due_day, 'bench', 'Bench', 'handing_over', 1,
      'gsm7', 1, expires_at, created_at, updated_at from reminder`,
  );
  await client.query('delete from event_outbox');
  await client.query('vacuum (analyze) reminder, message, event_outbox');
  await client.query('checkpoint');
}

/** The trigger of messages, as it is and without what it tells. */
function readTrigger(): { readonly told: string; readonly silent: string } {
  const text = readFileSync(new URL('../migrations/0002_functions.sql', import.meta.url), 'utf8');
  const begin = text.indexOf('create function message_changed()');
  const whole = text.slice(begin, text.indexOf('end $$;', begin) + 'end $$;'.length);
  const told = whole.replace('create function', 'create or replace function');
  const insert = /insert into event_outbox[^;]*;/;
  if (!insert.test(told)) throw new Error('the trigger of messages tells nothing');
  return { told, silent: told.replace(insert, '') };
}

/** Has each message accepted, then delivered, some at a time; then sets it back, which is not measured. */
async function record(client: pg.Client, trigger: string): Promise<Spent> {
  await client.query(trigger);
  const before = await positionOf(client);
  const began = performance.now();
  let changes = 0;
  for (const [from, to] of [
    ['handing_over', 'accepted'],
    ['accepted', 'delivered'],
  ]) {
    for (;;) {
      const { rowCount } = await client.query(
        `update message set status = $2, updated_at = now()
        where id = any(array(select id from message where status = $1 order by id limit ${AT_ONCE}))`,
        [from, to],
      );
      changes += rowCount ?? 0;
      if ((rowCount ?? 0) < AT_ONCE) break;
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const bytes = (await positionOf(client)) - before;
  await client.query("update message set status = 'handing_over'");
  await client.query('vacuum message');
  await client.query('checkpoint');
  return { changes, seconds, bytes };
}

async function positionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ at: string }>("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as at");
  return Number(rows[0]?.at);
}

async function numberAll(databaseUrl: string, client: pg.Client): Promise<void> {
  const { db, close } = await openDatabase({ databaseUrl });
  const before = await positionOf(client);
  const began = performance.now();
  const numbered = await numberRecordedEvents({ db }, systemClock.now());
  const microseconds = ((performance.now() - began) * 1000) / numbered;
  reportFigure(`to number one of ${numbered} events`, [microseconds], 'µs');
  reportFigure('of write-ahead log for that', [((await positionOf(client)) - before) / numbered], 'bytes');
  await close();
}
