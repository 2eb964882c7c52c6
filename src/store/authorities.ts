import type { Kysely, Selectable } from 'kysely';
import type { Authority, Pause } from '../domain/authority.ts';
import type { Database } from './database.ts';

type Row = Selectable<Database['authority']>;

/** A pause stays on the row after its end: whoever asks compares `until` with the instant. */
function pauseOf(row: Pick<Row, 'paused_at' | 'paused_until' | 'pause_reason'>): Pause | null {
  return row.paused_at ? { at: row.paused_at, until: row.paused_until, reason: row.pause_reason ?? '' } : null;
}

export function toAuthority(row: Row): Authority {
  return { ...row.settings, id: row.id, version: row.version, paused: pauseOf(row) };
}

/** undefined where there is none. */
export async function findAuthority(db: Kysely<Database>, id: string): Promise<Authority | undefined> {
  const row = await db.selectFrom('authority').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toAuthority(row);
}

/** Those that exist, in no order. */
export async function findAuthorities(db: Kysely<Database>, ids: readonly string[]): Promise<Authority[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('authority').selectAll().where('id', 'in', ids).execute();
  return rows.map(toAuthority);
}
