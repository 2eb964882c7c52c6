import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { LANGUAGES } from '../../domain/authority.ts';
import { isChangedMeanwhile, notFound, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { ID } from '../../http/describe.ts';
import { pageOfAll } from '../../http/paging.ts';
import { noteText } from '../../http/schemas/text.ts';
import {
  answerSegments,
  deleteStandardAnswer,
  MOST_NAME_CHARACTERS,
  MOST_STANDARD_ANSWERS,
  readStandardAnswers,
  type StandardAnswer,
  saveStandardAnswer,
} from '../../staff/templates/standard-answers.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { ConfirmForm, FormCard, type FormOutcome, form, type Typed } from '../kit/declared/form.tsx';
import { List } from '../kit/declared/list.tsx';
import type { PageAuthority, PagesDeps } from '../kit/frame.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { bilingual, LANGUAGE_NAMES } from '../kit/words.ts';
import { TEXTS } from './list-page.tsx';
import { faultText } from './text-parts.tsx';

const PATH = '/admin/standard-answers';
/** The id of the form's card, to which the links lead that fill it in. */
const WRITE_ID = 'write';

const WORDS = bilingual({
  da: {
    title: 'Standardsvar',
    lead: 'Tekster, som I kan svare en borger med på SMS. I vælger selv, hvornår et af dem sendes.',
    readOnly: 'En administrator kan skrive og rette dem.',
    empty: 'Der er ingen standardsvar.',
    full: `Der er ${MOST_STANDARD_ANSWERS} standardsvar, og flere kan der ikke være. Slet et, før I skriver et nyt.`,
    name: 'Navn',
    nameHint: 'Det, I kender svaret på, for eksempel »Kom gerne før«. Borgeren ser det ikke.',
    nameWrong: `Skriv et navn på højst ${MOST_NAME_CHARACTERS} tegn uden CPR-nummer og telefonnummer.`,
    text: (language: string) => `Svaret på ${language.toLowerCase()}`,
    textHint:
      '{{authority}} bliver til myndighedens navn, {{contactPhone}} til nummeret at ringe til og {{keyword}} til det ' +
      'ord, et svar skal begynde med, hvor nummeret er delt.',
    costs: (segments: number) => (segments === 1 ? 'Koster som 1 SMS.' : `Koster som ${segments} SMS-dele.`),
    unusable: 'Der kan ikke sendes noget med denne tekst.',
    write: 'Skriv et nyt standardsvar',
    change: 'Ret standardsvaret',
    save: 'Gem',
    edit: 'Ret',
    remove: 'Slet',
    removeWhy: (name: string) => `»${name}« kan ikke vælges mere. SMS’er, der er sendt med det, ændres ikke.`,
    conflict:
      'En anden har gemt eller slettet svaret, mens du skrev. Det, du skrev, står stadig nedenfor. Gem igen for at ' +
      'sætte dit i stedet.',
    done: { saved: 'Standardsvaret er gemt.', deleted: 'Standardsvaret er slettet.' },
  },
  en: {
    title: 'Standard answers',
    lead: 'Texts that you can answer a citizen with by SMS. You choose when one of them is sent.',
    readOnly: 'An administrator can write and change them.',
    empty: 'There are no standard answers.',
    full: `There are ${MOST_STANDARD_ANSWERS} standard answers, the most there can be. Delete one to write another.`,
    name: 'Name',
    nameHint: 'What you know the answer by, such as “Do come early”. The citizen does not see it.',
    nameWrong: `Write a name of ${MOST_NAME_CHARACTERS} characters at most, without a CPR number and a phone number.`,
    text: (language) => `The answer in ${language}`,
    textHint:
      '{{authority}} becomes the name of the authority, {{contactPhone}} the number to call and {{keyword}} the word ' +
      'that a reply has to begin with, where the number is shared.',
    costs: (segments) => (segments === 1 ? 'Costs as much as 1 SMS.' : `Costs as much as ${segments} segments.`),
    unusable: 'Nothing can be sent with this text.',
    write: 'Write a standard answer',
    change: 'Change the standard answer',
    save: 'Save',
    edit: 'Change',
    remove: 'Delete',
    removeWhy: (name) => `“${name}” can’t be chosen any more. SMS that were sent with it stay as they are.`,
    conflict:
      'Somebody else has saved or deleted the answer while you were writing. What you typed still stands below. Save ' +
      'again to put yours in its place.',
    done: { saved: 'The standard answer is saved.', deleted: 'The standard answer is deleted.' },
  },
});

const NEW = '0';

const WRITE = form<PagesDeps>()({
  path: PATH,
  right: 'whole-administrator',
  part: WRITE_ID,
  title: (language, { typed }) => {
    const { write, change } = WORDS[language];
    return [NEW, ''].includes(typed('seen')) ? write : change;
  },
  button: (language) => WORDS[language].save,
  fields: (language) => {
    const words = WORDS[language];
    const textIn = (each: 'da' | 'en') =>
      ({
        label: words.text(LANGUAGE_NAMES[language][each]),
        hint: words.textHint,
        type: 'lines',
        fault: faultText(language, { pointer: '', code: 'too_long', detail: '' }),
      }) as const;
    return {
      id: { label: '', type: 'hidden' },
      seen: { label: '', type: 'hidden' },
      name: {
        label: words.name,
        hint: words.nameHint,
        fault: words.nameWrong,
        required: true,
        more: { maxlength: MOST_NAME_CHARACTERS },
      },
      da: textIn('da'),
      en: textIn('en'),
    };
  },
  schema: z.object({
    id: z.string().regex(ID),
    seen: z.coerce.number().int().min(0).max(2_000_000_000),
    name: noteText(MOST_NAME_CHARACTERS),
    da: z.string().max(10_000),
    en: z.string().max(10_000),
  }),
  submit: async ({ deps, authorityId, reader, language }, values, typed) => {
    try {
      await saveStandardAnswer(deps, { ...values, authorityId, actor: reader.name }, deps.now());
      return 'saved';
    } catch (error) {
      if (!isChangedMeanwhile(error)) return refused(error, language);
      const all = await readStandardAnswers(deps, authorityId);
      const now = all.find(({ id }) => id === values.id);
      // The same form, sent twice.
      if (now && now.name === values.name && LANGUAGES.every((each) => now[each] === values[each])) return 'saved';
      const seen = String(now?.version ?? NEW);
      return { faults: { seen: WORDS[language].conflict }, status: 409, typed: { ...typed, seen } };
    }
  },
});

/** The faults of the texts, at their fields. @throws any other error */
function refused(error: unknown, language: PageLanguage): FormOutcome<PagesDeps> {
  if (!(error instanceof Problem) || error.status !== 422) throw error;
  const sentences = error.faults.map((fault): [string, string] =>
    fault.code === 'full' ? ['name', WORDS[language].full] : [fault.pointer.slice(1), faultText(language, fault)],
  );
  return { faults: Object.fromEntries(sentences.reverse()) };
}

const REMOVE = form<PagesDeps>()({
  path: `${PATH}/:id/delete`,
  right: 'whole-administrator',
  title: (language) => WORDS[language].remove,
  submit: async ({ deps, authorityId, reader, params: { id = '' } }) => {
    if (!ID.test(id)) throw notFound('page');
    await deleteStandardAnswer(deps, { authorityId, id, actor: reader.name }, deps.now());
    return 'deleted';
  },
});

/** `/admin/standard-answers`: what staff answer citizens with. */
export const STANDARD_ANSWERS_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'operator',
  menu: TEXTS,
  tab: { da: WORDS.da.title, en: WORDS.en.title },
  done: bilingual({ da: WORDS.da.done, en: WORDS.en.done }),
  forms: [WRITE, REMOVE],
  view: async ({ c, deps, authority, language }) => {
    const words = WORDS[language];
    const { cursor, edit } = c.req.query();
    const all = await readStandardAnswers(deps, authority.id);
    const edits = may(c.var.visitor, 'whole-administrator', authority.id);
    const changed = all.find(({ id }) => id === edit);
    return {
      rows: all.length,
      body: (count) => {
        const { items, nextCursor } = pageOfAll(all, { cursor, limit: count }, (each) => each);
        return (
          <>
            <p class="lead">
              {words.lead} {!edits && words.readOnly}
            </p>
            <List path={PATH} cursor={nextCursor} isEmpty={items.length === 0} empty={words.empty}>
              {items.map((answer) => (
                <Answer answer={answer} authority={authority} edits={edits} />
              ))}
            </List>
            {edits && <Write answer={changed} isFull={all.length >= MOST_STANDARD_ANSWERS} />}
          </>
        );
      },
    };
  },
});

