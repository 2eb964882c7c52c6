import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiled } from '../test/support/compiled.ts';
import { freePort } from '../test/support/postgres-server.ts';
import { processorTime, ServerTime } from './processor-time.ts';
import { dropDatabase, freshDatabase } from './service.ts';

/** A server under load, in a process of its own. */
export interface Contender {
  readonly url: string;
  readonly token: string;
  /** Processor time so far, in µs: of its process, and of the whole PostgreSQL with Redis where there is one. */
  used(): { readonly node: number; readonly store: number };
  stop(): Promise<void>;
}

/**
 * @param kind `service`, `ceiling`, `one by one` or a peer
 * @param place a database, or a folder for an embedded one
 * @param store of a peer, with its queue
 */
export async function startContender(
  kind: string,
  place: string,
  store: Pick<Store, 'queue' | 'redis'> = { queue: place, redis: null },
): Promise<Contender> {
  const child = forked('server.ts', [kind, place, store.queue], flagsOfStart());
  const server = place.startsWith('postgres') ? await ServerTime.open(place) : null;
  const { url, token } = await answer<{ url: string; token: string }>(child);
  return {
    url,
    token,
    used: () => ({
      node: processorTime(child.pid ?? 0),
      store: (server?.used() ?? 0) + (store.redis === null ? 0 : processorTime(store.redis)),
    }),
    stop: () => gone(child, () => child.disconnect()),
  };
}

/** Starts a file of the benchmark in a process of its own, compiled. @param flags of node */
export function forked(file: string, args: readonly string[], flags: readonly string[] = []): ChildProcess {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  return fork(compiled('bench', file), args, { stdio: [...stdio], execArgv: [...flags] });
}

/** What `npm start` gives to node. */
export function flagsOfStart(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** Why a peer can't run here; null where it can. */
export function missing(peer: string): string | null {
  const [name = ''] = peer.split(' ');
  if (!existsSync(new URL(`node_modules/${name}`, import.meta.url))) return 'not installed: npm --prefix bench ci';
  if (name === 'bullmq' && !existsSync('/usr/bin/redis-server')) return 'there is no redis-server';
  return null;
}

/** Where a peer keeps its jobs, and a database for what it knows besides. */
export interface Store {
  /** The database, or for BullMQ a Redis that writes to the disk once a second. */
  readonly queue: string;
  readonly database: string;
  /** Of Redis; null where there is none. */
  readonly redis: number | null;
  close(): Promise<void>;
}

export async function openStore(peer: string, serverUrl: string): Promise<Store> {
  const database = await freshDatabase(serverUrl);
  if (peer.split(' ')[0] !== 'bullmq')
    return { queue: database, database, redis: null, close: () => dropDatabase(serverUrl, database) };
  const folder = mkdtempSync(join(tmpdir(), 'easysms-redis-'));
  const port = await freePort();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const settings = [...place, '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
  const child = spawn('redis-server', settings, { stdio: 'ignore' });
  await sleep(1_000);
  const close = async (): Promise<void> => {
    await gone(child, () => child.kill());
    rmSync(folder, { recursive: true, force: true });
    await dropDatabase(serverUrl, database);
  };
  return { queue: `redis://127.0.0.1:${port}`, database, redis: child.pid ?? null, close };
}

export function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a server of the benchmark ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

export function gone(child: ChildProcess, end: () => void): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    end();
  });
}
