import { z } from '@hono/zod-openapi';
import { faultSchema, problemSchema } from '../problem.ts';
import { eventReason } from './words.ts';

/** The result of an event that was taken. */
export const acceptedSchema = z
  .object({
    result: z.enum(['accepted', 'duplicate', 'stale', 'ignored']),
    reference: z.string().nullable(),
    start: z.string().optional().openapi({
      description: 'The start as it was understood, in the zone of the source; absent where the event has none',
      example: '2026-12-01T09:00:00+01:00',
    }),
    reminders: z.int().openapi({ description: 'How many are planned afterwards' }),
    alreadyHandedOver: z
      .array(z.uuid())
      .openapi({ description: 'Ids of the reminders of the slot that were handed over before this event' }),
    reasons: z
      .array(eventReason)
      .optional()
      .openapi({ description: 'Why reminders of an accepted event are not planned', example: ['no_phone'] }),
    reasonDetails: z
      .array(z.object({ code: eventReason, detail: z.string() }))
      .optional()
      .openapi({ description: 'The same in sentences' }),
    warnings: z
      .array(faultSchema)
      .optional()
      .openapi({ description: 'What the sender should know although the event was accepted' }),
  })
  .openapi('EventResult');

/** The result of an event that was refused. */
export const refusedSchema = z
  .object({ result: z.literal('refused'), reference: z.string().optional(), problem: problemSchema })
  .openapi('EventRefusal');
