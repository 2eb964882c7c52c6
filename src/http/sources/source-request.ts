import type { Context } from 'hono';
import type { Credentials } from '../../sources/authenticate.ts';
import type { Receiver, SourceRequest } from '../../sources/receive.ts';
import type { HttpEnv } from '../env.ts';

/** The intake of booking systems' requests: one for all formats, so that their commits are grouped. */
export interface ReceiverAccess {
  readonly receiver: Receiver;
}

/** Reads what every request of a booking system has, whatever its format; the source is that of its path. */
export async function sourceRequestOf(c: Context<HttpEnv>): Promise<SourceRequest & { credentials: Credentials }> {
  const header = (name: string) => c.req.header(name);
  const body = new Uint8Array(await c.req.arrayBuffer());
  c.var.resume();
  return {
    sourceId: c.req.param('source') ?? '',
    credentials: {
      header,
      authorization: header('authorization'),
      webhookId: header('webhook-id'),
      webhookTimestamp: header('webhook-timestamp'),
      webhookSignature: header('webhook-signature'),
      // The bytes as they were sent: signatures are made over them.
      body,
    },
    idempotencyKey: header('idempotency-key') || header('webhook-id'),
    requestId: c.var.requestId,
    body,
  };
}
