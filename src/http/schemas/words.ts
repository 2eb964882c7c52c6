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
/** Why reminders of an accepted event are not planned, in words: Danish and English. */
const REASONS = {
  in_past: ['Tiden er gået', 'The time has passed'],
  booked_late: ['Aftalen er booket for sent til en påmindelse', 'The appointment was booked too late for a reminder'],
  too_late: ['Det er for sent at sende', 'It is too late to send'],
  too_close: ['For tæt på en anden påmindelse om aftalen', 'Too close to another reminder about the appointment'],
  no_phone: ['Telefonnummeret mangler', 'No phone number'],
  invalid_number: ['Telefonnummeret kan ikke bruges', 'The phone number cannot be used'],
  country_not_allowed: ['Telefonnummer fra et andet land', 'Phone number of another country'],
  not_mobile: ['Det er ikke et mobilnummer', 'It is no mobile number'],
  opted_out: ['Borgeren er frameldt', 'The citizen has opted out'],
  no_sms: [
    'Der sendes ikke SMS om den slags aftaler eller fra den afdeling',
    'No SMS are sent about this kind of appointment, or by this department',
  ],
  already_told: ['Borgeren har fået besked om aflysningen', 'The citizen was told of the cancellation before'],
  shadow: ['Bookingsystemet prøves uden at sende', 'The booking system is tried without sending'],
  test: ['Det er en prøve', 'It is a test'],
  erased: ['Borgerens oplysninger er slettet', 'The data of the citizen was erased'],
  deceased: ['Borgeren er registreret som død', 'The citizen is registered as dead'],
} as const satisfies Readonly<Record<string, readonly [da: string, en: string]>>;
/** Reasons why reminders of an accepted event are not planned. */
export const EVENT_REASONS: readonly string[] = Object.keys(REASONS);
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

/** The words for each reason, without a full stop. */
export function reasonWords(language: 'da' | 'en'): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(REASONS).map(([code, [da, en]]) => [code, language === 'da' ? da : en]));
}

/** The sentence for a reason; its code where there is none. */
export function reasonSentence(code: string, language: 'da' | 'en'): string {
  const words = Object.hasOwn(REASONS, code) ? REASONS[code as keyof typeof REASONS] : undefined;
  return words ? `${words[language === 'da' ? 0 : 1]}.` : code;
}
