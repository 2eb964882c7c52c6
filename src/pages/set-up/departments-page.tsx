import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { HttpEnv } from '../../http/env.ts';
import { type DepartmentView, readDepartments } from '../../staff/departments/departments.ts';
import { hasSources } from '../../staff/sources/sources.ts';
import { NoSources } from '../find/no-sources.tsx';
import { reminderName } from '../find/reminder-name.ts';
import { STORY_WORDS } from '../find/story-words.ts';
import { DataTable, Empty, Moment } from '../kit/elements.tsx';
import { Results } from '../kit/filter-form.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import type { Named } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { readByName } from '../kit/responses/by-name.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { NextPage } from '../kit/responses/list-links.tsx';
import { DEPARTMENTS_WORDS } from './departments-words.ts';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from './frame.tsx';
import { SET_UP_WORDS } from './words.ts';

const PATH = setUpPath('departments');

/** Adds `/admin/set-up/departments`. */
export function departmentsRoutes(
  routes: OpenAPIHono<HttpEnv>,
  deps: PagesDeps,
  guard: MiddlewareHandler<HttpEnv>,
): void {
  routes.get(PATH, guard, (c) => departmentsPage(c, deps));
}

async function departmentsPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'departments');
  if (setUp instanceof Response) return setUp;
  const words = DEPARTMENTS_WORDS[c.var.language];
  const { frame } = setUp;
  const all = await readDepartments(deps, setUp.authority);
  const unconnected = all.length === 0 && !(await hasSources(deps, setUp.authority.id));
  const named = all.map((each) => ({ ...each, id: each.name }));
  const order = { list: `departments ${setUp.authority.id}`, nameOf: ({ name }: DepartmentView) => name };
  const departments = await readByName<DepartmentView & Named>(c, deps, order, async ({ after, limit }) =>
    named.filter(({ id }) => after === null || id > after).slice(0, limit),
  );
  return fittingPage(c, departments.most, (count) => {
    const { items, nextCursor } = departments.page(count);
    return (
      <SetUpPage setUp={setUp}>
        <p class="lead">{words.lead}</p>
        <Results frame={frame}>
          {items.length > 0 && <DepartmentsTable setUp={setUp} departments={items} />}
          {items.length === 0 && (unconnected ? <NoSources frame={frame} /> : <Empty>{words.empty}</Empty>)}
          <NextPage frame={frame} path={PATH} cursor={nextCursor} label={SET_UP_WORDS[frame.language].next} />
        </Results>
      </SetUpPage>
    );
  });
}

function DepartmentsTable({
  setUp: { frame, authority },
  departments,
}: {
  readonly setUp: SetUp;
  readonly departments: readonly DepartmentView[];
}) {
  const words = DEPARTMENTS_WORDS[frame.language];
  const when = { timeZone: authority.timeZone, language: frame.language };
  const columns = [{ label: words.name }, { label: words.seen }, { label: words.rules }, { label: words.people }];
  const rows = departments.map(({ name, seenAt, rules, people }) => [
    name,
    seenAt ? <Moment at={seenAt} {...when} /> : words.unseen,
    rules.length === 0 ? (
      words.none
    ) : (
      <a href={hrefOf('/admin/rules', authority)}>
        {rules.map((rule) => reminderName(STORY_WORDS[frame.language], authority, rule)).join(', ')}
      </a>
    ),
    people === 0 ? words.none : <a href={hrefOf(setUpPath('people'), authority)}>{words.limited(people)}</a>,
  ]);
  return <DataTable quiet caption={words.list} columns={columns} rows={rows} />;
}
