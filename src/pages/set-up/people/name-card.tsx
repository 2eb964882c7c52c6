import type { AccountView } from '../../../accounts/people/people.ts';
import { ActionForm } from '../../kit/elements.tsx';
import { Field } from '../../kit/fields.tsx';
import { SUBJECT_FIELD } from '../../kit/forms.ts';
import { SET_UP_WORDS } from '../words.ts';
import type { PeoplePlace } from './place.tsx';
import { PEOPLE_WORDS, type PeopleWords } from './words.ts';

/** A name that was typed and not given. */
export interface RefusedName {
  readonly typed: string;
  /** The name that the page of the form showed; empty: it showed none. */
  readonly seen: string;
  /** Somebody else has given another name meanwhile; false: this one can't be used. */
  readonly changed: boolean;
}

/** The name of a person on the pages; without one the e-mail. */
export function nameOf({ name, email }: AccountView, { noEmail }: PeopleWords): string {
  return name || email || noEmail;
}

/** The name that is given here; an identity provider gives its own at each sign-in. */
export function NameCard({
  place: { frame, path },
  person,
  refused,
}: {
  readonly place: PeoplePlace;
  readonly person: AccountView;
  readonly refused: RefusedName | null;
}) {
  const words = PEOPLE_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const name = nameOf(person, words);
  const faults = refused ? { name: refused.changed ? words.renamedMeanwhile(name) : shared.nameWrong } : {};
  const seen = refused && !refused.changed ? refused.seen : person.name;
  return (
    <section class="card" aria-labelledby="rename-title">
      <h2 id="rename-title">{words.rename}</h2>
      <p>{words.renameLead}</p>
      <ActionForm action={`${path}/${person.id}/name`}>
        <input type="hidden" name={SUBJECT_FIELD} value={name} />
        <input type="hidden" name="seen" value={seen} />
        <Field
          id="name"
          label={shared.name}
          value={refused?.typed ?? person.name}
          faults={faults}
          more={{ autocomplete: 'off', maxlength: 100 }}
          required
        />
        <button type="submit">{words.rename}</button>
      </ActionForm>
    </section>
  );
}
