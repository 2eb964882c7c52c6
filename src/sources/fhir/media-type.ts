import { Problem } from '../../domain/errors.ts';

const JSON_TYPES = new Set(['application/fhir+json', 'application/json', 'application/json+fhir']);

const SEND_JSON = 'Send FHIR as JSON with Content-Type: application/fhir+json.';
const PAYLOAD = 'In the Subscription set its payload to application/fhir+json.';

/** Other content types than JSON, each with advice; the first match counts. */
const OTHERS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /json-patch|merge-patch/,
    'Patches are not taken here. Send the whole resource with PUT and Content-Type: application/fhir+json.',
  ],
  [/cda|^multipart\//, `CDA documents and their parts are not read here. ${SEND_JSON}`],
  [/xml/, `XML is not read here. ${SEND_JSON} ${PAYLOAD}`],
  [/hl7-v2/, 'HL7 v2 has an address of its own: send it to /v1/hl7v2/{source}.'],
  [/cloudevents/, 'CloudEvents have an address of their own: send them to /v1/webhooks/{source}.'],
  [/turtle|ndjson/, `This form of FHIR is not read here. ${SEND_JSON} ${PAYLOAD}`],
];

/** Judges the Content-Type of a request that has a body. @throws Problem 415 with what to send instead */
export function checkFhirType(contentType: string, body: Uint8Array): void {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (JSON_TYPES.has(type)) {
    const charset = parameters.flatMap((parameter) => /^charset="?([^"]*)"?$/.exec(parameter)?.[1] ?? [])[0];
    if (charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') return;
    throw new Problem(415, 'unsupported-charset', 'FHIR as JSON is written in UTF-8: send it so.');
  }
  const isCda = /xml/.test(type) && new TextDecoder().decode(body.subarray(0, 4096)).includes('ClinicalDocument');
  const other = isCda ? 'cda' : type;
  const sentence = OTHERS.find(([pattern]) => pattern.test(other))?.[1] ?? SEND_JSON;
  throw new Problem(415, 'unsupported-media-type', sentence);
}
