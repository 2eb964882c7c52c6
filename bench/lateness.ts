import pg from 'pg';
import { type Built, startBuilt } from './built.ts';
import { medianOf, type Round, report, say } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';
import { type Supplier, startSupplier } from './supplier.ts';

const PER_SECOND = 200;
const WITHIN_MS = 2_000;
/** The steady rate: that of a pile as it comes up every day. */
const PILE = 10_000;

/** How late reminders go out that come due evenly, and how fast those that come due all at once. */
export async function benchLateness(serverUrl: string, rounds: number, seconds: number, burst: number): Promise<void> {
  const { databaseUrl, env } = await openStock(serverUrl);
  const supplier = await startSupplier(0);
  const worker = await startBuilt({ ...env, ...supplier.env });
  const evenly = seconds * PER_SECOND;
  await multiply(databaseUrl, {
    count: evenly,
    due: new Date(Date.now() + 3_000 + evenly / 10),
    everyMs: 1000 / PER_SECOND,
  });
  await supplier.taken(evenly);
  reportLateness(await latenesses(databaseUrl, supplier));

  const results: Round[] = [];
  let from = evenly;
  const pile = async (count: number): Promise<number> => {
    from += count;
    return drained(databaseUrl, supplier, count, from - count);
  };
  await pile(PILE);
  for (let round = 0; round < rounds; round++) results.push({ limit: await pile(PILE), ours: await pile(burst) });
  report(`reminders handed over: ${burst} due at once / ${PILE} due at once`, results, 0.9);
  await end(serverUrl, databaseUrl, worker, supplier);
}

function reportLateness(late: readonly number[]): void {
  const share = late.filter((ms) => ms <= WITHIN_MS).length / late.length;
  const sorted = [...late].sort((a, b) => a - b);
  const at = (part: number) =>
    `${((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) / 1000).toFixed(2)} s`;
  const figures = `half within ${(medianOf(late) / 1000).toFixed(2)} s, 99 % within ${at(0.99)}, the latest after ${at(1)}`;
  const reached = share >= 0.99 ? 'reached' : 'missed';
  say(
    `${(share * 100).toFixed(2)} % [aim 99: ${reached}]  of ${late.length} handed over within 2 s of being due, ${PER_SECOND} a second; ${figures}`,
  );
}

/** From when each was due until the gateway had it, in ms. */
async function latenesses(databaseUrl: string, supplier: Supplier): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; due_at: Date }>(
    'select m.id, r.due_at from message m join reminder r on r.id = m.reminder_id',
  );
  await client.end();
  const due = new Map(rows.map(({ id, due_at }) => [id, due_at.getTime()]));
  return (await supplier.book()).map(([reference, at]) => at - (due.get(reference) ?? Number.NaN));
}

/** @returns a second, from the first to the last that the gateway got */
async function drained(databaseUrl: string, supplier: Supplier, count: number, from: number): Promise<number> {
  await supplier.forget();
  await multiply(databaseUrl, { count, due: new Date(Date.now() + 1_500 + count / 5), everyMs: 0 }, from);
  const { firstAt, lastAt } = await supplier.taken(count, 3_600_000);
  return (count / (lastAt - firstAt)) * 1000;
}

async function end(serverUrl: string, databaseUrl: string, worker: Built, supplier: Supplier): Promise<void> {
  await worker.stop();
  await supplier.stop();
  await dropDatabase(serverUrl, databaseUrl);
}
