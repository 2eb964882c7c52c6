import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { enter, PageClient } from '../../support/pages.ts';
import { readPage } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';

// A Tuesday noon in Copenhagen.
const NOW = new Date('2026-11-24T11:00:00Z');
const TOMORROW = new Date('2026-11-25T08:00:00Z');
const PHONE = '+4520123456';

const { test, rows, operator } = scenario({
  authorities: { rh: { sources: { rh: {} } }, early: { sources: { early: {} } } },
  people: { operator: { role: 'operator' } },
});
beforeEach(async () => {
  test.clock.now = NOW;
  for (const table of ['appointment', 'reminder', 'message', 'inbound_message'])
    await sql`truncate ${sql.table(table)} cascade`.execute(test.db);
});

const list = (client = operator, authority = 'rh') => client.text(`/admin?authority=${authority}`);
/** The references in the list of citizens to phone. */
const toPhone = (page: string) => [...new Set(readPage(page).section('soon')?.text.match(/A-\d+/g))];
/** An appointment of tomorrow whose reminders were not sent. */
async function patient(reference: string, expires_at: Date, reminders: number, authority = 'rh'): Promise<void> {
  const id = await rows.appointment(authority, PHONE, { reference, start_at: TOMORROW });
  for (let count = 0; count < reminders; count++)
    await rows.reminder(authority, id, { expires_at, status: 'expired', reason: 'too_late' });
}

describe('the list of citizens to phone', () => {
  it('counts citizens, not reminders, where several reminders of an appointment were not sent', async () => {
    for (let index = 0; index < 40; index++) await patient(`A-${index}`, new Date(TOMORROW.getTime() - 3_600_000), 2);
    const page = await list();
    expect(toPhone(page)).toHaveLength(30);
    expect(page).toMatch(/id="soon"[^>]*>[^<]*<span class="total">30\+<.*Der er flere\./s);
  });

  it('has those whose reminders must leave long before the appointment', async () => {
    const early = await enter(test, { email: 'e@example.org', role: 'operator', authority: 'early' });
    // Planned before the authority asks for so long a notice.
    await patient('A-2', new Date(TOMORROW.getTime() - 3_600_000), 1, 'early');
    const settings = { name: 'Authority early', sender: 'Sundhed', minimumNotice: 'P30D' };
    await test.put('/v1/authorities/early', settings);
    await patient('A-1', new Date(TOMORROW.getTime() - 30 * 86_400_000), 1, 'early');
    expect(toPhone(await list(early, 'early')).sort()).toEqual(['A-1', 'A-2']);
  });

  it('has the same citizens for a person of some departments, also of several reasons', async () => {
    const limited = await enter(test, {
      email: 'd@example.org',
      role: 'operator',
      authority: 'rh',
      departments: ['Øre'],
    });
    const id = await rows.appointment('rh', PHONE, { reference: 'A-1', start_at: TOMORROW, department: 'Øre' });
    const expires_at = new Date(TOMORROW.getTime() - 3_600_000);
    for (const reminder of [
      { id: '00000000-0000-7000-8000-000000000001', status: 'suppressed', reason: 'no_phone' } as const,
      { id: '00000000-0000-7000-8000-000000000002', status: 'expired', reason: 'too_late' } as const,
    ])
      await rows.reminder('rh', id, { ...reminder, expires_at });
    for (const client of [operator, limited]) {
      const page = await list(client);
      expect(toPhone(page)).toEqual(['A-1']);
      expect(page.split('A-1<')).toHaveLength(2);
    }
  });
});

describe('the list of replies', () => {
  it('says that more replies hold reminders than it shows, and calls none of those another reply', async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => `+452012${1000 + index}`);
    for (const phone of numbers) await rows.reply(['rh'], phone);
    const page = await list();
    expect(page).toMatch(/id="urgent".*<span class="total">10\+<.*tilbage\. Se alle 12 svar, der venter<\/a>/s);
    expect(page).not.toContain('andre svar venter');
    await sql`update inbound_authority set holds = false where inbound_id in (
      select id from inbound_message order by id limit 2)`.execute(test.db);
    expect(await list()).toMatch(/id="urgent".*<span class="total">10<.*>2 andre svar venter<\/a>/s);
  });
});

describe('the list of silent sources', () => {
  it('tells of a live source that never sent anything, three working days after it was last changed', async () => {
    test.clock.now = new Date('2026-11-26T11:00:00Z');
    await test.makeSource('rh', 'rh-new');
    await test.makeSource('rh', 'rh-shadow', { mode: 'shadow' });
    const at = async (moment: string) => {
      test.clock.now = new Date(moment);
      const client = new PageClient(test);
      await client.post('/admin/sign-in', { token: test.adminToken });
      return list(client);
    };
    const silent = async (moment: string) =>
      [...(await at(moment)).matchAll(/Source (\S+) har aldrig sendt noget/g)].map(([, source]) => source);
    expect(await silent('2026-12-01T10:59:00Z')).toEqual(['rh']);
    expect(await silent('2026-12-01T11:01:00Z')).toEqual(['rh', 'rh-new']);
  });
});

describe('the list of obstacles', () => {
  it('shows 20 of a kind, says how many more there are, and leaves the citizens to phone on the page', async () => {
    test.clock.now = NOW;
    const name = (nth: number) => `Bookingsystemet ${nth} ${'æ'.repeat(80)}`;
    await test.makeAuthority('many');
    for (let nth = 0; nth < 45; nth++)
      await test.makeSource('many', `many-${nth}`, { name: name(nth), mode: 'paused' });
    await sql`insert into refusal (authority_id, source_id, at, status, code, pointer, format)
      select 'many', id, ${NOW}, '422', 'required', '', 'json' from source where authority_id = 'many'`.execute(
      test.db,
    );
    await sql`insert into event_endpoint (authority_id, source_id, channel, state, taken)
      select 'many', id, 'webhook', 'paused', 0 from source where authority_id = 'many'`.execute(test.db);
    for (let nth = 0; nth < 3; nth++) await patient(`A-${nth}`, new Date(TOMORROW.getTime() - 3_600_000), 1, 'many');
    const client = await enter(test, { email: 'm@example.org', role: 'operator', authority: 'many' });
    const page = await list(client, 'many');
    expect(toPhone(page)).toHaveLength(3);
    const kinds = [/Påmindelserne derfra venter/g, /1 besked afvist/g, / tager ikke imod hændelser\. /g];
    expect(kinds.map((kind) => page.match(kind)?.length)).toEqual([20, 20, 20]);
    expect(page).toMatch(
      /Og 25 flere bookingsystemer, som fik afvist.*href="\/admin\/set-up\/sources\?authority=many"/s,
    );
    expect(page).toContain('Og 25 flere bookingsystemer, som er sat på pause.');
    expect(page).toContain('Og 25 flere modtagere, som ikke tager imod hændelser.');
  });
});
