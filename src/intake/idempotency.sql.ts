import { sql } from 'kysely';
import { columnList } from '../database/columns.ts';
import type { Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';

/** A key that was taken, with the results given under it. */
export interface IdempotencyKey {
  readonly sourceId: string;
  readonly key: string;
  readonly bodyHash: Buffer;
  /** As `StoredResult` has them. */
  readonly results: unknown;
}

/** The columns of a key; the context is when it was taken. */
export const KEY_COLUMNS = columnList<'idempotency_key', IdempotencyKey, Date>({
  source_id: ['text', ({ sourceId }) => sourceId],
  key: ['text', ({ key }) => key],
  body_hash: ['bytea', ({ bodyHash }) => bodyHash],
  response: ['jsonb', ({ results }) => results],
  created_at: ['timestamptz', (_, now) => now],
});

/** The subset of `keys` that were used before, with the results given then. */
export async function findKeys(db: Db, keys: readonly { sourceId: string; key: string }[]): Promise<IdempotencyKey[]> {
  if (keys.length === 0) return [];
  const wanted = unnest(
    keys.map((key) => ({ source_id: key.sourceId, key: key.key })),
    { source_id: 'text', key: 'text' },
  );
  const { rows } = await sql<{ source_id: string; key: string; body_hash: Buffer; response: unknown }>`
    select k.source_id, k.key, k.body_hash, k.response
      from idempotency_key k join ${wanted} on k.source_id = x.source_id and k.key = x.key`.execute(db);
  return rows.map((row) => ({ sourceId: row.source_id, key: row.key, bodyHash: row.body_hash, results: row.response }));
}

/** Stores keys. @returns how many were new; fewer than given: another process took one in between */
export async function insertKeys(db: Db, keys: readonly IdempotencyKey[], now: Date): Promise<number> {
  if (keys.length === 0) return 0;
  const result = await sql`
    insert into idempotency_key (${KEY_COLUMNS.names})
    select ${KEY_COLUMNS.names} from ${KEY_COLUMNS.unnest(keys, now)} order by source_id, key
    on conflict do nothing`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
