import { z } from 'zod';
import { localDay, readInstant } from '../../domain/calendar.ts';
import { notFound } from '../../domain/errors.ts';
import { isUuid } from '../../domain/ids.ts';
import { may } from '../../domain/people/access.ts';
import { readAnyNumber } from '../../domain/phone.ts';
import { isStorableText, MAX_REFERENCE } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { requireRight } from '../../http/authorize.ts';
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
import { useFrame } from '../kit/context.tsx';
import { isDay, readTypedDay } from '../kit/days.ts';
import { authorityPage } from '../kit/declared/declare.tsx';
import { form } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { ActionForm } from '../kit/elements.tsx';
import { DayField, type Faults, Field } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { FOUND_ID, type Menu } from '../kit/navigation.ts';
import { DAY_WORDS } from '../kit/period-words.ts';
import { ChoiceField, chosenIn, namedApart, namesOf, readChoice } from './choice.tsx';
import { FoundList, type FoundWhat, NO_START } from './found-list.tsx';
import { NoSources } from './no-sources.tsx';
import { FIND_WORDS } from './words.ts';

const PATH = '/admin/find';

/** The entry of the navigation that the page belongs to. */
export const FIND: Menu = {
  name: 'find',
  path: PATH,
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

/** Looks for a number or a reference. It is posted: neither has a place in an address. */
const SEARCH = form<PagesDeps>()({
  path: PATH,
  title: (language) => FIND_WORDS[language].title,
  button: (language) => FIND_WORDS[language].search,
  fields: (language) => ({ what: { label: FIND_WORDS[language].what } }),
  schema: z.object({ what: z.string().trim() }),
  submit: async ({ deps, language, authorityId, reader }, { what: typed }) => {
    const { faults } = FIND_WORDS[language];
    const refused = (fault: string) => ({ faults: { what: fault } });
    if (typed === '' || typed.length > MAX_REFERENCE || !isStorableText(typed))
      return refused(reader.seesNumbers ? faults.empty : faults.emptyReference);
    if (looksLikeCpr(typed)) return refused(faults.cpr);
    const found = await findAppointmentsByReference(deps, reader, { authorityId, reference: typed }, deps.now());
    if (found.items.length === 0 && mayBeName(typed))
      return refused(reader.seesNumbers ? faults.name : faults.nameReference);
    const phone = readAnyNumber(typed);
    const ofReference: Search = { what: 'reference', found, again: null };
    if (phone !== null && !reader.seesNumbers && found.items.length === 0) return refused(faults.noNumbers);
    if (phone === null || !reader.seesNumbers) return (visit) => contentOf(visit, { typed, searches: [ofReference] });
    const ofNumber = await findAppointmentsByNumber(deps, reader, { authorityId, phone }, deps.now());
    const first = ofNumber.items.find(({ appointment }) => appointment.phone === phone);
    const byNumber: Search = { what: 'number', found: ofNumber, again: first ? { like: first.id } : null };
    const searches = [ofReference, byNumber].filter((search) => search.found.items.length > 0);
    return (visit) => contentOf(visit, { typed, searches: searches.length > 0 ? searches : [byNumber] });
  },
});

/** True for letters without a digit: numbers have digits, and so have nearly all references. */
function mayBeName(typed: string): boolean {
  return /\p{L}/u.test(typed) && !/\p{N}/u.test(typed);
}

/**
 * `/admin/find`: looks for an appointment. With `date`: the appointments of a day; with `like`: those that have the
 * number of an appointment, so that a number stands in no address.
 */
export const FIND_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'viewer',
  menu: FIND,
  title: { da: FIND_WORDS.da.title, en: FIND_WORDS.en.title },
  forms: [SEARCH],
  view: async (visit) => {
    const { c, deps, authorityId, reader, frame } = visit;
    if (frame.refused)
      return contentOf(visit, { typed: frame.refused.typed.what?.trim(), faults: frame.refused.faults });
    const { like, date, place } = c.req.query();
    if (like !== undefined) {
      requireRight(c, deps, 'operator', authorityId);
      if (!isUuid(like)) throw notFound('appointment');
      const before = placeIn(place);
      const found = await findAppointmentsLike(deps, reader, { authorityId, id: like, before }, deps.now());
      return contentOf(visit, { searches: [{ what: 'like', found, later: before !== null, again: { like } }] });
    }
    return date === undefined ? contentOf(visit, {}) : ofDay(visit, readTypedDay(date) ?? date);
  },
});

