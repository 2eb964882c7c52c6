import type { Kysely } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { maskPhone } from '../../domain/phone.ts';
import { isSender } from '../../domain/sms/sender.ts';
import { maskCpr } from '../../domain/text/cpr.ts';
import { withPlainDigits } from '../../domain/text/unicode.ts';
import { writeAudit } from '../../store/audit.ts';

/** A person who reads data that may hold citizens' phone numbers. */
export interface Reader {
  /** The name in the audit. */
  readonly name: string;
  /** False for viewers, who get masked numbers. */
  readonly seesNumbers: boolean;
  /** The installation's administrator, who also reads what concerns no authority. */
  readonly installation?: boolean;
  /** Departments that the reader is limited to; null, or absent: all. */
  readonly departments?: readonly string[] | null;
}

/** The number as this reader may see it; null stays null. */
export function showNumber(reader: Pick<Reader, 'seesNumbers'>, phone: string | null): string | null {
  return phone === null || reader.seesNumbers ? phone : maskPhone(phone);
}

/** Seven digits or more, with up to three signs of any kind between two of them, of which some can't be seen. */
const LONG_DIGITS = /\+?\d(?:[^\p{L}\p{N}]{0,3}\d){6,}/gu;

/**
 * A citizen's text as this reader may see it: a CPR number in it is masked for everybody, any other long number like
 * the sender's; null stays null.
 */
export function showText(reader: Reader, text: string | null): string | null {
  if (text === null) return null;
  const shown = maskCpr(text);
  if (reader.seesNumbers) return shown;
  return withPlainDigits(shown).replace(LONG_DIGITS, (digits) => digits.replace(/\d/g, '•'));
}

/**
 * The recipient of a citizen's SMS as this reader may see it. A sender that networks display is shown as it is;
 * anything else is masked like a citizen's text, since a callback may name anything. null stays null.
 */
export function showRecipient(reader: Reader, recipient: string | null): string | null {
  return recipient !== null && isSender(recipient) ? recipient : showText(reader, recipient);
}

/**
 * Audits that a reader saw, or searched for, phone numbers.
 * @param access.target the id of what was read; `after` lists the parts of it. Neither ever holds a number
 */
export async function auditPhoneAccess(
  db: Kysely<Database>,
  reader: Reader,
  access: { readonly authorityId: string; readonly action: string; readonly target: string; readonly after?: unknown },
  now: Date,
): Promise<void> {
  await writeAudit(db, { actor: reader.name, ...access }, now);
}
