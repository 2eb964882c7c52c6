import { setTimeout as sleep } from 'node:timers/promises';
import { type Built, startBuilt } from './built.ts';
import { type Round, report, reportFigure, say, shareOf } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase, withClient } from './service.ts';
import { type Supplier, startSupplier } from './supplier.ts';

/** Reminders that come due a second: a day's usual pace, and the most that two cores are to keep up with. */
const PACES = [200, 1_000];
const PER_SECOND = 200;
/** Within which everything goes that was not started when a process was killed. */
const AFTER_KILL_MS = 5_000;
const WITHIN_MS = 2_000;
/** The steady rate: that of a pile as it comes up every day. */
const PILE = 10_000;

/** How late reminders go out that come due evenly, and how fast those that come due all at once. */
export async function benchLateness(serverUrl: string, rounds: number, seconds: number, burst: number): Promise<void> {
  for (const perSecond of PACES) reportLateness(await latenessAt(serverUrl, perSecond, seconds), perSecond);
  await benchBurst(serverUrl, rounds, burst);
  await benchKill(serverUrl, seconds);
}

/** From when each was due until the gateway had it, in ms, with so many due a second. */
export async function latenessAt(serverUrl: string, perSecond: number, seconds: number): Promise<readonly number[]> {
  const { databaseUrl, env } = await openStock(serverUrl);
  const supplier = await startSupplier(0);
  const worker = await startBuilt({ ...env, ...supplier.env });
  const count = Math.ceil(seconds * perSecond);
  await multiply(databaseUrl, { count, due: new Date(Date.now() + 3_000 + count / 5), everyMs: 1000 / perSecond });
  await supplier.taken(count);
  const late = await latenesses(databaseUrl, supplier);
  await end(serverUrl, databaseUrl, worker, supplier);
  return late;
}

async function benchBurst(serverUrl: string, rounds: number, burst: number): Promise<void> {
  const { databaseUrl, env } = await openStock(serverUrl);
  const supplier = await startSupplier(0);
  const worker = await startBuilt({ ...env, ...supplier.env });
  const results: Round[] = [];
  let from = 0;
  const pile = async (count: number): Promise<number> => {
    from += count;
    return drained(databaseUrl, supplier, count, from - count);
  };
  await pile(PILE);
  for (let round = 0; round < rounds; round++) results.push({ limit: await pile(PILE), ours: await pile(burst) });
  report(`reminders handed over: ${burst} due at once / ${PILE} due at once`, results, 0.9);
  await end(serverUrl, databaseUrl, worker, supplier);
}

/** How late reminders go out that were not started when one of two processes was killed. */
async function benchKill(serverUrl: string, seconds: number): Promise<void> {
  const { databaseUrl, env } = await openStock(serverUrl);
  const supplier = await startSupplier(0);
  const worker = { ...env, ...supplier.env, EASYSMS_ROLE: 'worker' };
  const [killed, left] = [await startBuilt(worker), await startBuilt(worker)];
  const count = seconds * PER_SECOND;
  const due = new Date(Date.now() + 15_000 + count / 10);
  await multiply(databaseUrl, { count, due, everyMs: 1000 / PER_SECOND });
  await supplier.taken(count / 2);
  await killed.kill();
  await sleep(due.getTime() + seconds * 1000 + AFTER_KILL_MS - Date.now());
  const late = await latenesses(databaseUrl, supplier);
  const notStarted = await planned(databaseUrl);
  const figure =
    notStarted > 0 ? [Number.POSITIVE_INFINITY] : [late.reduce((most, ms) => Math.max(most, ms), 0) / 1000];
  reportFigure('the latest hand-over while one of two processes was killed', figure, 's', AFTER_KILL_MS / 1000);
  say(`     of ${count}, ${count - late.length} in hand of the process that was killed`);
  await end(serverUrl, databaseUrl, left, supplier);
}

/** @returns how many are due and were not started */
async function planned(databaseUrl: string): Promise<number> {
  const { rows } = await withClient(databaseUrl, (client) =>
    client.query<{ count: number }>(
      "select count(*)::int as count from reminder where status = 'planned' and next_at <= now()",
    ),
  );
  return rows[0]?.count ?? 0;
}

function reportLateness(late: readonly number[], perSecond: number): void {
  const share = late.filter((ms) => ms <= WITHIN_MS).length / late.length;
  const at = (part: number) => `${(shareOf(late, part) / 1000).toFixed(2)} s`;
  const figures = `half within ${at(0.5)}, 99 % within ${at(0.99)}, the latest after ${at(1)}`;
  const reached = share >= 0.99 ? 'reached' : 'missed';
  say(
    `${(share * 100).toFixed(2)} % [aim 99: ${reached}]  of ${late.length} handed over within 2 s of being due, ${perSecond} a second; ${figures}`,
  );
}

/** From when each was due until the gateway had it, in ms. */
async function latenesses(databaseUrl: string, supplier: Supplier): Promise<number[]> {
  const { rows } = await withClient(databaseUrl, (client) =>
    client.query<{ id: string; due_at: Date }>(
      'select m.id, r.due_at from message m join reminder r on r.id = m.reminder_id',
    ),
  );
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
