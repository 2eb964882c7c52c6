import type { Authority } from '../domain/authority.ts';
import type { DatabaseAccess } from '../runtime/deps.ts';
import { findAuthorities, findAuthority, listAuthorities, searchAuthorities } from '../store/authorities.ts';
import { countOpenReplies, countOpenRepliesOf } from './replies.sql.ts';

/** An authority, with how many of its replies a person must still read. */
export type OwnAuthority = Authority & { readonly openReplies: number };

/** The departments that somebody is limited to (null: none), by authorities that they see; null: all authorities. */
export type OwnScope = ReadonlyMap<string, readonly string[] | null> | null;

/** The authorities that somebody may choose from. */
export interface OwnAuthorities {
  /** The first by id, and the one that was named or has open replies where it comes later. */
  readonly authorities: readonly OwnAuthority[];
  /** There are more than `limit`. */
  readonly more: boolean;
  /** Open replies in all of them. */
  readonly total: number;
}

/**
 * Reads the authorities of somebody.
 * @param choice.named the id of one that is wanted; it is missing where it is not theirs
 */
export async function readOwnAuthorities(
  deps: DatabaseAccess,
  scope: OwnScope,
  choice: { readonly limit: number; readonly named: string | undefined },
): Promise<OwnAuthorities> {
  const { limit, named } = choice;
  const counts = await countOpenReplies(deps.db);
  if (scope !== null) {
    const found = await findAuthorities(deps.db, [...scope.keys()]);
    const authorities = await withCounts(deps, found.sort(byId), counts, scope);
    return { authorities, more: authorities.length > limit, total: totalOf(authorities) };
  }
  const first = await listAuthorities(deps.db, { only: null, after: null, limit: limit + 1 });
  const later = [named, [...counts.keys()].sort()[0]].filter((id) => id !== undefined && !first.some(hasId(id)));
  const found = await Promise.all([...new Set(later)].map((id) => findAuthority(deps.db, id as string)));
  const authorities = await withCounts(deps, [...first, ...found.filter((each) => each !== undefined)], counts, null);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { authorities, more: first.length > limit, total };
}

/** The authorities of somebody whose name or id holds `text`, by name. */
export async function searchOwnAuthorities(
  deps: DatabaseAccess,
  scope: OwnScope,
  { text, limit }: { readonly text: string; readonly limit: number },
): Promise<OwnAuthority[]> {
  const only = scope === null ? null : [...scope.keys()];
  const found = await searchAuthorities(deps.db, { text, only, limit });
  return withCounts(deps, found, await countOpenReplies(deps.db), scope);
}

function withCounts(
  { db }: DatabaseAccess,
  authorities: readonly Authority[],
  counts: ReadonlyMap<string, number>,
  scope: OwnScope,
): Promise<OwnAuthority[]> {
  return Promise.all(
    authorities.map(async (authority) => {
      const limit = scope?.get(authority.id) ?? null;
      const all = counts.get(authority.id) ?? 0;
      return { ...authority, openReplies: limit ? await countOpenRepliesOf(db, authority.id, limit) : all };
    }),
  );
}

const hasId = (id: string) => (authority: Authority) => authority.id === id;

const byId = (a: Authority, b: Authority) => (a.id < b.id ? -1 : 1);

function totalOf(authorities: readonly OwnAuthority[]): number {
  return authorities.reduce((sum, { openReplies }) => sum + openReplies, 0);
}
