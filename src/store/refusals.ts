import { sql } from 'kysely';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** Refusals kept of one source. */
export const MOST_REFUSALS = 100;

/** A refused element of a request, or a request refused whole. Nothing in it is about a citizen. */
export interface RefusalRow {
  readonly authorityId: string;
  readonly sourceId: string;
  readonly at: Date;
  /** Status of HTTP, or the code of an ACK: AE, AR. */
  readonly status: string;
  readonly code: string;
  /** '' for the whole. */
  readonly pointer: string;
  readonly format: string;
  /** null: no request came, the resource was read from a FHIR server. */
  readonly requestId: string | null;
}

/** Stores refusals, and deletes those of the same sources that are beyond their last hundred. */
export async function insertRefusals(db: Db, rows: readonly RefusalRow[]): Promise<void> {
  if (rows.length === 0) return;
  const given = unnest(rows, {
    authorityId: 'text',
    sourceId: 'text',
    at: 'timestamptz',
    status: 'text',
    code: 'text',
    pointer: 'text',
    format: 'text',
    requestId: 'text',
  });
  await sql`
    insert into refusal (authority_id, source_id, at, status, code, pointer, format, request_id)
    select "authorityId", "sourceId", at, status, code, pointer, format, "requestId" from ${given}`.execute(db);
  const sources = [...new Set(rows.map(({ sourceId }) => sourceId))];
  await sql`
    delete from refusal r using unnest(${sources}::text[]) x (source_id)
    where r.source_id = x.source_id and r.id <= (select k.id from refusal k
      where k.source_id = x.source_id order by k.id desc offset ${MOST_REFUSALS} limit 1)`.execute(db);
}

/** The stored refusals of the authority's source, the newest first. */
export async function listRefusals(
  db: Db,
  authorityId: string,
  sourceId: string,
): Promise<Omit<RefusalRow, 'authorityId' | 'sourceId'>[]> {
  return db
    .selectFrom('refusal')
    .select(['at', 'status', 'code', 'pointer', 'format', 'request_id as requestId'])
    .where('authority_id', '=', authorityId)
    .where('source_id', '=', sourceId)
    .orderBy('id', 'desc')
    .limit(MOST_REFUSALS)
    .execute();
}

/** Deletes the refusals of an authority's sources from before this instant. */
export async function purgeRefusals(db: Db, authorityId: string, before: Date): Promise<void> {
  await db.deleteFrom('refusal').where('authority_id', '=', authorityId).where('at', '<', before).execute();
}
