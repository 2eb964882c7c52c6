import { writeSync } from 'node:fs';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

const SECRET_NAMES = [
  'phone',
  'from',
  'to',
  'text',
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'webhookSecret',
  'key',
];

/**
 * Creates the logger: one JSON object per line on standard output, with instants as text and without data that
 * identifies a citizen.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[masked]' },
    serializers: { err: describeError, error: describeError },
    hooks: { streamWrite: maskNumbers },
  };
  return pino(options, destination ?? STANDARD_OUTPUT);
}

const STDOUT = 1;
const MAX_ATTEMPTS = 20;
const RETRY_DELAY_MS = 2;

/**
 * Writes lines and drops one that can't be written, because of a full disk or a closed pipe, so that the service goes
 * on. pino's own destination would end the process, or retry for ever while it exits.
 */
const STANDARD_OUTPUT: DestinationStream = {
  write(line) {
    let rest = Buffer.from(line);
    for (let attempts = 0; rest.length > 0 && attempts < MAX_ATTEMPTS; attempts++) {
      try {
        rest = rest.subarray(writeSync(STDOUT, rest));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
        // The reader of the pipe is slower than the service.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_DELAY_MS);
      }
    }
  },
};

/** Only fields that are known to be harmless: PostgreSQL's errors quote whole rows in `detail` and `where`. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: String(error.code) } : {}),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
    stack: error.stack,
  };
}

const HARMLESS = [
  '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', // a UUID
  '\\d{4}-\\d\\d-\\d\\d(?:[T ][\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d)?)?', // an instant or a day
  // an IP address, unless it may be a phone number
  '(?!(?:\\d\\d\\.){3}\\d\\d(?!\\d))\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?',
  '(?<=":)-?\\d+\\.\\d+(?=[,}])', // a measured value
].join('|');
/**
 * 8 to 15 digits, alone or grouped by blanks (also in URLs), dots, dashes or brackets: phone numbers in all usual
 * forms, and CPR numbers.
 */
const DIGITS = '(?:\\+|00)?\\(?\\d(?:(?:%20|[ .\\-()/+\\u00a0]){0,2}\\d){7,14}(?!\\d)';
/** Not inside a word, unless its last letter belongs to an escape: `\n20123456`, `%2B45…`, `%2045…`. */
const BEFORE = '(?:(?<![0-9A-Za-z]|%2)|(?<=\\\\[nrt]|%2B|%20))';
const TOKENS = new RegExp(`(${HARMLESS})|${BEFORE}${DIGITS}`, 'gi');

/**
 * Masks possible phone and CPR numbers in a line of JSON, which stays valid. It masks too much rather than too little.
 */
export function maskNumbers(line: string): string {
  return line.replace(TOKENS, (found: string, harmless: string | undefined, ...rest: unknown[]) => {
    if (harmless !== undefined) return found;
    const offset = rest.find((part) => typeof part === 'number') ?? 0;
    const bare =
      /^\d+$/.test(found) && /[:,[]/.test(line[offset - 1] ?? '') && /[,}\]]/.test(line[offset + found.length] ?? '');
    // A bare JSON number must remain a number.
    return bare ? '9'.repeat(found.length) : '[masked]';
  });
}
