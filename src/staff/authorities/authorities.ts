import { inTransaction } from '../../database/transaction.ts';
import type { Authority, AuthoritySettings } from '../../domain/authority.ts';
import { notFound } from '../../domain/errors.ts';
import type { IdPage } from '../../domain/ids.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import {
  findAuthorities,
  findAuthority,
  insertAuthority,
  listAuthorities,
  listAuthorityNames,
  lockAuthority,
  updateAuthority,
} from '../../store/authorities.ts';

/** The authority's settings. @throws Problem 404 for an unknown authority */
export async function readAuthority(deps: DatabaseAccess, id: string): Promise<Authority> {
  const authority = await findAuthority(deps.db, id);
  if (!authority) throw notFound('authority');
  return authority;
}

/** The names of authorities by their ids; an unknown one is missing. */
export async function authorityNames(
  deps: DatabaseAccess,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await findAuthorities(deps.db, [...new Set(ids)]);
  return new Map(found.map(({ id, name }) => [id, name]));
}

/** True where there is an authority with this id. */
export async function isAuthority(deps: DatabaseAccess, id: string): Promise<boolean> {
  return (await findAuthority(deps.db, id)) !== undefined;
}

/**
 * Authorities by id.
 * @param page.only the id of the only one that is wanted; null: all
 */
export async function readAuthorities(
  deps: DatabaseAccess,
  page: IdPage & { readonly only: string | null },
): Promise<Authority[]> {
  return listAuthorities(deps.db, page);
}

/** Ids and names of all authorities, by id. */
export function readAuthorityNames(deps: DatabaseAccess, page: IdPage): Promise<Pick<Authority, 'id' | 'name'>[]> {
  return listAuthorityNames(deps.db, page);
}

/** Authorities as they are now, in the order of `ids`; one that is unknown is left out. */
export async function readAuthoritiesOf(deps: DatabaseAccess, ids: readonly string[]): Promise<Authority[]> {
  const found = new Map((await findAuthorities(deps.db, ids)).map((authority) => [authority.id, authority]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** An authority as somebody wants it; `actor` is a name for the audit. */
interface PutRequest {
  readonly id: string;
  readonly settings: AuthoritySettings;
  readonly actor: string;
}

/** Creates an authority. @returns undefined where there is one with this id, which stays as it is */
export async function createAuthority(
  deps: DatabaseAccess,
  { id, settings, actor }: PutRequest,
  now: Date,
): Promise<Authority | undefined> {
  return inTransaction(deps.db, async (trx) => {
    const made = await insertAuthority(trx, id, settings, now);
    const entry = { actor, action: 'authority.create', authorityId: id, target: id, after: settings };
    if (made) await writeAudit(trx, entry, now);
    return made;
  });
}

/** Creates the authority or replaces all its settings; its pause stays. */
export async function putAuthority(
  deps: DatabaseAccess,
  request: PutRequest,
  now: Date,
): Promise<{ created: boolean; authority: Authority }> {
  const { id, settings, actor } = request;
  return inTransaction(deps.db, async (trx) => {
    const made = await insertAuthority(trx, id, settings, now);
    const before = made ? undefined : await lockAuthority(trx, id);
    const authority = made ?? (await updateAuthority(trx, id, settings, now));
    const action = made ? 'authority.create' : 'authority.replace';
    const entry = { actor, action, authorityId: id, target: id, after: settings };
    await writeAudit(trx, { ...entry, before: before && authoritySettingsOf(before) }, now);
    return { created: made !== undefined, authority };
  });
}

/** The settings of an authority, as an administrator sends and the audit keeps them: without id, version and pause. */
export function authoritySettingsOf({
  id: _id,
  version: _version,
  paused: _paused,
  ...settings
}: Authority): AuthoritySettings {
  return settings;
}
