import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { newId } from '../domain/ids.ts';

/** An action that somebody took, for the audit. */
export interface AuditEntry {
  /** `administrator`, `key:<prefix> <name>`, or `anonymous` for whoever has proved nothing. */
  readonly actor: string;
  /** Thing and verb: `authority.pause`. */
  readonly action: string;
  /** null: an action on the installation. */
  readonly authorityId: string | null;
  /** The id of what was changed or read; never a phone number. */
  readonly target: string;
  /** Like `after` without phone numbers and secrets. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** An entry as it is stored. */
export interface AuditRow extends Required<AuditEntry> {
  readonly id: string;
  /** When it was done, by the clock of the process. */
  readonly at: Date;
  /** When it was written, by the clock of the database's server, which no caller sets; null: by the first release. */
  readonly recordedAt: Date | null;
  /** The user of the database who wrote it, likewise. */
  readonly recordedBy: string | null;
  /** The first look-up of those that stand on one line of the pages; null: it is no look-up. */
  readonly fold: string | null;
}

/** The entries that a list has: all, look-ups folded into their first one, or no look-ups. */
export type LookUps = 'all' | 'folded' | 'off';

/** Writes an entry, in the transaction of the change that it records. @returns its id */
export async function writeAudit(db: Db, entry: AuditEntry, now: Date): Promise<string> {
  const toJson = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));
  const id = newId(now);
  await db
    .insertInto('audit')
    .values({
      id,
      at: now,
      actor: entry.actor,
      action: entry.action,
      authority_id: entry.authorityId,
      target: entry.target,
      before: toJson(entry.before),
      after: toJson(entry.after),
    })
    .execute();
  return id;
}

/** Writes entries of what changed nothing. One that names an authority which does not exist is left out. */
export async function writeAuditEntries(db: Db, entries: readonly AuditEntry[], now: Date): Promise<void> {
  const rows = entries.map(({ actor, action, authorityId, target, after }) => ({
    id: newId(now),
    at: now,
    actor,
    action,
    authority_id: authorityId,
    target,
    after: after === undefined ? null : JSON.stringify(after),
  }));
  const given = unnest(rows, {
    id: 'uuid',
    at: 'timestamptz',
    actor: 'text',
    action: 'text',
    authority_id: 'text',
    target: 'text',
    after: 'jsonb',
  });
  await sql`
    insert into audit (id, at, actor, action, authority_id, target, after)
    select x.id, x.at, x.actor, x.action, x.authority_id, x.target, x.after from ${given}
    where x.authority_id is null or exists (select from authority a where a.id = x.authority_id)`.execute(db);
}

/**
 * Deletes entries that are older, but none of the last 180 days by the database's clock.
 * @returns how many; fewer than `limit` means that none is left
 */
export async function purgeAudit(db: Db, before: Date, limit: number): Promise<number> {
  const { rows } = await sql<{ gone: string }>`select purge_audit(${before}, ${limit}) as gone`.execute(db);
  return Number(rows[0]?.gone ?? 0);
}

/** Filters of the entries that are read. */
export interface AuditFilter {
  /** null: all entries of the installation. */
  readonly authorityId: string | null;
  /** The name of the client that was refused or signed in; null: of any, and of none. */
  readonly client: string | null;
  /** The name of who acted, as it is stored; left out: anybody. */
  readonly actor?: string | undefined;
  /** The action; left out: any. */
  readonly action?: string | undefined;
  /** Entries from then on, and those before; left out: of any time. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Left out: all. */
  readonly lookUps?: LookUps | undefined;
  /** Only the look-ups of one line. */
  readonly fold?: string | undefined;
}

/** As the partial indexes of the table say it. */
const LISTED: Readonly<Record<Exclude<LookUps, 'all'>, RawBuilder<boolean>>> = {
  folded: sql`(fold is null or fold = id)`,
  off: sql`fold is null`,
};

/**
 * The entries, newest first.
 * @param after the id of the last entry of the page before
 */
export async function listAudit(
  db: Db,
  { authorityId, client, actor, action, from, to, lookUps = 'all', fold }: AuditFilter,
  after: string | null,
  limit: number,
): Promise<AuditRow[]> {
  return db
    .selectFrom('audit')
    .select(['id', 'at', 'actor', 'action', 'authority_id as authorityId', 'target', 'before', 'after'])
    .select(['recorded_at as recordedAt', 'recorded_by as recordedBy', 'fold'])
    .$if(lookUps !== 'all', (query) => query.where(LISTED[lookUps as keyof typeof LISTED]))
    .$if(fold !== undefined, (query) => query.where('fold', '=', fold as string))
    .$if(authorityId !== null, (query) => query.where('authority_id', '=', authorityId))
    .$if(client !== null, (query) => query.where(sql<boolean>`after ->> 'client' = ${client}`))
    .$if(actor !== undefined, (query) => query.where('actor', '=', actor as string))
    .$if(action !== undefined, (query) => query.where('action', '=', action as string))
    .$if(from !== undefined, (query) => query.where('at', '>=', from as Date))
    .$if(to !== undefined, (query) => query.where('at', '<', to as Date))
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(at, id) < (
          select a.at, a.id from audit a where a.id = ${after}
            and coalesce(${authorityId}, a.authority_id) is not distinct from a.authority_id)`,
      ),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
