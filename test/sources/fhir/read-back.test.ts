import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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
  type ResponseBundle,
  statesOf,
} from '../../support/fhir.ts';
import { type FhirServerDouble, startFhirServer } from '../../support/fhir-server.ts';
import { type HeldTimeLimits, holdTimeLimits } from '../../support/time-limits.ts';

const SHORT_MS = 300;

let test: TestApp;
let server: FhirServerDouble;
let elsewhere: FhirServerDouble;
let fhir: FhirClient;
/** The same, which waits for a server for a short time only. */
let impatient: FhirClient;
beforeAll(async () => {
  test = await openTestApp();
  server = await startFhirServer();
  elsewhere = await startFhirServer();
  await test.makeAuthority('rh');
  const settings = { fhirBaseUrl: `${server.url}/fhir`, fhirAuthorization: 'Bearer of-the-server' };
  const { token } = await test.makeSource('rh', 'epj', settings);
  fhir = fhirClient(overApp(createApp({ ...test.deps, servers: new FhirServers(test.deps, 60_000) })), token, 'epj');
  impatient = fhirClient(
    overApp(createApp({ ...test.deps, servers: new FhirServers(test.deps, SHORT_MS) })),
    token,
    'epj',
  );
});
afterAll(async () => {
  await Promise.all([test.close(), server.close(), elsewhere.close()]);
});
beforeEach(() => {
  server.forget();
  elsewhere.forget();
});

const codesOf = (answer: ResponseBundle) => (answer.entry ?? []).flatMap(({ response }) => issuesOf(response.outcome));
const issuesOf = ({ issue }: Outcome) => issue.map(({ details }) => details.coding[0].code);
const serve = (path: string, answer: Parameters<FhirServerDouble['answers']['set']>[1]) =>
  server.answers.set(`/fhir/${path}`, answer);
const status = (code: number) => (_: unknown, response: { writeHead(code: number): { end(): void } }) =>
  void response.writeHead(code).end();
const event = (number: number, focus?: string) =>
  notification('event-notification', [focus === undefined ? [number] : [number, focus]]);
const warnings = () => test.logged.filter((line) => JSON.parse(line).level === 40).join('\n');

describe('an event that is told by an id only', () => {
  it('is read back from the source’s own server, with its patient, under its own authorization', async () => {
    serve('Appointment/a1', appointmentOf('a1', 'p1'));
    serve('Patient/p1', patient('p1'));
    const answer = await fhir.post<ResponseBundle>(200, event(1, 'Appointment/a1'));
    expect(codesOf(answer)).toContain('accepted');
    expect(await fhir.stored('a1')).toMatchObject({ status: 'booked', phone: '+4520123456' });
    expect(server.asked).toEqual(['/fhir/Appointment/a1', '/fhir/Patient/p1']);
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ authorization: 'Bearer of-the-server', accept: 'application/fhir+json' });
    }
  });

  it('by the absolute address of that server too', async () => {
    serve('Appointment/a2', appointment('a2'));
    await fhir.post(200, event(2, `${server.url}/fhir/Appointment/a2`));
    expect(await fhir.stored('a2')).toBeDefined();
  });

  it('ends as entered in error when it is gone (410), and is left alone when it is not found (404)', async () => {
    await fhir.post(200, appointment('a3'));
    serve('Appointment/a3', status(410));
    await fhir.post(200, event(3, 'Appointment/a3'));
    expect(await fhir.stored('a3')).toMatchObject({ status: 'entered-in-error' });
    await fhir.post(200, appointment('a4'));
    expect(codesOf(await fhir.post<ResponseBundle>(200, event(4, 'Appointment/a4')))).not.toContain('accepted');
    expect(await fhir.stored('a4')).toMatchObject({ status: 'booked' });
  });

  it('without a server to ask is answered 200 and told in the log', async () => {
    const { token } = await test.makeSource('rh', 'no-server');
    await fhirClient(test, token, 'no-server').post(200, event(1, 'Appointment/a5'));
    expect(warnings()).toContain('id-only notifications are not supported');
    expect(server.asked).toEqual([]);
  });
});

