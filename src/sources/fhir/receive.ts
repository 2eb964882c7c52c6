import { Problem } from '../../domain/errors.ts';
import type { FhirMessage, FhirReading, FhirRequest } from '../../formats/fhir/reading.ts';
import { isFhirId } from '../../formats/fhir/references.ts';
import type { IngestResult, Steps } from '../../formats/format.ts';
import { IGNORED } from '../../formats/ignored.ts';
import { readJsonBody } from '../../formats/index.ts';
import type { EventResult } from '../../intake/envelope.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess, Logging, Metering } from '../../runtime/deps.ts';
import { inTimeSlices, TimeSlices } from '../../runtime/time-slices.ts';
import { requireToken } from '../credentials.ts';
import type { AcceptedResults, Receiver, RequestAddress, SenderContext, SourceRequest } from '../receive.ts';
import { noteFeed } from './feed.ts';
import { checkFhirType } from './media-type.ts';
import { pollAppointments } from './poll.ts';
import { readWhole } from './read-whole.ts';
import type { FhirServers, TimeLimit } from './servers.ts';

/** A request under `/v1/fhir/{source}`, as it came. */
export interface FhirHttpRequest extends SourceRequest, Omit<FhirRequest, 'body'> {
  readonly contentType: string;
  /** Headers that make what is asked for depend on what is stored, by their names. */
  readonly conditions?: readonly string[];
}

/** The outcome of one part of a request. */
export interface FhirOutcome {
  readonly result: EventResult;
  /** Why it was left as it is; null where it was not. */
  readonly why: string | null;
  /** The entry of the Bundle; 0 for what is none. */
  readonly index: number;
  /** FHIRPath to the resource. */
  readonly path: string;
}

/** The result of a FHIR request, for the encoder of its response. */
export interface FhirResult extends Pick<AcceptedResults, 'dryRun'> {
  readonly kind: FhirReading['kind'];
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
  readonly outcomes: readonly FhirOutcome[];
  /** Type of the posted Bundle; null for what was none. */
  readonly bundleType: string | null;
  /** The number of its entries. */
  readonly size: number;
  /** null: it is none, or one that responds to another, to which nobody responds. */
  readonly message: FhirMessage | null;
  /** True where the resource has another id than its address, which counts. */
  readonly otherId: boolean;
  /** True for a request that only said that something has changed: the outcomes are of what was found then. */
  readonly polled: boolean;
  /** True where it only said that something has changed, and the source names no FHIR server to ask. */
  readonly unreadable: boolean;
}

/** Dependencies of the FHIR format; one `servers` for the whole process. */
export interface ReceiveFhirDeps extends DatabaseAccess, KeyringAccess, Logging, Metering, CurrentTime {
  readonly receiver: Receiver;
  readonly servers: FhirServers;
}

/**
 * Authenticates, reads, reads back what is missing, and takes in what a FHIR server sent. Resolves after the commit.
 * @throws Problem 401, 403, 400, 415, 422 for a single resource that can't be used, 503; the entries of a Bundle
 * have a response each instead
 */
export async function receiveFhir(deps: ReceiveFhirDeps, request: FhirHttpRequest): Promise<FhirResult> {
  const { receiver, servers } = deps;
  const time = servers.time();
  const received = await receiver.retryIfSourceChanged(request.sourceId, () => receiveOnce(deps, request, time));
  const { context, body, reading, accepted } = received;
  const { source } = context;
  const hasEvents = reading.entries.some(({ element }) => element.kind !== 'ignored');
  if (reading.feed && !request.dryRun) await noteFeed(deps, source, { ...reading.feed, hasEvents });
  const isPing = isBarePing(reading);
  const polls = source.fhirBaseUrl !== null && !request.dryRun && isPing;
  const unreadable = source.fhirBaseUrl === null && isPing;
  if (unreadable)
    deps.log.warn(
      { source: source.id },
      'a FHIR server says that something has changed, but not what, and the source has no fhirBaseUrl to ask',
    );
  // An empty body is the same for every ping: it does not show that a request is a repeat.
  const proof = reading.kind === 'ping' ? { ...context.proof, bodyKey: null } : context.proof;
  const sender = { source, proof };
  const polled = polls && !(await receiver.isRepeat(sender)) ? await pollAppointments(deps, source, time) : [];
  // After the poll: a ping that failed comes again.
  if (polls) await receiver.remember(sender, accepted.results, request, addressOf(request));
  return {
    kind: reading.kind,
    body,
    outcomes: [
      ...outcomesOf(reading, accepted.results),
      ...polled.map((result) => ({ result, why: null, index: 0, path: 'Appointment' })),
    ],
    bundleType: reading.bundle ? textOf(body, 'type') : null,
    size: reading.size,
    message: reading.message && !isResponse(body) ? reading.message : null,
    otherId: request.id !== undefined && textOf(body, 'id') !== null && textOf(body, 'id') !== request.id,
    polled: polls,
    unreadable,
    dryRun: accepted.dryRun,
  };
}

interface Received {
  readonly context: SenderContext;
  readonly body: unknown;
  readonly reading: FhirReading;
  readonly accepted: AcceptedResults;
}

