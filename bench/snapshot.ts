import pg from 'pg';
import { startBuilt } from './built.ts';
import { DatabaseTime } from './database-time.ts';
import { type Round, reportAtMost, say } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';
import { startSupplier } from './supplier.ts';

/** Of the reminders, the first and the last ones whose cost is compared. */
const PART = 0.05;
/** Beyond those that are waited for, so that the last ones compared are no end of a backlog. */
const MORE = 5_000;

/**
 * What handing a reminder over costs the database while somebody's old snapshot keeps every dead row: the first
 * reminders, and the last of so many.
 */
export async function benchSnapshot(serverUrl: string, rounds: number, handedOver: number): Promise<void> {
  const times: Round[] = [];
  const pages: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const [first, last] = await oneRound(serverUrl, handedOver);
    times.push({ ours: 1_000 * last.ms, limit: 1_000 * first.ms });
    pages.push({ ours: last.pages, limit: first.pages });
  }
  const what = `a reminder under an old snapshot, after ${handedOver} handed over / at its start`;
  reportAtMost(`${what}, the database's time`, times, 1.3, 'µs');
  reportAtMost(`${what}, pages`, pages, undefined, 'pages');
}

async function oneRound(serverUrl: string, handedOver: number) {
  const { databaseUrl, env } = await openStock(serverUrl);
  const count = handedOver + MORE;
  await multiply(databaseUrl, { count, due: new Date(Date.now() - count - 60_000), everyMs: 1, scattered: true });
  const time = await DatabaseTime.open(databaseUrl);
  const reader = new pg.Client({ connectionString: databaseUrl });
  await reader.connect();
  await reader.query('begin isolation level repeatable read');
  await reader.query('select count(*) from authority');
  const supplier = await startSupplier(0);
  await time.reset();
  const worker = await startBuilt({ ...env, ...supplier.env, EASYSMS_ROLE: 'worker' });
  const part = Math.ceil(handedOver * PART);
  await supplier.taken(part);
  const first = await time.ofReminder();
  const before = await time.partsOfReminder();
  await supplier.taken(handedOver - part, 3_600_000);
  await time.reset();
  await supplier.taken(handedOver);
  const last = await time.ofReminder();
  say(`     a reminder at the start: ${before}; after ${handedOver}: ${await time.partsOfReminder()}`);
  await worker.stop();
  await supplier.stop();
  await reader.end();
  await time.close();
  await dropDatabase(serverUrl, databaseUrl);
  return [first, last] as const;
}
