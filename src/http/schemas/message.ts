import { z } from '@hono/zod-openapi';
import { MESSAGE_STATUSES, type MessageView } from '../../staff/appointments/messages.ts';
import { instant, iso } from '../describe.ts';
import { unreadable } from './words.ts';

/** The states of a message. */
export const messageStatus = z.enum(MESSAGE_STATUSES);

/** A message as the API lists it. */
export const messageSchema = z
  .object({
    id: z.uuid(),
    source: z
      .string()
      .nullable()
      .openapi({ description: 'null, like reference and reminder, for an answer to a citizen' }),
    reference: z.string().nullable(),
    reminder: z.uuid().nullable(),
    template: z.string(),
    language: z.string(),
    gateway: z.string(),
    gatewayMessageId: z.string().nullable(),
    sender: z.string(),
    phone: z.string().nullable().openapi({ description: 'Masked for a viewer; null once erased, like text' }),
    text: z.string().nullable(),
    status: messageStatus,
    reason: z.string().nullable(),
    code: z.string().nullable(),
    attempts: z.int(),
    encoding: z.string(),
    segments: z.int(),
    createdAt: instant,
    handedOverAt: instant.nullable(),
    acceptedAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    unreadable,
  })
  .openapi('Message');

/** A message in the words of the API. */
export function toMessageBody(message: MessageView): z.infer<typeof messageSchema> {
  return {
    ...message,
    createdAt: iso(message.createdAt),
    handedOverAt: iso(message.handedOverAt),
    acceptedAt: iso(message.acceptedAt),
    deliveredAt: iso(message.deliveredAt),
  };
}
