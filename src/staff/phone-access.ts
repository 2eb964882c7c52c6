import type { Kysely } from 'kysely';
import type { Database } from '../database/tables.ts';
import { maskPhone } from '../domain/phone.ts';
import { writeAudit } from '../store/audit.ts';

/** Who reads what a citizen's number may stand in. */
export interface Reader {
  /** As the audit names them. */
  readonly name: string;
  /** Viewers don't: they get masked numbers. */
  readonly seesNumbers: boolean;
}

export function showNumber(reader: Reader, phone: string | null): string | null {
  return phone === null || reader.seesNumbers ? phone : maskPhone(phone);
}

/** Runs of seven digits or more, with the blanks and dashes that people put between them. */
const LONG_DIGITS = /\+?\d(?:[ .()-]{0,2}\d){6,}/g;

/** What a citizen wrote: numbers of any kind that they put into it are masked like their own. */
export function showText(reader: Reader, text: string | null): string | null {
  return text === null || reader.seesNumbers
    ? text
    : text.normalize('NFKC').replace(LONG_DIGITS, (digits) => digits.replace(/\d/g, '•'));
}

/**
 * Notes that somebody saw, or looked for, numbers.
 * @param target what was read, by id, `after` which of it: neither ever holds a number
 */
export async function auditLook(
  db: Kysely<Database>,
  reader: Reader,
  look: { readonly authorityId: string; readonly action: string; readonly target: string; readonly after?: unknown },
  now: Date,
): Promise<void> {
  await writeAudit(db, { actor: reader.name, ...look }, now);
}
