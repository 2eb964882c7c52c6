import { z } from 'zod';
import { makeAnotherLink } from '../../../accounts/people/invitations.ts';
import { renamePerson } from '../../../accounts/people/names.ts';
import {
  type AccountView,
  changePerson,
  isLastAdministrator,
  readPerson,
  removePerson,
} from '../../../accounts/people/people.ts';
import { isChangedMeanwhile, notFound } from '../../../domain/errors.ts';
import { personName } from '../../../http/schemas/person.ts';
import type { DeclaredPage } from '../../kit/declared/declare.tsx';
import { ConfirmForm, FormBody, FormCard, form, type Typed } from '../../kit/declared/form.tsx';
import type { PageRequest, Visit } from '../../kit/declared/visit.ts';
import { Facts, momentText } from '../../kit/elements.tsx';
import type { PagesDeps } from '../../kit/frame.tsx';
import type { PageLanguage } from '../../kit/language.ts';
import { LAYOUT_WORDS } from '../../kit/layout-words.ts';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { AuditLink } from '../audit-link.tsx';
import { uuidIn } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { linkOnce } from './list-page.tsx';
import {
  accessFields,
  accessMark,
  accessSchema,
  accessText,
  departmentsFault,
  nameOf,
  type PeoplePlace,
  type PlaceOfPeople,
  seenAccess,
  stateOf,
} from './place.tsx';
import { PEOPLE_WORDS } from './words.ts';

type Request = PageRequest<PagesDeps, PlaceOfPeople>;

/** The account that a form or a page is about. @throws Problem 404 for one that is not there */
function personOf({ deps, authorityId, params }: Request): Promise<AccountView> {
  return readPerson(deps, authorityId, uuidIn(params), deps.now());
}

/** The page of one person: role, departments, name, another link, and the removal. */
export function personPage(place: PeoplePlace): DeclaredPage<PagesDeps, PlaceOfPeople> {
  const { path, right, menu } = place;
  const [access, rename, link, remove] = [accessForm(place), nameForm(place), linkForm(place), removeForm(place)];
  const doneIn = ({ known, changed, renamed }: (typeof PEOPLE_WORDS)['da']) => ({ known, changed, renamed });
  return {
    path: `${path}/:id`,
    right,
    menu,
    done: { da: doneIn(PEOPLE_WORDS.da), en: doneIn(PEOPLE_WORDS.en) },
    forms: [access, rename, link, remove],
    view: async (visit) => {
      const { c, language, authority } = visit;
      const person = await personOf(visit);
      const words = PEOPLE_WORDS[language];
      const isOwn = person.personId === c.var.visitor.personId;
      const about = nameOf(person, language);
      const [params, isInvited] = [{ id: person.id }, person.origin === 'invitation'];
      return {
        title: about,
        body: (
          <>
            <p>
              <a href={hrefOf(path, authority)}>{SET_UP_WORDS[language].back}</a>
            </p>
            {isOwn && <p class="lead">{words.own}</p>}
            <PersonFacts visit={visit} person={person} />
            <p>
              <AuditLink path={place.auditPath} target={`person:${person.id}`} />
            </p>
            <section class="card" id="access" aria-labelledby="access-title">
              <h2 id="access-title">{words.access}</h2>
              {person.origin === 'provider' ? (
                <p>
                  {SET_UP_WORDS[language].roles[person.role]}. {words.providerLead}
                </p>
              ) : (
                <FormBody form={access} params={params} values={accessValues(person)} about={about} />
              )}
            </section>
            {isInvited && (
              <FormCard
                id="rename"
                form={rename}
                params={params}
                values={{ seen: person.name, name: person.name }}
                about={about}
              >
                <p>{words.renameLead}</p>
              </FormCard>
            )}
            {isInvited && (
              <FormCard id="link" form={link} params={params} plain>
                <p>{words.newLinkLead}</p>
              </FormCard>
            )}
            <section class="card" id="remove" aria-labelledby="remove-title">
              <h2 id="remove-title">{words.remove}</h2>
              <ConfirmForm form={remove} params={params} of={about}>
                {words.removeLead(isOwn ? null : about)}
              </ConfirmForm>
            </section>
          </>
        ),
      };
    },
  };
}

function accessValues(person: AccountView): Record<string, string> {
  return { seen: accessMark(person), role: person.role, departments: person.departments?.join('\n') ?? '' };
}

interface FactsProps {
  readonly visit: Visit<PagesDeps, PlaceOfPeople>;
  readonly person: AccountView;
}

function PersonFacts({ visit: { language, when }, person }: FactsProps) {
  const words = PEOPLE_WORDS[language];
  const { yes, no } = LAYOUT_WORDS[language];
  const { lastSignInAt: last } = person;
  return (
    <Facts
      facts={[
        [words.email, person.email ?? words.noEmail],
        [words.state, stateOf(person, when)],
        [words.lastSignIn, last ? momentText(last, when.timeZone, language) : SET_UP_WORDS[language].never],
        [words.factor, person.secondFactor ? yes : no],
      ]}
    />
  );
}

