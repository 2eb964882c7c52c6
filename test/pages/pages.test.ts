import { beforeEach, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../support/app.ts';
import { newBrowser, proven } from '../support/pages.ts';
import { scenario } from '../support/scenario.ts';
import { reminderNow } from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';

const PHONE = '+4520123456';
const NOW = new Date('2026-11-24T11:00:00Z');

const { test, rows } = scenario({
  authorities: {
    rh: { name: 'Region <Hovedstaden>', sources: { rh: {} } },
    kk: { name: 'Kommunen', sources: { kk: {} } },
  },
});
beforeEach(() => {
  test.clock.now = NOW;
});

const ORIGIN = 'https://sms.example.org';
let address = 0;

function post(
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
  from = `10.0.0.${++address}`,
): Promise<Response> {
  const cookie = headers.cookie ?? newBrowser();
  const init = { method: 'POST', body: proven(form, cookie), headers: { Origin: ORIGIN, cookie, ...headers } };
  return Promise.resolve(test.app.request(path, init, { incoming: { socket: { remoteAddress: from } } }));
}
const get = (path: string, cookie?: string) =>
  Promise.resolve(test.app.request(path, { headers: cookie ? { cookie } : {} }));
const signIn = (form: Record<string, string> = {}, from?: string) =>
  post('/admin/sign-in', { token: test.adminToken, ...form }, {}, from);

async function signedIn({ app, adminToken }: TestApp = test): Promise<string> {
  const cookie = newBrowser();
  const body = proven({ token: adminToken }, cookie);
  const response = await app.request('/admin/sign-in', { method: 'POST', body, headers: { Origin: ORIGIN, cookie } });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('signing in', () => {
  it('is required on every page, and leads back to the page that was requested', async () => {
    for (const path of ['/admin', '/admin/statistics', '/admin/replies']) {
      const response = await get(path);
      expect([response.status, response.headers.get('location')]).toEqual([
        303,
        `/admin/sign-in?next=${encodeURIComponent(path)}`,
      ]);
    }
    expect(
      (await post('/admin/replies/01890000-0000-7000-8000-000000000000/settle', { authority: 'rh', action: 'ignore' }))
        .status,
    ).toBe(303);
    const form = await (await get('/admin/sign-in?next=%2Fadmin%2Freplies')).text();
    expect(form).toContain('name="next" value="/admin/replies"');
    expect((await signIn({ next: '/admin/replies' })).headers.get('location')).toBe('/admin/replies');
  });

  it('never redirects to another site', async () => {
    for (const next of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/admin/../v1',
      '/v1/authorities',
      '/admin?x=//evil',
    ]) {
      expect((await signIn({ next })).headers.get('location')).toBe('/admin');
    }
  });

  it('sets a cookie that no script and no other site can read, over https only', async () => {
    const cookie = (await signIn()).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-easysms=/);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=374400'])
      expect(cookie).toContain(part);
    const plain = await openTestApp(undefined, { publicUrl: 'http://127.0.0.1:3000' });
    const before = newBrowser('http://127.0.0.1:3000');
    const body = proven({ token: plain.adminToken }, before);
    const response = await plain.app.request('/admin/sign-in', {
      method: 'POST',
      body,
      headers: { Origin: 'http://127.0.0.1:3000', cookie: before },
    });
    expect(response.headers.get('set-cookie')).toMatch(/^easysms=/);
    expect(response.headers.get('set-cookie')).not.toContain('Secure');
    await plain.close();
  });

  it('refuses a cookie that was made up or changed', async () => {
    const cookie = await signedIn();
    const [name, value = ''] = cookie.split('=');
    const other = `${value.slice(0, 42)}${value.endsWith('A') ? 'E' : 'A'}`;
    for (const forged of [
      `${name}=${NOW.getTime()}`,
      `${name}=${other}`,
      `easysms=${value}`,
      `${name}=`,
      `${name}=%00`,
    ]) {
      expect((await get('/admin', forged)).status).toBe(303);
    }
  });

  it('with a wrong token is 401, and after five tries in a minute from one address 429; the right one is never kept out', async () => {
    for (let tries = 0; tries < 5; tries++) {
      const response = await signIn({ token: 'wrong' }, '10.1.1.1');
      expect(response.status).toBe(401);
      expect(response.headers.get('set-cookie')).toBeNull();
    }
    const refused = await signIn({ token: 'wrong' }, '10.1.1.1');
    expect(refused.status).toBe(429);
    expect((await signIn({}, '10.1.1.1')).status).toBe(303);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn({}, '10.1.1.2')).status).toBe(303);
    expect(test.logged.join('\n')).not.toMatch(/wrong"|10\.1\.1/);
  });

  it('does not count successful tries', async () => {
    for (let tries = 0; tries < 8; tries++) expect((await signIn({}, '10.2.2.2')).status).toBe(303);
  });

  it('from the form of another site is 403, as every post is', async () => {
    const cookie = await signedIn();
    for (const path of ['/admin/sign-in', '/admin/sign-out', '/admin/sign-out-everywhere', '/admin/replies/x/settle']) {
      expect((await post(path, {}, { cookie, Origin: 'https://evil.example' })).status).toBe(403);
    }
    expect((await post('/admin/sign-out', {}, { cookie, Origin: 'http://localhost' })).status).toBe(303);
  });
});

