import { type DepartmentView, readDepartments } from '../../staff/departments/departments.ts';
import { hasSources } from '../../staff/sources/sources.ts';
import { reminderName } from '../find/appointment-facts.ts';
import { NoSources } from '../find/no-sources.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { List } from '../kit/declared/list.tsx';
import type { Visit } from '../kit/declared/visit.ts';
import { DataTable, Moment } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { Named } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { readByName } from '../kit/responses/by-name.ts';
import { bilingual } from '../kit/words.ts';
import { SET_UP, setUpPath } from './frame.tsx';

const PATH = setUpPath('departments');

const WORDS = bilingual({
  da: {
    lead:
      'Afdelingerne kommer med aftalerne fra bookingsystemet. En afdeling tælles for sig i statistikken, når fem ' +
      'borgere har haft en aftale i den, eller når en regel nævner den. Staves en afdeling anderledes i en regel ' +
      'eller hos en person, gælder reglen eller begrænsningen ikke for den.',
    list: 'Afdelinger',
    name: 'Afdeling',
    seen: 'Tælles for sig siden',
    unseen: 'Færre end fem borgere endnu. Er den stavet som i bookingsystemet?',
    rules: 'Egne regler',
    people: 'Personer begrænset til den',
    none: 'Ingen',
    limited: (people: number) => (people === 1 ? '1 person' : `${people} personer`),
    empty: 'Ingen aftaler har nævnt en afdeling endnu. Bookingsystemet skal sende den med. Bed leverandøren om det.',
  },
  en: {
    lead:
      'Departments come with the appointments of the booking system. Statistics count one by itself once five ' +
      'citizens had an appointment there, or when a rule names it. Where a rule or the limit of a person spells it ' +
      'differently, it does not apply to the department.',
    list: 'Departments',
    name: 'Department',
    seen: 'Counted by itself since',
    unseen: 'Fewer than five citizens so far. Is it spelt as in the booking system?',
    rules: 'Rules of its own',
    people: 'People limited to it',
    none: 'None',
    limited: (people) => (people === 1 ? '1 person' : `${people} people`),
    empty: 'No appointment has named a department yet. The booking system must send it: ask its supplier.',
  },
});

/** `/admin/set-up/departments`: the departments that appointments have named. */
export const DEPARTMENTS_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'whole-administrator',
  menu: SET_UP,
  tab: bilingual({ da: 'Afdelinger', en: 'Departments' }),
  view: async (visit) => {
    const { c, deps, authority, language } = visit;
    const words = WORDS[language];
    const all = await readDepartments(deps, authority);
    const isUnconnected = all.length === 0 && !(await hasSources(deps, authority.id));
    const named = all.map((each) => ({ ...each, id: each.name }));
    const order = { list: `departments ${authority.id}`, nameOf: ({ name }: DepartmentView) => name };
    const departments = await readByName<DepartmentView & Named>(c, deps, order, async ({ after, limit }) =>
      named.filter(({ id }) => after === null || id > after).slice(0, limit),
    );
    return {
      rows: departments.most,
      body: (count) => {
        const { items, nextCursor } = departments.page(count);
        const empty = isUnconnected ? <NoSources /> : words.empty;
        return (
          <>
            <p class="lead">{words.lead}</p>
            <List path={PATH} cursor={nextCursor} isEmpty={items.length === 0} empty={empty}>
              <DepartmentsTable visit={visit} departments={items} />
            </List>
          </>
        );
      },
    };
  },
});

interface TableProps {
  readonly visit: Visit<PagesDeps>;
  readonly departments: readonly DepartmentView[];
}

function DepartmentsTable({ visit: { authority, language, when }, departments }: TableProps) {
  const words = WORDS[language];
  const columns = [words.name, words.seen, words.rules, words.people].map((label) => ({ label }));
  const rows = departments.map(({ name, seenAt, rules, people }) => [
    name,
    seenAt ? <Moment at={seenAt} {...when} /> : words.unseen,
    rules.length === 0 ? (
      words.none
    ) : (
      <a href={hrefOf('/admin/rules', authority)}>
        {rules.map((rule) => reminderName(language, authority, rule)).join(', ')}
      </a>
    ),
    people === 0 ? words.none : <a href={hrefOf(setUpPath('people'), authority)}>{words.limited(people)}</a>,
  ]);
  return <DataTable quiet caption={words.list} columns={columns} rows={rows} />;
}
