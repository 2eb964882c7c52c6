import { z } from '@hono/zod-openapi';
import { REMINDER_ACTIONS } from '../../domain/reminder.ts';
import { SENDING_HELD } from '../../runtime/deps.ts';
import type { AppointmentView } from '../../staff/appointments/appointments.ts';
import type { ReminderView } from '../../staff/appointments/reminder-view.ts';
import { instant, iso } from '../describe.ts';
import { meaning, settleAction } from './inbound.ts';
import { appointmentStatus, reminderStatus, statusOfMessage, unreadable } from './words.ts';

const receiptSchema = z.object({
  state: z.string(),
  cause: z.string().nullable(),
  code: z.string().nullable().openapi({ description: "The supplier's own" }),
  at: instant.nullable().openapi({ description: "By the gateway's clock, if it says" }),
  receivedAt: instant,
});

const reminderMessageSchema = z.object({
  id: z.uuid(),
  gateway: z.string(),
  gatewayMessageId: z.string().nullable(),
  status: statusOfMessage,
  reason: z.string().nullable(),
  code: z.string().nullable(),
  attempts: z.int(),
  handedOverAt: instant.nullable(),
  acceptedAt: instant.nullable(),
  deliveredAt: instant.nullable(),
  receipts: z.array(receiptSchema),
});

/** In the order in which one outranks the next. */
const HELD_REASONS = [
  'paused',
  ...SENDING_HELD,
  'status_unclear',
  'reply_needs_a_person',
  'reply_cancel',
  'gateway_out',
];

const reminderSchema = z
  .object({
    id: z.uuid(),
    rule: z.string(),
    slot: z.int().openapi({
      description:
        'Raised when the appointment moves or passes to another citizen: reminders of an earlier slot are about its ' +
        'old time, or were for the citizen before',
    }),
    template: z.string(),
    templateVersion: z
      .int()
      .nullable()
      .openapi({ description: 'null, like text, encoding and segments, until it is handed over' }),
    language: z.string(),
    status: reminderStatus,
    reason: z.string().nullable(),
    action: z
      .enum(REMINDER_ACTIONS)
      .nullable()
      .openapi({
        description:
          'What a person should do: phone the citizen, fix settings here or at the gateway, or ask the gateway ' +
          'whether it was sent',
      }),
    heldReason: z
      .string()
      .nullable()
      .openapi({
        enum: [...HELD_REASONS, null],
        description: 'Why a planned one waits: the first of them that holds it',
      }),
    dueAt: instant,
    expiresAt: instant,
    text: z.string().nullable(),
    encoding: z.string().nullable(),
    segments: z.int().nullable(),
    messages: z.array(reminderMessageSchema),
    history: z.array(z.object({ at: instant, status: reminderStatus, reason: z.string().nullable() })),
    unreadable,
  })
  .openapi('Reminder');

const replySchema = z.object({
  inbound: z.uuid(),
  meaning,
  receivedAt: instant,
  holds: z.boolean().openapi({ description: 'It holds the reminders of the appointment' }),
  certain: z.boolean().openapi({ description: 'false: it may be about another one, and a person must find out' }),
  settledAt: instant.nullable(),
  settledBy: z.string().nullable(),
  action: settleAction.nullable(),
});

/** An appointment with everything that became of it, as the API shows it. */
export const appointmentSchema = z
  .object({
    authority: z.string(),
    source: z.string(),
    reference: z.string(),
    version: z.number().nullable(),
    status: appointmentStatus,
    start: instant.nullable(),
    end: instant.nullable(),
    kind: z.string(),
    phone: z.string().nullable().openapi({ description: 'Masked for a viewer' }),
    phoneReason: z.string().nullable().openapi({ description: 'Why there is no usable number' }),
    language: z.string().nullable(),
    location: z.object({ code: z.string().nullable(), text: z.string().nullable() }).nullable(),
    department: z.string().nullable(),
    contactPhone: z.string().nullable(),
    outcome: z.string().nullable(),
    outcomeAt: instant.nullable(),
    test: z.boolean(),
    receivedAt: instant,
    updatedAt: instant,
    erasedAt: instant.nullable(),
    reminders: z.array(reminderSchema),
    reply: z
      .object({ meaning: z.enum(['cancel', 'confirm']), at: instant, inbound: z.uuid() })
      .nullable()
      .openapi({ description: 'What the citizen said last of its present time' }),
    replies: z.array(replySchema).openapi({ description: "The citizen's replies that may be about it" }),
    unreadable,
  })
  .openapi('Appointment');

/** An appointment in the words of the API. */
export function toAppointmentBody(appointment: AppointmentView): z.infer<typeof appointmentSchema> {
  const { location } = appointment;
  return {
    ...appointment,
    start: iso(appointment.start),
    end: iso(appointment.end),
    location: location && { ...location },
    outcomeAt: iso(appointment.outcomeAt),
    receivedAt: iso(appointment.receivedAt),
    updatedAt: iso(appointment.updatedAt),
    erasedAt: iso(appointment.erasedAt),
    reminders: appointment.reminders.map(toReminderBody),
    reply: appointment.reply && { ...appointment.reply, at: iso(appointment.reply.at) },
    replies: appointment.replies.map((reply) => ({
      ...reply,
      receivedAt: iso(reply.receivedAt),
      settledAt: iso(reply.settledAt),
    })),
  };
}

function toReminderBody(reminder: ReminderView): z.infer<typeof reminderSchema> {
  return {
    ...reminder,
    dueAt: iso(reminder.dueAt),
    expiresAt: iso(reminder.expiresAt),
    messages: reminder.messages.map((message) => ({
      ...message,
      handedOverAt: iso(message.handedOverAt),
      acceptedAt: iso(message.acceptedAt),
      deliveredAt: iso(message.deliveredAt),
      receipts: message.receipts.map((receipt) => ({
        ...receipt,
        at: iso(receipt.at),
        receivedAt: iso(receipt.receivedAt),
      })),
    })),
    history: reminder.history.map((entry) => ({ ...entry, at: iso(entry.at) })),
  };
}
