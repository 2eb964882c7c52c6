import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import { createMiddleware } from '@mswjs/http-middleware';
import type { HttpHandler } from 'msw';

/** A server on a real port, so that the shipped HTTP client is the one that is tested. */
export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Responses by msw handlers. */
export async function serveHandlers(...handlers: HttpHandler[]): Promise<TestServer> {
  // Its types and msw's own differ by an optional property that may be undefined.
  const middleware = createMiddleware(...(handlers as never[]));
  return serveHttp((request, response) => {
    // The middleware needs these two functions of express only.
    Object.assign(request, { protocol: 'http', get: (name: string) => request.headers[name] });
    middleware(request as never, response as never, () => response.writeHead(404).end());
  });
}

export async function serveHttp(listener: RequestListener): Promise<TestServer> {
  const server = createHttpServer(listener);
  return listen(server, () => server.closeAllConnections());
}

/** For behaviour that an HTTP server can't have. */
export async function serveSocket(onSocket: (socket: Socket) => void): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  return listen(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** An address where no server listens. */
export async function nobody(): Promise<string> {
  const server = await serveSocket(() => {});
  await server.close();
  return server.url;
}

/** Resolves with the socket once a complete request (its body ended by Content-Length) was read from it. */
export function requestRead(socket: Socket, onRequest: () => void): void {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (end === -1 || text.length < end + 4 + length) return;
    text = text.slice(end + 4 + length);
    onRequest();
  });
}

async function listen(server: Server, endConnections: () => void): Promise<TestServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      endConnections();
      await closed;
    },
  };
}
