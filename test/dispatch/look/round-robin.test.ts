import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { RoundRobin } from '../../../src/dispatch/look/due-pages.ts';
import { type DueReminder, type LookOptions, lookDue } from '../../../src/dispatch/look/look.sql.ts';
import { describeSending } from '../../support/scenario.ts';
import { later, MINUTE, MONDAY, PHONE } from '../../support/sending.ts';

const OTHER = '+4520123457';

describeSending('where more is due than one look takes', { authority: null }, (sending, database) => {
  /** An authority with so many that are due at one moment, each with an id of its own. */
  const authority = async (id: string, count: number, at = MONDAY, phone = PHONE) => {
    await sending.rows.authority(id, { maxPerNumberPerDay: 100_000 });
    const appointment = { reference: `${id}-first` };
    await multiplyOf(id, await sending.due(id, phone, { at, appointment }), count - 1);
  };
  const multiplyOf = async (id: string, one: { appointment: string; reminder: string }, count: number) => {
    await sending.multiply(one, count);
    await sql`update appointment set reference = ${id} || reference where reference like 'many-%'`.execute(database.db);
  };
  const look = (which: LookOptions['which'], limit: number) =>
    lookDue(database.db, { now: MONDAY, limit, share: null, which });
  /** As a start that commits at once. */
  const handOver = (found: readonly DueReminder[]) =>
    sql`update reminder set status = 'handed_over', next_at = null
      where id = any(${found.map(({ id }) => id)}::uuid[])`.execute(database.db);
  const turn = async (roundRobin: RoundRobin, limit: number, at = 0) => {
    const stretch = await roundRobin.next(at);
    const found = await look(stretch, limit);
    roundRobin.looked(stretch, found, limit);
    await handOver(found);
    return countsOf(found);
  };

  it('a small authority does not wait until a large one that was first is done', async () => {
    await authority('large', 1_100, later(-2));
    await authority('small', 10, later(-1), OTHER);
    expect(await sending.drain()).toEqual({ looked: 1_110, started: 1_110 });
    expect(sending.gateway.sent.findLastIndex(({ to }) => to === OTHER)).toBeLessThan(700);
    expect(await sending.countByStatus()).toEqual({ accepted: 1_110 });
  });

  it('a look goes on where the last one ended, also among many of the same moment, and leaves what lies before', async () => {
    await authority('rh', 5);
    const first = await look({ behind: null }, 2);
    const [third] = await look({ behind: first.at(-1) ?? null }, 1);
    const rest = await look({ behind: third ?? null }, 5);
    expect(rest).toHaveLength(2);
    expect(await look({ behind: rest.at(-1) ?? null }, 5)).toEqual([]);
    const ids = [...first, ...(third ? [third] : []), ...rest].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    // What is still due before is found by a look from the first.
    expect((await look({ behind: null }, 5)).map(({ id }) => id)).toEqual(ids);
  });

  it('each authority has its turn before one has a second, however many the first ones have', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await authority(id, 25);
    const roundRobin = new RoundRobin(database.db);
    expect(await turn(roundRobin, 30)).toEqual({ a: 10, b: 10, c: 10 });
    expect(await turn(roundRobin, 30)).toEqual({ d: 10, e: 10, a: 10 });
    expect(await turn(roundRobin, 30)).toEqual({ b: 10, c: 10, d: 10 });
    // The last five of a don't fill its turn, and the rest goes to the next.
    expect(await turn(roundRobin, 30)).toEqual({ e: 10, a: 5, b: 5, c: 5, d: 5 });
    expect(await turn(roundRobin, 30)).toEqual({ e: 5 });
  });

  it('few authorities get more in a turn, so that looks are full, and less again when others come', async () => {
    await authority('a', 200);
    const roundRobin = new RoundRobin(database.db);
    expect(await turn(roundRobin, 30)).toEqual({ a: 10 });
    expect(await turn(roundRobin, 30)).toEqual({ a: 30 });
    await authority('b', 200);
    expect(await turn(roundRobin, 30, MINUTE)).toEqual({ b: 15, a: 15 });
    expect(await turn(roundRobin, 30, MINUTE)).toEqual({ b: 10, a: 10 });
  });

  it('a turn leaves what lies before the last one, for a minute', async () => {
    await authority('a', 25);
    const roundRobin = new RoundRobin(database.db);
    await turn(roundRobin, 20);
    await sql`update reminder set status = 'planned', next_at = due_at`.execute(database.db);
    expect(await turn(roundRobin, 30)).toEqual({ a: 15 });
    expect(await turn(roundRobin, 30, MINUTE - 1)).toEqual({});
    expect(await turn(roundRobin, 30, MINUTE)).toEqual({ a: 10 });
  });

  it('a turn begins with what the one before it found and left lying', async () => {
    for (const id of ['a', 'b']) await authority(id, 25);
    const roundRobin = new RoundRobin(database.db);
    const stretch = await roundRobin.next(0);
    const found = await look(stretch, 30);
    roundRobin.looked(stretch, found, 30);
    expect(countsOf(found)).toEqual({ a: 10, b: 10 });
    await handOver(found.filter(({ authority_id: id }) => id === 'a'));
    await handOver(found.filter(({ authority_id: id }) => id === 'b').slice(0, 5));
    roundRobin.left(new Set(['b']));
    expect(await turn(roundRobin, 30)).toEqual({ a: 15, b: 15 });
    expect(await turn(roundRobin, 30)).toEqual({ b: 5 });
  });

  it('two looks at once go through different authorities, and nobody loses a turn by one that fails', async () => {
    for (const id of ['a', 'b']) await authority(id, 5);
    const roundRobin = new RoundRobin(database.db);
    const stretch = await roundRobin.next(0);
    expect(stretch.authorities.map(({ authority: id }) => id)).toEqual(['a', 'b']);
    expect((await roundRobin.next(0)).authorities).toEqual([]);
    roundRobin.looked(stretch, [], 30);
    expect(await turn(roundRobin, 30)).toEqual({ a: 5, b: 5 });
  });
});

function countsOf(found: readonly DueReminder[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { authority_id } of found) counts[authority_id] = (counts[authority_id] ?? 0) + 1;
  return counts;
}
