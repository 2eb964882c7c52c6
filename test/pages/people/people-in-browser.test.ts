import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StaffProvider } from '../../../src/accounts/oidc/provider.ts';
import { parseRoleMap } from '../../../src/accounts/oidc/settings.ts';
import { createApp } from '../../../src/app.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import {
  type Browsing,
  browserMissing,
  DANISH,
  DARK,
  DESK,
  ENGLISH,
  follow,
  NO_SCRIPT,
  PHONE,
  startBrowsing,
  type VisitOptions,
} from '../../support/browser.ts';
import { FakeProvider } from '../../support/identity-provider.ts';
import { invite, join, PASSWORD } from '../../support/pages.ts';
import { StoredRows } from '../../support/stored-rows.ts';

if (browserMissing) console.warn(browserMissing);

const LONG = 'Region Hovedstadens Sundhedsforvaltning, Øresundshospitalet';

describe.skipIf(browserMissing !== null)('people in a browser', () => {
  let test: TestApp;
  let browsing: Browsing;
  const fake = new FakeProvider();
  let people = 0;
  beforeAll(async () => {
    await fake.start();
    // The address is known once the server listens; cookies and links follow it.
    const deps = { publicUrl: 'http://127.0.0.1' };
    test = await openTestApp(undefined, deps);
    fake.now = () => test.clock.now;
    await test.makeAuthority('rh', { name: LONG });
    await test.makeSource('rh', 'rh');
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    const appointment = await rows.appointment('rh', '+4520123456', { reference: 'A-17', department: 'Ambulatoriet' });
    await rows.reminder('rh', appointment, { due_day: '2026-11-23' });
    await rows.cancellation('rh', '+4520123456', appointment);
    await join(test, { email: 'chef@example.org', role: 'administrator', authority: null });
    const settings = {
      ...{ issuer: new URL(fake.issuer), clientId: fake.clientId, clientSecret: fake.clientSecret, scope: 'openid' },
      ...{ acrValues: null, levelClaim: 'acr', levels: null, roleClaim: 'roles' },
      roleMap: parseRoleMap('{"operator": {"authority": "rh", "role": "operator"}}') ?? new Map(),
    };
    browsing = await startBrowsing((publicUrl) => {
      const provider = new StaffProvider(settings, { ...test.deps, publicUrl });
      return createApp({ ...test.deps, publicUrl, provider });
    });
  });
  afterAll(async () => {
    await browsing.close();
    fake.close();
    await test.close();
  });

  const open = (options: VisitOptions) => browsing.visit({ ...options, refusals: [401, 404, 422] });
  const newPerson = () => ({ email: `anna.${++people}@example.org`, name: 'Anna Margrethe Sørensen-Østergaard' });
  const code = (secret: string, steps = 0) =>
    new TOTP({ secret }).generate({ timestamp: test.clock.now.getTime() + steps * 30_000 });

  it.each<[string, VisitOptions, 'da' | 'en']>([
    ['Danish, on a phone', { ...DANISH, ...PHONE }, 'da'],
    ['English, on a phone, dark', { ...ENGLISH, ...PHONE, ...DARK }, 'en'],
    ['Danish, on a desk, dark', { ...DANISH, ...DESK, ...DARK }, 'da'],
    ['English, on a desk', { ...ENGLISH, ...DESK }, 'en'],
  ])(
    'accept an invitation by keyboard, set up a second factor, and find every page accessible: %s',
    async (_, options, language) => {
      const words = WORDS[language];
      const who = newPerson();
      const { page, go, look, close } = await open(options);
      await go(await invite(test, { ...who, role: 'operator', authority: 'rh', departments: ['Ambulatoriet'] }));
      await look('1-invitation');
      await page.keyboard.press('Tab');
      await page.keyboard.type('password1234');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await look('2-invitation-refused');
      await page.getByLabel(words.password).focus();
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.todo, exact: true }).waitFor();
      await look('3-to-do');
      await follow(page, words.repliesLink);
      await page.getByRole('heading', { name: words.replies }).waitFor();
      await look('4-replies');
      await page.getByRole('link', { name: who.name }).click();
      await page.getByRole('heading', { name: words.account, exact: true }).waitFor();
      await look('5-account');
      await page.getByRole('link', { name: words.setUp }).click();
      await page.getByRole('img', { name: words.qr }).waitFor();
      await look('6-second-factor');
      const secret = (await page.locator('.secret').textContent())?.replaceAll(' ', '') ?? '';
      await page.getByLabel(words.code).fill(code(secret));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.recovery }).waitFor();
      await look('7-recovery-codes');
      await page.getByRole('link', { name: words.kept }).click();
      await page.getByRole('button', { name: words.signOut, exact: true }).click();
      await page.getByLabel(words.email).waitFor();
      await look('8-sign-in');
      await page.getByLabel(words.email).fill(who.email);
      await page.getByLabel(words.password).fill('forkert');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      expect(await page.getByLabel(words.email).inputValue()).toBe(who.email);
      await page.getByLabel(words.password).fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByLabel(words.code).waitFor();
      await look('9-code');
      await page.getByLabel(words.code).fill(code(secret, 1));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: words.todo, exact: true }).waitFor();
      await go('/admin/nowhere');
      await page.getByRole('heading', { name: words.missing }).waitFor();
      await look('10-missing');
      await close();
    },
  );

  it('sign in at an identity provider, and come back signed in', async () => {
    fake.claims = { sub: 'subject', name: 'Pia Person', roles: ['operator'] };
    const { page, go } = await open(DANISH);
    await go('/admin/replies');
    await page.getByRole('link', { name: 'Log ind med organisationens login' }).click();
    await page.getByRole('heading', { name: 'Svar fra borgere' }).waitFor();
    expect(await page.getByRole('link', { name: 'Pia Person' }).count()).toBe(1);
    // The provider is somebody else, whom the browser asks.
    await page.context().close();
  });

  it('do all of it without JavaScript, and switch the language where they are', async () => {
    const who = newPerson();
    const { page, go, close } = await open({ ...DANISH, ...NO_SCRIPT, viewport: { width: 390, height: 800 } });
    await go(await invite(test, { ...who, role: 'operator', authority: 'rh' }));
    await page.getByLabel('Adgangskode').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Opgaver', exact: true }).waitFor();
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'To do', exact: true }).waitFor();
    await follow(page, /Replies and opt-outs/);
    await page.getByRole('button', { name: 'Cancellation entered' }).click();
    expect(await page.getByRole('status').textContent()).toContain('The cancellation is settled');
    await page.getByLabel('Replies', { exact: true }).selectOption('settled');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await page.getByRole('status').textContent()).toContain('The decision was undone');
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Email').waitFor();
    await close();
  });

  it('find nothing of a page refused by their browser under the policy of the pages', async () => {
    const who = newPerson();
    const { page, go, close } = await browsing.visit({ ...DANISH, bypassCSP: false, refusals: [] });
    await go(await invite(test, { ...who, role: 'operator', authority: 'rh' }));
    await page.getByLabel('Adgangskode').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Opgaver', exact: true }).waitFor();
    for (const path of ['/admin/account', '/admin/second-factor', '/admin/replies']) {
      await go(path);
      await page.locator('h1').waitFor();
    }
    await close();
  });
});

const WORDS = {
  da: {
    email: 'E-mail',
    password: 'Adgangskode',
    code: /Kode fra/,
    todo: 'Opgaver',
    repliesLink: /Svar og frameldinger/,
    replies: 'Svar fra borgere',
    ...{ account: 'Din konto', setUp: 'Sæt en app op', qr: /QR-kode/, recovery: 'Gem dine gendannelseskoder' },
    ...{ kept: 'Jeg har gemt dem', signOut: 'Log ud', missing: 'Siden findes ikke' },
  },
  en: {
    email: 'Email',
    password: 'Password',
    code: /Code from/,
    todo: 'To do',
    repliesLink: /Replies and opt-outs/,
    replies: 'Replies from citizens',
    ...{ account: 'Your account', setUp: 'Set up an app', qr: /QR code/, recovery: 'Keep your recovery codes' },
    ...{ kept: 'I have kept them', signOut: 'Sign out', missing: 'There is no such page' },
  },
} as const;
