import { z } from 'zod';
import { localDay } from '../../domain/calendar.ts';
import { may } from '../../domain/people/access.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { type ErasurePreview, eraseWithProof, markOf, previewErasure } from '../../staff/citizens/erase-citizen.ts';
import { lookUpCitizen, readWholeCitizen } from '../../staff/citizens/look-up-citizen.ts';
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { FormBody, type FormField, FormFields, form } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { ActionForm } from '../kit/elements.tsx';
import type { Faults } from '../kit/fields.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { type PageLanguage, readLanguage } from '../kit/language.ts';
import { doneHref, hrefOf, type Menu } from '../kit/navigation.ts';
import { attach } from '../kit/responses/attach.ts';
import { LANGUAGE_NAMES } from '../kit/words.ts';
import { citizenData, fileOf } from './citizen-document.tsx';
import { CitizenRecordView, type RecordProps } from './citizen-record.tsx';
import { RECORD_WORDS } from './record-words.ts';
import { CITIZENS_WORDS } from './words.ts';

const PATH = '/admin/citizens';

/** The entry of the navigation that the page belongs to. */
export const CITIZENS: Menu = {
  name: 'citizens',
  path: PATH,
  label: { da: CITIZENS_WORDS.da.title, en: CITIZENS_WORDS.en.title },
  right: 'operator',
};

/** A field for a citizen's number, which no browser keeps. */
function numberInput(language: PageLanguage, label = CITIZENS_WORDS[language].number): FormField {
  const { numberHint: hint, faults } = CITIZENS_WORDS[language];
  const more = { autocomplete: 'off', maxlength: 40 };
  return { label, hint, fault: faults.number, type: 'tel', required: true, more };
}

const number = z
  .string()
  .trim()
  .transform((typed) => readAnyNumber(typed))
  .pipe(z.string());

const ACCESS = form<PagesDeps>()({
  path: PATH,
  right: 'whole-operator',
  title: (language) => CITIZENS_WORDS[language].access,
  fields: (language) => {
    const { fileLanguage, show, asDocument, asData } = CITIZENS_WORDS[language];
    const buttons = Object.entries({ show, document: asDocument, data: asData });
    return {
      phone: numberInput(language),
      file: { label: fileLanguage, options: Object.entries(LANGUAGE_NAMES[language]) },
      do: { label: '', type: 'buttons', options: buttons },
    };
  },
  schema: z.object({ phone: number, file: z.string(), do: z.string() }),
  submit: async ({ deps, authorityId, reader, language: shownIn }, { phone, file, do: kind }, typed) => {
    const language = readLanguage(file) ?? shownIn;
    const asked = { authorityId, phone };
    const now = deps.now();
    if (kind !== 'document' && kind !== 'data') {
      const held = await lookUpCitizen(deps, reader, asked, now);
      return (visit) => contentOf(visit, { phone: typed.phone.trim(), file: language }, { held, now });
    }
    const held = await readWholeCitizen(deps, reader, asked, now);
    return ({ c, authority }) => {
      const name = `${RECORD_WORDS[language].fileName}-${localDay(now, authority.timeZone)}`;
      if (kind === 'document')
        return attach(c, `${name}.html`, 'text/html', fileOfRecord({ held, authority, language, now }));
      return attach(c, `${name}.json`, 'application/json', JSON.stringify(citizenData(held), null, 2));
    };
  },
});

const ERASE = form<PagesDeps>()({
  path: `${PATH}/erase`,
  right: 'whole-administrator',
  unkept: true,
  title: (language) => CITIZENS_WORDS[language].erase,
  button: (language) => CITIZENS_WORDS[language].eraseNext,
  fields: (language) => ({ number: numberInput(language) }),
  schema: z.object({ number }),
  submit: async ({ deps, authorityId, reader, language }, { number: phone }) => {
    const preview = await previewErasure(deps, reader, { authorityId, mark: markOf(deps, phone) }, deps.now());
    if (isEmpty(preview)) return { faults: { number: CITIZENS_WORDS[language].faults.nothing } };
    return () => ({ title: CITIZENS_WORDS[language].confirmTitle, body: <ConfirmErasure preview={preview} /> });
  },
});

/** A keyed hash of 32 bytes. */
const readMark = z.base64url().length(43);

/** Asks for the number once more, erases, and leads to the receipt. */
const CONFIRM = form<PagesDeps>()({
  path: `${PATH}/erase/confirm`,
  right: 'whole-administrator',
  unkept: true,
  title: (language) => CITIZENS_WORDS[language].confirmTitle,
  fields: (language) => {
    const { again, sure } = CITIZENS_WORDS[language];
    return {
      mark: { label: '', type: 'hidden' },
      number: numberInput(language, again),
      sure: { label: sure, type: 'check' },
    };
  },
  submit: async ({ c, deps, authorityId, reader, language }, _, typed) => {
    const { faults: wrong, confirmTitle: title } = CITIZENS_WORDS[language];
    const phone = readAnyNumber(typed.number.trim());
    const begin = (fault: string) => ({ form: ERASE, faults: { number: fault } });
    const mark = readMark.safeParse(typed.mark).data;
    // Without the mark nobody knows what was to be erased.
    if (mark === undefined) return begin(wrong.other);
    const preview = await previewErasure(deps, reader, { authorityId, mark }, deps.now());
    if (isEmpty(preview)) return begin(wrong.nothing);
    const refused = (faults: Faults) => () =>
      ({ title, status: 422, body: <ConfirmErasure preview={preview} typed={typed} faults={faults} /> }) as const;
    if (phone === null) return refused({ number: wrong.number });
    if (mark !== markOf(deps, phone)) return refused({ number: wrong.other });
    if (typed.sure !== 'on') return refused({ sure: wrong.sure });
    const { proof } = await eraseWithProof(deps, { authorityId, phone, actor: reader.name }, deps.now());
    return c.redirect(doneHref(`${PATH}/erased/${proof}`, { id: authorityId }, { done: 'erased' }), 303);
  },
});

