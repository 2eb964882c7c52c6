import { PAGE, PAGE_LIMIT, readCursor, toPage } from '../../../http/paging.ts';
import { readAudit, readWholeAudit, withSubjects } from '../../../staff/audit.ts';
import type { DeclaredPage } from '../../kit/declared/declare.tsx';
import type { Content, Visit } from '../../kit/declared/visit.ts';
import { Empty } from '../../kit/elements.tsx';
import { Results } from '../../kit/filter-form.tsx';
import type { PageAuthority, PagesDeps } from '../../kit/frame.tsx';
import { hrefOf } from '../../kit/navigation.ts';
import { NextPage } from '../../kit/responses/list-links.tsx';
import { AuditTable, type ToldEntry } from './audit-table.tsx';
import { linesOf } from './lines.ts';
import type { AuditAddress, AuditPlace } from './place.ts';
import { periodFaults, readAuditQuery, toSearch } from './search.ts';
import { OtherParts, readChoice, SearchForm } from './search-form.tsx';
import { AUDIT_WORDS } from './words.ts';

/** The audit, with the form that searches it, and the look-ups behind each line that stands for several. */
export function auditPage(address: AuditAddress): DeclaredPage<PagesDeps, PageAuthority | null> {
  return { ...address, view: (visit) => auditOf(address.path, visit) };
}

type AuditVisit = Visit<PagesDeps, PageAuthority | null>;

async function auditOf(path: string, visit: AuditVisit): Promise<Content> {
  const { c, frame, authorityId, when } = visit;
  const place: AuditPlace = { path, authorityId, frame, timeZone: when.timeZone, query: readAuditQuery(c) };
  if (place.query.fold !== '') return foldOf(place, visit);
  const { deps } = visit;
  const { query } = place;
  const words = AUDIT_WORDS[frame.language];
  const wrong = Object.entries(periodFaults(query));
  const faults = wrong.length > 0 ? Object.fromEntries(wrong.map(([name, why]) => [name, words[why]])) : undefined;
  const rows = faults ? [] : await readRows(place, visit);
  const isSearch = Object.values(query).some((value) => value !== '');
  const choice = await readChoice(deps, place);
  const body = (count: number) => (
    <>
      <p class="lead">{authorityId === null ? words.installationLead : words.lead}</p>
      <SearchForm place={place} choice={choice} faults={faults} />
      <OtherParts place={place} rows={rows} />
      <Results refused={faults !== undefined}>
        {rows.length === 0 && !faults && <Empty>{isSearch ? words.emptySearch : words.empty}</Empty>}
        <Entries place={place} rows={rows} count={count} />
      </Results>
    </>
  );
  return { rows: Math.min(rows.length, PAGE), body, ...(faults && { status: 422 }) };
}

/** The page behind a line: each of its look-ups. */
async function foldOf(place: AuditPlace, visit: AuditVisit): Promise<Content> {
  const { frame, path, query } = place;
  const words = AUDIT_WORDS[frame.language];
  const rows = await readRows(place, visit);
  const body = (count: number) => (
    <>
      <p class="lead">
        {words.foldLead} <a href={hrefOf(path, frame.authority, { ...query, fold: '' })}>{words.backToAll}</a>
      </p>
      <Results>
        {rows.length === 0 && <Empty>{words.emptyFold}</Empty>}
        <Entries place={place} rows={rows} count={count} />
      </Results>
    </>
  );
  return { title: words.foldTitle, rows: Math.min(rows.length, PAGE), body };
}

/** The first `count` entries, with the way to those behind them. */
function Entries({
  place,
  rows,
  count,
}: {
  readonly place: AuditPlace;
  readonly rows: readonly ToldEntry[];
  readonly count: number;
}) {
  const page = toPage(
    rows,
    ({ id }) => id,
    (row) => row,
    count,
  );
  return (
    <>
      {page.items.length > 0 && <AuditTable place={place} rows={page.items} />}
      <NextPage path={place.path} cursor={page.nextCursor} query={{ ...place.query }} />
    </>
  );
}

async function readRows(
  { authorityId, timeZone, query }: AuditPlace,
  { c, deps, when }: AuditVisit,
): Promise<readonly ToldEntry[]> {
  const cursor = { after: readCursor(c.req.query('cursor')), limit: PAGE_LIMIT };
  const search = toSearch(query, timeZone);
  const found =
    authorityId === null
      ? await readWholeAudit(deps, cursor, null, search)
      : await readAudit(deps, authorityId, cursor, search);
  const rows = await withSubjects(deps, authorityId, found, query.fold === '');
  return rows.map((row) => ({ ...row, lines: linesOf(row, when) }));
}
