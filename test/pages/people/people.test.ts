import { TOTP } from 'otpauth';
import { beforeEach, describe, expect, it } from 'vitest';
import { offerFirstAccount } from '../../../src/accounts/people/invitations.ts';
import { openTestApp } from '../../support/app.ts';
import { invite, join, PASSWORD, PageClient } from '../../support/pages.ts';
import { scenario } from '../../support/scenario.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let people = 0;
const { test } = scenario({
  authorities: { rh: { name: 'Region Hovedstaden' }, kk: { name: 'Kommunen' } },
});
beforeEach(() => later(0));

const later = (ms: number) => {
  test.clock.now = new Date(NOW.getTime() + ms);
};
const newEmail = () => `person${++people}@example.org`;
const operator = (email = newEmail()) => ({ email, role: 'operator', authority: 'rh' }) as const;
const signIn = (client: PageClient, email: string, password = PASSWORD) =>
  client.post('/admin/sign-in', { email, password });

describe('an invitation', () => {
  it('signs in by the password that is chosen, once', async () => {
    const path = await invite(test, operator());
    const [first, second] = [new PageClient(test), new PageClient(test)];
    expect(await first.text(path)).toContain('autocomplete="new-password"');
    const responses = await Promise.all([first, second].map((client) => client.post(path, { password: PASSWORD })));
    expect(responses.map(({ status }) => status).sort()).toEqual([303, 404]);
    expect((await new PageClient(test).get(path)).status).toBe(404);
  });

  it('says who invites, to which authority, and what EasySMS is, whether a password is chosen or not', async () => {
    const chief = await join(test, { role: 'administrator', authority: 'rh', name: 'Carla Chef' });
    const email = newEmail();
    await join(test, { email, role: 'viewer', authority: 'kk' });
    for (const [invited, next] of [
      [newEmail(), 'Vælg en adgangskode'],
      [email, 'Du har allerede en konto her.'],
    ] as const) {
      const form = { authority: 'rh', role: 'viewer', departments: '', email: invited, name: 'Ny' };
      const made = await (await chief.post('/admin/set-up/people', form)).text();
      const page = await new PageClient(test).page(/\/admin\/invitation\/[\w-]{43}/.exec(made)?.[0] ?? '');
      expect(page.text).toContain(`Carla Chef har inviteret dig (${invited}) til Region Hovedstaden i EasySMS.`);
      expect(page.text).toContain('EasySMS sender borgerne påmindelser om deres aftaler på SMS.');
      expect(page.text).toContain(next);
    }
    const whole = await new PageClient(test).page(
      await invite(test, { role: 'administrator', authority: null, email: 'alle@example.org' }),
    );
    expect(whole.text).toContain(
      'En administrator har inviteret dig (alle@example.org) til hele installationen i EasySMS.',
    );
  });

  it('is put off while too many passwords are being checked, and stays open', async () => {
    const path = await invite(test, operator());
    const clients = Array.from({ length: 36 }, () => new PageClient(test));
    await Promise.all(clients.map((client) => client.text('/admin/sign-in')));
    const responses = await Promise.all(clients.map((client) => client.post(path, { password: PASSWORD })));
    const statuses = responses.map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([303, 404, 429]);
    expect(responses.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('5');
  });

  it('can be used for 72 hours', async () => {
    const path = await invite(test, operator());
    later(72 * HOUR_MS - 1);
    expect((await new PageClient(test).get(path)).status).toBe(200);
    later(72 * HOUR_MS);
    expect((await new PageClient(test).get(path)).status).toBe(404);
    expect((await new PageClient(test).post(path, { password: PASSWORD })).status).toBe(404);
  });

  it.each([
    ['short', 'kort kode', 'mindst 12 tegn'],
    ['common', 'Password12345!', 'gættes først'],
    ['common here', 'Velkommen2026!', 'gættes først'],
    ['one thing over and over', 'abcabcabcabcabc', 'gættes først'],
    ['digits alone', '192837465012', 'gættes først'],
    ['too long', 'å'.repeat(201), 'højst 200'],
  ])('keeps the link when the password is refused for being %s', async (_, password, reason) => {
    const path = await invite(test, operator());
    const client = new PageClient(test);
    const refused = await client.post(path, { password });
    const text = await refused.text();
    expect([refused.status, text.includes(reason), text.includes('aria-invalid="true"')]).toEqual([422, true, true]);
    expect((await client.post(path, { password: PASSWORD })).status).toBe(303);
  });

  it("refuses one's own e-mail as the password", async () => {
    const email = 'helle.birgitte.holm@example.org';
    for (const password of [email, email.toUpperCase(), 'helle.birgitte.holm', 'helle.birgitte.holm99']) {
      const response = await new PageClient(test).post(await invite(test, operator(email)), { password });
      expect([password, response.status]).toEqual([password, 422]);
    }
  });

  it('by another authority gets nobody into accounts elsewhere: it takes the password of before', async () => {
    const email = newEmail();
    const own = await join(test, operator(email));
    const path = await invite(test, { email, role: 'administrator', authority: 'kk' });
    const stranger = new PageClient(test);
    const page = await stranger.text(path);
    expect(page).toContain('Du har allerede en konto');
    expect(page).not.toContain('type="password"');
    expect((await stranger.post(path, { password: 'noget helt andet 12' })).status).toBe(404);
    expect(await own.text('/admin/account')).not.toContain('Kommunen');
    expect(await own.text(path)).toContain('action="/admin/accept"');
    expect((await own.post('/admin/accept', { token: path.split('/').at(-1) ?? '' })).status).toBe(303);
    expect(await own.text('/admin/account')).toContain('Kommunen: Administrator');
  });

  it('is not accepted in the name of somebody else', async () => {
    const email = newEmail();
    await join(test, operator(email));
    const path = await invite(test, { email, role: 'administrator', authority: 'kk' });
    const other = await join(test, operator());
    expect((await other.post('/admin/accept', { token: path.split('/').at(-1) ?? '' })).status).toBe(404);
  });

  it('again by the same authority replaces a forgotten password, and ends sessions', async () => {
    const email = newEmail();
    const before = await join(test, operator(email));
    const after = await join(test, operator(email), 'et nyt og langt kodeord');
    expect([(await before.get('/admin')).status, (await after.get('/admin')).status]).toEqual([303, 200]);
    expect((await signIn(new PageClient(test), email)).status).toBe(401);
  });
});

describe('signing in by a password', () => {
  it('is the same for a wrong password, an unknown e-mail and an invitation that was not accepted', async () => {
    const email = newEmail();
    await join(test, operator(email));
    const invited = newEmail();
    await invite(test, operator(invited));
    const texts = new Set<string>();
    for (const [name, password] of [
      [email, 'forkert adgangskode'],
      [newEmail(), PASSWORD],
      [invited, PASSWORD],
    ] as const) {
      const response = await signIn(new PageClient(test), name, password);
      expect(response.status).toBe(401);
      texts.add((await response.text()).replaceAll(name, '').replaceAll(/name="form" value="[^"]*"/g, ''));
    }
    expect(texts.size).toBe(1);
  });

  it('takes the e-mail in any case, and signs nobody in under a session that was planted', async () => {
    const email = newEmail();
    await join(test, operator(email));
    const client = new PageClient(test);
    client.cookie = `__Host-easysms=${'A'.repeat(43)}`;
    expect((await signIn(client, ` ${email.toUpperCase()} `)).status).toBe(303);
    expect(client.cookie).not.toContain('A'.repeat(43));
    expect((await client.get('/admin')).status).toBe(200);
  });

  it('is refused after five wrong ones from one address, right or wrong; from elsewhere the right one gets in at once', async () => {
    const email = newEmail();
    await join(test, operator(email));
    const guesser = new PageClient(test);
    for (let tries = 0; tries < 5; tries++)
      expect((await signIn(guesser, email, `forkert kode ${tries}`)).status).toBe(401);
    const refused = await signIn(guesser, email);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900']);
    expect((await signIn(new PageClient(test), email)).status).toBe(303);
    // Another account is not kept out from the same address.
    const colleague = newEmail();
    await join(test, operator(colleague));
    expect((await signIn(new PageClient(test, guesser.address), colleague)).status).toBe(303);
    later(15 * MINUTE_MS - 1);
    expect((await signIn(guesser, email)).status).toBe(429);
    later(15 * MINUTE_MS);
    expect((await signIn(guesser, email)).status).toBe(303);
  });

  it('lets no more through when the guesses come at once', async () => {
    const email = newEmail();
    await join(test, operator(email));
    const guesser = new PageClient(test);
    await guesser.get('/admin/sign-in');
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, nth) => signIn(guesser, email, `gæt nummer ${nth}`)),
    );
    expect(responses.map(({ status }) => status).filter((status) => status === 401)).toHaveLength(5);
  });

  it('is refused for every account after a hundred wrong ones from one address', async () => {
    const guesser = new PageClient(test);
    await guesser.get('/admin/sign-in');
    const { beginAttempt } = await import('../../../src/accounts/people/throttle.ts');
    const { clientKey } = await import('../../../src/runtime/networks.ts');
    const limit = { key: `address ${clientKey(guesser.address)}`, failures: 100 };
    for (let tries = 0; tries < 100; tries++) await beginAttempt(test.deps, [limit], test.clock.now);
    const email = newEmail();
    await join(test, operator(email));
    expect((await signIn(guesser, email)).status).toBe(429);
    expect((await signIn(new PageClient(test), email)).status).toBe(303);
  });

  it('writes neither e-mail, password nor address to the log', async () => {
    const email = 'sporbar.person@example.org';
    await join(test, operator(email));
    const client = new PageClient(test, '10.99.98.97');
    await signIn(client, email, 'en hemmelig forkert kode');
    expect(test.logged.join('\n')).not.toMatch(/sporbar|hemmelig|10\.99\.98\.97/);
  });

  it("changes one's password by the old one, which ends the other sessions", async () => {
    const email = newEmail();
    const [mine, other] = [await join(test, operator(email)), new PageClient(test)];
    await signIn(other, email);
    const change = (old: string, password: string) => mine.post('/admin/account/password', { old, password });
    const found = await (await change('forkert', 'noget langt og nyt')).text();
    expect(found).toContain('Den nuværende adgangskode er forkert.');
    expect((await change(PASSWORD, 'password1234')).status).toBe(422);
    expect((await change(PASSWORD, 'noget langt og nyt')).status).toBe(303);
    expect([(await mine.get('/admin')).status, (await other.get('/admin')).status]).toEqual([200, 303]);
    expect((await signIn(new PageClient(test), email, 'noget langt og nyt')).status).toBe(303);
  });

  it('ends everywhere by one button, for oneself alone', async () => {
    const email = newEmail();
    const [mine, second, colleague] = [
      await join(test, operator(email)),
      new PageClient(test),
      await join(test, operator()),
    ];
    await signIn(second, email);
    await mine.post('/admin/sign-out-everywhere', {});
    const statuses = await Promise.all(
      [mine, second, colleague].map(async (each) => (await each.get('/admin')).status),
    );
    expect(statuses).toEqual([303, 303, 200]);
  });
});

