import { type OpenDatabase, openDatabase } from '../src/database/connect.ts';
import { type Built, startBuilt } from './built.ts';
import { DatabaseTime } from './database-time.ts';
import { JSON_EVENT, post } from './posts.ts';
import { medianOf, type Round, reportAtMost } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';

const LOOKS = 7;
const WARM = 4;
const LOOK = 500;
const POSTS = 300;
const MONTH_MS = 30 * 86_400_000;

/** One database with so many reminders that wait. */
interface Pile {
  readonly waiting: number;
  readonly databaseUrl: string;
  readonly database: OpenDatabase;
  readonly time: DatabaseTime;
  readonly service: Built;
  readonly token: string;
}

/**
 * What a look at 500 costs the database, and a post its sender, with ever more reminders waiting; databases side by
 * side, asked in turns.
 */
export async function benchGrowth(serverUrl: string, rounds: number, sizes: readonly number[]): Promise<void> {
  const piles: Pile[] = [];
  for (const waiting of sizes) piles.push(await openPile(serverUrl, waiting, rounds));
  const looks = piles.map((): number[] => []);
  const pages = piles.map((): number[] => []);
  const posts = piles.map((): number[] => []);
  for (const pile of piles) await pile.time.looks(pile.database, WARM);
  for (const pile of piles) await postOnes(pile, 'warm');
  for (let round = 0; round < rounds; round++) {
    for (const [index, { time, database }] of piles.entries()) {
      const costs = await time.looks(database, LOOKS);
      looks[index]?.push(medianOf(costs.map(({ ms }) => ms)));
      pages[index]?.push(medianOf(costs.map((cost) => cost.pages)));
    }
    for (const [index, pile] of piles.entries()) posts[index]?.push(await postOnes(pile, `p${round}`));
  }
  for (const [index, { waiting }] of piles.entries()) {
    if (index === 0) continue;
    const against = `with ${name(waiting)} waiting / with ${name(sizes[0] ?? 0)}`;
    reportAtMost(`look at ${LOOK}, the database's time: ${against}`, paired(looks, index), 1.2, 'ms');
    reportAtMost(`look at ${LOOK}, pages looked at: ${against}`, paired(pages, index), undefined, 'pages');
    reportAtMost(`post of one appointment, median: ${against}`, paired(posts, index), 1.2, 'ms');
  }
  for (const pile of piles) await closePile(serverUrl, pile);
}

async function openPile(serverUrl: string, waiting: number, rounds: number): Promise<Pile> {
  const { databaseUrl, env, token } = await openStock(serverUrl);
  const due = (WARM + rounds * LOOKS) * LOOK;
  const all = waiting + due;
  // What is due is the oldest of them, anywhere among the others.
  const everyMs = (2 * MONTH_MS) / all;
  await multiply(databaseUrl, { count: all, due: new Date(Date.now() - due * everyMs), everyMs, scattered: true });
  const service = await startBuilt({ ...env, EASYSMS_ROLE: 'api' });
  const time = await DatabaseTime.open(databaseUrl);
  return { waiting, databaseUrl, database: await openDatabase({ databaseUrl }), time, service, token };
}

async function closePile(serverUrl: string, { database, time, service, databaseUrl }: Pile): Promise<void> {
  await service.stop();
  await database.close();
  await time.close();
  await dropDatabase(serverUrl, databaseUrl);
}

/** @returns the median of the times from a post to its answer, in ms, over one connection */
async function postOnes({ service, token }: Pile, prefix: string): Promise<number> {
  const times: number[] = [];
  await post(service.url, JSON_EVENT, token, prefix, {
    appointments: POSTS,
    connections: 1,
    took: (ms) => times.push(ms),
  });
  return medianOf(times);
}

function paired(figures: readonly (readonly number[])[], index: number): Round[] {
  return (figures[index] ?? []).map((ours, round) => ({ ours, limit: figures[0]?.[round] ?? Number.NaN }));
}

function name(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000} M` : `${count / 1_000} k`;
}
