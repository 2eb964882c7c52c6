import { ROLES } from '../../../domain/people/access.ts';
import { type Faults, SelectField, TextField } from '../../kit/fields.tsx';
import { roleHint, SET_UP_WORDS } from '../words.ts';
import type { PeoplePlace, TypedAccount } from './place.tsx';
import { PEOPLE_WORDS } from './words.ts';

/** The fields of a role, and of the departments that it is limited to; the installation has none. */
export function AccessFields({
  place: { authorityId, frame },
  typed,
  faults,
}: {
  readonly place: PeoplePlace;
  readonly typed: Pick<TypedAccount, 'role' | 'departments'>;
  readonly faults?: Faults;
}) {
  const words = PEOPLE_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const options = ROLES.map((role) => [role, shared.roles[role]] as const);
  const hint = roleHint(shared);
  return (
    <>
      <SelectField id="role" label={shared.role} hint={hint} options={options} value={typed.role} />
      {authorityId !== null && (
        <TextField
          id="departments"
          label={words.departments}
          hint={words.departmentsHint}
          value={typed.departments}
          faults={faults}
          rows={3}
        />
      )}
    </>
  );
}
