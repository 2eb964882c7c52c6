import type { Context } from 'hono';
import type { HttpEnv } from '../../../http/env.ts';
import { fieldOf, SUBJECT_FIELD } from '../../kit/forms.ts';
import type { PagesDeps } from '../../kit/frame.tsx';
import { type Describe, fieldIn, type Label } from '../../kit/kept-form.ts';
import type { PageLanguage } from '../../kit/language.ts';
import type { Page } from '../../kit/page.ts';
import { upperFirst } from '../../states/event-words.ts';
import { SET_UP_WORDS } from '../words.ts';
import { linkForm } from './link-card.tsx';
import { inviteForm, peoplePage } from './list-page.tsx';
import { accessForm, nameForm, personPage, removeForm } from './person-page.tsx';
import { type PeoplePlace, typedIn } from './place.tsx';
import { PEOPLE_WORDS } from './words.ts';

type Form = Record<string, unknown>;
/**
 * Opens the place of a page for a visitor who may, else throws.
 * @param authorityId the authority that a form names; undefined: the one of the address
 */
type OpenPeople = (c: Context<HttpEnv>, deps: PagesDeps, authorityId?: string) => Promise<PeoplePlace | Response>;

const isLast = (form: Form) => fieldOf(form, 'last') === 'on';
const accessIn = (form: Form) => ({ ...typedIn(form), seen: fieldOf(form, 'seen'), last: isLast(form) });

/** The role of an account or a key, as a field that is kept names it. */
export const roleOf = (language: PageLanguage): Label => [SET_UP_WORDS[language].role, SET_UP_WORDS[language].roles];

const invite: Describe = (language) => {
  const words = PEOPLE_WORDS[language];
  const { email, departments } = words;
  const labels = { email, name: SET_UP_WORDS[language].name, role: roleOf(language), departments };
  return { title: words.invite, button: words.invite, labels };
};

const rename: Describe = (language, form) => {
  const { rename: button } = PEOPLE_WORDS[language];
  const subject = fieldIn(form, SUBJECT_FIELD);
  const labels = { name: SET_UP_WORDS[language].name, [SUBJECT_FIELD]: null };
  return subject === '' ? null : { title: `${button}: ${subject}`, button, labels };
};

const giveAccess: Describe = (language, form) => {
  const { access, departments, allDepartments, lastConfirm } = PEOPLE_WORDS[language];
  const subject = fieldIn(form, SUBJECT_FIELD);
  const limit = [departments, { '': upperFirst(allDepartments) }] as const;
  const labels = { role: roleOf(language), departments: limit, last: lastConfirm, [SUBJECT_FIELD]: null };
  return subject === '' ? null : { title: `${access}: ${subject}`, button: SET_UP_WORDS[language].save, labels };
};

/** The pages of people at an address: of an authority, or of the whole installation. */
export function peoplePages(
  { path, right, menu, tab }: Required<Pick<Page, 'path' | 'right' | 'menu' | 'tab'>>,
  open: OpenPeople,
): readonly Page<PagesDeps>[] {
  const show = (work: (c: Context<HttpEnv>, deps: PagesDeps, place: PeoplePlace) => Promise<Response>) => {
    return async (c: Context<HttpEnv>, deps: PagesDeps) => {
      const place = await open(c, deps);
      return place instanceof Response ? place : work(c, deps, place);
    };
  };
  const change = (
    work: (c: Context<HttpEnv>, deps: PagesDeps, place: PeoplePlace, form: Form) => Promise<Response>,
  ) => {
    return async (c: Context<HttpEnv>, deps: PagesDeps) => {
      const form = await c.req.parseBody();
      const place = await open(c, deps, fieldOf(form, 'authority'));
      return place instanceof Response ? place : work(c, deps, place, form);
    };
  };
  const one = `${path}/:id`;
  const named = (form: Form) => ({ typed: fieldOf(form, 'name'), seen: fieldOf(form, 'seen') });
  return [
    {
      path,
      right,
      menu,
      tab,
      open: show((c, deps, place) => peoplePage(c, deps, place, null)),
      forms: [
        {
          path,
          right,
          describe: invite,
          send: change((c, deps, place, form) => inviteForm(c, deps, place, typedIn(form))),
        },
      ],
    },
    {
      path: one,
      right,
      menu,
      open: show((c, deps, place) => personPage(c, deps, place)),
      forms: [
        {
          path: `${one}/access`,
          right,
          describe: giveAccess,
          send: change((c, deps, place, form) => accessForm(c, deps, place, accessIn(form))),
        },
        {
          path: `${one}/name`,
          right,
          describe: rename,
          send: change((c, deps, place, form) => nameForm(c, deps, place, named(form))),
        },
        { path: `${one}/link`, right, send: change((c, deps, place) => linkForm(c, deps, place)) },
        {
          path: `${one}/remove`,
          right,
          send: change((c, deps, place, form) => removeForm(c, deps, place, isLast(form))),
        },
      ],
    },
  ];
}
