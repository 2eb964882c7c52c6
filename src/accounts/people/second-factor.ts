import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { inTransaction } from '../../database/transaction.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { OpenedRow } from '../../runtime/opened-row.ts';
import { writeAudit } from '../../store/audit.ts';
import {
  countRecoveryCodes,
  findPerson,
  lockPerson,
  type PersonRow,
  replaceRecoveryCodes,
  takeRecoveryCode,
  takeStep,
  updatePerson,
} from './people.sql.ts';
import { openEmail } from './people.ts';
import { beginAttempt } from './throttle.ts';

type FactorDeps = DatabaseAccess & KeyringAccess;

const COLUMN = 'person.totp';
const PERIOD_SECONDS = 30;
/** A clock may be half a minute off, and typing takes time. */
const WINDOW = 1;
const RECOVERY_CODES = 10;
const FROM_ADDRESS = 5;
/** Wrong codes from anywhere: who guesses has the password. A recovery code still gets its owner in. */
const FROM_ANYWHERE = 20;

function totpOf(secret: Secret, email: string | null): TOTP {
  // SHA-1, six digits and 30 s are what every authenticator app knows (RFC 6238 §1.2).
  const label = email ?? 'EasySMS';
  return new TOTP({ issuer: 'EasySMS', label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS });
}

/** @returns null where there is none, and where it can't be opened: then no code is right */
function secretOf({ keyring }: FactorDeps, person: PersonRow): Secret | null {
  const secret = new OpenedRow(keyring).open('', COLUMN, person.id, person.totp_ciphertext);
  return secret === null ? null : Secret.fromBase32(secret);
}

/** The secret that a person enters into an authenticator app. */
export interface Enrolment {
  /** `otpauth://totp/…`, for a QR code. */
  readonly uri: string;
  /** Base 32, for typing. */
  readonly secret: string;
}

/**
 * The secret that the person is to confirm by a code; it is made where there is none, and stays the same until then.
 * @returns null for somebody who has a second factor
 */
export async function beginEnrolment(deps: FactorDeps, personId: string): Promise<Enrolment | null> {
  return inTransaction(deps.db, async (trx) => {
    const person = await lockPerson(trx, personId);
    if (!person || person.totp_confirmed_at !== null) return null;
    const known = secretOf(deps, person);
    const secret = known ?? new Secret({ size: 20 });
    if (!known) {
      const sealed = deps.keyring.cipher.encrypt('', COLUMN, personId, secret.base32);
      await updatePerson(trx, personId, { totp_ciphertext: sealed });
    }
    const email = openEmail(deps.keyring, person);
    return { uri: totpOf(secret, email).toString(), secret: secret.base32 };
  });
}

/** The period of a code, when it is one of this secret around now. */
function stepOf(secret: Secret, code: string, now: Date): number | null {
  const timestamp = now.getTime();
  const delta = totpOf(secret, null).validate({ token: code, timestamp, window: WINDOW });
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
}

/** Six digits, however they are grouped; anything else is no code of an app. */
function digitsOf(code: string): string | null {
  const digits = code.replace(/[\s-]/g, '');
  return /^\d{6}$/.test(digits) ? digits : null;
}

type CodeCheck =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly waitSeconds: number };

/**
 * Confirms a second factor by a first code. @returns recovery codes, shown this once, or why not
 */
export async function confirmEnrolment(
  deps: FactorDeps,
  personId: string,
  given: { readonly code: string; readonly client: string },
  now: Date,
): Promise<
  { readonly kind: 'right'; readonly recoveryCodes: readonly string[] } | Exclude<CodeCheck, { kind: 'right' }>
