import { expect, it } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { enter } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';

// A Tuesday noon in Copenhagen.
const _NOW = new Date('2026-11-24T11:00:00Z');
const PHONE = '+4520123456';

let appointment: string;
let sent = 0;
const { test, rows, viewer } = scenario({
  authorities: { rh: { name: 'Myndighed rh', sources: { rh: {} } } },
  people: { viewer: { role: 'viewer' } },
  prepare: async () => {
    appointment = await rows.appointment('rh', PHONE);
  },
});

/** SMS of one moment that took so long; of an answer to a citizen: none of a reminder. */
async function deliver(
  moment: string,
  seconds: number,
  { count = 1, answer = false, department = 'Øre' }: { count?: number; answer?: boolean; department?: string } = {},
): Promise<void> {
  const handed_over_at = new Date(moment);
  const delivered_at = new Date(handed_over_at.getTime() + seconds * 1000);
  for (let nth = 0; nth < count; nth++) {
    const reminder = answer
      ? null
      : await rows.reminder('rh', appointment, { rule: `rule-${++sent}`, status: 'handed_over', department });
    const id = newId(handed_over_at);
    await rows.message('rh', reminder, PHONE, { id, handed_over_at, delivered_at, department });
  }
}

/** The time to delivery of this month, of the same days of the last one, and of all of that. */
const months = (page: string) => readPage(page).column('Typisk leveringstid');
const open = (client = viewer) => client.text('/admin?authority=rh');

it('says how long SMS took this month and the last, by the newest twenty of each day', async () => {
  expect(months(await open())).toEqual(['–', '–', '–']);
  // The first minutes of November in Copenhagen.
  await deliver('2026-10-31T23:10:00Z', 14);
  await deliver('2026-11-02T09:00:00Z', 10);
  await deliver('2026-11-03T09:00:00Z', 12);
  await deliver('2026-11-03T10:00:00Z', 500, { count: 5, answer: true });
  await deliver('2026-10-05T08:00:00Z', 900, { count: 25 });
  await deliver('2026-10-05T09:00:00Z', 30, { count: 20, department: 'Hånd' });
  await deliver('2026-10-28T09:00:00Z', 60, { count: 20 });
  await deliver('2026-10-29T09:00:00Z', 60, { count: 20 });
  const page = await open();
  expect(months(page)).toEqual(['12 sek.', '30 sek.', '60 sek.']);
  expect(page).toContain('i tabellen: de seneste 20 fra hver dag.');
  expect(page).toContain('Typisk leveringstid nu</dt>');
  const departments = ['Hånd'];
  const limited = await enter(test, { email: 'l@example.org', role: 'viewer', authority: 'rh', departments });
  expect(months(await open(limited))).toEqual(['–', '30 sek.', '30 sek.']);
});
