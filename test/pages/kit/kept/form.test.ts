import { createHash } from 'node:crypto';
import { TOTP } from 'otpauth';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { beginSession, IDLE_MS } from '../../../../src/accounts/sessions.ts';
import { purge } from '../../../../src/operations/purge.ts';
import { enter, join, PASSWORD, PageClient, proven } from '../../../support/pages.ts';
import { readPage, sentFields } from '../../../support/read-page.ts';
import { scenario } from '../../../support/scenario.ts';
import { RIGHTS } from '../../rights-table.ts';

const NAME = 'Min tekst, som ikke må gå tabt';

const { test } = scenario({
  authorities: { rh: { name: 'Regionen' } },
});

const chief = () =>
  enter(test, { email: `${crypto.randomUUID()}@example.org`, role: 'administrator', authority: 'rh' });
const timeOut = () => {
  test.clock.now = new Date(test.clock.now.getTime() + IDLE_MS + 1_000);
};
const post = (client: PageClient, form: Record<string, string> = {}) =>
  client.post('/admin/set-up/keys', { authority: 'rh', name: NAME, role: 'viewer', ...form });
/** Signs the browser in again as whoever its session was of, as a page of signing in would. */
async function signInAgain(client: PageClient, personId?: string): Promise<void> {
  const id = personId ?? (await personOf(client));
  const session = await beginSession(test.deps, { method: 'password', personId: id, secondFactor: false }, 'x');
  client.cookie = client.cookie.replace(/easysms=[\w-]{43}/, `easysms=${session}`);
}
async function personOf(client: PageClient): Promise<string> {
  const id = /easysms=([\w-]{43})/.exec(client.cookie)?.[1] ?? '';
  const hash = createHash('sha256').update(id).digest();
  const row = await test.db.selectFrom('session').select('person_id').where('id_hash', '=', hash).executeTakeFirst();
  return row?.person_id ?? '';
}

