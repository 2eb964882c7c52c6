import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { IDLE_MS } from '../../../src/accounts/sessions.ts';
import { enter, PageClient } from '../../support/pages.ts';
import { readPage, sentFields } from '../../support/read-page.ts';
import { scenario } from '../../support/scenario.ts';

const { test } = scenario({
  authorities: { rh: { name: 'Regionen', sources: { epj: {} } } },
});

const switchOf = (page: string) =>
  /<a lang="en" hreflang="en" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');

describe('the switch of the language', () => {
  it('stands on pages of errors and of links that are gone, and leads to the same page in the other language', async () => {
    const visitor = new PageClient(test);
    for (const [path, english] of [
      ['/admin/nowhere?x=1', 'There is no such page'],
      [`/admin/invitation/${'A'.repeat(43)}`, 'This link'],
    ] as const) {
      const other = switchOf(await visitor.text(path)) ?? '';
      expect(other.split('?')[0]).toBe(path.split('?')[0]);
      expect(await visitor.text(other)).toContain(english);
      // The choice is kept for the pages to come.
      expect(visitor.cookie).toContain('easysms-language=en');
      await visitor.get('/admin/sign-in?language=da');
    }
  });

  it('leads to a page of ours after a form, and wherever an address pretends to be a path', async () => {
    const visitor = new PageClient(test);
    const refused = await visitor.post('/admin/sign-in', {}, { proof: false });
    expect([refused.status, switchOf(await refused.text())]).toEqual([403, '/admin?language=en']);
    for (const path of ['//evil.example/x', '/\\evil.example/x', '///evil.example']) {
      const response = await visitor.get(`https://sms.example.org${path}`, { Accept: 'text/html' });
      expect([path, response.status, switchOf(await response.text())]).toEqual([path, 404, '/admin?language=en']);
    }
  });

  it('is a part of a page that no address leads to again: of recovery codes, and of a form too long to be kept', async () => {
    const client = await enter(test, { email: 's@example.org', role: 'administrator', authority: 'rh' });
    const secret = (await client.text('/admin/second-factor')).match(/<code class="secret">([A-Z2-7 ]+)</)?.[1] ?? '';
    const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')), algorithm: 'SHA1' });
    const code = totp.generate({ timestamp: test.clock.now.getTime() });
    const codes = await (
      await client.post('/admin/second-factor', { code, next: '/admin/find?date=2026-11-24' })
    ).text();
    const english = (page: string) => page.split('<details lang="en"><summary>English</summary>')[1] ?? '';
    expect(english(codes)).toContain('href="/admin/find?date=2026-11-24&amp;language=en"');
    expect(english(codes)).toContain('recovery codes');
    test.clock.now = new Date(test.clock.now.getTime() + IDLE_MS + 1_000);
    const text = 'Lang tekst. '.repeat(10_000);
    const long = await client.post('/admin/rules/try', { authority: 'rh', source: '', message: text });
    const page = await long.text();
    expect([long.status, page.split('Lang tekst. ').length > 10_000]).toEqual([401, true]);
    expect(english(page)).toContain('You have been signed out');
    expect(english(page)).toMatch(/href="\/admin\/sign-in\?[^"]*&amp;language=en"/);
    // A body that is refused before anybody reads it.
    const large = await client.post('/admin/rules/try', { message: 'x'.repeat(1_100_000) });
    expect([large.status, switchOf(await large.text())]).toEqual([413, '/admin?language=en']);
  });

  it('is a part of a page that shows a secret once: what it says around it, and not the secret again', async () => {
    const client = await enter(test, { email: 'h@example.org', role: 'administrator', authority: 'rh' });
    const invited = { email: 'ny@example.org', name: 'Nete Ny', role: 'viewer', departments: '' };
    const forms: readonly (readonly [page: string, form: Record<string, string>, words: string, onward: string])[] = [
      ['keys', { name: 'Rapport', role: 'viewer' }, 'The key “Rapport” is made', 'Back to the list'],
      ['people', invited, 'Link for Nete Ny', 'Back to the list'],
      ['sources', { name: 'Ambulatorier', id: 'amb', mode: 'live' }, 'Secret for signatures', 'Go on to Ambulatorier'],
    ];
    for (const [name, form, words, onward] of forms) {
      const page = await (await client.post(`/admin/set-up/${name}`, { authority: 'rh', ...form })).text();
      const [danish = '', english = ''] = page.split('<details lang="en"><summary>English</summary>');
      const secrets = [...danish.matchAll(/<code class="secret">([^<]+)</g)].map(([, secret]) => secret ?? '');
      const again = secrets.filter((secret) => english.includes(secret));
      expect([name, secrets.length > 0, again]).toEqual([name, true, []]);
      for (const shown of [words, 'Shown only now.', `language=en">${onward}`]) expect(english).toContain(shown);
      expect(danish).not.toContain('language=en');
    }
  });

  it('stands on the page of a form that was kept, which stays there', async () => {
    const client = await enter(test, { email: 'k@example.org', role: 'administrator', authority: 'rh' });
    test.clock.now = new Date(test.clock.now.getTime() + IDLE_MS + 1_000);
    const name = 'Min tekst, som jeg skrev';
    await client.post('/admin/set-up/keys', { authority: 'rh', name, role: 'viewer' });
    const kept = client.cookie.split('; ').filter((pair) => pair.includes('kept'));
    const again = await enter(test, { email: 'k@example.org', role: 'administrator', authority: 'rh' });
    again.cookie = [again.cookie, ...kept].join('; ');
    const other = switchOf(await again.text('/admin/kept')) ?? '';
    expect(other).toBe('/admin/kept?language=en');
    const english = await again.text(other);
    expect([english.includes('You are signed in again'), english.includes(name)]).toEqual([true, true]);
  });
});

