import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpBindings, serve } from '@hono/node-server';
import { Problem } from './domain/errors.ts';
import { HEALTH_PATHS } from './http/health.ts';
import { plainProblem } from './http/problem.ts';
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

type Respond = (request: Request, bindings: HttpBindings) => Response | Promise<Response>;

const LIMITS: ConnectionLimits = {
  connections: 1_000,
  ofOneClient: 250,
  keptForHealth: 10,
  headersWithinMs: 10_000,
  requestWithinMs: 30_000,
};

/**
 * Listens on this address. Connections beyond the limit, or beyond a client's share of it, are closed at once, and
 * those whose request does not come in time. Beyond the limit some are left for whoever asks whether the process is
 * alive and ready: it should not be replaced because it is busy.
 * @param forMany addresses that speak for many clients, such as proxies, and so have no share
 * @throws Error when the address is taken or not allowed
 */
export async function listenForHttp(
  respond: Respond,
  host: string,
  port: number,
  forMany: readonly Network[] = [],
  limits = LIMITS,
): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const admitted = (request: Request, bindings: HttpBindings) => {
      if (!connections.isKept(bindings.incoming, bindings.outgoing)) return respond(request, bindings);
      const { pathname } = new URL(request.url);
      return HEALTH_PATHS.includes(pathname) ? respond(request, bindings) : tooBusy(pathname);
    };
    const options = { hostname: host, port, serverOptions: timeLimits(limits) };
    // Without a server of another kind it is one for HTTP/1.1.
    const server = serve(
      { ...options, fetch: (request, bindings) => admitted(request, bindings as HttpBindings) },
      (info) => resolve({ port: info.port, close: () => closeServer(server) }),
    ) as Server;
    const connections = new Connections(server, limits, forMany);
    server.once('error', reject);
  });
}

/** The HTTP server of a process, which may listen before there is an application to respond. */
export class EarlyServer {
  readonly #listen: () => Promise<HttpServer>;
  #respond: Respond;
  #server: Promise<HttpServer> | undefined;

  /** @param early responds until there is an application */
  constructor(early: Respond, host: string, port: number, forMany: readonly Network[]) {
    this.#respond = early;
    this.#listen = () => listenForHttp((request, bindings) => this.#respond(request, bindings), host, port, forMany);
  }

  /** Listens, unless it does already. @throws Error when the address is taken or not allowed */
  listen(): Promise<HttpServer> {
    this.#server ??= this.#listen();
    return this.#server;
  }

  /** Lets an application respond from now on, and listens. @throws Error as `listen` does */
  serve(respond: Respond): Promise<HttpServer> {
    this.#respond = respond;
    return this.listen();
  }

  /** Closes it where it listens. */
  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    await server?.close();
  }
}

function tooBusy(path: string): Response {
  const detail = 'All connections of this process are in use at the moment: send the same request again.';
  const response = plainProblem(new Problem(503, 'unavailable', detail, { retryAfterSeconds: 5 }), path);
  response.headers.set('Connection', 'close');
  return response;
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

/** Bounds what strangers can hold: connections, and the time that a request may take to come. */
export interface ConnectionLimits {
  /** Connections for everybody. */
  readonly connections: number;
  /** Connections among them that one client may hold. */
  readonly ofOneClient: number;
  /** Connections beyond these, on which `/healthz` and `/readyz` alone get their response. */
  readonly keptForHealth: number;
  readonly headersWithinMs: number;
  readonly requestWithinMs: number;
}

/** The interval in which connections are looked at, which end so much later than they may at most. */
const CHECKED_EVERY_MS = 500;

/** Options of a server whose connections end when their time is over. */
function timeLimits({ headersWithinMs, requestWithinMs }: ConnectionLimits) {
  return {
    headersTimeout: headersWithinMs,
    requestTimeout: requestWithinMs,
    connectionsCheckingInterval: CHECKED_EVERY_MS,
  };
}

/** The connections of a server. Those beyond the limit, or beyond a client's share of it, are closed at once. */
class Connections {
  readonly #limits: ConnectionLimits;
  readonly #forMany: readonly Network[];
  readonly #ofClient = new Map<string, number>();
  #ordinary = 0;
  /** Connections that are kept for health, the oldest first; true: its response is being made. */
  readonly #kept = new Map<Socket, boolean>();

  /** @param forMany addresses that speak for many clients, such as proxies, and so have no share */
  constructor(server: Server, limits: ConnectionLimits, forMany: readonly Network[]) {
    this.#limits = limits;
    this.#forMany = forMany;
    // A connection counts at the server until its end was seen, which is after it has been taken away here.
    server.maxConnections = limits.connections + 2 * limits.keptForHealth + (limits.keptForHealth > 0 ? 1 : 0);
    server.on('connection', (socket: Socket) => this.#admit(socket));
  }

  /** True for a request on a connection that is kept for health, which is then kept until its response has gone. */
  isKept({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (!this.#kept.has(socket)) return false;
    this.#kept.set(socket, true);
    response.once('close', () => {
      if (this.#kept.has(socket)) this.#kept.set(socket, false);
    });
    return true;
  }

  #admit(socket: Socket): void {
    if (!this.#hasShare(socket)) return void socket.destroy();
    if (this.#ordinary < this.#limits.connections) {
      this.#ordinary++;
      socket.once('close', () => {
        this.#ordinary--;
      });
    } else this.#keep(socket);
  }

  /** Keeps a connection in the place of the oldest on which nothing has been asked, where there is no place left. */
  #keep(socket: Socket): void {
    if (this.#kept.size >= this.#limits.keptForHealth) {
      const idle = [...this.#kept].find(([, asking]) => !asking)?.[0];
      if (!idle) return void socket.destroy();
      this.#kept.delete(idle);
      idle.destroy();
    }
    this.#kept.set(socket, false);
    socket.once('close', () => this.#kept.delete(socket));
  }

  #hasShare(socket: Socket): boolean {
    const address = parseAddress(socket.remoteAddress ?? '');
    if (!address || isWithin(address, this.#forMany)) return true;
    const client = clientKey(address.toString());
    const count = (this.#ofClient.get(client) ?? 0) + 1;
    if (count > this.#limits.ofOneClient) return false;
    this.#ofClient.set(client, count);
    socket.once('close', () => {
      const left = (this.#ofClient.get(client) ?? 1) - 1;
      if (left > 0) this.#ofClient.set(client, left);
      else this.#ofClient.delete(client);
    });
    return true;
  }
}
