import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Cost, costLine, timeOf, turned } from './costs.ts';
import { measureGrowth } from './growth.ts';
import { Installation } from './installation.ts';
import { latenessAt } from './lateness.ts';
import { medianOf, say, shareOf } from './report.ts';
import { startDrainer, whyNot } from './senders.ts';
import { openStartPage, type StartPage } from './start-page.ts';
import { startSupplier } from './supplier.ts';
import { WITH_DUTIES } from './work.ts';

const MANY_IN_FLIGHT = 200;
const USUAL_IN_FLIGHT = 50;
const PEER = `pg-boss work${WITH_DUTIES}`;
/** Of a country of six million people. */
const REMINDERS_A_YEAR = 60_000_000;
const PACE = 1_000;

/** How much is measured. */
export interface CostSizes {
  readonly rounds: number;
  /** Posts, hand-overs and receipts of each round. */
  readonly each: number;
  readonly waiting: readonly number[];
  /** Of a steady load, in seconds. */
  readonly steady: number;
}

/** A row of the table: the median of the values is held against the aim. */
interface Row {
  readonly what: string;
  readonly values: readonly number[];
  readonly unit: string;
  readonly aim?: { readonly least: number } | { readonly most: number };
}

/**
 * What a reminder and a post cost, in one run and one table: processor time of all processes, jobs included, by rounds in
 * which each contender has its turn while the others stand still.
 */
export async function benchCost(serverUrl: string, sizes: CostSizes): Promise<void> {
  const rows: Row[] = [];
  try {
    rows.push(...(await costRows(serverUrl, sizes)));
    rows.push({ what: 'node_modules in the image', values: [imageMb()], unit: 'MB', aim: { most: 30 } });
    rows.push(...(await latenessRows(serverUrl, sizes.steady)));
    rows.push(...(await growthRows(serverUrl, sizes)));
  } finally {
    say('\n| measure | median (least–most) | aim |\n|---|---|---|');
    for (const row of rows) say(tableRow(row));
  }
}

function tableRow({ what, values, unit, aim }: Row): string {
  if (values.length === 0) return `| ${what} | – | |`;
  const middle = medianOf(values);
  const digits = Math.abs(middle) < 10 ? 2 : Math.abs(middle) < 100 ? 1 : 0;
  const [text, least, most] = [middle, Math.min(...values), Math.max(...values)].map((each) => each.toFixed(digits));
  const figure = `${text}${unit && ` ${unit}`}${values.length > 1 ? ` (${least}–${most})` : ''}`;
  if (!aim) return `| ${what} | ${figure} | |`;
  const reached = 'most' in aim ? middle <= aim.most : middle >= aim.least;
  const told = 'most' in aim ? `≤ ${aim.most}` : `≥ ${aim.least}`;
  return `| ${what} | ${figure} | ${told}: ${reached ? 'reached' : 'missed'} |`;
}

/** What the contenders took, a cost or a visit for each round. */
interface Measured {
  readonly post: Cost[];
  readonly one: Cost[];
  readonly receipt: Cost[];
  readonly many: (Cost & { readonly calls: number })[];
  readonly slow: Cost[];
  readonly bare: Cost[];
  readonly peer: Cost[];
  readonly visits: Awaited<ReturnType<StartPage['visit']>>[];
}

