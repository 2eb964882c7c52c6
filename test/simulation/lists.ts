import { Problem } from '../../src/domain/errors.ts';
import { importCsv } from '../../src/sources/csv.ts';
import type { SharedDatabase } from './database.ts';
import type { Judge } from './judge.ts';
import type { Requests } from './requests.ts';
import { HOUR } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** The days of a list, some of which are another day where the month is taken for the day. */
const DAYS = [
  { day: 4, month: 3 },
  { day: 14, month: 3 },
  { day: 2, month: 12 },
] as const;

interface World {
  readonly timeline: Timeline;
  readonly requests: Requests;
  readonly database: SharedDatabase;
  readonly judge: Judge;
}

/**
 * Has a clinic send its list with the month first, and then with the day first: nothing may come of the former, and of
 * the latter each appointment stands on its day. It comes after all else, so that the dice fall as if it did not.
 */
export async function checkLists({ timeline, requests, database, judge }: World): Promise<void> {
  const year = new Date(timeline.now).getUTCFullYear() + 1;
  const said = new Map<string, 'taken' | 'refused'>();
  const send = (name: string, dateOf: (day: string, month: string) => string): void => {
    const two = (number: number) => String(number).padStart(2, '0');
    const rows = DAYS.map(
      // Without a number: which SMS go is judged elsewhere.
      ({ day, month }, nth) => `${name}-${nth};${dateOf(two(day), two(month))}/${year} 9.00`,
    );
    const body = Buffer.from(['id;start', ...rows, ''].join('\n'));
    const file = {
      sourceId: 'beta',
      credentials: 'connection',
      body,
      contentType: 'text/csv',
      language: 'en',
    } as const;
    requests.ask<'taken' | 'refused'>(
      `list ${name}`,
      async ({ receiver }) => {
        try {
          const { results } = await importCsv(receiver, file);
          return results.every(({ result }) => result !== 'refused') ? 'taken' : 'refused';
        } catch (error) {
          if (error instanceof Problem && error.status < 500) return 'refused';
          throw error;
        }
      },
      (answer) => said.set(name, answer),
      { late: true },
    );
  };
  send('month-first', (day, month) => `${month}/${day}`);
  send('day-first', (day, month) => `${day}/${month}`);
  await timeline.runUntil(timeline.now + 2 * HOUR);
  if (said.get('month-first') !== 'refused') judge.violation('a list that has the month first was not refused');
  if (said.get('day-first') !== 'taken') judge.violation('a list that has the day first was not taken');
  const stored = database.inspect<{ reference: string; start_at: Date }>(
    "select reference, start_at from appointment where reference like '%-first-_' order by reference",
    [],
  );
  const expected = DAYS.map(({ day, month }, nth) => `day-first-${nth} ${day}/${month}`);
  const stands = stored?.map(
    ({ reference, start_at: at }) => `${reference} ${at.getUTCDate()}/${at.getUTCMonth() + 1}`,
  );
  if (stands && String(stands) !== String(expected)) judge.violation(`of two lists there stand ${stands}`);
}
