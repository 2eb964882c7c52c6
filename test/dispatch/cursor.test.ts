import { describe, expect, it } from 'vitest';
import type { ClaimedReminder, Place } from '../../src/dispatch/claim.sql.ts';
import { ClaimMark } from '../../src/dispatch/cursor.ts';
import { later, MONDAY } from '../support/sending.ts';

const LIMIT = 2;
const MINUTE = 60_000;
const claim = (...ids: string[]) => ids.map((id) => ({ id, next_at: MONDAY })) as ClaimedReminder[];

/** A claim that begins at `at` and takes `tookMs`, where the mark says. @returns that place */
function take(mark: ClaimMark, at: number, tookMs: number, found: ClaimedReminder[]): string | null {
  const from = mark.from(at);
  mark.claimed(from, found, LIMIT, at, at + tookMs);
  return from?.id ?? null;
}

const idOf = (place: Place | null) => place?.id ?? null;

describe('the oldest are claimed', () => {
  it('from the first that is due, until a claim was full', () => {
    const mark = new ClaimMark();
    expect(take(mark, 0, 10, claim('a'))).toBeNull();
    expect(idOf(mark.from(10))).toBeNull();
    expect(mark.more).toBe(false);
  });

  it('behind the last one while there is more', () => {
    const mark = new ClaimMark();
    take(mark, 0, 10, claim('a', 'b'));
    expect(mark.more).toBe(true);
    expect(take(mark, 10, 10, claim('c', 'd'))).toBe('b');
    expect(take(mark, 20, 10, claim('e', 'f'))).toBe('d');
  });

  it('from the first once more when nothing is left behind the mark', () => {
    const mark = new ClaimMark();
    take(mark, 0, 10, claim('c', 'd'));
    expect(take(mark, 10, 10, claim('e'))).toBe('d');
    expect(mark.more).toBe(true);
    expect(take(mark, 20, 10, claim('a'))).toBeNull();
    expect(mark.more).toBe(false);
  });

  it('from the first again after sixty times as long as that takes, and after a minute at the latest', () => {
    const mark = new ClaimMark();
    take(mark, 0, 20, claim('a', 'b'));
    expect(idOf(mark.from(20 + 20 * 60 - 1))).toBe('b');
    expect(idOf(mark.from(20 + 20 * 60))).toBeNull();
    take(mark, 2_000, 5_000, claim('c', 'd'));
    for (let at = 7_000; at < 7_000 + MINUTE; at += 1_000) take(mark, at, 10, claim(`e${at}`, `f${at}`));
    expect(idOf(mark.from(7_000 + MINUTE - 1))).toBe('f66000');
    expect(idOf(mark.from(7_000 + MINUTE))).toBeNull();
  });

  it('behind the last one after a look from the first that was given up since it took too long, for a minute', () => {
    const mark = new ClaimMark();
    take(mark, 0, 10, claim('a', 'b'));
    mark.restart();
    mark.failed(mark.from(1_000), 1_000, 10_000);
    mark.restart();
    expect(idOf(mark.from(10_000))).toBe('b');
    expect(idOf(mark.from(10_000 + MINUTE))).toBeNull();
  });

  it('from the first at each tick, also after one that came to no end', () => {
    const mark = new ClaimMark();
    take(mark, 0, 400, claim('a', 'b'));
    mark.restart();
    expect(mark.more).toBe(false);
    expect(idOf(mark.from(400))).toBeNull();
  });

  it('behind the mark at a tick too where a look from the first takes really long, but for a minute', () => {
    const mark = new ClaimMark();
    take(mark, 0, 600, claim('a'));
    mark.restart();
    expect(take(mark, 1_000, 10, [])).toBe('a');
    expect(mark.more).toBe(false);
    expect(idOf(mark.from(600 + 36_000 - 1))).toBe('a');
    expect(idOf(mark.from(600 + 36_000))).toBeNull();
  });

  it('behind the furthest one, though something older was found since; unless there is more of that', () => {
    const mark = new ClaimMark();
    take(mark, 0, 600, claim('d'));
    mark.claimed(null, claim('a'), LIMIT, 700, 1_300);
    expect(idOf(mark.from(1_300))).toBe('d');
    mark.claimed(null, [{ id: 'z', next_at: later(-1) }] as ClaimedReminder[], LIMIT, 1_300, 1_900);
    expect(idOf(mark.from(1_900))).toBe('d');
    mark.claimed(null, claim('a', 'b'), LIMIT, 1_900, 2_500);
    expect(idOf(mark.from(2_500))).toBe('b');
  });

  it('one at a time without a mark, where the gateway is tried out', () => {
    const mark = new ClaimMark();
    mark.claimed(null, claim('a'), 1, 0, 10);
    expect(mark.more).toBe(false);
    expect(idOf(mark.from(10))).toBeNull();
  });
});
