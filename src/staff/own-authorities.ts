import { actorIn, authoritiesOf, type Principal, strongestAccess } from '../domain/people/access.ts';
import type { DatabaseAccess } from '../runtime/deps.ts';
import {
  ELSEWHERE,
  listOwnAuthorities,
  type OwnAuthority,
  type Sight,
  searchAuthorities,
} from './own-authorities.sql.ts';

export type { OwnAuthority } from './own-authorities.sql.ts';

interface OwnAuthorities {
  /** The first by id, and the one that was named or has open replies where it comes later. */
  readonly authorities: readonly OwnAuthority[];
  /** There are more than `limit`. */
  readonly more: boolean;
}

/**
 * Reads the authorities of somebody.
 * @param choice.named the id of one that is wanted; it is missing where it is not theirs
 */
export async function readOwnAuthorities(
  { db }: DatabaseAccess,
  principal: Principal,
  { limit, named }: { readonly limit: number; readonly named: string | undefined },
): Promise<OwnAuthorities> {
  const authorities = await listOwnAuthorities(db, sightOf(principal), { limit: limit + 1, named });
  return { authorities, more: authorities.length > limit };
}

/** The authorities of somebody whose name or id holds `text`, by name. */
export async function searchOwnAuthorities(
  { db }: DatabaseAccess,
  principal: Principal,
  search: { readonly text: string; readonly limit: number },
): Promise<OwnAuthority[]> {
  return searchAuthorities(db, sightOf(principal), search);
}

function sightOf(principal: Principal): Sight {
  const everywhere = strongestAccess(principal.accesses.filter(({ authorityId }) => authorityId === null));
  const limits = principal.accesses.map(({ authorityId: id }) => {
    const allowed = id === null ? everywhere : actorIn(principal, id);
    return [id ?? ELSEWHERE, allowed?.departments ?? null] as const;
  });
  return { own: authoritiesOf(principal), limits: Object.fromEntries(limits) };
}
