import { z } from 'zod';
import type { AppointmentStatus } from '../../domain/appointment.ts';
import { MAX_REFERENCE, STORABLE_TEXT } from '../../domain/reference.ts';
import { MAX_CODE, MAX_ELEMENTS, MAX_PATIENT_ID, MAX_WORDING } from '../limits.ts';

/** Event type in the JSON of EasySMS → status of the appointment; null: it says none. */
export const STATUS_OF_TYPE: Readonly<Record<string, AppointmentStatus | null>> = {
  'appointment.booked': 'booked',
  'appointment.updated': null,
  'appointment.rescheduled': 'booked',
  'appointment.cancelled': 'cancelled',
  'appointment.deleted': 'entered-in-error',
  'appointment.arrived': 'arrived',
  'appointment.fulfilled': 'fulfilled',
  'appointment.noshow': 'noshow',
};

const printed = z.string().max(MAX_WORDING).nullish();
const moment = z.string().max(64);

/**
 * A text that is stored as received must be acceptable to a database: without control characters and lone surrogates.
 */
function plain(max: number) {
  return z.string().max(max).regex(STORABLE_TEXT, 'Control characters and invalid Unicode are not accepted.');
}

/** Schema of an event's `data`. */
export const dataSchema = z.object({
  id: plain(MAX_REFERENCE).min(1),
  replaces: plain(MAX_REFERENCE).nullish(),
  version: z.int().nonnegative().nullish(),
  start: moment.nullish(),
  end: moment.nullish(),
  kind: z.enum(['visit', 'phone', 'video', 'home']).nullish(),
  patient: z
    .object({
      id: z.string().max(MAX_PATIENT_ID).nullish(),
      phone: z.string().max(64).nullish(),
      language: z
        .string()
        .regex(/^([A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*)?$/, 'A language is written as da or en-GB.')
        .nullish(),
    })
    .nullish(),
  location: z.object({ code: plain(MAX_CODE).nullish(), text: printed }).nullish(),
  department: printed,
  departmentCode: plain(MAX_CODE).nullish(),
  contactPhone: z
    .string()
    .regex(
      /^(\+?[0-9][0-9 ()-]{2,22})?$/,
      'A phone number is required: digits, blanks, brackets and hyphens, optionally with + in front.',
    )
    .nullish(),
});

/** Schema of an event at `POST /v1/webhooks/{source}`. Unknown keys are ignored. */
export const webhookEventSchema = z.object({
  type: z.enum(Object.keys(STATUS_OF_TYPE) as [string, ...string[]]),
  timestamp: moment.nullish(),
  data: dataSchema,
});

/** Schema of the webhook's body: one event, or up to 1,000. */
export const webhookSchema = z.union([webhookEventSchema, z.array(webhookEventSchema).min(1).max(MAX_ELEMENTS)]);
