import { Problem } from '../domain/errors.ts';
import { parseJsonInSteps, parseJsonText } from '../domain/json.ts';
import type { IngestContext, IngestFormat, IngestResult, Steps, WebhookContent } from './format.ts';
import { cloudEvents } from './json/cloudevents.ts';
import { easySmsJson } from './json/json.ts';
import { unsupportedJson, vendorJson } from './json/vendor-json.ts';

/** The formats of the webhook in the order of trial: the first that accepts a request reads it. */
const WEBHOOK_FORMATS: readonly IngestFormat[] = [cloudEvents, vendorJson, unsupportedJson, easySmsJson];

/**
 * Reads a request to `/v1/webhooks/{source}`, one element after another.
 * @param body the raw bytes, which signatures are computed over
 * @throws Problem 400 for a body that is not JSON, 415 for another content type, 422 for content that can't be used
 */
export function* readWebhook(
  { contentType, header, body }: Omit<WebhookContent, 'body'> & { readonly body: Uint8Array },
  context: IngestContext,
): Steps<IngestResult> {
  checkType(contentType);
  const content = { contentType, header, body: yield* readJsonBody(body) };
  yield;
  const format = WEBHOOK_FORMATS.find((candidate) => candidate.accepts(content, context));
  if (!format) {
    const faults = [{ pointer: '', code: 'invalid_type', detail: 'An object or an array of objects is required.' }];
    throw new Problem(422, 'invalid', 'The body is not an appointment event.', { faults });
  }
  const result = yield* format.read(content, context);
  const [only] = result.elements;
  if (!result.array && only?.kind === 'refused') throw only.problem;
  return { ...result, format: format.id };
}

/** Content types of other addresses, with a sentence that names the right address. */
const OTHER_ENDPOINTS: readonly (readonly [type: RegExp, sentence: string])[] = [
  [/fhir/, 'Send FHIR to /v1/fhir/{source} as application/fhir+json.'],
  [
    /hl7-v2|hl7v2|^text\/plain/,
    'Send HL7 v2 to /v1/hl7v2/{source}, and JSON with the header Content-Type: application/json.',
  ],
  [
    /csv|spreadsheet|excel/,
    'Send CSV files to /v1/sources/{source}/imports as text/csv. This address accepts JSON as application/json.',
  ],
  [/^application\/cloudevents/, 'Send CloudEvents as JSON: application/cloudevents+json.'],
  [
    /^application\/x-www-form-urlencoded|^multipart\//,
    'Forms are not supported: send JSON with the header Content-Type: application/json. A form that contains only an ' +
      'id, such as that of Acuity, is not enough: let an integration fetch the appointment and send it as JSON.',
  ],
];

/** @throws Problem 415 naming the content type or address to use instead */
function checkType(contentType: string): void {
  const type = contentType.trim().toLowerCase();
  const isJson = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/.test(type);
  if (isJson && !type.includes('fhir')) return;
  const [, sentence] = OTHER_ENDPOINTS.find(([pattern]) => pattern.test(type)) ?? [];
  const detail = sentence ?? 'Send JSON with the header Content-Type: application/json.';
  throw new Problem(415, 'unsupported-media-type', detail);
}

/** Parses JSON in UTF-8. @throws Problem 400, as for what is nested too deep or names a key twice in one object */
export function parseJson(body: Uint8Array): unknown {
  const text = textOf(body);
  try {
    return parseJsonText(text);
  } catch (error) {
    throw malformed(error, text);
  }
}

/** Parses JSON in UTF-8 in steps. @throws Problem 400, as `parseJson` does */
export function* readJsonBody(body: Uint8Array): Steps<unknown> {
  const text = textOf(body);
  try {
    return yield* parseJsonInSteps(text);
  } catch (error) {
    throw malformed(error, text);
  }
}

function malformed(error: unknown, { length }: string): Problem {
  if (error instanceof Problem) return error;
  // The parser's own message quotes the text around the fault, which may contain a number.
  const said = error instanceof Error ? error.message : '';
  const [, position] = / at position (\d+)/.exec(said) ?? [];
  const fault = position === undefined ? '' : `: the fault is at character ${Number(position) + 1}`;
  // Within a text, a key or an object the parser names the place behind the last character.
  const ends = said.startsWith('Unexpected end') || Number(position) >= length;
  const where = ends ? ': it ends before it is complete' : fault;
  return new Problem(400, 'malformed-json', `The body is not valid JSON in UTF-8${where}.`);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Problem 400 */
function textOf(body: Uint8Array): string {
  if (body.length === 0) throw new Problem(400, 'malformed-json', 'The body is empty: it is not valid JSON in UTF-8.');
  try {
    const text = UTF8.decode(body);
    if (!text.includes('\0')) return text;
  } catch {
    // The message below covers this case too.
  }
  const detail = 'The body is not UTF-8: JSON is read in UTF-8 only, not in ISO 8859-1, Windows-1252 or UTF-16.';
  throw new Problem(400, 'malformed-json', detail);
}
