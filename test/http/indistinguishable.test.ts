import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { Receiver } from '../../src/sources/receive.ts';
import { openTestApp, type TestApp, toInit } from '../support/app.ts';
import { EventReceiver } from '../support/event-receiver.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { beforeStatements } from '../support/statements.ts';
import { StoredRows } from '../support/stored-rows.ts';

/**
 * Every route of the OpenAPI document with ids of another authority, and with ids that nobody has: whoever may not see
 * the first can't tell them apart, neither by the answer nor by how many statements it took.
 */

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
}
type Params = Readonly<Record<string, string>>;

const NOWHERE = '01890000-0000-7000-8000-000000000000';
const PHONE = '+4520123450';
/** The number of the appointment: the opt-out is of the other. */
const REMINDED = '+4520123451';
const EVENT = { type: 'appointment.booked', data: { id: 'A-9', start: '2026-12-01T09:00:00+01:00' } };

const ANSWER = { standardAnswer: 'early' };
/** Bodies that the routes take, so that no request is refused for its body. */
const BODIES: Record<string, unknown> = {
  'PUT /v1/authorities/{authority}': { name: 'New', sender: 'New' },
  'POST /v1/authorities/{authority}/pause': { reason: 'a test' },
  'POST /v1/authorities/{authority}/keys': { name: 'New', role: 'viewer' },
  'POST /v1/authorities/{authority}/plan': { ...EVENT.data, source: 'own-epj' },
  'POST /v1/authorities/{authority}/messages/search': { phone: PHONE },
  'PUT /v1/authorities/{authority}/templates/{name}/{language}': { text: 'Husk {{date}}' },
  'PUT /v1/authorities/{authority}/standard-answers/{id}': { name: 'New', da: 'Ja', en: 'Yes' },
  'POST /v1/authorities/{authority}/opt-outs': { phone: PHONE, reason: 'asked' },
  'POST /v1/authorities/{authority}/inbound/{id}/settle': { action: 'ignore' },
  'POST /v1/authorities/{authority}/inbound/{id}/answers': ANSWER,
  'POST /v1/authorities/{authority}/appointments/{source}/{reference}/answers': ANSWER,
  'POST /v1/authorities/{authority}/citizens/lookup': { phone: PHONE },
  'POST /v1/authorities/{authority}/citizens/erase': { phone: '+4520123499' },
  'POST /v1/authorities/{authority}/people': { email: 'ny@example.org', name: 'Ny Person', role: 'viewer' },
  'POST /v1/authorities/{authority}/sources/{source}/deliveries/replay': { ids: [NOWHERE] },
  'POST /v1/webhooks/{source}': EVENT,
  'POST /v1/sources/{source}/test': EVENT,
};

const receiver = new EventReceiver();
let test: TestApp;
let app: ReturnType<typeof createApp>;
/** Another process, which has counted no wrong tokens yet, in a minute in which no other has counted any. */
let startAnew: () => Promise<void>;
let routes: Route[];
let statements = 0;
let clients = 0;
const identities = new Map<string, string | null>();
const ids: Record<'own' | 'foreign', Record<string, string>> = { own: {}, foreign: {} };

beforeAll(async () => {
  await receiver.start();
  BODIES[PUT_SOURCE] = { name: 'New', events: { url: receiver.url } };
  test = await openTestApp(undefined, { gateways: [new ScriptedGateway()] });
  const count = (node: unknown) => {
    if (!isWrittenBeside(node)) statements++;
  };
  const counted = test.db.withPlugin(beforeStatements(count));
  const deps = { ...test.deps, db: counted };
  startAnew = async () => {
    await test.db.deleteFrom('sign_in_failure').execute();
    app = createApp({ ...deps, receiver: new Receiver(deps) });
  };
  await startAnew();
  const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
  identities.set('nobody', null).set('a wrong token', `esk_00000000_${'A'.repeat(43)}`);
  for (const who of ['own', 'foreign'] as const) {
    await test.makeAuthority(who);
    const { token } = await test.makeSource(who, `${who}-epj`, { events: { url: receiver.url } });
    if (who === 'own') identities.set('the token of a source', token);
    const appointment = await rows.appointment(who, REMINDED, { source_id: `${who}-epj`, reference: `${who}-1` });
    await rows.reminder(who, appointment, { source_id: `${who}-epj` });
    const path = `/v1/authorities/${who}`;
    const early = { name: 'Early', da: 'Kom før', en: 'Come early' };
    await test.json(201, `${path}/standard-answers/early`, { method: 'PUT', body: early });
    const key = await test.json<{ id: string }>(201, `${path}/keys`, { body: { name: 'A key', role: 'viewer' } });
    const pair = await test.json<{ id: string }>(201, `${path}/sources/${who}-epj/secrets`, { method: 'POST' });
    const person = await test.json<{ id: string }>(201, `${path}/people`, {
      body: { email: `${who}@example.org`, name: 'A person', role: 'viewer' },
    });
    ids[who] = {
      ...{ keys: key.id, people: person.id, secrets: pair.id, 'opt-outs': await rows.optOut(who, PHONE) },
      inbound: await rows.reply([who], '+4520123452'),
    };
  }
  for (const role of ['viewer', 'operator', 'administrator'] as const)
    identities.set(`a ${role}`, await test.createKey('own', role));
  const document = (await (await test.app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
    })),
  );
});
afterAll(async () => {
  await receiver.close();
  await test.close();
});

