import { z } from '@hono/zod-openapi';
import { REMINDER_ACTIONS } from '../../domain/reminder.ts';
import type { DryRunReminder } from '../../dry-run/preview.ts';
import { SENDING_HELD } from '../../runtime/deps.ts';
import type { AppointmentView } from '../../staff/appointments/appointments.ts';
import { MESSAGE_STATUSES, type MessageView } from '../../staff/appointments/messages.ts';
import type { ReminderView } from '../../staff/appointments/reminder-view.ts';
import { instant, written } from '../describe.ts';
import { meaning, settleAction } from './inbound.ts';
import { appointmentStatus, reminderStatus, statusOfMessage, unreadable } from './words.ts';

const receiptSchema = z.object({
  state: z.string(),
  cause: z.string().nullable(),
  code: z.string().nullable().describe("The supplier's own"),
  at: instant.nullable().describe("By the gateway's clock, if it says"),
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
    slot: z
      .int()
      .describe(
        'Raised when the appointment moves or passes to another citizen: reminders of an earlier slot are about its ' +
          'old time, or were for the citizen before',
      ),
    template: z.string(),
    templateVersion: z.int().nullable().describe('null, like text, encoding and segments, until it is handed over'),
    language: z.string(),
    status: reminderStatus,
    reason: z.string().nullable(),
    action: z
      .enum(REMINDER_ACTIONS)
      .nullable()
      .describe(
        'What a person should do: phone the citizen, fix settings here or at the gateway, or ask the gateway ' +
          'whether it was sent',
      ),
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
  } satisfies Record<keyof ReminderView, z.ZodType>)
  .openapi('Reminder');

const replySchema = z.object({
  inbound: z.uuid(),
  meaning,
  receivedAt: instant,
  holds: z.boolean().describe('It holds the reminders of the appointment'),
  certain: z.boolean().describe('false: it may be about another one, and a person must find out'),
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
    revision: z.int().describe('Raised with each accepted event: an answer to its citizen may be sent with it'),
    status: appointmentStatus,
    start: instant.nullable(),
    end: instant.nullable(),
    kind: z.string(),
    phone: z.string().nullable().describe('Masked for a viewer'),
    phoneReason: z.string().nullable().describe('Why there is no usable number'),
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
      .describe('What the citizen said last of its present time'),
    replies: z.array(replySchema).describe("The citizen's replies that may be about it"),
    unreadable,
  } satisfies Record<keyof AppointmentView, z.ZodType>)
  .openapi('Appointment');

/** An appointment in the words of the API. */
export function toAppointmentBody(appointment: AppointmentView): z.infer<typeof appointmentSchema> {
  return written(appointment);
}

/** A reminder as it would be planned, in the responses of `plan` and `test`. */
export const plannedSchema = z
  .object({
    rule: z.string(),
    template: z.string(),
    language: z.string(),
    status: reminderStatus,
    reason: z.string().nullable(),
    dueAt: instant,
    expiresAt: instant,
    text: z.string().nullable().describe('As it would read today'),
    encoding: z.string().nullable(),
    segments: z.int().nullable(),
  })
  .openapi('PlannedReminder');

/** A planned reminder in the words of the API. */
export function toPlannedBody(reminder: DryRunReminder): z.infer<typeof plannedSchema> {
  return written(reminder);
}

/** The states of a message. */
export const messageStatus = z.enum(MESSAGE_STATUSES);

/** A message as the API lists it. */
export const messageSchema = z
  .object({
    id: z.uuid(),
    source: z.string().nullable().describe('null, like reference and reminder, for an answer to a citizen'),
    reference: z.string().nullable(),
    reminder: z.uuid().nullable(),
    template: z.string().describe('staff-answer: what staff wrote to a citizen'),
    language: z.string(),
    gateway: z.string(),
    gatewayMessageId: z.string().nullable(),
    sender: z.string(),
    phone: z.string().nullable().describe('Masked for a viewer; null once erased, like text'),
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
  } satisfies Record<keyof MessageView, z.ZodType>)
  .openapi('Message');

/** A message in the words of the API. */
export function toMessageBody(message: MessageView): z.infer<typeof messageSchema> {
  return written(message);
}
