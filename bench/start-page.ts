import { setTimeout as sleep } from 'node:timers/promises';
import { type Built, startBuilt } from './built.ts';
import { DatabaseTime } from './database-time.ts';
import { ask } from './page-visits.ts';
import { fill, signIn } from './pages.ts';
import { openStock } from './rows.ts';
import { dropDatabase } from './service.ts';

const REMINDERS = 20_000;
const REST_MS = 60_000;
/**
 * Visits before the first that counts. A text is prepared once it was executed five times, and a connection keeps its
 * plan after five more: the page's statements share three connections, and settled after 12 to 30 visits.
 */
const SETTLING_VISITS = 40;
/** Visits one after another, of which the last one is the warm one. */
const WARM_VISITS = 5;

/** The start page of staff, by PostgreSQL's processor time. */
export interface StartPage {
  /** Waits until it has rested for a minute. @returns ms of the first visit, and of one after several more */
  visit(): Promise<{ readonly rested: number; readonly warm: number; readonly statements: number }>;
  stop(): Promise<void>;
}

export async function openStartPage(serverUrl: string): Promise<StartPage> {
  const stock = await openStock(serverUrl);
  await fill(stock, REMINDERS);
  const service: Built = await startBuilt({ ...stock.env, EASYSMS_ROLE: 'api' });
  const time = await DatabaseTime.open(stock.databaseUrl);
  const cookie = await signIn(service.url, stock.env.EASYSMS_ADMIN_TOKEN ?? '');
  const visitOnce = async (): Promise<number> => {
    const before = await time.backends();
    const answer = await ask(service.url, cookie, { path: '/admin?authority=bench' });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`the start page answered ${answer.status}`);
    const after = await time.backends();
    return [...after].reduce((sum, [pid, us]) => sum + us - (before.get(pid) ?? 0), 0) / 1000;
  };
  for (let nth = 0; nth < SETTLING_VISITS; nth++) await visitOnce();
  let visitedAt = performance.now();
  return {
    async visit() {
      await sleep(visitedAt + REST_MS - performance.now());
      const rested = await visitOnce();
      for (let nth = 2; nth < WARM_VISITS; nth++) await visitOnce();
      await time.reset();
      const warm = await visitOnce();
      const { calls } = await time.spent();
      visitedAt = performance.now();
      return { rested, warm, statements: calls };
    },
    async stop() {
      await service.stop();
      await time.close();
      await dropDatabase(serverUrl, stock.databaseUrl);
    },
  };
}
