import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { localDay } from '../../domain/calendar.ts';
import { Problem } from '../../domain/errors.ts';
import type { Reader } from '../../staff/phone-access.ts';
import { countOpenReplies } from '../../staff/replies.sql.ts';
import { readReplies, settleReply } from '../../staff/replies.ts';
import { getStatistics } from '../../staff/statistics.ts';
import { listAuthorities } from '../../store/authorities.ts';
import { choosePeriod } from '../admin/statistics.ts';
import type { HttpDeps, HttpEnv } from '../deps.ts';
import { ownForms } from '../own-forms.ts';
import { createRoutes } from '../problem.ts';
import { type Frame, Framed, page } from './layout.tsx';
import { ACTIONS, RepliesPage } from './replies-page.tsx';
import { pagesGuard } from './session.ts';
import { signInRoutes } from './sign-in.tsx';
import { BY_LABELS, StatisticsPage } from './statistics-page.tsx';
import { STYLE } from './style.ts';

/** People have no accounts yet: whoever is signed in is the installation's administrator. */
const READER: Reader = { name: 'administrator', seesNumbers: true };
const MOST_AUTHORITIES = 1_000;
const MOST_REPLIES = 50;

/** The pages for people, under /admin. */
export function pagesRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes();
  routes.use('/admin/*', ownForms(deps.publicUrl));
  routes.get('/admin/style.css', (c) => {
    c.header('Cache-Control', 'max-age=300');
    return c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' });
  });
  routes.get('/', (c) => c.redirect('/admin'));
  signInRoutes(routes, deps);
  const guard = pagesGuard(deps);
  routes.get('/admin', guard, (c) => statistics(c, deps));
  routes.get('/admin/replies', guard, (c) => replies(c, deps));
  routes.post('/admin/replies/:id/settle', guard, (c) => settle(c, deps));
  return routes;
}

interface Seen {
  readonly authorities: readonly (Authority & { readonly open: number })[];
  readonly openReplies: number;
}

async function readSeen({ db }: HttpDeps): Promise<Seen> {
  const counts = await countOpenReplies(db);
  const authorities = await listAuthorities(db, { only: null, after: null, limit: MOST_AUTHORITIES });
  return {
    authorities: authorities.map((authority) => ({ ...authority, open: counts.get(authority.id) ?? 0 })),
    openReplies: [...counts.values()].reduce((sum, count) => sum + count, 0),
  };
}

function frameOf(deps: HttpDeps, { openReplies }: Seen, title: string, current: Frame['current']): Frame {
  return { title, current, openReplies, simulator: deps.simulator !== null };
}

async function statistics(c: Context<HttpEnv>, deps: HttpDeps): Promise<Response> {
  const seen = await readSeen(deps);
  const frame = frameOf(deps, seen, 'Statistik', 'statistics');
  const authority = seen.authorities.find(({ id }) => id === c.req.query('authority')) ?? seen.authorities[0];
  if (!authority) return noAuthority(c, frame);
  const today = localDay(deps.now(), authority.timeZone);
  const { period, fault } = readPeriod(c, today);
  const by = (Object.keys(BY_LABELS) as (keyof typeof BY_LABELS)[]).find((key) => key === c.req.query('by')) ?? 'day';
  const read = await getStatistics(deps, authority, { ...period, by });
  const props = { frame, authorities: seen.authorities, authority, statistics: read, fault };
  return page(c, <StatisticsPage {...props} />, fault === null ? 200 : 422);
}

function readPeriod(
  c: Context<HttpEnv>,
  today: string,
): { period: { from: string; to: string }; fault: string | null } {
  const day = (name: string) => {
    const text = c.req.query(name);
    return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  try {
    return { period: choosePeriod({ from: day('from'), to: day('to') }, today), fault: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      period: choosePeriod({}, today),
      fault: 'Perioden skal slutte efter, at den begynder, være på højst ti år og ligge mellem 1900 og 2199.',
    };
  }
}

async function replies(c: Context<HttpEnv>, deps: HttpDeps): Promise<Response> {
  const seen = await readSeen(deps);
  const frame = frameOf(deps, seen, 'Svar fra borgere', 'replies');
  const waiting = seen.authorities.find(({ open }) => open > 0);
  const authority =
    seen.authorities.find(({ id }) => id === c.req.query('authority')) ?? waiting ?? seen.authorities[0];
  if (!authority) return noAuthority(c, frame);
  const filter = { needsPerson: true, before: null, limit: MOST_REPLIES + 1 };
  const found = await readReplies(deps, READER, authority.id, filter, deps.now());
  const message = MESSAGES[c.req.query('done') ?? ''] ?? null;
  const shown = { replies: found.slice(0, MOST_REPLIES), more: found.length > MOST_REPLIES };
  return page(
    c,
    <RepliesPage frame={frame} authorities={seen.authorities} authority={authority} message={message} {...shown} />,
  );
}

const MESSAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ACTIONS.map(({ action, done }) => [action, done])),
  already: 'Svaret er behandlet af en anden i mellemtiden.',
};

async function settle(c: Context<HttpEnv>, deps: HttpDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const id = c.req.param('id') ?? '';
  const chosen = ACTIONS.find(({ action }) => action === form.action);
  if (!chosen || typeof form.authority !== 'string') throw new Problem(422, 'invalid', 'There is no such action.');
  const back = (done: string) =>
    c.redirect(`/admin/replies?authority=${encodeURIComponent(String(form.authority))}&done=${done}`, 303);
  try {
    await settleReply(deps, READER, { authorityId: form.authority, id, action: chosen.action }, deps.now());
    return back(chosen.action);
  } catch (error) {
    if (error instanceof Problem && error.status === 409) return back('already');
    throw error;
  }
}

async function noAuthority(c: Context<HttpEnv>, frame: Frame): Promise<Response> {
  return page(
    c,
    <Framed frame={frame}>
      <h1>{frame.title}</h1>
      <p class="empty">Der er ingen myndigheder endnu. De oprettes over API'et: PUT /v1/authorities/&#123;id&#125;.</p>
    </Framed>,
  );
}
