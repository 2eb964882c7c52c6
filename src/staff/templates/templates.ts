import { actorNames } from '../../accounts/people/names.ts';
import type { Authority, Language } from '../../domain/authority.ts';
import { notFound } from '../../domain/errors.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import { type DiffPart, diffWords } from '../../domain/text/word-diff.ts';
import type { DatabaseAccess, KeyringAccess, TemplateAccess } from '../../runtime/deps.ts';
import { findAuthority } from '../../store/authorities.ts';
import { checkTemplate, noWayOut, type Template, wayOutWarning } from '../../templates/index.ts';
import { listVersions, readLastVersions, type SavedVersion } from './templates.sql.ts';

/** The wording that is in force for an authority. */
export interface TemplateView {
  readonly name: TemplateName;
  readonly language: Language;
  /** 0: the shipped wording. */
  readonly version: number;
  readonly text: string;
  readonly variables: readonly string[];
  /** Calculated with long sample values, like `segments`. */
  readonly encoding: string;
  readonly segments: number;
  readonly warnings: readonly string[];
  /** Both null for the shipped wording. */
  readonly savedAt: Date | null;
  readonly savedBy: string | null;
}

/** Texts that may be the only one that a citizen gets. */
export const ABOUT_APPOINTMENTS: ReadonlySet<TemplateName> = new Set(['reminder', 'confirmation', 'rescheduled']);

/** Names one template in one language of an authority. */
export interface TemplateKey {
  readonly authorityId: string;
  readonly name: TemplateName;
  readonly language: Language;
}

/** Every template in every language: the authority's wording where it has one, else the shipped one. */
export async function readTemplates(
  deps: DatabaseAccess & TemplateAccess,
  authorityId: string,
): Promise<TemplateView[]> {
  const saved = await readLastVersions(deps.db, authorityId);
  const authority = await findAuthority(deps.db, authorityId);
  return deps.templates.all().map((shipped) => inForce(shipped, saved, authority));
}

/** A template: the authority's wording where it has one, else the shipped one. */
export async function readTemplate(
  deps: DatabaseAccess & TemplateAccess,
  { authorityId, name, language }: TemplateKey,
): Promise<TemplateView> {
  const authority = await findAuthority(deps.db, authorityId);
  return inForce(deps.templates.get(name, language), await readLastVersions(deps.db, authorityId), authority);
}

/** A template as pages show it. */
export interface CurrentText extends TemplateView {
  /** The last version that was saved, also one that returned to the shipped wording; 0: none. What `seen` means. */
  readonly lastVersion: number;
}

/** A template in every language, with the names of those who saved it. */
export async function readCurrentTexts(
  deps: DatabaseAccess & TemplateAccess & KeyringAccess,
  authority: Authority,
  name: TemplateName,
): Promise<CurrentText[]> {
  const texts = await readNamedTexts(deps, authority);
  return texts.filter((each) => each.name === name);
}

/** Every template in every language, with the names of those who saved them. */
export async function readNamedTexts(
  deps: DatabaseAccess & TemplateAccess & KeyringAccess,
  authority: Authority,
): Promise<CurrentText[]> {
  const saved = await readLastVersions(deps.db, authority.id);
  const actors = saved.map(({ savedBy }) => savedBy);
  const named = await actorNames(deps, authority.id, actors);
  return deps.templates.all().map((shipped) => {
    const { savedBy, ...current } = inForce(shipped, saved, authority);
    const last = saved.find(({ name, language }) => name === shipped.name && language === shipped.language);
    return { ...current, savedBy: savedBy && named(savedBy), lastVersion: last?.version ?? 0 };
  });
}

function inForce(shipped: Template, saved: readonly SavedVersion[], authority: Authority | undefined): TemplateView {
  const own = saved.find(({ name, language }) => name === shipped.name && language === shipped.language);
  const wording = own?.text != null ? { ...own, text: own.text } : { ...shipped, savedAt: null, savedBy: null };
  return viewOf(wording, authority);
}

/** A wording with what its author should know about it. */
export function viewOf(
  wording: Pick<TemplateView, 'name' | 'language' | 'version' | 'text' | 'savedAt' | 'savedBy'>,
  authority: Authority | undefined,
): TemplateView {
  const { name, language, version, text, savedAt, savedBy } = wording;
  const { variables, encoding, segments, warnings, faults } = checkTemplate(text, name);
  // A text that an earlier release accepted and this one refuses; the shipped wording is sent in its place.
  const wayOut =
    authority && ABOUT_APPOINTMENTS.has(name)
      ? noWayOut(text, variables.includes('contactPhone'), authority).map(wayOutWarning)
      : [];
  const refused = faults.map(({ detail }) => `Not used any more: ${detail}`);
  return {
    name,
    language,
    version,
    text,
    variables,
    encoding,
    segments,
    warnings: [...refused, ...warnings, ...wayOut],
    savedAt,
    savedBy,
  };
}

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
  const actors = rows.map(({ savedBy }) => savedBy);
  const named = await actorNames(deps, key.authorityId, actors);
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
