import { readPeople } from '../../../accounts/people/people.ts';
import { MINUTE_MS } from '../../../domain/duration.ts';
import { actorNameOf } from '../../../domain/people/access.ts';
import { PAGE, PAGE_LIMIT, readCursor, toPage } from '../../../http/paging.ts';
import {
  type AuditRow,
  type AuditView,
  readAudit,
  readWholeAudit,
  sourceOf,
  withSubjects,
} from '../../../staff/audit.ts';
import type { Frame } from '../../kit/context.tsx';
import type { DeclaredPage } from '../../kit/declared/declare.tsx';
import type { Content, Visit } from '../../kit/declared/visit.ts';
import { DataTable, Empty, Moment, momentText } from '../../kit/elements.tsx';
import { DayField, type Faults, SelectField } from '../../kit/fields.tsx';
import { FilterForm, Results } from '../../kit/filter-form.tsx';
import type { PageAuthority, PagesDeps } from '../../kit/frame.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { hrefOf, storyOf } from '../../kit/navigation.ts';
import { NextPage } from '../../kit/responses/list-links.tsx';
import { aboutInSentence, aboutText } from './about.ts';
import { actionsIn, actionText } from './actions.ts';
import { Change } from './change.tsx';
import { type Lines, linesOf } from './lines.ts';
import { type AuditQuery, periodFaults, readAuditQuery, targetOf, toSearch } from './search.ts';
import { AUDIT_WORDS, type AuditWords } from './words.ts';

/** The place of a page of the audit: that of an authority, or of the whole installation. */
type AuditAddress = Required<Pick<DeclaredPage<never>, 'path' | 'right' | 'menu' | 'tab'>>;

/** The audit that a page shows. */
interface AuditPlace extends Pick<AuditAddress, 'path'> {
  /** null: the whole installation. */
  readonly authorityId: string | null;
  readonly frame: Frame;
  readonly timeZone: string;
}

const MOST_PEOPLE = 200;

/** The audit, with the form that searches it. */
export function auditPage(address: AuditAddress): DeclaredPage<PagesDeps, PageAuthority | null> {
  return { ...address, view: (visit) => auditOf(address.path, visit) };
}

async function auditOf(
  path: string,
  { c, deps, frame, authorityId, when }: Visit<PagesDeps, PageAuthority | null>,
): Promise<Content> {
  const place: AuditPlace = { path, authorityId, frame, timeZone: when.timeZone };
  const words = AUDIT_WORDS[frame.language];
  const query = readAuditQuery(c);
  const wrong = Object.entries(periodFaults(query));
  const faults = wrong.length > 0 ? Object.fromEntries(wrong.map(([name, why]) => [name, words[why]])) : undefined;
  const cursor = { after: readCursor(c.req.query('cursor')), limit: PAGE_LIMIT };
  const read = faults ? [] : await readRows(deps, place, query, cursor);
  const rows = read.map((row) => ({ ...row, lines: linesOf(row, when) }));
  const isSearch = isAsked(query);
  const { people, more } = await peopleOf(deps, place, query);
  const hint = more ? words.morePeople(MOST_PEOPLE) : undefined;
  const body = (count: number) => {
    const { items, nextCursor } = toPage(
      rows,
      ({ id }) => id,
      (row) => row,
      count,
    );
    return (
      <>
        <p class="lead">{authorityId === null ? words.installationLead : words.lead}</p>
        <SearchForm place={place} query={query} people={people} hint={hint} faults={faults} />
        {query.target !== '' && <OnlyAbout place={place} query={query} rows={rows} />}
        {isAsked({ ...query, target: '' }) && (
          <p>
            <a href={hrefOf(path, frame.authority)}>{words.clear}</a>
          </p>
        )}
        <Results refused={faults !== undefined}>
          {items.length === 0 && !faults && <Empty>{isSearch ? words.emptySearch : words.empty}</Empty>}
          {items.length > 0 && <AuditTable place={place} rows={items} />}
          <NextPage path={path} cursor={nextCursor} query={{ ...query }} />
        </Results>
      </>
    );
  };
  return { rows: Math.min(rows.length, PAGE), body, ...(faults && { status: 422 }) };
}

