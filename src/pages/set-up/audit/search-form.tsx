import { readPeople } from '../../../accounts/people/people.ts';
import { actorNameOf } from '../../../domain/people/access.ts';
import type { AuditView } from '../../../staff/audit.ts';
import { DayField, type Faults, SelectField } from '../../kit/fields.tsx';
import { FilterForm } from '../../kit/filter-form.tsx';
import type { PagesDeps } from '../../kit/frame.tsx';
import { hrefOf } from '../../kit/navigation.ts';
import { aboutInSentence } from './about.ts';
import { actionsIn } from './actions.ts';
import { type AuditPlace, searchHref } from './place.ts';
import { whoText } from './who.ts';
import { AUDIT_WORDS } from './words.ts';

const MOST_PEOPLE = 200;

/** The people that can be chosen, and whoever the address names; `more`: there are others. */
interface Choice {
  readonly people: readonly (readonly [string, string])[];
  readonly more: boolean;
}

/** Reads the people for the form. */
export async function readChoice(deps: PagesDeps, { authorityId, frame, query }: AuditPlace): Promise<Choice> {
  const { language } = frame;
  const { actor } = query;
  const words = AUDIT_WORDS[language];
  const people = await readPeople(deps, authorityId, { after: null, limit: MOST_PEOPLE + 1 }, deps.now());
  const named = people
    .slice(0, MOST_PEOPLE)
    .map(({ personId, name, email }): [string, string] => [actorNameOf(personId), name || email || personId]);
  named.sort(([, a], [, b]) => a.localeCompare(b, language));
  const others: [string, string][] = ['administrator', 'anonymous'].map((each) => [each, whoText(each, words)]);
  const known = [['', words.anybody] as [string, string], ...named, ...others];
  const isKnown = actor === '' || known.some(([value]) => value === actor);
  return {
    people: isKnown ? known : [...known, [actor, whoText(actor, words)]],
    more: people.length > MOST_PEOPLE,
  };
}

/** The form that searches the audit, with what its address asks for. */
export function SearchForm({
  place: { frame, path, query },
  choice: { people, more },
  faults,
}: {
  readonly place: AuditPlace;
  readonly choice: Choice;
  readonly faults: Faults | undefined;
}) {
  const words = AUDIT_WORDS[frame.language];
  const actions = [['', words.anything] as const, ...actionsIn(frame.language)];
  const hint = more ? words.morePeople(MOST_PEOPLE) : undefined;
  return (
    <FilterForm action={path} button={words.search}>
      {query.target !== '' && <input type="hidden" name="target" value={query.target} />}
      {query.lookups !== '' && <input type="hidden" name="lookups" value={query.lookups} />}
      <SelectField id="actor" label={words.who} options={people} value={query.actor} hint={hint} />
      <SelectField id="action" label={words.action} options={actions} value={query.action} />
      <DayField language={frame.language} id="from" label={words.from} value={query.from} faults={faults} />
      <DayField language={frame.language} id="to" label={words.to} value={query.to} faults={faults} />
    </FilterForm>
  );
}

/** The ways to other parts of the audit: everything about anything, and with look-ups or without. */
export function OtherParts({ place, rows }: { readonly place: AuditPlace; readonly rows: readonly AuditView[] }) {
  const { frame, path, query } = place;
  const words = AUDIT_WORDS[frame.language];
  const isSearch = [query.actor, query.action, query.from, query.to].some((value) => value !== '');
  const lookups = query.lookups === '' ? 'off' : '';
  return (
    <>
      {query.target !== '' && <OnlyAbout place={place} rows={rows} />}
      {query.target === '' && (
        <p>
          {words.lookUps[query.lookups === '' ? 'shown' : 'left']}{' '}
          <a href={hrefOf(path, frame.authority, { ...query, lookups })}>
            {words.lookUps[query.lookups === '' ? 'leave' : 'show']}
          </a>
        </p>
      )}
      {isSearch && (
        <p>
          <a href={searchHref(place, {})}>{words.clear}</a>
        </p>
      )}
    </>
  );
}

/** Names the subject that the entries are about, with the way to those about anything. */
function OnlyAbout({ place, rows }: { readonly place: AuditPlace; readonly rows: readonly AuditView[] }) {
  const { frame, path, query } = place;
  const words = AUDIT_WORDS[frame.language];
  const name = rows.map((row) => aboutInSentence(row, frame.language, frame.site)).find((text) => text !== '');
  return (
    <p class="lead">
      {words.onlyAbout(name ?? null)}{' '}
      <a href={hrefOf(path, frame.authority, { ...query, target: '' })}>{words.aboutAnything}</a>
    </p>
  );
}
