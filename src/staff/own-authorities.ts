import type { Authority } from '../domain/authority.ts';
import { actorIn, authoritiesOf, type Principal } from '../domain/people/access.ts';
import type { DatabaseAccess } from '../runtime/deps.ts';
import { findAuthorities, findAuthority, listAuthorities, searchAuthorities } from '../store/authorities.ts';
import { countOpenReplies } from './replies/replies.sql.ts';

/** An authority, with how many of its replies a person must still read. */
export type OwnAuthority = Authority & { readonly openReplies: number };

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
  deps: DatabaseAccess,
  principal: Principal,
  choice: { readonly limit: number; readonly named: string | undefined },
): Promise<OwnAuthorities> {
  const { limit, named } = choice;
  const counts = await countsSeenBy(deps, principal);
  const own = authoritiesOf(principal);
  if (own !== null) {
    const found = await findAuthorities(deps.db, own);
    const authorities = withCounts(found.sort(byId), counts);
    return { authorities, more: authorities.length > limit };
  }
  const first = await listAuthorities(deps.db, { only: null, after: null, limit: limit + 1 });
  const later = [named, [...counts.keys()].sort()[0]].filter((id) => id !== undefined && !first.some(hasId(id)));
  const found = await Promise.all([...new Set(later)].map((id) => findAuthority(deps.db, id as string)));
  const authorities = withCounts([...first, ...found.filter((each) => each !== undefined)], counts);
  return { authorities, more: first.length > limit };
}

/** The authorities of somebody whose name or id holds `text`, by name. */
export async function searchOwnAuthorities(
  deps: DatabaseAccess,
  principal: Principal,
  { text, limit }: { readonly text: string; readonly limit: number },
): Promise<OwnAuthority[]> {
  const found = await searchAuthorities(deps.db, { text, only: authoritiesOf(principal), limit });
  return withCounts(found, await countsSeenBy(deps, principal));
}

/** Open replies that somebody may read, by authority; one without any is missing. */
async function countsSeenBy({ db }: DatabaseAccess, principal: Principal): Promise<ReadonlyMap<string, number>> {
  const counts = await countOpenReplies(db, null);
  const limited = new Map<string, { departments: readonly string[]; authorities: string[] }>();
  for (const id of counts.keys()) {
    const departments = actorIn(principal, id)?.departments ?? null;
    if (departments === null) continue;
    const key = JSON.stringify(departments);
    const same = limited.get(key) ?? { departments, authorities: [] };
    same.authorities.push(id);
    limited.set(key, same);
  }
  for (const limit of limited.values()) {
    for (const id of limit.authorities) counts.delete(id);
    for (const [id, count] of await countOpenReplies(db, limit)) counts.set(id, count);
  }
  return counts;
}

function withCounts(authorities: readonly Authority[], counts: ReadonlyMap<string, number>): OwnAuthority[] {
  return authorities.map((authority) => ({ ...authority, openReplies: counts.get(authority.id) ?? 0 }));
}

const hasId = (id: string) => (authority: Authority) => authority.id === id;

const byId = (a: Authority, b: Authority) => (a.id < b.id ? -1 : 1);
