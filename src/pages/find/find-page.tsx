import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { localDay, readInstant } from '../../domain/calendar.ts';
import { notFound } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { isStorableText, MAX_REFERENCE } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import {
  type FindChoices,
  type FoundPage,
  type FoundPlace,
  findAppointmentsByNumber,
  findAppointmentsByReference,
  findAppointmentsLike,
  findAppointmentsOfDay,
  placeBehind,
  readFindChoices,
} from '../../staff/find/find.ts';
import type { Frame } from '../kit/context.tsx';
import { isDay } from '../kit/days.ts';
import { type Faults, Field } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PageAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { Framed } from '../kit/layout.tsx';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import type { Menu } from '../kit/navigation.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { ChoiceField, chosenIn, namedApart, namesOf, readChoice } from './choice.tsx';
import { FoundList, type FoundWhat, NO_START } from './found-list.tsx';
import { NoSources } from './no-sources.tsx';
import { SearchForm } from './search-form.tsx';
import { FIND_WORDS } from './words.ts';

/** The entry of the navigation that the page belongs to. */
export const FIND: Menu = {
  name: 'find',
  path: '/admin/find',
  label: { da: 'Find', en: 'Find' },
  right: 'viewer',
};

/** The result of a search, as the page shows it. */
interface Search {
  readonly what: FoundWhat;
  readonly found: FoundPage;
  /** The page goes on behind another. */
  readonly later?: boolean;
  /** The address of the next page without its place; null: the search can't be written in an address. */
  readonly again: Readonly<Record<string, string | undefined>> | null;
}

interface Asked {
  readonly day: string;
  readonly department: string;
  readonly source: string;
}

/**
 * `GET /admin/find`: looks for an appointment. With `date`: the appointments of a day; with `like`: those that have the
 * number of an appointment, so that a number stands in no address.
 */
export async function findPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const { frame, authority } = await openPage(c, deps);
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const like = c.req.query('like');
  if (like !== undefined) {
    requireRight(c, deps, 'operator', authority.id);
    const id = z.uuid().safeParse(like);
    if (!id.success) throw notFound('appointment');
    const asked = { authorityId: authority.id, id: id.data, before: placeIn(c.req.query('place')) };
    const found = await findAppointmentsLike(deps, reader, asked, deps.now());
    return show(c, deps, {
      frame,
      authority,
      searches: [{ what: 'like', found, later: asked.before !== null, again: { like } }],
    });
  }
  const day = c.req.query('date');
  if (day === undefined) return show(c, deps, { frame, authority });
  return showDay(c, deps, { frame, authority, day });
}

async function showDay(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  { frame, authority, day }: Pick<Shown, 'frame' | 'authority'> & { readonly day: string },
): Promise<Response> {
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const choices = await readFindChoices(deps, reader, authority);
  const chosen = { department: chosenIn(c, 'department'), source: chosenIn(c, 'source') };
  const department = readChoice(namesOf(choices.departments), chosen.department);
  const source = readChoice(namedApart(choices.sources, frame.language), chosen.source);
  const asked = {
    day,
    department: department ?? chosen.department.typed ?? '',
    source: source ?? chosen.source.typed ?? '',
  };
  const { several } = LAYOUT_WORDS[frame.language].choice;
  const faults = {
    ...(!isDay(day) && { date: FIND_WORDS[frame.language].faults.day }),
    ...(department === undefined && { department: several }),
    ...(source === undefined && { source: several }),
  };
  if (Object.keys(faults).length > 0) return show(c, deps, { frame, authority, asked, faults });
  const after = placeIn(c.req.query('place'));
  const filter = { authority, day, department: department || null, source: source || null, after };
  const found = await findAppointmentsOfDay(deps, reader, filter, deps.now());
  const again = { date: day, department, source };
  return show(c, deps, { frame, authority, asked, searches: [{ what: 'day', found, later: after !== null, again }] });
}

/** `POST /admin/find`: looks for a number or a reference, neither of which has a place in an address. */
export async function findForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const typed = fieldOf(form, 'what').trim();
  const { frame, authority } = await openPage(c, deps, fieldOf(form, 'authority'));
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const { faults } = FIND_WORDS[frame.language];
  const refused = (fault: string) => show(c, deps, { frame, authority, typed, faults: { what: fault } });
  if (typed === '' || typed.length > MAX_REFERENCE || !isStorableText(typed))
    return refused(reader.seesNumbers ? faults.empty : faults.emptyReference);
  if (looksLikeCpr(typed)) return refused(faults.cpr);
  const byReference = { authorityId: authority.id, reference: typed };
  const found = await findAppointmentsByReference(deps, reader, byReference, deps.now());
  const phone = readAnyNumber(typed);
  const ofReference: Search = { what: 'reference', found, again: null };
  if (phone === null) return show(c, deps, { frame, authority, typed, searches: [ofReference] });
  if (!reader.seesNumbers && found.items.length === 0) return refused(faults.noNumbers);
  if (!reader.seesNumbers) return show(c, deps, { frame, authority, typed, searches: [ofReference] });
  const ofNumber = await findAppointmentsByNumber(deps, reader, { authorityId: authority.id, phone }, deps.now());
  const first = ofNumber.items.find(({ appointment }) => appointment.phone === phone);
  const again = first ? { like: first.id } : null;
  const byNumber: Search = { what: 'number', found: ofNumber, again };
  const searches = [ofReference, byNumber].filter((search) => search.found.items.length > 0);
  return show(c, deps, { frame, authority, typed, searches: searches.length > 0 ? searches : [byNumber] });
}

