import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bundled } from './compiled.ts';

export interface Child {
  readonly pid: number;
  /** The next line that it writes to its standard output; null once it has ended. */
  nextLine(): Promise<string | null>;
  write(text: string): void;
  /** Ends it by a signal and waits until it is gone. */
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP'): Promise<void>;
  /** Its exit code once it has ended by itself; null when a signal ended it. */
  readonly exit: Promise<number | null>;
  /** What it wrote to its standard error so far. */
  errors(): string;
}

/**
 * Compiles the embedded database once. To compile it again, for speed, takes as much processor time as all the work of
 * such a process.
 */
const SHORT_LIVED = '--liftoff-only';

/**
 * Starts a program as a process of its own.
 * @param entry its TypeScript file, below the project's root
 */
export function startChild(
  entry: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Child {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [SHORT_LIVED, bundled(entry), ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  // A line may be on its way to a process that is gone.
  child.stdin.on('error', () => {});
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? -1,
    nextLine: async () => {
      const { value, done } = await lines.next();
      return done ? null : value;
    },
    write: (text) => void child.stdin.write(text),
    kill: async (signal) => {
      child.kill(signal);
      if (signal !== 'SIGSTOP') await exit;
    },
    exit,
    errors: () => errors,
  };
}
