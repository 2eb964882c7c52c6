import { z } from '@hono/zod-openapi';
import {
  EVENT_ACTIONS,
  EVENT_TYPES,
  OPT_OUT_EVENT_REASONS,
  REMINDER_EVENT_REASONS,
  REPLY_EVENT_REASONS,
  SLOT_EVENT_REASONS,
} from '../../domain/events/event.ts';
import { REMINDER_STATUSES } from '../../domain/reminder.ts';
import { instant } from '../describe.ts';

const REASONS = [
  ...new Set<string>([
    ...REMINDER_EVENT_REASONS,
    ...OPT_OUT_EVENT_REASONS,
    ...SLOT_EVENT_REASONS,
    ...REPLY_EVENT_REASONS,
    'database_restored',
  ]),
].sort();

const data = z.object({
  source: z.string(),
  reference: z.string().openapi({ description: 'Of the appointment, as the booking system knows it' }),
  reminder: z.uuid().optional().openapi({ description: 'The id of the reminder' }),
  rule: z.string().optional().openapi({ description: 'The rule, or the name of the notice, that asked for it' }),
  status: z.enum(REMINDER_STATUSES).optional().openapi({ description: 'Of the reminder' }),
  reason: z.enum(REASONS).optional(),
  action: z.enum(EVENT_ACTIONS).optional().openapi({ description: 'What there is to do for people' }),
  reply: z.uuid().optional().openapi({
    description: 'The SMS that it follows from. A reply that is about several appointments comes once for each',
  }),
  text: z.string().optional().openapi({ description: 'What the citizen wrote; absent once it was erased' }),
  phone: z.string().optional().openapi({ description: 'Only where the source asks for it (`includePhone`)' }),
});

/** An event as booking systems get it, from their endpoint and from the feed. */
export const eventSchema = z
  .object({
    id: z.uuid().openapi({ description: 'The same for every try to deliver it: repeats are known by it' }),
    type: z.enum(EVENT_TYPES),
    timestamp: instant,
    sequence: z.int().openapi({ description: 'Rises within the source' }),
    data,
  })
  .openapi('Event');
