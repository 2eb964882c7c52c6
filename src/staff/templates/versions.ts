import { actorNames } from '../../accounts/people/names.ts';
import { notFound } from '../../domain/errors.ts';
import { type DiffPart, diffWords } from '../../domain/text/word-diff.ts';
import type { DatabaseAccess, KeyringAccess, TemplateAccess } from '../../runtime/deps.ts';
import { findAuthority } from '../../store/authorities.ts';
import { listVersions } from './templates.sql.ts';
import type { TemplateKey } from './templates.ts';

/** A version of a template beside the one before it. */
export interface VersionView {
  readonly version: number;
  readonly text: string;
  /** True when it is the shipped wording, which was returned to. */
  readonly shipped: boolean;
  readonly savedAt: Date;
  /** As `actorNames` names whoever saved it. */
  readonly savedBy: string;
  /** Compared with the version before it; the first one with the shipped wording. */
  readonly changes: readonly DiffPart[];
}

/**
 * The saved versions of a template, the newest first; the shipped wording lies before the first.
 * @param page.before only versions below this one; null: from the newest
 * @throws Problem 404 for an unknown authority
 */
export async function readVersions(
  deps: DatabaseAccess & KeyringAccess & TemplateAccess,
  key: TemplateKey,
  page: { readonly before: number | null; readonly limit: number },
): Promise<VersionView[]> {
  if (!(await findAuthority(deps.db, key.authorityId))) throw notFound('authority');
  // A further one is read, which the last one of the page is compared with.
  const rows = await listVersions(deps.db, key, { ...page, limit: page.limit + 1 });
  const named = await actorNames(
    deps,
    key.authorityId,
    rows.map(({ savedBy }) => savedBy),
  );
  const shipped = deps.templates.get(key.name, key.language).text;
  return rows.slice(0, page.limit).map(({ version, text, savedAt, savedBy }, nth) => ({
    version,
    text: text ?? shipped,
    shipped: text === null,
    savedAt,
    savedBy: named(savedBy),
    changes: diffWords(rows[nth + 1]?.text ?? shipped, text ?? shipped),
  }));
}