async function ofDay(visit: Visit<PagesDeps>, day: string): Promise<Content> {
  const { c, deps, language, authority, reader } = visit;
  const choices = await readFindChoices(deps, reader, authority);
  const chosen = { department: chosenIn(c, 'department'), source: chosenIn(c, 'source') };
  const department = readChoice(namesOf(choices.departments), chosen.department);
  const source = readChoice(namedApart(choices.sources, language), chosen.source);
  const asked = {
    day,
    department: department ?? chosen.department.typed ?? '',
    source: source ?? chosen.source.typed ?? '',
  };
  const { several } = LAYOUT_WORDS[language].choice;
  const faults = {
    ...(!isDay(day) && { date: DAY_WORDS[language].fault }),
    ...(department === undefined && { department: several }),
    ...(source === undefined && { source: several }),
  };
  if (Object.keys(faults).length > 0) return contentOf(visit, { asked, faults });
  const after = placeIn(c.req.query('place'));
  const filter = { authority, day, department: department || null, source: source || null, after };
  const found = await findAppointmentsOfDay(deps, reader, filter, deps.now());
  const again = { date: day, department, source };
  return contentOf(visit, { asked, searches: [{ what: 'day', found, later: after !== null, again }] });
}

/** A place in a list, as addresses have it: the start, or `none`, and the id. @throws Problem 404 for any other text */
function placeIn(text: string | undefined): FoundPlace | null {
  if (text === undefined) return null;
  const [start = '', id = ''] = text.split('/');
  const at = start === NO_START ? null : readInstant(start, 'UTC');
  if ((at !== null && !(at instanceof Date)) || !isUuid(id)) throw notFound('page');
  return { start: at, id };
}

/** A search with its result. */
interface Shown {
  readonly typed?: string | undefined;
  readonly asked?: Asked;
  readonly searches?: readonly Search[];
  readonly faults?: Faults;
}

async function contentOf(visit: Visit<PagesDeps>, shown: Shown): Promise<Content> {
  const { deps, authority, reader } = visit;
  const { searches, faults } = shown;
  const choices = await readFindChoices(deps, reader, authority);
  const today = localDay(deps.now(), authority.timeZone);
  const props = { ...shown, visit, choices, asked: shown.asked ?? { day: today, department: '', source: '' } };
  return {
    ownHeading: true,
    status: faults ? 422 : 200,
    rows: Math.max(0, ...(searches ?? []).map(({ found }) => found.items.length)),
    body: (count) => <Find {...props} searches={searches?.map((search) => shortened(search, count))} />,
  };
}

/** A search whose list goes on behind its first rows. */
function shortened(search: Search, count: number): Search {
  const { items, behind } = search.found;
  if (items.length <= count) return search;
  const found = { items: items.slice(0, count), next: placeBehind(items[count - 1]) };
  return { ...search, found: { ...found, behind: behind === null ? null : behind + items.length - count } };
}

interface FindProps extends Omit<Shown, 'searches'> {
  readonly visit: Visit<PagesDeps>;
  readonly searches: readonly Search[] | undefined;
  readonly asked: Asked;
  readonly choices: FindChoices;
}

function Find(props: FindProps) {
  const { visit, asked, searches, choices } = props;
  const { language, authority, reader } = visit;
  const words = FIND_WORDS[language];
  const isOfDay = searches?.[0]?.what === 'day';
  const days = (
    <section class="part" aria-labelledby="of-day">
      <h2 id="of-day">{words.ofDay}</h2>
      <DayForm {...props} />
    </section>
  );
  return (
    <>
      <h1>{words.title}</h1>
      {choices.sources.length > 0 ? <p class="lead">{words.lead}</p> : <NoSources />}
      {reader.departments && <p class="lead">{words.limited(reader.departments)}</p>}
      <SearchForm {...props} />
      {isOfDay && days}
      {searches && (
        <Results>
          {searches.map((search) => (
            <FoundList {...search} language={language} authority={authority} day={asked.day} />
          ))}
        </Results>
      )}
      {!isOfDay && days}
    </>
  );
}

function SearchForm({ visit: { c, language, authorityId }, typed = '', faults }: FindProps) {
  const words = FIND_WORDS[language];
  const numbers = may(c.var.visitor, 'operator', authorityId);
  return (
    <div class="search">
      <ActionForm action={`${PATH}#${FOUND_ID}`}>
        <Field
          id="what"
          label={numbers ? words.what : words.whatReferences}
          hint={numbers ? words.whatHint : words.whatHintReferences}
          value={typed}
          type="search"
          faults={faults}
          more={{ autocomplete: 'off', maxlength: MAX_REFERENCE, spellcheck: 'false' }}
        />
        <button type="submit">{words.search}</button>
      </ActionForm>
    </div>
  );
}

function DayForm({ asked, choices, faults }: FindProps) {
  const { language } = useFrame();
  const words = FIND_WORDS[language];
  const departments = namesOf(choices.departments);
  const sources = namedApart(choices.sources, language);
  const common = { any: words.all, language, faults };
  return (
    <FilterForm action={PATH} button={words.show}>
      <DayField language={language} id="date" label={words.day} value={asked.day} required faults={faults} />
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
