import { z } from 'zod';
import type { RotateArguments } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { plain } from './plain.ts';
import type { ProgressStream } from './progress.ts';

const batchSchema = z.object({
  reencrypted: z.int(),
  failed: z.int(),
  column: z.string(),
  cursor: z.string().nullable(),
  boundOnly: z.boolean(),
});
const problemSchema = z.object({ detail: z.string() });

/** Secret, output and signal, which the process gives to the command and a test may give otherwise. */
export interface RotateEnvironment {
  /** The administrator's. */
  readonly token: () => Promise<string>;
  readonly out: ProgressStream;
  readonly signal: AbortSignal;
}

/**
 * Has the service encrypt everything under its first key, batch by batch, and prints a line for each column. It may be
 * stopped at any point: what is done stays done, and another run passes over it.
 * @returns the exit code of the process: 0, or 1 when something could not be opened
 * @throws CommandError when it can't continue; the signal's reason when it is aborted
 */
export async function runRotate(args: RotateArguments, { token, out, signal }: RotateEnvironment): Promise<0 | 1> {
  const bearer = await token();
  const total = { reencrypted: 0, failed: 0 };
  let ofColumn = 0;
  let wasBound: boolean | undefined;
  for (let cursor: string | null = null; ; ) {
    const batch = await postBatch(args.url, bearer, cursor, signal);
    ofColumn += batch.reencrypted;
    total.reencrypted += batch.reencrypted;
    total.failed += batch.failed;
    const isDone = batch.cursor === null || !batch.cursor.includes(' ');
    if (isDone || out.isTTY) out.write(`${out.isTTY ? '\r' : ''}${plain(batch.column)}: ${ofColumn} encrypted anew`);
    if (isDone) {
      out.write('\n');
      ofColumn = 0;
    }
    cursor = batch.cursor;
    wasBound ??= batch.boundOnly;
    if (cursor === null && batch.boundOnly && !wasBound)
      out.write('Every ciphertext is bound to its row now: any other is refused.\n');
    if (cursor === null) break;
  }
  out.write(`${total.reencrypted} encrypted anew, the others were so already.\n`);
  if (total.failed === 0) return 0;
  out.write(`${total.failed} could not be opened: their key is not configured, or they were changed.\n`);
  return 1;
}

async function postBatch(url: string, token: string, cursor: string | null, signal: AbortSignal) {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${url}/v1/installation/reencrypt`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ cursor }),
      redirect: 'manual',
      signal,
    });
    body = await response.json();
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(`${url} did not respond as EasySMS does. What is done stays: run it again.`, {
      cause: error,
    });
  }
  if (response.status !== 200) {
    const problem = problemSchema.safeParse(body);
    throw new CommandError(problem.success ? plain(problem.data.detail) : `${url} responded ${response.status}.`);
  }
  const read = batchSchema.safeParse(body);
  if (!read.success) throw new CommandError(`The server at ${url} is not EasySMS, or another version of it.`);
  return read.data;
}
