import { z } from 'zod';
import type { RotateArguments } from './arguments.ts';
import type { ProgressStream } from './progress.ts';
import { callService, plain } from './service-call.ts';

const batchSchema = z.object({
  reencrypted: z.int(),
  failed: z.int(),
  column: z.string(),
  cursor: z.string().nullable(),
  boundOnly: z.boolean(),
});

/** Secret, output and signal, which the process gives to the command and a test may give otherwise. */
interface RotateEnvironment {
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
  const call = {
    url: args.url,
    path: '/v1/installation/reencrypt',
    bearer: await token(),
    signal,
    refusal: ({ detail }: { readonly detail: string }) => plain(detail),
    advice: ' What is done stays: run it again.',
  };
  const total = { reencrypted: 0, failed: 0 };
  let ofColumn = 0;
  let wasBound: boolean | undefined;
  for (let cursor: string | null = null; ; ) {
    const batch: z.infer<typeof batchSchema> = await callService({ ...call, body: { cursor } }, batchSchema);
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
