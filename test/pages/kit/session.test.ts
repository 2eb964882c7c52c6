import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { openTestApp } from '../../support/app.ts';
import { join, newBrowser, PageClient, proven } from '../../support/pages.ts';
import { scenario } from '../../support/scenario.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HEADERS = { Origin: 'https://sms.example.org' };

const { test } = scenario({
  authorities: { rh: {} },
});
beforeEach(() => later(0));

const later = (ms: number) => {
  test.clock.now = new Date(NOW.getTime() + ms);
};
const post = async (path: string, form: Record<string, string>, cookie = newBrowser(), app = test.app) =>
  app.request(path, { method: 'POST', body: proven(form, cookie), headers: { ...HEADERS, cookie } });
async function signIn(cookie?: string): Promise<string> {
  const response = await post('/admin/sign-in', { token: test.adminToken }, cookie);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}
const status = async (cookie: string, app = test.app) => (await app.request('/admin', { headers: { cookie } })).status;
const stored = () => test.db.selectFrom('session').selectAll().execute();

describe('a session', () => {
  it('lasts eight hours for whoever keeps using it, in every process', async () => {
    const cookie = await signIn();
    for (let ms = 0; ms < 8 * HOUR_MS; ms += 29 * MINUTE_MS) {
      later(ms);
      expect([ms, await status(cookie, createApp(test.deps))]).toEqual([ms, 200]);
    }
    later(8 * HOUR_MS - 1);
    expect(await status(cookie)).toBe(200);
    later(8 * HOUR_MS);
    expect(await status(cookie)).toBe(303);
  });

  it('ends after half an hour without use, and says so', async () => {
    const cookie = await signIn();
    later(30 * MINUTE_MS - 1);
    expect(await status(cookie)).toBe(200);
    later(60 * MINUTE_MS - 1);
    const away = await test.app.request('/admin', { headers: { cookie } });
    expect([away.status, away.headers.get('location')]).toEqual([303, '/admin/sign-in?next=%2Fadmin&ended=1']);
    const page = await (await test.app.request('/admin/sign-in?ended=1')).text();
    expect(page).toContain('Du er blevet logget ud.');
    later(30 * MINUTE_MS);
    expect(await status(await signIn())).toBe(200);
  });

  it('is ended by signing out, also for whoever has copied the cookie, and no other is', async () => {
    const [mine, other] = [await signIn(), await signIn()];
    const out = await post('/admin/sign-out', {}, mine);
    expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/);
    expect([await status(mine), await status(other)]).toEqual([303, 200]);
  });

  it('is ended everywhere by one button, which only somebody signed in may press', async () => {
    const [mine, other] = [await signIn(), await signIn()];
    await post('/admin/sign-out-everywhere', {}, `__Host-easysms=${'A'.repeat(43)}`);
    await post('/admin/sign-out-everywhere', {});
    expect([await status(mine), await status(other)]).toEqual([200, 200]);
    const page = await (await test.app.request('/admin', { headers: { cookie: mine } })).text();
    expect(page).toContain('action="/admin/sign-out-everywhere"');
    await post('/admin/sign-out-everywhere', {}, mine);
    expect([await status(mine), await status(other)]).toEqual([303, 303]);
  });

  it('has a new id after each sign-in, and the one before is ended', async () => {
    const planted = `__Host-easysms=${'A'.repeat(43)}`;
    const first = await signIn(planted);
    expect(first).not.toBe(planted);
    const second = await signIn(first);
    expect([second === first, await status(first), await status(second)]).toEqual([false, 303, 200]);
  });

  it('ends when the administrator’s token is changed', async () => {
    const cookie = await signIn();
    const renewed = createApp({ ...test.deps, adminToken: 'another-administrator-token-012345' });
    expect(await status(cookie, renewed)).toBe(303);
  });

  it('is stored as a hash, and removed four days after it is over', async () => {
    const id = (await signIn()).split('=')[1] ?? '';
    const rows = await stored();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows.map(({ id_hash: hash }) => hash.toString('latin1')))).not.toContain(id);
    expect(rows.map(({ id_hash: hash }) => hash.toString('base64url'))).not.toContain(id);
    later(4 * 24 * HOUR_MS);
    await signIn();
    expect(await stored()).toHaveLength(rows.length + 1);
    later((8 + 4 * 24) * HOUR_MS + 1_000);
    await signIn();
    expect(await stored()).toHaveLength(2);
  });
});

describe('the sign-in page', () => {
  it.each([
    ['', 'da', 'Log ind', 'Administratornøgle', 'Nøglen er forkert.', '?next=%2Fadmin&amp;language=en'],
    ['?language=en', 'en', 'Sign in', 'Administrator token', 'That token is wrong.', '?next=%2Fadmin&amp;language=da'],
  ])('with %j is in %s, also when it refuses, and leads to the other language', async (query, ...expected) => {
    const [language, title, label, wrong, other] = expected;
    const page = await (await test.app.request(`/admin/sign-in${query}`)).text();
    for (const part of [
      `<html lang="${language}">`,
      `<h1>${title}</h1>`,
      `>${label}</label>`,
      `/admin/sign-in${other}`,
    ])
      expect(page).toContain(part);
    const refused = await post('/admin/sign-in', { token: 'wrong', language: language ?? '' });
    const text = await refused.text();
    expect(text).toMatch(new RegExp(`<strong class="wrong" id="token-fault" role="alert">${wrong}`));
  });

  it('marks the token’s field alone where the token is wrong, also beside the form of accounts', async () => {
    const own = await openTestApp();
    await own.makeAuthority('rh');
    await join(own, { email: 'i@example.org', role: 'operator', authority: 'rh' });
    const client = new PageClient(own);
    const marked = (page: string) =>
      [...page.matchAll(/<input id="([^"]+)"[^>]*aria-invalid="true"/g)].map(([, id]) => id);
    const token = await client.post('/admin/sign-in', { token: 'wrong' });
    const page = await token.text();
    expect([token.status, marked(page)]).toEqual([401, ['token']]);
    expect(page).toMatch(/id="token"[^>]*aria-describedby="token-fault token-hint"/);
    const password = await client.post('/admin/sign-in', { email: 'i@example.org', password: 'x' });
    expect(marked(await password.text())).not.toContain('token');
    await own.close();
  });
});
