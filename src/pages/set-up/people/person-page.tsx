import type { Context } from 'hono';
import {
  type AccountView,
  changePerson,
  isLastAdministrator,
  readPerson,
  removePerson,
} from '../../../accounts/people/people.ts';
import { renamePerson } from '../../../accounts/people/rename.ts';
import { isChangedMeanwhile } from '../../../domain/errors.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { personName } from '../../../http/schemas/person.ts';
import { Fault, page } from '../../kit/document.tsx';
import { ActionForm, Confirm, Facts, momentText } from '../../kit/elements.tsx';
import { CheckField } from '../../kit/fields.tsx';
import { SUBJECT_FIELD } from '../../kit/forms.ts';
import type { PagesDeps } from '../../kit/frame.tsx';
import { LAYOUT_WORDS } from '../../kit/layout-words.ts';
import { doneHref, hrefOf } from '../../kit/navigation.ts';
import { AuditLink } from '../audit-link.tsx';
import { idInAddress } from '../ids.ts';
import { SET_UP_WORDS } from '../words.ts';
import { AccessFields } from './fields.tsx';
import { LinkCard } from './link-card.tsx';
import { stateOf } from './list-page.tsx';
import { NameCard, nameOf, type RefusedName } from './name-card.tsx';
import {
  accessMark,
  accessText,
  accountFaults,
  type PeoplePlace,
  readAccess,
  seenAccess,
  type TypedAccount,
} from './place.tsx';
import { PEOPLE_WORDS } from './words.ts';

/** A form of the page that was refused. `last`: nobody would administer the place any more. */
type Refused =
  | {
      readonly form: 'access';
      readonly typed: Pick<TypedAccount, 'role' | 'departments'>;
      /** The mark of what the page of the form showed; null: somebody else has changed the access meanwhile. */
      readonly seen: string | null;
      readonly last: boolean;
    }
  | { readonly form: 'name'; readonly name: RefusedName }
  | { readonly form: 'remove' };

/** The page of one person: role, departments, name, another link, and the removal. */
export async function personPage(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  place: PeoplePlace,
  refused: Refused | null = null,
): Promise<Response> {
  const { frame, authorityId, path } = place;
  const words = PEOPLE_WORDS[frame.language];
  const person = await readPerson(deps, authorityId, idInAddress(c), deps.now());
  const sentences = { known: words.known, changed: words.changed, renamed: words.renamed };
  const done = Object.entries(sentences).find(([word]) => word === c.req.query('done'))?.[1] ?? null;
  const card = { place, person, refused };
  const isOwn = person.personId === c.var.visitor.personId;
  const children = (
    <>
      <p>
        <a href={hrefOf(path, frame.authority)}>{SET_UP_WORDS[frame.language].back}</a>
      </p>
      {isOwn && <p class="lead">{words.own}</p>}
      <PersonFacts place={place} person={person} />
      <p>
        <AuditLink path={place.auditPath} target={`person:${person.id}`} />
      </p>
      <AccessCard {...card} />
      {person.origin === 'invitation' && (
        <NameCard place={place} person={person} refused={refused?.form === 'name' ? refused.name : null} />
      )}
      {person.origin === 'invitation' && <LinkCard place={place} id={person.id} />}
      <RemoveCard {...card} isOwn={isOwn} />
    </>
  );
  const title = nameOf(person, words);
  return page(c, place.around({ title, done, children }), refused ? (isConflict(refused) ? 409 : 422) : 200);
}

function isConflict(refused: Refused): boolean {
  if (refused.form === 'access') return refused.last || refused.seen === null;
  return refused.form === 'remove' || refused.name.changed;
}

interface CardProps {
  readonly place: PeoplePlace;
  readonly person: AccountView;
  readonly refused: Refused | null;
}

function PersonFacts({ place, person }: Omit<CardProps, 'refused'>) {
  const { frame, timeZone } = place;
  const words = PEOPLE_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const { lastSignInAt: last } = person;
  return (
    <Facts
      facts={[
        [words.email, person.email ?? words.noEmail],
        [words.state, stateOf(place, person)],
        [words.lastSignIn, last ? momentText(last, timeZone, frame.language) : shared.never],
        [words.factor, person.secondFactor ? LAYOUT_WORDS[frame.language].yes : LAYOUT_WORDS[frame.language].no],
      ]}
    />
  );
}

/** Says that nobody would administer the place any more, and asks whether that is meant. */
function LastAdministrator({ place, id }: { readonly place: PeoplePlace; readonly id: string }) {
  const words = PEOPLE_WORDS[place.frame.language];
  return (
    <>
      <Fault text={place.authorityId === null ? words.installationLast : words.last} id={`${id}-fault`} />
      <CheckField id={id} name="last" label={words.lastConfirm} checked={false} />
    </>
  );
}