describe('an appointment whose patient did not come along', () => {
  it('has the patient read back', async () => {
    serve('Patient/p2', patient('p2', '30 12 34 56'));
    await fhir.put(200, '/Appointment/b1', appointmentOf('b1', 'p2'));
    expect(await fhir.stored('b1')).toMatchObject({ phone: '+4530123456' });
  });

  it('is taken without a number where the server keeps this patient from us (403), and the log says so', async () => {
    serve('Patient/of-b3', status(403));
    await fhir.put(200, '/Appointment/b3', appointmentOf('b3', 'of-b3'));
    expect(statesOf(await fhir.stored('b3'))).toEqual(['suppressed: no_phone', 'suppressed: no_phone']);
    expect(warnings()).toContain('HTTP 403');
  });

  it('waits, as a message that names the appointment only, where the server refuses our credentials: 503, and counted', async () => {
    const failures = async () =>
      /^easysms_failures_total\{place="fhir-server"\} (\d+)$/m.exec(await (await test.request('/metrics')).text())?.[1];
    const before = Number(await failures());
    serve('Patient/of-b2', status(401));
    await fhir.put(503, '/Appointment/b2', appointmentOf('b2', 'of-b2'));
    for (const code of [401, 403]) {
      serve('Appointment/b2', status(code));
      const response = await fhir.send('', { method: 'POST', body: event(20, 'Appointment/b2') });
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '300']);
    }
    expect(Number(await failures())).toBe(before + 3);
    expect(warnings()).toContain('refuses the fhirAuthorization');
  });

  it('is there at last, however slowly the server gives its patients, and of each it is asked once', async () => {
    const ids = Array.from({ length: 45 }, (_, index) => `slow-${index}`);
    const time = holdTimeLimits();
    let inTime = 0;
    for (const id of ids)
      serve(`Patient/${id}`, (_request, response) => {
        if (inTime > 0) response.end(JSON.stringify(patient(id)));
        else if (inTime === 0) void time.runOut();
        inTime--;
      });
    const body = bundle(
      'collection',
      ids.map((id) => ({ resource: appointmentOf(id, id) })),
    );
    const isLate = async () => {
      inTime = 20;
      return (await fhir.send('', { method: 'POST', body })).status === 503;
    };
    let tries = 1;
    while (await isLate()) tries++;
    time.release();
    expect(tries).toBe(3);
    expect(await fhir.stored('slow-44')).toMatchObject({ phone: '+4520123456' });
    // But for those that the time cut off.
    expect(server.asked.length).toBeLessThan(45 + 10 * tries);
  });

  it('is read from the server that the settings name now, and the old one never hears the new one’s authorization', async () => {
    const { token } = await test.makeSource('rh', 'moving', {
      fhirBaseUrl: `${elsewhere.url}/fhir`,
      fhirAuthorization: 'Bearer old',
    });
    const moving = fhirClient(test, token, 'moving');
    await moving.post(200, appointment('mv0'));
    await test.put('/v1/authorities/rh/sources/moving', {
      name: 'moving',
      mode: 'live',
      fhirBaseUrl: `${server.url}/fhir`,
      fhirAuthorization: 'Bearer new',
    });
    serve('Appointment/mv1', appointment('mv1'));
    await moving.post(200, event(1, 'Appointment/mv1'));
    expect(await moving.stored('mv1')).toBeDefined();
    expect(elsewhere.asked).toEqual([]);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer new' });
    expect(warnings()).toContain('is sent to the FHIR server unencrypted');
  });

  it('is read again when it is sent again after such a refusal, though nothing of it has changed', async () => {
    const body = appointmentOf('b4', 'p4', { meta: { versionId: '1' } });
    serve('Patient/p4', status(403));
    await fhir.put(200, '/Appointment/b4', body);
    serve('Patient/p4', patient('p4'));
    await fhir.put(200, '/Appointment/b4', body);
    expect(await fhir.stored('b4')).toMatchObject({ phone: '+4520123456' });
  });

  it('is taken without a number where the patient is not there, or is not the one that was asked for', async () => {
    await fhir.put(200, '/Appointment/b5', appointmentOf('b5', 'p5'));
    serve('Patient/p6', patient('p7'));
    await fhir.put(200, '/Appointment/b6', appointmentOf('b6', 'p6'));
    expect([await fhir.stored('b5'), await fhir.stored('b6')]).toMatchObject([{ phone: null }, { phone: null }]);
  });

  it('of a Bundle of many is read back with all others, at most ten at once', async () => {
    let most = 0;
    let left = 40;
    // Answered together once ten are open, or all that are left.
    const open = new Set<() => void>();
    const ids = Array.from({ length: 40 }, (_, index) => `many-${index}`);
    for (const id of ids) {
      serve(`Patient/${id}`, (_request, response) => {
        open.add(() => response.end(JSON.stringify(patient(id))));
        most = Math.max(most, open.size);
        if (open.size < Math.min(10, left)) return;
        left -= open.size;
        for (const answer of open) answer();
        open.clear();
      });
    }
    await fhir.post(
      200,
      bundle(
        'collection',
        ids.map((id) => ({ resource: appointmentOf(id, id) })),
      ),
    );
    expect(server.asked).toHaveLength(40);
    expect(most).toBe(10);
    expect(await fhir.stored('many-39')).toMatchObject({ phone: '+4520123456' });
  });
});

