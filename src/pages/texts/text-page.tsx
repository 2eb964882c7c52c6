import type { Context } from 'hono';
import { LANGUAGES, type Language } from '../../domain/authority.ts';
import { type Fault, notFound, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { MAX_REFERENCE } from '../../domain/reference.ts';
import { TEMPLATE_NAMES, type TemplateName } from '../../domain/reminder.ts';
import { type TriedText, tryTexts } from '../../dry-run/texts.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { saveTexts } from '../../staff/templates/save.ts';
import { isAnswer } from '../../templates/index.ts';
import { actorText } from '../kit/actor-words.ts';
import type { Frame } from '../kit/context.tsx';
import { type PageStatus, page } from '../kit/document.tsx';
import { ActionForm, Done, momentText } from '../kit/elements.tsx';
import { Field, TextField } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PageAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import { faultText } from './fault-text.ts';
import { TEXTS } from './list-page.tsx';
import { TextDifference } from './text-difference.tsx';
import { TextPreview } from './text-preview.tsx';
import { VariablesHelp } from './variables-help.tsx';
import { TEXTS_WORDS, type TextsWords } from './words.ts';

/** Values typed into the form of a text. */
interface Typed {
  readonly texts: Partial<Record<Language, string>>;
  /** The last versions when the texts were read; empty: those of now. */
  readonly seen: Partial<Record<Language, number>>;
  readonly reference: string;
  /** 409: somebody else has saved a version in the meantime. */
  readonly status: PageStatus;
}

const NOTHING: Typed = { texts: {}, seen: {}, reference: '', status: 200 };

/** The template that the address names. @throws Problem 404 for an unknown one */
export function nameOf(c: Context<HttpEnv>): TemplateName {
  const name = TEMPLATE_NAMES.find((each) => each === c.req.param('name'));
  if (!name) throw notFound('template');
  return name;
}

/** `GET /admin/texts/{name}`: a text in every language, as a phone would show it. */
export async function textPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  return showText(c, deps, undefined, NOTHING);
}

/** `POST /admin/texts/{name}`: shows what was typed (`do=preview`), or saves it. */
export async function textForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const actor = requireRight(c, deps, 'whole-administrator', authorityId).name;
  const texts = Object.fromEntries(LANGUAGES.map((each) => [each, tidy(fieldOf(form, `text-${each}`))]));
  const seen = Object.fromEntries(LANGUAGES.map((each) => [each, seenOf(form, each)]));
  const typed = { ...NOTHING, texts, seen, reference: fieldOf(form, 'reference').trim().slice(0, MAX_REFERENCE) };
  if (fieldOf(form, 'do') !== 'save') return showText(c, deps, authorityId, typed);
  const name = nameOf(c);
  const { texts: tried } = await tryTexts(
    deps,
    requireRight(c, deps, 'viewer', authorityId),
    { authorityId, name, typed: texts, reference: null },
    deps.now(),
  );
  if (tried.some(({ current, text, faults }) => text !== current.text && faults.length > 0))
    return showText(c, deps, authorityId, { ...typed, status: 422 });
  const changed = tried
    .filter(({ current, text }) => text !== current.text)
    .map(({ language, text }) => ({ language, text, seen: seenOf(form, language) }));
  try {
    if (changed.length > 0) await saveTexts(deps, { authorityId, name, texts: changed, actor }, deps.now());
  } catch (error) {
    if (!(error instanceof Problem) || (error.status !== 409 && error.status !== 422)) throw error;
    const status = error.status === 409 ? 409 : 422;
    return showText(c, deps, authorityId, { ...typed, status, ...(status === 409 && { seen: {} }) });
  }
  const done = changed.length > 0 ? 'saved' : 'same';
  return c.redirect(doneHref(`/admin/texts/${name}`, { id: authorityId }, { done }), 303);
}

/** The version that was changed. A form without one is none of ours, and conflicts with every version. */
function seenOf(form: Record<string, unknown>, language: Language): number {
  const seen = fieldOf(form, `seen-${language}`);
  return /^\d{1,9}$/.test(seen) ? Number(seen) : -1;
}

/** Browsers send line ends as CRLF (HTML, 4.10.21.7). */
function tidy(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n');
  let end = lines.length;
  while (lines[end - 1] === '\n') end--;
  return lines.slice(0, end);
}

