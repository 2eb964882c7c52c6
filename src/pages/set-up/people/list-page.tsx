import type { Context } from 'hono';
import { findAccountOf } from '../../../accounts/people/account-of.ts';
import type { Invitation } from '../../../accounts/people/invitations.ts';
import { type AccountView, invitePerson, readPeople } from '../../../accounts/people/people.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { email, personName } from '../../../http/schemas/person.ts';
import { page } from '../../kit/document.tsx';
import { ActionForm, DataTable, Empty, Moment, momentText, Secret } from '../../kit/elements.tsx';
import { Field } from '../../kit/fields.tsx';
import { Results } from '../../kit/filter-form.tsx';
import type { PagesDeps } from '../../kit/frame.tsx';
import { otherOf } from '../../kit/language.ts';
import { LAYOUT_WORDS } from '../../kit/layout-words.ts';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { readByName } from '../../kit/responses/by-name.ts';
import { fittingPage } from '../../kit/responses/fitting-page.ts';
import { NextPage } from '../../kit/responses/list-links.tsx';
import { OnceIn, type OnceWords } from '../once.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { AccessFields } from './fields.tsx';
import { nameOf } from './name-card.tsx';
import { accountFaults, type PeoplePlace, readAccess, type TypedAccount } from './place.tsx';
import { PEOPLE_WORDS } from './words.ts';

/** The list of people, with the form that invites another. @param typed the form that was refused; null: none was */
export async function peoplePage(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  place: PeoplePlace,
  typed: TypedAccount | null,
): Promise<Response> {
  const { frame, path, authorityId } = place;
  const words = PEOPLE_WORDS[frame.language];
  const order = { list: `people ${authorityId ?? ''}`, nameOf: (person: AccountView) => nameOf(person, words) };
  const people = await readByName(c, deps, order, (part) => readPeople(deps, authorityId, part, deps.now()));
  const done = c.req.query('done') === 'removed' ? words.removed : null;
  const render = (count: number) => {
    const { items, nextCursor } = people.page(count);
    const children = (
      <>
        <p class="lead">{authorityId === null ? words.installationLead : words.lead}</p>
        <Results refused={typed !== null}>
          {items.length === 0 ? <Empty>{words.empty}</Empty> : <PeopleTable place={place} people={items} />}
          <NextPage path={path} cursor={nextCursor} label={SET_UP_WORDS[frame.language].next} />
        </Results>
        <InviteCard place={place} typed={typed} />
      </>
    );
    return place.around({ done, children });
  };
  return fittingPage(c, people.most, render, typed ? 422 : 200);
}

/** The state of an account, as a sentence. */
export function stateOf({ frame, timeZone }: PeoplePlace, person: AccountView): string {
  const words = PEOPLE_WORDS[frame.language];
  if (person.origin === 'provider') return words.byProvider;
  if (person.acceptedAt) return words.active;
  return person.invitedUntil ? words.invited(momentText(person.invitedUntil, timeZone, frame.language)) : words.lapsed;
}

function PeopleTable({ place, people }: { readonly place: PeoplePlace; readonly people: readonly AccountView[] }) {
  const { frame, path, timeZone } = place;
  const words = PEOPLE_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const withDepartments = place.authorityId !== null;
  const labels = [
    shared.name,
    shared.role,
    ...(withDepartments ? [words.departments] : []),
    words.lastSignIn,
    words.factor,
    words.state,
  ];
  const rows = people.map((person) => [
    <>
      <a href={hrefOf(`${path}/${person.id}`, frame.authority)}>{nameOf(person, words)}</a>
      {person.name && person.email && (
        <>
          <br />
          <small>{person.email}</small>
        </>
      )}
    </>,
    <span class="whole">{shared.roles[person.role]}</span>,
    ...(withDepartments ? [person.departments?.join(', ') ?? words.all] : []),
    person.lastSignInAt ? (
      <Moment at={person.lastSignInAt} timeZone={timeZone} language={frame.language} />
    ) : (
      shared.never
    ),
    person.secondFactor ? LAYOUT_WORDS[frame.language].yes : LAYOUT_WORDS[frame.language].no,
    stateOf(place, person),
  ]);
  return <DataTable quiet caption={words.list} columns={labels.map((label) => ({ label }))} rows={rows} />;
}

function InviteCard({ place, typed }: { readonly place: PeoplePlace; readonly typed: TypedAccount | null }) {
  const { frame, path } = place;
  const words = PEOPLE_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const faults = typed ? accountFaults(frame, typed) : {};
  return (
    <section class="card" id="invite" aria-labelledby="invite-title">
      <h2 id="invite-title">{words.invite}</h2>
      <p>{words.inviteLead}</p>
      <ActionForm action={path}>
        <Field
          id="email"
          type="email"
          label={words.email}
          value={typed?.email ?? ''}
          faults={faults}
          more={{ autocomplete: 'off', maxlength: 254 }}
          required
        />
        <Field
          id="name"
          label={shared.name}
          value={typed?.name ?? ''}
          faults={faults}
          more={{ autocomplete: 'off', maxlength: 100 }}
          required
        />
        <AccessFields place={place} typed={typed ?? { role: 'operator', departments: '' }} faults={faults} />
        <button type="submit">{words.invite}</button>
      </ActionForm>
    </section>
  );
}

/** Invites the person of a form: the page of the response shows the link, this once. */
export async function inviteForm(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  place: PeoplePlace,
  typed: TypedAccount,
): Promise<Response> {
  const access = readAccess(place.authorityId === null ? { ...typed, departments: '' } : typed);
  const [to, name] = [email.safeParse(typed.email), personName.safeParse(typed.name)];
  if (!access || !to.success || !name.success) return peoplePage(c, deps, place, typed);
  const known = await findAccountOf(deps, place.authorityId, to.data);
  // A person who has an account already keeps its role here: an invitation would change it, which the account's own
  // page does.
  if (known) return c.redirect(doneHref(`${place.path}/${known}`, place.frame.authority, { done: 'known' }), 303);
  const { authorityId, actor } = place;
  const invite = { email: to.data, name: name.data, ...access, authorityId, actor };
  return linkPage(c, place, invite, await invitePerson(deps, invite, deps.now()));
}

/** Shows the link that was made for a person, this once. */
export async function linkPage(
  c: Context<HttpEnv>,
  place: PeoplePlace,
  who: { readonly email: string; readonly name: string },
  { link, expiresAt }: Invitation,
): Promise<Response> {
  const { frame, path, timeZone } = place;
  const words = PEOPLE_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const children = (
    <>
      <p class="warning">{shared.once}</p>
      <Secret label={words.link} value={link} />
      <p class="lead">{words.linkLead(who.email)}</p>
      <p>{words.linkUntil(momentText(expiresAt, timeZone, frame.language))}</p>
      <p>
        <a class="button" href={hrefOf(path, frame.authority)}>
          {shared.back}
        </a>
      </p>
    </>
  );
  const language = otherOf(frame.language);
  const other = PEOPLE_WORDS[language];
  const until = other.linkUntil(momentText(expiresAt, timeZone, language));
  const around: OnceWords = {
    title: other.linkTitle(who.name),
    secrets: [[other.link, other.linkLead(who.email), until]],
    onward: SET_UP_WORDS[language].back,
  };
  const once = <OnceIn path={path} words={around} />;
  return page(c, place.around({ title: words.linkTitle(who.name), once, children }));
}