describe('a page', () => {
  it('loads nothing from other sites, runs no script but ours, and can not be framed', async () => {
    const cookie = await signedIn();
    for (const path of ['/admin', '/admin/statistics', '/admin/replies', '/admin/sign-in']) {
      const response = await get(path, path === '/admin/sign-in' ? undefined : cookie);
      const policy = response.headers.get('content-security-policy');
      expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(policy).not.toContain('unsafe-inline');
      const text = await response.text();
      expect(text).toMatch(/^<!doctype html><html lang="da">/);
      expect(text.replace('<script type="module" src="/admin/script.js"></script>', '')).not.toMatch(
        /<script|style="|https?:\/\//,
      );
    }
    expect((await get('/admin/style.css')).headers.get('content-type')).toContain('text/css');
  });

  it('says so while the simulator is among the gateways', async () => {
    const cookie = await signedIn();
    expect(await (await get('/admin', cookie)).text()).toContain('ingen rigtige SMS');
    const real = await openTestApp(undefined, { simulator: null });
    const own = { headers: { cookie: await signedIn(real) } };
    expect(await (await real.app.request('/admin', own)).text()).not.toContain('ingen rigtige SMS');
    await real.close();
  });

  it('of an installation without authorities says how to create one', async () => {
    const empty = await openTestApp();
    const cookie = await signedIn(empty);
    for (const path of ['/admin', '/admin/statistics', '/admin/replies']) {
      const found = await (await empty.app.request(path, { headers: { cookie } })).text();
      expect(found).toContain('Opret den første under »Installation«');
    }
    await empty.close();
  });
});

describe('the statistics page', () => {
  it('shows the counts of the authority and period that were chosen, with names escaped', async () => {
    const appointment = await rows.appointment('rh', null);
    await rows.reminder('rh', appointment, { due_day: '2026-11-24', department: '<b>Kirurgi</b>' });
    const cookie = await signedIn();
    const text = await (
      await get('/admin/statistics?authority=rh&from=2026-11-24&to=2026-11-25&by=department', cookie)
    ).text();
    expect(text).toContain('Region &lt;Hovedstaden&gt;');
    expect(text).toContain('&lt;b&gt;Kirurgi&lt;/b&gt;');
    expect(text).not.toContain('<b>Kirurgi');
    expect(text.match(/<tbody>.*<\/tbody>/s)?.[0].match(/<tr>/g)).toHaveLength(1);
    const days = await (await get('/admin/statistics?authority=rh&from=2026-11-24&to=2026-11-25', cookie)).text();
    expect(days.match(/<tbody>.*<\/tbody>/s)?.[0].match(/<tr>/g)).toHaveLength(1);
    expect(days).toContain('1 dag uden påmindelser står ikke i tabellen.');
    const found = await (await get('/admin/statistics?authority=kk', cookie)).text();
    expect(found).toContain('Der er ingen påmindelser i perioden');
  });

  it('responds to an invalid period with the form and a sentence, not with an error page', async () => {
    const cookie = await signedIn();
    const response = await get('/admin/statistics?from=2026-11-25&to=2026-11-24', cookie);
    expect(response.status).toBe(422);
    expect(await response.text()).toMatch(/role="alert">Perioden/);
    const odd = await get('/admin/statistics?from=nonsense&to=2026-13-45&by=hour', cookie);
    expect([odd.status, await odd.text()]).toEqual([422, expect.stringContaining('value="nonsense"')]);
    expect((await get('/admin/statistics?authority=none', cookie)).status).toBe(404);
  });
});

