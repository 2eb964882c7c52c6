import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { notFound } from '../../../domain/errors.ts';
import { may, type Right } from '../../../domain/people/access.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { type PageStatus, page } from '../document.tsx';
import type { RefusedForm } from '../fields.tsx';
import { fieldOf } from '../forms.ts';
import { type FrameChoice, noAuthority, type PageAuthority, type PagesDeps, readFrame } from '../frame.tsx';
import { GroupPage } from '../group-page.tsx';
import { Framed } from '../layout.tsx';
import { doneHref, type Menu } from '../navigation.ts';
import type { Page, PageForm } from '../page.ts';
import { fittingPage } from '../responses/fitting-page.ts';
import { filled } from '../site.ts';
import type { Bilingual } from '../words.ts';
import { type Form, type FormOutcome, keptActionOf, typedIn, valuesOfForm } from './form.tsx';
import type { Content, PageRequest, Visit } from './visit.ts';

/** A page as it is declared, about one authority, or about none (`A` is null). */
export interface DeclaredPage<D, A extends PageAuthority | null = PageAuthority> {
  readonly path: string;
  readonly right: Right;
  readonly menu: Menu;
  /** Its name among the pages of its entry, and its title; left out: no link leads to it from there. */
  readonly tab?: Bilingual<string>;
  /** Left out: its name among the pages. */
  readonly title?: Bilingual<string>;
  /** Sentences about what its forms did, by the word that they lead back with. */
  readonly done?: Bilingual<Readonly<Record<string, string>>>;
  /** Finds the authority to show where none is named; left out: the first in which the visitor has the right. */
  readonly prefer?: FrameChoice['prefer'];
  readonly forms?: readonly Form<D, unknown, string, A>[];
  view(visit: Visit<D, A>): Content | Response | Promise<Content | Response>;
}

/** The way in to pages: who may enter, and for what. */
interface Entrance<D, A extends PageAuthority | null> {
  /** @param authorityId the one that a form names; left out: that of the address */
  readonly visit: (
    c: Context<HttpEnv>,
    deps: D,
    declared: DeclaredPage<D, A>,
    authorityId?: string,
  ) => Promise<Visit<D, A> | Response>;
  /** @throws Problem for somebody who may not */
  readonly request: (c: Context<HttpEnv>, deps: D, right: Right, authorityId: string) => PageRequest<D, A>;
}

/** Makes a page about one authority: who may not is refused, forms are read, and what they did is said. */
export function authorityPage<D extends PagesDeps>(declared: DeclaredPage<D>): Page<D> {
  return pageOf(declared, { visit: visitAuthority, request: requestInAuthority });
}

/** Makes a page about the whole installation, which is there for its administrators alone. */
export function installationPage<D extends PagesDeps>(declared: DeclaredPage<D, null>): Page<D> {
  return pageOf(declared, { visit: visitInstallation, request: requestInInstallation });
}

async function visitAuthority<D extends PagesDeps>(
  c: Context<HttpEnv>,
  deps: D,
  { right, menu, tab, title = tab, prefer = (each) => may(c.var.visitor, right, each.id) }: DeclaredPage<D>,
  authorityId?: string,
): Promise<Visit<D> | Response> {
  const { language } = c.var;
  if (right === 'installation') requireRight(c, deps, right);
  const { frame, authority } = await readFrame(c, deps, {
    title: title?.[language] ?? '',
    current: menu,
    ...(authorityId !== undefined && { authorityId }),
    prefer,
  });
  if (!authority) return noAuthority(c, frame);
  const request = requestInAuthority(c, deps, right, authority.id);
  return { ...request, frame, authority, when: { timeZone: authority.timeZone, language } };
}

/** @throws Problem 404 for an authority that is not the visitor's, 403 without the right there */
function requestInAuthority<D extends PagesDeps>(
  c: Context<HttpEnv>,
  deps: D,
  right: Right,
  authorityId: string,
): PageRequest<D> {
  // Others than the installation's administrators are refused before their authority is looked for.
  const reader = requireRight(c, deps, right, right === 'installation' ? undefined : authorityId);
  return { c, deps, language: c.var.language, authorityId, reader, params: c.req.param() };
}

/** A zone for moments that belong to no authority. */
export const INSTALLATION_ZONE = 'Europe/Copenhagen';

