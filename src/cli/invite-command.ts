import { z } from 'zod';
import type { InviteArguments } from './arguments.ts';
import type { ProgressStream } from './progress.ts';
import { callService, plain } from './service-call.ts';

const invitationSchema = z.object({ link: z.string(), expiresAt: z.string() });

/** Secret, output and signal, which the process gives to the command and a test may give otherwise. */
interface InviteEnvironment {
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
  const invitation = await callService(
    {
      url,
      path: `/v1/${owner}/people`,
      bearer: await token(),
      signal,
      body: { email, name, role },
      refusal: ({ detail, errors }) =>
        [detail, ...errors.map((fault) => `${fault.pointer}: ${fault.detail}`)].map(plain).join('\n'),
    },
    invitationSchema,
  );
  out.write(`Hand this link to ${plain(name)}; it works once, until ${invitation.expiresAt}:\n\n`);
  out.write(`  ${plain(invitation.link)}\n`);
  return 0;
}
