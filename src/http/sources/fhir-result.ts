import { randomUUID } from 'node:crypto';
import { asObject, type Json, textOf } from '../../formats/fhir/json-values.ts';
import type { FhirMessage } from '../../formats/fhir/reading.ts';
import { isFhirId } from '../../formats/fhir/references.ts';
import type { EventResult } from '../../intake/envelope.ts';
import type { FhirOutcome, FhirResult } from '../../sources/fhir/receive.ts';
import {
  type Issue,
  issueOf,
  type OperationOutcome,
  operationOutcomeOf,
  toOperationOutcome,
  warningIssue,
} from '../operation-outcome.ts';

/** A response in FHIR JSON. */
interface EncodedFhir {
  readonly status: 200 | 201 | 422;
  /** null: none. */
  readonly body: object | null;
  /** The address of what was stored. */
  readonly location?: string;
}

/** The context of an encoded result. `now`: the time of a message that responds to another. */
interface FhirResponseContext {
  readonly requestId: string;
  readonly publicUrl: string;
  readonly now: Date;
}

/**
 * The response to a request that was read: an OperationOutcome for one resource, a Bundle for a Bundle, a message for a
 * message. HAPI takes a posted Bundle for delivered only if a Bundle comes back.
 */
export function encodeFhirResult(result: FhirResult, context: FhirResponseContext): EncodedFhir {
  const { outcomes, bundleType } = result;
  // A ping is valid whatever is read afterwards: a sender that is refused would repeat it for ever.
  const status = result.polled || isTaken(outcomes) ? 200 : 422;
  if (result.message) return { status, body: messageOf(result, result.message, context) };
  if (bundleType === null) {
    const [only] = outcomes;
    const issues = outcomes.length === 0 ? [nothingToDo()] : outcomes.flatMap((outcome) => issuesOf(outcome, context));
    const body = operationOutcomeOf([
      ...issues,
      ...(result.otherId ? [otherId()] : []),
      ...(result.unreadable ? [unreadable()] : []),
    ]);
    return {
      status: !result.polled && only?.result.result === 'refused' && outcomes.length === 1 ? 422 : status,
      body,
    };
  }
  const entry = Array.from({ length: result.size }, (_, index) =>
    responseOf(
      outcomes.filter((each) => each.index === index),
      context,
    ),
  );
  const type = bundleType === 'batch' ? 'batch-response' : 'transaction-response';
  return { status, body: { resourceType: 'Bundle', type, ...(entry.length > 0 && { entry }) } };
}

/** Accepted patients and ignored resources don't make up for an appointment that was refused. */
function isTaken(outcomes: readonly FhirOutcome[]): boolean {
  const appointments = outcomes.filter(({ result }) => result.result === 'refused' || result.reference !== null);
  return appointments.length === 0 || appointments.some(({ result }) => result.result !== 'refused');
}

function responseOf(outcomes: readonly FhirOutcome[], context: FhirResponseContext): object {
  const refused = outcomes.find(({ result }) => result.result === 'refused')?.result;
  const status = refused?.result === 'refused' ? refused.problem.status : 200;
  const issues = outcomes.length === 0 ? [nothingToDo()] : outcomes.flatMap((outcome) => issuesOf(outcome, context));
  return { response: { status: String(status), outcome: operationOutcomeOf(issues) } };
}

function issuesOf({ result, why, path }: FhirOutcome, { requestId }: FhirResponseContext): readonly Issue[] {
  if (result.result === 'refused') return toOperationOutcome(result.problem, requestId).issue;
  const issue = issueOf({
    severity: 'information',
    kind: 'informational',
    code: result.result,
    text: why ?? (result.keptFor === undefined ? SENTENCES[result.result] : kept(result.keptFor)),
    diagnostics: tell(result),
  });
  const located = result.reference === null || path === '' ? issue : { ...issue, expression: [path] };
  return [located, ...(result.warnings ?? []).map(warningIssue)];
}

type Taken = Exclude<EventResult, { result: 'refused' }>;