describe('a server that can’t be asked', () => {
  it('makes the sender repeat: 503 with Retry-After, and nothing is stored', async () => {
    for (const [order, answer] of [status(500), status(502), status(429), hangUp].entries()) {
      serve('Patient/p', answer);
      const refused = await fhir.send(`/Appointment/c${order}`, {
        method: 'PUT',
        body: appointmentOf(`c${order}`, 'p'),
      });
      expect([order, refused.status, refused.headers.get('retry-after')]).toEqual([order, 503, '30']);
      expect(((await refused.json()) as Outcome).issue[0]?.code).toBe('transient');
      expect(await fhir.stored(`c${order}`)).toBeUndefined();
    }
  });

  it('and is slow is not waited for longer than the time that a sender waits', async () => {
    const never = () => {};
    const half = (_: unknown, response: { writeHead(code: number): { write(text: string): void } }) =>
      response.writeHead(200).write('{"res');
    for (const answer of [never, half]) {
      serve('Patient/slow', answer);
      const limits = vi.spyOn(AbortSignal, 'timeout');
      await impatient.put(503, '/Appointment/slow', appointmentOf('slow', 'slow'));
      const [[limitMs] = [], ...others] = limits.mock.calls;
      limits.mockRestore();
      // What is left of the time when the first patient is asked for.
      expect([limitMs, others]).toEqual([expect.any(Number), []]);
      expect(limitMs).toBeLessThanOrEqual(SHORT_MS);
    }
  });

  it('is told nothing of ours: no address stands in the answer or the log', async () => {
    serve('Patient/secret-1', status(500));
    const outcome = await fhir.put(503, '/Appointment/c9', appointmentOf('c9', 'secret-1'));
    expect(JSON.stringify(outcome) + test.logged.join('')).not.toMatch(/secret-1|127\.0\.0\.1|of-the-server/);
  });
});

describe('what was read back before the time was up', () => {
  const withNumber = (digits: string) => patient('p1', `20 12 34 ${digits}`);
  let time: HeldTimeLimits;
  const hangs = () => void time.runOut();
  const tried = async (id: string) => {
    const body = bundle('transaction', [
      { resource: appointmentOf(id, 'p1') },
      { resource: appointmentOf(`${id}-slow`, 'slow') },
    ]);
    return { status: (await fhir.send('', { method: 'POST', body })).status, body };
  };
  afterEach(() => time.release());
  beforeEach(() => {
    time = holdTimeLimits();
    serve('Patient/p1', withNumber('51'));
    serve('Patient/slow', hangs);
  });

  it('serves the repeat, but not what has been told of the patient since', async () => {
    expect((await tried('kept')).status).toBe(503);
    serve('Patient/p1', withNumber('99'));
    await fhir.put(200, '/Patient/p1', withNumber('99'));
    serve('Patient/slow', patient('slow'));
    expect((await tried('kept')).status).toBe(200);
    expect(await fhir.stored('kept')).toMatchObject({ phone: '+4520123499' });
  });

  it('is read anew after ten minutes, however often it was tried in between', async () => {
    expect((await tried('old')).status).toBe(503);
    serve('Patient/p1', withNumber('99'));
    for (const minutes of [9, 2]) {
      test.clock.now = new Date(test.clock.now.getTime() + minutes * 60_000);
      if (minutes === 2) serve('Patient/slow', patient('slow'));
      await tried('old');
    }
    expect(await fhir.stored('old')).toMatchObject({ phone: '+4520123499' });
  });
});