interface StandardAnswerProps {
  readonly answer: StandardAnswer;
  readonly authority: PageAuthority;
  readonly edits: boolean;
}

function Answer({ answer, authority, edits }: StandardAnswerProps) {
  const { language } = useFrame();
  const words = WORDS[language];
  const segments = answerSegments(answer, authority);
  const heading = `answer-${answer.id}`;
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>{answer.name}</h2>
      {LANGUAGES.map((each) => (
        <>
          <h3>{LANGUAGE_NAMES[language][each]}</h3>
          <blockquote lang={each}>{answer[each]}</blockquote>
          <p class="faint">{segments[each] === null ? words.unusable : words.costs(segments[each])}</p>
        </>
      ))}
      {edits && (
        <>
          <p>
            <a href={`${hrefOf(PATH, authority, { edit: answer.id })}#${WRITE_ID}`} aria-describedby={heading}>
              {words.edit}
            </a>
          </p>
          <ConfirmForm form={REMOVE} params={{ id: answer.id }} of={answer.name}>
            {words.removeWhy(answer.name)}
          </ConfirmForm>
        </>
      )}
    </section>
  );
}

/**
 * The form, filled in with the answer that is to be changed. A new one has its id before it is sent, so that two posts
 * make one.
 */
function Write({ answer, isFull }: { readonly answer: StandardAnswer | undefined; readonly isFull: boolean }) {
  const { language, refused } = useFrame();
  if (isFull && !answer && refused?.form !== WRITE) return <p class="empty">{WORDS[language].full}</p>;
  const { id, name, da, en, version } = answer ?? { id: randomUUID(), name: '', da: '', en: '', version: 0 };
  const values: Typed = { id, seen: String(version), name, da, en };
  return <FormCard id={WRITE_ID} form={WRITE} values={values} />;
}
