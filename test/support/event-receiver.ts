import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { allowServer } from './own-servers.ts';

/** A request that a booking system got. */
export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Status that it answered; null: nothing, since it hangs. */
  status: number | null;
}

/** Answers a call; `end` is called with the status. */
export type Behaviour = (call: ReceivedCall, response: ServerResponse) => void;

/** A booking system on a port of its own, which answers as it is told. */
export class EventReceiver {
  readonly calls: ReceivedCall[] = [];
  behaviour: Behaviour = answer(204);
  /** Calls that are under way. */
  open = 0;
  mostOpen = 0;
  readonly #server = createServer((request, response) => this.#take(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    allowServer(this.url);
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events`;
  }

  /** Bodies that it answered with 2xx, in the order in which they came. */
  taken(): ReceivedEvent[] {
    return this.calls.flatMap(({ status, body }) => (status !== null && status < 300 ? [JSON.parse(body)] : []));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.closeAllConnections();
      this.#server.close(() => resolve());
    });
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    response.on('close', () => this.open--);
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const call: ReceivedCall = { path, headers, body: Buffer.concat(parts).toString('utf8'), status: null };
      this.calls.push(call);
      this.behaviour(call, response);
    });
  }
}

/** The body of an event, in either format. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, string>>;
}

/** Answers with a status and headers. */
export function answer(status: number, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (call, response) => {
    call.status = status;
    response.writeHead(status, headers).end();
  };
}

/** Takes the call, and never answers. */
export const hang: Behaviour = () => {};

/**
 * Verifies a call by the reference implementation of Standard Webhooks and by the one of Svix, written apart from it.
 * @throws Error of whichever refuses it
 */
export function verify({ body, headers }: Pick<ReceivedCall, 'body' | 'headers'>, secret: string): void {
  const given = headers as Record<string, string>;
  new Webhook(secret).verify(body, given);
  new SvixWebhook(secret).verify(body, given);
}
