import '../../src/utc.ts';
import { randomInt } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { asciiDigits } from '../../src/domain/text/unicode.ts';
import { Dice } from '../simulation/dice.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { setUp } from './access.ts';
import { type Others, startOthers } from './others.ts';
import type { FuzzRequest } from './request.ts';
import { Requests } from './requests.ts';
import { type RunningService, startServiceProcess } from './service-process.ts';
import { CANARY } from './values.ts';

/**
 * Sends requests of every format to a service over PostgreSQL, most of which are accepted, and looks at what it must not
 * do: answer 5xx, stand still (for 200 ms of processor time of its event loop), or say a citizen's number in an answer, a
 * log, a metric or a column in clear.
 * `npm run fuzz -- --seed 1 --requests 50000`
 */
const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string' }, requests: { type: 'string', default: '2000' } },
    // Ends earlier, with what was sent until then.
    minutes: { type: 'string', default: '60' },
  },
});
const seed = Number(values.seed ?? randomInt(1, 2 ** 31));
const total = Number(values.requests);
const deadline = performance.now() + Number(values.minutes) * 60_000;
const AT_ONCE = 8;
const LONGEST_STALL_MS = 200;
const MOST_SHOWN = 20;
/** Load a core from which a database may be late. */
const BUSY = 2;

interface Tally {
  sent: number;
  accepted: number;
  longestStall: number;
}

const tallies = new Map<string, Tally>();
const faults: string[] = [];
/** Answers 503 because the database did not answer in time: a busy machine gives them, and they are told apart. */
let unavailable = 0;
const shown = (request: FuzzRequest) =>
  `${request.format} ${request.method} ${request.path.slice(0, 80)} ${JSON.stringify(String(request.body ?? '').slice(0, 300))}`;
const tallyOf = (format: string): Tally => {
  const tally = tallies.get(format) ?? { sent: 0, accepted: 0, longestStall: 0 };
  tallies.set(format, tally);
  return tally;
};
const holdsCanary = (text: string) => CANARY.test(asciiDigits(text));
const placeOfCanary = (text: string) => {
  const plain = asciiDigits(text);
  const at = CANARY.exec(plain)?.index ?? 0;
  return plain.slice(Math.max(0, at - 100), at + 100);
};

const LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function causeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? String(Reflect.get(cause, 'code') ?? cause.name) : '';
}

/** A browser is given back what it has just sent itself: a form that was refused, the address in another language. */
function isOwn({ format, path, body }: FuzzRequest): boolean {
  if (format !== 'pages' && format !== 'forms') return false;
  return holdsCanary(decodeURIComponent(`${path} ${body ?? ''}`.replaceAll('+', ' ')));
}

/** A part of what was sent was taken. */
function isAccepted(status: number, answer: string): boolean {
  if (status >= 400 || (status >= 300 && status !== 303)) return false;
  if (answer.startsWith('MSH')) return answer.includes('MSA|AA');
  if (status === 207 || answer.startsWith('{"dryRun"'))
    return /"result":"(?:accepted|duplicate|stale)"|"accepted":[1-9]/.test(answer);
  return true;
}

async function send(service: RunningService, request: FuzzRequest): Promise<void> {
  const { method, path, headers, body } = request;
  const ask = () =>
    fetch(service.url + path, { method, headers, body, redirect: 'manual', signal: AbortSignal.timeout(60_000) });
  const answer = await ask()
    // A connection that both have kept open may end while the request is on its way.
    .catch((error: unknown) => (LOST.has(causeOf(error)) ? ask() : Promise.reject(error)))
    .catch((error: unknown) => error);
  const tally = tallyOf(request.format);
  tally.sent++;
  if (!(answer instanceof Response))
    return void faults.push(`no answer to ${shown(request)}: ${String(answer)} ${causeOf(answer)}`);
  const text = await answer.text();
  if (isAccepted(answer.status, text)) tally.accepted++;
  if (answer.status === 503 && text.includes('database is out of reach')) unavailable++;
  else if (answer.status >= 500) faults.push(`${answer.status} for ${shown(request)}: ${text.slice(0, 200)}`);
  if (holdsCanary(text) && !isOwn(request))
    faults.push(`a number in the answer ${answer.status} to ${shown(request)}: ${placeOfCanary(text)}`);
}

