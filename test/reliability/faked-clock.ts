import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from './world.ts';
import { setWorldClock } from './world-clock.ts';

/** The one for several threads. */
const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/**
 * The clock of the machine as libfaketime shows it to processes: it is set while they run, and their monotonic clock
 * goes on. They start with the right one: until libfaketime has read its settings it may show the offset on the
 * monotonic clock too, and a Node that saw that never wakes by itself.
 */
export class FakedClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'easysms-clock-'));
  readonly #file = join(this.#folder, 'offset');
  /** For a process that is to live by this clock. */
  readonly env: Readonly<Record<string, string>> = {
    LD_PRELOAD: LIBRARY ?? '',
    FAKETIME_TIMESTAMP_FILE: this.#file,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_NO_CACHE: '1',
    // Nobody shares it, and a killed process would leave its semaphore behind.
    FAKETIME_DISABLE_SHM: '1',
    OFFSET_MS: '0',
  };

  constructor() {
    this.set(0);
  }

  static missing(): string | null {
    return LIBRARY ? null : 'libfaketime is not installed (apt-get install libfaketime)';
  }

  /** @param offsetMs that it is ahead of this machine's */
  set(offsetMs: number): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, `${offsetMs < 0 ? '' : '+'}${(offsetMs / 1000).toFixed(3)}\n`);
    // In one go, since it is read at any moment.
    renameSync(next, this.#file);
  }

  /** With the clocks of database and gateway, so that all agree. */
  async setWorld(world: World, offsetMs: number): Promise<void> {
    world.offsetMs = offsetMs;
    await world.behave({ offsetMs });
    if (world.databaseUrl !== null) await setWorldClock(world.databaseUrl, offsetMs);
    this.set(offsetMs);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
