import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { serve } from '@hono/node-server';
import { clientKey, isWithin, type Network, parseAddress } from './runtime/networks.ts';

/** How long a stopping server still accepts requests, for load balancers that have not seen it become unready. */
const STILL_LISTENING_MS = 1_000;
const CUT_CONNECTIONS_MS = 5_000;
const IDLE_CHECK_MS = 100;

/** An HTTP server that accepts requests. */
export interface HttpServer {
  /** The port that it listens on, which the system chooses for port 0. */
  readonly port: number;
  /**
   * Accepts requests for one more second, responds to those in progress and resolves. Connections that are still open
   * five seconds after the call are cut.
   */
  close(): Promise<void>;
}

/** Bounds what strangers can hold: connections, and the time that a request may take to come. */
const LIMITS = { connections: 1_000, ofOneClient: 250, headersWithinMs: 10_000, requestWithinMs: 30_000 };

/**
 * Listens on this address. Connections beyond the limit, or beyond a client's share of it, are closed at once, and
 * those whose request does not come in time.
 * @param forMany addresses that speak for many clients, such as proxies, and so have no share
 * @throws Error when the address is taken or not allowed
 */
export async function listenForHttp(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
  forMany: readonly Network[] = [],
  limits = LIMITS,
): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: host, port }, (info) =>
      resolve({ port: info.port, close: () => closeServer(server as Server) }),
    );
    limitConnections(server as Server, limits);
    limitConnectionsPerClient(server as Server, limits.ofOneClient, forMany);
    server.once('error', reject);
  });
}

function limitConnections(server: Server, { connections, headersWithinMs, requestWithinMs }: typeof LIMITS): void {
  server.maxConnections = connections;
  server.headersTimeout = headersWithinMs;
  server.requestTimeout = requestWithinMs;
}

function limitConnectionsPerClient(server: Server, most: number, forMany: readonly Network[]): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = parseAddress(socket.remoteAddress ?? '');
    if (!address || isWithin(address, forMany)) return;
    const client = clientKey(address.toString());
    const count = (open.get(client) ?? 0) + 1;
    if (count > most) return void socket.destroy();
    open.set(client, count);
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  // A request may be on its way on a connection that is kept open: it gets its response, the next one goes elsewhere.
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  return new Promise((resolve) => {
    setTimeout(() => {
      // A response that is sent after close() leaves its connection idle and open.
      const ending = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
      server.close(() => {
        clearInterval(ending);
        resolve();
      });
    }, STILL_LISTENING_MS);
    setTimeout(() => server.closeAllConnections(), CUT_CONNECTIONS_MS).unref();
  });
}
