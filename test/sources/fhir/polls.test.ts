import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { FhirServers } from '../../../src/sources/fhir/servers.ts';
import { openTestApp, type TestApp } from '../../support/app.ts';
import {
  appointment,
  appointmentOf,
  bundle,
  type FhirClient,
  fhirClient,
  notification,
  type Outcome,
  overApp,
  patient,
} from '../../support/fhir.ts';
import { type FhirServerDouble, startFhirServer } from '../../support/fhir-server.ts';
import { update } from '../../support/stored-rows.ts';
import { holdTimeLimits } from '../../support/time-limits.ts';

let test: TestApp;
let server: FhirServerDouble;
let sources = 0;
let fhir: FhirClient;
let source: string;
let token: string;
/** The same application, which waits for a server as long as a busy machine may take. */
let patiently: Pick<TestApp, 'request'>;
beforeAll(async () => {
  test = await openTestApp();
  server = await startFhirServer();
  patiently = overApp(createApp({ ...test.deps, servers: new FhirServers(test.deps, 60_000) }));
  await test.makeAuthority('rh');
});
afterAll(async () => {
  await Promise.all([test.close(), server.close()]);
});
beforeEach(async () => {
  server.forget();
  source = `epj-${++sources}`;
  token = (await test.makeSource('rh', source, { fhirBaseUrl: `${server.url}/fhir/` })).token;
  fhir = fhirClient(patiently, token, source);
});

