import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { HttpEnv } from '../../../http/env.ts';
import { fieldOf, ownForm } from '../../kit/forms.ts';
import type { PagesDeps } from '../../kit/frame.tsx';
import { pagesGuard } from '../../kit/kept/guard.ts';
import { linkForm } from './link-card.tsx';
import { inviteForm, peoplePage } from './list-page.tsx';
import { accessForm, nameForm, personPage, removeForm } from './person-page.tsx';
import { type OpenPeople, type PeoplePlace, typedIn } from './place.tsx';

type Form = Record<string, unknown>;

const isLast = (form: Form) => fieldOf(form, 'last') === 'on';
const accessIn = (form: Form) => ({ ...typedIn(form), seen: fieldOf(form, 'seen'), last: isLast(form) });

/** Adds the pages of people at an address: of an authority, or of the whole installation. */
export function peopleRoutes(routes: OpenAPIHono<HttpEnv>, deps: PagesDeps, path: string, open: OpenPeople): void {
  const guard = pagesGuard(deps);
  const own = ownForm(deps);
  const show = (work: (c: Context<HttpEnv>, place: PeoplePlace) => Promise<Response>) => {
    return async (c: Context<HttpEnv>) => {
      const place = await open(c);
      return place instanceof Response ? place : work(c, place);
    };
  };
  const change = (work: (c: Context<HttpEnv>, place: PeoplePlace, form: Form) => Promise<Response>) => {
    return async (c: Context<HttpEnv>) => {
      const form = await c.req.parseBody();
      const place = await open(c, fieldOf(form, 'authority'));
      return place instanceof Response ? place : work(c, place, form);
    };
  };

  routes.get(
    path,
    guard,
    show((c, place) => peoplePage(c, deps, place, null)),
  );
  routes.get(
    `${path}/:id`,
    guard,
    show((c, place) => personPage(c, deps, place)),
  );
  routes.post(
    path,
    guard,
    own,
    change((c, place, form) => inviteForm(c, deps, place, typedIn(form))),
  );
  routes.post(
    `${path}/:id/access`,
    guard,
    own,
    change((c, place, form) => accessForm(c, deps, place, accessIn(form))),
  );
  routes.post(
    `${path}/:id/name`,
    guard,
    own,
    change((c, place, form) => nameForm(c, deps, place, { typed: fieldOf(form, 'name'), seen: fieldOf(form, 'seen') })),
  );
  routes.post(
    `${path}/:id/link`,
    guard,
    own,
    change((c, place) => linkForm(c, deps, place)),
  );
  routes.post(
    `${path}/:id/remove`,
    guard,
    own,
    change((c, place, form) => removeForm(c, deps, place, isLast(form))),
  );
}
