import type { Db } from '../database/tables.ts';
import type { Actor } from '../domain/people/access.ts';
import { maskPhone } from '../domain/phone.ts';
import { isSender } from '../domain/sms/sender.ts';
import { maskCpr } from '../domain/text/cpr.ts';
import { withPlainDigits } from '../domain/text/unicode.ts';
import { writeAudit } from '../store/audit.ts';

/** Somebody who reads data that may hold citizens' phone numbers; of all departments where none are named. */
export type Reader = Pick<Actor, 'name' | 'seesNumbers'> & Partial<Pick<Actor, 'installation' | 'departments'>>;

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
  db: Db,
  reader: Reader,
  access: { readonly authorityId: string; readonly action: string; readonly target: string; readonly after?: unknown },
  now: Date,
): Promise<void> {
  await writeAudit(db, { actor: reader.name, ...access }, now);
}

/** Rows whose numbers a reader is shown: their ids, and the name that the audit has for their kind. */
interface SeenRows {
  readonly authorityId: string;
  readonly target: string;
  readonly kind: 'appointments' | 'messages' | 'inbound' | 'optOuts';
  readonly ids: readonly string[];
}

/** Audits that a reader was shown the numbers of these rows; nothing for one who sees no numbers, and for no rows. */
export async function auditNumbersSeen(
  db: Db,
  reader: Reader,
  { authorityId, target, kind, ids }: SeenRows,
  now: Date,
): Promise<void> {
  if (!reader.seesNumbers || ids.length === 0) return;
  await auditPhoneAccess(db, reader, { authorityId, action: 'number.see', target, after: { [kind]: ids } }, now);
}
