import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GroupCommit } from '../src/database/group-commit.ts';
import { type Contender, startContender } from './contenders.ts';
import { copyIn } from './copy.ts';
import { ACCEPT, acceptParameters, openPattern, type Pattern } from './pattern.ts';
import { JSON_EVENT, type Load, post } from './posts.ts';
import { type Round, report, reportFigure, say } from './report.ts';
import { freshDatabase } from './service.ts';

const SECONDS = 4;
const CLIENTS = 16;
const SINGLES: readonly Load[] = [
  { connections: 1, appointments: 1_000 },
  { connections: 64, appointments: 8_000 },
];
const THOUSANDS: Load = { appointments: 20_000, connections: 2, together: 1_000 };

/**
 * Posts against what PostgreSQL does at all: by pgbench the function that stores a new appointment, called and committed
 * for one at a time with values that the server fills in, which a post needn't have; and the same rows by COPY.
 */
export async function benchLimits(serverUrl: string, rounds: number): Promise<void> {
  const { databaseUrl, pattern } = await openPattern(serverUrl);
  const service = await startContender('service', await freshDatabase(serverUrl));
  await post(service.url, JSON_EVENT, service.token, 'warm', { appointments: 3_000, connections: 64 });
  await benchPgbench(service, databaseUrl, pattern, rounds);
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const limit = await copyIn(databaseUrl, pattern, round, THOUSANDS);
    results.push({ ours: await post(service.url, JSON_EVENT, service.token, `t${round}`, THOUSANDS), limit });
  }
  report('appointments taken in, 1,000 a request: service / COPY driven from Node', results, 0.4);
  await service.stop();
}

async function benchPgbench(service: Contender, databaseUrl: string, pattern: Pattern, rounds: number): Promise<void> {
  const pgbench = findPgbench();
  if (!pgbench) return say('–    pgbench: not installed');
  const ours = new Map(SINGLES.map((load) => [load.connections, [] as number[]]));
  const limits = new Map([1, CLIENTS].map((clients) => [clients, [] as number[]]));
  const gathering: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [clients, rates] of limits) rates.push(await statements(pgbench, databaseUrl, pattern, clients));
    for (const load of SINGLES) {
      ours
        .get(load.connections)
        ?.push(await post(service.url, JSON_EVENT, service.token, `${load.connections}-${round}`, load));
    }
    const ms = 1_000 / (ours.get(1)?.at(-1) ?? Number.NaN);
    gathering.push((100 * (await gatheringMs())) / ms);
  }
  const against = (connections: number, clients: number): Round[] =>
    (ours.get(connections) ?? []).map((rate, round) => ({
      ours: rate,
      limit: limits.get(clients)?.[round] ?? Number.NaN,
    }));
  report('ingest, 1 connection: service / pgbench, 1 client', against(1, 1), 0.3);
  reportFigure(
    'of a post over 1 connection is what gathering posts into groups costs one that comes alone',
    gathering,
    '%',
    5,
  );
  report(
    `ingest, 64 connections, which share statements / pgbench, ${CLIENTS} clients, a statement for each post`,
    against(64, CLIENTS),
    0.9,
  );
}

/** As many as there is room for in so many seconds, prepared. @returns statements a second */
async function statements(pgbench: string, databaseUrl: string, pattern: Pattern, clients: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-bench-'));
  const script = join(folder, 'accept.sql');
  writeFileSync(script, scriptOf(pattern));
  const url = new URL(databaseUrl);
  const where = ['-h', url.hostname, '-p', url.port, '-U', decodeURIComponent(url.username), url.pathname.slice(1)];
  const how = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(SECONDS), '-f', script];
  try {
    const { stdout } = await promisify(execFile)(pgbench, [...how, ...where], {
      env: { ...process.env, PGPASSWORD: decodeURIComponent(url.password) },
    });
    const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
    if (!(rate > 0) || !/failed transactions: 0 /.test(stdout)) throw new Error(`pgbench: ${stdout}`);
    return rate;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The marks are filled by the server: pgbench itself can't put values into a text. */
function scriptOf(pattern: Pattern): string {
  const values = acceptParameters(pattern).map((text) => {
    // Not `:false`, which would be a variable of pgbench's.
    const literal = `'${text.replaceAll("'", "''").replaceAll(/:(?=[a-z])/g, ': ')}'`;
    const marks = [
      ['@T@', 'x.t'],
      ['@N@', 'x.n'],
      ['@K@', 'x.k'],
    ].filter(([mark = '']) => text.includes(mark));
    return marks.reduce((inner, [mark, by]) => `replace(${inner}, '${mark}', ${by})`, literal);
  });
  const call = values.reduce((text, value, nth) => text.replace(`$${nth + 1}::`, () => `(${value})::`), ACCEPT);
  const time = "to_char(now(), 'FMDDDHH24MISSMS')";
  const t = `substr(lpad(${time}, 12, '0'), 1, 8) || '-' || substr(lpad(${time}, 12, '0'), 9, 4) as t`;
  const n = "lpad(to_hex(:n::bigint), 12, '0') as n";
  return `\\set n random(1, 281474976710655)\n${call} from (select ${t}, ${n}, encode(sha256(:n::bigint::text::bytea), 'hex') as k) x;\n`;
}

function findPgbench(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, 'bin', 'pgbench')).find((path) => existsSync(path)) ?? null;
}

const ITEMS = 50_000;

/**
 * Like a post of one appointment with its key, one after another, each alone. The commit takes no time. @returns ms
 * that gathering adds to each
 */
async function gatheringMs(): Promise<number> {
  const run = async (items: readonly string[]): Promise<readonly string[]> => items;
  const group = new GroupCommit<string, string>({
    run,
    keysOf: (item) => [`a ${item}`, `k ${item}`],
    weightOf: () => 1,
    maxWeight: 500,
    failsForAll: () => false,
    failsForWaiting: () => false,
  });
  const gathered = await timed((item) => group.submit(item));
  const alone = await timed(async (item) => (await run([item]))[0]);
  return Math.max(0, gathered - alone);
}

/** @returns ms for each */
async function timed(work: (item: string) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (let nth = 0; nth < ITEMS; nth++) await work(`reference-${nth}`);
  return (performance.now() - began) / ITEMS;
}
