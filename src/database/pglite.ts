import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readlinkSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PGlite, PGliteOptions } from '@electric-sql/pglite';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { nodeErrorCode, StartError } from '../domain/errors.ts';
import type { WriteObserver } from './pool.ts';
import { refusesWrites } from './write-refusals.ts';

const BYTEA = 17;
const INT8 = 20;
const DATE = 1082;

/** The values of the embedded database, in the same JavaScript types as those of the pg driver. */
const VALUES = {
  parsers: {
    [BYTEA]: (text: string) => Buffer.from(text.slice(2), 'hex'),
    [INT8]: (text: string) => text,
    [DATE]: (text: string) => text,
  },
  serializers: {
    [BYTEA]: (bytes: Uint8Array) =>
      `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`,
  },
} satisfies PGliteOptions;

/** Opens an embedded database. @param where its folder, or a snapshot in memory; neither: an empty one in memory */
export async function createPglite(where: { dataDir?: string; snapshot?: Blob } = {}): Promise<PGlite> {
  // The import is dynamic so that an installation on PostgreSQL does not load it.
  const { PGlite: Embedded } = await import('@electric-sql/pglite');
  return Embedded.create({
    ...VALUES,
    ...(where.dataDir === undefined ? {} : { dataDir: where.dataDir }),
    ...(where.snapshot === undefined ? {} : { loadDataDir: where.snapshot }),
  });
}

/** Listeners of the embedded database's connection. */
interface PgliteObserver extends Partial<WriteObserver> {
  /** Waited for before a statement returns. */
  readonly afterEach?: () => Promise<void>;
}

/**
 * The one connection of an embedded database as a pool of one: whoever asks waits for its turn. Inside a transaction
 * only the transaction may be used: the database itself would wait for the transaction that waits for it.
 */
export function pglitePool(pglite: PGlite, observer: PgliteObserver = {}): PostgresPool {
  let tail: Promise<void> = Promise.resolve();
  // Kysely recognises a connection by its client object: so there is one object, whose `release` changes.
  let release: () => void = () => {};
  const client: PostgresPoolClient = {
    query: (async (text: string, parameters: readonly unknown[]) => {
      const result = await run(pglite, text, parameters, observer);
      await observer.afterEach?.();
      return result;
    }) as PostgresPoolClient['query'],
    release: () => release(),
  };
  return {
    async connect() {
      const before = tail;
      let free: () => void = () => {};
      tail = new Promise((resolve) => {
        free = resolve;
      });
      await before;
      release = free;
      return client;
    },
    end: () => pglite.close(),
  };
}

async function run(
  pglite: PGlite,
  text: string,
  parameters: readonly unknown[],
  observer: PgliteObserver,
): Promise<PostgresQueryResult<unknown>> {
  try {
    // Like the pg driver: a text without parameters may hold several statements.
    const result =
      parameters.length === 0 ? (await pglite.exec(text)).at(-1) : await pglite.query(text, [...parameters]);
    return result as unknown as PostgresQueryResult<unknown>;
  } catch (error) {
    if (refusesWrites(error)) observer.onWriteRefused?.();
    throw withoutParameters(error);
  }
}

/** PGlite's errors carry the statement's parameters, which must not reach a log. */
function withoutParameters(error: unknown): unknown {
  if (error instanceof Error) {
    Reflect.deleteProperty(error, 'params');
    Reflect.deleteProperty(error, 'query');
  }
  return error;
}

/**
 * The lock of a data folder. The embedded database takes none itself, and two processes on one folder lose rows
 * silently (electric-sql/pglite issue 1106).
 */
interface DataFolderLock {
  release(): void;
}

interface Holder {
  readonly id: string;
  readonly pid: number;
  /** The start of the process in ticks since that of the machine, since pids are used again; null without /proc. */
  readonly started: string | null;
  /** The machine and the pid namespace in which the pid means something. */
  readonly place: string;
}

/** The times by which a process holds the data folder. */
interface LockTiming {
  /**
   * The interval in which a holder shows that it still runs, for processes that can't see its pid (another container on
   * the same volume).
   */
  readonly beatMs: number;
  /** A holder elsewhere that shows nothing for this long is gone. */
  readonly silenceMs: number;
}

