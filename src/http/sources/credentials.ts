import type { Context } from 'hono';
import type { Credentials } from '../../sources/authenticate.ts';

/**
 * What a request shows to prove for which source it speaks.
 * @param body the bytes that were sent, before anything was parsed
 */
export function credentialsOf(c: Context, body: Uint8Array): Required<Credentials> {
  const header = (name: string) => c.req.header(name);
  return {
    header,
    authorization: header('authorization'),
    webhookId: header('webhook-id'),
    webhookTimestamp: header('webhook-timestamp'),
    webhookSignature: header('webhook-signature'),
    body,
  };
}