async function showText(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  authorityId: string | undefined,
  typed: Typed,
): Promise<Response> {
  const name = nameOf(c);
  const words = TEXTS_WORDS[c.var.language];
  const choice = {
    title: words.templates[name].name,
    current: TEXTS,
    ...(authorityId && { authorityId }),
  };
  const { frame, authority } = await readFrame(c, deps, choice);
  if (!authority) return noAuthority(c, frame);
  const request = { authorityId: authority.id, name, typed: typed.texts, reference: typed.reference || null };
  const { found, texts } = await tryTexts(deps, requireRight(c, deps, 'viewer', authority.id), request, deps.now());
  const props = { frame, words, authority, name, typed, found, texts };
  const edits = may(c.var.visitor, 'whole-administrator', authority.id);
  const done = words.done[c.req.query('done') ?? ''];
  return page(
    c,
    <Framed frame={frame} script={edits}>
      <p>
        <a href={hrefOf('/admin/texts', authority)}>{words.backToAll}</a>
      </p>
      <h1>{frame.title}</h1>
      <p class="lead">{words.templates[name].when}</p>
      {typed.status === 200 && <Done text={done} />}
      {typed.status === 409 && (
        <p class="fault" role="alert">
          {words.conflict}
        </p>
      )}
      {!edits && <p class="lead">{words.readOnly}</p>}
      {edits ? <TextForm {...props} /> : <Texts {...props} edits={false} />}
      <VariablesHelp words={words} name={name} open={texts.some((text) => shownFaults(typed, text).length > 0)} />
    </Framed>,
    typed.status,
    { script: edits },
  );
}

interface TextProps {
  readonly frame: Frame;
  readonly words: TextsWords;
  readonly authority: PageAuthority;
  readonly name: TemplateName;
  readonly typed: Typed;
  readonly found: boolean;
  readonly texts: readonly TriedText[];
}

function TextForm(props: TextProps) {
  const { words, name, typed, found } = props;
  const action = `/admin/texts/${name}`;
  const faults = found ? undefined : { reference: words.notFound };
  return (
    <ActionForm action={action} live>
      <Texts {...props} edits />
      {!isAnswer(name) && (
        <Field
          id="reference"
          label={words.reference}
          hint={words.referenceHint}
          value={typed.reference}
          faults={faults}
          more={{ maxlength: MAX_REFERENCE, autocomplete: 'off' }}
        />
      )}
      <p class="buttons">
        <button class="plain" type="submit" name="do" value="preview" formaction={`${action}#${TEXTS_ID}`}>
          {words.preview}
        </button>
        <button type="submit" name="do" value="save">
          {words.save}
        </button>
      </p>
    </ActionForm>
  );
}

/** The id of the texts with their previews, to which the button that shows these leads. */
const TEXTS_ID = 'texts';

function Texts(props: TextProps & { readonly edits: boolean }) {
  // A field with a fault takes the focus, which browsers keep from it where the fragment leads to an element.
  const isWrong = !props.found || props.texts.some((text) => shownFaults(props.typed, text).length > 0);
  return (
    <div class="texts" {...(!isWrong && { id: TEXTS_ID, tabindex: -1 })}>
      {props.texts.map((text) => (
        <OneText {...props} text={text} />
      ))}
    </div>
  );
}

function OneText({
  frame,
  words,
  authority,
  name,
  typed,
  text,
  edits,
}: Parameters<typeof Texts>[0] & { text: TriedText }) {
  const { language, current } = text;
  const id = `text-${language}`;
  const fault = shownFaults(typed, text)
    // The text that comes with EasySMS is taken back among earlier versions, of which there are none at first.
    .map((each) => faultText(words, isEmptied(each, current) ? { ...each, code: 'emptied' } : each))
    .join('\n');
  const saved = current.savedAt && momentText(current.savedAt, authority.timeZone, frame.language);
  return (
    <section class="text" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{words.languages[language]}</h2>
      <p>
        {current.version > 0 ? words.own(current.version) : words.shipped}
        {saved && `. ${words.savedBy(actorText(current.savedBy ?? '', frame.language), saved)}`}.{' '}
        {current.lastVersion > 0 && (
          <a href={hrefOf(`/admin/texts/${name}/versions`, authority, { of: language })}>
            {words.versions}
            <span class="unseen"> ({words.languages[language]})</span>
          </a>
        )}
      </p>
      {edits && (
        <>
          <input type="hidden" name={`seen-${language}`} value={String(typed.seen[language] ?? current.lastVersion)} />
          <TextField
            id={id}
            label={words.text(words.languages[language])}
            value={text.text}
            rows={7}
            faults={fault === '' ? undefined : { [id]: fault }}
          />
          {typed.status === 409 && text.text !== current.text && (
            <TextDifference words={words} title={words.differs} before={current.text} after={text.text} />
          )}
        </>
      )}
      <div data-live="true" id={`shown-${language}`}>
        <TextPreview text={text} words={words} authority={authority} language={frame.language} />
      </div>
    </section>
  );
}

/** A text that was emptied, of which there are versions to go back to. */
const isEmptied = ({ code }: Fault, { lastVersion }: TriedText['current']) => code === 'empty' && lastVersion > 0;

/** The faults of what was typed; the text in force shows none. */
function shownFaults(typed: Typed, { current, faults }: TriedText): TriedText['faults'] {
  return typed.texts[current.language] === undefined ? [] : faults;
}