const TIMING: LockTiming = { beatMs: 2_000, silenceMs: 15_000 };
const BEAT_WIDTH = 16;

/**
 * Takes the folder for this process. A lock left behind by a process that is gone is taken over.
 * @throws StartError naming the folder when another process has it
 */
export async function lockDataFolder(dataDir: string, timing: LockTiming = TIMING): Promise<DataFolderLock> {
  const path = join(resolve(dataDir), 'lock');
  for (;;) {
    const lock = tryCreate(path, timing);
    if (lock) return lock;
    const found = read(path);
    if (found !== null) {
      if (await isAlive(path, found, timing)) throw taken(dataDir, path, found);
      removeStale(dataDir, path, found);
    }
  }
}

function tryCreate(path: string, timing: LockTiming): DataFolderLock | null {
  const holder: Holder = { id: randomUUID(), pid: process.pid, started: startOf(process.pid), place: ownPlace() };
  const file = createExclusively(path);
  if (file === null) return null;
  let beats = 0;
  // The heartbeat comes last and has a fixed width, so that one write at one position renews it.
  const head = `${JSON.stringify(holder)}\n`;
  const beat = (): void => void writeSync(file, String(++beats).padStart(BEAT_WIDTH), Buffer.byteLength(head));
  writeSync(file, head, 0);
  beat();
  const timer = setInterval(beat, timing.beatMs);
  timer.unref();
  const release = (): void => {
    clearInterval(timer);
    process.off('exit', release);
    if (read(path)?.holder?.id === holder.id) unlinkSync(path);
    closeSync(file);
  };
  process.once('exit', release);
  return { release };
}

function createExclusively(path: string): number | null {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (nodeErrorCode(error) === 'EEXIST') return null;
    throw error;
  }
}

interface Found {
  readonly text: string;
  /** Null while the file is being written, or when that was cut short. */
  readonly holder: Holder | null;
}

function read(path: string): Found | null {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, holder: parse(text) };
  } catch (error) {
    if (nodeErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Holder | null {
  const end = text.indexOf('\n');
  if (end < 0) return null;
  try {
    return JSON.parse(text.slice(0, end)) as Holder;
  } catch {
    return null;
  }
}

async function isAlive(path: string, found: Found, timing: LockTiming): Promise<boolean> {
  const { holder } = found;
  if (holder && holder.place === ownPlace()) return isRunning(holder);
  // The pid of a holder on another machine means nothing here: its heartbeat is watched instead.
  for (let waited = 0; waited < timing.silenceMs; waited += timing.beatMs / 2) {
    await sleep(timing.beatMs / 2);
    if (read(path)?.text !== found.text) return true;
  }
  return false;
}

function isRunning(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    if (nodeErrorCode(error) === 'ESRCH') return false;
  }
  return holder.started === null || holder.started === startOf(holder.pid);
}

/**
 * Removes a stale lock. Only the process that makes the marker of this very lock may remove it, and only after seeing
 * that it is still there: two that find it stale at once would otherwise remove each other's new one.
 */
function removeStale(dataDir: string, path: string, found: Found): void {
  const marker = `${path}.stale-${found.holder?.id ?? 'unreadable'}`;
  const file = createExclusively(marker);
  if (file === null) throw taken(dataDir, marker, found);
  closeSync(file);
  try {
    if (read(path)?.text === found.text) unlinkSync(path);
  } finally {
    unlinkSync(marker);
  }
}

function taken(dataDir: string, file: string, found: Found): StartError {
  const by = found.holder ? `process ${found.holder.pid}` : 'another process';
  return new StartError(
    'data_folder',
    `The data folder ${resolve(dataDir)} is in use by ${by}. Only one EasySMS at a time may use it: ` +
      'stop the other one, or choose another DATA_DIR, ' +
      `or set DATABASE_URL to a PostgreSQL that several may share. (If none is running, remove ${file}.)`,
  );
}

/** proc(5): field 22 of stat, counted after the command's name, which may itself hold blanks and brackets. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function ownPlace(): string {
  return [
    hostname(),
    quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    quietly(() => readlinkSync('/proc/self/ns/pid')),
  ].join(' ');
}

function quietly(readIt: () => string): string {
  try {
    return readIt();
  } catch {
    return '';
  }
}
