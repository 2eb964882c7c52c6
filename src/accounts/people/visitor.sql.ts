import { sql } from 'kysely';
import type { Db } from '../../database/tables.ts';
import type { Role } from '../../domain/people/access.ts';
import type { Alive, SessionRow } from '../sessions.sql.ts';
import { administratorsOf } from './people.sql.ts';

/** A session that is alive, with one of the accounts that its person has accepted. */
export interface SignedInRow extends SessionRow {
  /** The token began the session, and somebody administers the installation by now. */
  readonly is_superseded: boolean;
  readonly email_ciphertext: Buffer | null;
  /** The account's authority; null: the installation, or there is no account. */
  readonly authority_id: string | null;
  /** null: there is no account. */
  readonly role: Role | null;
  readonly departments: readonly string[] | null;
  /** The name of the person as that authority, or the installation, reads it. */
  readonly name_id: string | null;
  readonly name_authority_id: string | null;
  readonly name_ciphertext: Buffer | null;
  /** Something is still asked for beside the password, by an authority of this account where there is no code. */
  readonly missing: 'code' | 'enrol' | null;
}

/**
 * Finds a session that is alive with all that a page asks about whom it signs in: one row for each account, by its id;
 * one row where there is no account.
 */
export async function findSignedIn(db: Db, idHash: Buffer, alive: Alive): Promise<SignedInRow[]> {
  const { rows } = await sql<SignedInRow>`
    select s.*, s.person_id is null and exists ${administratorsOf(db, null)} as is_superseded, p.email_ciphertext,
      a.authority_id, a.role, a.departments, n.id as name_id, n.authority_id as name_authority_id, n.name_ciphertext,
      case when s.method <> 'password' or s.second_factor then null
        when p.totp_confirmed_at is not null then 'code'
        when exists (
          select from authority t where (a.authority_id is null or t.id = a.authority_id)
            and coalesce((t.settings ->> 'requireSecondFactor')::boolean, false)) then 'enrol' end as missing
    from session s left join person p on p.id = s.person_id
    left join account a on a.person_id = p.id and a.accepted_at is not null
    left join lateral (
      select n.id, n.authority_id, n.name_ciphertext from person_name n
      where n.person_id = p.id and (a.authority_id is null or n.authority_id is null
        or n.authority_id = a.authority_id)
      order by n.authority_id is distinct from a.authority_id, n.id limit 1) n on true
    where s.id_hash = ${idHash} and (s.token_hash is null or s.token_hash = ${alive.tokenHash})
      and s.started_at > ${alive.startedAfter} and s.seen_at > ${alive.seenAfter}
    order by a.id`.execute(db);
  return rows;
}