describe('the page of replies', () => {
  it('lists the waiting replies with their numbers, which is audited, and settles one by a button', async () => {
    const reply = await rows.reply(['kk'], PHONE, 'Stop <script>');
    const cookie = await signedIn();
    const text = await (await get('/admin/replies', cookie)).text();
    expect(text).toContain(PHONE);
    expect(text).toContain('Stop &lt;script&gt;');
    expect(text).toContain('Kommunen (1)');
    const looks = await test.db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'number.see')
      .where('authority_id', '=', 'kk')
      .execute();
    expect(looks).toMatchObject([{ actor: 'administrator', target: 'inbound' }]);

    const settle = () => post(`/admin/replies/${reply}/settle`, { authority: 'kk', action: 'opt_out' }, { cookie });
    const response = await settle();
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      `/admin/replies?authority=kk&done=opt_out&reply=${reply}#done`,
    ]);
    const found = await (await get(response.headers.get('location') ?? '', cookie)).text();
    expect(found).toMatch(/role="status">Nummeret er frameldt\..*Ingen svar venter/s);
    expect(await test.db.selectFrom('opt_out').select('authority_id').execute()).toEqual([{ authority_id: 'kk' }]);
    const answer = (await settle()).headers.get('location');
    expect(answer).toBe(`/admin/replies?authority=kk&done=already&reply=${reply}#done`);
  });

  it('shows what a cancellation is about before other replies, settles it, and takes that back', async () => {
    const appointment = await rows.appointment('kk', PHONE, { reference: 'A-17', department: 'Ambulatoriet' });
    const planned = await rows.reminder('kk', appointment);
    const reply = await rows.cancellation('kk', PHONE, appointment);
    await update(
      test.db,
      'inbound_authority',
      { inbound_id: reply },
      { answered_message_id: await rows.message('kk', null, PHONE, { text: 'Husk tirsdag' }) },
    );
    const other = await rows.reply(['kk'], PHONE, 'Hvor er det?');
    await update(test.db, 'inbound_authority', { inbound_id: other }, { holds: false });
    const cookie = await signedIn();
    const list = async (query = '') => (await get(`/admin/replies?authority=kk${query}`, cookie)).text();
    expect(await list()).toMatch(
      /AFBUD.*Melder afbud.*1\.\u00a0dec\. kl\.\u00a0.*Ambulatoriet, <span class="whole">A-17<.*Holder påmindelser.*Husk tirsdag.*Hvor er det/s,
    );
    expect(await list('&meaning=other')).not.toContain('AFBUD');

    const of = async () => (await reminderNow(test, planned)).status;
    const done = { authority: 'kk', action: 'cancel_passed_on', appointment: '' };
    const settled = await post(`/admin/replies/${reply}/settle`, done, { cookie });
    expect([settled.headers.get('location'), await of()]).toEqual([
      `/admin/replies?authority=kk&done=cancel_passed_on&reply=${reply}#done`,
      'cancelled',
    ]);
    expect(await list()).not.toContain('AFBUD');
    expect(await list('&show=settled')).toMatch(
      /AFBUD.*Jeg har skrevet afbuddet ind \(administratornøglen\).*Fortryd/s,
    );
    const undo = () => post(`/admin/replies/${reply}/undo`, { authority: 'kk' }, { cookie });
    expect((await undo()).headers.get('location')).toBe(`/admin/replies?authority=kk&done=undone&reply=${reply}#done`);
    expect([await of(), await list()]).toEqual(['planned', expect.stringContaining('AFBUD')]);
    expect((await undo()).headers.get('location')).toBe(`/admin/replies?authority=kk&done=late&reply=${reply}#done`);
  });

  it('settles no reply of another authority than the one that it is shown for', async () => {
    const reply = await rows.reply(['kk'], PHONE);
    const cookie = await signedIn();
    expect(
      (await post(`/admin/replies/${reply}/settle`, { authority: 'rh', action: 'ignore' }, { cookie })).status,
    ).toBe(404);
    expect(
      (await post(`/admin/replies/${reply}/settle`, { authority: 'kk', action: 'delete' }, { cookie })).status,
    ).toBe(422);
  });
});

describe('the page of the simulator', () => {
  it('is open on loopback over the embedded database, and requires signing in otherwise', async () => {
    expect((await get('/simulator')).status).toBe(200);
    for (const overrides of [{ loopback: false }, { embedded: false }]) {
      const elsewhere = await openTestApp(undefined, overrides);
      const cookie = await signedIn(elsewhere);
      const response = await elsewhere.app.request('/simulator');
      expect([response.status, response.headers.get('location')]).toEqual([303, '/admin/sign-in?next=%2Fsimulator']);
      expect((await elsewhere.app.request('/simulator', { headers: { cookie } })).status).toBe(200);
      await elsewhere.close();
    }
  });
});
