import { readConfig } from '../src/config/config.ts';
import { type Built, startBuilt } from './built.ts';
import { turned } from './costs.ts';
import { DatabaseTime, type Spent } from './database-time.ts';
import { acceptingGateway, type InProcess, openInProcess } from './in-process.ts';
import { JSON_EVENT, post } from './posts.ts';
import { ServerTime } from './processor-time.ts';
import { medianOf, type Round, reportAtMost, say } from './report.ts';
import { multiply, openStock, SOON_MS } from './rows.ts';
import { dropDatabase } from './service.ts';

/** Handed over in each round. */
const DRAINED = 4_000;
/** Calls in flight of an installation that sets nothing. */
const IN_FLIGHT = 50;
const POSTS = 300;
const MONTH_MS = 30 * 86_400_000;

/** One database with so many reminders that wait. */
interface Pile {
  readonly waiting: number;
  readonly databaseUrl: string;
  readonly dispatcher: InProcess;
  readonly time: DatabaseTime;
  readonly service: Built;
  readonly token: string;
}

/** In one round: what a reminder takes of the database, and the time of a post. */
interface Costs extends Omit<Spent, 'rows'> {
  /** Processor time of the whole PostgreSQL, µs. */
  readonly processor: number;
  readonly postMs: number;
}

/** What a reminder takes with so many waiting, against what it takes with the fewest. */
export interface Growth {
  /** As in `1 M`. */
  readonly waiting: string;
  readonly costs: readonly Costs[];
  readonly least: readonly Costs[];
}

/** What handing a reminder over costs the database, and what a post costs its sender, with ever more reminders waiting. */
export async function benchGrowth(serverUrl: string, rounds: number, sizes: readonly number[]): Promise<void> {
  const [first, ...others] = await measureGrowth(serverUrl, rounds, sizes);
  say(`     with ${first?.waiting} waiting, a reminder: ${costLine(first?.costs ?? [])}`);
  for (const { waiting, costs, least } of others) {
    say(`     with ${waiting} waiting, a reminder: ${costLine(costs)}`);
    reportGrowth(`with ${waiting} waiting / with ${first?.waiting}`, costs, least);
  }
}

/**
 * From the look to the recorded outcome, handed over by the dispatcher in this process to a gateway that accepts at
 * once; databases side by side, asked in turns.
 */
export async function measureGrowth(
  serverUrl: string,
  rounds: number,
  sizes: readonly number[],
): Promise<readonly Growth[]> {
  const server = await ServerTime.open(serverUrl);
  const piles: Pile[] = [];
  for (const waiting of sizes) piles.push(await openPile(serverUrl, waiting, rounds));
  const costs = piles.map((): Costs[] => []);
  for (const pile of piles) await measure(pile, server, 'warm');
  for (let round = 0; round < rounds; round++)
    for (const index of turned([...piles.keys()], round)) {
      const pile = piles[index];
      if (pile) costs[index]?.push(await measure(pile, server, `p${round}`));
    }
  for (const pile of piles) await closePile(serverUrl, pile);
  const [least = []] = costs;
  return piles.map(({ waiting }, index) => ({ waiting: name(waiting), costs: costs[index] ?? [], least }));
}

function reportGrowth(against: string, own: readonly Costs[], least: readonly Costs[]): void {
  const paired = (figure: keyof Costs, factor = 1): Round[] =>
    own.map((costs, round) => ({
      ours: factor * costs[figure],
      limit: factor * (least[round]?.[figure] ?? Number.NaN),
    }));
  reportAtMost(`a reminder, PostgreSQL's processor time: ${against}`, paired('processor'), undefined, 'µs');
  reportAtMost(`a reminder, time of its statements, planning included: ${against}`, paired('ms', 1_000), 2.5, 'µs');
  reportAtMost(`a reminder, pages: ${against}`, paired('pages'), 1.3, 'pages');
  reportAtMost(`post of one appointment, median: ${against}`, paired('postMs'), 1.2, 'ms');
}

function costLine(costs: readonly Costs[]): string {
  const of = (figure: keyof Costs): number => medianOf(costs.map((each) => each[figure]));
  const time = `${of('processor').toFixed(0)} µs of processor time, ${(1_000 * of('ms')).toFixed(0)} of its statements`;
  return `${time}, of which planning ${(1_000 * of('planMs')).toFixed(0)}, ${of('pages').toFixed(1)} pages, ${of('wal').toFixed(0)} B of WAL with ${of('wholePages').toFixed(2)} whole pages`;
}

/** The due ones are the oldest, and stand anywhere among the others, as in life. */
async function openPile(serverUrl: string, waiting: number, rounds: number): Promise<Pile> {
  const { databaseUrl, env, token } = await openStock(serverUrl);
  const due = (1 + rounds) * DRAINED;
  const first = new Date(Date.now() - due * SOON_MS);
  const everyMs = (2 * MONTH_MS) / waiting;
  await multiply(databaseUrl, { count: waiting + due, due: first, soon: due, everyMs, scattered: true });
  const service = await startBuilt({ ...env, EASYSMS_ROLE: 'api' });
  const dispatcher = await openInProcess(databaseUrl, readConfig(env), IN_FLIGHT, acceptingGateway);
  return { waiting, databaseUrl, dispatcher, time: await DatabaseTime.open(databaseUrl), service, token };
}

async function closePile(serverUrl: string, { dispatcher, time, service, databaseUrl }: Pile): Promise<void> {
  await service.stop();
  await dispatcher.close();
  await time.close();
  await dropDatabase(serverUrl, databaseUrl);
}

/** Hands over as many as a round takes, then posts. */
async function measure(pile: Pile, server: ServerTime, prefix: string): Promise<Costs> {
  const { dispatcher, time } = pile;
  const first = await dispatcher.firstDue();
  await time.reset();
  const before = server.used([time.pid]);
  const started = await dispatcher.drain(new Date(first.getTime() + DRAINED * SOON_MS));
  const processor = (server.used([time.pid]) - before) / started;
  const statements = await time.ofReminder();
  if (started < DRAINED / 2) throw new Error(`only ${started} were due`);
  return { ...statements, processor, postMs: await postOnes(pile, prefix) };
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

function name(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000} M` : `${count / 1_000} k`;
}
