import { z } from 'zod';
import type { InviteArguments } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { plain } from './plain.ts';
import type { ProgressStream } from './progress.ts';

const invitationSchema = z.object({ link: z.string(), expiresAt: z.string() });
const problemSchema = z.object({
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});

/** Secret, output and signal, which the process gives to the command and a test may give otherwise. */
export interface InviteEnvironment {
  /** The administrator's. */
  readonly token: () => Promise<string>;
  readonly out: ProgressStream;
  readonly signal: AbortSignal;
}

/**
 * Has the service make a one-time link, and prints it.
 * @returns the exit code of the process
 * @throws CommandError when no link was made; the signal's reason when it is aborted
 */
export async function runInvite(args: InviteArguments, { token, out, signal }: InviteEnvironment): Promise<0> {
  const { url, authority, email, name, role } = args;
  const owner = authority === null ? 'installation' : `authorities/${authority}`;
  const bearer = await token();
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(`${url}/v1/${owner}/people`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ email, name, role }),
      redirect: 'manual',
      signal,
    });
    body = await response.json();
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(`${url} did not respond as EasySMS does.`, { cause: error });
  }
  if (response.status !== 201) throw new CommandError(reasonOf(body) ?? `${url} responded ${response.status}.`);
  const read = invitationSchema.safeParse(body);
  if (!read.success) throw new CommandError(`The server at ${url} is not EasySMS, or another version of it.`);
  out.write(`Hand this link to ${plain(name)}; it works once, until ${read.data.expiresAt}:\n\n`);
  out.write(`  ${plain(read.data.link)}\n`);
  return 0;
}

function reasonOf(body: unknown): string | null {
  const problem = problemSchema.safeParse(body);
  if (!problem.success) return null;
  const { detail, errors } = problem.data;
  return [detail, ...errors.map((fault) => `${fault.pointer}: ${fault.detail}`)].map(plain).join('\n');
}
