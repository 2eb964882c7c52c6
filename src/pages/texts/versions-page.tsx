import type { Context } from 'hono';
import { isLanguage, type Language } from '../../domain/authority.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { restoreTemplate } from '../../staff/templates/save.ts';
import { type CurrentText, readCurrentTexts, readVersions, type VersionView } from '../../staff/templates/templates.ts';
import { actorText } from '../kit/actor-words.ts';
import type { Frame } from '../kit/context.tsx';
import { Fault } from '../kit/document.tsx';
import { ActionForm, Done, Moment } from '../kit/elements.tsx';
import { Results } from '../kit/filter-form.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PageAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { faultText } from './fault-text.ts';
import { TEXTS } from './list-page.tsx';
import { Difference } from './text-difference.tsx';
import { nameOf } from './text-page.tsx';
import { TEXTS_WORDS, type TextsWords } from './words.ts';

const MOST_VERSIONS = 10;

/** @throws Problem 404 for a language that there are no texts in */
function languageIn(text: string | undefined): Language {
  if (text !== undefined && isLanguage(text)) return text;
  throw notFound('language');
}

/** A number of a version. @returns null for anything else */
function readNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** `GET /admin/texts/{name}/versions?of={language}`: the versions, each compared with the one before. */
export async function versionsPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  return showVersions(c, deps, languageIn(c.req.query('of') ?? 'da'));
}

/** A version that could not be put in force again, with the sentence that says why. */
interface Refused {
  readonly authorityId: string;
  readonly reason: string;
}

async function showVersions(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  language: Language,
  refused?: Refused,
): Promise<Response> {
  const name = nameOf(c);
  const words = TEXTS_WORDS[c.var.language];
  const title = words.versionsOf(words.templates[name].name, words.languages[language]);
  const { frame, authority } = await readFrame(c, deps, {
    title,
    current: TEXTS,
    ...(refused && { authorityId: refused.authorityId }),
  });
  if (!authority) return noAuthority(c, frame);
  const key = { authorityId: authority.id, name, language };
  const found = await readVersions(deps, key, { before: readNumber(c.req.query('before')), limit: MOST_VERSIONS + 1 });
  const current = await readCurrentTexts(deps, await readAuthority(deps, authority.id), name);
  const inForce = current.find((each) => each.language === language);
  const restores = may(c.var.visitor, 'whole-administrator', authority.id);
  const props = { frame, words, authority, name, language, inForce, restores };
  const render = (count: number) => {
    const versions = found.slice(0, count);
    const older = found.length > count ? versions.at(-1)?.version : undefined;
    const at = (before: number) =>
      hrefOf(`/admin/texts/${name}/versions`, authority, { of: language, before: String(before) });
    return (
      <Framed frame={frame}>
        <p>
          <a href={hrefOf(`/admin/texts/${name}`, authority)}>{words.back}</a>
        </p>
        <h1>{title}</h1>
        <Fault text={refused?.reason} />
        <Done text={words.done[c.req.query('done') ?? '']} />
        {versions.length > 0 && <p class="lead">{words.compared}</p>}
        <Results refused={refused !== undefined}>
          <ol class="versions">
            {versions.map((version) => (
              <Version {...props} version={version} />
            ))}
            {older === undefined && <Shipped {...props} text={deps.templates.get(name, language).text} />}
          </ol>
          <ListLinks onward={[words.older, older !== undefined && at(older)]} />
        </Results>
      </Framed>
    );
  };
  return fittingPage(c, Math.min(found.length, MOST_VERSIONS), render, refused ? 422 : 200);
}

interface VersionProps {
  readonly frame: Frame;
  readonly words: TextsWords;
  readonly authority: PageAuthority;
  readonly name: TemplateName;
  readonly language: Language;
  readonly inForce: CurrentText | undefined;
  readonly restores: boolean;
}

function Version({ version, ...props }: VersionProps & { readonly version: VersionView }) {
  const { frame, words, authority, inForce } = props;
  const newest = version.version === inForce?.lastVersion;
  return (
    <li class="card">
      <h2>
        {words.version(version.version)} {newest && <span class="tag">{words.inForce}</span>}
      </h2>
      <p>
        {actorText(version.savedBy, frame.language)},{' '}
        <Moment at={version.savedAt} timeZone={authority.timeZone} language={frame.language} />
      </p>
      {version.shipped && <p>{words.backToShipped}</p>}
      <Difference parts={version.changes} words={words} />
      {!newest && <Restore {...props} version={version.shipped ? 0 : version.version} label={version.version} />}
    </li>
  );
}

function Shipped({ text, ...props }: VersionProps & { readonly text: string }) {
  const { words, inForce } = props;
  const isInForce = inForce?.version === 0;
  return (
    <li class="card">
      <h2>
        {words.firstVersion} {isInForce && <span class="tag">{words.inForce}</span>}
      </h2>
      <p class="difference">{text}</p>
      {!isInForce && <Restore {...props} version={0} label={0} />}
    </li>
  );
}

/** @param props.label the version as the page names it; 0: the shipped wording */
function Restore(props: VersionProps & { readonly version: number; readonly label: number }) {
  const { words, name, language, inForce, restores, version, label } = props;
  if (!restores) return null;
  const hidden = { language, version: String(version), seen: String(inForce?.lastVersion ?? 0) };
  return (
    <ActionForm action={`/admin/texts/${name}/restore`}>
      {Object.entries(hidden).map(([field, value]) => (
        <input type="hidden" name={field} value={value} />
      ))}
      <button class="plain" type="submit">
        {words.restore}
        <span class="unseen"> ({label === 0 ? words.firstVersion : words.version(label)})</span>
      </button>
    </ActionForm>
  );
}

/** `POST /admin/texts/{name}/restore`: puts an earlier version in force again. */
export async function restoreForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const name = nameOf(c);
  const authorityId = fieldOf(form, 'authority');
  const actor = requireRight(c, deps, 'whole-administrator', authorityId).name;
  const language = languageIn(fieldOf(form, 'language'));
  const version = readNumber(fieldOf(form, 'version'));
  if (version === null) throw notFound('version');
  const back = (done: string) =>
    c.redirect(doneHref(`/admin/texts/${name}/versions`, { id: authorityId }, { of: language, done }), 303);
  try {
    const seen = readNumber(fieldOf(form, 'seen')) ?? -1;
    await restoreTemplate(deps, { authorityId, name, language, version, seen, actor }, deps.now());
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return back('changed');
    if (error instanceof Problem && error.status === 422) {
      const words = TEXTS_WORDS[c.var.language];
      const reason = error.faults.map((fault) => faultText(words, fault)).join(' ') || words.otherFault;
      return showVersions(c, deps, language, { authorityId, reason });
    }
    throw error;
  }
  return back('restored');
}
