import type { Context, MiddlewareHandler } from 'hono';
import { endedSessionOf } from '../../../accounts/sessions.ts';
import { notFound } from '../../../domain/errors.ts';
import { installationRole, isAtLeast } from '../../../domain/people/access.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { sessionIdOf } from '../cookies/session-cookie.ts';
import { FILE_PARAMETER, type SessionDeps, signedIn } from '../session.ts';
import type { SiteAccess } from '../site.ts';
import { keepForm } from './form.ts';
import { tooLongPage } from './too-long-page.tsx';

/** Where a form is that was sent after its session had ended. */
export const KEPT_PATH = '/admin/kept';

/** The step that is still missing before a page opens, and the page that asks for it. */
const STEPS = { out: '/admin/sign-in', code: '/admin/sign-in/code', enrol: '/admin/second-factor' } as const;

/**
 * Sets `c.var.visitor`. A browser that is not signed in is redirected to the form, which leads back to the page that
 * was asked for, and keeps the form that was sent; one that lacks a second factor to the page that takes it.
 * @param enrolling also opens for somebody who is to set up a second factor
 */
export function pagesGuard(deps: SessionDeps, { enrolling = false } = {}): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const signed = await signedIn(c, deps);
    if (signed?.kind === 'in' || (enrolling && signed?.kind === 'enrol')) {
      c.set('visitor', signed.visitor);
      c.set('principal', signed.visitor);
      return next();
    }
    const owner = signed ? signed.visitor.personId : await endedOwner(c, deps);
    const form = owner === undefined ? null : await keepForm(c, deps, owner);
    const isKept = form?.outcome === 'kept';
    const query = new URLSearchParams({
      next: isKept ? KEPT_PATH : form ? deps.site.readNext(deps.site.pageOf(form)) : pageOf(c, deps),
    });
    if (form && form.outcome !== 'too-long') query.set('kept', isKept ? '1' : '0');
    // A browser that was signed in is shown why it must sign in again.
    if (!signed && sessionIdOf(c, deps) !== undefined) query.set('ended', '1');
    const step = `${STEPS[signed?.kind ?? 'out']}?${query}`;
    return form?.outcome === 'too-long' ? tooLongPage(c, deps, form, step) : c.redirect(step, 303);
  };
}

/** The person whose session of this browser has ended; undefined: none that is still known. */
async function endedOwner(c: Context<HttpEnv>, deps: SessionDeps): Promise<string | null | undefined> {
  const id = sessionIdOf(c, deps);
  return c.req.method === 'POST' && id !== undefined ? endedSessionOf(deps, id) : undefined;
}

/** The guard of the simulator's phones, which show the SMS of every authority with their numbers. */
export function phonesGuard(deps: SessionDeps): MiddlewareHandler<HttpEnv> {
  const guard = pagesGuard(deps);
  return (c, next) =>
    guard(c, async () => {
      const role = installationRole(c.var.visitor.accesses);
      if (role === null || !isAtLeast(role, 'operator')) throw notFound('page');
      await next();
    });
}

/** The page that the browser is on: a form below it leads back there, and a file to the page that links to it. */
function pageOf(c: Context<HttpEnv>, { site }: SiteAccess): string {
  const { pathname, searchParams } = new URL(c.req.url);
  const path = site.pageAt(pathname)?.fileOf ?? pathname;
  searchParams.delete(FILE_PARAMETER);
  const search = searchParams.size === 0 ? '' : `?${searchParams}`;
  return site.readNext(c.req.method === 'GET' ? path + search : site.pageOf({ path: pathname, fields: [] }));
}