describe('nothing that a message says chooses where we ask', () => {
  it('a redirect is not followed', async () => {
    for (const code of [301, 302, 307, 308]) {
      serve(
        'Patient/moved',
        (_request, response) =>
          void response.writeHead(code, { Location: `${elsewhere.url}/fhir/Patient/moved` }).end(),
      );
      await fhir.put(200, `/Appointment/moved-${code}`, appointmentOf(`moved-${code}`, 'moved'));
      expect(await fhir.stored(`moved-${code}`)).toMatchObject({ phone: null });
    }
    expect(elsewhere.asked).toEqual([]);
  });

  it('addresses of other servers, and ways out of the path, are not called', async () => {
    const port = new URL(server.url).port;
    const references = [
      `${elsewhere.url}/fhir/Patient/1`,
      `${server.url}/other/Patient/1`,
      `${server.url}/fhir/../Patient/1`,
      `http://localhost:${port}/fhir/Patient/1`,
      `http://user:word@127.0.0.1:${port}/fhir/Patient/1`,
      'Patient/..',
      'Patient/.',
      'Patient/%2e%2e',
      'Patient/..%2f..%2fadmin',
      'Patient/1?x=y',
      'Patient/1#x',
      '//elsewhere/Patient/1',
    ];
    const participant = references.map((reference) => ({ actor: { reference, type: 'Patient' } }));
    await fhir.post(
      200,
      bundle('collection', [{ resource: appointment('d1', { contained: undefined, participant }) }]),
    );
    for (const [order, reference] of references.entries()) {
      await fhir.post(200, event(100 + order, reference.replace('Patient', 'Appointment')));
    }
    const fullUrl = `${elsewhere.url}/fhir/Appointment/d2`;
    await fhir.post(200, bundle('history', [{ fullUrl, request: { method: 'PUT', url: fullUrl } }]));
    expect(elsewhere.asked).toEqual([]);
    // What can't be asked for by its id may still have changed: that is looked for at the server's own address.
    const fine = (path: string) => path === '/fhir/Patient/1' || path.startsWith('/fhir/Appointment?_lastUpdated=');
    expect(server.asked.filter((path) => !fine(path))).toEqual([]);
  });

  it('an answer over 1 MiB, one that is compressed, and one that is no JSON count for nothing', async () => {
    const answers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [
      (_, response) => response.end(JSON.stringify(patient('odd', '20123456', { x: 'x'.repeat(1024 * 1024) }))),
      (_, response) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(JSON.stringify(patient('odd')))),
      (_, response) => response.end('<Patient/>'),
    ];
    for (const [order, answer] of answers.entries()) {
      serve('Patient/odd', answer);
      await fhir.put(200, `/Appointment/odd-${order}`, appointmentOf(`odd-${order}`, 'odd'));
      expect(await fhir.stored(`odd-${order}`)).toMatchObject({ phone: null });
    }
  });

  it('of all that one request has read, 16 MiB count', async () => {
    const ids = Array.from({ length: 24 }, (_, index) => `fat-${index}`);
    for (const id of ids) serve(`Patient/${id}`, patient(id, '20123456', { x: 'x'.repeat(1_000_000) }));
    await fhir.post(
      200,
      bundle(
        'collection',
        ids.map((id) => ({ resource: appointmentOf(id, id) })),
      ),
    );
    const phones = await Promise.all(ids.map(async (id) => (await fhir.stored(id))?.phone));
    expect(phones.filter((phone) => phone !== null)).toHaveLength(16);
    expect(warnings()).toContain('too much together');
  });
});

function hangUp(request: IncomingMessage): void {
  request.socket.destroy();
}
