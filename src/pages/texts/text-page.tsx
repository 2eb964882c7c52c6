import { LANGUAGES, type Language } from '../../domain/authority.ts';
import { type Fault, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { MAX_REFERENCE } from '../../domain/reference.ts';
import type { TemplateName } from '../../domain/reminder.ts';
import { diffWords } from '../../domain/text/word-diff.ts';
import { type TriedText, tryTexts } from '../../dry-run/texts.ts';
import { saveTexts } from '../../staff/templates/save.ts';
import { isAnswer, variablesOf } from '../../templates/index.ts';
import { actorText } from '../kit/actor-words.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { type FormField, form } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { ActionForm, Done, momentText } from '../kit/elements.tsx';
import { Field, TextField } from '../kit/fields.tsx';
import type { PageAuthority, PagesDeps } from '../kit/frame.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { LANGUAGE_NAMES } from '../kit/words.ts';
import { TEMPLATE_WORDS } from '../states/template-words.ts';
import { TEXTS } from './list-page.tsx';
import { Difference, faultText, nameOf } from './text-parts.tsx';
import { TextPreview } from './text-preview.tsx';
import { RESTORE } from './versions-page.tsx';
import { TEXTS_WORDS } from './words.ts';

const PATH = `${TEXTS.path}/:name`;
const HIDDEN: FormField = { label: '', type: 'hidden' };

/** Values typed into the form of a text. */
interface Typed {
  readonly texts: Partial<Record<Language, string>>;
  /** The last versions when the texts were read; empty: those of now. */
  readonly seen: Partial<Record<Language, number>>;
  readonly reference: string;
  /** 409: somebody else has saved a version in the meantime. */
  readonly status: 200 | 409 | 422;
}

const NOTHING: Typed = { texts: {}, seen: {}, reference: '', status: 200 };

/** Shows what was typed (`do=preview`), or saves it. */
const TEXT = form<PagesDeps>()({
  path: PATH,
  right: 'whole-administrator',
  title: (language, { params: { name = '' } }) => {
    const named = Object.entries(TEMPLATE_WORDS[language]).find(([each]) => each === name)?.[1].name ?? name;
    return `${TEXTS_WORDS[language].purpose}: ${named}`;
  },
  fields: (language) => {
    const { text, reference, save, preview } = TEXTS_WORDS[language];
    const fieldOf = (each: Language): FormField => ({ label: text(LANGUAGE_NAMES[language][each]), type: 'lines' });
    return {
      'text-da': fieldOf('da'),
      'text-en': fieldOf('en'),
      'seen-da': HIDDEN,
      'seen-en': HIDDEN,
      reference: { label: reference },
      do: { label: '', type: 'buttons', options: Object.entries({ save, preview }) },
    };
  },
  submit: async ({ deps, authorityId, reader, params }, _, sent) => {
    const texts = Object.fromEntries(LANGUAGES.map((each) => [each, tidy(sent[`text-${each}`])]));
    const seen = Object.fromEntries(LANGUAGES.map((each) => [each, seenOf(sent[`seen-${each}`])]));
    const typed = { ...NOTHING, texts, seen, reference: sent.reference.trim().slice(0, MAX_REFERENCE) };
    const show = (more: Partial<Typed>) => (visit: Visit<PagesDeps>) => contentOf(visit, { ...typed, ...more });
    if (sent.do !== 'save') return show({});
    const name = nameOf(params);
    const asked = { authorityId, name, typed: texts, reference: null };
    const { texts: tried } = await tryTexts(deps, reader, asked, deps.now());
    const changed = tried.filter(({ current, text }) => text !== current.text);
    if (changed.some(({ faults }) => faults.length > 0)) return show({ status: 422 });
    if (changed.length === 0) return 'same';
    const saved = changed.map(({ language, text }) => ({ language, text, seen: seen[language] ?? -1 }));
    try {
      await saveTexts(deps, { authorityId, name, texts: saved, actor: reader.name }, deps.now());
    } catch (error) {
      if (error instanceof Problem && error.status === 409) return show({ status: 409, seen: {} });
      if (error instanceof Problem && error.status === 422) return show({ status: 422 });
      throw error;
    }
    return 'saved';
  },
});

/** `/admin/texts/{name}`: a text in every language, as a phone would show it. */
export const TEXT_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'viewer',
  menu: TEXTS,
  forms: [TEXT, RESTORE],
  view: (visit) => contentOf(visit, NOTHING),
});

/** The version that was changed. A form without one is none of ours, and conflicts with every version. */
function seenOf(seen: string): number {
  return /^\d{1,9}$/.test(seen) ? Number(seen) : -1;
}

