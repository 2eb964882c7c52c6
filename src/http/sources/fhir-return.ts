import { asObject, type Json, textOf } from '../../formats/fhir/json-values.ts';
import { isFhirId } from '../../formats/fhir/references.ts';
import type { FhirResult } from '../../sources/fhir/receive.ts';
import type { EncodedFhir } from './fhir-result.ts';

/** A request for a single resource, as far as it decides what is returned. */
export interface ReturnRequest {
  /** `[base]` of FHIR. */
  readonly base: string;
  /** True for the interaction `create`: a POST to the address of a type. */
  readonly isCreate: boolean;
  /** The id in the address. */
  readonly id: string | undefined;
  /** The header `Prefer`. */
  readonly prefer: string | undefined;
}

/** RFC 7240; the names of FHIR R4 §3.1.0.1.8. */
const RETURN = /(?:^|,)\s*return\s*=\s*"?(representation|minimal)\b/i;

/**
 * The response for a single resource that was taken, as FHIR R4 wants it: 201 with `Location` for a create that stored
 * something new (§3.1.0.8), and the body that `Prefer` names. Any other response stays as it is.
 */
export function returned(encoded: EncodedFhir, result: FhirResult, request: ReturnRequest): EncodedFhir {
  const resource = result.kind === 'resource' ? asObject(result.body) : undefined;
  if (!resource || encoded.status !== 200) return encoded;
  const id = idOf(resource, result, request);
  const isNew =
    request.isCreate && result.outcomes.some((each) => each.result.result !== 'refused' && each.result.created);
  const type = textOf(resource, 'resourceType') ?? '';
  return {
    ...(isNew ? { status: 201, ...(id && { location: `${request.base}/${type}/${id}` }) } : { status: 200 }),
    body: bodyFor(request.prefer, encoded.body, { ...resource, ...(id && { id }) }),
  };
}

/** An id of another form, such as an identifier with a slash, has no address. */
function idOf(resource: Json, { outcomes }: FhirResult, request: ReturnRequest): string | undefined {
  const known = [request.id, textOf(resource, 'id'), outcomes[0]?.result.reference];
  return known.find((id) => typeof id === 'string' && isFhirId(id)) ?? undefined;
}

function bodyFor(prefer: string | undefined, outcome: object | null, resource: Json): object | null {
  switch (RETURN.exec(prefer ?? '')?.[1]?.toLowerCase()) {
    case 'representation':
      return resource;
    case 'minimal':
      return null;
    default:
      return outcome;
  }
}
