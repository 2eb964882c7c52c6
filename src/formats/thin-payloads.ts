import { Problem } from '../domain/errors.ts';
import type { IngestFormat } from './format.ts';
import { isObject } from './json-pointer.ts';

/** JSON of vendors that can't be read directly, recognised by its shape, with the setting that makes it readable. */
const LOOKS: readonly { readonly looks: (body: Record<string, unknown>) => boolean; readonly sentence: string }[] = [
  {
    looks: (body) => typeof body.resourceType === 'string',
    sentence: 'This is FHIR: send it to /v1/fhir/{source}, as application/fhir+json.',
  },
  {
    looks: (body) => 'triggerEvent' in body && 'payload' in body,
    sentence: 'This looks like Cal.com: set the mapping of this source to "cal.com".',
  },
  {
    // Easy!Appointments.
    looks: (body) => typeof body.action === 'string' && isObject(body.payload),
    sentence:
      'This holds no number of the patient, only the id of a customer, and its times say no zone: let an integration fetch the appointment and ' +
      'send it as JSON.',
  },
  {
    // Healthie; Acuity, when its form was converted to JSON; Semble.
    looks: (body) =>
      ('resource_id' in body && 'event_type' in body) ||
      (typeof body.action === 'string' && 'id' in body) ||
      (typeof body.event === 'string' && 'id' in body),
    sentence:
      'This holds only the id of an appointment, and EasySMS can not ask for the rest: let an integration fetch the appointment and send it as JSON.',
  },
  {
    looks: (body) => !('type' in body) && !('data' in body),
    sentence:
      'This is not the JSON of EasySMS. Should it be that of a vendor, the mapping of this source can say how it is read.',
  },
];

/** Refuses known JSON of vendors with advice, instead of a list of missing keys of our own JSON. */
export const thinPayloads: IngestFormat = {
  id: 'unknown',
  accepts: ({ body }) => sentenceFor(body) !== undefined,
  read: ({ body }) => {
    const faults = ['type', 'data'].map((key) => ({
      pointer: `/${key}`,
      code: 'required',
      detail: 'This is required.',
    }));
    throw new Problem(422, 'invalid', sentenceFor(body) ?? '', { faults });
  },
};

function sentenceFor(body: unknown): string | undefined {
  return isObject(body) && !isObject(body.data) ? LOOKS.find(({ looks }) => looks(body))?.sentence : undefined;
}
