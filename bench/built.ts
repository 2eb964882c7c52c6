import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundled } from '../test/support/compiled.ts';
import { freePort } from '../test/support/postgres-server.ts';
import { flagsOfStart, gone } from './contenders.ts';

const LOOK_MS = 10;

/** A process as an installation runs it: compiled, with nothing of the benchmark in it. */
export interface Built {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until it was ready. */
  readonly readyMs: number;
  /** The most memory that it has had in hand so far, in MB; null where the system does not tell. */
  peakMb(): number | null;
  /** Has it stand still, so that it takes nothing from what is measured meanwhile, and go on. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  /** Ends it at once, with whatever it has in hand. */
  kill(): Promise<void>;
}

/** Those that stand still would never notice that whoever started them has gone. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @throws Error with what it wrote, when it ends before it is ready */
export async function startBuilt(env: Readonly<Record<string, string>>): Promise<Built> {
  return startFile(bundled(), env);
}

/** Any JavaScript file that answers `/readyz` at `PORT`. */
export async function startFile(file: string, env: Readonly<Record<string, string>>): Promise<Built> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, [...flagsOfStart(), file], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'fatal', ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let written = '';
  child.stderr.on('data', (chunk) => {
    written += chunk;
  });
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}:\n${written}`);
    await sleep(LOOK_MS);
  }
  return {
    url,
    pid: child.pid ?? 0,
    readyMs: performance.now() - began,
    peakMb: () => peakMb(child),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      child.kill('SIGCONT');
      if (child.exitCode === null && child.signalCode === null) await gone(child, () => child.kill('SIGTERM'));
    },
    kill: () => gone(child, () => child.kill('SIGKILL')),
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

function peakMb({ pid }: ChildProcess): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
