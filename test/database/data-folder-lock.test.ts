import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from '../../src/database/pglite.ts';
import { type Child, startChild } from '../support/child.ts';

const QUICK = { beatMs: 20, silenceMs: 200 };

describe('the data folder', () => {
  let folder: string;
  let children: Child[];
  const hold = (): Child => {
    const child = startChild('test/support/hold-data-folder.ts', [folder]);
    children.push(child);
    return child;
  };
  const lockFile = () => join(folder, 'lock');
  const rewrite = (change: (holder: Record<string, unknown>) => void): void => {
    const [head, beat] = readFileSync(lockFile(), 'utf8').split('\n');
    const holder = JSON.parse(head ?? '');
    change(holder);
    writeFileSync(lockFile(), `${JSON.stringify(holder)}\n${beat}`);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'easysms-lock-'));
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill('SIGKILL')));
    rmSync(folder, { recursive: true });
  });

  it('belongs to one process: a second one is told which folder, and ends', async () => {
    const first = hold();
    expect(await first.nextLine()).toBe('locked');
    const second = hold();
    const line = await second.nextLine();
    expect(line).toContain(folder);
    expect(line).toContain(`process ${first.pid}`);
    expect(await second.exit).toBe(1);
  });

  it('is free again when its process let it go, and when that was killed', async () => {
    const first = hold();
    expect(await first.nextLine()).toBe('locked');
    first.write('release\n');
    expect(await first.nextLine()).toBe('released');
    const second = hold();
    expect(await second.nextLine()).toBe('locked');
    await second.kill('SIGKILL');
    expect(existsSync(lockFile())).toBe(true);
    const third = hold();
    expect(await third.nextLine()).toBe('locked');
  });

  it('goes to one of several that find the lock of a killed process at once', async () => {
    const killed = hold();
    await killed.nextLine();
    await killed.kill('SIGKILL');
    const lines = await Promise.all(Array.from({ length: 4 }, () => hold().nextLine()));
    expect(lines.filter((line) => line === 'locked')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is never taken from a living process, not even from one that is stopped', async () => {
    const stopped = hold();
    await stopped.nextLine();
    await stopped.kill('SIGSTOP');
    await expect(lockDataFolder(folder, QUICK)).rejects.toThrow(folder);
  });

  it('is taken over when the pid of the lock belongs to another process by now', async () => {
    const first = await lockDataFolder(folder, QUICK);
    rewrite((holder) => {
      holder.started = '1';
    });
    const second = await lockDataFolder(folder, QUICK);
    first.release();
    expect(existsSync(lockFile())).toBe(true);
    second.release();
    expect(existsSync(lockFile())).toBe(false);
  });

  it('is not taken from another container that shows signs of life, and is once they stop', async () => {
    writeFileSync(lockFile(), '{"id":"x","pid":1,"started":null,"place":"another container"}\n');
    const beating = setInterval(() => appendFileSync(lockFile(), '.'), QUICK.beatMs);
    await expect(lockDataFolder(folder, QUICK)).rejects.toThrow(folder);
    clearInterval(beating);
    (await lockDataFolder(folder, QUICK)).release();
  });

  it('is taken over when the lock was never written to its end', async () => {
    writeFileSync(lockFile(), '{"id":');
    const lock = await lockDataFolder(folder, QUICK);
    lock.release();
  });
});
