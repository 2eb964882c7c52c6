import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { systemClock } from '../src/clock.ts';
import { type Config, readConfig } from '../src/config/config.ts';
import { createGateways } from '../src/gateways/index.ts';
import { createLogger } from '../src/log.ts';
import { startService } from '../src/service.ts';

const TOKEN = 'bench-administrator-token-0123456789';

/** @returns the address of a new, empty database on that server */
export async function freshDatabase(serverUrl: string): Promise<string> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  await withClient(serverUrl, (client) => client.query(`create database ${name}`));
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
}

/** Ends whatever is still connected to it. */
export async function dropDatabase(serverUrl: string, databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  await withClient(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
}

/** Does something over a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One for the whole run: what copies rows encrypts, too. */
const KEYS = `bench:${randomBytes(32).toString('base64')}`;

/** Settings with keys of this run. @param place the address of a database; a folder: an embedded one in it */
export function environmentFor(place: string): Record<string, string> {
  return {
    ...(place.startsWith('/') ? { DATA_DIR: place } : { DATABASE_URL: place }),
    PORT: '0',
    PUBLIC_URL: 'http://bench.example',
    EASYSMS_ADMIN_TOKEN: TOKEN,
    EASYSMS_ENCRYPTION_KEYS: KEYS,
    EASYSMS_GATEWAYS: 'simulator',
    EASYSMS_SENDING: 'off',
  };
}

export function configFor(place: string): Config {
  return readConfig(environmentFor(place));
}

/** A running service with one source, `bench`. */
export interface BenchService {
  readonly url: string;
  /** Of the source. */
  readonly token: string;
  stop(): Promise<void>;
}

export async function startBenchService(config: Config): Promise<BenchService> {
  const made = createGateways(config.gateways, () => null, { publicUrl: config.publicUrl, now: systemClock.now });
  if ('missing' in made) throw new Error(made.missing.join('\n'));
  const service = await startService({ config, gateways: made.gateways, log: createLogger('fatal') });
  const token = await makeSource(service.url);
  return { url: service.url, token, stop: () => service.stop() };
}

/** A source knows its places, or the SMS would print none. */
const PLACES = { AMB4: 'Opgang 4' };

/** Both reminders of an appointment are due to the second, so that the benchmark chooses when. */
const RULES = [
  { id: 'three-days-before', template: 'reminder', lead: 'PT72H' },
  { id: 'day-before', template: 'reminder', lead: 'PT24H' },
];
/** From the first reminder of an appointment to its start. */
export const LEAD_MS = 72 * 3_600_000;

/** Makes the authority `bench` with its source. @returns the token of the source, which is told once only */
export async function makeSource(url: string): Promise<string> {
  const authority = { name: 'Bench', sender: 'Bench', sendingWindow: null, maxPerNumberPerDay: 100, rules: RULES };
  await put(url, '/v1/authorities/bench', authority);
  return (await putSource(url, 'bench', {})).secrets?.token ?? '';
}

/** A source of the authority `bench`, with these settings on top. */
export function putSource(url: string, id: string, settings: object): Promise<{ secrets?: { token: string } }> {
  return put(url, `/v1/authorities/bench/sources/${id}`, { name: 'Bench', locationMap: PLACES, ...settings });
}

async function put(url: string, path: string, body: unknown): Promise<{ secrets?: { token: string } }> {
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
  const answer = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as { secrets?: { token: string } };
}
