import { type Selectable, sql } from 'kysely';
import type { Database, Db } from '../database/tables.ts';
import { unnest } from '../database/unnest.ts';
import { type Authority, SOURCE_DEFAULTS, type Source } from '../domain/authority.ts';
import { findAuthorities, pauseOf } from './authorities.ts';

/** Turns a row into a source; settings that the row lacks take their defaults. */
export function toSource(row: Selectable<Database['source']>): Source {
  return {
    ...SOURCE_DEFAULTS,
    ...row.settings,
    id: row.id,
    authorityId: row.authority_id,
    version: row.version,
    paused: pauseOf(row),
  };
}

interface LiveSecret {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly webhookSecretCiphertext: Buffer;
}

/** Finds a source with its valid secret pairs, for authentication. @returns undefined for an unknown one */
export async function findSourceForAuthentication(
  db: Db,
  id: string,
): Promise<{ source: Source; secrets: LiveSecret[]; hmacSecretCiphertext: Buffer | null } | undefined> {
  const row = await db.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirst();
  // Two statements are made for an unknown source, too, which must not be known by the time that its refusal takes.
  const secrets = await db
    .selectFrom('source_secret')
    .select(['id', 'token_hash as tokenHash', 'webhook_secret_ciphertext as webhookSecretCiphertext'])
    .where('source_id', '=', id)
    .where('authority_id', '=', row?.authority_id ?? '')
    .where('ended_at', 'is', null)
    .execute();
  return row && { source: toSource(row), secrets, hmacSecretCiphertext: row.hmac_secret_ciphertext };
}

/** A source with its authority. */
export interface Owner {
  readonly source: Source;
  readonly authority: Authority;
}

/** Finds sources with their authorities, by the source's id; unknown ones are missing. */
export async function findSourcesWithAuthority(db: Db, ids: readonly string[]): Promise<Map<string, Owner>> {
  if (ids.length === 0) return new Map();
  const sources = await db.selectFrom('source').selectAll().where('id', 'in', ids).execute();
  const authorities = await findAuthorities(db, [...new Set(sources.map((row) => row.authority_id))]);
  const byId = new Map(authorities.map((authority) => [authority.id, authority]));
  return new Map(
    sources.flatMap((row) => {
      const authority = byId.get(row.authority_id);
      return authority ? [[row.id, { source: toSource(row), authority }] as const] : [];
    }),
  );
}

/** A source that has sent a message. */
export interface ActiveSource {
  readonly authorityId: string;
  readonly sourceId: string;
}

/** Notes that these sources have sent a message. */
export async function noteActivity(db: Db, sources: readonly ActiveSource[], now: Date): Promise<void> {
  const rows = sources.map(({ sourceId: source_id, authorityId: authority_id }) => ({ source_id, authority_id }));
  const given = unnest(rows, { source_id: 'text', authority_id: 'text' });
  // The order lets processes wait for each other and never deadlock.
  await sql`
    insert into source_activity as a (source_id, authority_id, last_at)
    select x.source_id, x.authority_id, ${now}::timestamptz from ${given}
    order by x.source_id
    on conflict (source_id) do update set last_at = greatest(a.last_at, excluded.last_at)`.execute(db);
}
