import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllowedAddress } from '../../../src/runtime/outgoing/allowed-addresses.ts';
import { OutgoingHttp } from '../../../src/runtime/outgoing/http.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';

interface Made {
  readonly id: string;
  readonly events: Record<string, unknown> | null;
  readonly secrets?: { readonly token?: string; readonly events?: string };
  readonly eventEndpoints: readonly Record<string, unknown>[];
  readonly liveEventSecrets: readonly { readonly id: string }[];
}

/** Entries of EASYSMS_ALLOWED_ADDRESSES. */
const ALLOWED = ['127.0.0.1:3001', '[::1]:3001', 'localhost:3001', '10.1.0.0/16', 'epj.hospital.example:8443'];

describe.each(['embedded', 'postgres'] as const)('the endpoint for events of a source (%s)', (kind) => {
  let test: TestApp;
  beforeAll(async () => {
    const outgoing = new OutgoingHttp(ALLOWED.flatMap((entry) => parseAllowedAddress(entry) ?? []));
    test = await openTestApp(kind, { outgoing });
    await test.makeAuthority('rh');
  });
  afterAll(() => test.close());

  let count = 0;
  const path = (id: string) => `/v1/authorities/rh/sources/${id}`;
  const put = <T = Made>(status: number, id: string, settings: object) =>
    test.json<T>(status, path(id), { method: 'PUT', body: { name: 'EPJ', ...settings } });
  const URL = 'https://8.8.8.8/easysms?clinic=4';

  it('is set with its source, takes its defaults, and tells its secret this once', async () => {
    const made = await put(201, 'first', { events: { url: URL } });
    expect(made.events).toEqual({ url: URL, types: null, includePhone: false, format: 'json' });
    expect(made.secrets?.token).toMatch(/^est_/);
    expect(Buffer.from(made.secrets?.events?.replace(/^whsec_/, '') ?? '', 'base64')).toHaveLength(32);
    const read = await test.json<Made>(200, path('first'));
    expect(read.eventEndpoints).toEqual([
      {
        ...{ channel: 'webhook', state: 'live', failingSince: null, nextAttemptAt: null, lastResult: null },
        ...{ lastDeliveredAt: null, pending: 0 },
      },
    ]);
    expect(read.liveEventSecrets).toHaveLength(1);
    const again = await put(200, 'first', { events: { url: URL } });
    const audit = await test.json(200, '/v1/authorities/rh/audit');
    expect(again.secrets).toBeUndefined();
    for (const shown of [read, again, audit, test.logged])
      expect(JSON.stringify(shown)).not.toContain(made.secrets?.events);
  });

  it('shows the query of its address, which may hold a secret, to administrators alone, and the audit says only that it changed', async () => {
    const [code, next] = ['s3cret-code-1', 's3cret-code-2'];
    const address = 'https://8.8.8.8/api/hook';
    const signing = (token: string) => ({
      auth: {
        hmac: {
          header: 'x-signature',
          secret: 'abcdefghijklmnopqrstuvwx',
          signedAddress: `${address}?${token}`,
        },
      },
    });
    await put(201, 'masked', { events: { url: `${address}?code=${code}` }, ...signing(code) });
    const changed = await put(200, 'masked', { events: { url: `${address}?code=${next}` }, ...signing(next) });
    expect(changed.events).toMatchObject({ url: `${address}?code=${next}` });
    const keyOf = (role: 'viewer' | 'operator' | 'administrator') => test.createKey('rh', role);
    const list = '/v1/authorities/rh/sources?limit=200';
    for (const token of [await keyOf('viewer'), await keyOf('operator')]) {
      for (const shown of [path('masked'), list]) {
        const text = JSON.stringify(await test.json(200, shown, { token }));
        expect(text).toContain(`"url":"${address}?…"`);
        expect(text).toContain(`"signedAddress":"${address}?…"`);
        expect(text).not.toContain(next);
      }
    }
    const administrator = await keyOf('administrator');
    for (const shown of [path('masked'), list])
      expect(JSON.stringify(await test.json(200, shown, { token: administrator }))).toContain(
        `${address}?code=${next}`,
      );
    // A body that somebody made of what a viewer reads would take the query away unseen.
    await put(422, 'masked', { events: { url: `${address}?…` } });
    const { items } = await test.json<{ items: { target: string; action: string; before: unknown; after: unknown }[] }>(
      200,
      '/v1/authorities/rh/audit',
    );
    const [created, replaced] = ['source.create', 'source.replace'].map((name) =>
      items.find(({ target, action }) => target === 'masked' && action === name),
    );
    const masked = { events: { url: `${address}?…` }, hmac: { signedAddress: `${address}?…` } };
    expect(created?.after).toMatchObject(masked);
    expect(replaced?.before).toMatchObject(masked);
    expect(replaced?.after).toMatchObject({
      events: { ...masked.events, queryChanged: true },
      hmac: { ...masked.hmac, queryChanged: true },
    });
    await put(200, 'masked', { events: { url: `${address}?code=${next}`, includePhone: true }, ...signing(next) });
    const later = await test.json<{ items: { target: string; after: { events: { includePhone: boolean } } }[] }>(
      200,
      '/v1/authorities/rh/audit',
    );
    const last = later.items.find(({ target, after }) => target === 'masked' && after.events?.includePhone);
    const found = last?.after.events;
    expect(found).toEqual({ ...{ url: `${address}?…`, types: null, includePhone: true, format: 'json' } });
    for (const kept of [items, later, test.logged]) {
      expect(JSON.stringify(kept)).not.toContain(code);
      expect(JSON.stringify(kept)).not.toContain(next);
    }
  });

  it('is set later, left out again, and keeps its secret for the next time', async () => {
    const before = await put(201, 'later', {});
    expect([before.events, before.secrets?.events, before.eventEndpoints]).toEqual([null, undefined, []]);
    const set = await put(200, 'later', { events: { url: URL } });
    expect(set.secrets?.events).toMatch(/^whsec_/);
    expect((await put(200, 'later', {})).eventEndpoints).toEqual([]);
    expect((await put(200, 'later', { events: { url: URL } })).secrets).toBeUndefined();
  });

  it('takes every setting, and another secret for rotation; the last one stays', async () => {
    const events = { url: URL, types: ['citizen.cancelled', 'slot.freed'], includePhone: true, format: 'cloudevents' };
    const made = await put(201, 'full', { events });
    expect(made.events).toEqual(events);
    const first = made.liveEventSecrets[0]?.id ?? '';
    const second = await test.json<{ id: string; secret: string }>(201, `${path('full')}/secrets`, {
      body: { for: 'events' },
    });
    expect(second).toEqual({ id: expect.any(String), secret: expect.stringMatching(/^whsec_/) });
    const { liveEventSecrets } = await test.json<Made>(200, path('full'));
    expect(liveEventSecrets.map(({ id }) => id).sort()).toEqual([first, second.id].sort());
    const end = (id: string) => test.request(`${path('full')}/secrets/${id}`, { method: 'DELETE' });
    expect((await end(first)).status).toBe(204);
    expect((await end(first)).status).toBe(404);
    expect((await end(second.id)).status).toBe(409);
    expect((await test.json<Made>(200, path('full'))).liveEventSecrets).toHaveLength(1);
  });

  it('has no secret before it is there; a pair is made as before by an empty body', async () => {
    await put(201, 'none', {});
    const refused = await test.json(409, `${path('none')}/secrets`, { body: { for: 'events' } });
    expect(refused).toMatchObject({ type: '/problems/no-event-endpoint' });
    await test.json(422, `${path('none')}/secrets`, { body: { for: 'else' } });
    for (const options of [{ method: 'POST' }, { body: {} }])
      expect(await test.json(201, `${path('none')}/secrets`, options)).toHaveProperty('webhookSecret');
  });

  it('of a FHIR server needs its address', async () => {
    const refused = await put<{ errors: unknown[] }>(422, 'fhir', { appointmentResponses: true });
    const found = refused.errors;
    expect(found).toEqual([{ pointer: '/appointmentResponses', code: 'without_base_url', detail: expect.any(String) }]);
    const made = await put(201, 'fhir', { appointmentResponses: true, fhirBaseUrl: 'https://8.8.8.8/r4' });
    expect(made.eventEndpoints).toMatchObject([{ channel: 'fhir', state: 'live' }]);
    expect(made.secrets?.events).toBeUndefined();
  });

  it.each([
    ['https://127.0.0.1/x', 'private_address'],
    ['https://10.2.0.1/x', 'private_address'],
    ['https://192.168.1.7/x', 'private_address'],
    ['https://169.254.169.254/latest', 'private_address'],
    ['https://[::1]/x', 'private_address'],
    ['https://[::ffff:10.2.0.1]/x', 'private_address'],
    ['https://2130706433/x', 'private_address'],
    ['https://localhost/x', 'private_address'],
    ['http://127.0.0.1:3002/x', 'private_address'],
    ['https://8.8.8.8:8443/x', 'port_not_allowed'],
    ['http://8.8.8.8/x', 'no_tls'],
    ['http://booking.example.org/x', 'no_tls'],
    ['http://epj.hospital.example:8443/x', 'no_tls'],
    ['http://10.1.2.3:443/x', 'no_tls'],
    ['https://user:secret@8.8.8.8/x', 'credentials_in_url'],
    ['https://user@8.8.8.8/x', 'credentials_in_url'],
    ['https://8.8.8.8/x#part', 'fragment_in_url'],
    ['ftp://8.8.8.8/x', 'not_a_url'],
    ['booking.example.org', 'not_a_url'],
    ['https://', 'not_a_url'],
    ['https://8.8.8.8/a b', 'not_a_url'],
    [`https://8.8.8.8/${'x'.repeat(500)}`, 'too_big'],
  ])('can’t be %s: 422 with %s, and nothing is stored', async (url, code) => {
    const id = `bad-${kind}-${++count}`;
    const { errors } = await put<{ errors: { pointer: string; code: string; detail: string }[] }>(422, id, {
      events: { url },
    });
    expect(errors.map((error) => [error.pointer, error.code])).toEqual([['/events/url', code]]);
    expect(JSON.stringify(errors)).not.toContain('secret@');
    await test.json(404, path(id));
  });

  it.each([
    ...['http://127.0.0.1:3001/x', 'http://[::1]:3001/x', 'http://localhost:3001/x', 'https://10.1.2.3/x'],
    ...['https://epj.hospital.example:8443/x', 'https://booking.example.invalid/x', 'https://[2a00:1450::1]/x'],
  ])('may be %s', async (url) => {
    expect((await put(201, `good-${kind}-${++count}`, { events: { url } })).events).toMatchObject({ url });
  });

  it.each([
    [{ url: URL, types: [] }, '/events/types', 'too_small'],
    [{ url: URL, types: ['reminder.sent'] }, '/events/types/0', 'invalid_value'],
    [{ url: URL, format: 'xml' }, '/events/format', 'invalid_value'],
    [{ url: URL, includephone: true }, '/events/includephone', 'unknown'],
    [{}, '/events/url', 'required'],
  ])('can’t be %j: %s is %s', async (events, pointer, code) => {
    const { errors } = await put<{ errors: { pointer: string; code: string }[] }>(422, 'refused', { events });
    expect(errors.map((error) => [error.pointer, error.code])).toEqual([[pointer, code]]);
  });
});
