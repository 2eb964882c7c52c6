import { inTransaction } from '../database/transaction.ts';
import type { Authority, Language } from '../domain/authority.ts';
import { type Fault, notFound, Problem } from '../domain/errors.ts';
import type { TemplateName } from '../domain/reminder.ts';
import type { SmsGateway } from '../gateways/gateway.ts';
import type { DatabaseAccess, TemplateAccess } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { findAuthority } from '../store/authorities.ts';
import { checkTemplate, compileTemplate, type Template, TemplateRefused, wayOutWarnings } from '../templates/index.ts';
import { textFaults } from './gateways/rules.ts';
import { readLastVersions, type SavedVersion, saveVersion } from './templates.sql.ts';

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
const ABOUT_APPOINTMENTS: ReadonlySet<TemplateName> = new Set(['reminder', 'confirmation', 'rescheduled']);

interface TemplateKey {
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

function inForce(shipped: Template, saved: readonly SavedVersion[], authority: Authority | undefined): TemplateView {
  const own = saved.find(({ name, language }) => name === shipped.name && language === shipped.language);
  const wording = own?.text != null ? { ...own, text: own.text } : { ...shipped, savedAt: null, savedBy: null };
  return view(wording, authority);
}

function view(
  wording: Pick<TemplateView, 'name' | 'language' | 'version' | 'text' | 'savedAt' | 'savedBy'>,
  authority: Authority | undefined,
): TemplateView {
  const { name, language, version, text, savedAt, savedBy } = wording;
  const { variables, encoding, segments, warnings, faults } = checkTemplate(text, name);
  // A text that an earlier release accepted and this one refuses; the shipped wording is sent in its place.
  const wayOut =
    authority && ABOUT_APPOINTMENTS.has(name)
      ? wayOutWarnings(text, variables.includes('contactPhone'), authority)
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

/**
 * Saves own wording as a new version, in force for everything handed over from now on.
 * @throws Problem 422 with line and column of what is wrong with the text, or the rule of a gateway that it breaks
 */
export async function saveTemplate(
  deps: DatabaseAccess & { readonly gateways: readonly SmsGateway[] },
  request: TemplateKey & { readonly text: string; readonly actor: string },
  now: Date,
): Promise<TemplateView> {
  const { name, language, actor } = request;
  const text = tidy(request);
  const authority = await findAuthority(deps.db, request.authorityId);
  const faults = authority ? textFaults(deps.gateways, authority, text) : [];
  if (faults.length > 0) throw refusedWording(faults);
  const version = await save(deps, request, text, actor, now);
  return view({ name, language, version, text, savedAt: now, savedBy: actor }, authority);
}

/** The text with uniform line ends and none at its end. */
function tidy({ name, language, text }: TemplateKey & { readonly text: string }): string {
  try {
    return compileTemplate(name, language, 0, text).text;
  } catch (error) {
    if (!(error instanceof TemplateRefused)) throw error;
    throw refusedWording(error.faults.map((fault) => ({ ...fault, pointer: '/text' })));
  }
}

function refusedWording(faults: readonly Fault[]): Problem {
  return new Problem(422, 'template-refused', 'This wording can not be used: see errors.', { faults });
}

/** Returns to the shipped wording; changes nothing where it is in force already. */
export async function resetTemplate(
  deps: DatabaseAccess,
  key: TemplateKey & { readonly actor: string },
  now: Date,
): Promise<void> {
  const saved = await readLastVersions(deps.db, key.authorityId);
  const own = saved.find(({ name, language }) => name === key.name && language === key.language);
  if (own?.text != null) await save(deps, key, null, key.actor, now);
}

async function save(
  deps: DatabaseAccess,
  { authorityId, name, language }: TemplateKey,
  text: string | null,
  actor: string,
  now: Date,
): Promise<number> {
  return inTransaction(deps.db, async (trx) => {
    const version = await saveVersion(trx, authorityId, { name, language, text, savedBy: actor }, now);
    if (version === undefined) throw notFound('authority');
    // The audit names the version, which holds the text.
    const action = text === null ? 'template.reset' : 'template.save';
    await writeAudit(trx, { actor, action, authorityId, target: `${name}/${language}`, after: { version } }, now);
    return version;
  });
}
