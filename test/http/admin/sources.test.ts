import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSourceForAuthentication } from '../../../src/store/sources.ts';
import { useApp } from '../../support/scenario.ts';

interface Secrets {
  id: string;
  token: string;
  webhookSecret: string;
}
interface SourceBody {
  version: number;
  secrets?: Secrets;
  liveSecrets: { id: string }[];
}

describe.each(['embedded', 'postgres'] as const)('sources (%s)', (kind) => {
  const test = useApp({ kind, authorities: ['rh', 'rm'] });

  const path = (id: string, authority = 'rh') => `/v1/authorities/${authority}/sources/${id}`;
  const put = (id: string, body: object = { name: 'EPJ' }, authority?: string) => ({
    path: path(id, authority),
    init: { method: 'PUT', body },
  });
  const create = async (id: string, body?: object) => {
    const { path, init } = put(id, body);
    return test.json<SourceBody & { secrets: Secrets }>(201, path, init);
  };

  it('a new one gets the defaults and its secrets, which are never shown again', async () => {
    const { secrets, ...made } = await create('rh-epj');
    expect(made).toMatchObject({
      id: 'rh-epj',
      authority: 'rh',
      name: 'EPJ',
      mode: 'live',
      absentPhone: 'keep',
      defaultRegion: 'DK',
      timeZone: 'Europe/Copenhagen',
      statusMap: {},
      version: 1,
      paused: null,
      liveSecrets: [{ id: secrets.id, createdAt: test.clock.now.toISOString() }],
    });
    expect(secrets.token).toMatch(/^est_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(secrets.webhookSecret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    const read = await test.json(200, path('rh-epj'));
    expect(read).toEqual(made);
    const replaced = await test.json<SourceBody>(200, put('rh-epj').path, put('rh-epj').init);
    expect(replaced).toEqual({ ...made, version: 2 });
    const { items } = await test.json<{ items: object[] }>(200, '/v1/authorities/rh/audit');
    for (const secret of [secrets.token, secrets.webhookSecret])
      expect(JSON.stringify([read, replaced, items])).not.toContain(secret);
  });

  it('stores a token as a hash, and a webhook secret encrypted for this authority alone', async () => {
    const { secrets } = await create('rh-kept');
    const { cipher } = test.deps.keyring;
    const [stored] = (await findSourceForAuthentication(test.db, 'rh-kept'))?.secrets ?? [];
    if (!stored) throw new Error('no secret');
    expect(stored.tokenHash).toEqual(createHash('sha256').update(secrets.token).digest());
    const open = (authority: string, row: string) =>
      cipher.decrypt(authority, 'source_secret.webhook_secret', row, stored.webhookSecretCiphertext);
    expect(open('rh', `rh-kept ${stored.id}`)).toBe(secrets.webhookSecret);
    expect(() => open('rm', `rh-kept ${stored.id}`)).toThrow();
    expect(() => open('rh', `rh-other ${stored.id}`)).toThrow();
  });

  it('a second pair is valid beside the first until one is ended, and each change raises the version', async () => {
    const { secrets: first } = await create('rh-rotated');
    const second = await test.json<Secrets>(201, `${path('rh-rotated')}/secrets`, { method: 'POST' });
    expect(second.token).not.toBe(first.token);
    const live = async () =>
      (await findSourceForAuthentication(test.db, 'rh-rotated'))?.secrets.map(({ id }) => id).sort();
    expect(await live()).toEqual([first.id, second.id].sort());
    const end = () => test.request(`${path('rh-rotated')}/secrets/${first.id}`, { method: 'DELETE' });
    expect((await end()).status).toBe(204);
    expect(await live()).toEqual([second.id]);
    expect((await end()).status).toBe(404);
    expect(await test.json(200, path('rh-rotated'))).toMatchObject({ version: 3, liveSecrets: [{ id: second.id }] });
  });

  it('five pairs are enough: 409', async () => {
    await create('rh-many');
    for (let count = 0; count < 4; count++) await test.json(201, `${path('rh-many')}/secrets`, { method: 'POST' });
    await test.json(409, `${path('rh-many')}/secrets`, { method: 'POST' });
  });

  it('an id that another authority uses is 409, and that source stays unchanged', async () => {
    await create('rh-taken', { name: 'First' });
    const { path, init } = put('rh-taken', { name: 'Second' }, 'rm');
    expect(await test.json(409, path, init)).toMatchObject({ type: '/problems/source-id-taken' });
    expect(await test.json(200, '/v1/authorities/rh/sources/rh-taken')).toMatchObject({ name: 'First', version: 1 });
  });

  it("another authority's source is 404 for every request", async () => {
    const { secrets } = await create('rh-foreign');
    const foreign = path('rh-foreign', 'rm');
    await test.json(404, foreign);
    await test.json(404, `${foreign}/secrets`, { method: 'POST' });
    await test.json(404, `${foreign}/secrets/${secrets.id}`, { method: 'DELETE' });
    await test.json(404, '/v1/authorities/rm/pause', { body: { source: 'rh-foreign', reason: 'x' } });
    await test.json(404, '/v1/authorities/rm/resume', { body: { source: 'rh-foreign' } });
    const { path: unknown, init } = put('new', { name: 'x' }, 'nobody');
    await test.json(404, unknown, init);
    expect(await test.json(200, path('rh-foreign'))).toMatchObject({ version: 1, paused: null });
  });

  it('the list shows those of the authority, without secrets', async () => {
    await test.makeAuthority('listed');
    await test.makeSource('listed', 'listed-b');
    await test.makeSource('listed', 'listed-a', { mode: 'shadow' });
    const { items } = await test.json<{ items: object[] }>(200, '/v1/authorities/listed/sources');
    expect(items).toMatchObject([
      { id: 'listed-a', mode: 'shadow' },
      { id: 'listed-b', mode: 'live' },
    ]);
    expect(JSON.stringify(items)).not.toMatch(/secret/i);
  });

  const MAPPING = {
    events: '/bookings',
    type: ['/action', '/event/kind'],
    types: { created: 'appointment.booked', '1': 'pending' },
    fields: {
      ...{ id: '/booking/id', start: '/booking/start', phone: ['/customer/mobile', '/a~1b/0'] },
      ...{ startDate: '/booking/date', startTime: '/booking/time', timeZone: null, phoneCountry: '/customer/country' },
    },
  };
  const FULL = {
    name: 'EPJ',
    mode: 'loading',
    absentPhone: 'clear',
    defaultRegion: 'GL',
    timeZone: 'America/Nuuk',
    statusMap: { '4': 'cancelled' },
    locationMap: { '325441000016006': 'Opgang 4, 3. sal' },
    placeText: 'as_sent',
    allowForeignNumbers: false,
    allowContactPhone: 'guardian',
    departmentFrom: 'specialty',
    fhirBaseUrl: 'https://fhir.example.org/r4',
    idField: 'placer',
    ackMode: 'enhanced',
    unknownEvents: 'reject',
    shortIds: true,
    mapping: MAPPING,
  };

  it('accepts every setting, shows it again, and reads it at authentication', async () => {
    const made = await create('rh-full', FULL);
    expect(made).toMatchObject({ ...FULL, auth: null, fhirAuthorizationSet: false });
    expect(await test.json(200, path('rh-full'))).toMatchObject(FULL);
    expect((await findSourceForAuthentication(test.db, 'rh-full'))?.source).toMatchObject({ ...FULL, hmac: null });
    expect(await test.put(path('rh-full'), { name: 'x', mapping: 'cal.com' })).toMatchObject({
      mapping: 'cal.com',
      locationMap: {},
      placeText: 'mapped',
      allowForeignNumbers: true,
      allowContactPhone: 'oneself',
      departmentFrom: 'none',
      fhirBaseUrl: null,
      idField: 'filler',
      ackMode: 'original',
      unknownEvents: 'accept',
      shortIds: false,
    });
  });

  it.each<[object, string, string]>([
    [{ name: 'x', absentphone: 'keep' }, '/absentphone', 'unknown'],
    [{ name: 'x', mode: 'on' }, '/mode', 'invalid_value'],
    [{ name: 'x', statusMap: { a: 'gone' } }, '/statusMap/a', 'invalid_value'],
    [{ name: 'x', defaultRegion: 'DEN' }, '/defaultRegion', 'unknown_country'],
    [{ name: 'x', timeZone: 'CET+1' }, '/timeZone', 'unknown_time_zone'],
    [{}, '/name', 'required'],
    [{ name: 'x', locationMap: { a: 'Stue 010170-1234' } }, '/locationMap/a', 'holds_cpr'],
    [{ name: 'x', locationMap: { a: 'x'.repeat(61) } }, '/locationMap/a', 'too_big'],
    [
      { name: 'x', locationMap: Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`k${index}`, 'Stue'])) },
      '/locationMap',
      'too_big',
    ],
    [{ name: 'x', placeText: 'yes' }, '/placeText', 'invalid_value'],
    [{ name: 'x', fhirBaseUrl: 'ftp://fhir.example.org' }, '/fhirBaseUrl', 'not_a_base_url'],
    [{ name: 'x', fhirBaseUrl: 'https://u:p@fhir.example.org/r4' }, '/fhirBaseUrl', 'not_a_base_url'],
    [{ name: 'x', fhirBaseUrl: 'https://fhir.example.org/r4?x=1' }, '/fhirBaseUrl', 'not_a_base_url'],
    [{ name: 'x', fhirBaseUrl: 'https://fhir.example.org/r4#x' }, '/fhirBaseUrl', 'not_a_base_url'],
    [{ name: 'x', fhirBaseUrl: 'fhir.example.org/r4' }, '/fhirBaseUrl', 'not_a_base_url'],
    [{ name: 'x', fhirAuthorization: 'Bearer abc' }, '/fhirAuthorization', 'without_base_url'],
    [
      { name: 'x', fhirBaseUrl: 'https://fhir.example.org', fhirAuthorization: 'Bearer a\r\nX: y' },
      '/fhirAuthorization',
      'not_a_header_value',
    ],
    [{ name: 'x', auth: {} }, '/auth/hmac', 'required'],
    [{ name: 'x', auth: { hmac: {} } }, '/auth/hmac/header', 'required'],
    [{ name: 'x', auth: { hmac: { header: 'X Signature' } } }, '/auth/hmac/header', 'not_a_header'],
    [{ name: 'x', auth: { hmac: { header: 'Authorization' } } }, '/auth/hmac/header', 'reserved'],
    [{ name: 'x', auth: { hmac: { header: 'webhook-signature' } } }, '/auth/hmac/header', 'reserved'],
    [{ name: 'x', auth: { hmac: { header: 'X-S', algorithm: 'md5' } } }, '/auth/hmac/algorithm', 'invalid_value'],
    [{ name: 'x', auth: { hmac: { header: 'X-S', encoding: 'utf8' } } }, '/auth/hmac/encoding', 'invalid_value'],
    [{ name: 'x', auth: { hmac: { header: 'X-S', prefix: 'a b' } } }, '/auth/hmac/prefix', 'unprintable'],
    [{ name: 'x', auth: { hmac: { header: 'X-S', secret: 'short' } } }, '/auth/hmac/secret', 'too_small'],
    [{ name: 'x', auth: { hmac: { header: 'X-S', secret: 'k'.repeat(23) } } }, '/auth/hmac/secret', 'too_small'],
    [{ name: 'x', auth: { hmac: { header: 'X-S', secret: 'k'.repeat(24) } } }, '/auth/hmac/secret', 'guessable'],
    [
      { name: 'x', auth: { hmac: { header: 'X-S', secret: 'Sommer2026!'.repeat(3) } } },
      '/auth/hmac/secret',
      'guessable',
    ],
    [{ name: 'x', mapping: 'calendly' }, '/mapping', 'invalid_value'],
    [{ name: 'x', mapping: { ...MAPPING, type: 'action' } }, '/mapping/type', 'not_a_pointer'],
    [{ name: 'x', mapping: { ...MAPPING, type: ['/ok', '/a~2'] } }, '/mapping/type/1', 'not_a_pointer'],
    [{ name: 'x', mapping: { ...MAPPING, events: '$.bookings' } }, '/mapping/events', 'not_a_pointer'],
    [{ name: 'x', mapping: { ...MAPPING, types: { a: 'appointment.moved' } } }, '/mapping/types/a', 'invalid_value'],
    [
      { name: 'x', mapping: { ...MAPPING, fields: { ...MAPPING.fields, cpr: '/cpr' } } },
      '/mapping/fields/cpr',
      'unknown',
    ],
    [{ name: 'x', mapping: { ...MAPPING, fields: { start: '/start' } } }, '/mapping/fields/id', 'required'],
    [
      { name: 'x', mapping: { ...MAPPING, fields: { ...MAPPING.fields, start: null } } },
      '/mapping/fields/start',
      'invalid_type',
    ],
    [{ name: 'x', mapping: { ...MAPPING, jsonPath: true } }, '/mapping/jsonPath', 'unknown'],
    [{ name: 'x', mapping: { ...MAPPING, types: undefined } }, '/mapping/types', 'required'],
    [
      { name: 'x', mapping: { ...MAPPING, type: [{ when: { event: 'x' }, type: null }] } },
      '/mapping/type/0/when/event',
      'not_a_pointer',
    ],
    [
      { name: 'x', mapping: { ...MAPPING, type: [{ when: { '/a': 'x' }, type: 'moved' }] } },
      '/mapping/type/0/type',
      'invalid_value',
    ],
    [
      { name: 'x', mapping: { ...MAPPING, type: [{ when: { '/a': {} }, type: null }] } },
      '/mapping/type/0/when/~1a',
      'invalid_type',
    ],
  ])('refuses what is unknown or wrong: %j', async (body, pointer, code) => {
    const answer = await test.json(422, path('rh-refused'), { method: 'PUT', body });
    expect(answer).toMatchObject({ errors: [{ pointer, code }] });
    await test.json(404, path('rh-refused'));
  });

  it('refuses an invalid id', async () => {
    await test.json(422, path('RH'), { method: 'PUT', body: { name: 'x' } });
  });

  describe('secrets of its own', () => {
    const HMAC = { header: 'X-Acuity-Signature', encoding: 'base64' };
    const SERVER = 'https://fhir.example.org/r4';
    const SECRETS = ['an API key of Acuity 4711', 'Bearer read-back-0123456789'] as const;
    const given = {
      name: 'EPJ',
      auth: { hmac: { ...HMAC, secret: SECRETS[0] } },
      fhirBaseUrl: `${SERVER}/`,
      fhirAuthorization: SECRETS[1],
    };
    const replace = (id: string, body: object) => test.put(path(id), { name: 'EPJ', ...body });
    const stored = async (id: string) => {
      const row = await test.db
        .selectFrom('source')
        .select(['hmac_secret_ciphertext as hmac', 'fhir_authorization_ciphertext as fhir'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const open = (column: string, sealed: Buffer | null) =>
        sealed && test.deps.keyring.cipher.decrypt('rh', column, id, sealed);
      return [open('source.hmac_secret', row.hmac), open('source.fhir_authorization', row.fhir)];
    };

    it('are stored encrypted, and never shown', async () => {
      const made = await create('rh-secret', given);
      const shown = {
        auth: {
          hmac: { header: 'X-Acuity-Signature', algorithm: 'sha256', encoding: 'base64', prefix: '', secretSet: true },
        },
        fhirBaseUrl: SERVER,
        fhirAuthorizationSet: true,
      };
      expect(made).toMatchObject(shown);
      expect(await stored('rh-secret')).toEqual(SECRETS);
      await replace('rh-secret', given);
      const rows = await test.db.selectFrom('source').select('settings').where('id', '=', 'rh-secret').execute();
      const told = [
        made,
        rows,
        await test.json(200, path('rh-secret')),
        await test.json(200, '/v1/authorities/rh/sources'),
      ];
      const audit = await test.json(200, '/v1/authorities/rh/audit');
      for (const secret of SECRETS) expect(JSON.stringify([told, audit, test.logged])).not.toContain(secret);
      expect(JSON.stringify(audit)).toContain('"hmacSecretSet":true');
    });

    it('stay when a replacement leaves them out, and are dropped by null or without the setting that they belong to', async () => {
      await create('rh-stay', given);
      const kept = { auth: { hmac: HMAC }, fhirBaseUrl: SERVER };
      await replace('rh-stay', kept);
      expect(await stored('rh-stay')).toEqual(SECRETS);
      await replace('rh-stay', { ...kept, auth: { hmac: { ...HMAC, secret: null } } });
      expect(await stored('rh-stay')).toEqual([null, SECRETS[1]]);
      await replace('rh-stay', { ...kept, fhirAuthorization: null });
      expect(await stored('rh-stay')).toEqual([null, null]);
      await replace('rh-stay', given);
      const found = await replace('rh-stay', {});
      expect(found).toMatchObject({ auth: null, fhirBaseUrl: null, fhirAuthorizationSet: false });
      expect(await stored('rh-stay')).toEqual([null, null]);
    });

    it('for one FHIR server are not sent to another: a new address drops them', async () => {
      await create('rh-moved', given);
      const found = await replace('rh-moved', { fhirBaseUrl: 'https://evil.example.org/r4' });
      expect(found).toMatchObject({ fhirAuthorizationSet: false });
      expect(await stored('rh-moved')).toEqual([null, null]);
    });
  });
});
