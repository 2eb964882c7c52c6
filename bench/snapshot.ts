import pg from 'pg';
import { startBuilt } from './built.ts';
import { DatabaseTime } from './database-time.ts';
import { type Round, reportAtMost } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';
import { startSupplier } from './supplier.ts';

/** Looks that are looked at, of the first and of the last reminders. */
const PART = 0.05;
/** Beyond those that are waited for, so that no look that is looked at was the last. */
const MORE = 5_000;

/**
 * A process's looks while somebody's old snapshot keeps every dead row: of the first reminders, and of the last of so
 * many.
 */
export async function benchSnapshot(serverUrl: string, rounds: number, handedOver: number): Promise<void> {
  const times: Round[] = [];
  const pages: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const [first, last] = await oneRound(serverUrl, handedOver);
    times.push({ ours: last.ms, limit: first.ms });
    pages.push({ ours: last.pages, limit: first.pages });
  }
  const what = `look under an old snapshot, after ${handedOver} handed over / at its start`;
  reportAtMost(`${what}, the database's time`, times, 1.3, 'ms');
  reportAtMost(`${what}, pages looked at`, pages, undefined, 'pages');
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
  const first = await time.ofLooks();
  await supplier.taken(handedOver - part, 3_600_000);
  await time.reset();
  await supplier.taken(handedOver);
  const last = await time.ofLooks();
  await worker.stop();
  await supplier.stop();
  await reader.end();
  await time.close();
  await dropDatabase(serverUrl, databaseUrl);
  return [first, last] as const;
}
