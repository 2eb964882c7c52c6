/**
 * A fault in a request. `pointer` is a JSON pointer into the body, or a parameter's name. `detail` never contains a
 * phone number.
 */
export interface Fault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly line?: number;
  readonly column?: number;
  /** The values one of which would do. Pages list them; responses and what is stored have `detail` alone. */
  readonly allowed?: readonly string[];
}

/** The faults, each code and pointer once. */
export function distinctFaults(faults: readonly Fault[]): readonly Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.code} ${fault.pointer}`, fault])).values()];
}

/** A fault of a value, whose place is known to whoever asks about it. */
export type ValueFault = Pick<Fault, 'code' | 'detail'>;

/**
 * Refused request, in the terms of RFC 9457. `code` becomes the `type` `/problems/<code>`. `detail` is a sentence that
 * says what is wrong, without phone and CPR numbers.
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

/** 404 for an object that does not exist or belongs to another authority; callers cannot tell the two apart. */
export function notFound(what: string): Problem {
  return new Problem(404, 'not-found', `There is no such ${what}.`);
}

/** Refusals by a code that says why something can't be done now, with a sentence for each: 409 of this type. */
export function refusals<Code extends string>(type: string, details: Readonly<Record<Code, string>>) {
  return {
    /** The refusal with this code. */
    problem(code: Code): Problem {
      const detail = details[code];
      return new Problem(409, type, detail, { faults: [{ pointer: '', code, detail }] });
    },
    /** The code of an error that is one of these refusals; null for any other. */
    codeOf(error: unknown): Code | null {
      if (!(error instanceof Problem) || error.code !== type) return null;
      return (error.faults[0]?.code ?? null) as Code | null;
    },
  };
}

/** 409 for a change of what somebody else has changed since it was read. @param detail tells its sender what */
export function changedMeanwhile(detail: string): Problem {
  return new Problem(409, 'changed', detail);
}

/** True for the refusal of `changedMeanwhile`. */
export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof Problem && error.code === 'changed';
}

/** Problem 422 of one fault, whose detail is all there is to say. */
export function refusedFor(code: string, pointer: string, detail: string): Problem {
  return new Problem(422, 'invalid', detail, { faults: [{ pointer, code, detail }] });
}

/** Refusal of a request for what it holds. */
export function refusedRequest(faults: readonly Fault[]): Problem {
  return new Problem(422, 'invalid', 'The request was understood and refused: see errors.', { faults });
}

/** Problem 422 of an event with these faults. */
export function refusedEvent(faults: readonly Fault[]): Problem {
  return new Problem(422, 'invalid', 'The event was understood and refused: see errors.', { faults });
}

/** Why a start failed, in the word of its last line in the log. */
export type StartReason =
  | 'settings'
  | 'database_unavailable'
  /** The server refuses what DATABASE_URL says, or is too old. */
  | 'database_refused'
  | 'migration'
  | 'encryption_keys'
  | 'data_folder'
  /** The listen address is in use, or not this machine's. */
  | 'address'
  | 'unexpected';

/** Failed start of the process. `message` is one or more whole sentences for the operator, without secrets. */
export class StartError extends Error {
  readonly reason: StartReason;

  constructor(reason: StartReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StartError';
    this.reason = reason;
  }
}

/**
 * The error of a start that can't use its data folder, by whatever it met there; one that says so already stays.
 * @param folder its absolute path
 */
export function unusableDataFolder(folder: string, cause: unknown): StartError {
  if (cause instanceof StartError) return cause;
  const code = nodeErrorCode(cause);
  const found = code === '' ? 'what it holds is no database of this version' : (cause as Error).message;
  return new StartError('data_folder', `The data folder ${folder} can't be used: ${found}.`, { cause });
}

/** The code of an error of Node, such as `ENOENT`; empty for any other. */
export function nodeErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The name of an error, which a log may hold where a message may quote what somebody sent. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
