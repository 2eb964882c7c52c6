import { z } from '@hono/zod-openapi';
import type { OptOutView } from '../../staff/opt-outs.ts';
import { instant, iso } from '../describe.ts';
import { unreadable } from './words.ts';

/** An opt-out as the API shows it. */
export const optOutSchema = z
  .object({
    id: z.uuid(),
    scope: z.enum(['authority', 'installation']),
    phone: z.string().nullable().describe('Masked for a viewer; null where only its hash is kept'),
    reason: z.string(),
    recordedBy: z.string(),
    recordedAt: instant,
    liftedAt: instant.nullable(),
    liftedBy: z.string().nullable(),
    liftReason: z.string().nullable(),
    unreadable,
  })
  .openapi('OptOut');

/** An opt-out in the words of the API. */
export function toOptOutBody(optOut: OptOutView): z.infer<typeof optOutSchema> {
  return { ...optOut, recordedAt: iso(optOut.recordedAt), liftedAt: iso(optOut.liftedAt) };
}
