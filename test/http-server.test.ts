import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type ConnectionLimits, type HttpServer, listenForHttp } from '../src/http-server.ts';
import { LOOPBACK } from '../src/loopback.ts';
import type { Network } from '../src/runtime/networks.ts';

let server: HttpServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const listen = async (connections: number, ofOneClient: number, forMany: readonly Network[] = []): Promise<void> =>
  listenWith({ connections, ofOneClient }, forMany);

async function listenWith(
  limits: Partial<ConnectionLimits>,
  forMany: readonly Network[] = [],
  fetch: () => Response | Promise<Response> = () => new Response('here'),
): Promise<void> {
  const all = { connections: 10, ofOneClient: 10, keptForHealth: 0, headersWithinMs: 10_000, requestWithinMs: 30_000 };
  server = await listenForHttp(fetch, '127.0.0.1', 0, forMany, { ...all, ...limits });
}

/** @returns once the connection is made */
async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Response of the server to a request; empty when it closes the connection. */
async function ask(socket: Socket, path = '/'): Promise<string> {
  let said = '';
  socket.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  if (!socket.closed) await once(socket, 'close');
  return said;
}

it('a connection beyond the limit is closed, those before it get responses, and one that ends makes room', async () => {
  await listen(2, 2);
  const [first, second] = [await open(), await open()];
  expect(await ask(await open())).toBe('');
  expect(await ask(first)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(await open())).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(second)).toMatch(/^HTTP\/1\.1 200 /);
});

it('a client holds a share of the connections, and keeps no other out', async () => {
  await listen(10, 2);
  const [first, second] = [await open(), await open()];
  expect(await ask(await open())).toBe('');
  expect(await ask(await open('127.0.0.2'))).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(first)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(await open())).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(second)).toMatch(/^HTTP\/1\.1 200 /);
});

it('an address that speaks for many clients holds as many as there are', async () => {
  await listen(10, 1, LOOPBACK);
  const sockets = [await open(), await open(), await open()];
  for (const socket of sockets) expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it('a connection that sends only headers, or nothing, ends soon after the time that it has for them', {
  timeout: 20_000,
}, async () => {
  await listenWith({ headersWithinMs: 100 });
  const [silent, endless] = [await open(), await open()];
  endless.write('GET / HTTP/1.1\r\nHost: x\r\n');
  const ticking = setInterval(() => endless.writable && endless.write('A: b\r\n'), 50);
  for (const socket of [silent, endless]) {
    socket.resume();
    if (!socket.closed) await once(socket, 'close');
  }
  clearInterval(ticking);
});

it.each(['/healthz', '/readyz', '/readyz?from=balancer'])(
  'where all connections are taken, %s gets its response, and nothing else does',
  async (path) => {
    await listenWith({ connections: 2, keptForHealth: 2 });
    const taken = [await open(), await open()];
    expect(await ask(await open(), path)).toMatch(/^HTTP\/1\.1 200 .*here$/s);
    expect(await ask(await open(), '/v1/authorities')).toMatch(/^HTTP\/1\.1 503 .*retry-after: \d/is);
    expect(await ask(await open(), '/healthz/..')).toMatch(/^HTTP\/1\.1 503 /);
    for (const socket of taken) expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(await open(), '/v1/authorities')).toMatch(/^HTTP\/1\.1 200 /);
  },
);

it('connections that are kept for health are taken away from those that ask nothing, the oldest first', async () => {
  await listenWith({ connections: 1, keptForHealth: 2 });
  const [ordinary, oldest, second] = [await open(), await open(), await open()];
  const gone = once(oldest, 'close');
  expect(await ask(await open(), '/healthz')).toMatch(/^HTTP\/1\.1 200 /);
  await gone;
  expect(await ask(second, '/readyz')).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(ordinary)).toMatch(/^HTTP\/1\.1 200 /);
});

it('a connection on which health is asked is not taken away while the response is made', async () => {
  let respond: (response: Response) => void = () => {};
  const asked = new Promise<void>((begun) => {
    const fetch = () => {
      begun();
      return new Promise<Response>((resolve) => {
        respond = resolve;
      });
    };
    void listenWith({ connections: 0, keptForHealth: 1 }, [], fetch).then(async () => {
      const socket = await open();
      answer = ask(socket, '/readyz');
    });
  });
  let answer = Promise.resolve('');
  await asked;
  expect(await ask(await open(), '/readyz')).toBe('');
  respond(new Response('here'));
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
});
