import { type Access, actorNameOf, type Principal } from '../../domain/people/access.ts';
import type { KeyringAccess } from '../../runtime/deps.ts';
import type { SessionRow } from '../sessions.sql.ts';
import { aliveAt, noteUse, type SessionsDeps, sessionHash } from '../sessions.ts';
import { openName } from './names.ts';
import { openEmail } from './people.ts';
import { findSignedIn, type SignedInRow } from './visitor.sql.ts';

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

/**
 * Finds whom this session signs in, which counts as a use of it.
 * @returns null for one that has ended, and for somebody without any account
 */
export async function findVisitor(deps: VisitDeps, sessionId: string): Promise<Signed | null> {
  const now = deps.now();
  const rows = await findSignedIn(deps.db, sessionHash(sessionId), aliveAt(deps, now));
  const [first] = rows;
  if (!first) return null;
  await noteUse(deps, first, now);
  if (first.person_id === null) return tokenVisitor(first);
  const accesses = rows.flatMap(({ role, authority_id: authorityId, departments }) =>
    role === null ? [] : [{ authorityId, role, departments }],
  );
  if (accesses.length === 0) return null;
  const visitor = visitorOf(first, accesses, {
    name: nameIn(deps, first),
    email: openEmail(deps.keyring, { id: first.person_id, email_ciphertext: first.email_ciphertext }),
  });
  const missing = rows.map((row) => row.missing).find((each) => each !== null);
  return { kind: missing ?? 'in', visitor };
}

/** A session of the token is good for nothing more once somebody administers the installation. */
function tokenVisitor(session: SignedInRow): Signed | null {
  if (session.is_superseded) return null;
  const accesses: Access[] = [{ authorityId: null, role: 'administrator', departments: null }];
  return { kind: 'in', visitor: visitorOf(session, accesses, { name: null, email: null }) };
}

function nameIn({ keyring }: KeyringAccess, row: SignedInRow): string {
  const { name_id: id, name_authority_id, name_ciphertext } = row;
  return id && name_ciphertext ? openName(keyring, { id, authority_id: name_authority_id, name_ciphertext }) : '';
}

function visitorOf(session: SessionRow, accesses: readonly Access[], who: Pick<Visitor, 'name' | 'email'>): Visitor {
  const { person_id: personId } = session;
  return { ...who, personId, actor: actorNameOf(personId), accesses, keyOf: null, session };
}