function openPage(c: Context<HttpEnv>, deps: PagesDeps, authorityId?: string) {
  if (authorityId === '') throw notFound('authority');
  const { title } = FIND_WORDS[c.var.language];
  return readFrame(c, deps, { title, current: FIND, ...(authorityId !== undefined && { authorityId }) });
}

/** A place in a list, as addresses have it: the start, or `none`, and the id. @throws Problem 404 for any other text */
function placeIn(text: string | undefined): FoundPlace | null {
  if (text === undefined) return null;
  const [start = '', id = ''] = text.split('/');
  const at = start === NO_START ? null : readInstant(start, 'UTC');
  if ((at !== null && !(at instanceof Date)) || !z.uuid().safeParse(id).success) throw notFound('page');
  return { start: at, id };
}

interface Shown {
  readonly frame: Frame;
  readonly authority: PageAuthority;
  readonly typed?: string;
  readonly asked?: Asked;
  readonly searches?: readonly Search[];
  readonly faults?: Faults;
}

async function show(c: Context<HttpEnv>, deps: PagesDeps, shown: Shown): Promise<Response> {
  const { authority, faults } = shown;
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const choices = await readFindChoices(deps, reader, authority);
  const today = localDay(deps.now(), authority.timeZone);
  const asked = shown.asked ?? { day: today, department: '', source: '' };
  const props = { ...shown, asked, choices, departments: reader.departments ?? null };
  const numbers = may(c.var.visitor, 'operator', authority.id);
  const rows = Math.max(0, ...(shown.searches ?? []).map(({ found }) => found.items.length));
  const render = (count: number) => (
    <FindPage {...props} searches={shown.searches?.map((search) => shortened(search, count))} numbers={numbers} />
  );
  return fittingPage(c, rows, render, faults ? 422 : 200);
}

/** A search whose list goes on behind its first rows. */
function shortened(search: Search, count: number): Search {
  const { items, behind } = search.found;
  if (items.length <= count) return search;
  const found = { items: items.slice(0, count), next: placeBehind(items[count - 1]) };
  return { ...search, found: { ...found, behind: behind === null ? null : behind + items.length - count } };
}

interface FindPageProps extends Omit<Shown, 'searches'> {
  readonly searches: readonly Search[] | undefined;
  readonly asked: Asked;
  readonly choices: FindChoices;
  readonly departments: readonly string[] | null;
  /** The visitor may search for numbers. */
  readonly numbers: boolean;
}

function FindPage({ frame, authority, typed, asked, searches, faults, choices, departments, numbers }: FindPageProps) {
  const words = FIND_WORDS[frame.language];
  const ofDay = searches?.[0]?.what === 'day';
  const days = (
    <section class="part" aria-labelledby="of-day">
      <h2 id="of-day">{words.ofDay}</h2>
      <DayForm frame={frame} asked={asked} choices={choices} faults={faults} />
    </section>
  );
  return (
    <Framed frame={frame}>
      <h1>{words.title}</h1>
      {choices.sources.length > 0 ? <p class="lead">{words.lead}</p> : <NoSources frame={frame} />}
      {departments && <p class="lead">{words.limited(departments)}</p>}
      <SearchForm frame={frame} words={words} numbers={numbers} typed={typed ?? ''} faults={faults} />
      {ofDay && days}
      {searches && (
        <Results>
          {searches.map((search) => (
            <FoundList {...search} frame={frame} authority={authority} words={words} day={asked.day} />
          ))}
        </Results>
      )}
      {!ofDay && days}
    </Framed>
  );
}

function DayForm({
  frame,
  asked,
  choices,
  faults,
}: Pick<FindPageProps, 'frame' | 'asked' | 'choices'> & { readonly faults: Faults | undefined }) {
  const words = FIND_WORDS[frame.language];
  const departments = namesOf(choices.departments);
  const sources = namedApart(choices.sources, frame.language);
  const common = { any: words.all, language: frame.language, faults };
  return (
    <FilterForm action="/admin/find" button={words.show}>
      <Field id="date" label={words.day} type="date" value={asked.day} required faults={faults} />
      {departments.length > 0 && (
        <ChoiceField
          {...common}
          id="department"
          label={words.department}
          options={departments}
          value={asked.department}
        />
      )}
      {sources.length > 1 && (
        <ChoiceField {...common} id="source" label={words.source} options={sources} value={asked.source} />
      )}
    </FilterForm>
  );
}
