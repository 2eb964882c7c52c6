import type { Trx } from '../../database/tables.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Authority, Language } from '../../domain/authority.ts';
import { changedMeanwhile, type Fault, notFound, Problem } from '../../domain/errors.ts';
import type { TemplateName, TextName } from '../../domain/reminder.ts';
import { holdsCpr } from '../../domain/text/cpr.ts';
import { holdsLink } from '../../domain/text/links.ts';
import type { SmsGateway } from '../../gateways/gateway.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { findAuthority } from '../../store/authorities.ts';
import { compileTemplate, inspectTemplate, TemplateRefused } from '../../templates/index.ts';
import { lengthFaults, textFaults } from '../gateways/rules.ts';
import { findVersion, readLastVersions, saveVersion } from './templates.sql.ts';
import { type TemplateKey, type TemplateView, viewOf } from './templates.ts';

interface SavedText {
  readonly language: Language;
  readonly text: string;
  /** The version that was changed, counting returns to the shipped wording; left out: whatever is in force. */
  readonly seen?: number;
}

type SaveDeps = DatabaseAccess & { readonly gateways: readonly SmsGateway[] };

/**
 * Saves own wording as a new version, in force for everything handed over from now on.
 * @throws Problem 422 with line and column of what is wrong with the text, or the rule of a gateway that it breaks
 */
export async function saveTemplate(
  deps: SaveDeps,
  request: TemplateKey & { readonly text: string; readonly actor: string },
  now: Date,
): Promise<TemplateView> {
  const { authorityId, name, language, actor } = request;
  const [saved] = await saveTexts(deps, { authorityId, name, texts: [request], actor }, now);
  if (!saved) throw notFound('authority');
  const authority = await findAuthority(deps.db, authorityId);
  return viewOf({ name, language, ...saved, savedAt: now, savedBy: actor }, authority);
}

/**
 * Saves the wording of one template in one or several languages, all of them or none.
 * @throws Problem 422 as `saveTemplate`, with pointers `/<language>` where there are several; 409 `changed` when
 * somebody else has saved a version since
 */
export async function saveTexts(
  deps: SaveDeps,
  request: { readonly authorityId: string; readonly name: TemplateName; readonly actor: string } & {
    readonly texts: readonly SavedText[];
  },
  now: Date,
): Promise<{ readonly version: number; readonly text: string }[]> {
  const { authorityId, name, texts, actor } = request;
  const authority = await findAuthority(deps.db, authorityId);
  const checked = texts.map((each) => ({ ...each, ...usable(deps, authority, { name, ...each }) }));
  const faults = checked.flatMap(({ faults, language }) =>
    texts.length === 1 ? faults : faults.map((fault) => ({ ...fault, pointer: `/${language}` })),
  );
  if (faults.length > 0) throw new Problem(422, 'template-refused', REFUSED, { faults });
  return inTransaction(deps.db, async (trx) => {
    const saved: { version: number; text: string }[] = [];
    for (const { language, text, seen } of checked)
      saved.push({ version: await save(trx, { authorityId, name, language }, text, { actor, seen }, now), text });
    return saved;
  });
}

const REFUSED = 'This wording can not be used: see errors.';

/** A text as somebody wrote it. */
interface TypedText {
  readonly name: TextName;
  readonly language: Language;
  readonly text: string;
}

/** The text with uniform line ends and none at its end, and every fault that refuses it, at `/text`. */
export function usable(
  deps: Pick<SaveDeps, 'gateways'>,
  authority: Authority | undefined,
  request: TypedText,
): { readonly text: string; readonly faults: readonly Fault[] } {
  const { text, faults } = tidy(request);
  if (!authority || faults.length > 0) return { text, faults };
  return {
    text,
    faults: [...textFaults(deps.gateways, authority, text), ...sizeFaults(deps.gateways, authority, request)],
  };
}

/** Sizes that no gateway of the authority would take, with long values. */
export function sizeFaults(
  gateways: readonly SmsGateway[],
  authority: Pick<Authority, 'gateways' | 'sender' | 'allowedCountries'>,
  { name, text }: Pick<TypedText, 'name' | 'text'>,
): Fault[] {
  const { segments, longText } = inspectTemplate(text, name);
  return longText === null ? [] : lengthFaults(gateways, authority, { segments, characters: longText.length });
}

function tidy({ name, language, text }: TypedText): ReturnType<typeof usable> {
  try {
    const { text: tidied } = compileTemplate(name, language, 0, text);
    const faults = [
      ...(holdsCpr(tidied) ? [refusal('holds_cpr', 'This looks like it holds a CPR number: leave it out.')] : []),
      ...(holdsLink(tidied) ? [refusal('holds_link', 'It holds a link: operators block SMS with unknown links.')] : []),
    ];
    return { text: tidied, faults };
  } catch (error) {
    if (!(error instanceof TemplateRefused)) throw error;
    return { text, faults: error.faults.map((fault) => ({ ...fault, pointer: '/text' })) };
  }
}

function refusal(code: string, detail: string): Fault {
  return { pointer: '/text', code, detail };
}

/** Somebody who saves a version. */
interface Save {
  readonly actor: string;
  readonly seen?: number | undefined;
}

/**
 * Returns to the shipped wording; changes nothing where it is in force already.
 * @throws Problem 409 `changed` when somebody else has saved a version since the one that was seen
 */
export async function resetTemplate(deps: DatabaseAccess, key: TemplateKey & Save, now: Date): Promise<void> {
  const saved = await readLastVersions(deps.db, key.authorityId);
  const own = saved.find(({ name, language }) => name === key.name && language === key.language);
  if (own?.text != null) await inTransaction(deps.db, (trx) => save(trx, key, null, key, now));
}

/**
 * Puts an earlier version in force again, as a new version.
 * @param request.version 0: the shipped wording
 * @throws Problem 404 for an unknown version, 409 as `saveTexts`, 422 for a text that this release refuses
 */
export async function restoreTemplate(
  deps: SaveDeps,
  request: TemplateKey & Save & { readonly version: number },
  now: Date,
): Promise<void> {
  const { authorityId, name, language, version, actor, seen } = request;
  const earlier = version === 0 ? null : await findVersion(deps.db, request, version);
  if (earlier === undefined) throw notFound('version');
  if (earlier === null || earlier.text === null) return resetTemplate(deps, request, now);
  const text = { language, text: earlier.text, ...(seen !== undefined && { seen }) };
  await saveTexts(deps, { authorityId, name, texts: [text], actor }, now);
}

async function save(
  trx: Trx,
  { authorityId, name, language }: TemplateKey,
  text: string | null,
  { actor, seen }: Save,
  now: Date,
): Promise<number> {
  const version = await saveVersion(trx, authorityId, { name, language, text, savedBy: actor }, now);
  if (version === undefined) throw notFound('authority');
  // The authority's row is locked by now: nobody else saves a version before this one is committed.
  if (seen !== undefined && version !== seen + 1)
    throw changedMeanwhile('Somebody else has saved this wording in the meantime: read it again.');
  // The audit names the version, which holds the text.
  const action = text === null ? 'template.reset' : 'template.save';
  await writeAudit(trx, { actor, action, authorityId, target: `${name}/${language}`, after: { version } }, now);
  return version;
}
