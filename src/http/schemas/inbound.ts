import { z } from '@hono/zod-openapi';
import { type InboundView, SETTLE_ACTIONS } from '../../staff/replies.ts';
import { instant, iso } from '../describe.ts';

/** A person's decision about a reply. */
export const settleAction = z.enum(SETTLE_ACTIONS);

/** A citizen's SMS as the API shows it. */
export const inboundSchema = z
  .object({
    id: z.uuid(),
    gateway: z.string(),
    phone: z.string().nullable().openapi({ description: 'Masked for a viewer' }),
    recipient: z.string().nullable().openapi({ description: 'The number or short code that was answered' }),
    text: z.string().nullable(),
    meaning: z.string(),
    receivedAt: instant,
    needsPerson: z.boolean().openapi({ description: 'A person must still read it' }),
    holds: z.boolean().openapi({ description: "It holds the number's planned reminders until it is settled" }),
    settledAt: instant.nullable(),
    settledBy: z.string().nullable(),
    action: settleAction.nullable(),
  })
  .openapi('InboundMessage');

/** A citizen's SMS in the words of the API. */
export function toInboundBody(inbound: InboundView): z.infer<typeof inboundSchema> {
  return { ...inbound, receivedAt: iso(inbound.receivedAt), settledAt: iso(inbound.settledAt) };
}
