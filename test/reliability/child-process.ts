import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { compiled } from '../support/compiled.ts';

export interface ProvedProcess {
  readonly pid: number;
  /** Where it answers. */
  readonly url: string;
  /** What it wrote, of both its outputs. */
  output(): string;
  tell(message: object): void;
  signal(name: NodeJS.Signals): void;
  /** @returns once it is gone */
  kill(name?: NodeJS.Signals): Promise<void>;
  readonly gone: Promise<void>;
  hasEnded(): boolean;
}

/**
 * Starts a TypeScript file of this folder as a process of its own, or a compiled one from elsewhere, and waits until it
 * says where it answers.
 * @param logFile that takes its outputs, instead of this process
 * @throws Error with what it wrote when it ends before that
 */
export async function startProcess(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  logFile?: string,
): Promise<ProvedProcess> {
  const out = logFile === undefined ? 'pipe' : openSync(logFile, 'a');
  const child: ChildProcess = spawn(
    process.execPath,
    [isAbsolute(file) ? file : compiled('test/reliability', file), ...args],
    {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', out, out, 'ipc'],
    },
  );
  if (out !== 'pipe') closeSync(out);
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      written += chunk;
    });
  }
  let ended = false;
  const gone = once(child, 'exit').then(() => {
    ended = true;
  });
  const first = await Promise.race([once(child, 'message').then(([message]) => message as { url: string }), gone]);
  if (!first) throw new Error(`${file} ended at its start:\n${written}`);
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return {
    pid: child.pid ?? -1,
    url: first.url,
    output: () => (logFile === undefined ? written : readFileSync(logFile, 'utf8')),
    tell: (message) => void (child.connected && child.send(message, () => {})),
    signal,
    kill: async (name = 'SIGKILL') => {
      signal(name);
      await gone;
    },
    gone,
    hasEnded: () => ended,
  };
}

/** For a process that is to load a file of this folder before anything else. */
export function preloaded(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${compiled('test/reliability', file)}` };
}