describe('a second factor', () => {
  const secretIn = (page: string) => /class="secret">([A-Z2-7 ]+)</.exec(page)?.[1]?.replaceAll(' ', '') ?? '';
  const codeOf = (secret: string, at = test.clock.now) => new TOTP({ secret }).generate({ timestamp: at.getTime() });
  async function enrolled(email = newEmail()) {
    const client = await join(test, operator(email));
    const secret = secretIn(await client.text('/admin/second-factor'));
    const response = await client.post('/admin/second-factor', { code: codeOf(secret) });
    const codes = [...(await response.text()).matchAll(/<code>([a-z2-7-]+)<\/code>/g)].map(([, code]) => code ?? '');
    return { email, client, secret, codes };
  }
  async function withPassword(email: string): Promise<PageClient> {
    const client = new PageClient(test);
    await signIn(client, email);
    return client;
  }

  it('is asked for after the password, on every page', async () => {
    const { email, secret, codes } = await enrolled();
    expect(codes).toHaveLength(10);
    later(MINUTE_MS);
    const client = await withPassword(email);
    for (const path of ['/admin', '/admin/replies', '/admin/account', '/admin/second-factor']) {
      const response = await client.get(path);
      expect([path, response.status, response.headers.get('location')?.split('?')[0]]).toEqual([
        path,
        303,
        '/admin/sign-in/code',
      ]);
    }
    expect((await client.post('/admin/sign-in/code', { code: '000000' })).status).toBe(401);
    const right = await client.post('/admin/sign-in/code', { code: codeOf(secret), next: '/admin/replies' });
    expect([right.status, right.headers.get('location')]).toEqual([303, '/admin/replies']);
    expect((await client.get('/admin')).status).toBe(200);
  });

  it('takes a code of the minute around now, once', async () => {
    const { email, secret } = await enrolled();
    later(10 * MINUTE_MS);
    const code = codeOf(secret);
    const [first, second] = [await withPassword(email), await withPassword(email)];
    expect(
      (await first.post('/admin/sign-in/code', { code: codeOf(secret, new Date(NOW.getTime() + 8 * MINUTE_MS)) }))
        .status,
    ).toBe(401);
    expect((await first.post('/admin/sign-in/code', { code })).status).toBe(303);
    expect((await second.post('/admin/sign-in/code', { code })).status).toBe(401);
  });

  it('is refused after guesses from anywhere, and a recovery code still gets its owner in, once', async () => {
    const { email, secret, codes } = await enrolled();
    later(10 * MINUTE_MS);
    for (let from = 0; from < 5; from++) {
      const guesser = await withPassword(email);
      for (let tries = 0; tries < 5; tries++)
        await guesser.post('/admin/sign-in/code', { code: String(100_000 + tries) });
    }
    const owner = await withPassword(email);
    expect((await owner.post('/admin/sign-in/code', { code: codeOf(secret) })).status).toBe(429);
    expect((await owner.post('/admin/sign-in/code', { code: codes[0]?.toUpperCase() ?? '' })).status).toBe(303);
    const again = await withPassword(email);
    expect((await again.post('/admin/sign-in/code', { code: codes[0] ?? '' })).status).toBe(401);
  });

  it('can be demanded by an authority, also of sessions that have begun', async () => {
    const client = await join(test, { email: newEmail(), role: 'operator', authority: 'kk' });
    expect((await client.get('/admin')).status).toBe(200);
    const kk = await test.json<Record<string, unknown>>(200, '/v1/authorities/kk');
    const { id: _id, version: _version, paused: _paused, ...settings } = kk;
    await test.put('/v1/authorities/kk', { ...settings, requireSecondFactor: true });
    const sent = await client.get('/admin');
    expect(sent.headers.get('location')).toBe('/admin/second-factor?next=%2Fadmin');
    expect((await client.get('/admin/account')).status).toBe(303);
    const page = await client.text('/admin/second-factor');
    expect(page).toContain('Din myndighed kræver');
    expect((await client.post('/admin/second-factor', { code: codeOf(secretIn(page)) })).status).toBe(200);
    expect((await client.get('/admin')).status).toBe(200);
    await test.put('/v1/authorities/kk', settings);
  });

  it('says that it is on and how to get new recovery codes when their page is loaded again', async () => {
    const { client, secret } = await enrolled();
    const path = '/admin/second-factor';
    for (const reloaded of [await client.post(path, { code: codeOf(secret) }), await client.get(path)]) {
      expect(reloaded.status).toBe(303);
      const { text } = await client.page(reloaded.headers.get('location')?.split('#')[0] ?? '');
      expect(text).toContain('Godkendelsesappen er slået til. Gendannelseskoderne blev kun vist én gang.');
      expect(text).toMatch(/fjern appen herunder, og sæt den op igen: så får du nye/);
    }
  });

  it('ends the sessions that were begun without it', async () => {
    const email = newEmail();
    const before = await join(test, operator(email));
    const other = new PageClient(test);
    await signIn(other, email);
    const secret = secretIn(await before.text('/admin/second-factor'));
    await before.post('/admin/second-factor', { code: codeOf(secret) });
    expect((await before.get('/admin')).status).toBe(200);
    expect((await other.get('/admin')).headers.get('location')).toMatch(/^\/admin\/sign-in\/code/);
  });

  it('is removed with a code of it, or a recovery code as its field says, and by a new invitation', async () => {
    const { email, client, codes } = await enrolled();
    const field = /<input id="code"[^>]*aria-describedby="code-hint"[^>]*>.*?<\/p>/s;
    expect(field.exec(await client.text('/admin/account'))?.[0]).toContain('skriv en af dine gendannelseskoder');
    expect((await client.post('/admin/account/second-factor', { code: '000000' })).status).toBe(422);
    expect((await client.post('/admin/account/second-factor', { code: codes[1] ?? '' })).status).toBe(303);
    expect((await (await withPassword(email)).get('/admin')).status).toBe(200);
    const second = await enrolled();
    await join(test, operator(second.email), 'en helt ny adgangskode');
    const fresh = new PageClient(test);
    await signIn(fresh, second.email, 'en helt ny adgangskode');
    expect((await fresh.get('/admin')).status).toBe(200);
  });
});

