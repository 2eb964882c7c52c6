import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import type { AuditFilter, AuditRow } from '../store/audit.ts';

/** Something that entries of an audit are about. */
export interface AuditSubject {
  /** The actions on such things. */
  readonly actions: readonly string[];
  /** The ids by which entries name it. */
  readonly targets: readonly string[];
  /** The account that it is; what a person did to their own account names the person instead. */
  readonly account?: string;
}

/**
 * The id of the person who has an account, or had it while entries about it tell so; null: nobody known.
 * @param actions the actions on accounts
 */
export async function findPersonOfAccount(db: Db, account: string, actions: readonly string[]): Promise<string | null> {
  const { rows } = await sql<{ person: string }>`
    select person_id::text as person from account where id = ${account}::uuid
    union all
    select coalesce(after ->> 'person', before ->> 'person') from audit
    where action = any(${[...actions]}::text[]) and target = ${account}
      and coalesce(after ->> 'person', before ->> 'person') is not null
    limit 1`.execute(db);
  return rows[0]?.person ?? null;
}

/**
 * The entries about one subject, newest first. They are found by its actions, of which there are few in a long audit,
 * before they are put in order: the planner would else look through everything that was done, the newest first.
 * @param after the id of the last entry of the page before
 */
export async function listAuditAbout(
  db: Db,
  { actions, targets }: AuditSubject,
  { authorityId, client, actor, action, from, to }: AuditFilter,
  after: string | null,
  limit: number,
): Promise<AuditRow[]> {
  const { rows } = await sql<AuditRow>`
    with about as materialized (
      select id, at, actor, action, authority_id as "authorityId", target, before, after,
        recorded_at as "recordedAt", recorded_by as "recordedBy" from audit
      where action = any(${[...actions]}::text[]) and target = any(${[...targets]}::text[])
        ${authorityId === null ? sql`` : sql`and authority_id = ${authorityId}`})
    select * from about where true
      ${client === null ? sql`` : sql`and after ->> 'client' = ${client}`}
      ${actor === undefined ? sql`` : sql`and actor = ${actor}`}
      ${action === undefined ? sql`` : sql`and action = ${action}`}
      ${from === undefined ? sql`` : sql`and at >= ${from}`}
      ${to === undefined ? sql`` : sql`and at < ${to}`}
      ${after === null ? sql`` : sql`and (at, id) < (select l.at, l.id from about l where l.id = ${after})`}
    order by at desc, id desc limit ${limit}`.execute(db);
  return rows;
}
