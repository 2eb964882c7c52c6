import type { KyselyPlugin } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { systemTimers } from '../../../src/clock.ts';
import { DuePages } from '../../../src/dispatch/look/due-pages.ts';
import { describeSending } from '../../support/scenario.ts';
import { later, MONDAY, SECOND } from '../../support/sending.ts';

const GRACE = 3 * SECOND;

describeSending('the looks of a process among others', (sending, database) => {
  let at: number;
  let tookMs: number;
  let ms: number;
  let pages: DuePages;
  beforeEach(() => {
    [at, tookMs, ms] = [GRACE, 1, 0];
    const slow: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        ms += tookMs;
        return result;
      },
    };
    pages = new DuePages(
      {
        db: database.db.withPlugin(slow),
        now: () => later(at),
        timers: { ...systemTimers, monotonic: () => ms },
      },
      () => ({ nth: 256, of: 257 }),
      () => null,
      () => Number.POSITIVE_INFINITY,
    );
  });

  /** Ids that one drain finds in the shares of others: the share of this process is empty. */
  async function drained(): Promise<string[]> {
    pages.restart({ roundRobin: false });
    const ids: string[] = [];
    for (let page = await pages.next(); page !== null; page = await pages.next())
      ids.push(...page.reminders.map(({ id }) => id));
    return ids;
  }

  it('begin with the first of the others’ at each drain, and find what fell due before the last one', async () => {
    const { reminder: last } = await sending.due('rh', '+4520123410');
    expect(await drained()).toEqual([last]);
    const { reminder: before } = await sending.due('rh', '+4520123411', { at: new Date(MONDAY.getTime() - SECOND) });
    expect(await drained()).toEqual([before, last]);
  });

  it('do not repeat at each drain a look from the first that takes really long', async () => {
    tookMs = 600;
    const { reminder: last } = await sending.due('rh', '+4520123410');
    expect(await drained()).toEqual([last]);
    const { reminder: before } = await sending.due('rh', '+4520123411', { at: new Date(MONDAY.getTime() - SECOND) });
    const { reminder: behind } = await sending.due('rh', '+4520123412', { at: later(1) });
    at += 1;
    expect(await drained()).toEqual([behind]);
    ms += 36 * SECOND;
    expect(await drained()).toEqual([before, last, behind]);
  });
});
