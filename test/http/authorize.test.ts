import { beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/domain/people/access.ts';
import { toInit } from '../support/app.ts';
import { useApp } from '../support/scenario.ts';

/** The least role for each route of the administration API. A new route must be added, so that somebody decides. */
const LEAST: Readonly<Record<string, Role | 'installation'>> = {
  'GET /v1/authorities': 'viewer',
  'PUT /v1/authorities/{authority}': 'administrator',
  'GET /v1/authorities/{authority}': 'viewer',
  'GET /v1/authorities/{authority}/audit': 'administrator',
  'GET /v1/authorities/{authority}/sources': 'viewer',
  'PUT /v1/authorities/{authority}/sources/{source}': 'administrator',
  'GET /v1/authorities/{authority}/sources/{source}': 'viewer',
  'POST /v1/authorities/{authority}/sources/{source}/secrets': 'administrator',
  'DELETE /v1/authorities/{authority}/sources/{source}/secrets/{id}': 'administrator',
  'GET /v1/authorities/{authority}/sources/{source}/unmapped': 'viewer',
  'GET /v1/authorities/{authority}/sources/{source}/refusals': 'viewer',
  'GET /v1/authorities/{authority}/sources/{source}/deliveries': 'viewer',
  'POST /v1/authorities/{authority}/sources/{source}/deliveries/replay': 'operator',
  'POST /v1/authorities/{authority}/sources/{source}/deliveries/test': 'operator',
  'POST /v1/authorities/{authority}/sources/{source}/deliveries/resume': 'operator',
  'POST /v1/authorities/{authority}/pause': 'operator',
  'POST /v1/authorities/{authority}/resume': 'operator',
  'POST /v1/authorities/{authority}/keys': 'administrator',
  'GET /v1/authorities/{authority}/keys': 'administrator',
  'DELETE /v1/authorities/{authority}/keys/{id}': 'administrator',
  'GET /v1/authorities/{authority}/people': 'administrator',
  'POST /v1/authorities/{authority}/people': 'administrator',
  'DELETE /v1/authorities/{authority}/people/{id}': 'administrator',
  'GET /v1/authorities/{authority}/appointments/{source}/{reference}': 'viewer',
  'POST /v1/authorities/{authority}/appointments/{source}/{reference}/send-again': 'operator',
  'POST /v1/authorities/{authority}/appointments/{source}/{reference}/answers': 'operator',
  'POST /v1/authorities/{authority}/inbound/{id}/answers': 'operator',
  'POST /v1/authorities/{authority}/plan': 'operator',
  'GET /v1/authorities/{authority}/messages': 'viewer',
  'POST /v1/authorities/{authority}/messages/search': 'operator',
  'GET /v1/authorities/{authority}/standard-answers': 'operator',
  'PUT /v1/authorities/{authority}/standard-answers/{id}': 'administrator',
  'DELETE /v1/authorities/{authority}/standard-answers/{id}': 'administrator',
  'GET /v1/authorities/{authority}/templates': 'viewer',
  'GET /v1/authorities/{authority}/templates/{name}/{language}': 'viewer',
  'PUT /v1/authorities/{authority}/templates/{name}/{language}': 'administrator',
  'DELETE /v1/authorities/{authority}/templates/{name}/{language}': 'administrator',
  'GET /v1/authorities/{authority}/opt-outs': 'viewer',
  'POST /v1/authorities/{authority}/opt-outs': 'operator',
  'DELETE /v1/authorities/{authority}/opt-outs/{id}': 'operator',
  'GET /v1/authorities/{authority}/inbound': 'viewer',
  'POST /v1/authorities/{authority}/inbound/{id}/settle': 'operator',
  'POST /v1/authorities/{authority}/inbound/{id}/undo': 'operator',
  'GET /v1/authorities/{authority}/statistics': 'viewer',
  'POST /v1/authorities/{authority}/citizens/lookup': 'operator',
  'POST /v1/authorities/{authority}/citizens/erase': 'administrator',
  'POST /v1/gateways/{gateway}/tests': 'installation',
  'GET /v1/gateways/{gateway}/tests/{id}': 'installation',
  'GET /v1/gateways': 'installation',
  'POST /v1/gateways/{gateway}/out': 'installation',
  'POST /v1/gateways/{gateway}/in': 'installation',
  'GET /v1/gateways/{gateway}/prices': 'installation',
  'PUT /v1/gateways/{gateway}/prices': 'installation',
  'GET /v1/installation': 'installation',
  'POST /v1/installation/adopt': 'installation',
  'POST /v1/installation/recovered': 'installation',
  'POST /v1/installation/reencrypt': 'installation',
  'GET /v1/installation/audit': 'installation',
  'GET /v1/installation/people': 'installation',
  'POST /v1/installation/people': 'installation',
  'DELETE /v1/installation/people/{id}': 'installation',
};

const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator'];

let routes: { method: string; path: string }[];
const keys: Record<string, string> = {};

const test = useApp({ authorities: { own: { sources: ['own-epj'] }, foreign: {} } });
beforeAll(async () => {
  for (const role of ROLES) keys[role] = await test.createKey('own', role);
  keys.foreign = await test.createKey('foreign', 'administrator');
  const document = await test.json<{ paths: Record<string, Record<string, { security: unknown[] }>> }>(
    200,
    '/openapi.json',
  );
  routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) => {
      // An empty scheme: whoever has no token is let in, too.
      const isOpen = security.some((scheme) => Object.keys(scheme as object).length === 0);
      const guarded = !isOpen && security.some((scheme) => 'bearer' in (scheme as object));
      return guarded ? [{ method: method.toUpperCase(), path }] : [];
    }),
  );
});

