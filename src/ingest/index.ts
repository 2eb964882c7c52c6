import { Problem } from '../domain/errors.ts';
import type { IngestContext, IngestFormat, IngestResult } from './format.ts';
import { easySmsJson } from './json.ts';

/** In order of trial: the first that accepts a request reads it. */
const WEBHOOK_FORMATS: readonly IngestFormat[] = [easySmsJson];

/**
 * Reads what was posted to `/v1/webhooks/{source}`.
 * @param body the raw bytes, since signatures were made over them
 * @throws Problem 400 for what is no JSON, 415 for another content type, 422 for what can't be used
 */
export function readWebhook(contentType: string, body: Uint8Array, context: IngestContext): IngestResult {
  if (!/^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i.test(contentType)) {
    throw new Problem(415, 'unsupported-media-type', 'Send JSON with the header Content-Type: application/json.');
  }
  const parsed = parseJson(body);
  const format = WEBHOOK_FORMATS.find((candidate) => candidate.accepts(contentType, parsed));
  if (!format) {
    const faults = [{ pointer: '', code: 'invalid_type', detail: 'An object, or an array of objects, is needed.' }];
    throw new Problem(422, 'invalid', 'The body is no event of an appointment.', { faults });
  }
  return format.read(parsed, context);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // The parser's own message quotes the text around the fault, which may hold a number.
    throw new Problem(400, 'malformed-json', 'The body is not valid JSON in UTF-8.');
  }
}
