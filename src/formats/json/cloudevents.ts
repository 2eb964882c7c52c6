import { Problem, refusedEvent } from '../../domain/errors.ts';
import { isObject, parseJsonText } from '../../domain/json.ts';
import {
  type IngestContext,
  type IngestElement,
  type IngestFormat,
  type IngestResult,
  MAX_ELEMENTS,
  type RequestPointers,
  type SenderKey,
  type Steps,
  type WebhookContent,
} from '../format.ts';
import { ATTRIBUTES, type CloudEvent, readCloudEvent, withPointers } from './cloudevents-event.ts';

/** CloudEvents 1.0 over HTTP: binary mode, structured mode and batches (HTTP protocol binding §3). */
export const cloudEvents: IngestFormat = {
  id: 'cloudevents',
  accepts: ({ contentType, header }) => isStructured(contentType) || BINARY.some((name) => header(name) !== undefined),
  read: (request, context) => {
    if (BATCH.test(request.contentType)) return readBatch(request.body, context);
    return isStructured(request.contentType)
      ? readCloudEvent(structured(request.body, ''), context)
      : readBinary(request, context);
  },
};

const BATCH = /^application\/cloudevents-batch\+json\s*(?:;|$)/i;
const BINARY = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'] as const;

function isStructured(contentType: string): boolean {
  return /^application\/cloudevents(?:-batch)?\+json\s*(?:;|$)/i.test(contentType);
}

function readBinary({ header, body }: WebhookContent, context: IngestContext): Steps<IngestResult> {
  const named = (name: string) => decodeHeader(header(`ce-${name}`));
  const attributes = {
    specversion: named('specversion'),
    id: named('id'),
    source: named('source'),
    type: named('type'),
    time: named('time'),
    // In binary mode datacontenttype is the Content-Type, which is JSON at this point.
  };
  return readCloudEvent({ attributes, data: body, where: (attribute) => `ce-${attribute}`, dataAt: '' }, context);
}

/** Decodes a header value: quotes are removed, percent-encoding is UTF-8 (HTTP protocol binding §3.1.3.2). */
function decodeHeader(value: string | undefined): string | undefined {
  const [, quoted] = /^"(.*)"$/s.exec(value ?? '') ?? [];
  const plain = quoted === undefined ? value : quoted.replaceAll(/\\(.)/gs, '$1');
  return plain?.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function* readBatch(body: unknown, context: IngestContext): Steps<IngestResult> {
  if (!Array.isArray(body))
    throw refusedEvent([{ pointer: '', code: 'invalid_type', detail: 'A batch must be an array of CloudEvents.' }]);
  if (body.length > MAX_ELEMENTS) {
    const detail = `A batch may have ${MAX_ELEMENTS} events; this one has ${body.length}.`;
    throw refusedEvent([{ pointer: '', code: 'too_big', detail }]);
  }
  const seen = new Map<string, string>();
  const results: OfBatch[] = [];
  for (const [index, each] of body.entries()) {
    results.push(once(yield* readOfBatch(each, index, context), index, seen));
    yield;
  }
  return {
    elements: results.map(({ element }) => element),
    array: true,
    elementKeys: results.map(({ key }) => key),
    pointerTables: results.map(({ pointers }) => pointers),
  };
}

interface OfBatch {
  readonly element: IngestElement;
  readonly pointers?: RequestPointers | undefined;
  readonly key?: SenderKey | undefined;
}

/** Reads one event of a batch; a fault refuses this event only. */
function* readOfBatch(body: unknown, index: number, context: IngestContext): Steps<OfBatch> {
  try {
    const { elements, pointerTables, key } = yield* readCloudEvent(structured(body, `/${index}`), context);
    const [element, ...others] = elements;
    if (element && others.length === 0) return { element, pointers: pointerTables?.[0], key };
    const detail = 'In a batch each CloudEvent may contain one event only.';
    throw refusedEvent([{ pointer: `/${index}`, code: 'several_events', detail }]);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { element: { kind: 'refused', reference: null, problem: error } };
  }
}

/**
 * Ignores an event that the batch repeats, and refuses one that repeats its key with other content.
 * @param seen content of the earlier events, by key
 */
function once(read: OfBatch, index: number, seen: Map<string, string>): OfBatch {
  const { element, key } = read;
  if (!key || element.kind === 'refused') return { element, pointers: read.pointers };
  const before = seen.get(key.key);
  if (before === undefined) {
    seen.set(key.key, key.content);
    return read;
  }
  if (before === key.content) return { element: { kind: 'ignored', why: 'repeated' } };
  const detail = 'This id was used earlier in the batch with other content.';
  const problem = new Problem(422, 'idempotency-key-reused', 'A new event needs a new id.', {
    faults: [{ pointer: `/${index}/id`, code: 'contradiction', detail }],
  });
  const reference = element.kind === 'appointment' ? element.event.reference : null;
  return { element: { kind: 'refused', reference, problem } };
}

/** Reads structured mode (JSON event format §3). @throws Problem 422 */
function structured(body: unknown, at: string): CloudEvent {
  if (!isObject(body))
    throw refusedEvent([{ pointer: at, code: 'invalid_type', detail: 'A CloudEvent must be a JSON object.' }]);
  const attribute = (name: string) => (Object.hasOwn(body, name) ? (body[name] ?? undefined) : undefined);
  const encoded = attribute('data_base64');
  const dataAt = `${at}/${encoded === undefined ? 'data' : 'data_base64'}`;
  if (encoded !== undefined && attribute('data') !== undefined) {
    const detail = 'Send either data or data_base64, not both.';
    throw refusedEvent([{ pointer: dataAt, code: 'contradiction', detail }]);
  }
  return {
    attributes: Object.fromEntries(ATTRIBUTES.map((name) => [name, attribute(name)])),
    data: encoded === undefined ? attribute('data') : decodeData(encoded, dataAt),
    where: (name) => `${at}/${name}`,
    dataAt,
  };
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function decodeData(encoded: unknown, pointer: string): unknown {
  try {
    if (typeof encoded !== 'string' || !BASE64.test(encoded.replace(/\s+/g, ''))) throw new TypeError('no base64');
    return parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64')));
  } catch (error) {
    if (error instanceof Problem) throw withPointers(error, (inner) => pointer + inner);
    throw refusedEvent([{ pointer, code: 'invalid_format', detail: 'This must be JSON in UTF-8, encoded in base64.' }]);
  }
}