function AccessCard({ place, person, refused }: CardProps) {
  const { frame, path } = place;
  const words = PEOPLE_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const own = refused?.form === 'access' ? refused : null;
  const stored = { role: person.role, departments: person.departments?.join('\n') ?? '' };
  const typed = own?.typed ?? stored;
  const faults = own && !own.last ? accountFaults(frame, { email: 'a@b.dk', name: 'x', ...own.typed }) : {};
  const changed = own?.seen === null ? words.accessMeanwhile(accessText(place, person)) : undefined;
  return (
    <section class="card" id="access" aria-labelledby="access-title">
      <h2 id="access-title">{words.access}</h2>
      {person.origin === 'provider' ? (
        <p>
          {shared.roles[person.role]}. {words.providerLead}
        </p>
      ) : (
        <ActionForm action={`${path}/${person.id}/access`}>
          <input type="hidden" name={SUBJECT_FIELD} value={nameOf(person, words)} />
          <input type="hidden" name="seen" value={own?.seen ?? accessMark(person)} />
          <Fault text={changed} id="access-fault" />
          <AccessFields place={place} typed={typed} faults={faults} />
          {own?.last && <LastAdministrator place={place} id="last-access" />}
          <button type="submit">{shared.save}</button>
        </ActionForm>
      )}
    </section>
  );
}

function RemoveCard({ place, person, refused, isOwn }: CardProps & { readonly isOwn: boolean }) {
  const { frame, path } = place;
  const words = PEOPLE_WORDS[frame.language];
  return (
    <section class="card" id="remove" aria-labelledby="remove-title">
      <h2 id="remove-title">{words.remove}</h2>
      <Confirm
        action={`${path}/${person.id}/remove`}
        button={words.remove}
        of={nameOf(person, words)}
        more={refused?.form === 'remove' ? <LastAdministrator place={place} id="last-remove" /> : undefined}
      >
        {words.removeLead(isOwn ? null : nameOf(person, words))}
      </Confirm>
    </section>
  );
}

/** Changes role and departments. */
export async function accessForm(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  place: PeoplePlace,
  form: TypedAccount & { readonly seen: string; readonly last: boolean },
): Promise<Response> {
  const id = idInAddress(c);
  const typed = { ...form, departments: place.authorityId === null ? '' : form.departments };
  const access = readAccess(typed);
  const { authorityId, actor } = place;
  const refuse = (mark: string | null, last = false) =>
    personPage(c, deps, place, { form: 'access', typed, seen: mark, last });
  if (!access) return refuse(form.seen);
  const seen = seenAccess(form.seen);
  if (!seen) return refuse(null);
  try {
    await changePerson(deps, { ...access, authorityId, id, actor, evenLast: form.last, seen }, deps.now());
  } catch (error) {
    if (isLastAdministrator(error)) return refuse(form.seen, true);
    if (isChangedMeanwhile(error)) return refuse(null);
    throw error;
  }
  return c.redirect(doneHref(`${place.path}/${id}`, place.frame.authority, { done: 'changed' }), 303);
}

/** Gives the person another name here, unless somebody else has done so since the page was read. */
export async function nameForm(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  place: PeoplePlace,
  { typed, seen }: Pick<RefusedName, 'typed' | 'seen'>,
): Promise<Response> {
  const id = idInAddress(c);
  const name = personName.safeParse(typed);
  const refuse = (changed: boolean) => personPage(c, deps, place, { form: 'name', name: { typed, seen, changed } });
  if (!name.success) return refuse(false);
  const { authorityId, actor } = place;
  try {
    await renamePerson(deps, { authorityId, id, actor, name: name.data, seen }, deps.now());
  } catch (error) {
    if (!isChangedMeanwhile(error)) throw error;
    return refuse(true);
  }
  return c.redirect(doneHref(`${place.path}/${id}`, place.frame.authority, { done: 'renamed' }), 303);
}

/** Removes the person; the last administrator only after one was told so. */
export async function removeForm(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  place: PeoplePlace,
  last: boolean,
): Promise<Response> {
  const { authorityId, actor } = place;
  try {
    await removePerson(deps, { authorityId, id: idInAddress(c), actor, evenLast: last }, deps.now());
  } catch (error) {
    if (!isLastAdministrator(error)) throw error;
    return personPage(c, deps, place, { form: 'remove' });
  }
  return c.redirect(doneHref(place.path, place.frame.authority, { done: 'removed' }), 303);
}