describe('the first account', () => {
  const who = { email: 'chef@example.org', name: 'Chef Chefsen', password: PASSWORD };

  it('is made after signing in with the token, which opens the API only from then on', async () => {
    const own = await openTestApp();
    const client = new PageClient(own);
    await client.post('/admin/sign-in', { token: own.adminToken });
    const other = new PageClient(own);
    await other.post('/admin/sign-in', { token: own.adminToken });
    expect(await client.text('/admin')).toContain('href="/admin/first-account"');
    const refused = await client.post('/admin/first-account', { ...who, email: 'chef' });
    const again = await refused.text();
    expect([refused.status, again.includes('value="chef"'), again.includes('value="Chef Chefsen"')]).toEqual([
      422,
      true,
      true,
    ]);
    const all = await (await client.post('/admin/first-account', { email: 'chef', name: '', password: 'kort' })).text();
    const told = [...all.matchAll(/<strong class="wrong" id="(\w+)-fault"/g)].map(([, field]) => field);
    expect([told, all.match(/ autofocus=""/g)?.length]).toEqual([['name', 'email', 'password'], 1]);
    // An e-mail that can't be read is nobody's own: it makes no fault of a password.
    const mistyped = await client.post('/admin/first-account', { ...who, email: 'c', password: 'unknown@example.org' });
    expect(await mistyped.text()).not.toContain('id="password-fault"');
    expect((await client.post('/admin/first-account', who)).status).toBe(303);
    expect(await client.text('/admin/account')).toContain('Hele installationen: Administrator');
    expect((await other.get('/admin')).status).toBe(303);
    const closed = await new PageClient(own).post('/admin/sign-in', { token: own.adminToken });
    expect([closed.status, await closed.text()]).toEqual([403, expect.stringContaining('giver kun adgang til API’et')]);
    expect(await new PageClient(own).text('/admin/sign-in')).not.toContain('name="token"');
    await own.json(200, '/v1/authorities');
    await own.close();
  });

  it('is made by the link of the first start, unless somebody was faster', async () => {
    const own = await openTestApp();
    const { link } = (await offerFirstAccount(own.deps, own.clock.now)) ?? { link: '' };
    const path = new URL(link).pathname;
    const client = new PageClient(own);
    expect(await client.text(path)).toContain('Opret den første konto');
    expect((await client.post(path, { ...who, password: 'adgangskode1234' })).status).toBe(422);
    expect((await client.post(path, who)).status).toBe(303);
    expect(await client.text('/admin/account')).toContain('chef@example.org');
    expect(await offerFirstAccount(own.deps, own.clock.now)).toBeNull();
    expect((await new PageClient(own).get(path)).status).toBe(404);
    await own.close();
  });
});

describe('an address below /admin', () => {
  it('that leads nowhere responds with a page, in the language of the browser', async () => {
    const [danish, english] = [new PageClient(test), new PageClient(test)];
    const missing = await danish.get('/admin/nowhere');
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
    expect(await missing.text()).toContain('Siden findes ikke');
    const found = await (await english.get('/admin/nowhere', { 'Accept-Language': 'en-GB,en;q=0.9,da;q=0.1' })).text();
    expect(found).toContain('There is no such page');
    const wrong = await test.app.request('/v1/nowhere', { headers: { Accept: 'text/html,*/*' } });
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
    expect((await test.app.request('/v1/nowhere')).headers.get('content-type')).toBe('application/problem+json');
  });

  it('is in the language that was chosen, which a cookie keeps', async () => {
    const client = new PageClient(test);
    expect(await client.text('/admin/sign-in')).toContain('<html lang="da">');
    const response = await client.get('/admin/sign-in?language=en');
    const found = response.headers.getSetCookie().find((cookie) => cookie.includes('language'));
    expect(found).toMatch(/^__Host-easysms-language=en; .*HttpOnly; Secure; SameSite=Strict/);
    expect(await client.text('/admin/sign-in')).toContain('<html lang="en">');
  });
});
