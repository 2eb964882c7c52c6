import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message that the service has handed over. */
export interface Handed {
  readonly reference: string;
  /** As the supplier was told it. */
  readonly to: string;
}

/** The other systems that the service calls: its suppliers, and the endpoints of booking systems. */
export interface Others {
  readonly origin: string;
  /** Grows; the newest last. */
  readonly handed: readonly Handed[];
  /** Bodies of events that were sent. */
  readonly events: readonly string[];
  stop(): Promise<void>;
}

const SUPPLIERS: Readonly<Record<string, (handed: Handed) => readonly [status: number, body: unknown]>> = {
  kannel: () => [202, '0: Accepted for delivery'],
  inmobile: ({ reference }) => [200, { results: [{ messageId: reference, smsCount: 1 }] }],
  gatewayapi: () => [202, { msg_id: 'm' }],
  link: ({ reference }) => [200, { refId: reference, messageId: reference, resultCode: 1005, smsCount: 1 }],
  twilio: () => [201, { sid: `SM${'c'.repeat(32)}`, status: 'queued', num_segments: '1' }],
};
/** Endpoints that refuse are held back for long, so that most take what they are sent. */
const STATUSES = [200, 204, 200, 200, 200, 200, 503, 200, 302, 200];

/** Starts them on loopback. Suppliers take each SMS; endpoints refuse an event now and then. */
export async function startOthers(): Promise<Others> {
  const handed: Handed[] = [];
  const events: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const [, supplier = ''] = request.url?.split('/') ?? [];
    const take = SUPPLIERS[supplier];
    if (!take) {
      events.push(body);
      response.writeHead(STATUSES[events.length % STATUSES.length] ?? 200).end();
      return;
    }
    const message = messageOf(supplier, request, body);
    handed.push(message);
    const [status, told] = take(message);
    response.writeHead(status).end(typeof told === 'string' ? told : JSON.stringify(told));
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, handed, events, stop };
}

function messageOf(supplier: string, { headers }: IncomingMessage, body: string): Handed {
  if (supplier === 'kannel') {
    const url = String(headers['x-kannel-dlr-url'] ?? 'http://x');
    return { reference: new URL(url).searchParams.get('reference') ?? '', to: String(headers['x-kannel-to'] ?? '') };
  }
  if (supplier === 'twilio') {
    const form = new URLSearchParams(body);
    const callback = new URL(form.get('StatusCallback') ?? 'http://x');
    return { reference: callback.searchParams.get('reference') ?? '', to: form.get('To') ?? '' };
  }
  const read = JSON.parse(body || '{}') as Record<string, unknown> & { messages?: Record<string, unknown>[] };
  const { reference, refId, messageId, to, recipient, destination } = read.messages?.[0] ?? read;
  return {
    reference: String(reference ?? refId ?? messageId ?? ''),
    to: String(to ?? recipient ?? destination ?? ''),
  };
}
