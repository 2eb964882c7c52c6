import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinaryUser } from '../support/postgres-server.ts';

const BLOCK = Buffer.alloc(65_536);

/** A file system of its own in memory, that can be filled to the last byte. */
export class SmallDisk {
  readonly folder: string;
  readonly #mount = mkdtempSync(join(tmpdir(), 'easysms-disk-'));
  readonly #ballast: string;

  /** @param owner of `folder`: the user that PostgreSQL runs as, or this one */
  constructor(megabytes: number, owner: 'postgres' | 'this') {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'none', this.#mount]);
    this.folder = join(this.#mount, 'data');
    this.#ballast = join(this.#mount, 'ballast');
    mkdirSync(this.folder, { mode: 0o700 });
    const user = owner === 'postgres' ? ordinaryUser() : null;
    if (user) chownSync(this.folder, user.uid, user.gid);
  }

  /** Why there can be none here; null: there can. */
  static missing(): string | null {
    if (process.getuid?.() !== 0) return 'only root may mount a small file system';
    try {
      new SmallDisk(1, 'this').remove();
      return null;
    } catch {
      return 'mounting a small file system is not allowed here';
    }
  }

  /** Until not a byte is left. May be called again where something was deleted since. */
  fill(): void {
    const file = openSync(this.#ballast, 'a');
    try {
      for (;;) writeSync(file, BLOCK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.#ballast, { force: true });
  }

  remove(): void {
    execFileSync('umount', ['-l', this.#mount]);
    rmSync(this.#mount, { recursive: true, force: true });
  }
}
