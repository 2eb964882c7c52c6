import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';
import { newId } from '../domain/ids.ts';

/** An action that somebody took, for the audit. */
export interface AuditEntry {
  /** `administrator`, or `key:<prefix> <name>`. */
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
  readonly at: Date;
}

/** Writes an entry, in the transaction of the change that it records. */
export async function writeAudit(db: Kysely<Database>, entry: AuditEntry, now: Date): Promise<void> {
  const toJson = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));
  await db
    .insertInto('audit')
    .values({
      id: newId(now),
      at: now,
      actor: entry.actor,
      action: entry.action,
      authority_id: entry.authorityId,
      target: entry.target,
      before: toJson(entry.before),
      after: toJson(entry.after),
    })
    .execute();
}

/**
 * The authority's entries, newest first; null: all entries of the installation.
 * @param after the id of the last entry of the page before
 */
export async function listAudit(
  db: Kysely<Database>,
  authorityId: string | null,
  after: string | null,
  limit: number,
): Promise<AuditRow[]> {
  return db
    .selectFrom('audit')
    .select(['id', 'at', 'actor', 'action', 'authority_id as authorityId', 'target', 'before', 'after'])
    .$if(authorityId !== null, (query) => query.where('authority_id', '=', authorityId))
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
