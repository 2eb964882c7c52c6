import { expect, it } from 'vitest';
import { readAuthority } from '../../../src/staff/authorities/authorities.ts';
import { enter, type PageClient } from '../../support/pages.ts';
import { sentFields } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';
import { insert } from '../../support/stored-rows.ts';

const PATH = '/admin/rules/recipients';
const RULES = [{ id: 'day', lead: 'P1D', at: '10:00' }];
const LAST_WEEK = '2026-11-20T09:00:00+01:00';
const NEXT_WEEK = '2026-12-02T09:00:00+01:00';

const { test, at } = scenario({
  each: true,
  authorities: { rh: { name: 'Region', sender: 'Region', rules: RULES, sources: ['epj'] } },
});

let booked = 0;
/** Appointments of as many patients. */
async function book(count: number, start: string, data: object): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    const patient = { id: `P-${++booked}`, phone: String(20_100_000 + booked) };
    const body = { type: 'appointment.booked', data: { id: `A-${booked}`, start, patient, ...data } };
    await test.json(202, '/v1/webhooks/epj', { token: test.token, body });
    await test.deps.receiver.departments.idle();
  }
}

/** The rows of both tables: what gets reminders, a week's appointments, and what a change would do. */
async function rowsOf(client: PageClient): Promise<string[]> {
  const page = await client.page(`${PATH}?authority=rh`);
  const tables = ['Slags aftaler', 'Afdelinger'].map((caption) => page.table(caption).rows);
  return tables.flat().map((row) => Object.values(row).join(' | '));
}

/** Saves the form with other ticks: true sets one, false takes it away. @returns where it leads */
async function tick(client: PageClient, ticks: Readonly<Record<string, boolean>>): Promise<string | null> {
  const page = await client.page(`${PATH}?authority=rh`);
  const names = new Map(sentFields(page.form(PATH)));
  for (const [name, on] of Object.entries(ticks)) {
    if (on) names.set(name, 'on');
    else names.delete(name);
  }
  const response = await client.post(PATH, { ...Object.fromEntries(names), do: 'save' });
  return response.headers.get('location');
}

const countPlanned = async () =>
  (await test.db.selectFrom('reminder').select('id').where('status', '=', 'planned').execute()).length;

it('says how many planned reminders each tick ends or plans, and that many are', async () => {
  await book(2, LAST_WEEK, { department: 'Øjne' });
  await book(3, NEXT_WEEK, { department: 'Øjne' });
  await book(5, NEXT_WEEK, { department: 'Ører', kind: 'phone' });
  await book(4, NEXT_WEEK, { department: 'Sjælden' });
  const anna = await at('administrator');
  expect(await rowsOf(anna)).toEqual([
    'Fremmøde | 2 | 7 planlagte påmindelser udgår',
    'Telefon | 0 | 5 planlagte påmindelser udgår',
    'Video | 0 | Ingen planlagte påmindelser',
    'Hjemmebesøg | 0 | Ingen planlagte påmindelser',
    'Øjne | 2 | 3 planlagte påmindelser udgår',
    'Ører | 0 | 5 planlagte påmindelser udgår',
  ]);
  const departments = (await anna.page(`${PATH}?authority=rh`)).form(PATH);
  const eyes = sentFields(departments).find(([, value]) => value === 'Øjne')?.[0] ?? '';
  expect(await tick(anna, { 'gets-phone': false, [`gets-${eyes}`]: false })).toContain('done=saved');
  expect(await countPlanned()).toBe(4);
  // Ears are all by phone: their own tick is set, and takes nothing back.
  expect((await rowsOf(anna)).filter((row) => !row.includes('| 0 |') || row.includes('planlægges'))).toEqual([
    'Fremmøde | 2 | 4 planlagte påmindelser udgår',
    'Telefon | 0 | 5 påmindelser planlægges',
    'Øjne | 2 | 3 påmindelser planlægges',
  ]);
  await tick(anna, { 'gets-phone': true });
  expect(await countPlanned()).toBe(9);
});

it('keeps what was typed where somebody else has saved meanwhile, and says so', async () => {
  const anna = await at('administrator');
  const fields = Object.fromEntries(sentFields((await anna.page(`${PATH}?authority=rh`)).form(PATH)));
  const { 'gets-video': _, ...mine } = fields;
  await tick(anna, { 'gets-home': false });
  const { status, page } = await anna.send(PATH, { ...mine, do: 'save' });
  expect([status, page.text.includes('En anden har ændret reglerne')]).toEqual([409, true]);
  expect(sentFields(page.form(PATH)).map(([name]) => name)).not.toContain('gets-video');
});

it('shows somebody who is limited to departments these alone, and lets nobody but administrators change it', async () => {
  await book(5, NEXT_WEEK, { department: 'Øjne' });
  await book(5, NEXT_WEEK, { department: 'Ører' });
  const limited = await enter(test, { role: 'viewer', authority: 'rh', departments: ['Ører'] });
  const rows = await rowsOf(limited);
  expect(rows.filter((row) => !row.includes('Ingen planlagte'))).toEqual([
    'Fremmøde | 0 | 5 planlagte påmindelser udgår',
    'Ører | 0 | 5 planlagte påmindelser udgår',
  ]);
  const refused = await limited.post(PATH, { authority: 'rh', do: 'save' });
  expect([refused.status, await countPlanned()]).toEqual([403, 10]);
});

it('has a box for a hundred departments, and takes others by their names', async () => {
  const seen = { authority_id: 'rh', patients: Buffer.alloc(0), seen_at: test.clock.now };
  const names = Array.from({ length: 101 }, (_, nth) => ({ ...seen, key: `k${nth}`, name: `Afsnit ${nth}` }));
  const anna = await at('administrator');
  const field = async () => (await anna.page(`${PATH}?authority=rh`)).text.includes('Andre afdelinger');
  await insert(test.db, 'department', names.slice(1));
  expect(await field()).toBe(false);
  await insert(test.db, 'department', names.slice(0, 1));
  expect(await field()).toBe(true);
  const fields = Object.fromEntries(sentFields((await anna.page(`${PATH}?authority=rh`)).form(PATH)));
  await anna.post(PATH, { ...fields, 'departments-others': 'Øjne\n Ører \nØjne', do: 'save' });
  const { withoutReminders } = await readAuthority(test.deps, 'rh');
  expect(withoutReminders).toEqual({ departments: ['Øjne', 'Ører'], kinds: [] });
});
