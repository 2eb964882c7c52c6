import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { localDay } from '../../domain/calendar.ts';
import { notFound } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { type CitizenRecord, lookUpCitizen, readWholeCitizen } from '../../staff/citizens/look-up-citizen.ts';
import type { Frame } from '../kit/context.tsx';
import { page } from '../kit/document.tsx';
import { ActionForm } from '../kit/elements.tsx';
import { type Faults, Field, SelectField } from '../kit/fields.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { type PageLanguage, readLanguage } from '../kit/language.ts';
import { Framed } from '../kit/layout.tsx';
import type { Menu } from '../kit/navigation.ts';
import { attach } from '../kit/responses/attach.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { citizenData } from './citizen-data.ts';
import { fileOf } from './citizen-document.tsx';
import { CitizenRecordView } from './citizen-record.tsx';
import { CITIZENS_WORDS } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const CITIZENS: Menu = {
  name: 'citizens',
  path: '/admin/citizens',
  label: { da: 'Borgerens rettigheder', en: 'Citizens’ rights' },
  right: 'operator',
};

/** `GET /admin/citizens`: access to what is held about a number, and its erasure. */
export async function citizensPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { frame, authority } = await openCitizens(c, deps);
  if (!authority) return noAuthority(c, frame);
  const { departments } = requireRight(c, deps, 'operator', authority.id);
  const props = { frame, limited: departments != null, erases: may(c.var.visitor, 'administrator', authority.id) };
  return page(c, <CitizensPage {...props} />);
}

/** `POST /admin/citizens`: shows what is held about a number, or gives it as a file. */
export async function accessForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const { frame, authority } = await openCitizens(c, deps, fieldOf(form, 'authority'));
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'whole-operator', authority.id);
  const typed = fieldOf(form, 'phone').trim();
  const phone = readAnyNumber(typed);
  const language = readLanguage(fieldOf(form, 'file')) ?? frame.language;
  const words = CITIZENS_WORDS[frame.language];
  const erases = may(c.var.visitor, 'administrator', authority.id);
  const shown = { frame, limited: false, erases, typed, fileLanguage: language };
  if (phone === null) return page(c, <CitizensPage {...shown} faults={{ phone: words.faults.number }} />, 422);
  const asked = { authorityId: authority.id, phone };
  const now = deps.now();
  const kind = fieldOf(form, 'do');
  if (kind !== 'document' && kind !== 'data') {
    const held = await lookUpCitizen(deps, reader, asked, now);
    const rows = Math.max(...LISTS.map((list) => held[list].length));
    return fittingPage(c, rows, (count) => (
      <CitizensPage {...shown} record={{ held: shortened(held, count), authority, now }} />
    ));
  }
  const held = await readWholeCitizen(deps, reader, asked, now);
  const name = `${CITIZENS_WORDS[language].record.fileName}-${localDay(now, authority.timeZone)}`;
  if (kind === 'data') return attach(c, `${name}.json`, 'application/json', JSON.stringify(citizenData(held), null, 2));
  return attach(c, `${name}.html`, 'text/html', recordFile({ held, authority, language, now }));
}

/** The lists of a record. */
const LISTS = ['appointments', 'messages', 'inbound', 'optOuts', 'patients'] as const;

/** A record of which a page shows so many rows of each list. */
function shortened(held: CitizenRecord, count: number): ShownRecord {
  const lists = Object.fromEntries(LISTS.map((list) => [list, held[list].slice(0, count)]));
  const whole = held.next === null && LISTS.every((list) => held[list].length <= count);
  return { ...held, ...lists, whole };
}

/** Reads the frame of the pages about citizens' rights. */
export function openCitizens(c: Context<HttpEnv>, deps: PagesDeps, authorityId?: string) {
  // A form that names no authority must not be about the first one.
  if (authorityId === '') throw notFound('authority');
  const { title } = CITIZENS_WORDS[c.var.language];
  return readFrame(c, deps, { title, current: CITIZENS, ...(authorityId !== undefined && { authorityId }) });
}

