import { z } from 'zod';

/** Reason why the command can't continue, in whole sentences for its user. */
export class CommandError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** Makes text of a file or a server safe for a terminal, by replacing its control characters. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}

const problemSchema = z.object({
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});

/** A request to a running service, by the token of its administrator; without a body it reads. */
export interface ServiceCall {
  readonly url: string;
  readonly path: string;
  readonly bearer: string;
  readonly body?: object;
  readonly signal: AbortSignal;
  /** The words for what was refused. */
  readonly refusal: (problem: z.infer<typeof problemSchema>) => string;
  /** Advice where nobody responds, behind a space. */
  readonly advice?: string;
}

/**
 * Calls a running service.
 * @throws CommandError where it refuses, or does not respond as EasySMS does; the signal's reason when it is aborted
 */
export async function callService<T>(
  { url, path, bearer, body, signal, refusal, advice = '' }: ServiceCall,
  schema: z.ZodType<T>,
): Promise<T> {
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal,
    });
    json = await response.json();
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(`${url} did not respond as EasySMS does.${advice}`, { cause: error });
  }
  if (!response.ok) {
    const problem = problemSchema.safeParse(json);
    throw new CommandError(problem.success ? refusal(problem.data) : `${url} responded ${response.status}.`);
  }
  const read = schema.safeParse(json);
  if (!read.success) throw new CommandError(`The server at ${url} is not EasySMS, or another version of it.`);
  return read.data;
}
