import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSourceForAuthentication } from '../../../src/store/sources.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';

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
  let test: TestApp;
  beforeAll(async () => {
    test = await openTestApp(kind);
    await test.makeAuthority('rh');
    await test.makeAuthority('rm');
  });
  afterAll(() => test.close());

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
    for (const secret of [secrets.token, secrets.webhookSecret]) expect(JSON.stringify([read, replaced, items])).not.toContain(secret);
  });

  it('keeps of a token its hash, and of a webhook secret what opens under this authority alone', async () => {
    const { secrets } = await create('rh-kept');
    const { cipher } = test.deps.keyring;
    const [stored] = (await findSourceForAuthentication(test.db, 'rh-kept'))?.secrets ?? [];
    if (!stored) throw new Error('no secret');
    expect(stored.tokenHash).toEqual(createHash('sha256').update(secrets.token).digest());
    expect(cipher.decrypt('rh', 'source_secret.webhook_secret', stored.webhookSecretCiphertext)).toBe(secrets.webhookSecret);
    expect(() => cipher.decrypt('rm', 'source_secret.webhook_secret', stored.webhookSecretCiphertext)).toThrow();
  });

  it('a second pair lets in beside the first until one is ended, and each change raises the version', async () => {
    const { secrets: first } = await create('rh-rotated');
    const second = await test.json<Secrets>(201, `${path('rh-rotated')}/secrets`, { method: 'POST' });
    expect(second.token).not.toBe(first.token);
    const live = async () => (await findSourceForAuthentication(test.db, 'rh-rotated'))?.secrets.map(({ id }) => id).sort();
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

  it("an id that is taken elsewhere is 409, and the other's source stays as it is", async () => {
    await create('rh-taken', { name: 'First' });
    const { path, init } = put('rh-taken', { name: 'Second' }, 'rm');
    expect(await test.json(409, path, init)).toMatchObject({ type: '/problems/source-id-taken' });
    expect(await test.json(200, '/v1/authorities/rh/sources/rh-taken')).toMatchObject({ name: 'First', version: 1 });
  });

  it("another authority's source is not there, whatever is asked of it", async () => {
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

  it('takes every setting, and refuses what is unknown, wrong or not built yet', async () => {
    const settings = {
      name: 'EPJ',
      mode: 'loading',
      absentPhone: 'clear',
      defaultRegion: 'GL',
      timeZone: 'America/Nuuk',
      statusMap: { '4': 'cancelled' },
    };
    expect(await create('rh-full', settings)).toMatchObject(settings);
    const refused: [object, string, string][] = [
      [{ name: 'x', auth: { hmac: {} } }, '/auth', 'not_supported_yet'],
      [{ name: 'x', mapping: 'cal.com' }, '/mapping', 'not_supported_yet'],
      [{ name: 'x', absentphone: 'keep' }, '/absentphone', 'unknown'],
      [{ name: 'x', mode: 'on' }, '/mode', 'invalid_value'],
      [{ name: 'x', statusMap: { a: 'gone' } }, '/statusMap/a', 'invalid_value'],
      [{ name: 'x', defaultRegion: 'DEN' }, '/defaultRegion', 'unknown_country'],
      [{ name: 'x', timeZone: 'CET+1' }, '/timeZone', 'unknown_time_zone'],
      [{}, '/name', 'required'],
    ];
    for (const [body, pointer, code] of refused) {
      expect(await test.json(422, path('rh-full'), { method: 'PUT', body })).toMatchObject({ errors: [{ pointer, code }] });
    }
    await test.json(422, path('RH'), { method: 'PUT', body: { name: 'x' } });
  });
});