/** `/admin/citizens`: what is held about a number, as a file to hand over, and its erasure with proof. */
export const CITIZENS_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'operator',
  menu: CITIZENS,
  title: CITIZENS.label,
  forms: [ACCESS, ERASE, CONFIRM],
  view: (visit) => contentOf(visit, { phone: '', file: visit.language }),
});

/** The lists of a record. */
const LISTS = ['appointments', 'messages', 'inbound', 'optOuts', 'patients'] as const;

/** The id of what is held about a number, to which the form leads. */
const RECORD_ID = 'record';

/** Both forms, and what is held about a number, as much of each list as the page has room for. */
function contentOf(
  { c, authority, reader, language }: Visit<PagesDeps>,
  values: { readonly phone: string; readonly file: PageLanguage },
  record?: Pick<RecordProps, 'held' | 'now'>,
): Content {
  const words = CITIZENS_WORDS[language];
  const isLimited = reader.departments != null;
  const erases = may(c.var.visitor, 'administrator', authority.id);
  const body = (count: number) => (
    <>
      <p class="lead">{words.lead(erases)}</p>
      {isLimited ? (
        <p class="empty">{words.limited}</p>
      ) : (
        <section class="card" aria-labelledby="access">
          <h2 id="access">{words.access}</h2>
          <p>{words.accessLead}</p>
          <FormBody form={ACCESS} values={values} to={RECORD_ID} />
        </section>
      )}
      {record && <ShownRecord {...record} authority={authority} language={language} count={count} />}
      {!isLimited && (erases ? <EraseCard /> : <p>{words.eraseNot}</p>)}
    </>
  );
  return { rows: Math.max(0, ...LISTS.map((list) => record?.held[list].length ?? 0)), body };
}

/** A record of which the page shows so many rows of each list. */
function ShownRecord({ held, count, ...props }: RecordProps & { readonly count: number }) {
  const words = RECORD_WORDS[props.language];
  const lists = Object.fromEntries(LISTS.map((list) => [list, held[list].slice(0, count)]));
  const isWhole = held.next === null && LISTS.every((list) => held[list].length <= count);
  return (
    <section class="part" id={RECORD_ID} tabindex={-1} aria-labelledby="record-title">
      <h2 id="record-title">{words.title}</h2>
      {!isWhole && <p class="warning">{words.first}</p>}
      <CitizenRecordView {...props} held={{ ...held, ...lists }} />
    </section>
  );
}

function fileOfRecord(props: RecordProps): string {
  const words = RECORD_WORDS[props.language];
  return fileOf(
    words.title,
    props.language,
    <>
      <CitizenRecordView {...props} />
      {props.held.next !== null && <p>{words.incomplete}</p>}
    </>,
  );
}

function EraseCard() {
  const words = CITIZENS_WORDS[useFrame().language];
  return (
    <section class="card" aria-labelledby="erase">
      <h2 id="erase">{words.erase}</h2>
      <p>{words.eraseLead}</p>
      <FormBody form={ERASE} plain />
    </section>
  );
}

function isEmpty({ held }: ErasurePreview): boolean {
  return LISTS.every((kind) => held[kind] === 0);
}

interface ConfirmProps {
  readonly preview: ErasurePreview;
  readonly typed?: Readonly<Record<'number' | 'sure', string>>;
  readonly faults?: Faults;
}

/** The effect of an erasure, and the form that asks for the number once more. */
function ConfirmErasure({ preview: { held, more, mark }, typed, faults }: ConfirmProps) {
  const { authority, language } = useFrame();
  const words = CITIZENS_WORDS[language];
  return (
    <section class="card part">
      <p>{words.confirmLead}</p>
      <ul>
        {LISTS.filter((kind) => held[kind] > 0).map((kind) => (
          <li>{words.counts[kind](held[kind])}</li>
        ))}
      </ul>
      {more && <p>{words.more}</p>}
      <p>{words.follows}</p>
      <ul>
        {words.whatHappens.map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
      <ActionForm action={CONFIRM.path}>
        <FormFields form={CONFIRM} values={{ mark, ...typed }} faults={faults} />
        <p class="buttons">
          <button type="submit">{words.eraseNow}</button>
          <a class="button plain" href={hrefOf(PATH, authority)}>
            {words.keep}
          </a>
        </p>
      </ActionForm>
    </section>
  );
}