> {
  const limit = { key: `enrol ${personId}`, failures: FROM_ANYWHERE };
  const attempt = await beginAttempt(deps, [limit], now);
  if ('waitSeconds' in attempt) return { kind: 'wait', ...attempt };
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode);
  const done = await inTransaction(deps.db, async (trx) => {
    const person = await lockPerson(trx, personId);
    const secret = person && person.totp_confirmed_at === null ? secretOf(deps, person) : null;
    const digits = digitsOf(given.code);
    const step = secret && digits && stepOf(secret, digits, now);
    if (!step) return false;
    await updatePerson(trx, personId, { totp_confirmed_at: now, totp_step: String(step) });
    await replaceRecoveryCodes(
      trx,
      personId,
      recoveryCodes.map((code) => codeHash(deps, personId, code)),
    );
    const entry = { actor: `person:${personId}`, action: 'person.second-factor', authorityId: null, target: personId };
    await writeAudit(trx, entry, now);
    return true;
  });
  if (!done) return { kind: 'wrong' };
  await attempt.succeeded();
  return { kind: 'right', recoveryCodes };
}

/** 80 bits in five groups of base 32, which is easy to write down and read out. */
function makeRecoveryCode(): string {
  const text = new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer }).base32.toLowerCase();
  return text.match(/.{4}/g)?.join('-') ?? text;
}

function codeHash({ keyring }: FactorDeps, personId: string, code: string): Buffer {
  return keyring.digest('recovery', `${personId}\n${code.toLowerCase().replace(/[^a-z2-7]/g, '')}`);
}

/**
 * Checks a code beside a right password: one of the app, which serves once, or a recovery code, which is used up. Wrong
 * ones are limited by address and in all; a recovery code is limited by address alone, so that nobody who has the
 * password can keep its owner out.
 */
export async function checkCode(
  deps: FactorDeps,
  personId: string,
  given: { readonly code: string; readonly client: string },
  now: Date,
): Promise<CodeCheck> {
  const digits = digitsOf(given.code);
  const limits = [
    { key: `code ${given.client} ${personId}`, failures: FROM_ADDRESS },
    ...(digits === null ? [] : [{ key: `code ${personId}`, failures: FROM_ANYWHERE }]),
  ];
  const attempt = await beginAttempt(deps, limits, now);
  if ('waitSeconds' in attempt) return { kind: 'wait', ...attempt };
  const right =
    digits === null
      ? await useRecoveryCode(deps, personId, given.code, now)
      : await useStep(deps, personId, digits, now);
  if (!right) return { kind: 'wrong' };
  await attempt.succeeded();
  return { kind: 'right' };
}

async function useStep(deps: FactorDeps, personId: string, digits: string, now: Date): Promise<boolean> {
  const person = await findPerson(deps.db, personId);
  const secret = person?.totp_confirmed_at ? secretOf(deps, person) : null;
  const step = secret && stepOf(secret, digits, now);
  return step !== null && step !== undefined && (await takeStep(deps.db, personId, step));
}

async function useRecoveryCode(deps: FactorDeps, personId: string, code: string, now: Date): Promise<boolean> {
  return inTransaction(deps.db, async (trx) => {
    if (!(await takeRecoveryCode(trx, personId, codeHash(deps, personId, code)))) return false;
    const entry = { actor: `person:${personId}`, action: 'person.recovery-code', authorityId: null, target: personId };
    await writeAudit(trx, entry, now);
    return true;
  });
}

/** The second factor of a person. @returns null for none */
export async function readFactor(
  deps: DatabaseAccess,
  personId: string,
): Promise<{ readonly recoveryCodes: number } | null> {
  const person = await findPerson(deps.db, personId);
  if (!person?.totp_confirmed_at) return null;
  return { recoveryCodes: await countRecoveryCodes(deps.db, personId) };
}

/** Removes one's own second factor, with a code of it. */
export async function removeFactor(
  deps: FactorDeps,
  personId: string,
  given: { readonly code: string; readonly client: string },
  now: Date,
): Promise<CodeCheck> {
  const checked = await checkCode(deps, personId, given, now);
  if (checked.kind !== 'right') return checked;
  await inTransaction(deps.db, async (trx) => {
    await updatePerson(trx, personId, { totp_ciphertext: null, totp_confirmed_at: null, totp_step: null });
    await replaceRecoveryCodes(trx, personId, []);
    const action = 'person.second-factor-removed';
    await writeAudit(trx, { actor: `person:${personId}`, action, authorityId: null, target: personId }, now);
  });
  return checked;
}