/** Every column of every table that holds a number in clear. */
async function columnsInClear(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: columns } = await client.query<{ t: string; c: string }>(
    `select table_name as t, column_name as c from information_schema.columns where table_schema = 'public'`,
  );
  const found: string[] = [];
  for (const { t, c } of columns) {
    const { rows } = await client.query<{ v: string | null }>(`select distinct "${c}"::text as v from "${t}"`);
    const clear = rows.map(({ v }) =>
      v?.startsWith('\\x') ? Buffer.from(v.slice(2), 'hex').toString('latin1') : (v ?? ''),
    );
    const holding = clear.filter(holdsCanary);
    if (holding.length > 0) found.push(`${holding.length} values of ${t}.${c} in clear: ${holding[0]?.slice(0, 200)}`);
  }
  await client.end();
  return found;
}

async function attack(service: RunningService, others: Others): Promise<void> {
  const access = await setUp(service.url, `${others.origin}/events`, Date.now());
  const requests = new Requests(new Dice(seed), access, others.handed);
  const open = new Set<FuzzRequest>();
  service.onStall = (ms) => {
    const formats = new Set([...open].map(({ format }) => format));
    for (const format of formats) tallyOf(format).longestStall = Math.max(tallyOf(format).longestStall, ms);
    if (ms > LONGEST_STALL_MS) faults.push(`a stall of ${ms.toFixed(0)} ms with ${[...open].map(shown).join(' | ')}`);
  };
  let left = total;
  const client = async (): Promise<void> => {
    while (left-- > 0 && performance.now() < deadline) {
      const request = requests.next();
      open.add(request);
      await send(service, request);
      open.delete(request);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  if (holdsCanary(metrics)) faults.push('a number in a metric');
  const told = others.events.filter(holdsCanary);
  if (told.length > 0) faults.push(`${told.length} events hold a number: ${told[0]?.slice(0, 300)}`);
}

function report(began: number): void {
  const seconds = Math.round((performance.now() - began) / 1_000);
  const sent = [...tallies.values()].reduce((sum, tally) => sum + tally.sent, 0);
  process.stdout.write(`seed ${seed}: ${sent} requests in ${seconds} s\n`);
  for (const [format, { sent, accepted, longestStall }] of [...tallies].sort())
    process.stdout.write(
      `${format.padEnd(20)} ${String(sent).padStart(6)} sent, ${((100 * accepted) / sent).toFixed(0).padStart(3)} % accepted, ` +
        `longest stall ${longestStall.toFixed(0)} ms\n`,
    );
  process.stdout.write(`${others.handed.length} SMS handed over, ${others.events.length} events sent\n`);
  const busy = (loadavg()[0] ?? 0) / availableParallelism();
  const outOfReach = `${unavailable} answers 503: the database was out of reach, at a load of ${busy.toFixed(1)} a core`;
  if (unavailable > 0 && busy > BUSY) process.stdout.write(`${outOfReach}\n`);
  else if (unavailable > 0) faults.push(outOfReach);
  for (const fault of faults.slice(0, MOST_SHOWN)) process.stdout.write(`FAULT ${fault}\n`);
  process.stdout.write(faults.length === 0 ? 'no fault\n' : `${faults.length} faults\n`);
}

const began = performance.now();
const postgres = await startPostgres();
const name = `fuzz_${process.pid}`;
const admin = new pg.Client({ connectionString: postgres.url });
await admin.connect();
await admin.query(`create database ${name}`);
const databaseUrl = Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href;
const others = await startOthers();
const service = await startServiceProcess(databaseUrl, others.origin);
try {
  await attack(service, others);
} finally {
  await service.stop();
  await others.stop();
}
faults.push(...(await columnsInClear(databaseUrl)));
const told = service.logged.filter(holdsCanary);
if (told.length > 0) faults.push(`${told.length} lines of the log hold a number: ${told[0]?.slice(0, 200)}`);
await admin.query(`drop database ${name} with (force)`);
await admin.end();
await postgres.stop();
report(began);
process.exitCode = faults.length === 0 ? 0 : 1;
