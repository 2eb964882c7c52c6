import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiled } from '../test/support/compiled.ts';
import { freePort } from '../test/support/postgres-server.ts';
import { freshDatabase } from './service.ts';

/** A server under load, in a process of its own. */
export interface Contender {
  readonly url: string;
  readonly token: string;
  /** Processor time that it has used so far, in µs. */
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

/** @param kind `service`, `ceiling` or a peer */
export async function startContender(kind: string, databaseUrl: string): Promise<Contender> {
  const child = fork(compiled('bench', 'server.ts'), [kind, databaseUrl], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: flagsOfStart(),
  });
  const { url, token } = await answer<{ url: string; token: string }>(child);
  return {
    url,
    token,
    async cpu() {
      const told = answer<{ cpu: number }>(child);
      child.send('cpu');
      return (await told).cpu;
    },
    stop: () => gone(child, () => child.disconnect()),
  };
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

/** A store for a peer: a new database, or for BullMQ a Redis that writes to the disk once a second. */
export async function openStore(peer: string, serverUrl: string): Promise<{ url: string; close(): Promise<void> }> {
  if (peer !== 'bullmq') return { url: await freshDatabase(serverUrl), close: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'easysms-redis-'));
  const port = await freePort();
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
    '--dir',
    folder,
  ];
  const child = spawn('redis-server', settings, { stdio: 'ignore' });
  await sleep(1_000);
  const close = async (): Promise<void> => {
    await gone(child, () => child.kill());
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `redis://127.0.0.1:${port}`, close };
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
