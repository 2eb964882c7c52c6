import { Problem } from '../../domain/errors.ts';
import { isObject } from '../../domain/json.ts';
import type { IngestFormat } from '../format.ts';

/** JSON of vendors that can't be read directly, recognised by its shape, with the setting that makes it readable. */
const KNOWN_SHAPES: readonly {
  readonly matches: (body: Record<string, unknown>) => boolean;
  readonly advice: string;
}[] = [
  {
    matches: (body) => typeof body.resourceType === 'string',
    advice: 'This is FHIR: send it to /v1/fhir/{source}, as application/fhir+json.',
  },
  {
    matches: (body) => 'triggerEvent' in body && 'payload' in body,
    advice: 'This looks like Cal.com: set the mapping of this source to "cal.com".',
  },
  {
    // Easy!Appointments.
    matches: (body) => typeof body.action === 'string' && isObject(body.payload),
    advice:
      'This contains no number of the patient, only the id of a customer, and times without a zone: ' +
      'let an integration fetch the appointment and send it as JSON.',
  },
  {
    // Healthie; Acuity, when its form was converted to JSON; Semble.
    matches: (body) =>
      ('resource_id' in body && 'event_type' in body) ||
      (typeof body.action === 'string' && 'id' in body) ||
      (typeof body.event === 'string' && 'id' in body),
    advice:
      'This contains only the id of an appointment: let an integration fetch the appointment and send it as JSON.',
  },
  {
    matches: (body) => !('type' in body) && !('data' in body),
    advice:
      'This is not the JSON of EasySMS. The JSON of a vendor can be read by a mapping in the settings of this source.',
  },
];

/** Refuses known JSON of vendors with advice, instead of a list of missing keys of our own JSON. */
export const unsupportedJson: IngestFormat = {
  id: 'unknown',
  accepts: ({ body }) => adviceFor(body) !== undefined,
  *read({ body }) {
    const faults = ['type', 'data'].map((key) => ({
      pointer: `/${key}`,
      code: 'required',
      detail: 'This is required.',
    }));
    throw new Problem(422, 'invalid', adviceFor(body) ?? '', { faults });
  },
};

function adviceFor(body: unknown): string | undefined {
  return isObject(body) && !isObject(body.data) ? KNOWN_SHAPES.find(({ matches }) => matches(body))?.advice : undefined;
}