const SEARCH = '/fhir/Appointment';
const ping = () => fhir.send('', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
const updated = (lastUpdated: string, versionId = '1') => ({ meta: { versionId, lastUpdated } });
const page = (resources: readonly object[], next?: string) =>
  bundle(
    'searchset',
    resources.map((resource) => ({ resource })),
    next === undefined
      ? {}
      : {
          link: [
            { relation: 'self', url: 'x' },
            { relation: 'next', url: next },
          ],
        },
  );
const dated = (date: string, body: object) => (_: unknown, response: ServerResponse) =>
  void response.writeHead(200, { Date: date, 'Content-Type': 'application/fhir+json' }).end(JSON.stringify(body));
const sinceOf = (path: string | undefined) => new URL(path ?? '', 'http://x').searchParams.get('_lastUpdated');
const codesOf = async (response: Response) =>
  ((await response.json()) as Outcome).issue.map(({ details }) => details.coding[0].code);

describe('an empty POST (HAPI without a payload)', () => {
  it('without a server to ask is taken, with a warning for the sender and for us', async () => {
    await test.makeSource('rh', 'deaf').then((made) => {
      fhir = fhirClient(test, made.token, 'deaf');
    });
    const response = await ping();
    expect([response.status, await codesOf(response)]).toEqual([200, ['ignored', 'unreadable']]);
    expect(test.logged.join()).toContain('the source has no fhirBaseUrl to ask');
  });

  it('has what changed within the last day read, with its patients, from the source’s own server', async () => {
    server.answers.set(SEARCH, page([appointmentOf('a1', 'p1'), appointment('a2'), patient('p1', '30 12 34 56')]));
    const response = await ping();
    expect([response.status, await codesOf(response)]).toEqual([200, ['accepted', 'accepted']]);
    expect([await fhir.stored('a1'), await fhir.stored('a2')]).toMatchObject([
      { phone: '+4530123456' },
      { phone: '+4520123456' },
    ]);
    const query = new URL(server.asked[0] ?? '', 'http://x').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      _lastUpdated: 'ge2026-11-23T11:00:00.000Z',
      _sort: '_lastUpdated',
      _include: 'Appointment:patient',
      _count: '200',
    });
    expect(server.requests[0]?.headers).toMatchObject({ 'cache-control': 'no-cache' });
  });

  it('the next one asks from the last one on, by the server’s own clock, five minutes earlier', async () => {
    server.answers.set(SEARCH, dated('Tue, 24 Nov 2026 10:40:00 GMT', page([appointment('b1')])));
    await ping();
    await ping();
    expect(server.asked.map(sinceOf)).toEqual(['ge2026-11-23T11:00:00.000Z', 'ge2026-11-24T10:35:00.000Z']);
  });

  it('what is read a second time is a duplicate', async () => {
    server.answers.set(SEARCH, page([appointment('c1', updated('2026-11-24T10:00:00Z'))]));
    await ping();
    expect(await codesOf(await ping())).toEqual(['duplicate']);
  });

  it('follows the server’s pages, as long as they lie under its own address', async () => {
    const elsewhere = await startFhirServer();
    server.answers.set(SEARCH, page([appointment('d1')], `${server.url}/fhir?_getpages=1&_getpagesoffset=200`));
    server.answers.set(
      '/fhir?_getpages=1&_getpagesoffset=200',
      page([appointment('d2')], `${elsewhere.url}/fhir?_getpages=2`),
    );
    expect((await ping()).status).toBe(200);
    expect([await fhir.stored('d1'), await fhir.stored('d2')]).toMatchObject([
      { status: 'booked' },
      { status: 'booked' },
    ]);
    expect(server.asked).toHaveLength(2);
    expect(elsewhere.asked).toEqual([]);
    expect(test.logged.join()).toContain('next page lies at another address');
    // What was not read is asked for again.
    await ping();
    expect(sinceOf(server.asked.at(-2))).toBe('ge2026-11-23T11:00:00.000Z');
    await elsewhere.close();
  });

  it('reads ten pages at most: 503 asks for another ping, which goes on from there', async () => {
    const lastUpdated = (index: number) => `2026-11-24T09:${String(index).padStart(2, '0')}:00.000Z`;
    for (let index = 0; index < 20; index++) {
      const path = index === 0 ? SEARCH : `/fhir/page/${index}`;
      server.answers.set(
        path,
        page([appointment(`e${index}`, updated(lastUpdated(index)))], `${server.url}/fhir/page/${index + 1}`),
      );
    }
    const response = await ping();
    expect([response.status, response.headers.get('retry-after'), await codesOf(response)]).toEqual([
      503,
      '1',
      ['more-to-read'],
    ]);
    expect(server.asked).toHaveLength(10);
    expect(await fhir.stored('e9')).toBeDefined();
    server.answers.set('/fhir/page/19', dated('Tue, 24 Nov 2026 10:40:00 GMT', page([appointment('e19')])));
    expect((await ping()).status).toBe(200);
    expect(server.asked.slice(10)).toEqual(Array.from({ length: 10 }, (_, index) => `/fhir/page/${index + 10}`));
    expect(await fhir.stored('e19')).toBeDefined();
  });

  it('takes in more changes of one moment than one poll takes', async () => {
    const same = updated('2026-11-24T09:00:00.000Z');
    server.answers.set(
      SEARCH,
      dated('Tue, 24 Nov 2026 10:00:00 GMT', page([appointment('m0', same)], `${server.url}/fhir/p/1`)),
    );
    for (let index = 1; index < 25; index++) {
      const next = index === 24 ? undefined : `${server.url}/fhir/p/${index + 1}`;
      server.answers.set(`/fhir/p/${index}`, page([appointment(`m${index}`, same)], next));
    }
    expect([(await ping()).status, (await ping()).status, (await ping()).status]).toEqual([503, 503, 200]);
    expect(await fhir.stored('m24')).toBeDefined();
    // From when the first page was read.
    await ping();
    expect(sinceOf(server.asked.at(-10))).toBe('ge2026-11-24T09:55:00.000Z');
  });

  it('begins anew where the server has forgotten the page that was to be next', async () => {
    for (let index = 0; index < 10; index++) {
      const path = index === 0 ? SEARCH : `/fhir/q/${index}`;
      server.answers.set(path, page([appointment(`q${index}`)], `${server.url}/fhir/q/${index + 1}`));
    }
    expect((await ping()).status).toBe(503);
    server.answers.set(SEARCH, page([appointment('q10')]));
    expect((await ping()).status).toBe(200);
    expect(server.asked.slice(-2).map(sinceOf)).toEqual([null, 'ge2026-11-23T11:00:00.000Z']);
    expect(await fhir.stored('q10')).toBeDefined();
  });

  it('keeps the address of the page that is to be next encrypted, and begins anew where it can not be opened', async () => {
    const next = (index: number) => `/fhir/r/${index}?_page_token=4520123456-Hansen`;
    for (let index = 0; index < 11; index++)
      server.answers.set(
        index === 0 ? SEARCH : next(index),
        page([appointment(`r${index}`)], server.url + next(index + 1)),
      );
    expect((await ping()).status).toBe(503);
    const place = () =>
      test.db
        .selectFrom('fhir_feed')
        .selectAll()
        .where('source_id', '=', source)
        .where('feed', '=', 'poll')
        .executeTakeFirstOrThrow();
    const row = await place();
    const sealed = row.next_page_ciphertext as Buffer;
    expect(JSON.stringify(row)).not.toContain('20123456');
    const { cipher } = test.deps.keyring;
    expect(cipher.decrypt('rh', 'fhir_feed.next_page', source, sealed)).toBe(server.url + next(10));
    // Another source's row.
    const stranger = cipher.encrypt('rh', 'fhir_feed.next_page', 'other', server.url + next(10));
    await update(test.db, 'fhir_feed', { source_id: source }, { next_page_ciphertext: stranger });
    server.answers.set(SEARCH, page([appointment('r11')]));
    expect((await ping()).status).toBe(200);
    expect(sinceOf(server.asked.at(-1))).toBe('ge2026-11-23T11:00:00.000Z');
    expect(test.logged.join()).toContain('next page of a FHIR poll could not be decrypted');
    expect((await place()).next_page_ciphertext).toBeNull();
  });

  it('asks once more for what shows late, also after a poll that stopped early', async () => {
    const recent = updated('2026-11-24T10:59:45.000Z');
    for (let index = 0; index < 12; index++) {
      const path = index === 0 ? SEARCH : `/fhir/l/${index}`;
      const next = index === 11 ? `${server.url}x/elsewhere` : `${server.url}/fhir/l/${index + 1}`;
      server.answers.set(path, dated('Tue, 24 Nov 2026 11:00:00 GMT', page([appointment(`l${index}`, recent)], next)));
    }
    expect([(await ping()).status, (await ping()).status]).toEqual([503, 200]);
    server.answers.set(SEARCH, page([]));
    await ping();
    expect(sinceOf(server.asked.at(-1))).toBe('ge2026-11-24T10:55:00.000Z');
  });

  it('leaves out an entry that can not be read, and takes all others', async () => {
    const deep = JSON.parse(`${'{"x":'.repeat(40)}1${'}'.repeat(40)}`);
    server.answers.set(
      SEARCH,
      page([appointment('o1'), appointment('deep', deep), appointmentOf('o2', 'p1'), patient('p1')]),
    );
    const response = await ping();
    expect([response.status, await codesOf(response)]).toEqual([200, ['accepted', 'accepted']]);
    expect([await fhir.stored('o1'), await fhir.stored('o2')]).toMatchObject([
      { phone: '+4520123456' },
      { phone: '+4520123456' },
    ]);
    expect(test.logged.join()).toContain('and were left out');
  });

  it('asks for what it uses only, where an appointment is over 1 MiB', async () => {
    const large = page([appointment('huge', { comment: 'x'.repeat(1024 * 1024) })]);
    server.answers.set(SEARCH, (request, response) => {
      response.end(JSON.stringify(request.url?.includes('_elements=') ? page([appointment('huge')]) : large));
    });
    expect((await ping()).status).toBe(200);
    expect(await fhir.stored('huge')).toMatchObject({ status: 'booked' });
  });

  it('is answered 200 for an appointment that can not be used: the ping was right', async () => {
    server.answers.set(SEARCH, page([appointment('bad', { status: 'odd' })]));
    const response = await ping();
    expect([response.status, await codesOf(response)]).toEqual([200, ['invalid_value']]);
    const told = await fhir.send('', { method: 'POST', body: notification('event-notification', [[1]]) });
    expect(told.status).toBe(200);
  });

  it('that is answered logs nothing later', async () => {
    server.answers.set(SEARCH, page([]));
    const before = test.logged.length;
    const time = holdTimeLimits();
    expect((await ping()).status).toBe(200);
    await time.runOut();
    time.release();
    expect(test.logged.slice(before).join()).not.toContain('out of reach');
  });

  it('asks for smaller pages where one is over 1 MiB', async () => {
    const large = page([appointment('large', { comment: 'x'.repeat(1024 * 1024) })]);
    server.answers.set(SEARCH, (request, response) => {
      const isSmall = request.url?.endsWith('_count=10');
      response.end(JSON.stringify(isSmall ? page([appointment('small')]) : large));
    });
    expect((await ping()).status).toBe(200);
    const found = server.asked.map((path) => new URL(path, 'http://x').searchParams.get('_count'));
    expect(found).toEqual(['200', '50', '10']);
    expect([await fhir.stored('small'), await fhir.stored('large')]).toMatchObject([{ status: 'booked' }, undefined]);
  });

  it('is answered 200 when what comes back is no list, and the same is asked for again', async () => {
    for (const answer of [{ resourceType: 'OperationOutcome' }, [], 7] as object[]) {
      server.answers.set(SEARCH, answer);
      expect((await ping()).status).toBe(200);
    }
    expect(new Set(server.asked.map(sinceOf)).size).toBe(1);
  });

  it('of a server that is down is 503, and the next one asks for the same again', async () => {
    server.answers.set(SEARCH, (_, response) => void response.writeHead(500).end());
    expect((await ping()).status).toBe(503);
    server.answers.set(SEARCH, page([]));
    expect((await ping()).status).toBe(200);
    expect(new Set(server.asked.map(sinceOf))).toEqual(new Set(['ge2026-11-23T11:00:00.000Z']));
  });

  it('of a server that refuses us is 503 and told in the log, and nothing is skipped once that is mended', async () => {
    server.answers.set(SEARCH, (_, response) => void response.writeHead(403).end());
    expect((await ping()).status).toBe(503);
    expect(test.logged.join()).toContain('refuses the fhirAuthorization');
    server.answers.set(SEARCH, page([appointment('f1')]));
    await ping();
    expect(server.asked.map(sinceOf)).toEqual(['ge2026-11-23T11:00:00.000Z', 'ge2026-11-23T11:00:00.000Z']);
    expect(await fhir.stored('f1')).toBeDefined();
  });

  it('that comes while another one asks waits for a poll that begins later, and shares it', async () => {
    const open: ServerResponse[] = [];
    let arrived = () => {};
    server.answers.set(SEARCH, (_, response) => {
      open.push(response);
      arrived();
    });
    const nextArrival = () => new Promise<void>((resolve) => (arrived = resolve));
    const first = nextArrival();
    const begun = ping();
    await first;
    const waiting = [ping(), ping(), ping()];
    const second = nextArrival();
    open[0]?.end(JSON.stringify(page([])));
    expect((await begun).status).toBe(200);
    await second;
    open[1]?.end(JSON.stringify(page([appointment('g1')])));
    for (const response of await Promise.all(waiting)) expect(response.status).toBe(200);
    expect(server.asked).toHaveLength(2);
    expect(await fhir.stored('g1')).toBeDefined();
  });

  it('is authenticated, and nobody is asked otherwise', async () => {
    expect((await fhir.send('', { method: 'POST', token: 'wrong' })).status).toBe(401);
    expect(server.asked).toEqual([]);
  });

  it('that is slow is answered 503 in time', async () => {
    server.answers.set(SEARCH, () => {});
    const impatient = fhirClient(
      overApp(createApp({ ...test.deps, servers: new FhirServers(test.deps, 300) })),
      token,
      source,
    );
    expect((await impatient.send('', { method: 'POST' })).status).toBe(503);
  });
});

