import { readInstant } from '../../domain/calendar.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';

/** The moment that a field of type `datetime-local` names in the authority's zone; undefined for any other text. */
export async function readLocalMoment(
  deps: DatabaseAccess,
  authorityId: string,
  text: string,
): Promise<Date | undefined> {
  const { timeZone } = await readAuthority(deps, authorityId);
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/.test(text) ? readInstant(text, timeZone) : 'invalid';
  return at instanceof Date ? at : undefined;
}