const isAsked = (query: AuditQuery): boolean => Object.values(query).some((value) => value !== '');

/** Names the subject that the entries are about, with the way to those about anything. */
function OnlyAbout({
  place: { frame, path },
  query,
  rows,
}: {
  readonly place: AuditPlace;
  readonly query: AuditQuery;
  readonly rows: readonly AuditView[];
}) {
  const words = AUDIT_WORDS[frame.language];
  const name = rows.map((row) => aboutInSentence(row, frame.language, frame.site)).find((text) => text !== '');
  return (
    <p class="lead">
      {words.onlyAbout(name ?? null)}{' '}
      <a href={hrefOf(path, frame.authority, { ...query, target: '' })}>{words.aboutAnything}</a>
    </p>
  );
}

async function readRows(
  deps: PagesDeps,
  { authorityId, timeZone }: AuditPlace,
  query: AuditQuery,
  cursor: Parameters<typeof readWholeAudit>[1],
): Promise<AuditView[]> {
  const search = toSearch(query, timeZone);
  const rows =
    authorityId === null
      ? await readWholeAudit(deps, cursor, null, search)
      : await readAudit(deps, authorityId, cursor, search);
  return withSubjects(deps, authorityId, rows);
}

/** The people that can be chosen, and whoever the address names; `more`: there are others. */
async function peopleOf(
  deps: PagesDeps,
  place: AuditPlace,
  { actor }: AuditQuery,
): Promise<{ readonly people: [string, string][]; readonly more: boolean }> {
  const { language } = place.frame;
  const words = AUDIT_WORDS[language];
  const people = await readPeople(deps, place.authorityId, { after: null, limit: MOST_PEOPLE + 1 }, deps.now());
  const named = people
    .slice(0, MOST_PEOPLE)
    .map(({ personId, name, email }): [string, string] => [actorNameOf(personId), name || email || personId]);
  named.sort(([, a], [, b]) => a.localeCompare(b, language));
  const others: [string, string][] = ['administrator', 'anonymous'].map((each) => [each, whoText(each, words)]);
  const known = [['', words.anybody] as [string, string], ...named, ...others];
  const isKnown = actor === '' || known.some(([value]) => value === actor);
  return {
    people: isKnown ? known : [...known, [actor, whoText(actor, words)]],
    more: people.length > MOST_PEOPLE,
  };
}

/** Who acted, in words: the name of a person, what the other names stand for. */
function whoText(actor: string, words: AuditWords): string {
  if (actor === 'administrator' || actor === 'anonymous' || actor === 'retention' || actor === 'several')
    return words[actor];
  if (actor === 'key of another authority') return words.foreignKey;
  if (actor.startsWith('key:')) return `${words.key} ${actor.slice('key:'.length)}`;
  return actor.replace(/^person:[0-9a-f-]{36} /, '');
}

/** The name as it is stored, without that of the person. */
const storedActor = (actor: string): string => /^person:[0-9a-f-]{36}/.exec(actor)?.[0] ?? actor;

function SearchForm({
  place: { frame, path },
  query,
  people,
  hint,
  faults,
}: {
  readonly place: AuditPlace;
  readonly query: AuditQuery;
  readonly people: readonly (readonly [string, string])[];
  readonly hint: string | undefined;
  readonly faults: Faults | undefined;
}) {
  const words = AUDIT_WORDS[frame.language];
  const actions = [['', words.anything] as const, ...actionsIn(frame.language)];
  return (
    <FilterForm action={path} button={words.search}>
      {query.target !== '' && <input type="hidden" name="target" value={query.target} />}
      <SelectField id="actor" label={words.who} options={people} value={query.actor} hint={hint} />
      <SelectField id="action" label={words.action} options={actions} value={query.action} />
      <DayField language={frame.language} id="from" label={words.from} value={query.from} faults={faults} />
      <DayField language={frame.language} id="to" label={words.to} value={query.to} faults={faults} />
    </FilterForm>
  );
}

