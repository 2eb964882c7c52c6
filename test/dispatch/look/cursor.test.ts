import { describe, expect, it } from 'vitest';
import { LookCursor } from '../../../src/dispatch/look/due-pages.ts';
import type { DuePlace, DueReminder } from '../../../src/dispatch/look/look.sql.ts';
import { later, MONDAY } from '../../support/sending.ts';

const LIMIT = 2;
const MINUTE = 60_000;
const look = (...ids: string[]) => ids.map((id) => ({ id, next_at: MONDAY })) as DueReminder[];

/** A look that begins at `at` and takes `tookMs`, where the cursor says. @returns that place */
function take(cursor: LookCursor, at: number, tookMs: number, found: DueReminder[]): string | null {
  const from = cursor.from(at);
  cursor.looked(from, found, LIMIT, at, at + tookMs);
  return from?.id ?? null;
}

const idOf = (place: DuePlace | null) => place?.id ?? null;

describe('the oldest are looked at', () => {
  it('from the first that is due, until a look was full', () => {
    const cursor = new LookCursor();
    expect(take(cursor, 0, 10, look('a'))).toBeNull();
    expect(idOf(cursor.from(10))).toBeNull();
    expect(cursor.more).toBe(false);
  });

  it('behind the last one while there is more', () => {
    const cursor = new LookCursor();
    take(cursor, 0, 10, look('a', 'b'));
    expect(cursor.more).toBe(true);
    expect(take(cursor, 10, 10, look('c', 'd'))).toBe('b');
    expect(take(cursor, 20, 10, look('e', 'f'))).toBe('d');
  });

  it('from the first once more when nothing is left behind the cursor', () => {
    const cursor = new LookCursor();
    take(cursor, 0, 10, look('c', 'd'));
    expect(take(cursor, 10, 10, look('e'))).toBe('d');
    expect(cursor.more).toBe(true);
    expect(take(cursor, 20, 10, look('a'))).toBeNull();
    expect(cursor.more).toBe(false);
  });

  it('from the first again after sixty times as long as that takes, and after a minute at the latest', () => {
    const cursor = new LookCursor();
    take(cursor, 0, 20, look('a', 'b'));
    expect(idOf(cursor.from(20 + 20 * 60 - 1))).toBe('b');
    expect(idOf(cursor.from(20 + 20 * 60))).toBeNull();
    take(cursor, 2_000, 5_000, look('c', 'd'));
    for (let at = 7_000; at < 7_000 + MINUTE; at += 1_000) take(cursor, at, 10, look(`e${at}`, `f${at}`));
    expect(idOf(cursor.from(7_000 + MINUTE - 1))).toBe('f66000');
    expect(idOf(cursor.from(7_000 + MINUTE))).toBeNull();
  });

  it('behind the last one after a look from the first that was given up since it took too long, for a minute', () => {
    const cursor = new LookCursor();
    take(cursor, 0, 10, look('a', 'b'));
    cursor.restart();
    cursor.failed(cursor.from(1_000), 1_000, 10_000);
    cursor.restart();
    expect(idOf(cursor.from(10_000))).toBe('b');
    expect(idOf(cursor.from(10_000 + MINUTE))).toBeNull();
  });

  it('from the first at each tick, also after one that came to no end', () => {
    const cursor = new LookCursor();
    take(cursor, 0, 400, look('a', 'b'));
    cursor.restart();
    expect(cursor.more).toBe(false);
    expect(idOf(cursor.from(400))).toBeNull();
  });

  it('behind the cursor at a tick too where a look from the first takes really long, but for a minute', () => {
    const cursor = new LookCursor();
    take(cursor, 0, 600, look('a'));
    cursor.restart();
    expect(take(cursor, 1_000, 10, [])).toBe('a');
    expect(cursor.more).toBe(false);
    expect(idOf(cursor.from(600 + 36_000 - 1))).toBe('a');
    expect(idOf(cursor.from(600 + 36_000))).toBeNull();
  });

  it('behind the furthest one, though something older was found since; unless there is more of that', () => {
    const cursor = new LookCursor();
    take(cursor, 0, 600, look('d'));
    cursor.looked(null, look('a'), LIMIT, 700, 1_300);
    expect(idOf(cursor.from(1_300))).toBe('d');
    cursor.looked(null, [{ id: 'z', next_at: later(-1) }] as DueReminder[], LIMIT, 1_300, 1_900);
    expect(idOf(cursor.from(1_900))).toBe('d');
    cursor.looked(null, look('a', 'b'), LIMIT, 1_900, 2_500);
    expect(idOf(cursor.from(2_500))).toBe('b');
  });
});
