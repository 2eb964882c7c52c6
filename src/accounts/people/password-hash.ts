import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Problem } from '../../domain/errors.ts';
import type { Keyring } from '../../domain/keyring.ts';
import { normalizedPassword } from './password-rules.ts';

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
  const key = await derive(keyring, password, salt, COST);
  const { log2N, r, p } = COST;
  return ['scrypt', log2N, r, p, salt.toString('base64'), key.toString('base64')].join('$');
}

/** True for the password of this hash; null stands for nobody's, and takes as long. @throws PasswordsBusy */
export async function isPassword(keyring: Keyring, password: string, hash: string | null): Promise<boolean> {
  const [, log2N, r, p, salt = '', key = ''] = (hash ?? NOBODY).split('$');
  const stored = Buffer.from(key, 'base64');
  const derived = await derive(keyring, password, Buffer.from(salt, 'base64'), {
    log2N: Number(log2N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(stored, derived) && hash !== null;
}

const NOBODY = [
  'scrypt',
  COST.log2N,
  COST.r,
  COST.p,
  Buffer.alloc(16).toString('base64'),
  Buffer.alloc(32).toString('base64'),
].join('$');

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