/** Actions of people on their own account, which is no authority's and not the installation's either. */
const OF_ACCOUNT = /^(?:session\.|person\.(?:accept|password|recovery-code|second-factor))/;

/** An entry with what it changed, in words. */
interface ToldEntry extends AuditView {
  readonly lines: Lines;
}

function AuditTable({ place, rows }: { readonly place: AuditPlace; readonly rows: readonly ToldEntry[] }) {
  const { frame, timeZone, authorityId } = place;
  const words = AUDIT_WORDS[frame.language];
  const whole = authorityId === null;
  const names = [words.at, words.who, words.action, ...(whole ? [words.authority] : []), words.about];
  const ownerOf = ({ authorityId: id, authorityName, action }: ToldEntry) => {
    if (id !== null) return authorityName ?? id;
    return OF_ACCOUNT.test(action) ? '–' : words.installation;
  };
  const cells = rows.map((row) => [
    <When row={row} timeZone={timeZone} language={frame.language} />,
    <Who place={place} actor={row.actor} />,
    actionText(row.action, frame.language),
    ...(whole ? [ownerOf(row)] : []),
    <>
      <About place={place} row={row} />
      <Change lines={row.lines} of={actionText(row.action, frame.language)} language={frame.language} />
    </>,
  ]);
  return <DataTable quiet caption={words.list} columns={names.map((label) => ({ label }))} rows={cells} />;
}

/** The subject of an entry; an appointment with the way to its story, for as long as there is one. */
function About({ place, row }: { readonly place: AuditPlace; readonly row: ToldEntry }) {
  const { frame } = place;
  const { appointment, authorityId, target } = row;
  const words = AUDIT_WORDS[frame.language];
  // A source may have the id of its authority.
  const isOfAuthority = target === authorityId && sourceOf(row) === null;
  // In the audit of the installation a column of its own has the authority.
  if (isOfAuthority) return <>{place.authorityId === null ? noSubject(row) : frame.authority?.name}</>;
  if (appointment === null || authorityId === null) return <Subject place={place} row={row} />;
  if (appointment.reference === null) return <>{words.appointmentErased}</>;
  return <a href={storyOf({ id: authorityId }, appointment.id)}>{words.appointment(appointment.reference)}</a>;
}

/** A dash before details, whose label would stand alone on a phone; else nothing. */
function noSubject({ lines }: ToldEntry): string {
  return lines.shown.length > 0 ? '–' : '';
}

/** The name of a subject, as a link to everything about it. */
function Subject({ place: { frame, path }, row }: { readonly place: AuditPlace; readonly row: ToldEntry }) {
  const text = aboutText(row, frame.language, frame.site);
  const target = targetOf(row);
  if (target === null || text === '') return <>{text || noSubject(row)}</>;
  return (
    <a href={hrefOf(path, frame.authority, { target })} title={AUDIT_WORDS[frame.language].entriesAbout}>
      {text}
    </a>
  );
}

/** Who acted, as a link to everything that they did. */
function Who({ place: { frame, path }, actor }: { readonly place: AuditPlace; readonly actor: string }) {
  const words = AUDIT_WORDS[frame.language];
  return (
    <a class="actor" href={hrefOf(path, frame.authority, { actor: storedActor(actor) })} title={words.ownEntries}>
      {whoText(actor, words)}
    </a>
  );
}

/** The time of an entry, and where it was written at another one, when and by which user of the database. */
function When({
  row: { at, recordedAt, recordedBy },
  timeZone,
  language,
}: {
  readonly row: AuditRow;
  readonly timeZone: string;
  readonly language: PageLanguage;
}) {
  const { recorded } = AUDIT_WORDS[language];
  const isApart = recordedAt !== null && Math.abs(recordedAt.getTime() - at.getTime()) > MINUTE_MS;
  return (
    <>
      <Moment at={at} timeZone={timeZone} language={language} />
      {isApart && <small>{recorded(momentText(recordedAt, timeZone, language), recordedBy ?? '')}</small>}
    </>
  );
}
