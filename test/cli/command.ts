import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundled } from '../support/compiled.ts';

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the command as a separate process, without a terminal.
 * @param whenSaid a signal to send once its standard error contains a text
 */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  whenSaid?: { readonly text: string; readonly signal: 'SIGINT' | 'SIGKILL' },
): Promise<Ended> {
  const child = spawn(process.execPath, [bundled('src/cli/easysms.ts'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
    // Once, since a second signal ends a process that is already stopping.
    if (whenSaid && !child.killed && err.includes(whenSaid.text)) child.kill(whenSaid.signal);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
