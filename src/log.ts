import { writeSync } from 'node:fs';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { asciiDigits } from './domain/text/unicode.ts';

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
    formatters: { level: (name: string) => ({ level: name }) },
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
  // an instant or a day
  '(?:19|20)\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])' +
    '(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?(?!\\d)',
  // an IP address, unless it may be a phone number
  '(?!(?:\\d\\d\\.){3}\\d\\d(?!\\d))\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?(?!\\d)',
  '(?<=":)-?\\d+\\.\\d+(?=[,}])', // a measured value
  '(?<="(?:source|authority)":")[a-z0-9][a-z0-9-]{0,62}(?=")', // an id that staff gave
].join('|');
/** A colon between one or two digits each, of which lines and columns of a stack make too few. */
const COLON = '(?<=(?<!\\d)\\d{1,2}):(?=\\d{1,2}(?!\\d))';
/**
 * Separators that people, URLs and escapes of JSON put between digits; nothing that divides JSON, where a comma is
 * followed by no blank and a colon follows no digit.
 */
const ESCAPED_SIGN = '%(?:2[0-9a-f]|3[a-f]|5[b-f]|7[b-e]|c2%[ab][0-9a-f]|e2%80%[89][0-9a-f])|&#?[0-9a-z]{2,8};';
const BETWEEN = `(?:${ESCAPED_SIGN}|, |${COLON}|\\\\u[0-9a-f]{4}|\\\\[nrt]|[^\\p{L}\\p{N}\\p{M}":,{}[\\]\\\\%])*`;
const ESCAPE = '(?:\\\\u[0-9a-f]{4}|%[0-9a-f]{2}|\\\\[nrt])';
const TOKENS = new RegExp(`(${HARMLESS})|${ESCAPE}|\\+?\\d(?:${BETWEEN}\\d)*`, 'giu');
/** Characters that do not make the digits behind them part of an id. */
const NO_ID = new RegExp(`(?:${ESCAPE}|cpr|(?<![a-z])p)$`, 'i');
const LONGEST_FRONT = 6;
const BEYOND_ASCII = /[\u0080-\uffff]/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}+/gu;
const FEWEST_DIGITS = 8;

/**
 * Masks possible phone and CPR numbers in a line of JSON, which stays valid: eight digits or more, of any script and
 * with anything between them that is no letter. It masks too much rather than too little. Digits directly behind a
 * letter are taken for a part of an id, but for those behind `CPR` and `P`.
 */
export function maskNumbers(line: string): string {
  const plain = BEYOND_ASCII.test(line) ? asciiDigits(line.replace(INVISIBLE, '')) : line;
  return plain.replace(TOKENS, (found: string, harmless: string | undefined, offset: number) => {
    const before = plain.slice(Math.max(0, offset - LONGEST_FRONT), offset);
    return harmless === undefined ? masked(found, before, plain[offset + found.length] ?? '') : found;
  });
}

const FIRST_DIGITS = /^\d+/;

function masked(found: string, before: string, after: string): string {
  const isGlued = /[0-9A-Za-z]$/.test(before) && !NO_ID.test(before);
  const ofAnId = isGlued ? (FIRST_DIGITS.exec(found)?.[0] ?? '') : '';
  const rest = found.slice(ofAnId.length);
  if (rest.replace(/\D/g, '').length < FEWEST_DIGITS) return found;
  // A bare JSON number must remain a number.
  const bare = ofAnId === '' && /^\d+$/.test(rest) && /[:,[]$/.test(before) && /[,}\]]/.test(after);
  return ofAnId + (bare ? '9'.repeat(rest.length) : '[masked]');
}
