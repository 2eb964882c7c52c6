import { z } from '@hono/zod-openapi';
import { MEANINGS } from '../../domain/replies/read-reply.ts';
import { SETTLE_ACTIONS } from '../../domain/replies/settle.ts';
import type { InboundView } from '../../staff/replies/replies.ts';
import { instant, written } from '../describe.ts';
import { unreadable } from './words.ts';

/** A person's decision about a reply. */
export const settleAction = z.enum(SETTLE_ACTIONS);

/** The meaning of a reply. */
export const meaning = z.enum(MEANINGS);

const inboundAppointment = z.object({
  source: z.string(),
  reference: z.string(),
  start: instant.nullable(),
  department: z.string().nullable(),
});

/** A citizen's SMS as the API shows it. */
export const inboundSchema = z
  .object({
    id: z.uuid(),
    gateway: z.string(),
    phone: z.string().nullable().describe('Masked for a viewer'),
    recipient: z
      .string()
      .nullable()
      .describe('The number or short code that was answered; a CPR number in its place is masked'),
    text: z.string().nullable(),
    meaning,
    receivedAt: instant,
    needsPerson: z.boolean().describe('A person must still read it'),
    holds: z
      .boolean()
      .describe('It holds the planned reminders of its number, or of the appointment, until it is settled'),
    appointments: z
      .array(inboundAppointment)
      .describe('The appointments ahead that it may be about; several: a person must find out which'),
    answered: z
      .object({ text: z.string().nullable(), at: instant.nullable() })
      .nullable()
      .describe('The last SMS to the number from the sender that was answered'),
    settledAt: instant.nullable(),
    settledBy: z
      .string()
      .nullable()
      .describe(
        'booking_system: it cancelled or moved the appointment that the citizen had cancelled; citizen: START ' +
          'followed on what may have been a STOP',
      ),
    action: settleAction.nullable(),
    answers: z
      .array(z.object({ at: instant, text: z.string().nullable(), by: z.string() }))
      .describe('What staff wrote because of it, the oldest first'),
    undoUntil: instant.nullable().describe('Until then it can be taken back how it was settled'),
    unreadable,
  })
  .openapi('InboundMessage');

/** A citizen's SMS in the words of the API. */
export function toInboundBody({ rank: _, taken: _taken, ...inbound }: InboundView): z.infer<typeof inboundSchema> {
  return written({ ...inbound, appointments: inbound.appointments.map(({ id: __, ...each }) => each) });
}
