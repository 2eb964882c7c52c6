import { type Access, actorNameOf, type Principal } from '../../domain/people/access.ts';
import type { KeyringAccess } from '../../runtime/deps.ts';
import type { SessionRow } from '../sessions.sql.ts';
import { type SessionsDeps, useSession } from '../sessions.ts';
import { readNames } from './names.ts';
import { demandsSecondFactor, findPerson, hasAdministrator, listAccountsOf, type PersonRow } from './people.sql.ts';
import { openEmail } from './people.ts';

/** Somebody who is signed in to the pages. */
export interface Visitor extends Principal {
  /** null: the administrator's token signed in. */
  readonly personId: string | null;
  /** The name that the first authority gave, or the installation; null for the token. */
  readonly name: string | null;
  readonly email: string | null;
  readonly session: SessionRow;
}

/** Somebody behind a session, with what it is good for. */
export type Signed =
  | { readonly kind: 'in'; readonly visitor: Visitor }
  /** The code is missing. `enrol`: there is no second factor yet, and an authority asks for one. */
  | { readonly kind: 'code' | 'enrol'; readonly visitor: Visitor };

/** The dependencies of a visit. */
export type VisitDeps = SessionsDeps & KeyringAccess;

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
  const visitor = visitorOf(session, accesses, { name, email: openEmail(deps.keyring, person) });
  return { kind: await missingFactor(deps, person, session), visitor };
}

/** A session of the token is good for nothing more once somebody administers the installation. */
async function tokenVisitor(deps: VisitDeps, session: SessionRow): Promise<Signed | null> {
  if (await hasAdministrator(deps.db)) return null;
  const accesses: Access[] = [{ authorityId: null, role: 'administrator', departments: null }];
  return { kind: 'in', visitor: visitorOf(session, accesses, { name: null, email: null }) };
}

function visitorOf(session: SessionRow, accesses: readonly Access[], who: Pick<Visitor, 'name' | 'email'>): Visitor {
  const { person_id: personId } = session;
  return { ...who, personId, actor: actorNameOf(personId), accesses, keyOf: null, session };
}

async function missingFactor(deps: VisitDeps, person: PersonRow, session: SessionRow): Promise<Signed['kind']> {
  if (session.method !== 'password' || session.second_factor) return 'in';
  if (person.totp_confirmed_at !== null) return 'code';
  return (await demandsSecondFactor(deps.db, person.id)) ? 'enrol' : 'in';
}
