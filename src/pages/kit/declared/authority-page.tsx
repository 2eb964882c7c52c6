import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { may, type Right } from '../../../domain/people/access.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { type PageStatus, page } from '../document.tsx';
import type { RefusedForm } from '../fields.tsx';
import { fieldOf } from '../forms.ts';
import { type FrameChoice, noAuthority, type PagesDeps, readFrame } from '../frame.tsx';
import { GroupPage } from '../group-page.tsx';
import { Framed } from '../layout.tsx';
import { doneHref, type Menu } from '../navigation.ts';
import type { Page, PageForm } from '../page.ts';
import { fittingPage } from '../responses/fitting-page.ts';
import { filled } from '../site.ts';
import type { Bilingual } from '../words.ts';
import { type Form, type FormOutcome, keptActionOf, typedIn, valuesOfForm } from './form.tsx';
import type { Content, PageRequest, Visit } from './visit.ts';

/** A page about one authority, as it is declared. */
export interface AuthorityPage<D> {
  readonly path: string;
  readonly right: Right;
  readonly menu: Menu;
  /** Its name among the pages of its entry, and its title; left out: no link leads to it from there. */
  readonly tab?: Bilingual<string>;
  /** Left out: its name among the pages. */
  readonly title?: Bilingual<string>;
  /** What its forms did, by the word that they lead back with. */
  readonly done?: Bilingual<Readonly<Record<string, string>>>;
  /** Finds the authority to show where the address names none; left out: the first in which the visitor has the right. */
  readonly prefer?: FrameChoice['prefer'];
  readonly forms?: readonly Form<D>[];
  view(visit: Visit<D>): Content | Response | Promise<Content | Response>;
}

/** Makes a page of its declaration: who may not is refused, forms are read, and what they did is said. */
export function authorityPage<D extends PagesDeps>(declared: AuthorityPage<D>): Page<D> {
  const { path, right, menu, tab, forms = [] } = declared;
  return {
    path,
    right,
    menu,
    ...(tab && { tab }),
    open: async (c, deps) => {
      const visit = await visitOf(c, deps, declared);
      return visit instanceof Response ? visit : respond(declared, visit, await declared.view(visit), null);
    },
    forms: forms.map((form) => pageForm(declared, form)),
  };
}

/** @param authorityId the one that a form names; left out: that of the address */
async function visitOf<D extends PagesDeps>(
  c: Context<HttpEnv>,
  deps: D,
  { right, menu, tab, title = tab, prefer = (each) => may(c.var.visitor, right, each.id) }: AuthorityPage<D>,
  authorityId?: string,
): Promise<Visit<D> | Response> {
  const { language } = c.var;
  const { frame, authority } = await readFrame(c, deps, {
    title: title?.[language] ?? '',
    current: menu,
    ...(authorityId !== undefined && { authorityId }),
    prefer,
  });
  if (!authority) return noAuthority(c, frame);
  const asked = askedOf(c, deps, right, authority.id);
  return { ...asked, frame, authority, when: { timeZone: authority.timeZone, language } };
}

/** @throws Problem 404 for an authority that is not the visitor's, 403 without the right there */
function askedOf<D extends PagesDeps>(c: Context<HttpEnv>, deps: D, right: Right, authorityId: string): PageRequest<D> {
  const reader = requireRight(c, deps, right, authorityId);
  return { c, deps, language: c.var.language, authorityId, reader, params: c.req.param() };
}

function pageForm<D extends PagesDeps>(declared: AuthorityPage<D>, form: Form<D>): PageForm<D> {
  const { right = declared.right, path, part } = form;
  return {
    path,
    right,
    ...(part !== undefined && { part }),
    describe: (language, kept, params) => keptActionOf(form, language, kept, params),
    send: async (c, deps) => {
      const sent = await c.req.parseBody();
      const asked = askedOf(c, deps, right, fieldOf(sent, 'authority'));
      const typed = typedIn(form, sent);
      const read = valuesOfForm(form, typed, asked.language);
      const outcome: FormOutcome<D> = 'faults' in read ? read : await form.submit(asked, read.values, typed);
      return finish(declared, asked, { form, params: asked.params, typed }, outcome);
    },
  };
}

/** Responds to a form with what came of it. */
async function finish<D extends PagesDeps>(
  declared: AuthorityPage<D>,
  { c, deps, authorityId, params }: PageRequest<D>,
  sent: Omit<RefusedForm, 'faults'>,
  outcome: FormOutcome<D>,
): Promise<Response> {
  if (outcome instanceof Response) return outcome;
  if (typeof outcome === 'string' || 'query' in outcome) {
    const query = typeof outcome === 'string' ? { done: outcome } : outcome.query;
    return c.redirect(doneHref(filled(declared.path, params), { id: authorityId }, query), 303);
  }
  const visit = await visitOf(c, deps, declared, authorityId);
  if (visit instanceof Response) return visit;
  if (typeof outcome === 'function') return respond(declared, visit, await outcome(visit), null);
  if (!('faults' in outcome)) return respond(declared, visit, outcome, null);
  const refused: RefusedForm = { ...sent, faults: outcome.faults };
  const again = { ...visit, frame: { ...visit.frame, refused } };
  return respond(declared, again, await declared.view(again), outcome.status ?? 422);
}

/** Responds with a page around its content, or with what the page responds itself. */
function respond<D>(
  { done, path }: AuthorityPage<D>,
  { c, frame, language }: Visit<D>,
  content: Content | Response,
  status: PageStatus | null,
): Response | Promise<Response> {
  if (content instanceof Response) return content;
  const { title, once, rows, body, ownHeading } = content;
  const did = Object.entries(done?.[language] ?? {}).find(([word]) => word === c.req.query('done'))?.[1];
  const said = content.done === undefined ? did : content.done;
  const around = (part: Child) =>
    ownHeading ? (
      <Framed frame={{ ...frame, title: title ?? frame.title }}>{part}</Framed>
    ) : (
      <GroupPage frame={frame} path={path} title={title} done={status === null ? said : null} once={once}>
        {part}
      </GroupPage>
    );
  const answer = status ?? content.status ?? 200;
  const render = (count: number) => around(typeof body === 'function' ? body(count) : body);
  return rows === undefined ? page(c, render(0), answer) : fittingPage(c, rows, render, answer);
}
