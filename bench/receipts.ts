import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Pool } from 'undici';
import { startBuilt } from './built.ts';
import { type Round, report, reportFigure } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';
import { startSupplier } from './supplier.ts';

const CONNECTIONS = 64;
/** Between looks whether all receipts are applied. */
const LOOK_MS = 5;
/** How long the statistics of a process that has ended may take to be there. */
const PATIENCE_MS = 10_000;

/**
 * The rate at which a process applies the receipts of what it handed over, against that of the hand-over, and how often
 * it updates a message for both.
 */
export async function benchReceipts(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const results: Measured[] = [];
  for (let round = 0; round < rounds; round++) results.push(await measure(serverUrl, reminders));
  report('receipts applied / reminders handed over, gateway at once', results, 1);
  reportFigure(
    'of a message for its outcome and its receipt',
    results.map(({ updates }) => updates),
    'updates',
    2,
  );
  reportFigure(
    'of a message that wrote into an index, for both',
    results.map(({ updates, hot }) => updates - hot),
    'updates',
    0,
  );
}

interface Measured extends Round {
  /** Of each message. */
  readonly updates: number;
  readonly hot: number;
}

async function measure(serverUrl: string, reminders: number): Promise<Measured> {
  const { databaseUrl, env } = await openStock(serverUrl);
  const supplier = await startSupplier(0);
  const service = await startBuilt({ ...env, ...supplier.env });
  await multiply(databaseUrl, { count: reminders, due: new Date(Date.now() + 3_000 + reminders / 10), everyMs: 0 });
  const { firstAt, lastAt } = await supplier.taken(reminders);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await untilNone(client, "select from message where status = 'handing_over'");
  const addresses = (await supplier.book()).map(([, , receipt]) => receipt);
  const began = performance.now();
  await getReceipts(service.url, addresses);
  await untilNone(client, 'select from callback where applied_at is null');
  const seconds = (performance.now() - began) / 1000;
  const { rowCount } = await client.query("select from message where status = 'delivered'");
  if (rowCount !== reminders) throw new Error(`${rowCount} of ${reminders} messages are delivered`);
  await service.stop();
  const { updates, hot } = await updatesOfMessages(client, 2 * reminders);
  await client.end();
  await supplier.stop();
  await dropDatabase(serverUrl, databaseUrl);
  return {
    ...{ ours: reminders / seconds, limit: (reminders * 1000) / (lastAt - firstAt) },
    ...{ updates: updates / reminders, hot: hot / reminders },
  };
}

/** The address that Kannel asks for once an SMS is delivered. */
function delivered(address: string): string {
  const values: Readonly<Record<string, string>> = { '%': '%', d: '1', A: '', F: '' };
  const { pathname, search } = new URL(address.replaceAll(/%(.)/g, (_, code: string) => values[code] ?? ''));
  return pathname + search;
}

/** Tells a service that SMS were delivered. @param addresses for their receipts, with Kannel's codes in them */
export async function getReceipts(url: string, addresses: readonly string[]): Promise<void> {
  const paths = addresses.map(delivered);
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  let next = 0;
  const worker = async () => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const { statusCode, body } = await pool.request({ path, method: 'GET' });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`a receipt was answered ${statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await pool.close();
}

async function untilNone(client: pg.Client, query: string): Promise<void> {
  while ((await client.query(`${query} limit 1`)).rowCount !== 0) await sleep(LOOK_MS);
}

/** PostgreSQL counts the updates of a session at its end. @param atLeast those that are waited for */
async function updatesOfMessages(client: pg.Client, atLeast: number): Promise<{ updates: number; hot: number }> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ updates: number; hot: number }>(
      `select n_tup_upd::int as updates, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'message'`,
    );
    const [counted] = rows;
    if (counted && (counted.updates >= atLeast || performance.now() > until)) return counted;
    await sleep(100);
  }
}
