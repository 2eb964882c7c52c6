import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type HttpServer, listenForHttp } from '../src/http-server.ts';
import { LOOPBACK } from '../src/loopback.ts';
import type { Network } from '../src/runtime/networks.ts';

let server: HttpServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const listen = async (connections: number, ofOneClient: number, forMany: readonly Network[] = []): Promise<void> => {
  const limits = { connections, ofOneClient, headersWithinMs: 10_000, requestWithinMs: 30_000 };
  server = await listenForHttp(() => new Response('here'), '127.0.0.1', 0, forMany, limits);
};

/** @returns once the connection is made */
async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Response of the server to a request; empty when it closes the connection. */
async function ask(socket: Socket): Promise<string> {
  let said = '';
  socket.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
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
