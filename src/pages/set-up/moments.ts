import { readInstant } from '../../domain/calendar.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { readTypedMoment } from '../kit/days.ts';

/** The moment that a `DayField` with a time names in the authority's zone; undefined for any other text. */
export async function readLocalMoment(
  deps: DatabaseAccess,
  authorityId: string,
  text: string,
): Promise<Date | undefined> {
  const { timeZone } = await readAuthority(deps, authorityId);
  const at = readInstant(readTypedMoment(text) ?? '', timeZone);
  return at instanceof Date ? at : undefined;
}
