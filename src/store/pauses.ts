import type { Selectable } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { Pause } from '../domain/authority.ts';

/** A column of the pause of a source or an authority. */
export type PauseColumn = 'paused_at' | 'paused_until' | 'pause_reason';

/** The pause that a row holds; null: none. It stays on the row after its end: `inForce` compares `until` with now. */
export function pauseOf(row: Pick<Selectable<Database['source']>, PauseColumn>): Pause | null {
  return row.paused_at ? { at: row.paused_at, until: row.paused_until, reason: row.pause_reason ?? '' } : null;
}