describe('the focus', () => {
  it('is asked for once, by the first field with a fault, else by the sentence of what is wrong', async () => {
    const client = await enter(test, { email: 'f@example.org', role: 'administrator', authority: 'rh' });
    const focused = (page: string) => page.match(/<[^<>]* autofocus=""[^<>]*>/g);
    const wrong = await client.post('/admin/opt-outs', { authority: 'rh', phone: '1', reason: '' });
    expect(focused(await wrong.text())).toEqual([expect.stringContaining('id="phone"')]);
    const second = await client.post('/admin/opt-outs', { authority: 'rh', phone: '20 12 34 56', reason: '' });
    expect(focused(await second.text())).toEqual([expect.stringContaining('id="reason"')]);
    const outside = await new PageClient(test).post('/admin/sign-in', { email: 'x@example.org', password: 'x' });
    expect(focused(await outside.text())).toEqual([expect.stringContaining('id="email"')]);
    const ended = await new PageClient(test).text('/admin/sign-in?ended=1');
    expect(focused(ended)).toEqual([expect.stringMatching(/<p class="fault"[^>]*tabindex="-1"/)]);
    expect(focused(await client.text('/admin/opt-outs?authority=rh'))).toBeNull();
  });

  const focusedIn = (page: string) =>
    [...page.matchAll(/<[^<>]* id="([^"]*)"[^<>]* autofocus=""/g)].map(([, id]) => id);
  const leader = () =>
    enter(test, { email: `${crypto.randomUUID()}@example.org`, role: 'administrator', authority: 'rh' });

  it.each([
    '/admin/find?date=2026-11-24',
    '/admin/statistics?from=2026-11-01&to=2026-11-30&by=day',
    '/admin/messages?status=delivered&from=2026-11-01',
    '/admin/replies?show=settled',
    '/admin/opt-outs?show=all',
    '/admin/set-up/audit?action=source.create',
    '/admin/set-up/sources/epj/deliveries?status=failed',
  ])('goes to what a form finds that asks for a part of the page, and nowhere before it is sent: %s', async (path) => {
    const client = await leader();
    const first = await client.text(`${path}&authority=rh`);
    expect(focusedIn(first)).toEqual([]);
    expect(first).toContain('type="submit" name="focus" value="found">');
    const asked = await client.text(`${path}&authority=rh&focus=found`);
    expect([focusedIn(asked), asked.includes('<div id="found" tabindex="-1"')]).toEqual([['found'], true]);
  });

  it('goes to the field that such a form is refused for, and to nothing else', async () => {
    const client = await leader();
    for (const [path, field] of [
      ['/admin/find?date=x', 'date'],
      ['/admin/statistics?from=2026-11-30&to=2026-11-01', 'from'],
      ['/admin/messages?from=x', 'from'],
      ['/admin/set-up/audit?from=x', 'from'],
    ] as const) {
      const page = await client.text(`${path}&authority=rh&focus=found`);
      expect([path, focusedIn(page).length, page.includes('id="found"')]).toEqual([path, 1, false]);
      expect(page).toMatch(new RegExp(`<input[^>]* id="${field}"[^>]* aria-invalid="true"`));
    }
  });

  it('goes to what a form shows below itself, unless a field has a fault', async () => {
    const client = await leader();
    const preview = { do: 'preview' };
    for (const [path, id, right, wrong] of [
      ['/admin/rules/try', 'tried', { source: 'epj', message: 'MSH' }, { source: 'epj', message: '' }],
      ['/admin/citizens', 'record', { phone: '20 12 34 56' }, { phone: '12' }],
      ['/admin/find', 'found', { what: 'A-1' }, { what: '' }],
      ['/admin/texts/reminder', 'texts', preview, { ...preview, 'text-da': 'Se https://example.org' }],
      ['/admin/rules', 'planned', preview, { ...preview, 'rule-0': 'x' }],
    ] as const) {
      const page = await client.text(`${path}?authority=rh`);
      expect(page).toContain(`action="${path}#${id}"`);
      const form = readPage(page).forms.find(({ action }) => action === path);
      const fields = form ? Object.fromEntries(sentFields(form)) : {};
      const sent = async (typed: Record<string, string>) => (await client.post(path, { ...fields, ...typed })).text();
      const [shown, refused] = [await sent(right), await sent(wrong)];
      expect([path, shown.includes(`id="${id}" tabindex="-1"`), focusedIn(shown)]).toEqual([path, true, []]);
      expect([path, refused.includes(`id="${id}"`), focusedIn(refused).length]).toEqual([path, false, 1]);
    }
    const optOuts = await client.post('/admin/opt-outs-of-number', { authority: 'rh', number: '12' });
    expect(focusedIn(await optOuts.text())).toEqual(['number']);
  });
});