/** True of the entries about refusals, which no answer waits for: they fall into whichever request comes next. */
function isWrittenBeside(node: unknown): boolean {
  // The text alone is searched: to write the tree of each statement as JSON takes longer than most statements.
  const { sqlFragments = [] } = node as { readonly sqlFragments?: readonly string[] };
  return sqlFragments.some((text) =>
    text.includes('insert into audit (id, at, actor, action, authority_id, target, after)'),
  );
}

/** The parameters of a route as an authority has them. @param who null: as nobody has them */
function paramsOf({ path }: Route, who: 'own' | 'foreign' | null): Params {
  const [, kind = ''] = /\/([a-z-]+)\/\{id\}/.exec(path) ?? [];
  const isFhir = path.startsWith('/v1/fhir/');
  return {
    ...{ authority: who ?? 'nobody', source: `${who ?? 'nobodys'}-epj`, reference: `${who ?? 'nobodys'}-1` },
    ...{ id: isFhir ? 'A-9' : ((who && ids[who][kind]) ?? NOWHERE), type: 'Appointment' },
    ...{ name: 'reminder', language: 'da', gateway: 'scripted' },
  };
}

/** The pairs of parameters that must not be told apart: another authority's, and nobody's. */
function pairsOf(route: Route): readonly (readonly [what: string, foreign: Params, missing: Params])[] {
  const [own, foreign, missing] = [paramsOf(route, 'own'), paramsOf(route, 'foreign'), paramsOf(route, null)];
  const all = [...route.path.matchAll(/\{(authority|source|reference|id)\}/g)].map(([, name = '']) => name);
  // An authority gives its standard answers ids of its own: another one may have the same.
  const names = route.name === PUT_ANSWER ? ['authority'] : all;
  const singles = names.map((name) => {
    // A new source may be made under an id that nobody has: one that is taken answers like one that can't be had.
    const none = route.name === PUT_SOURCE && name === 'source' ? 'Not_an_id' : (missing[name] ?? '');
    return [name, { ...own, [name]: foreign[name] ?? '' }, { ...own, [name]: none }] as const;
  });
  return names.length > 1 ? [...singles, ['all', foreign, missing]] : singles;
}
const PUT_ANSWER = 'PUT /v1/authorities/{authority}/standard-answers/{id}';
const PUT_SOURCE = 'PUT /v1/authorities/{authority}/sources/{source}';

async function ask(route: Route, params: Params, token: string | null): Promise<unknown> {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? 'x');
  const hasBody = ['PUT', 'POST'].includes(route.method);
  const init = toInit({ method: route.method, token, ...(hasBody && { body: BODIES[route.name] ?? {} }) });
  const before = statements;
  // Each from an address of its own, so that no limit on wrong tokens is met.
  const remoteAddress = `198.18.${Math.floor(++clients / 250)}.${clients % 250}`;
  const response = await app.request(path, init, { incoming: { socket: { remoteAddress } } });
  const took = statements - before;
  const headers = [...response.headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  const body = (await response.text()).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>');
  return { status: response.status, headers, body, statements: route.name === PUT_SOURCE ? null : took };
}

/** A statement that no answer waits for may fall between two requests: what tells them apart does so each time. */
const TIMES = 3;

