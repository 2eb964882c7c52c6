import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { StaffProvider } from '../../../src/accounts/oidc/provider.ts';
import { parseRoleMap, type StaffProviderSettings } from '../../../src/accounts/oidc/settings.ts';
import { IDLE_MS } from '../../../src/accounts/sessions.ts';
import { createApp } from '../../../src/app.ts';
import { OutgoingHttp } from '../../../src/runtime/outgoing/http.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeProvider, type Misbehaviour } from '../../support/identity-provider.ts';
import { PageClient } from '../../support/pages.ts';
import { readPage, sentFields } from '../../support/read-page.ts';

const LEVEL = 'https://data.gov.dk/concept/core/nsis/loa';
const SUBSTANTIAL = 'https://data.gov.dk/concept/core/nsis/Substantial';
const ROLE_MAP = JSON.stringify({
  'rh-operator': { authority: 'rh', role: 'operator' },
  'rh-viewer': { authority: 'rh', role: 'viewer' },
  'rh-ward': { authority: 'rh', role: 'operator', departments: ['Ortopædkirurgi'] },
  chief: { authority: '*', role: 'administrator' },
  'urn:dk:example:operator': { authority: 'rh', role: 'operator' },
  'urn:dk:example:all': { authority: '*', role: 'viewer' },
  nowhere: { authority: 'none', role: 'administrator' },
});

const fake = new FakeProvider();
let test: TestApp;
let subjects = 0;
let provider: (settings?: Partial<StaffProviderSettings>) => StaffProvider;
beforeAll(async () => {
  await fake.start();
  test = await openTestApp();
  fake.now = () => test.clock.now;
  for (const [id, cvr] of Object.entries({ rh: '29190623', kk: '64942212' }))
    await test.makeAuthority(id ?? '', { name: `Myndighed ${id}`, cvr });
  provider = (settings = {}) => {
    const base = {
      ...{ issuer: new URL(fake.issuer), clientId: fake.clientId, clientSecret: fake.clientSecret },
      ...{ scope: 'openid profile', acrValues: null, levelClaim: LEVEL, levels: [SUBSTANTIAL], roleClaim: 'roles' },
      roleMap: parseRoleMap(ROLE_MAP) ?? new Map(),
    };
    return new StaffProvider({ ...base, ...settings }, { ...test.deps, outgoing: test.deps.outgoing });
  };
});
afterAll(async () => {
  fake.close();
  await test.close();
});
beforeEach(() => {
  fake.misbehaviour = {};
  const [sub, email] = [`subject-${++subjects}`, `subject-${subjects}@example.org`];
  fake.claims = { sub, name: 'Pia Person', email, [LEVEL]: SUBSTANTIAL, roles: ['rh-operator'] };
});

interface Visit {
  readonly client: PageClient;
  /** The response of the callback. */
  readonly answer: Response;
  /** The path of the callback. */
  readonly back: string;
}

/** Signs in at the provider with a browser of its own, or with this one. */
async function visit(own = provider(), client = clientOf(own)): Promise<Visit> {
  const sent = await client.get('/admin/oidc/sign-in?next=/admin/replies');
  const location = sent.headers.get('location') ?? '';
  if (!location.startsWith(fake.issuer)) return { client, answer: sent, back: '' };
  const { pathname, search } = fake.authorize(new URL(location));
  return { client, answer: await client.get(pathname + search), back: pathname + search };
}

function clientOf(own: StaffProvider): PageClient {
  return new PageClient({ ...test, app: createApp({ ...test.deps, provider: own }) });
}

const reasonOf = (response: Response) => /provider=(\w+)/.exec(response.headers.get('location') ?? '')?.[1];
const rights = async ({ client }: Visit) =>
  [...(await client.text('/admin/account')).matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) =>
    text?.replaceAll(/<[^>]*>/g, ''),
  );
