import type { Invitation } from '../../../accounts/people/invitations.ts';
import { type AccountView, findAccountOf, invitePerson, readPeople } from '../../../accounts/people/people.ts';
import { email, personName } from '../../../http/schemas/person.ts';
import { useFrame } from '../../kit/context.tsx';
import type { DeclaredPage } from '../../kit/declared/declare.tsx';
import { FormBody, type FormOutcome, form } from '../../kit/declared/form.tsx';
import { List } from '../../kit/declared/list.tsx';
import type { Visit } from '../../kit/declared/visit.ts';
import { DataTable, Moment, momentText, Secret } from '../../kit/elements.tsx';
import type { PagesDeps } from '../../kit/frame.tsx';
import { otherOf } from '../../kit/language.ts';
import { LAYOUT_WORDS } from '../../kit/layout-words.ts';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { readByName } from '../../kit/responses/by-name.ts';
import { OnceIn } from '../once.tsx';
import { SET_UP_WORDS } from '../words.ts';
import {
  accessFields,
  accessSchema,
  departmentsFault,
  nameOf,
  type PeoplePlace,
  type PlaceOfPeople,
  stateOf,
} from './place.tsx';
import { PEOPLE_WORDS } from './words.ts';

/** The list of people, with the form that invites another. */
export function peopleListPage(place: PeoplePlace): DeclaredPage<PagesDeps, PlaceOfPeople> {
  const { path, right, menu, tab } = place;
  const invite = inviteForm(place);
  return {
    path,
    right,
    menu,
    tab,
    done: { da: { removed: PEOPLE_WORDS.da.removed }, en: { removed: PEOPLE_WORDS.en.removed } },
    forms: [invite],
    view: async (visit) => {
      const { c, deps, language, authorityId } = visit;
      const words = PEOPLE_WORDS[language];
      const order = { list: `people ${authorityId ?? ''}`, nameOf: (person: AccountView) => nameOf(person, language) };
      const people = await readByName(c, deps, order, (part) => readPeople(deps, authorityId, part, deps.now()));
      return {
        rows: people.most,
        body: (count) => {
          const { items, nextCursor } = people.page(count);
          return (
            <>
              <p class="lead">{authorityId === null ? words.installationLead : words.lead}</p>
              <List path={path} cursor={nextCursor} isEmpty={items.length === 0} empty={words.empty}>
                <PeopleTable place={place} visit={visit} people={items} />
              </List>
              <section class="card" id="invite" aria-labelledby="invite-title">
                <h2 id="invite-title">{words.invite}</h2>
                <p>{words.inviteLead}</p>
                <FormBody form={invite} values={{ role: 'operator' }} />
              </section>
            </>
          );
        },
      };
    },
  };
}

interface TableProps {
  readonly place: PeoplePlace;
  readonly visit: Visit<PagesDeps, PlaceOfPeople>;
  readonly people: readonly AccountView[];
}

function PeopleTable({ place, visit: { authority, language, when }, people }: TableProps) {
  const words = PEOPLE_WORDS[language];
  const shared = SET_UP_WORDS[language];
  const { yes, no } = LAYOUT_WORDS[language];
  const labels = [
    shared.name,
    shared.role,
    ...(place.hasDepartments ? [words.departments] : []),
    words.lastSignIn,
    words.factor,
    words.state,
  ];
  const rows = people.map((person) => [
    <>
      <a href={hrefOf(`${place.path}/${person.id}`, authority)}>{nameOf(person, language)}</a>
      {person.name && person.email && (
        <>
          <br />
          <small>{person.email}</small>
        </>
      )}
    </>,
    <span class="whole">{shared.roles[person.role]}</span>,
    ...(place.hasDepartments ? [person.departments?.join(', ') ?? words.all] : []),
    person.lastSignInAt ? <Moment at={person.lastSignInAt} {...when} /> : shared.never,
    person.secondFactor ? yes : no,
    stateOf(person, when),
  ]);
  return <DataTable quiet caption={words.list} columns={labels.map((label) => ({ label }))} rows={rows} />;
}

/** The form that invites a person: the page of the response shows the link, this once. */
function inviteForm(place: PeoplePlace) {
  return form<PagesDeps, PlaceOfPeople>()({
    path: place.path,
    title: (language) => PEOPLE_WORDS[language].invite,
    fields: (language) => {
      const words = PEOPLE_WORDS[language];
      const { name, nameWrong } = SET_UP_WORDS[language];
      return {
        email: {
          label: words.email,
          type: 'email',
          fault: words.emailWrong,
          more: { autocomplete: 'off', maxlength: 254 },
          required: true,
        },
        name: { label: name, fault: nameWrong, more: { autocomplete: 'off', maxlength: 100 }, required: true },
        ...accessFields(place, language),
      };
    },
    schema: accessSchema.extend({ email, name: personName }),
    submit: async (request, person) => {
      const { c, deps, authorityId, reader } = request;
      const known = await findAccountOf(deps, authorityId, person.email);
      const of = authorityId === null ? null : { id: authorityId };
      // A person who has an account already keeps its role here: an invitation would change it, which the account's
      // own page does.
      if (known) return c.redirect(doneHref(`${place.path}/${known}`, of, { done: 'known' }), 303);
      const faults = await departmentsFault(request, person.departments);
      if (faults) return { faults };
      const invitation = { ...person, authorityId, actor: reader.name };
      return linkOnce(place, person, await invitePerson(deps, invitation, deps.now()));
    },
  });
}

/** Shows the link that was made for a person, this once. */
export function linkOnce(
  { path }: PeoplePlace,
  { email: to, name }: { readonly email: string; readonly name: string },
  { link, expiresAt }: Invitation,
): FormOutcome<PagesDeps, PlaceOfPeople> {
  return ({ language, when }) => {
    const words = PEOPLE_WORDS[language];
    const other = PEOPLE_WORDS[otherOf(language)];
    const untilInOther = other.linkUntil(momentText(expiresAt, when.timeZone, otherOf(language)));
    const around = {
      title: other.linkTitle(name),
      secrets: [[other.link, other.linkLead(to), untilInOther]] as const,
      onward: SET_UP_WORDS[otherOf(language)].back,
    };
    return {
      title: words.linkTitle(name),
      once: <OnceIn path={path} words={around} />,
      body: (
        <>
          <p class="warning">{SET_UP_WORDS[language].once}</p>
          <Secret label={words.link} value={link} />
          <p class="lead">{words.linkLead(to)}</p>
          <p>{words.linkUntil(momentText(expiresAt, when.timeZone, language))}</p>
          <BackToList path={path} />
        </>
      ),
    };
  };
}

function BackToList({ path }: { readonly path: string }) {
  const { authority, language } = useFrame();
  return (
    <p>
      <a class="button" href={hrefOf(path, authority)}>
        {SET_UP_WORDS[language].back}
      </a>
    </p>
  );
}
