import { isLanguage, type Language } from '../../domain/authority.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import { readAuthority } from '../../staff/authorities/authorities.ts';
import { restoreTemplate } from '../../staff/templates/save.ts';
import { type CurrentText, readCurrentTexts, readVersions, type VersionView } from '../../staff/templates/templates.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { form } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { Fault } from '../kit/document.tsx';
import { ActionForm, Done, Hidden, Moment } from '../kit/elements.tsx';
import { Results } from '../kit/filter-form.tsx';
import type { PageAuthority, PagesDeps } from '../kit/frame.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { LANGUAGE_NAMES } from '../kit/words.ts';
import { TEMPLATE_WORDS } from '../states/template-words.ts';
import { TEXTS } from './list-page.tsx';
import { Difference, faultText, nameOf } from './text-parts.tsx';
import { TEXTS_WORDS } from './words.ts';

const MOST_VERSIONS = 10;
const HIDDEN = { label: '', type: 'hidden' } as const;

/** @throws Problem 404 for a language that there are no texts in */
function languageIn(text: string): Language {
  if (isLanguage(text)) return text;
  throw notFound('language');
}

/** A number of a version. @returns null for anything else */
function readNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Puts an earlier version in force again. */
export const RESTORE = form<PagesDeps>()({
  path: `${TEXTS.path}/:name/restore`,
  right: 'whole-administrator',
  unkept: true,
  title: (language) => TEXTS_WORDS[language].restore,
  fields: () => ({ language: HIDDEN, version: HIDDEN, seen: HIDDEN }),
  submit: async ({ c, deps, authorityId, reader, params }, _, typed) => {
    const name = nameOf(params);
    const language = languageIn(typed.language);
    const version = readNumber(typed.version);
    if (version === null) throw notFound('version');
    const back = (done: string) =>
      c.redirect(doneHref(`${TEXTS.path}/${name}/versions`, { id: authorityId }, { of: language, done }), 303);
    try {
      const seen = readNumber(typed.seen) ?? -1;
      await restoreTemplate(deps, { authorityId, name, language, version, seen, actor: reader.name }, deps.now());
      return back('restored');
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return back('changed');
      if (!(error instanceof Problem) || error.status !== 422) throw error;
      const reasons = error.faults.map((fault) => faultText(c.var.language, fault));
      return (visit) => versionsOf(visit, language, reasons.join(' ') || TEXTS_WORDS[c.var.language].otherFault);
    }
  },
});

/** `/admin/texts/{name}/versions?of={language}`: the versions, each compared with the one before. */
export const VERSIONS_PAGE = authorityPage<PagesDeps>({
  path: `${TEXTS.path}/:name/versions`,
  right: 'viewer',
  menu: TEXTS,
  view: (visit) => versionsOf(visit, languageIn(visit.c.req.query('of') ?? 'da')),
});

/** @param refused why a version could not be put in force again */
async function versionsOf(
  { c, deps, authority, language: shownIn, params }: Visit<PagesDeps>,
  language: Language,
  refused?: string,
): Promise<Content> {
  const name = nameOf(params);
  const words = TEXTS_WORDS[shownIn];
  const title = words.versionsOf(TEMPLATE_WORDS[shownIn][name].name, LANGUAGE_NAMES[shownIn][language]);
  const key = { authorityId: authority.id, name, language };
  const found = await readVersions(deps, key, { before: readNumber(c.req.query('before')), limit: MOST_VERSIONS + 1 });
  const current = await readCurrentTexts(deps, await readAuthority(deps, authority.id), name);
  const inForce = current.find((each) => each.language === language);
  const restores = may(c.var.visitor, 'whole-administrator', authority.id);
  const props = { authority, name, language, inForce, restores };
  const body = (count: number) => {
    const versions = found.slice(0, count);
    const older = found.length > count ? versions.at(-1)?.version : undefined;
    const at = (before: number) =>
      hrefOf(`${TEXTS.path}/${name}/versions`, authority, { of: language, before: String(before) });
    return (
      <>
        <p>
          <a href={hrefOf(`${TEXTS.path}/${name}`, authority)}>{words.back}</a>
        </p>
        <h1>{title}</h1>
        <Fault text={refused} />
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
      </>
    );
  };
  const status = refused === undefined ? 200 : 422;
  return { title, ownHeading: true, rows: Math.min(found.length, MOST_VERSIONS), body, status };
}

interface VersionProps {
  readonly authority: PageAuthority;
  readonly name: TemplateName;
  readonly language: Language;
  readonly inForce: CurrentText | undefined;
  readonly restores: boolean;
}

function Version({ version, ...props }: VersionProps & { readonly version: VersionView }) {
  const { language } = useFrame();
  const words = TEXTS_WORDS[language];
  const newest = version.version === props.inForce?.lastVersion;
  return (
    <li class="card">
      <h2>
        {words.version(version.version)} {newest && <span class="tag">{words.inForce}</span>}
      </h2>
      <p>
        {actorText(version.savedBy, language)},{' '}
        <Moment at={version.savedAt} timeZone={props.authority.timeZone} language={language} />
      </p>
      {version.shipped && <p>{words.backToShipped}</p>}
      <Difference parts={version.changes} />
      {!newest && <Restore {...props} version={version.shipped ? 0 : version.version} label={version.version} />}
    </li>
  );
}

function Shipped({ text, ...props }: VersionProps & { readonly text: string }) {
  const words = TEXTS_WORDS[useFrame().language];
  const isInForce = props.inForce?.version === 0;
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
  const words = TEXTS_WORDS[useFrame().language];
  const { name, language, inForce, restores, version, label } = props;
  if (!restores) return null;
  return (
    <ActionForm action={`${TEXTS.path}/${name}/restore`}>
      <Hidden fields={{ language, version: String(version), seen: String(inForce?.lastVersion ?? 0) }} />
      <button class="plain" type="submit">
        {words.restore}
        <span class="unseen"> ({label === 0 ? words.firstVersion : words.version(label)})</span>
      </button>
    </ActionForm>
  );
}