/** The sentence that nobody would administer the place any more, which asks whether that is meant. */
function lastFault({ hasDepartments }: PeoplePlace, language: PageLanguage): { readonly last: string } {
  const { last, installationLast } = PEOPLE_WORDS[language];
  return { last: hasDepartments ? last : installationLast };
}

/** The form of role and departments. */
function accessForm(place: PeoplePlace) {
  return form<PagesDeps, PlaceOfPeople>()({
    path: `${place.path}/:id/access`,
    title: (language) => PEOPLE_WORDS[language].access,
    button: (language) => SET_UP_WORDS[language].save,
    subject: true,
    fields: (language) => ({
      seen: { label: '', type: 'hidden' },
      ...accessFields(place, language),
      last: { label: PEOPLE_WORDS[language].lastConfirm, type: 'sure' },
    }),
    schema: accessSchema,
    submit: async (request, { role, departments }, typed: Typed) => {
      const { deps, authorityId, reader, language } = request;
      const id = uuidIn(request.params);
      const changed = async () => {
        const now = accessText(place, await personOf(request), language);
        const again = { role: typed.role ?? '', departments: typed.departments ?? '' };
        return { status: 409, typed: again, faults: { seen: PEOPLE_WORDS[language].accessMeanwhile(now) } } as const;
      };
      const seen = seenAccess(typed.seen ?? '');
      if (!seen) return changed();
      // Names that the account has already stay, whatever became of the department.
      const added = departments?.filter((name) => !seen.departments?.includes(name)) ?? null;
      const faults = await departmentsFault(request, added);
      if (faults) return { faults };
      const evenLast = typed.last === 'on';
      try {
        const change = { role, departments, authorityId, id, actor: reader.name, evenLast, seen };
        await changePerson(deps, change, deps.now());
      } catch (error) {
        if (isLastAdministrator(error)) return { status: 409, faults: lastFault(place, language) };
        if (isChangedMeanwhile(error)) return changed();
        throw error;
      }
      return 'changed';
    },
  });
}

/** The form of the name that is given here, unless somebody else has given one since the page was read. */
function nameForm({ path }: PeoplePlace) {
  return form<PagesDeps, PlaceOfPeople>()({
    path: `${path}/:id/name`,
    title: (language) => PEOPLE_WORDS[language].rename,
    subject: true,
    fields: (language) => {
      const { name, nameWrong } = SET_UP_WORDS[language];
      return {
        seen: { label: '', type: 'hidden' },
        name: { label: name, fault: nameWrong, more: { autocomplete: 'off', maxlength: 100 }, required: true },
      };
    },
    schema: z.object({ name: personName, seen: z.string() }),
    submit: async (request, { name, seen }, typed) => {
      const { deps, authorityId, reader, language } = request;
      try {
        const change = { authorityId, id: uuidIn(request.params), actor: reader.name, name, seen };
        await renamePerson(deps, change, deps.now());
      } catch (error) {
        if (!isChangedMeanwhile(error)) throw error;
        const now = nameOf(await personOf(request), language);
        const faults = { name: PEOPLE_WORDS[language].renamedMeanwhile(now) };
        return { status: 409, typed: { name: typed.name }, faults };
      }
      return 'renamed';
    },
  });
}

/** The button that makes another link for somebody who was invited. */
function linkForm(place: PeoplePlace) {
  return form<PagesDeps, PlaceOfPeople>()({
    path: `${place.path}/:id/link`,
    title: (language) => PEOPLE_WORDS[language].newLink,
    submit: async (request) => {
      const { deps, authorityId, reader } = request;
      const { id, email, name } = await personOf(request);
      if (email === null) throw notFound('person');
      const again = await makeAnotherLink(deps, { authorityId, id, actor: reader.name }, deps.now());
      return linkOnce(place, { email, name }, again);
    },
  });
}

/** The removal of the person; of the last administrator only after one was told so. */
function removeForm(place: PeoplePlace) {
  return form<PagesDeps, PlaceOfPeople>()({
    path: `${place.path}/:id/remove`,
    title: (language) => PEOPLE_WORDS[language].remove,
    unkept: true,
    fields: (language) => ({ last: { label: PEOPLE_WORDS[language].lastConfirm, type: 'sure' } }),
    submit: async ({ c, deps, authorityId, reader, params, language }, _, { last }) => {
      const person = { authorityId, id: uuidIn(params), actor: reader.name, evenLast: last === 'on' };
      try {
        await removePerson(deps, person, deps.now());
      } catch (error) {
        if (!isLastAdministrator(error)) throw error;
        return { status: 409, faults: lastFault(place, language) };
      }
      const of = authorityId === null ? null : { id: authorityId };
      return c.redirect(doneHref(place.path, of, { done: 'removed' }), 303);
    },
  });
}
