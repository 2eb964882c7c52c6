import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { enter, join, type PageClient } from '../support/pages.ts';
import { readPage } from '../support/read-page.ts';
import { scenario } from '../support/scenario.ts';

const PHONE = '+4520123456';
const SETTLED = { action: 'ignore' };

const { test, rows } = scenario({
  authorities: {
    rh: { name: 'Region Hovedstaden', sources: { rh: {} } },
    kk: { name: 'Kommunen', sources: { kk: {} } },
  },
});

const at = (role: 'viewer' | 'operator' | 'administrator', authority: string | null = 'rh', departments?: string[]) =>
  enter(test, { email: `${crypto.randomUUID()}@example.org`, role, authority, ...(departments && { departments }) });
const settle = (client: PageClient, id: string, authority = 'rh') =>
  client.post(`/admin/replies/${id}/settle`, { ...SETTLED, authority });
const undo = (client: PageClient, id: string, authority = 'rh') =>
  client.post(`/admin/replies/${id}/undo`, { authority });
const actionOf = async (id: string) =>
  (await test.db.selectFrom('inbound_authority').select('action').where('inbound_id', '=', id).executeTakeFirst())
    ?.action;

describe('a reply', () => {
  it('is read by a viewer with the number masked and without buttons, and not settled', async () => {
    const reply = await rows.reply(['rh'], PHONE, 'Stop det');
    const viewer = await at('viewer');
    const page = await viewer.text('/admin/replies?authority=rh');
    expect(page).toContain('Stop det');
    expect(page).not.toContain(PHONE);
    expect(page).not.toContain('name="action"');
    for (const response of [await settle(viewer, reply), await undo(viewer, reply)]) {
      expect([response.status, await response.text()]).toEqual([
        403,
        expect.stringContaining('Det har du ikke adgang til'),
      ]);
    }
    expect(await actionOf(reply)).toBeNull();
  });

  it('is settled by an operator, whose name the page and the audit give', async () => {
    const reply = await rows.reply(['rh'], PHONE, 'Hvad?');
    const operator = await enter(test, {
      email: 'olga@example.org',
      name: 'Olga Olsen',
      role: 'operator',
      authority: 'rh',
    });
    expect(await operator.text('/admin/replies?authority=rh')).toContain(PHONE);
    expect((await settle(operator, reply)).status).toBe(303);
    expect(await operator.text('/admin/replies?authority=rh&show=settled')).toContain('(Olga Olsen)');
    const { items } = await test.json<{ items: { actor: string; action: string }[] }>(200, '/v1/authorities/rh/audit');
    expect(
      items.filter(({ action }) => ['inbound.settle', 'number.see'].includes(action)).map(({ actor }) => actor),
    ).toEqual(expect.arrayContaining([expect.stringMatching(/^person:[0-9a-f-]{36} Olga Olsen$/)]));
    const inbound = await test.json<{ items: { settledBy: string | null }[] }>(
      200,
      '/v1/authorities/rh/inbound?needsPerson=false',
    );
    expect(JSON.stringify(inbound)).toContain('Olga Olsen');
  });

  it('of another authority responds as one that does not exist', async () => {
    const reply = await rows.reply(['kk'], PHONE, 'Kun kommunens');
    const operator = await at('operator');
    const guessed = '01890000-0000-7000-8000-000000000000';
    const answers = await Promise.all([
      settle(operator, reply, 'kk'),
      settle(operator, reply, 'rh'),
      settle(operator, reply, 'none'),
      settle(operator, guessed, 'rh'),
      undo(operator, reply, 'kk'),
      undo(operator, guessed, 'rh'),
      operator.post('/admin/replies/not-an-id/settle', { ...SETTLED, authority: 'rh' }),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(await Promise.all(answers.map((response) => response.text()))).size).toBe(1);
    expect(await actionOf(reply)).toBeNull();
    for (const path of ['/admin', '/admin/statistics', '/admin/replies', '/admin/account'])
      expect(await operator.text(`${path}?authority=kk`)).not.toMatch(/Kommunen|Kun kommunens/);
  });

  it('of another department is hidden from somebody who is limited, and so is one of two departments or of none', async () => {
    const [own, other] = await Promise.all([
      rows.appointment('rh', PHONE, { reference: 'D-1', department: 'Ortopædkirurgi' }),
      rows.appointment('rh', PHONE, { reference: 'D-2', department: 'Psykiatri' }),
    ]);
    const mine = await rows.cancellation('rh', PHONE, own);
    const theirs = await rows.cancellation('rh', PHONE, other);
    const nobody = await rows.reply(['rh'], PHONE, 'Uden aftale');
    const limited = await at('operator', 'rh', ['Ortopædkirurgi']);
    const page = await limited.text('/admin/replies?authority=rh');
    const { text } = readPage(page);
    expect([text.includes('D-1'), text.includes('D-2'), text.includes('Uden aftale')]).toEqual([true, false, false]);
    expect(page).toMatch(/class="count">1</);
    for (const id of [theirs, nobody]) expect((await settle(limited, id)).status).toBe(404);
    expect((await settle(limited, mine)).status).toBe(303);
    expect((await settle(await at('operator'), theirs)).status).toBe(303);
    expect((await undo(limited, theirs)).status).toBe(404);
    expect(readPage(await limited.text('/admin/replies?authority=rh&show=settled')).text).not.toContain('D-2');
  });

  it('of another department is not counted for somebody who is limited to one in every authority', async () => {
    await test.makeAuthority('ko', { name: 'Kommune med to' });
    await test.makeSource('ko', 'ko');
    for (const [reference, department] of Object.entries({ 'E-1': 'Ortopædkirurgi', 'E-2': 'Psykiatri' }))
      await rows.cancellation('ko', PHONE, await rows.appointment('ko', PHONE, { reference, department }));
    // The navigation leads to the replies of this authority, and counts no others.
    const whole = await at('operator', null);
    for (const authority of ['ko', 'kk'])
      for (const page of ['find', 'replies']) {
        const found = await whole.text(`/admin/${page}?authority=${authority}`);
        const [{ count } = { count: 0 }] = await test.db
          .selectFrom('inbound_authority')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('authority_id', '=', authority)
          .where('settled_at', 'is', null)
          .execute();
        const shown = /class="count">(\d+)</.exec(found)?.[1] ?? '0';
        expect([authority, page, shown]).toEqual([authority, page, String(count)]);
      }
    const countsOf = async (client: PageClient) => {
      const page = await client.text('/admin/authorities?authority=rh&q=Kommune+med+to');
      return /Kommune med to<\/a> *<span class="tag holds">([^<]*)</.exec(page)?.[1];
    };
    expect(await countsOf(await at('operator', null, ['Ortopædkirurgi']))).toMatch(/^1 /);
    expect(await countsOf(await at('operator', null))).toMatch(/^2 /);
    expect(await countsOf(await at('operator', null, ['Hudklinik']))).toBeUndefined();
  });
});

describe('the statistics', () => {
  it('of somebody who is limited to departments count those alone, by whatever they are grouped', async () => {
    await test.makeAuthority('st', { name: 'Statistisk' });
    await test.makeSource('st', 'st');
    const appointment = await rows.appointment('st', null);
    for (const department of ['Ortopædkirurgi', 'Ortopædkirurgi', 'Psykiatri', null])
      await rows.reminder('st', appointment, { due_day: '2026-11-24', department });
    const limited = await at('viewer', 'st', ['Ortopædkirurgi']);
    const all = await at('viewer', 'st');
    const total = async (client: PageClient, by: string) => {
      const page = await client.text(`/admin/statistics?authority=st&from=2026-11-01&to=2026-11-30&by=${by}`);
      return /<tfoot>.*?<td[^>]*>(?:<a [^>]*>)?(\d+)</s.exec(page)?.[1];
    };
    for (const by of ['day', 'department', 'template', 'gateway', 'language'])
      expect([by, await total(limited, by), await total(all, by)]).toEqual([by, '2', '4']);
    const page = await limited.text('/admin/statistics?authority=st&from=2026-11-01&to=2026-11-30&by=department');
    expect([page.includes('Psykiatri'), page.includes('Frameldinger')]).toEqual([false, false]);
  });
});

describe('somebody with several accounts', () => {
  it('has the rights of each authority there, and none of them elsewhere', async () => {
    const email = 'begge@example.org';
    const client = await join(test, { email, role: 'operator', authority: 'rh' });
    const { invite } = await import('../support/pages.ts');
    const path = await invite(test, { email, role: 'viewer', authority: 'kk' });
    await client.post('/admin/accept', { token: path.split('/').at(-1) ?? '' });
    const page = await client.text('/admin');
    expect([page.includes('Region Hovedstaden'), page.includes('Kommunen'), page.includes('Statistisk')]).toEqual([
      true,
      true,
      false,
    ]);
    const [ours, theirs] = [await rows.reply(['rh'], PHONE, 'rh'), await rows.reply(['kk'], PHONE, 'kk')];
    expect([(await settle(client, ours)).status, (await settle(client, theirs, 'kk')).status]).toEqual([303, 403]);
  });
});

describe('the phones of the simulator, behind sign-in', () => {
  it('are for operators of the whole installation: they show the SMS of all', async () => {
    const app = createApp({ ...test.deps, embedded: false });
    const statusFor = async (client: PageClient) =>
      (await app.request('/simulator', { headers: { cookie: client.cookie } })).status;
    expect(await statusFor(await at('administrator', 'rh'))).toBe(404);
    expect(await statusFor(await at('viewer', null))).toBe(404);
    expect(await statusFor(await at('operator', null))).toBe(200);
  });
});
