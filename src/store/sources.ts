import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../database/tables.ts';
import { type Authority, SOURCE_DEFAULTS, type Source } from '../domain/authority.ts';
import { findAuthorities } from './authorities.ts';
import { pauseOf } from './pauses.ts';

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

/** A valid secret pair of a source. */
export interface LiveSecret {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly webhookSecretCiphertext: Buffer;
}

/** Finds a source with its valid secret pairs, for authentication. @returns undefined for an unknown one */
export async function findSourceForAuthentication(
  db: Kysely<Database>,
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
export async function findSourcesWithAuthority(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<Map<string, Owner>> {
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