const SENTENCES: Readonly<Record<Taken['result'], string>> = {
  accepted: 'Accepted.',
  duplicate: 'This was known already: nothing has changed.',
  stale: 'A newer version is known: nothing has changed.',
  ignored: 'Nothing to do.',
};

/** A line for people who read the response. */
function tell({ result, reference, changed, start, reminders, alreadyHandedOver, reasons = [] }: Taken): string {
  if (result === 'ignored') return 'Ignored.';
  const references = changed ?? (reference === null ? [] : [reference]);
  return [
    ...(references.length === 0 ? [] : [`Appointment${references.length > 1 ? 's' : ''} ${references.join(', ')}.`]),
    `Reminders planned: ${reminders}.`,
    ...(reasons.length > 0 ? [`Not planned because of: ${reasons.join(', ')}.`] : []),
    ...(reasons.includes('no_phone') ? [WAYS_OF_A_NUMBER] : []),
    ...(alreadyHandedOver.length > 0 ? [`Already handed over: ${alreadyHandedOver.join(', ')}.`] : []),
    ...(start === undefined ? [] : [`Start: ${start}.`]),
  ].join(' ');
}

const WAYS_OF_A_NUMBER =
  'The number may come with the appointment (a Patient in `contained` or in the same Bundle), or by itself ' +
  '(PUT Patient/{id}), after the appointment or up to keepPatients before it.';

function kept(duration: string): string {
  return `Kept until an appointment refers to this patient, for ${duration} at most.`;
}

function nothingToDo(): Issue {
  return issueOf({ severity: 'information', kind: 'informational', code: 'ignored', text: 'Nothing to do.' });
}

function unreadable(): Issue {
  const text =
    'It does not say what has changed, and the source has no fhirBaseUrl to read it from: set the payload of ' +
    'the subscription to application/fhir+json, or give the source its fhirBaseUrl.';
  return issueOf({ severity: 'warning', kind: 'incomplete', code: 'unreadable', text });
}

function otherId(): Issue {
  const text = 'The resource has another id than its address. The id of the address was taken.';
  return issueOf({ severity: 'warning', kind: 'value', code: 'other_id', text });
}

/** The response to a message (FHIR R4 §2.31.2), with its result in an OperationOutcome. */
function messageOf({ outcomes }: FhirResult, message: FhirMessage, context: FhirResponseContext): object {
  const issues = outcomes.flatMap((outcome) => (outcome.why === null ? issuesOf(outcome, context) : []));
  const outcome: OperationOutcome = operationOutcomeOf(issues.length > 0 ? issues : [nothingToDo()]);
  const [headerUrl, outcomeUrl] = [`urn:uuid:${randomUUID()}`, `urn:uuid:${randomUUID()}`];
  const header = {
    resourceType: 'MessageHeader',
    ...eventOf(message),
    ...(message.sourceEndpoint !== null && { destination: [{ endpoint: message.sourceEndpoint }] }),
    source: { name: 'EasySMS', endpoint: message.destinationEndpoint ?? context.publicUrl },
    response: {
      identifier: message.id !== null && isFhirId(message.id) ? message.id : 'unknown',
      code: outcomes.some(({ result }) => result.result === 'refused') ? 'fatal-error' : 'ok',
      details: { reference: outcomeUrl },
    },
  };
  return {
    resourceType: 'Bundle',
    type: 'message',
    timestamp: context.now.toISOString(),
    entry: [
      { fullUrl: headerUrl, resource: header },
      { fullUrl: outcomeUrl, resource: outcome },
    ],
  };
}

/** The event of the request; FHIR requires one, so a request without any gets a name of ours. */
function eventOf({ event }: FhirMessage): object {
  if (!event) return { eventUri: 'urn:easysms:response' };
  if ('uri' in event) return { eventUri: event.uri };
  return { eventCoding: { ...(event.system !== null && { system: event.system }), code: event.code } };
}

/** A request for a single resource, as far as it decides what is returned. */
interface ReturnRequest {
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