const PARAMS: Readonly<Record<string, string>> = {
  authority: 'own',
  source: 'own-epj',
  reference: 'A-4711',
  name: 'reminder',
  language: 'da',
  id: '01890000-0000-7000-8000-000000000000',
};

function call(route: { method: string; path: string }, token: string | null | undefined): Promise<Response> {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMS[name] ?? 'x');
  const body = ['PUT', 'POST'].includes(route.method) ? { body: {} } : {};
  const init = toInit({ method: route.method, token: token ?? null, ...body });
  // From a client of its own for each route: so many wrong tokens from one are answered 429.
  const remoteAddress = `192.0.2.${1 + routes.findIndex((each) => named(each) === named(route))}`;
  return Promise.resolve(test.app.request(path, init, { incoming: { socket: { remoteAddress } } }));
}

const named = (route: { method: string; path: string }) => `${route.method} ${route.path}`;

describe('each route of the administration API', () => {
  it('has its least role written down here', () => {
    expect(routes.map(named).sort()).toEqual(Object.keys(LEAST).sort());
  });

  it('responds 401 without a token and with a wrong one, and names the schemes it accepts', async () => {
    for (const route of routes) {
      for (const token of [null, 'wrong', `esk_00000000_${'A'.repeat(43)}`]) {
        const response = await call(route, token);
        expect([named(route), response.status]).toEqual([named(route), 401]);
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    }
  });

  it('accepts the least role and those above it, and responds 403 to those below', async () => {
    for (const route of routes) {
      const least = LEAST[named(route)];
      for (const role of ROLES) {
        const { status } = await call(route, keys[role]);
        const refused = status === 401 || status === 403;
        const allowed = least !== 'installation' && ROLES.indexOf(role) >= ROLES.indexOf(least ?? 'administrator');
        expect([named(route), role, refused]).toEqual([named(route), role, !allowed]);
      }
    }
  });

  it("accepts the installation's administrator", async () => {
    for (const route of routes) expect([401, 403]).not.toContain((await call(route, test.adminToken)).status);
  });

  it('responds 404 to the key of another authority, as for an unknown authority', async () => {
    for (const route of routes.filter(({ path }) => path.includes('{authority}'))) {
      const response = await call(route, keys.foreign);
      // What is not there could be created, and that is what is refused.
      const expected = named(route) === 'PUT /v1/authorities/{authority}' ? 403 : 404;
      expect([named(route), response.status]).toEqual([named(route), expected]);
    }
  });
});

describe('a key', () => {
  it('is refused from the moment that it is revoked', async () => {
    const key = await test.createKey('own', 'viewer');
    expect((await test.request('/v1/authorities/own', { token: key })).status).toBe(200);
    const { items } = await test.json<{ items: { id: string; prefix: string }[] }>(200, '/v1/authorities/own/keys');
    const { id } = items.find(({ prefix }) => key.startsWith(prefix)) ?? { id: '' };
    expect((await test.request(`/v1/authorities/own/keys/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await test.request('/v1/authorities/own', { token: key })).status).toBe(401);
  });

  it("can't create an authority: 403", async () => {
    const body = { name: 'New', sender: 'New' };
    const response = await test.request('/v1/authorities/new', {
      method: 'PUT',
      body,
      token: keys.administrator ?? null,
    });
    expect(response.status).toBe(403);
    expect((await test.request('/v1/authorities/new')).status).toBe(404);
  });

  it("changes no other authority, and can't see that there is one: 403, as for one that it would create", async () => {
    const body = { name: 'Taken over', sender: 'Taken' };
    const response = await test.request('/v1/authorities/foreign', {
      method: 'PUT',
      body,
      token: keys.administrator ?? null,
    });
    expect(response.status).toBe(403);
    expect(await test.json(200, '/v1/authorities/foreign')).toMatchObject({ name: 'Authority foreign' });
  });

  it('sees only its own authority in the list', async () => {
    const { items } = await test.json<{ items: { id: string }[] }>(200, '/v1/authorities', {
      token: keys.viewer ?? null,
    });
    expect(items.map(({ id }) => id)).toEqual(['own']);
  });

  it('is stored as a hash only', async () => {
    const key = await test.createKey('own', 'viewer');
    const rows = await test.db.selectFrom('api_key').selectAll().execute();
    const found = JSON.stringify(rows.map((row) => ({ ...row, key_hash: row.key_hash.toString('latin1') })));
    expect(found).not.toContain(key.slice(13));
  });
});

describe('a token', () => {
  it('is read with any case of the scheme, and never from the address', async () => {
    const ask = (path: string, authorization?: string) =>
      test.app.request(path, authorization ? { headers: { authorization } } : {});
    expect((await ask('/v1/authorities', `bearer ${test.adminToken}`)).status).toBe(200);
    expect((await ask('/v1/authorities', `Basic ${btoa(`x:${test.adminToken}`)}`)).status).toBe(401);
    expect((await ask(`/v1/authorities?token=${test.adminToken}`)).status).toBe(401);
    expect((await ask('/v1/authorities', `Bearer ${test.adminToken} x`)).status).toBe(401);
  });
});
