import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { dictionary } from '@zxcvbn-ts/language-common';
import { Problem } from '../../domain/errors.ts';
import type { Keyring } from '../../domain/keyring.ts';
import { normalized } from '../../domain/text/unicode.ts';

/** 32 MiB and three rounds: one of the settings that OWASP's Password Storage Cheat Sheet calls equally strong. */
const COST = { log2N: 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** Two at a time leave threads for what else waits for them, such as names of hosts. */
const AT_ONCE = 2;
const MOST_WAITING = 30;

/** How long somebody waits who is told that too much is going on at this moment. */
export const BUSY_SECONDS = 5;

/** 429, as for too many attempts: too many passwords are being checked at this moment. */
export class PasswordsBusy extends Problem {
  constructor() {
    const retry = { retryAfterSeconds: BUSY_SECONDS };
    super(429, 'too-many-attempts', 'Too many passwords are being checked: try again in a few seconds.', retry);
    this.name = 'PasswordsBusy';
  }
}

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Hashes a password by scrypt (RFC 7914), with a random salt. What is hashed is keyed before, so that a copy of the
 * database alone gives nothing to guess at.
 * @returns `scrypt$log2N$r$p$salt$hash`
 * @throws PasswordsBusy
 */
export async function hashPassword(keyring: Keyring, password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return hashText(salt, await derive(keyring, password, salt, COST));
}

/** True for the password of this hash; null stands for nobody's, and takes as long. @throws PasswordsBusy */
export async function isPassword(keyring: Keyring, password: string, hash: string | null): Promise<boolean> {
  const [, log2N, r, p, salt = '', key = ''] = (hash ?? NOBODY).split('$');
  const stored = Buffer.from(key, 'base64');
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const derived = await derive(keyring, password, Buffer.from(salt, 'base64'), cost);
  return timingSafeEqual(stored, derived) && hash !== null;
}

const NOBODY = hashText(Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES));

function hashText(salt: Buffer, key: Buffer): string {
  return ['scrypt', COST.log2N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$');
}

async function derive(
  keyring: Keyring,
  password: string,
  salt: Buffer,
  { log2N, r, p }: { readonly log2N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  const keyed = keyring.digest('password', normalizedPassword(password));
  const options = { N: 2 ** log2N, r, p, maxmem: 2 ** (log2N + 11) };
  await turn();
  try {
    return await new Promise((resolve, reject) => {
      scrypt(keyed, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
    });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) throw new PasswordsBusy();
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  }
  running++;
}

/** The fewest characters of a password (NIST SP 800-63B-4 §3.1.1.2 asks for 8 beside a second factor, 15 without). */
const SHORTEST_PASSWORD = 12;
/** The most characters of a password. */
const LONGEST_PASSWORD = 200;

/** Why a password is refused. */
export type PasswordFault = 'too_short' | 'too_long' | 'common' | 'own_email';

/** 49,233 passwords that are used most, those of the list that zxcvbn ranks by (MIT, github.com/zxcvbn-ts/zxcvbn). */
let common: ReadonlySet<string> | undefined;
/** Words that are common here, and that the international list lacks. */
const COMMON_HERE = [
  'adgangskode',
  'kodeord',
  'hemmelig',
  'velkommen',
  'sommer',
  'vinter',
  'foraar',
  'forår',
  'efteraar',
  'efterår',
  'sygehus',
  'hospital',
  'hospitalet',
  'kommune',
  'kommunen',
  'region',
  'koebenhavn',
  'københavn',
  'danmark',
  'aarhus',
  'århus',
  'odense',
  'aalborg',
  'easysms',
  'nemsms',
  'paamindelse',
  'påmindelse',
  'administrator',
];

function isListed(word: string): boolean {
  common ??= new Set([...dictionary['passwords-common'], ...COMMON_HERE]);
  return common.has(word);
}

/** A password in the form in which it is compared and hashed, however its keyboard composes letters. */
function normalizedPassword(password: string): string {
  return normalized(password, 'NFC');
}

/**
 * Why the password may not be chosen. Common ones are refused also with digits and signs in front and behind, since
 * that is how a rule of length is met, and so is one thing over and over.
 * @param email null: unknown, so that the password is compared with none
 * @returns null for one that may
 */
export function faultOfPassword(password: string, email: string | null): PasswordFault | null {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) return 'too_short';
  if (length > LONGEST_PASSWORD) return 'too_long';
  const lower = normalizedPassword(password).toLowerCase();
  const core = betweenLetters(lower);
  if (email !== null && holdsEmail(lower, core, email.toLowerCase())) return 'own_email';
  return isCommon(lower) || isCommon(core) ? 'common' : null;
}

function holdsEmail(password: string, core: string, email: string): boolean {
  const name = email.slice(0, email.indexOf('@'));
  return password.includes(email) || email.includes(password) || core === name || repeated(core) === name;
}

function isCommon(text: string): boolean {
  if (text === '' || isListed(text)) return true;
  const unit = repeated(text);
  return unit !== text && (unit.length <= 3 || isListed(unit) || isListed(betweenLetters(unit)));
}

/** The text from its first to its last letter; empty without letters. */
function betweenLetters(text: string): string {
  const characters = [...text];
  const isLetter = (character: string) => /\p{L}/u.test(character);
  const first = characters.findIndex(isLetter);
  return first < 0 ? '' : characters.slice(first, characters.findLastIndex(isLetter) + 1).join('');
}

/** The shortest text that gives this one when it is repeated. */
function repeated(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at < 0 ? text.length : at);
}
