import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ClaimedReminder, claimDue, releaseClaims, type Which } from '../../src/dispatch/claim.sql.ts';
import { FairRounds } from '../../src/dispatch/round-robin.ts';
import { newId } from '../../src/domain/ids.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import {
  countByStatus,
  drainAndSettle,
  due,
  later,
  MINUTE,
  MONDAY,
  multiply,
  PHONE,
  type Sending,
  startSending,
} from '../support/sending.ts';

const OTHER = '+4520123457';

describeDatabases('where more is due than one claim takes', (open) => {
  let database: TestDatabase;
  let sending: Sending;
  beforeEach(async () => {
    database = await open();
    sending = startSending(database);
  });
  afterEach(() => database.close());

  /** An authority with so many that are due at one moment, each with an id of its own. */
  const authority = async (id: string, count: number, at = MONDAY, phone = PHONE) => {
    await sending.rows.authority(id, { maxPerNumberPerDay: 100_000 });
    const appointment = { reference: `${id}-first` };
    await multiplyOf(id, await due(sending, id, phone, { at, appointment }), count - 1);
  };
  const multiplyOf = async (id: string, one: { appointment: string; reminder: string }, count: number) => {
    await multiply(sending, one, count);
    await sql`update appointment set reference = ${id} || reference where reference like 'many-%'`.execute(database.db);
  };
  const claim = (which: Which, limit: number) =>
    claimDue(database.db, {
      batchId: newId(MONDAY),
      worker: 'test',
      now: MONDAY,
      leaseUntil: later(MINUTE),
      limit,
      atOnce: limit,
      which,
    });
  const turn = async (rounds: FairRounds, limit: number, at = 0) => {
    const stretch = await rounds.next(at);
    const claimed = await claim(stretch, limit);
    rounds.claimed(stretch, claimed, limit);
    return countsOf(claimed);
  };

  it('a small authority does not wait until a large one that was first is done', async () => {
    await authority('large', 1_100, later(-2));
    await authority('small', 10, later(-1), OTHER);
    expect(await drainAndSettle(sending)).toEqual({ claimed: 1_110, started: 1_110 });
    expect(sending.gateway.sent.findLastIndex(({ to }) => to === OTHER)).toBeLessThan(700);
    expect(await countByStatus(sending)).toEqual({ accepted: 1_110 });
  }, 60_000);

  it('a claim goes on where the last one ended, also among many of the same moment, and leaves what lies before', async () => {
    await authority('rh', 5);
    const first = await claim({ behind: null }, 2);
    const [third] = await claim({ behind: first.at(-1) ?? null }, 1);
    const none = await claim({ behind: third ?? null }, 5);
    expect(none).toHaveLength(2);
    await giveBack(first);
    expect(await claim({ behind: third ?? null }, 5)).toEqual([]);
    const ids = [...first, ...(third ? [third] : []), ...none].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect((await claim({ behind: null }, 5)).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  });

  const giveBack = async (claimed: readonly ClaimedReminder[]) => {
    const { rows } = await sql<{
      batch_id: string;
    }>`select batch_id from reminder where id = ${claimed[0]?.id}`.execute(database.db);
    const kept = {
      status: 'planned',
      reason: null,
      held_reason: null,
      text_ciphertext: null,
      template_version: null,
    } as const;
    const back = claimed.map(({ id, revision, next_at }) => ({
      ...kept,
      reminder_id: id,
      revision,
      next_at,
      encoding: null,
      segments: null,
    }));
    await releaseClaims(database.db, rows[0]?.batch_id ?? '', back, MONDAY);
  };

  it('each authority has its turn before one has a second, however many the first ones have', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await authority(id, 25);
    const rounds = new FairRounds(database.db);
    expect(await turn(rounds, 30)).toEqual({ a: 10, b: 10, c: 10 });
    expect(await turn(rounds, 30)).toEqual({ d: 10, e: 10, a: 10 });
    expect(await turn(rounds, 30)).toEqual({ b: 10, c: 10, d: 10 });
    // The last five of a don't fill its turn, and the rest goes to the next.
    expect(await turn(rounds, 30)).toEqual({ e: 10, a: 5, b: 5, c: 5, d: 5 });
    expect(await turn(rounds, 30)).toEqual({ e: 5 });
  });

  it('few authorities get more in a turn, so that claims are full, and less again when others come', async () => {
    await authority('a', 200);
    const rounds = new FairRounds(database.db);
    expect(await turn(rounds, 30)).toEqual({ a: 10 });
    expect(await turn(rounds, 30)).toEqual({ a: 30 });
    await authority('b', 200);
    expect(await turn(rounds, 30, MINUTE)).toEqual({ b: 15, a: 15 });
    expect(await turn(rounds, 30, MINUTE)).toEqual({ b: 10, a: 10 });
  });

  it('a turn leaves what lies before the last one, for a minute', async () => {
    await authority('a', 25);
    const rounds = new FairRounds(database.db);
    await turn(rounds, 20);
    await sql`update reminder set status = 'planned', claims = 0 where status = 'claimed'`.execute(database.db);
    expect(await turn(rounds, 30)).toEqual({ a: 15 });
    expect(await turn(rounds, 30, MINUTE - 1)).toEqual({});
    expect(await turn(rounds, 30, MINUTE)).toEqual({ a: 10 });
  });

  it('two claims at once look at different authorities, and nobody loses a turn by one that fails', async () => {
    for (const id of ['a', 'b']) await authority(id, 5);
    const rounds = new FairRounds(database.db);
    const stretch = await rounds.next(0);
    expect(stretch.turns.map(({ authority: id }) => id)).toEqual(['a', 'b']);
    expect((await rounds.next(0)).turns).toEqual([]);
    rounds.claimed(stretch, [], 30);
    expect(await turn(rounds, 30)).toEqual({ a: 5, b: 5 });
  });
});

function countsOf(claimed: readonly ClaimedReminder[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { authority_id } of claimed) counts[authority_id] = (counts[authority_id] ?? 0) + 1;
  return counts;
}
