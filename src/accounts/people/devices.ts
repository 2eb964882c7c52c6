import { randomBytes, timingSafeEqual } from 'node:crypto';
import { DAY_MS } from '../../domain/duration.ts';
import type { Keyring } from '../../domain/keyring.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { findPerson, type PersonRow } from './people.sql.ts';

/** The time after a sign-in for which its device is known. */
export const DEVICE_MS = 90 * DAY_MS;

/** The people who are known on one device: a computer of a ward has several. */
export const MOST_PEOPLE = 10;

/** When it ends, in seconds and base 36; an id; and a keyed hash of both, of the person and of what they sign in by. */
const TOKEN = /^([0-9a-z]{6,8})\.([\w-]{16})\.([\w-]{43})$/;

/**
 * Adds a person to the people who are known on a device, by a token. It names nobody, nothing of it is stored, and it
 * ends with the password and with the second factor.
 * @param who.secondFactor a code was given: a password alone is no sign-in of whoever has a second factor
 * @param tokens those that the device has
 * @returns those that it has from now on; null where nothing changes
 */
export async function addToDevice(
  { db, keyring }: DatabaseAccess & KeyringAccess,
  who: { readonly personId: string; readonly secondFactor: boolean },
  tokens: readonly string[],
  now: Date,
): Promise<readonly string[] | null> {
  const person = await findPerson(db, who.personId);
  if (!person || (person.totp_confirmed_at !== null && !who.secondFactor)) return null;
  const others = tokens.filter((token) => TOKEN.test(token) && !isOf(keyring, person, token, now));
  return [newToken(keyring, person, now), ...others].slice(0, MOST_PEOPLE);
}

function newToken(keyring: Keyring, person: PersonRow, now: Date): string {
  const ends = Math.floor((now.getTime() + DEVICE_MS) / 1000).toString(36);
  const id = randomBytes(12).toString('base64url');
  return `${ends}.${id}.${proofOf(keyring, person, ends, id).toString('base64url')}`;
}

/** The id of the device, by the first of the tokens that is this person's; null for none. */
export function deviceOf(
  keyring: Keyring,
  person: PersonRow | undefined,
  tokens: readonly string[],
  now: Date,
): string | null {
  const own = tokens.find((token) => person && isOf(keyring, person, token, now));
  return own === undefined ? null : (TOKEN.exec(own)?.[2] ?? null);
}

function isOf(keyring: Keyring, person: PersonRow, token: string, now: Date): boolean {
  const [, ends = '', id = '', proof = ''] = TOKEN.exec(token) ?? [];
  if (Number.parseInt(ends, 36) * 1000 <= now.getTime()) return false;
  const given = Buffer.from(proof, 'base64url');
  const right = proofOf(keyring, person, ends, id);
  return given.length === right.length && timingSafeEqual(given, right);
}

function proofOf(keyring: Keyring, person: PersonRow, ends: string, id: string): Buffer {
  const { password_hash: password, totp_confirmed_at: factor } = person;
  return keyring.digest('device', [ends, id, person.id, password ?? '', factor?.toISOString() ?? ''].join('\n'));
}