async function costRows(serverUrl: string, { rounds, each, steady }: CostSizes): Promise<readonly Row[]> {
  const [atOnce, later] = [await startSupplier(0), await startSupplier(50)];
  const single = await Installation.open(serverUrl, atOnce, atOnce.env);
  const many = await Installation.open(serverUrl, atOnce, atOnce.envOfMany);
  const slowly = { ...later.env, EASYSMS_CONCURRENCY: String(MANY_IN_FLIGHT) };
  const slow = await Installation.open(serverUrl, later, slowly);
  const bare = await startDrainer('bare', serverUrl, later, MANY_IN_FLIGHT);
  const reason = whyNot(PEER);
  if (reason) say(`–    ${PEER}: ${reason}`);
  const peer = reason ? null : await startDrainer(PEER, serverUrl, atOnce, USUAL_IN_FLIGHT);
  const page = await openStartPage(serverUrl);
  // The first posts and hand-overs of a process are slow.
  const warm = Math.ceil(each / 3);
  for (const installation of [single, many, slow]) await warmUp(installation, warm);

  const of: Measured = { post: [], one: [], receipt: [], many: [], slow: [], bare: [], peer: [], visits: [] };
  const turns = [
    () =>
      only(single, async () => {
        of.post.push(await single.post(each));
        of.one.push(await single.handOver(each));
        of.receipt.push(await single.receive());
      }),
    () => only(many, async () => void of.many.push(await many.postAndHandOver(each))),
    () => only(slow, async () => void of.slow.push(await slow.postAndHandOver(each))),
    async () => void of.bare.push(await bare.handOver(each)),
    async () => peer && void of.peer.push(await peer.handOver(each)),
    async () => void of.visits.push(await page.visit()),
  ];
  for (let round = 0; round < rounds; round++) {
    for (const turn of turned(turns, round)) await turn();
    say(`     round ${round + 1} of ${rounds} is over`);
  }

  single.resume();
  const halfRate = medianOf(of.post.map(({ rate }) => rate)) / 2;
  const appointments = Math.ceil(halfRate * steady);
  const peakMb = single.peakMb();
  const latencies = await single.timesOf({ appointments, connections: 64, perSecond: halfRate });
  const taken = warm + rounds * each;
  await single.timesOf({ appointments: taken, connections: 2, together: 1_000 });
  const laterMb = single.peakMb();
  for (const started of [single, many, slow, bare, peer, page]) await started?.stop();
  for (const supplier of [atOnce, later]) await supplier.stop();
  const { visits, ...costs } = of;
  for (const [kind, each] of Object.entries(costs)) if (each.length > 0) say(`     ${kind}: ${costLine(each)}`);
  say(`     start page: ${visits.at(-1)?.statements} statements`);
  return [
    ...rowsOf(of),
    {
      what: `memory of a process after ${taken} posts and as many hand-overs`,
      ...{ values: [peakMb ?? Number.NaN], unit: 'MB', aim: { most: 220 } },
    },
    {
      what: 'the same after as many posts again, 1,000 a request',
      ...{ values: [laterMb ?? Number.NaN], unit: 'MB' },
    },
    ...countryRows([of.post, of.one, of.receipt]),
    { what: 'post at half load, p50', values: [shareOf(latencies, 0.5)], unit: 'ms' },
    { what: `the same, p99 (${halfRate.toFixed(0)} a second)`, values: [shareOf(latencies, 0.99)], unit: 'ms' },
  ];
}

async function warmUp(installation: Installation, count: number): Promise<void> {
  await installation.post(count);
  await installation.handOver(count);
  const rest = await installation.measureRest();
  installation.pause();
  say(`     at rest ${(rest / 1000).toFixed(1)} ms of processor time a second, which is not counted while jobs wait`);
}

async function only(installation: Installation, work: () => Promise<void>): Promise<void> {
  installation.resume();
  await work();
  installation.pause();
}

function rowsOf({ post, one, receipt, many, slow, bare, peer, visits }: Measured): readonly Row[] {
  const perCall = 1 / medianOf(many.map(({ calls }) => calls));
  const ratios = (ours: readonly Cost[], limit: readonly Cost[], figure: (cost: Cost) => number): number[] =>
    limit.map((cost, round) => (ours[round] ? figure(ours[round]) / figure(cost) : Number.NaN));
  return [
    { what: 'hand-over, gateway at once, one SMS a call', values: one.map(timeOf), unit: 'µs', aim: { most: 240 } },
    {
      what: `the same, supplier that takes many (${perCall.toFixed(1)} a call)`,
      ...{ values: many.map(timeOf), unit: 'µs', aim: { most: 160 } },
    },
    { what: 'post over 64 connections', values: post.map(timeOf), unit: 'µs', aim: { most: 250 } },
    { what: 'receipt', values: receipt.map(timeOf), unit: 'µs' },
    { what: `hand-over / ${PEER}, cost`, values: ratios(one, peer, timeOf), unit: '', aim: { most: 0.6 } },
    {
      what: `gateway after 50 ms / bare as we call, ${MANY_IN_FLIGHT} in flight`,
      ...{ values: ratios(slow, bare, ({ rate }) => rate), unit: '', aim: { least: 0.9 } },
    },
    {
      what: "start page, PostgreSQL's processor time, warm",
      ...{ values: visits.map(({ warm }) => warm), unit: 'ms', aim: { most: 8 } },
    },
    {
      what: 'the same after a minute’s rest',
      ...{ values: visits.map(({ rested }) => rested), unit: 'ms', aim: { most: 10 } },
    },
  ];
}

