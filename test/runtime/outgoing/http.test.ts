import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseAllowedAddress } from '../../../src/runtime/outgoing/allowed-addresses.ts';
import { OutgoingHttp, type OutgoingResult } from '../../../src/runtime/outgoing/http.ts';
import { type FhirServerDouble, startFhirServer } from '../../support/fhir-server.ts';

let server: FhirServerDouble;
let port: string;
const made: OutgoingHttp[] = [];

beforeAll(async () => {
  server = await startFhirServer();
  ({ port } = new URL(server.url));
});
afterEach(() => server.forget());
afterAll(async () => {
  await Promise.all(made.map((each) => each.close()));
  await server.close();
});

const outgoing = (...allowed: readonly string[]): OutgoingHttp => {
  const one = new OutgoingHttp(allowed.flatMap((text) => parseAllowedAddress(text) ?? []));
  made.push(one);
  return one;
};
const options = () => ({ signal: AbortSignal.timeout(60_000) });
const get = (host: string, ...allowed: readonly string[]): Promise<OutgoingResult> =>
  outgoing(...allowed).get(new URL(`http://${host}:${port}/x`), options());
const answered = (status: number) => expect.objectContaining({ kind: 'responded', status });

describe('a request to another system', () => {
  it('is not made to this machine, by no name and no spelling of its address, unless it is named', async () => {
    server.answers.set('/x', { a: 1 });
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1'])
      expect([host, await get(host)]).toEqual([host, { kind: 'forbidden' }]);
    expect(server.asked).toEqual([]);
    expect(await get('127.0.0.1', `127.0.0.1:${port}`)).toEqual(answered(200));
    expect(await get('localhost', `127.0.0.0/8:${port}`)).toEqual(answered(200));
    expect(await get('localhost', `localhost:${port}`)).toEqual(answered(200));
    expect(await get('127.0.0.1', '127.0.0.0/8', `localhost:${port}`)).toEqual({ kind: 'forbidden' });
  });

  it('goes to no other scheme, and carries no user of the address', async () => {
    const one = outgoing(`127.0.0.1:${port}`);
    for (const url of [`ftp://127.0.0.1:${port}/`, 'file:///etc/passwd', `http://user:password@127.0.0.1:${port}/x`])
      expect(await one.get(new URL(url), options())).toEqual({ kind: 'forbidden' });
    expect(server.asked).toEqual([]);
  });

  it('posts JSON, or a text as it is', async () => {
    const bodies: string[] = [];
    server.answers.set('/x', (request: IncomingMessage, response: ServerResponse) => {
      let body = '';
      request.on('data', (part) => (body += part));
      request.on('end', () => {
        bodies.push(`${request.method} ${request.headers['content-type']} ${request.headers['x-a']} ${body}`);
        response.writeHead(202).end('{"ok":true}');
      });
    });
    const one = outgoing(`127.0.0.1:${port}`);
    const url = new URL(`${server.url}/x`);
    expect(await one.post(url, { a: 1 }, { ...options(), headers: { 'x-a': 'b' } })).toEqual(answered(202));
    await one.post(url, '{ "signed": 1 }', options());
    expect(bodies).toEqual(['POST application/json b {"a":1}', 'POST application/json undefined { "signed": 1 }']);
  });

  it('follows no redirect, takes no more than 1 MiB, and ends with its time', async () => {
    const one = outgoing(`127.0.0.1:${port}`);
    const ask = (path: string, signal = options().signal) => one.get(new URL(server.url + path), { signal });
    server.answers.set('/away', (_, response) => void response.writeHead(307, { location: '/x' }).end());
    server.answers.set('/long', (_, response) => void response.writeHead(200).end(Buffer.alloc(1024 * 1024 + 1)));
    server.answers.set('/never', () => {});
    expect(await ask('/away')).toEqual(answered(307));
    expect(await ask('/long')).toEqual({ kind: 'too_long' });
    const limit = new AbortController();
    const asked = ask('/never', limit.signal);
    limit.abort();
    expect(await asked).toEqual({ kind: 'failed', code: 'time is up' });
    expect(server.asked).not.toContain('/x');
  });

  it('that finds nobody says so without the address', async () => {
    const result = await outgoing('127.0.0.1:1').get(new URL('http://127.0.0.1:1/'), options());
    expect(result).toEqual({ kind: 'failed', code: 'ECONNREFUSED' });
    const unknown = await outgoing().get(new URL('https://nobody.invalid/'), options());
    expect(unknown).toEqual({ kind: 'failed', code: expect.stringMatching(/^E[A-Z_]+$/) });
  });
});
