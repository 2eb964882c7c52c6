import { looksLikeCpr } from '../../domain/sms-text.ts';
import { isStorable } from './identifiers.ts';
import { type Json, objectOf, textOf } from './json-values.ts';
import type { FhirMessage } from './reading.ts';
import { readUuid } from './references.ts';

/** Reads the MessageHeader of R4 and R5 (STU3: `event`) for the response; null where a value is missing. */
export function readMessage(header: Json | undefined, fullUrl: string | undefined): FhirMessage {
  const known = textOf(header, 'resourceType') === 'MessageHeader' ? header : undefined;
  const coding = objectOf(known, 'eventCoding') ?? objectOf(known, 'event');
  const code = told(textOf(coding, 'code'));
  const uri = told(textOf(known, 'eventUri') ?? textOf(known, 'eventCanonical'));
  const endpoint = (holder: Json | undefined): string | null =>
    told(
      textOf(holder, 'endpoint') ??
        textOf(holder, 'endpointUrl') ??
        textOf(objectOf(holder, 'endpointReference'), 'reference'),
    );
  return {
    id: told(textOf(known, 'id') ?? readUuid(fullUrl)),
    event: code !== null ? { system: told(textOf(coding, 'system')), code } : uri !== null ? { uri } : null,
    sourceEndpoint: endpoint(objectOf(known, 'source')),
    destinationEndpoint: endpoint(objectOf(known, 'destination')),
  };
}

/** Text that may be repeated to the sender; null for any other. */
function told(text: string | undefined): string | null {
  return text === undefined || !isStorable(text) || looksLikeCpr(text) ? null : text;
}