/** Browsers send line ends as CRLF (HTML, 4.10.21.7). */
function tidy(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n');
  let end = lines.length;
  while (lines[end - 1] === '\n') end--;
  return lines.slice(0, end);
}

async function contentOf(
  { c, deps, authority, reader, language, params }: Visit<PagesDeps>,
  typed: Typed,
): Promise<Content> {
  const name = nameOf(params);
  const words = TEXTS_WORDS[language];
  const { name: title, when } = TEMPLATE_WORDS[language][name];
  const asked = { authorityId: authority.id, name, typed: typed.texts, reference: typed.reference || null };
  const { found, texts } = await tryTexts(deps, reader, asked, deps.now());
  const props = { authority, name, typed, found, texts };
  const edits = may(c.var.visitor, 'whole-administrator', authority.id);
  const body = (
    <>
      <p>
        <a href={hrefOf(TEXTS.path, authority)}>{words.backToAll}</a>
      </p>
      <h1>{title}</h1>
      <p class="lead">{when}</p>
      {typed.status === 200 && <Done text={words.done[c.req.query('done') ?? '']} />}
      {typed.status === 409 && (
        <p class="fault" role="alert">
          {words.conflict}
        </p>
      )}
      {!edits && <p class="lead">{words.readOnly}</p>}
      {edits ? <TextForm {...props} /> : <Texts {...props} edits={false} />}
      <VariablesHelp name={name} open={texts.some((text) => shownFaults(typed, text).length > 0)} />
    </>
  );
  return { title, ownHeading: true, status: typed.status, body };
}

interface TextProps {
  readonly authority: PageAuthority;
  readonly name: TemplateName;
  readonly typed: Typed;
  readonly found: boolean;
  readonly texts: readonly TriedText[];
}

function TextForm(props: TextProps) {
  const { name, typed, found } = props;
  const words = TEXTS_WORDS[useFrame().language];
  const action = `${TEXTS.path}/${name}`;
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

function OneText({ authority, name, typed, text, edits }: Parameters<typeof Texts>[0] & { readonly text: TriedText }) {
  const { language: shownIn } = useFrame();
  const words = TEXTS_WORDS[shownIn];
  const { language, current } = text;
  const languageName = LANGUAGE_NAMES[shownIn][language];
  const id = `text-${language}`;
  const fault = shownFaults(typed, text)
    // The text that comes with EasySMS is taken back among earlier versions, of which there are none at first.
    .map((each) => faultText(shownIn, isEmptied(each, current) ? { ...each, code: 'emptied' } : each))
    .join('\n');
  const saved = current.savedAt && momentText(current.savedAt, authority.timeZone, shownIn);
  return (
    <section class="text" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{languageName}</h2>
      <p>
        {current.version > 0 ? words.own(current.version) : words.shipped}
        {saved && `. ${words.savedBy(actorText(current.savedBy ?? '', shownIn), saved)}`}.{' '}
        {current.lastVersion > 0 && (
          <a href={hrefOf(`${TEXTS.path}/${name}/versions`, authority, { of: language })}>
            {words.versions}
            <span class="unseen"> ({languageName})</span>
          </a>
        )}
      </p>
      {edits && (
        <>
          <input type="hidden" name={`seen-${language}`} value={String(typed.seen[language] ?? current.lastVersion)} />
          <TextField
            id={id}
            label={words.text(languageName)}
            value={text.text}
            rows={7}
            faults={fault === '' ? undefined : { [id]: fault }}
          />
          {typed.status === 409 && text.text !== current.text && (
            <>
              <h3>{words.differs}</h3>
              <Difference parts={diffWords(current.text, text.text)} />
            </>
          )}
        </>
      )}
      <div data-live="true" id={`shown-${language}`}>
        <TextPreview text={text} authority={authority} />
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

interface HelpProps {
  readonly name: TemplateName;
  /** Some text has faults, which the list may help with. */
  readonly open: boolean;
}

/** The values that a text can hold, which faults of it lead to. */
function VariablesHelp({ name, open }: HelpProps) {
  const words = TEXTS_WORDS[useFrame().language];
  return (
    <details open={open}>
      <summary>{words.variables}</summary>
      <dl class="known">
        {variablesOf(name).map((variable) => (
          <div>
            <dt>
              <code>{`{{${variable}}}`}</code>
            </dt>
            <dd>{words.variableWords[variable]}</dd>
          </div>
        ))}
      </dl>
      <p>{words.condition}</p>
    </details>
  );
}