const bpp = (groups: string, namespace = 'http://digst.dk/oiosaml/basic_privilege_profile') =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><bpp:PrivilegeList xmlns:bpp="${namespace}">${groups}</bpp:PrivilegeList>`,
  ).toString('base64');
const group = (cvr: string, inner: string) =>
  `<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:${cvr}">${inner}</PrivilegeGroup>`;
const privilege = (name: string) => `<Privilege>urn:dk:example:${name}</Privilege>`;
const OPERATOR = privilege('operator');
/** A privilege as operator in the organisation `rh`. */
const operatorOfRh = group('29190623', OPERATOR);
const RH_OPERATOR = 'Myndighed rh: Sagsbehandler';
const KK_VIEWER = 'Myndighed kk: Læser';

describe('signing in at the identity provider', () => {
  it('asks for a code with PKCE, nonce and state, and leads to the page that was wanted', async () => {
    const own = provider({ acrValues: 'https://nsis.example/substantial' });
    const seen = await visit(own);
    const asked = Object.fromEntries(fake.asked);
    expect(asked).toMatchObject({
      ...{ response_type: 'code', client_id: 'easysms', scope: 'openid profile', code_challenge_method: 'S256' },
      redirect_uri: 'https://sms.example.org/admin/oidc/callback',
      acr_values: 'https://nsis.example/substantial',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]?.length).toBeGreaterThan(40);
    expect([seen.answer.status, await seen.answer.text()]).toEqual([
      200,
      expect.stringContaining('content="0;url=/admin/replies"'),
    ]);
    expect(await rights(seen)).toEqual(['Myndighed rh: Sagsbehandler']);
    expect(await seen.client.text('/admin')).toContain('Pia Person');
  });

  it('keeps what it began in a cookie that only this browser has, encrypted, and once', async () => {
    const own = provider();
    const seen = await visit(own);
    const replayed = await seen.client.get(seen.back);
    expect(reasonOf(replayed)).toBe('refused');
    const client = clientOf(own);
    const begun = await client.get('/admin/oidc/sign-in');
    const cookie = begun.headers.getSetCookie().find((each) => each.includes('oidc')) ?? '';
    expect(cookie).toMatch(/^__Host-easysms-oidc=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const { pathname, search } = fake.authorize(new URL(begun.headers.get('location') ?? ''));
    expect(reasonOf(await clientOf(own).get(pathname + search))).toBe('refused');
    test.clock.now = new Date(test.clock.now.getTime() + 10 * 60_000);
    expect(reasonOf(await client.get(pathname + search))).toBe('refused');
    test.clock.now = new Date('2026-11-24T11:00:00Z');
  });

  it.each<[string, Misbehaviour]>([
    ['another nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another audience', { claims: { aud: 'another' } }],
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['a token that has expired', { validSeconds: -120 }],
    ['a token that no key signed', { alg: 'none' }],
    ['a token signed by the client secret', { alg: 'HS256' }],
    ['a token signed by another key', { foreignKey: true }],
    ['a key id that the provider does not have', { kid: 'unknown' }],
    ['a token of somebody without a subject', { claims: { sub: '' } }],
    ['a token whose subject is blank', { claims: { sub: ' ' } }],
    ['a token that was issued more than five minutes from now', { aheadSeconds: 301 }],
    ['another state', { state: 'another' }],
    ['information about somebody else', { claims: { roles: undefined }, userinfoSubject: 'somebody-else' }],
  ])('is refused with %s', async (_, misbehaviour) => {
    fake.misbehaviour = misbehaviour;
    const { answer, client } = await visit();
    expect([answer.status, reasonOf(answer)]).toEqual([303, 'refused']);
    expect(await client.text(answer.headers.get('location') ?? '')).toContain('kunne ikke bekræftes');
    expect((await client.get('/admin')).status).toBe(303);
  });

  it('takes a token that a clock five minutes ahead has issued', async () => {
    fake.misbehaviour = { aheadSeconds: 299 };
    expect((await visit()).answer.status).toBe(200);
  });

  it('is refused with a code that was used, by the provider', async () => {
    const own = provider();
    const first = clientOf(own);
    const sent = await first.get('/admin/oidc/sign-in');
    const thief = clientOf(own);
    thief.cookie = first.cookie;
    const { pathname, search } = fake.authorize(new URL(sent.headers.get('location') ?? ''));
    expect((await first.get(pathname + search)).status).toBe(200);
    expect(reasonOf(await thief.get(pathname + search))).toBe('refused');
  });

  it.each<[string, Misbehaviour]>([
    ['what can’t be believed', { claims: { nonce: 'another' } }],
    ['too low a level', { claims: { [LEVEL]: 'https://data.gov.dk/concept/core/nsis/Low' } }],
    ['no role', { claims: { roles: ['unknown'] } }],
  ])('is in the audit when it is refused for %s, and not when nobody refused it', async (_, misbehaviour) => {
    const HOURS_2 = 2 * 3_600_000;
    const since = test.clock.now.getTime() + HOURS_2;
    const refusals = async () => {
      const { items } = await test.json<{ items: { at: string; action: string; target: string }[] }>(
        200,
        '/v1/installation/audit?limit=200',
      );
      return items
        .filter(
          ({ action, target, at }) => `${action} ${target}` === 'session.refused provider' && Date.parse(at) >= since,
        )
        .map(({ at }) => Date.parse(at));
    };
    test.clock.now = new Date(since);
    for (const harmless of [{ down: 'token' } as const, { error: 'access_denied' }, { error: 'server_error' }]) {
      fake.misbehaviour = harmless;
      const { client } = await visit();
      // Loaded again, and without any attempt.
      await client.get('/admin/oidc/callback');
    }
    // A later hour: the first refusal of each has an entry of its own.
    test.clock.now = new Date(since + HOURS_2);
    fake.misbehaviour = misbehaviour;
    await visit();
    await eventually(async () => expect(await refusals()).toEqual([since + HOURS_2]));
  });

  it.each([
    ['access_denied', 'declined', 'Du blev ikke logget ind hos din organisation'],
    ['temporarily_unavailable', 'down', 'Organisationens login svarer ikke'],
  ])('says what became of it where the provider says %s', async (error, reason, words) => {
    fake.misbehaviour = { error };
    const { answer, client } = await visit();
    expect(reasonOf(answer)).toBe(reason);
    expect(await client.text(answer.headers.get('location') ?? '')).toContain(words);
  });

  it.each(['discovery', 'token', 'jwks'] as const)('says that the provider is down when its %s is', async (down) => {
    fake.misbehaviour = { down };
    const own = provider();
    const { answer, client } = await visit(own);
    expect(reasonOf(answer)).toBe('down');
    expect(await client.text(answer.headers.get('location') ?? '')).toContain('Organisationens login svarer ikke');
    fake.misbehaviour = {};
    expect((await visit(own, client)).answer.status).toBe(200);
  });

  it('says so when nothing listens there', async () => {
    const own = provider({ issuer: new URL('http://127.0.0.1:9') });
    expect(reasonOf((await visit(own)).answer)).toBe('down');
    const inside = new StaffProvider(provider().settings, { ...test.deps, outgoing: new OutgoingHttp([]) });
    expect(reasonOf((await visit(inside)).answer)).toBe('down');
  });

  describe('after a sign-in', () => {
    const later = (ms: number) => {
      test.clock.now = new Date(test.clock.now.getTime() + ms);
    };
    let own: StaffProvider;
    beforeEach(async () => {
      own = provider();
      expect((await visit(own)).answer.status).toBe(200);
      fake.discoveryReads = 0;
    });

    it('says that it is down once its description is older than a minute, before a browser is sent there', async () => {
      fake.misbehaviour = { down: 'discovery' };
      later(61_000);
      const { answer, client } = await visit(own);
      expect(reasonOf(answer)).toBe('down');
      expect(await client.text(answer.headers.get('location') ?? '')).toContain('Organisationens login svarer ikke');
      fake.misbehaviour = {};
      expect((await visit(own, client)).answer.status).toBe(200);
    });

    describe('whose description takes long', () => {
      /** The waits of those who would otherwise wait for it. */
      const waits: { readonly ms: number; readonly end: () => void }[] = [];
      let patient: StaffProvider;
      let describeAgain: () => void;
      beforeEach(async () => {
        waits.length = 0;
        const after = (ms: number, end: () => void) => {
          waits.push({ ms, end });
          return () => {};
        };
        patient = new StaffProvider(own.settings, { ...test.deps, timers: { after, monotonic: () => 0 } });
        await visit(patient);
        fake.discoveryReads = 0;
        fake.misbehaviour = {
          held: new Promise((resolve) => {
            describeAgain = resolve;
          }),
        };
        later(61_000);
      });

      it('is used by what is known after three seconds, and the description is taken when it comes', async () => {
        const visits = [visit(patient), visit(patient)];
        await eventually(async () => expect(waits.map(({ ms }) => ms)).toEqual([3_000, 3_000]));
        for (const { end } of waits) end();
        expect((await Promise.all(visits)).map(({ answer }) => answer.status)).toEqual([200, 200]);
        describeAgain();
        for (let nth = 0; nth < 2; nth++) expect((await visit(patient)).answer.status).toBe(200);
        expect(fake.discoveryReads).toBe(1);
      });

      it('is down for those who come after it has failed to describe itself, until it does', async () => {
        const first = visit(patient);
        await eventually(async () => expect(waits).toHaveLength(1));
        waits[0]?.end();
        expect((await first).answer.status).toBe(200);
        fake.misbehaviour = { down: 'discovery' };
        describeAgain();
        expect(reasonOf((await visit(patient)).answer)).toBe('down');
        const { length: waitedBehind } = waits;
        expect(reasonOf((await visit(patient)).answer)).toBe('down');
        expect(waits).toHaveLength(waitedBehind);
        fake.misbehaviour = {};
        expect((await visit(patient)).answer.status).toBe(200);
      });

      it('is waited for once what is known is an hour old', async () => {
        later(60 * 60_000);
        const waiting = visit(patient);
        await eventually(async () => expect(fake.discoveryReads).toBe(1));
        describeAgain();
        expect((await waiting).answer.status).toBe(200);
        expect(waits).toEqual([]);
      });
    });

    it('is asked for its description by one of those who come at once, and by nobody within a minute', async () => {
      later(59_000);
      await visit(own);
      expect(fake.discoveryReads).toBe(0);
      later(2_000);
      const answers = await Promise.all(Array.from({ length: 5 }, () => visit(own)));
      expect([answers.map(({ answer }) => answer.status), fake.discoveryReads]).toEqual([Array(5).fill(200), 1]);
    });

    it('lets those in who left for it before it went down', async () => {
      const client = clientOf(own);
      const sent = await client.get('/admin/oidc/sign-in');
      const { pathname, search } = fake.authorize(new URL(sent.headers.get('location') ?? ''));
      fake.misbehaviour = { down: 'discovery' };
      later(61_000);
      expect((await client.get(pathname + search)).status).toBe(200);
    });
  });

  it('reads the keys again for one that is unknown, at most once a minute', async () => {
    const own = provider();
    await visit(own);
    const before = fake.jwksReads;
    await fake.addKey('second');
    expect(reasonOf((await visit(own)).answer)).toBe('refused');
    expect(fake.jwksReads).toBe(before);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    try {
      expect((await visit(own)).answer.status).toBe(200);
      expect(fake.jwksReads).toBe(before + 1);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['https://data.gov.dk/concept/core/nsis/Low'],
    [SUBSTANTIAL.toLowerCase()],
    [`${SUBSTANTIAL}x`],
    [[SUBSTANTIAL]],
    [undefined],
  ])('is refused at the level %j, and says so', async (level) => {
    fake.claims = { ...fake.claims, [LEVEL]: level };
    const { answer, client } = await visit();
    expect(reasonOf(answer)).toBe('level');
    expect(await client.text(answer.headers.get('location') ?? '')).toContain('for lavt sikringsniveau');
  });

  it('writes no claim to the log', async () => {
    fake.misbehaviour = { claims: { nonce: 'another', name: 'Sporbar Person' } };
    await visit();
    expect(test.logged.join('\n')).not.toMatch(/Sporbar|subject-\d/);
  });
});

describe('the role claim', () => {
  it.each<[string, unknown, string[] | null]>([
    ['a list', ['other', 'rh-operator'], [RH_OPERATOR]],
    ['a text with blanks', 'other rh-viewer  chief', ['Hele installationen: Administrator', 'Myndighed rh: Læser']],
    ['a value with blanks in a list, taken as it is', ['rh-operator chief'], null],
    ['several roles in one authority: the highest', ['rh-viewer', 'rh-operator'], [RH_OPERATOR]],
    ['a limited role above one that is not', ['rh-viewer', 'rh-ward'], [`${RH_OPERATOR} (kun Ortopædkirurgi)`]],
    ['an authority that does not exist', ['nowhere'], null],
    ['nothing that is known', ['x', 7, null, { a: 1 }], null],
    ['nothing', undefined, null],
    ['a privilege in its organisation', bpp(operatorOfRh), [RH_OPERATOR]],
    [
      'privileges of the older profile',
      bpp(operatorOfRh, 'http://itst.dk/oiosaml/basic_privilege_profile'),
      [RH_OPERATOR],
    ],
    ['a privilege for a foreign CVR number', bpp(group('12345678', OPERATOR)), null],
    ['a privilege for another authority', bpp(group('64942212', OPERATOR)), null],
    ['a privilege for all, which its CVR number limits', bpp(group('64942212', privilege('all'))), [KK_VIEWER]],
    [
      'a constraint, which refuses its group alone',
      bpp(
        group('29190623', `<Constraint Name="urn:dk:kle">27.*</Constraint>${OPERATOR}`) +
          group('64942212', privilege('all')),
      ),
      [KK_VIEWER],
    ],
    ['an attribute that is not understood', bpp(operatorOfRh.replace(' Scope', ' Until="2030" Scope')), null],
    ['a scope that is no CVR number', bpp(operatorOfRh.replace('cvrNumber', 'seNumber')), null],
    ['no scope', bpp(`<PrivilegeGroup>${OPERATOR}</PrivilegeGroup>`), null],
    ['XML of another namespace', bpp(operatorOfRh, 'urn:other'), null],
    ['broken XML', bpp(group('29190623', '<Privilege>urn:dk:example:operator')), null],
    [
      'an entity',
      Buffer.from(
        `<!DOCTYPE x [<!ENTITY e "urn:dk:example:operator">]>${Buffer.from(bpp(group('29190623', '<Privilege>&e;</Privilege>')), 'base64')}`,
      ).toString('base64'),
      null,
    ],
  ])('as %s', async (_, roles, expected) => {
    fake.claims = { ...fake.claims, roles };
    const seen = await visit();
    if (expected === null) expect(reasonOf(seen.answer)).toBe('role');
    else expect((await rights(seen)).sort()).toEqual(expected);
  });

  it('is found by a pointer, and in the information about the user', async () => {
    fake.claims = { ...fake.claims, roles: undefined, realm_access: { roles: ['chief'] } };
    const found = await rights(await visit(provider({ roleClaim: '/realm_access/roles' })));
    expect(found).toEqual(['Hele installationen: Administrator']);
    fake.claims = { ...fake.claims, realm_access: undefined };
    fake.misbehaviour = { userinfo: { roles: ['rh-viewer'] } };
    expect(await rights(await visit())).toEqual(['Myndighed rh: Læser']);
  });

  it('is read beside a level, a name and an e-mail that stand in the information about the user alone', async () => {
    fake.claims = { ...fake.claims, name: undefined, email: undefined, [LEVEL]: undefined, roles: ['rh-viewer'] };
    fake.misbehaviour = { userinfo: { [LEVEL]: SUBSTANTIAL, name: 'Ida Info', email: 'ida@example.org' } };
    const seen = await visit();
    expect(await rights(seen)).toEqual(['Myndighed rh: Læser']);
    expect(await seen.client.text('/admin/account')).toContain('Ida Info, ida@example.org');
    fake.misbehaviour = { userinfo: { [LEVEL]: 'https://data.gov.dk/concept/core/nsis/Low' } };
    expect(reasonOf((await visit()).answer)).toBe('level');
  });

  it('counts in the signed token before the information about the user', async () => {
    fake.claims = { ...fake.claims, name: undefined, [LEVEL]: 'https://data.gov.dk/concept/core/nsis/Low' };
    fake.misbehaviour = { userinfo: { [LEVEL]: SUBSTANTIAL, roles: ['chief'], name: 'Ida Info' } };
    expect(reasonOf((await visit()).answer)).toBe('level');
    fake.claims = { ...fake.claims, [LEVEL]: SUBSTANTIAL };
    expect(await rights(await visit())).toEqual(['Myndighed rh: Sagsbehandler']);
  });

  it('is read from the information about the user also where the token has the object without it', async () => {
    fake.claims = { ...fake.claims, realm_access: {} };
    fake.misbehaviour = { userinfo: { realm_access: { roles: ['chief'] }, name: 'Ida Info' } };
    const found = await rights(await visit(provider({ roleClaim: '/realm_access/roles' })));
    expect(found).toEqual(['Hele installationen: Administrator']);
  });

  it('leaves the name and the e-mail as they were where the information about the user does not come', async () => {
    fake.claims = { ...fake.claims, name: undefined, email: undefined };
    fake.misbehaviour = { userinfo: { name: 'Ida Info', email: 'ida.info@example.org' } };
    await visit();
    fake.misbehaviour = { down: 'userinfo' };
    const seen = await visit();
    expect(await seen.client.text('/admin/account')).toContain('Ida Info, ida.info@example.org');
  });

  it('lets nobody wait for a name: information about the user that does not come is needed for role and level alone', async () => {
    fake.claims = { ...fake.claims, name: undefined };
    for (const misbehaviour of [{ down: 'userinfo' } as const, { userinfoSubject: 'somebody-else' }]) {
      fake.misbehaviour = misbehaviour;
      expect(await rights(await visit())).toEqual(['Myndighed rh: Sagsbehandler']);
    }
    fake.claims = { ...fake.claims, roles: undefined };
    fake.misbehaviour = { down: 'userinfo' };
    expect(reasonOf((await visit()).answer)).toBe('down');
  });

  it('of the newest sign-in counts: what it no longer gives is gone, in every session', async () => {
    const before = await visit();
    fake.claims = { ...fake.claims, roles: ['rh-viewer'] };
    const after = await visit();
    expect(await rights(after)).toEqual(['Myndighed rh: Læser']);
    expect((await before.client.get('/admin')).status).toBe(303);
    fake.claims = { ...fake.claims, roles: [] };
    expect(reasonOf((await visit()).answer)).toBe('role');
    expect((await after.client.get('/admin')).status).toBe(303);
  });
});

describe('who somebody is', () => {
  it('is told by issuer and subject: another e-mail is the same person, and the same e-mail another one', async () => {
    const email = 'pia@example.org';
    await test.json(201, '/v1/authorities/rh/people', { body: { email, name: 'Pia', role: 'administrator' } });
    fake.claims = { ...fake.claims, email };
    await visit();
    fake.claims = { ...fake.claims, email: 'pia.ny@example.org', name: 'Pia Ny' };
    const again = await visit();
    expect(await rights(again)).toEqual(['Myndighed rh: Sagsbehandler']);
    expect(await again.client.text('/admin/account')).toContain('Pia Ny, pia.ny@example.org');
    const { items } = await test.json<{ items: { email: string; name: string; origin: string }[] }>(
      200,
      '/v1/authorities/rh/people',
    );
    expect(
      items
        .filter(({ email: each }) => each?.startsWith('pia'))
        .map(({ origin, email: each, name }) => [origin, each, name])
        .sort(),
    ).toEqual([
      ['invitation', 'pia@example.org', 'Pia'],
      ['provider', 'pia.ny@example.org', 'Pia Ny'],
    ]);
  });

  it('is asked for no password and no code, and can choose neither', async () => {
    const seen = await visit();
    const page = await seen.client.text('/admin/account');
    expect(page).toContain('organisationens login');
    expect(page).not.toContain('name="password"');
    expect((await seen.client.get('/admin/second-factor')).status).toBe(404);
  });
});

it('the sign-in page leads to the provider, also while nobody has an account', async () => {
  const page = await clientOf(provider()).text('/admin/sign-in?next=/admin/replies');
  expect(page).toContain('href="/admin/oidc/sign-in?next=%2Fadmin%2Freplies"');
});

describe('a form that is sent after its session has timed out', () => {
  const REASON = 'Nyt system, æøå';
  const began = new Date('2026-11-24T11:00:00Z');
  const timeOut = () => {
    test.clock.now = new Date(test.clock.now.getTime() + IDLE_MS + 1_000);
  };
  afterEach(() => {
    test.clock.now = began;
  });

  it('is kept while its sender signs in at the provider, and sent by hand alone', async () => {
    const own = provider();
    const { client } = await visit(own);
    timeOut();
    const sent = await client.post('/admin/rules/pause', { authority: 'rh', source: '', reason: REASON });
    const signIn = readPage(await client.text(sent.headers.get('location') ?? ''));
    expect(signIn.faults.join()).toContain('gemt');
    const toProvider = signIn.links.find((href) => href.startsWith('/admin/oidc/'));
    expect(toProvider).toBe('/admin/oidc/sign-in?next=%2Fadmin%2Fkept');
    const begun = await client.get(toProvider ?? '');
    const { pathname, search } = fake.authorize(new URL(begun.headers.get('location') ?? ''));
    const back = await client.get(pathname + search);
    expect(await back.text()).toContain('content="0;url=/admin/kept"');
    const [form] = readPage(await client.text('/admin/kept')).forms;
    expect([form?.action, form && Object.fromEntries(sentFields(form)).reason]).toEqual(['/admin/rules/pause', REASON]);
    expect(await client.text('/admin/rules/pause?authority=rh')).not.toContain(REASON);
    const again = await client.post(form?.action ?? '', Object.fromEntries(form ? sentFields(form) : []), {
      proof: false,
    });
    expect([again.status, client.cookie.includes('easysms-kept')]).toEqual([303, false]);
    expect(await client.text('/admin/rules/pause?authority=rh')).toContain(REASON);
    await client.press('/admin/rules/pause?authority=rh', '/resume');
  });

  it('is opened by nobody else who signs in at the provider, and stays kept where that is refused', async () => {
    const own = provider();
    const { client } = await visit(own);
    const { claims } = fake;
    timeOut();
    await client.post('/admin/rules/pause', { authority: 'rh', source: '', reason: REASON });
    fake.claims = { ...claims, sub: 'somebody-else' };
    await visit(own, client);
    expect((await client.get('/admin/kept')).headers.get('location')).toBe('/admin');
    fake.claims = { ...claims, [LEVEL]: 'https://data.gov.dk/concept/core/nsis/Low' };
    expect(reasonOf((await visit(own, client)).answer)).toBe('level');
    fake.claims = claims;
    await visit(own, client);
    expect(await client.text('/admin/kept')).toContain(REASON);
  });
});