async function visitInstallation<D extends PagesDeps>(
  c: Context<HttpEnv>,
  deps: D,
  { right, menu, tab, title = tab }: DeclaredPage<D, null>,
): Promise<Visit<D, null>> {
  const { language } = c.var;
  const request = requestInInstallation(c, deps, right);
  // The page is about no authority, whatever its address says; the count of replies is of where their link leads.
  const { frame } = await readFrame(c, deps, {
    title: title?.[language] ?? '',
    current: menu,
    authorityId: '',
    prefer: ({ openReplies }) => openReplies > 0,
  });
  const when = { timeZone: INSTALLATION_ZONE, language };
  return { ...request, frame: { ...frame, authority: null }, authority: null, when };
}

/** @throws Problem 404 for others, as for a page that does not exist */
function requestInInstallation<D extends PagesDeps>(c: Context<HttpEnv>, deps: D, right: Right): PageRequest<D, null> {
  if (!may(c.var.visitor, right)) throw notFound('page');
  const reader = requireRight(c, deps, right);
  return { c, deps, language: c.var.language, authorityId: null, reader, params: c.req.param() };
}

function pageOf<D extends PagesDeps, A extends PageAuthority | null>(
  declared: DeclaredPage<D, A>,
  entrance: Entrance<D, A>,
): Page<D> {
  const { path, right, menu, tab, forms = [] } = declared;
  return {
    path,
    right,
    menu,
    ...(tab && { tab }),
    open: async (c, deps) => {
      const visit = await entrance.visit(c, deps, declared);
      return visit instanceof Response ? visit : respond(declared, visit, await declared.view(visit), null);
    },
    forms: forms.map((form) => pageForm(declared, entrance, form)),
  };
}

function pageForm<D extends PagesDeps, A extends PageAuthority | null>(
  declared: DeclaredPage<D, A>,
  entrance: Entrance<D, A>,
  form: Form<D, unknown, string, A>,
): PageForm<D> {
  const { right = declared.right, path, part } = form;
  return {
    path,
    right,
    ...(part !== undefined && { part }),
    describe: (language, kept, params) => keptActionOf(form, language, kept, params),
    send: async (c, deps) => {
      const sent = await c.req.parseBody();
      const request = entrance.request(c, deps, right, fieldOf(sent, 'authority'));
      const typed = typedIn(form, sent);
      const read = valuesOfForm(form, typed, request.language);
      const outcome: FormOutcome<D, A> = 'faults' in read ? read : await form.submit(request, read.values, typed);
      return finish(declared, entrance, request, { form, params: request.params, typed }, outcome);
    },
  };
}

/** Responds to a form with what came of it. */
async function finish<D extends PagesDeps, A extends PageAuthority | null>(
  declared: DeclaredPage<D, A>,
  entrance: Entrance<D, A>,
  { c, deps, authorityId, params }: PageRequest<D, A>,
  sent: Omit<RefusedForm, 'faults'>,
  outcome: FormOutcome<D, A>,
): Promise<Response> {
  if (outcome instanceof Response) return outcome;
  const of = authorityId === null ? null : { id: authorityId };
  if (typeof outcome === 'string' || 'query' in outcome) {
    const query = typeof outcome === 'string' ? { done: outcome } : outcome.query;
    return c.redirect(doneHref(filled(declared.path, params), of, query), 303);
  }
  const visit = await entrance.visit(c, deps, declared, authorityId ?? undefined);
  if (visit instanceof Response) return visit;
  if (typeof outcome === 'function') return respond(declared, visit, await outcome(visit), null);
  const { form = sent.form, faults, typed = sent.typed } = outcome;
  const refused: RefusedForm = { ...sent, form, typed, faults };
  const again = { ...visit, frame: { ...visit.frame, refused } };
  return respond(declared, again, await declared.view(again), outcome.status ?? 422);
}

/** Responds with a page around its content, or with what the page responds itself. */
function respond<D, A extends PageAuthority | null>(
  { done, path }: DeclaredPage<D, A>,
  { c, frame, language }: Visit<D, A>,
  content: Content | Response,
  status: PageStatus | null,
): Response | Promise<Response> {
  if (content instanceof Response) return content;
  const { title, once, rows, body, ownHeading } = content;
  const code = status ?? content.status ?? 200;
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
  const render = (count: number) => around(typeof body === 'function' ? body(count) : body);
  return rows === undefined ? page(c, render(0), code) : fittingPage(c, rows, render, code);
}
