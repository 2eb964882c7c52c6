import { z } from '@hono/zod-openapi';
import { STATUSES } from '../../domain/appointment.ts';
import { MESSAGE_STATUSES, REMINDER_STATUSES } from '../../domain/reminder.ts';

/** A text that is one of these words; the words stand in the document alone, since what is shown was checked before. */
const oneOf = (words: readonly string[]) => z.string().openapi({ enum: [...words] });

/** Status of an appointment. */
export const appointmentStatus = oneOf(STATUSES);
/** Status of a reminder. */
export const reminderStatus = oneOf(REMINDER_STATUSES);
/** Status of a message. */
export const statusOfMessage = oneOf(MESSAGE_STATUSES);
/** The response to a refused message: a status of HTTP, or the code of an ACK. */
export const refusalStatus = oneOf(['400', '403', '404', '409', '413', '415', '422', 'AE', 'AR']);
/** Reasons why reminders of an accepted event are not planned. */
export const EVENT_REASONS: readonly string[] = [
  'in_past',
  'booked_late',
  'too_late',
  'too_close',
  'no_phone',
  'invalid_number',
  'country_not_allowed',
  'not_mobile',
  'opted_out',
  'no_sms',
  'shadow',
  'test',
  'erased',
  'deceased',
];
/** Why reminders of an accepted event are not planned. */
export const eventReason = oneOf(EVENT_REASONS);
/** Beside what could not be opened, which is null. */
export const unreadable = z
  .literal(true)
  .optional()
  .describe(
    'A number, a text or a place of it can not be opened (a damaged row, or a key that is gone), and is null; ' +
      'absent elsewhere',
  );