/** @returns the two answers where they differ each time; null: they don't */
async function tellsApart(
  route: Route,
  foreign: Params,
  missing: Params,
  token: string | null,
): Promise<string | null> {
  // Rows that are read first may be cached for what comes next.
  await ask(route, foreign, token);
  for (let times = 1; ; times++) {
    const theirs = JSON.stringify(await ask(route, foreign, token));
    const nobodys = JSON.stringify(await ask(route, missing, token));
    if (theirs === nobodys) return null;
    if (times === TIMES) return `${theirs} and ${nobodys}`;
  }
}

describe('what another authority has', () => {
  it('can’t be told from what nobody has, on any route, by anybody', async () => {
    let compared = 0;
    const told: string[] = [];
    for (const route of routes) {
      await startAnew();
      for (const [who, token] of identities) {
        for (const [what, foreign, missing] of pairsOf(route)) {
          const where = `${route.name}, ${what} of another, for ${who}`;
          const differs = await tellsApart(route, foreign, missing, token);
          if (differs) told.push(`${where}: ${differs}`);
          compared++;
        }
      }
    }
    expect(told).toEqual([]);
    expect(compared).toBeGreaterThan(250);
  });

  it('is refused, and not only alike', async () => {
    for (const route of routes.filter(({ path }) => path.includes('{authority}') || path.includes('{source}'))) {
      if (/OPTIONS|metadata/.test(route.name)) continue;
      await startAnew();
      const { status } = (await ask(route, paramsOf(route, 'foreign'), identities.get('a administrator') ?? null)) as {
        status: number;
      };
      expect([route.name, [401, 403, 404]]).toEqual([route.name, expect.arrayContaining([status])]);
    }
  });

  it('while one’s own is there under each route: the comparison compares real responses', async () => {
    const refused: string[] = [];
    const source = (route: Route) => /^\/v1\/(?:webhooks|sources|fhir|hl7v2)\//.test(route.path);
    // What ends something comes last.
    const late = [/settle$/, /undo$/, /erase$/];
    const order = (route: Route) => (route.method === 'DELETE' ? 9 : late.findIndex((end) => end.test(route.path)));
    for (const route of [...routes].sort((a, b) => order(a) - order(b))) {
      if (!/\{(?:authority|source)\}/.test(route.path)) continue;
      const token = identities.get(source(route) ? 'the token of a source' : 'a administrator') ?? null;
      const { status, body } = (await ask(route, paramsOf(route, 'own'), token)) as { status: number; body: string };
      if (status >= 400 && !/fhir|hl7v2|imports/.test(route.path)) refused.push(`${route.name} ${status} ${body}`);
    }
    expect(refused).toEqual([]);
  });
});

describe('an opt-out of the whole installation', () => {
  it('shows its number to an authority that has it too, and masked to others', async () => {
    await test.makeAuthority('other');
    const rows = new StoredRows(test.db, test.clock.now, test.deps.keyring);
    const key = await test.createKey('other', 'operator');
    const [strange, known, written] = ['+4520123461', '+4520123462', '+4520123463'];
    for (const phone of [strange, known, written]) await rows.optOut(null, phone ?? '');
    await test.makeSource('other', 'other');
    await rows.appointment('other', known ?? '');
    const reminder = await rows.reminder('other', await rows.appointment('other', PHONE), { status: 'handed_over' });
    await rows.message('other', reminder, written ?? '', {});
    const list = async (token?: string) => {
      const path = '/v1/authorities/other/opt-outs';
      const { items } = await test.json<{ items: { phone: string; scope: string }[] }>(
        200,
        path,
        token ? { token } : {},
      );
      return items.flatMap(({ scope, phone }) => (scope === 'installation' ? phone : [])).sort();
    };
    expect(await list(key)).toEqual([known, written, '+45••••••61']);
    expect(await list()).toEqual([strange, known, written]);
    const audit = await test.db.selectFrom('audit').select('after').where('action', '=', 'number.see').execute();
    expect(audit.map(({ after }) => (after as { optOuts?: string[] } | null)?.optOuts?.length)).toContain(2);
  });
});

it('an id that another authority’s source has is 409 for the administrator of the installation alone', async () => {
  const path = '/v1/authorities/own/sources/foreign-epj';
  const put = (token: string | null) => test.request(path, { method: 'PUT', body: { name: 'Mine' }, token });
  expect((await put(test.adminToken)).status).toBe(409);
  expect((await put(identities.get('a administrator') ?? null)).status).toBe(422);
});