describe('events of a subscription', () => {
  const event = (...numbers: number[]) =>
    notification(
      'event-notification',
      numbers.map((number) => [number, 'Patient/x'] as const),
    );
  const missed = async () =>
    Number(/^easysms_fhir_events_missed_total (\d+)$/m.exec(await (await test.request('/metrics')).text())?.[1] ?? '0');

  it('that never came are counted and told in the log, without the subscription’s address', async () => {
    const before = await missed();
    await fhir.post(200, event(1));
    await fhir.post(200, event(2, 3));
    expect(await missed()).toBe(before);
    await fhir.post(200, event(7));
    expect(await missed()).toBe(before + 3);
    const line = test.logged.find((logged) => logged.includes('were never received')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ source, last: 3, number: 7, missed: 3 });
    expect(test.logged.join()).not.toContain('Subscription/s1');
  });

  it('that a heartbeat tells of and that never came are counted too', async () => {
    await fhir.post(200, event(1));
    const before = await missed();
    await fhir.post(200, notification('heartbeat', [], { eventsSinceSubscriptionStart: '1' }));
    expect(await missed()).toBe(before);
    await fhir.post(200, notification('heartbeat', [], { eventsSinceSubscriptionStart: '4' }));
    expect(await missed()).toBe(before + 3);
  });

  it('that come twice or late are no gap, and a handshake begins anew', async () => {
    const before = await missed();
    await fhir.post(200, event(5));
    await fhir.post(200, event(4));
    await fhir.post(200, event(5));
    await fhir.post(200, event(6));
    await fhir.post(200, notification('handshake', []));
    await fhir.post(200, event(1));
    expect(await missed()).toBe(before);
  });

  it('with an empty payload have what changed read', async () => {
    server.answers.set(SEARCH, page([appointment('h1')]));
    await fhir.post(200, notification('event-notification', [[1]]));
    expect(await fhir.stored('h1')).toBeDefined();
    server.forget();
    await fhir.post(200, notification('heartbeat', []));
    expect(server.asked).toEqual([]);
  });

  it('that are only tried out are neither noted nor polled for', async () => {
    const attempt = (body: unknown) =>
      test.json(200, `/v1/sources/${source}/test`, {
        token,
        body,
        headers: { 'Content-Type': 'application/fhir+json' },
      });
    const before = await missed();
    await attempt(event(1));
    await fhir.post(200, event(5));
    expect(await missed()).toBe(before);
    expect(await attempt('')).toMatchObject({
      format: 'fhir',
      response: { status: 200, body: { resourceType: 'OperationOutcome' } },
    });
    await attempt(notification('event-notification', [[7]]));
    expect(server.asked.filter((path) => path.includes('/Appointment?'))).toEqual([]);
  });

  it('of another source are counted by themselves', async () => {
    const before = await missed();
    await fhir.post(200, event(1));
    const other = await test.makeSource('rh', `${source}-other`);
    await fhirClient(test, other.token, `${source}-other`).post(200, event(9));
    await fhir.post(200, event(2));
    expect(await missed()).toBe(before);
  });
});
