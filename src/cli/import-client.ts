import { z } from 'zod';
import type { FilePart } from '../formats/csv/file-parts.ts';
import { CommandError, plain } from './service-call.ts';

const responseSchema = z.object({
  rows: z.int(),
  accepted: z.int(),
  duplicate: z.int(),
  stale: z.int(),
  ignored: z.int(),
  refused: z.int(),
  unknownColumns: z.array(z.string()),
  reminders: z.int(),
  segments: z.int().nullable(),
  reasons: z.record(z.string(), z.int()),
  warnings: z.array(z.object({ line: z.int(), code: z.string() })),
  errors: z.array(z.object({ line: z.int(), column: z.string().nullable(), code: z.string(), detail: z.string() })),
});
const problemSchema = z.object({
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string(), line: z.int().optional() })).default([]),
});

/** Response of the service to one part of the file. */
export type PartResponse = z.infer<typeof responseSchema>;

/** Refusal of a whole part of the file. */
class RefusedPart extends CommandError {
  readonly #detail: string;
  readonly #faults: z.infer<typeof problemSchema>['errors'];

  constructor({ detail, errors }: z.infer<typeof problemSchema>) {
    super(messageOf(detail, errors));
    this.#detail = detail;
    this.#faults = errors;
  }

  /** The same with the lines that its rows have in the file. */
  inFile({ rowAt }: Pick<FilePart, 'rowAt'>): RefusedPart {
    const errors = this.#faults.map(({ line, ...fault }) =>
      line === undefined ? fault : { ...fault, line: rowAt(line)?.line ?? line },
    );
    return new RefusedPart({ detail: this.#detail, errors });
  }
}

/** The refusal in lines; a fault of the whole that says the same as `detail` is not repeated. */
function messageOf(detail: string, errors: z.infer<typeof problemSchema>['errors']): string {
  const lines = errors
    .filter((error) => error.line !== undefined || error.detail !== detail)
    .map(({ line, pointer, ...error }) => {
      const place = [...(line === undefined ? [] : [`line ${line}`]), ...(pointer === '' ? [] : [plain(pointer)])];
      return `\n  ${place.join(', ')}${error.detail === detail ? '' : `: ${plain(error.detail)}`}`;
    });
  return `${plain(detail)}${lines.join('')}`;
}

/** Failure that may be temporary; any other error is final. */
class TransientError extends Error {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

const TIMEOUT_MS = 60_000;
/** Before the first response, a wrong address is likelier than an outage. */
const INITIAL_RETRY_DELAYS_MS = [500, 1_500];
const RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000];
const MAX_DELAY_MS = 60_000;

/** Waits for so many milliseconds. Rejects when the signal is aborted. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

interface ImportClientOptions {
  /** Without a trailing slash. */
  readonly url: string;
  readonly source: string;
  readonly token: string;
  readonly dryRun: boolean;
  /** Language of the explanations of what is wrong. */
  readonly language: 'da' | 'en';
  readonly signal: AbortSignal;
  /** Called before each wait with its reason and duration in milliseconds. */
  readonly onWait: (why: string, ms: number) => void;
  readonly wait: Wait;
}

/** Client of `POST /v1/sources/{source}/imports`. A repeated part is stored once, so requests are retried. */
export class ImportClient {
  readonly #options: ImportClientOptions;
  #hasResponded = false;

  constructor(options: ImportClientOptions) {
    this.#options = options;
  }

  /**
   * Sends one part, with retries while the service is unavailable.
   * @param dryRun nothing is stored, whatever is asked for the other parts
   * @throws CommandError, of which a `RefusedPart` names rows by their lines in the file; the signal's reason when it
   * is aborted
   */
  async send(part: FilePart, dryRun = this.#options.dryRun): Promise<PartResponse> {
    try {
      return await this.#sendUntilAnswered(part.body, dryRun);
    } catch (error) {
      throw error instanceof RefusedPart ? error.inFile(part) : error;
    }
  }

  async #sendUntilAnswered(body: string, dryRun: boolean): Promise<PartResponse> {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.#post(body, dryRun);
        this.#hasResponded = true;
        return response;
      } catch (error) {
        this.#options.signal.throwIfAborted();
        if (!(error instanceof TransientError)) throw error;
        const planned = (this.#hasResponded ? RETRY_DELAYS_MS : INITIAL_RETRY_DELAYS_MS)[attempt];
        if (planned === undefined) throw new CommandError(error.message);
        const ms = Math.min(Math.max(planned, error.retryAfterMs), MAX_DELAY_MS);
        this.#options.onWait(error.message, ms);
        await this.#options.wait(ms, this.#options.signal);
      }
    }
  }

  async #post(body: string, dryRun: boolean): Promise<PartResponse> {
    const { url, source, token, signal } = this.#options;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}/v1/sources/${source}/imports?dryRun=${dryRun}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'text/csv; charset=utf-8',
          Accept: 'application/json',
          'Accept-Language': this.#options.language,
        },
        body,
        // A redirect would be followed with the token and without the file.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      text = await response.text();
    } catch (error) {
      throw this.#unreachable(error);
    }
    if (response.status === 200) return this.#parse(text);
    throw this.#refused(response, text);
  }

  #parse(text: string): PartResponse {
    const read = responseSchema.safeParse(parseJson(text));
    if (!read.success)
      throw new CommandError(`The server at ${this.#options.url} is not EasySMS, or another version of it.`);
    return read.data;
  }

  #unreachable(error: unknown): Error {
    const { url } = this.#options;
    if (error instanceof Error && error.name === 'TimeoutError')
      return new TransientError(`${url} did not respond within a minute.`);
    const code = codeOf(error);
    if (/CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ERR_TLS/.test(code)) {
      return new CommandError(
        `The certificate of ${url} is not trusted (${code}). ` +
          'Set NODE_EXTRA_CA_CERTS to a file with the certificate of your own authority.',
      );
    }
    if (code === 'ENOTFOUND') return new TransientError(`The host of ${url} was not found.`);
    return new TransientError(
      `No server responds at ${url}${code === '' ? '' : ` (${code})`}: is EasySMS running there?`,
    );
  }

  #refused(response: Response, text: string): Error {
    const { url, source } = this.#options;
    const { status } = response;
    if (status >= 300 && status < 400)
      return new CommandError(`${url} redirects to another address: use that one as --url.`);
    if (status === 401)
      return new CommandError(
        `The token does not belong to a source "${source}" at ${url}: check token, source and address.`,
      );
    if (status === 429 || status >= 500) {
      this.#hasResponded ||= status === 503 || status === 429;
      return new TransientError(`${url} is unavailable now (${status}).`, retryAfter(response));
    }
    const problem = problemSchema.safeParse(parseJson(text));
    if (!problem.success) return new CommandError(`${url} responded ${status}: is this the address of EasySMS?`);
    return new RefusedPart(problem.data);
  }
}

function codeOf(error: unknown): string {
  const cause =
    error instanceof Error && error.cause instanceof AggregateError
      ? error.cause.errors[0]
      : error instanceof Error
        ? error.cause
        : null;
  const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

/** Retry-After in milliseconds; 0 when the service doesn't send it. */
function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
