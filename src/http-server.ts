import type { Server } from 'node:http';
import { type HttpBindings, serve } from '@hono/node-server';
import { Problem } from './domain/errors.ts';
import { HEALTH_PATHS } from './http/health.ts';
import { plainProblem } from './http/problem.ts';
import { type ConnectionLimits, Connections, timeLimits } from './http-connections.ts';
import type { Network } from './runtime/networks.ts';

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
