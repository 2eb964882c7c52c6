import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import type { Authority } from '../domain/authority.ts';
import { toAuthority } from '../store/authorities.ts';
import { isOpenReply } from '../store/replies.ts';
import { isOfDepartments } from './replies/replies.sql.ts';

/** An authority, with what pages show of it beside its settings. */
export type OwnAuthority = Authority & {
  /** Replies that a person must still read, of those that the visitor may read. */
  readonly openReplies: number;
  /** Reminders that were planned before it have deadlines by another notice or time zone; null: none has. */
  readonly noticeChangedAt: Date | null;
  /** The ids of all gateways that are out of use, whoever uses them. */
  readonly gatewaysOut: readonly string[];
};

/** The key of what holds in each authority without a limit of its own; no authority has this id. */
export const ELSEWHERE = '';

/** The authorities that somebody may see. */
export interface Sight {
  /** Ids; null: all. */
  readonly own: readonly string[] | null;
  /** Names of the departments that they are limited to, by authority, or `ELSEWHERE`; null: no limit. */
  readonly limits: Readonly<Record<string, readonly string[] | null>>;
}

/**
 * Lists somebody's authorities by id; of somebody who may see all the first ones, the one that is named, and the first
 * with open replies.
 */
export function listOwnAuthorities(
  db: Db,
  sight: Sight,
  { limit, named }: { readonly limit: number; readonly named: string | undefined },
): Promise<OwnAuthority[]> {
  const ids =
    sight.own === null
      ? sql`array(select id from authority order by id limit ${limit}) || ${named ?? null}::text
          || (select min(authority_id) from open)`
      : sql`${sight.own}::text[]`;
  return list(db, sight, sql`where a.id = any(${ids}) order by a.id`);
}

/** Lists those of somebody's authorities whose name or id holds a text, whatever its case, by name. */
export function searchAuthorities(
  db: Db,
  sight: Sight,
  { text, limit }: { readonly text: string; readonly limit: number },
): Promise<OwnAuthority[]> {
  const holds = (column: 'a.name' | 'a.id') =>
    sql<boolean>`position(lower(${text}::text) in lower(${sql.ref(column)})) > 0`;
  const found = sql`where (${holds('a.name')} or ${holds('a.id')})`;
  const own = sight.own === null ? sql`` : sql`and a.id = any(${sight.own}::text[])`;
  return list(db, sight, sql`${found} ${own} order by a.name, a.id limit ${limit}`);
}

type Row = Selectable<Database['authority']> & {
  readonly open_replies: number | null;
  readonly gateways_out: readonly string[];
};

async function list(db: Db, { own, limits }: Sight, which: RawBuilder<unknown>): Promise<OwnAuthority[]> {
  const all = JSON.stringify(limits);
  const limit = sql`coalesce(${all}::jsonb -> i.authority_id, ${all}::jsonb -> ${ELSEWHERE}::text)`;
  const departments = sql`array(select jsonb_array_elements_text(${limit}))`;
  const isSeen = sql`case when jsonb_typeof(${limit}) = 'array'
    then ${isOfDepartments(sql`i.inbound_id`, sql`i.authority_id`, departments)} else true end`;
  const isLimited = Object.values(limits).some((each) => each !== null);
  const { rows } = await sql<Row>`
    with open as (
      select i.authority_id, count(*)::int as replies from inbound_authority i
      where ${isOpenReply('i')} ${own === null ? sql`` : sql`and i.authority_id = any(${own}::text[])`}
        ${isLimited ? sql`and ${isSeen}` : sql``}
      group by i.authority_id)
    select a.*, o.replies as open_replies,
      array(select gateway from gateway_state where reason is not null) as gateways_out
    from authority a left join open o on o.authority_id = a.id
    ${which}`.execute(db);
  return rows.map((row) => ({
    ...toAuthority(row),
    openReplies: row.open_replies ?? 0,
    noticeChangedAt: row.notice_changed_at,
    gatewaysOut: row.gateways_out,
  }));
}
