import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from './installation.ts';
import { type Round, report, reportFigure } from './report.ts';
import { withClient } from './service.ts';
import { startSupplier } from './supplier.ts';

/** How long the statistics of sessions may take to be there. */
const PATIENCE_MS = 10_000;

/**
 * The rate at which a process applies the receipts of what it handed over, against that of the hand-over, and how often
 * it updates a message for both.
 */
export async function benchReceipts(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const supplier = await startSupplier(0);
  const installation = await Installation.open(serverUrl, supplier, supplier.env);
  const rates: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const { rate: limit } = await installation.postAndHandOver(reminders);
    rates.push({ ours: (await installation.receive()).rate, limit });
  }
  const { updates, hot } = await updatesOfMessages(installation.databaseUrl, 2 * rounds * reminders);
  await installation.stop();
  await supplier.stop();
  const messages = rounds * reminders;
  report('receipts applied / reminders handed over, gateway at once', rates, 1);
  reportFigure('of a message for its outcome and its receipt', [updates / messages], 'updates', 2);
  reportFigure('of a message that wrote into an index, for both', [(updates - hot) / messages], 'updates', 0);
}

/** @param atLeast those that are waited for */
function updatesOfMessages(databaseUrl: string, atLeast: number): Promise<{ updates: number; hot: number }> {
  const until = performance.now() + PATIENCE_MS;
  return withClient(databaseUrl, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ updates: number; hot: number }>(
        `select n_tup_upd::int as updates, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'message'`,
      );
      const [counted] = rows;
      if (counted && (counted.updates >= atLeast || performance.now() > until)) return counted;
      await sleep(100);
    }
  });
}
