import { personOfActor } from '../../domain/people/access.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { readNames } from './person-names.ts';

/**
 * Names of people by the names that the audit has for them. Rows keep `person:<id>`, so that a name is erased in one
 * place, and no authority reads the name that another one gave.
 * @param authorityId the authority whose rows are read; null: the installation
 * @returns a function that turns an actor into `person:<id> <name>`, and leaves any other as it is
 */
export async function actorNames(
  deps: DatabaseAccess & KeyringAccess,
  authorityId: string | null,
  actors: readonly (string | null)[],
): Promise<<T extends string | null>(actor: T) => T | string> {
  const ids = new Set(actors.flatMap((actor) => (actor === null ? [] : (personOfActor(actor) ?? []))));
  const names = await readNames(deps, authorityId, [...ids]);
  return (actor) => {
    const name = actor === null ? null : names.get(personOfActor(actor) ?? '');
    return name ? `${actor} ${name}` : actor;
  };
}

/** The name alone, for pages: `person:<id> Anna Jensen` becomes `Anna Jensen`. */
export function shownActor(actor: string): string {
  return actor.replace(/^person:[0-9a-f-]{36} /, '');
}