async function receiveOnce(deps: ReceiveFhirDeps, request: FhirHttpRequest, time: TimeLimit): Promise<Received> {
  const { receiver, servers } = deps;
  const context = await receiver.authenticate(request);
  try {
    const slices = new TimeSlices(request.resumed);
    const body = await inTimeSlices(parse(request), slices);
    checkProven(request, body, context);
    if (!request.dryRun) servers.forget(context.source, patientsTold(request, body));
    const { reading, partial } = await readWhole(deps, { ...request, body }, context, time, slices);
    const accepted = await receiver.accept(context, elementsOf(reading, partial), request, addressOf(request));
    return { context, body, reading, accepted };
  } catch (error) {
    receiver.noteRefusal(context.source, request, { error, format: 'fhir' });
    throw error;
  }
}

/** @throws Problem 403 for what the address, the method or a header says and a signature does not cover */
function checkProven(request: FhirHttpRequest, body: unknown, { proof }: SenderContext): void {
  const { method, id, deletedResource } = request;
  if (method === 'DELETE') requireToken(proof, 'the method DELETE');
  if (deletedResource !== undefined && isBlankOrEmpty(body)) requireToken(proof, 'X-Medplum-Deleted-Resource');
  if (id !== undefined && textOf(body, 'id') !== id) requireToken(proof, 'the id in the address');
}

function isBlankOrEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0);
}

function elementsOf(reading: FhirReading, partial: boolean): IngestResult {
  const elements = reading.entries.map(({ element }) => element);
  // A resource that could not be read back now may be readable when the same request comes again.
  const messageId = partial ? undefined : reading.messageId;
  return { elements, array: reading.bundle, ...(messageId !== undefined && { messageId }) };
}

function addressOf({ method, resourceType, id, deletedResource }: FhirHttpRequest): RequestAddress {
  return ['fhir', method, resourceType, id, deletedResource];
}

/**
 * True for what says that something has changed, and not what: HAPI's empty POST, a notification whose payload is
 * `empty`.
 */
function isBarePing({ kind, feed, entries }: FhirReading): boolean {
  return kind === 'ping' || (feed !== undefined && feed.eventNumbers.length > 0 && entries.length === 1);
}

/** The writes of single resources that are supported, in a sentence for those who try others. */
export const SUPPORTED_WRITES =
  'Supported are PUT (with the whole resource) and DELETE at .../Appointment/{id}, PUT at .../Patient/{id}, and ' +
  'POST: none of them with a search or a condition, and no PATCH. A repeat changes nothing.';

/** @throws Problem 404, 415, 400, 422 */
function* parse(request: FhirHttpRequest): Steps<unknown> {
  const { contentType, body, method, resourceType, id, conditions = [] } = request;
  if (resourceType !== undefined && !/^[A-Z][A-Za-z]{1,63}$/.test(resourceType)) {
    throw new Problem(404, 'not-found', 'There is no such resource type, and no such operation.');
  }
  if (id !== undefined && !isFhirId(id)) {
    const faults = [
      {
        pointer: `${resourceType ?? 'Resource'}.id`,
        code: 'invalid_value',
        detail: 'An id has 1 to 64 of: A-Z a-z 0-9 - .',
      },
    ];
    throw new Problem(422, 'invalid', 'The id in the address is none of FHIR.', { faults });
  }
  const [condition] = conditions;
  if (condition !== undefined) {
    const sentence = `${condition} is not supported. ${SUPPORTED_WRITES}`;
    throw new Problem(422, 'not-supported', sentence);
  }
  if (method === 'DELETE' || isBlank(body)) return undefined;
  checkFhirType(contentType, body);
  return yield* readJsonBody(body);
}

function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** `Patient/id` of those whose resource came itself. */
function patientsTold({ resourceType, id }: FhirHttpRequest, body: unknown): string[] {
  const entries: unknown = fieldOf(body, 'entry');
  const resources = [
    body,
    ...(Array.isArray(entries) ? entries.map((entry: unknown) => fieldOf(entry, 'resource')) : []),
  ];
  const ids = resources.flatMap((resource) =>
    textOf(resource, 'resourceType') === 'Patient' ? [textOf(resource, 'id')] : [],
  );
  return [...ids, resourceType === 'Patient' ? id : null].flatMap((each) => (each ? [`Patient/${each}`] : []));
}

function outcomesOf({ entries }: FhirReading, results: readonly EventResult[]): FhirOutcome[] {
  return entries.map(({ element, index, path }, position) => ({
    result: inFhirTerms(results[position] as EventResult, path),
    why: element.kind === 'ignored' ? IGNORED[element.why] : null,
    index: index ?? 0,
    path,
  }));
}

/** The rules point at fields of our own event. */
function inFhirTerms(result: EventResult, path: string): EventResult {
  if (result.result !== 'refused') return result;
  const { status, code, message, faults } = result.problem;
  const own = faults.map((fault) => {
    const [, field] = /^(?:\/\d+)?\/data\/(\w+)$/.exec(fault.pointer) ?? [];
    return field === undefined ? fault : { ...fault, pointer: `${path}.${field}` };
  });
  return { ...result, problem: new Problem(status, code, message, { faults: own }) };
}

/** FHIR R4 §2.31.2: the header of a response says what it responds to. */
function isResponse(bundle: unknown): boolean {
  const entries = fieldOf(bundle, 'entry');
  return Array.isArray(entries) && fieldOf(fieldOf(entries[0], 'resource'), 'response') !== undefined;
}

function fieldOf(body: unknown, key: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, key) ? Reflect.get(body, key) : undefined;
}

function textOf(body: unknown, key: string): string | null {
  const value = fieldOf(body, key);
  return typeof value === 'string' ? value : null;
}
