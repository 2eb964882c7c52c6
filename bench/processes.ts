import { type Built, startBuilt } from './built.ts';
import { type Round, report, say } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';
import { type Supplier, startSupplier } from './supplier.ts';

const ANSWER_MS = 50;

/**
 * One, two and four processes on one database, and a gateway that takes its time; what it was given twice is counted in
 * its own book.
 */
export async function benchProcesses(serverUrl: string, rounds: number, remindersEach: number): Promise<void> {
  const supplier = await startSupplier(ANSWER_MS);
  const rates = new Map<number, number[]>([1, 2, 4].map((workers) => [workers, []]));
  let [twice, all] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    for (const [workers, each] of rates) {
      const result = await handOver(serverUrl, supplier, workers, workers * remindersEach);
      each.push(result.rate);
      twice += result.twice;
      all += workers * remindersEach;
    }
  }
  await supplier.stop();
  for (const [workers, aim] of [[2, 1.9] as const, [4, 3.4] as const]) {
    const results = (rates.get(workers) ?? []).map(
      (ours, round): Round => ({ ours, limit: rates.get(1)?.[round] ?? Number.NaN }),
    );
    report(
      `reminders handed over, the gateway responds after ${ANSWER_MS} ms: ${workers} processes / one`,
      results,
      aim,
    );
  }
  say(`${twice} of ${all} handed over twice [aim 0: ${twice === 0 ? 'reached' : 'missed'}]`);
}

async function handOver(
  serverUrl: string,
  supplier: Supplier,
  workers: number,
  count: number,
): Promise<{ rate: number; twice: number }> {
  const { databaseUrl, env } = await openStock(serverUrl);
  // All of them are running before anything is due, so that each takes its share from the first moment.
  const held = { ...env, ...supplier.env, EASYSMS_ROLE: 'worker' };
  const started: Built[] = await Promise.all(Array.from({ length: workers }, () => startBuilt(held)));
  await supplier.forget();
  await multiply(databaseUrl, { count, due: new Date(Date.now() + 1_500 + count / 10), everyMs: 0, scattered: false });
  const { firstAt, lastAt } = await supplier.taken(count);
  for (const worker of started) await worker.stop();
  const book = await supplier.book();
  await dropDatabase(serverUrl, databaseUrl);
  return {
    rate: (count / (lastAt - firstAt)) * 1000,
    twice: book.length - new Set(book.map(([reference]) => reference)).size,
  };
}
