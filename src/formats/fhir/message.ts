import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { isStorable } from './identifiers.ts';
import { type Json, objectOf, textOf } from './json-values.ts';
import type { FhirMessage } from './reading.ts';
import { readUuid } from './references.ts';

/** Reads the MessageHeader of R4 and R5 (STU3: `event`) for the response; null where a value is missing. */
export function readMessage(resource: Json | undefined, fullUrl: string | undefined): FhirMessage {
  const header = textOf(resource, 'resourceType') === 'MessageHeader' ? resource : undefined;
  const coding = objectOf(header, 'eventCoding') ?? objectOf(header, 'event');
  const code = repeatable(textOf(coding, 'code'));
  const uri = repeatable(textOf(header, 'eventUri') ?? textOf(header, 'eventCanonical'));
  const endpoint = (holder: Json | undefined): string | null =>
    repeatable(
      textOf(holder, 'endpoint') ??
        textOf(holder, 'endpointUrl') ??
        textOf(objectOf(holder, 'endpointReference'), 'reference'),
    );
  return {
    id: repeatable(textOf(header, 'id') ?? readUuid(fullUrl)),
    event: code !== null ? { system: repeatable(textOf(coding, 'system')), code } : uri !== null ? { uri } : null,
    sourceEndpoint: endpoint(objectOf(header, 'source')),
    destinationEndpoint: endpoint(objectOf(header, 'destination')),
  };
}

/** Text that may be repeated to the sender; null for any other. */
function repeatable(text: string | undefined): string | null {
  return text === undefined || !isStorable(text) || looksLikeCpr(text) ? null : text;
}
