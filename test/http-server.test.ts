import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type HttpServer, listenForHttp } from '../src/http-server.ts';

let server: HttpServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const listen = async (connections: number): Promise<void> => {
  const limits = { connections, headersWithinMs: 10_000, requestWithinMs: 30_000 };
  server = await listenForHttp(() => new Response('here'), '127.0.0.1', 0, limits);
};

/** @returns once the connection is made */
async function open(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
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

it('a connection beyond the limit is closed, those before it are answered, and one that ends makes room', async () => {
  await listen(2);
  const [first, second] = [await open(), await open()];
  expect(await ask(await open())).toBe('');
  expect(await ask(first)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(await open())).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask(second)).toMatch(/^HTTP\/1\.1 200 /);
});
