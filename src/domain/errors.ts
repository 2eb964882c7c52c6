/**
 * One fault in what a caller sent. `pointer` is a JSON pointer into the body, or a parameter's name. `detail` never
 * holds a number.
 */
export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * A request that is refused, as the caller will read it (RFC 9457). `code` ends up in `type` as `/problems/<code>`.
 * `detail` is a sentence that says what is wrong and holds no phone number and no CPR number.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    detail: string,
    options: { faults?: readonly Fault[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What is not there, and what belongs to another authority, answer alike. */
export function notFound(what: string): Problem {
  return new Problem(404, 'not-found', `There is no such ${what}.`);
}

/** A start that can't go on. `message` is one or more whole sentences for the operator, without any secret. */
export class StartError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StartError';
  }
}