/** @param steps what each reminder goes through, one after another: a post of its own, the hand-over, its receipt */
function countryRows(steps: readonly (readonly Cost[])[]): readonly Row[] {
  const aDay = REMINDERS_A_YEAR / 365;
  const sum = (of: (costs: readonly Cost[]) => number) => steps.reduce((total, costs) => total + of(costs), 0);
  const atRate = aDay * sum((costs) => 1 / medianOf(costs.map(({ rate }) => rate)));
  const processor = (aDay * sum((costs) => medianOf(costs.map(timeOf)))) / 1_000_000;
  const year = `${REMINDERS_A_YEAR / 1_000_000} M reminders a year, each with a post and a receipt: hours a day`;
  return [
    { what: `${year} at the rates measured here`, values: [atRate / 3600], unit: 'h' },
    { what: `${year} of one core`, values: [processor / 3600], unit: 'h' },
    { what: 'share of this machine', values: [(100 * processor) / 86_400 / cpus().length], unit: '%' },
  ];
}

async function growthRows(serverUrl: string, { rounds, waiting }: CostSizes): Promise<readonly Row[]> {
  const [, ...others] = await measureGrowth(serverUrl, rounds, waiting);
  return others.flatMap(({ waiting: name, costs, least }, index): Row[] => {
    const ratios = (figure: 'processor' | 'pages' | 'ms') =>
      costs.map((cost, round) => cost[figure] / (least[round]?.[figure] ?? Number.NaN));
    const what = `${name} waiting / the fewest, a reminder`;
    return [
      { what: `${what}: PostgreSQL's processor time`, values: ratios('processor'), unit: '', aim: AIMS_TIME[index] },
      { what: `${what}: pages`, values: ratios('pages'), unit: '', aim: AIMS_PAGES[index] },
      { what: `${what}: time of its statements, planning included`, values: ratios('ms'), unit: '' },
    ].map(({ aim, ...row }) => (aim === undefined ? row : { ...row, aim }));
  });
}

/** With a million and with ten million waiting. */
const AIMS_TIME = [{ most: 1.4 }, { most: 2 }];
const AIMS_PAGES = [{ most: 1.2 }, { most: 1.3 }];

async function latenessRows(serverUrl: string, steady: number): Promise<readonly Row[]> {
  const late = await latenessAt(serverUrl, PACE, steady);
  return [0.5, 0.99].map((part) => ({
    what: `lateness at ${PACE} reminders a second, p${100 * part}`,
    values: [shareOf(late, part) / 1000],
    unit: 's',
  }));
}

/** Packages that the Dockerfile copies: those that it names, or all but those that only development needs. */
function imageMb(): number {
  const lines = readFileSync('Dockerfile', 'utf8').matchAll(/^COPY --from=build \/app\/(node_modules\/\S+) /gm);
  const named = [...lines].map(([, folder = '']) => folder);
  const all = () => execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { encoding: 'utf8' });
  const folders = named.length > 0 ? named : all().trim().split('\n').slice(1);
  return folders.reduce((sum, folder) => sum + bytesIn(folder), 0) / 1_000_000;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + (entry.name === 'node_modules' ? 0 : bytesIn(path));
    return sum + lstatSync(path).size;
  }, 0);
}
