import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type DepartmentView, readDepartments } from '../../../staff/departments/departments.ts';
import type { HttpEnv } from '../../env.ts';
import { page } from '../document.tsx';
import { DataTable, Empty, Moment } from '../elements.tsx';
import type { PagesDeps } from '../frame.tsx';
import { pagesGuard } from '../session.ts';
import { DEPARTMENTS_WORDS } from './departments-words.ts';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from './frame.tsx';

/** Adds `/admin/set-up/departments`. */
export function departmentsRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps): void {
  routes.get(setUpPath('departments'), pagesGuard(deps), (c) => departmentsPage(c, deps));
}

async function departmentsPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'departments');
  if (setUp instanceof Response) return setUp;
  const words = DEPARTMENTS_WORDS[c.var.language];
  const departments = await readDepartments(deps, setUp.authority);
  return page(
    c,
    <SetUpPage setUp={setUp}>
      <p class="lead">{words.lead}</p>
      {departments.length === 0 ? (
        <Empty>{words.empty}</Empty>
      ) : (
        <DepartmentsTable setUp={setUp} departments={departments} />
      )}
    </SetUpPage>,
  );
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
    rules.length === 0 ? words.none : rules.join(', '),
    people === 0 ? words.none : words.limited(people),
  ]);
  return <DataTable quiet caption={words.list} columns={columns} rows={rows} />;
}
