import { type Access, accessTo, administersInstallation, isAtLeast, type Role } from '../../domain/people/access.ts';
import type { KeyringAccess } from '../../runtime/deps.ts';
import { type Actor, actorNameOf, INSTALLATION_ADMINISTRATOR, readerOf } from '../access/access.ts';
import type { Reader } from '../access/phone-access.ts';
import type { SessionRow } from '../sessions/sessions.sql.ts';
import { type SessionsDeps, useSession } from '../sessions/sessions.ts';
import { demandsSecondFactor, findPerson, hasAdministrator, listAccountsOf, type PersonRow } from './people.sql.ts';
import { openEmail } from './people.ts';
import { readNames } from './person-names.ts';

/** Somebody who is signed in to the pages. */
export interface Visitor {
  /** null: the administrator's token signed in. */
  readonly personId: string | null;
  /** The name that the first authority gave, or the installation; null for the token. */
  readonly name: string | null;
  readonly email: string | null;
  readonly accesses: readonly Access[];
  readonly session: SessionRow;
}

/** Somebody behind a session, with what it is good for. */
export type Signed =
  | { readonly kind: 'in'; readonly visitor: Visitor }
  /** The code is missing. `enrol`: there is no second factor yet, and an authority asks for one. */
  | { readonly kind: 'code' | 'enrol'; readonly visitor: Visitor };

/** The dependencies of a visit. */
export type VisitDeps = SessionsDeps & KeyringAccess;

const ACTOR = /^person:([0-9a-f-]{36})$/;

/** The id of the person that an actor of the audit names. @returns undefined for keys and everybody else */
export function personOfActor(actor: string): string | undefined {
  return ACTOR.exec(actor)?.[1];
}

/** Finds whom this session signs in. @returns null for one that has ended, and for somebody without any account */
export async function findVisitor(deps: VisitDeps, sessionId: string): Promise<Signed | null> {
  const session = await useSession(deps, sessionId);
  if (!session) return null;
  if (session.person_id === null) return tokenVisitor(deps, session);
  const person = await findPerson(deps.db, session.person_id);
  const accounts = person ? await listAccountsOf(deps.db, person.id) : [];
  const accesses = accounts
    .filter(({ accepted_at }) => accepted_at !== null)
    .map(({ authority_id, role, departments }) => ({ authorityId: authority_id, role, departments }));
  const [first] = accesses;
  if (!person || !first) return null;
  const name = (await readNames(deps, first.authorityId, [person.id])).get(person.id) ?? '';
  const visitor: Visitor = { personId: person.id, name, email: openEmail(deps.keyring, person), accesses, session };
  return { kind: await missingFactor(deps, person, session), visitor };
}

/** A session of the token is good for nothing more once somebody administers the installation. */
async function tokenVisitor(deps: VisitDeps, session: SessionRow): Promise<Signed | null> {
  if (await hasAdministrator(deps.db)) return null;
  const accesses: Access[] = [{ authorityId: null, role: 'administrator', departments: null }];
  return { kind: 'in', visitor: { personId: null, name: null, email: null, accesses, session } };
}

async function missingFactor(deps: VisitDeps, person: PersonRow, session: SessionRow): Promise<Signed['kind']> {
  if (session.method !== 'password' || session.second_factor) return 'in';
  if (person.totp_confirmed_at !== null) return 'code';
  return (await demandsSecondFactor(deps.db, person.id)) ? 'enrol' : 'in';
}

/** The visitor as the actor in one authority. @returns null for an authority that the visitor has nothing to do with */
export function actorIn(visitor: Visitor, authorityId: string): Actor | null {
  if (visitor.personId === null) return INSTALLATION_ADMINISTRATOR;
  const access = accessTo(visitor.accesses, authorityId);
  if (!access) return null;
  const kind = administersInstallation(visitor.accesses) ? 'installation' : 'person';
  return { kind, name: actorNameOf(visitor.personId), role: access.role, authorityId, departments: access.departments };
}

/** The visitor as the reader of one authority's numbers; null where `actorIn` is. */
export function readerIn(visitor: Visitor, authorityId: string): Reader | null {
  const actor = actorIn(visitor, authorityId);
  return actor && readerOf(actor);
}

/** The ids of the authorities that the visitor may see; null: all. */
export function authoritiesOf(visitor: Visitor): readonly string[] | null {
  const ids = visitor.accesses.map(({ authorityId }) => authorityId);
  return ids.includes(null) ? null : ids.filter((id) => id !== null);
}

/** True for somebody who has this role in all authorities, of no department alone. */
export function hasRoleEverywhere({ accesses }: Visitor, role: Role): boolean {
  return accesses.some((access) => {
    return access.authorityId === null && access.departments === null && isAtLeast(access.role, role);
  });
}