describe('a form that is sent after its session has timed out', () => {
  it('is kept while its sender signs in again, and sent by hand alone', async () => {
    const client = await chief();
    timeOut();
    const response = await post(client);
    expect(response.headers.get('location')).toBe('/admin/sign-in?next=%2Fadmin%2Fkept&kept=1&ended=1');
    expect(client.cookie).toContain('easysms-kept-0=');
    expect(client.cookie).not.toContain('tekst');
    await signInAgain(client);
    const page = await client.text('/admin/kept');
    expect(page).toContain(NAME);
    expect(page).toMatch(/<form method="post" action="\/admin\/set-up\/keys">/);
    const keys = () => client.text('/admin/set-up/keys?authority=rh');
    expect(await keys()).not.toContain(NAME);
    const proof = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const form = { form: proof, kept: '1', authority: 'rh', name: NAME, role: 'viewer' };
    expect((await client.post('/admin/set-up/keys', form, { proof: false })).status).toBe(200);
    expect(await keys()).toContain(NAME);
    expect(client.cookie).not.toContain('easysms-kept');
  });

  it('waits for the second factor, and is shown by no step before it', async () => {
    const email = `${crypto.randomUUID()}@example.org`;
    const client = await join(test, { email, role: 'administrator', authority: 'rh' });
    const page = await client.text('/admin/second-factor');
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(page)?.[1]?.replaceAll(' ', '') ?? '';
    const code = () => new TOTP({ secret }).generate({ timestamp: test.clock.now.getTime() });
    await client.post('/admin/second-factor', { code: code() });
    timeOut();
    const ended = await post(client);
    const signIn = new URL(ended.headers.get('location') ?? '', 'https://sms.example.org');
    const next = signIn.searchParams.get('next') ?? '';
    const password = await client.post('/admin/sign-in', { email, password: PASSWORD, next });
    const waiting = await client.get(password.headers.get('location') ?? '');
    expect(waiting.headers.get('location')).toBe('/admin/sign-in/code?next=%2Fadmin%2Fkept');
    expect(await client.text(waiting.headers.get('location') ?? '')).not.toContain(NAME);
    // A form that is sent before the code is given is kept, and not carried out.
    const early = await post(client, { name: 'Tidligt' });
    expect(early.headers.get('location')).toBe('/admin/sign-in/code?next=%2Fadmin%2Fkept&kept=1');
    const wrong = await client.post('/admin/sign-in/code', { code: '000000', next: '/admin/kept' });
    expect([wrong.status, (await wrong.text()).includes('value="/admin/kept"')]).toEqual([401, true]);
    expect((await client.get('/admin/kept')).status).toBe(303);
    const right = await client.post('/admin/sign-in/code', { code: code(), next: '/admin/kept' });
    const kept = await client.text(right.headers.get('location') ?? '');
    expect([kept.includes('Tidligt'), kept.includes('action="/admin/set-up/keys"')]).toEqual([true, true]);
    expect(await client.text('/admin/set-up/keys?authority=rh')).not.toContain('Tidligt');
  });

  it('is opened by nobody else who signs in there, and by nobody after half an hour', async () => {
    const [client, other] = [await chief(), await chief()];
    const otherId = await personOf(other);
    const own = await personOf(client);
    timeOut();
    await post(client);
    await signInAgain(client, otherId);
    expect((await client.get('/admin/kept')).headers.get('location')).toBe('/admin');
    await signInAgain(client, own);
    expect((await client.get('/admin/kept')).status).toBe(200);
    test.clock.now = new Date(test.clock.now.getTime() + 31 * 60_000);
    await signInAgain(client, own);
    expect((await client.get('/admin/kept')).headers.get('location')).toBe('/admin');
  });

  it.each<[string, Record<string, string>]>([
    ['with a secret', { secret: 'abcdefghijklmnopqrstuvwxyz' }],
    ['with the refused rows of a file', { rows: 'A'.repeat(50_000) }],
    ['with a password', { password: 'korrekt hest' }],
  ])('is not kept %s', async (_, form) => {
    const client = await chief();
    timeOut();
    const response = await post(client, form);
    const answer = response.headers.get('location');
    expect(answer).toBe('/admin/sign-in?next=%2Fadmin%2Fset-up%2Fkeys%3Fauthority%3Drh&kept=0&ended=1');
    expect(client.cookie).not.toContain('easysms-kept');
  });

  it('is kept without the secrets of a booking system’s settings, which are to be typed again before it is sent', async () => {
    await test.makeSource('rh', 'epj');
    const settings = { fhirBaseUrl: 'https://fhir.example.org/', fhirAuthorization: 'Bearer abc-secret' };
    await test.put('/v1/authorities/rh/sources/epj', { name: 'EPJ', ...settings });
    const stored = () =>
      test.db
        .selectFrom('source')
        .select(['name', 'fhir_authorization_ciphertext'])
        .where('id', '=', 'epj')
        .executeTakeFirstOrThrow();
    const before = await stored();
    const path = '/admin/set-up/sources/epj/settings';
    const formOf = (page: string): Record<string, string> => {
      const form = readPage(page).forms.find(({ action }) => action.startsWith(path));
      if (!form) throw new Error('the page has no form of the settings');
      return Object.fromEntries(sentFields(form));
    };
    const client = await chief();
    const form = formOf(await client.text(`${path}?authority=rh`));
    timeOut();
    const response = await client.post(path, { ...form, name: NAME, fhirAuthorization: 'Bearer new-secret' });
    expect(response.headers.get('location')).toContain('kept=1');
    await signInAgain(client);
    const page = await client.text('/admin/kept');
    expect([
      page.includes(NAME),
      page.includes('new-secret'),
      /<input id="fhirAuthorization"[^>]*type="password"[^>]*required/.test(page),
    ]).toEqual([...[true, false, true]]);
    const kept = formOf(page);
    expect(kept.fhirAuthorization).toBe('');
    const again = { ...kept, fhirAuthorization: 'Bearer new-secret' };
    expect((await client.post(path, again, { proof: false })).status).toBe(303);
    const after = await stored();
    expect([
      after.name,
      after.fhir_authorization_ciphertext?.equals(before.fhir_authorization_ciphertext as Buffer),
    ]).toEqual([...[NAME, false]]);
  });

  it('is given back to be copied where it is too long for the browser to keep, and kept by nobody', async () => {
    const client = await chief();
    timeOut();
    const long = Array.from({ length: 300 }, () => crypto.randomUUID()).join(' ');
    for (const more of [long, long.repeat(20)]) {
      const id = crypto.randomUUID();
      const response = await post(client, { more: `<b>${more}`, word: 'Halsundersøgelse', place: 'Opgang-4', id });
      const page = await response.text();
      // A word alone may be all that somebody typed.
      for (const word of ['Halsundersøgelse', 'Opgang-4']) expect(page).toContain(`>${word}</textarea>`);
      for (const value of ['', 'rh', id]) expect(page).not.toContain(`>${value}</textarea>`);
      expect(response.status).toBe(401);
      expect(page).toContain('for langt til at blive gemt');
      expect(page).not.toContain('dem skal du skrive igen');
      expect(page).toContain(NAME);
      expect(page).toContain(`&lt;b&gt;${more}`);
      const signIn = '/admin/sign-in?next=%2Fadmin%2Fset-up%2Fkeys%3Fauthority%3Drh&amp;ended=1';
      for (const language of ['da', 'en'])
        expect(page).toContain(`href="${signIn}&amp;language=${language}" target="_blank" rel="noopener"`);
      expect(client.cookie).not.toContain('easysms-kept');
    }
    const settings = {
      authority: 'rh',
      name: NAME,
      statusMap: long.repeat(20),
      fhirAuthorization: 'Bearer new-secret',
    };
    const secretly = await (await client.post('/admin/set-up/sources/epj/settings', settings)).text();
    expect([secretly.includes('dem skal du skrive igen'), secretly.includes('new-secret')]).toEqual([true, false]);
    const forged = await client.post('/admin/set-up/keys', { authority: 'rh', name: NAME, long }, { proof: false });
    expect([forged.status, await forged.text()]).toEqual([303, '']);
  });

  it('is not kept without the proof of that session, nor for a session that nobody had or that was ended', async () => {
    const client = await chief();
    const signedOut = await chief();
    const cookie = signedOut.cookie;
    await signedOut.post('/admin/sign-out', {});
    signedOut.cookie = cookie;
    timeOut();
    const forged = await client.post('/admin/set-up/keys', { authority: 'rh', name: NAME }, { proof: false });
    const invented = new PageClient(test);
    invented.cookie = `__Host-easysms=${'A'.repeat(43)}`;
    for (const response of [forged, await post(invented), await post(signedOut)]) {
      expect(response.headers.get('location')).not.toContain('kept');
      expect(response.headers.getSetCookie().join()).not.toContain('kept');
    }
  });

  it('is known to be its sender’s after a long weekend, whoever signed in meanwhile, and not for ever', async () => {
    const [client, other] = [await chief(), await chief()];
    const { now } = test.clock;
    /** Thursday afternoon to Monday morning, and a week on. */
    for (const [hours, sender, kept] of [
      [88, client, true],
      [168, other, false],
    ] as const) {
      test.clock.now = new Date(now.getTime() + hours * 3_600_000);
      await chief();
      await purge({ db: test.db, log: pino({ level: 'silent' }) }, { auditRetentionDays: 730 }, test.clock.now);
      const response = await post(sender);
      expect([hours, response.headers.get('location')?.includes('kept=1')]).toEqual([hours, kept]);
    }
  });

  it('comes from no other site: its origin is checked before anything is kept', async () => {
    const client = await chief();
    timeOut();
    const response = await test.app.request('/admin/set-up/keys', {
      ...{ method: 'POST', body: proven({ authority: 'rh', name: NAME }, client.cookie) },
      headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site', cookie: client.cookie },
    });
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  });

  it('leads to no other site, whatever a browser has in that cookie', async () => {
    const client = await chief();
    for (const kept of ['AAAA', 'x'.repeat(3_500), '..', '%00']) {
      client.cookie = `${client.cookie}; __Host-easysms-kept-0=${kept}`;
      expect((await client.get('/admin/kept')).headers.get('location')).toBe('/admin');
    }
  });

  /** The routes of this method for which somebody must be signed in. */
  const routes = (method: string) =>
    [...RIGHTS].flatMap(([route, right]) =>
      right !== 'anyone' && route.startsWith(`${method} `) ? [route.split(' ')[1] ?? ''] : [],
    );
  const isPage = (path: string) =>
    routes('GET').some((route) => new RegExp(`^${route.replaceAll(/:\w+/g, '[\\w-]+')}$`).test(path));

  it('leads back to the page of the form and to its authority, whatever the form is and whether it is kept', async () => {
    const client = await chief();
    timeOut();
    const values: Readonly<Record<string, string>> = { ':name': 'reminder', ':source': 'epj', ':country': 'DK' };
    const paths = routes('POST').map((route) =>
      route.replaceAll(/:\w+/g, (name) => values[name] ?? '01890000-0000-7000-8000-000000000000'),
    );
    expect(paths.length).toBeGreaterThan(50);
    for (const path of paths) {
      const response = await client.post(path, { authority: 'rh', password: 'abc' });
      const signIn = new URL(response.headers.get('location') ?? '', 'https://sms.example.org');
      const next = new URL(signIn.searchParams.get('next') ?? '', signIn);
      expect([path, next.pathname, isPage(next.pathname)]).toEqual([path, next.pathname, true]);
      expect([path, next.searchParams.get('authority')]).toEqual([path, 'rh']);
    }
    const leave = async (path: string) => {
      await client.post(path, { authority: 'rh', name: NAME });
      const own = client.cookie;
      await signInAgain(client);
      const page = await client.text('/admin/kept');
      client.cookie = own;
      return /<a href="([^"]*)">Annuller/.exec(page)?.[1];
    };
    expect([
      await leave('/admin/opt-outs-of-number'),
      await leave('/admin/texts/reminder'),
      await leave('/admin/set-up/sources/epj/pause'),
    ]).toEqual([
      '/admin/opt-outs?authority=rh',
      '/admin/texts/reminder?authority=rh',
      '/admin/set-up/sources/epj?authority=rh#pause',
    ]);
  });

  it('leads back to the form itself on the pages of a booking system, and gives its part of the page the focus', async () => {
    await test.makeSource('rh', 'sp', { events: { url: 'https://booking.example.org/sms' } });
    const client = await chief();
    const source = '/admin/set-up/sources/sp';
    const secret = `${source}/secrets/01890000-0000-7000-8000-000000000000/end`;
    const way = async (path: string) => {
      const cookie = client.cookie;
      timeOut();
      const response = await client.post(path, { authority: 'rh', password: 'abc' });
      client.cookie = cookie;
      await signInAgain(client);
      const signIn = new URL(response.headers.get('location') ?? '', 'https://sms.example.org');
      // The page of signing in takes the whole of it.
      return (await client.get(`/admin/sign-in${signIn.search}`)).headers.get('location') ?? '';
    };
    const of = '?authority=rh';
    for (const [path, page] of [
      [`${source}/settings`, `${source}/settings${of}`],
      [`${source}/events`, `${source}/events${of}`],
      [`${source}/events/remove`, `${source}/events${of}`],
      [`${source}/deliveries/test`, `${source}/deliveries${of}`],
      [`${source}/deliveries/replay`, `${source}/deliveries${of}#replay`],
      [`${source}/pause`, `${source}${of}#pause`],
      [`${source}/resume`, `${source}${of}#pause`],
      [`${source}/secrets`, `${source}${of}#secrets`],
      [secret, `${source}${of}#secrets`],
      [`${source}/secrets-for-events`, `${source}${of}#event-secrets`],
    ] as const) {
      expect([path, await way(path)]).toEqual([path, page]);
      const [, id] = page.split('#');
      const shown = await client.text(page);
      if (id !== undefined) expect(shown).toContain(`id="${id}" tabindex="-1"`);
      else if (!path.endsWith('remove') && !path.endsWith('test')) expect(shown).toContain(`action="${path}"`);
    }
  });
});
