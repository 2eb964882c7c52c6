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
        recorded_at as "recordedAt", recorded_by as "recordedBy", fold from audit
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

/** Look-ups that stand on one line. */
export interface FoldSums {
  readonly fold: string;
  /** `MOST_COUNTED` stands for as many or more. */
  readonly count: number;
  /** When the last one was. */
  readonly until: Date;
}

/** The most look-ups of a line that are counted: a program may make thousands in a quarter of an hour. */
export const MOST_COUNTED = 1_000;

/** Sums up the look-ups of lines, each by its first one. */
export async function sumFolds(db: Db, folds: readonly string[]): Promise<FoldSums[]> {
  if (folds.length === 0) return [];
  const { rows } = await sql<FoldSums>`
    select f.fold, n.count::int, l.until from unnest(${[...folds]}::uuid[]) f (fold)
    cross join lateral (
      select count(*) from (select from audit a where a.fold = f.fold limit ${MOST_COUNTED}) x) n
    cross join lateral (select max(a.at) as until from audit a where a.fold = f.fold) l`.execute(db);
  return rows;
}

/** A reply that an entry is about, with an appointment that it is about. */
export interface DecidedReply {
  readonly id: string;
  readonly authorityId: string;
  /** null: it is about none, or that is deleted. */
  readonly appointment: { readonly id: string; readonly reference: string } | null;
}

/** The replies with these ids, each in its authorities, a row for each appointment that it is about. */
export async function repliesWithAppointments(
  db: Db,
  authorityId: string | null,
  ids: readonly string[],
): Promise<DecidedReply[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<DecidedReply>`
    select i.inbound_id as id, i.authority_id as "authorityId",
      case when a.id is not null then jsonb_build_object('id', a.id, 'reference', a.reference) end as appointment
    from inbound_authority i
    left join inbound_appointment p
      on p.inbound_id = i.inbound_id and p.authority_id = i.authority_id and p.subject
    left join appointment a on a.id = p.appointment_id
    where i.inbound_id = any(${[...ids]}::uuid[])
      ${authorityId === null ? sql`` : sql`and i.authority_id = ${authorityId}`}
    order by i.inbound_id, a.start_at, a.id`.execute(db);
  return rows;
}
