import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clientKey, isWithin, type Network, parseAddress } from './runtime/networks.ts';

/** Bounds what strangers can hold: connections, and the time that a request may take to come. */
export interface ConnectionLimits {
  /** Connections for everybody. */
  readonly connections: number;
  /** Those of them that one client may hold. */
  readonly ofOneClient: number;
  /** Connections beyond these, on which `/healthz` and `/readyz` alone get their response. */
  readonly keptForHealth: number;
  readonly headersWithinMs: number;
  readonly requestWithinMs: number;
}

/** The interval in which connections are looked at, which end so much later than they may at most. */
const CHECKED_EVERY_MS = 500;

/** Options of a server whose connections end when their time is over. */
export function timeLimits({ headersWithinMs, requestWithinMs }: ConnectionLimits) {
  return {
    headersTimeout: headersWithinMs,
    requestTimeout: requestWithinMs,
    connectionsCheckingInterval: CHECKED_EVERY_MS,
  };
}

/** The connections of a server. Those beyond the limit, or beyond a client's share of it, are closed at once. */
export class Connections {
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