function recordFile(props: {
  readonly held: CitizenRecord;
  readonly authority: Authority;
  readonly language: PageLanguage;
  readonly now: Date;
}): string {
  const words = CITIZENS_WORDS[props.language].record;
  const children = (
    <>
      <CitizenRecordView {...props} />
      {props.held.next !== null && <p>{words.incomplete}</p>}
    </>
  );
  return fileOf({ title: words.title, language: props.language, children });
}

/** The part of a record that fits on the page. */
interface ShownRecord extends CitizenRecord {
  /** There is nothing beside it. */
  readonly whole: boolean;
}

interface CitizensPageProps {
  readonly frame: Frame;
  /** The visitor is limited to departments, and may do nothing here. */
  readonly limited: boolean;
  /** The visitor may erase. */
  readonly erases: boolean;
  readonly typed?: string;
  readonly fileLanguage?: PageLanguage;
  readonly faults?: Faults;
  /** Fields typed for an erasure, and what is wrong with them. */
  readonly erasure?: { readonly typed: string; readonly fault: string };
  readonly record?: { readonly held: ShownRecord; readonly authority: Authority; readonly now: Date };
}

/** The id of what is held about a number, to which the form leads. */
const RECORD_ID = 'record';

/** The page with both of its forms. */
export function CitizensPage(props: CitizensPageProps) {
  const { frame, limited, erases, record } = props;
  const words = CITIZENS_WORDS[frame.language];
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead(erases)}</p>
      {limited && <p class="empty">{words.limited}</p>}
      {!limited && <AccessForm {...props} />}
      {record && (
        <section class="part" id={RECORD_ID} tabindex={-1} aria-labelledby="record-title">
          <h2 id="record-title">{words.record.title}</h2>
          {!record.held.whole && <p class="warning">{words.record.first}</p>}
          <CitizenRecordView {...record} language={frame.language} />
        </section>
      )}
      {!limited && (erases ? <EraseForm {...props} /> : <p>{words.eraseNot}</p>)}
    </Framed>
  );
}

function AccessForm({ frame, typed = '', fileLanguage, faults }: CitizensPageProps) {
  const words = CITIZENS_WORDS[frame.language];
  return (
    <section class="card" aria-labelledby="access">
      <h2 id="access">{words.access}</h2>
      <p>{words.accessLead}</p>
      <ActionForm action={`/admin/citizens#${RECORD_ID}`}>
        <NumberField frame={frame} faults={faults} id="phone" value={typed} />
        <SelectField
          id="file"
          label={words.fileLanguage}
          options={Object.entries(words.languages)}
          value={fileLanguage ?? frame.language}
        />
        <p class="buttons">
          <button type="submit" name="do" value="show">
            {words.show}
          </button>
          <button class="plain" type="submit" name="do" value="document">
            {words.asDocument}
          </button>
          <button class="plain" type="submit" name="do" value="data">
            {words.asData}
          </button>
        </p>
      </ActionForm>
    </section>
  );
}

function EraseForm({ frame, erasure }: CitizensPageProps) {
  const words = CITIZENS_WORDS[frame.language];
  const faults = erasure && { number: erasure.fault };
  return (
    <section class="card" aria-labelledby="erase">
      <h2 id="erase">{words.erase}</h2>
      <p>{words.eraseLead}</p>
      <ActionForm action="/admin/citizens/erase">
        <NumberField frame={frame} faults={faults} id="number" value={erasure?.typed ?? ''} />
        <button class="plain" type="submit">
          {words.eraseNext}
        </button>
      </ActionForm>
    </section>
  );
}

interface NumberFieldProps {
  readonly frame: Frame;
  readonly id: string;
  readonly value: string;
  readonly faults?: Faults | undefined;
  readonly label?: string;
}

/** A field for a citizen's number, which no browser keeps. */
export function NumberField({ frame, id, value, faults, label }: NumberFieldProps) {
  const words = CITIZENS_WORDS[frame.language];
  return (
    <Field
      id={id}
      value={value}
      faults={faults}
      label={label ?? words.number}
      hint={words.numberHint}
      type="tel"
      required
      more={{ autocomplete: 'off', maxlength: 40 }}
    />
  );
}
