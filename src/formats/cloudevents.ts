import { createHash } from 'node:crypto';
import { readInstant } from '../domain/calendar.ts';
import { type Fault, Problem } from '../domain/errors.ts';
import type { IngestContext, IngestElement, IngestFormat, IngestResult, SenderKey, WebhookContent } from './format.ts';
import { MAX_ELEMENTS, readElement, STATUS_OF_TYPE } from './json.ts';
import { isObject } from './json-pointer.ts';
import { readVendor } from './vendor-json.ts';

/** CloudEvents 1.0 over HTTP: binary mode, structured mode and batches (HTTP protocol binding §3). */
export const cloudEvents: IngestFormat = {
  id: 'cloudevents',
  accepts: ({ contentType, header }) => isStructured(contentType) || BINARY.some((name) => header(name) !== undefined),
  read: (request, context) => {
    if (BATCH.test(request.contentType)) return readBatch(request.body, context);
    return isStructured(request.contentType) ? readStructured(request.body, context) : readBinary(request, context);
  },
};

const BATCH = /^application\/cloudevents-batch\+json\s*(?:;|$)/i;
const BINARY = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'] as const;

function isStructured(contentType: string): boolean {
  return /^application\/cloudevents(?:-batch)?\+json\s*(?:;|$)/i.test(contentType);
}

/** Event with its attributes, independent of the mode. */
interface CloudEvent {
  /** Not validated yet. */
  readonly attributes: Readonly<Record<'specversion' | 'id' | 'source' | 'type' | 'time' | 'datacontenttype', unknown>>;
  readonly data: unknown;
  /** Location of an attribute (JSON pointer, or name of the header), and pointer to the data. */
  readonly where: (attribute: string) => string;
  readonly dataAt: string;
}

function readBinary({ header, body }: WebhookContent, context: IngestContext): IngestResult {
  const named = (name: string) => decodeHeader(header(`ce-${name}`));
  const attributes = {
    ...{
      specversion: named('specversion'),
      id: named('id'),
      source: named('source'),
      type: named('type'),
      time: named('time'),
    },
    // In binary mode this is the Content-Type, which is JSON at this point.
    datacontenttype: undefined,
  };
  return readOne({ attributes, data: body, where: (attribute) => `ce-${attribute}`, dataAt: '' }, context);
}

/** Decodes a header value: quotes are removed, percent-encoding is UTF-8 (HTTP protocol binding §3.1.3.2). */
function decodeHeader(value: string | undefined): string | undefined {
  const [, quoted] = /^"(.*)"$/s.exec(value ?? '') ?? [];
  const plain = quoted === undefined ? value : quoted.replaceAll(/\\(.)/gs, '$1');
  return plain?.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

function readStructured(body: unknown, context: IngestContext): IngestResult {
  return readOne(structured(body, ''), context);
}

function readBatch(body: unknown, context: IngestContext): IngestResult {
  if (!Array.isArray(body))
    throw refused([{ pointer: '', code: 'invalid_type', detail: 'A batch is an array of CloudEvents.' }]);
  if (body.length > MAX_ELEMENTS) {
    throw refused([
      {
        pointer: '',
        code: 'too_big',
        detail: `A batch may hold ${MAX_ELEMENTS} events; this one holds ${body.length}.`,
      },
    ]);
  }
  const seen = new Map<string, string>();
  const results = body.map((each, index) => once(readOfBatch(each, index, context), index, seen));
  return {
    elements: results.map(({ element }) => element),
    array: true,
    elementKeys: results.map(({ key }) => key),
    pointerOf: (ours, position) => results[position]?.pointerOf?.(ours, 0) ?? '',
  };
}

interface OfBatch {
  readonly element: IngestElement;
  readonly pointerOf?: IngestResult['pointerOf'];
  readonly key?: SenderKey | undefined;
}

/** Reads one event of a batch; a fault refuses this event only. */
function readOfBatch(body: unknown, index: number, context: IngestContext): OfBatch {
  try {
    const { elements, pointerOf, key } = readOne(structured(body, `/${index}`), context);
    const [element, ...others] = elements;
    if (element && others.length === 0) return { element, pointerOf, key };
    const detail = 'In a batch each CloudEvent may hold one event.';
    throw refused([{ pointer: `/${index}`, code: 'several_events', detail }]);
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
  if (!key || element.kind === 'refused') return { element, pointerOf: read.pointerOf };
  const before = seen.get(key.key);
  if (before === undefined) {
    seen.set(key.key, key.content);
    return read;
  }
  if (before === key.content) return { element: { kind: 'ignored', why: 'This event stands in the batch before.' } };
  const detail = 'This id of this source stands in the batch before, with another content.';
  const problem = new Problem(422, 'idempotency-key-reused', 'A new event needs a new id.', {
    faults: [{ pointer: `/${index}/id`, code: 'contradiction', detail }],
  });
  return {
    element: { kind: 'refused', reference: element.kind === 'appointment' ? element.event.reference : null, problem },
  };
}

/**
 * Reads structured mode (JSON event format §3).
 * @throws Problem 422
 */
function structured(body: unknown, at: string): CloudEvent {
  if (!isObject(body)) throw refused([{ pointer: at, code: 'invalid_type', detail: 'A CloudEvent is a JSON object.' }]);
  const attribute = (name: string) => (Object.hasOwn(body, name) ? (body[name] ?? undefined) : undefined);
  const { specversion, id, source, type, time, datacontenttype } = Object.fromEntries(
    ATTRIBUTES.map((name) => [name, attribute(name)]),
  );
  const encoded = attribute('data_base64');
  const dataAt = `${at}/${encoded === undefined ? 'data' : 'data_base64'}`;
  if (encoded !== undefined && attribute('data') !== undefined) {
    throw refused([{ pointer: dataAt, code: 'contradiction', detail: 'There may be data or data_base64, not both.' }]);
  }
  return {
    attributes: { specversion, id, source, type, time, datacontenttype },
    data: encoded === undefined ? attribute('data') : decodeData(encoded, dataAt),
    where: (name) => `${at}/${name}`,
    dataAt,
  };
}

const ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype'] as const;

function decodeData(encoded: unknown, pointer: string): unknown {
  try {
    if (typeof encoded !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(encoded)) throw new TypeError('no base64');
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64')));
  } catch {
    throw refused([{ pointer, code: 'invalid_format', detail: 'JSON in UTF-8, in base64, is needed here.' }]);
  }
}

/** @throws Problem 422 */
function readOne(event: CloudEvent, context: IngestContext): IngestResult {
  const { type } = event.attributes;
  const time = check(event, context);
  const result =
    context.source.mapping === null
      ? readData(event, type as string, time, context)
      : readMappedData(event, time, context);
  return { ...result, key: keyOf(event) };
}

/** Key for idempotency. It is the same in every mode: an event sent alone may be repeated in a batch. */
function keyOf({ attributes: { source, id, type, time }, data }: CloudEvent): SenderKey {
  const digest = createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('base64url');
  return { key: `cloudevents:${digest}`, content: JSON.stringify([type, time, data]) };
}

/**
 * Validates the attributes.
 * @returns `time`, where the event has it
 * @throws Problem 422
 */
function check({ attributes, where }: CloudEvent, context: IngestContext): string | undefined {
  const { specversion, time, datacontenttype } = attributes;
  const faults: Fault[] = (['specversion', 'id', 'source', 'type'] as const).flatMap((name) => {
    const value = attributes[name];
    if (value === undefined || value === '')
      return [{ pointer: where(name), code: 'required', detail: 'A CloudEvent has this attribute.' }];
    return typeof value === 'string'
      ? []
      : [{ pointer: where(name), code: 'invalid_type', detail: 'This is text in a CloudEvent.' }];
  });
  if (typeof specversion === 'string' && specversion !== '' && specversion !== '1.0') {
    faults.push({
      pointer: where('specversion'),
      code: 'invalid_value',
      detail: 'Version 1.0 of CloudEvents is read here.',
    });
  }
  if (
    datacontenttype !== undefined &&
    !/^\s*application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i.test(String(datacontenttype))
  ) {
    faults.push({
      pointer: where('datacontenttype'),
      code: 'invalid_value',
      detail: 'Data is read as JSON: application/json.',
    });
  }
  if (time !== undefined && !(typeof time === 'string' && readInstant(time, context.source.timeZone) instanceof Date)) {
    faults.push({
      pointer: where('time'),
      code: 'invalid_instant',
      detail: 'This is an RFC 3339 time, such as 2026-12-01T09:00:00+01:00.',
    });
  }
  if (faults.length > 0)
    throw new Problem(422, 'invalid', 'The CloudEvent was understood and refused: see errors.', { faults });
  return time as string | undefined;
}

/**
 * Reads data that is an event of contract.md §4, or only its `data`: the type of the CloudEvent is then the event's
 * type.
 */
function readData(
  { data, where, dataAt }: CloudEvent,
  type: string,
  time: string | undefined,
  context: IngestContext,
): IngestResult {
  const said = ourType(type);
  if (isObject(data) && typeof data.type === 'string' && isObject(data.data)) {
    if (said !== undefined && said !== data.type) {
      const detail = 'The type of the CloudEvent says something else than that of the event in it.';
      throw refused([{ pointer: where('type'), code: 'contradiction', detail }]);
    }
    const timed = data.timestamp === undefined || data.timestamp === null;
    const element = readElement(timed ? { ...data, timestamp: time } : data, context, dataAt);
    return { elements: [element], array: false, pointerOf: (ours) => dataAt + ours };
  }
  if (said === undefined) {
    const detail = `The type of an appointment's event ends in one of ${Object.keys(STATUS_OF_TYPE).join(', ')}.`;
    throw refused([{ pointer: where('type'), code: 'invalid_value', detail }]);
  }
  const element = readElement({ type: said, timestamp: time, data: data ?? undefined }, context, '');
  const pointerOf = (ours: string) => dataAt + ours.replace(/^\/data/, '');
  return { elements: [element.kind === 'refused' ? at(element, pointerOf) : element], array: false, pointerOf };
}

/** @throws Problem 422 */
function readMappedData({ data, dataAt }: CloudEvent, time: string | undefined, context: IngestContext): IngestResult {
  try {
    const result = readVendor(data, context, time);
    const pointerOf = (ours: string, position: number) => dataAt + (result.pointerOf?.(ours, position) ?? '');
    const elements = result.elements.map((element) =>
      element.kind === 'refused' ? at(element, (pointer) => dataAt + pointer) : element,
    );
    return { ...result, elements, pointerOf };
  } catch (error) {
    throw error instanceof Problem ? moved(error, (pointer) => dataAt + pointer) : error;
  }
}

function at<T extends { readonly problem: Problem }>(element: T, pointerOf: (pointer: string) => string): T {
  return { ...element, problem: moved(element.problem, pointerOf) };
}

/** The same problem with pointers into the request. */
function moved(problem: Problem, pointerOf: (pointer: string) => string): Problem {
  const { status, code, message } = problem;
  return new Problem(status, code, message, {
    faults: problem.faults.map((fault) => ({ ...fault, pointer: pointerOf(fault.pointer) })),
  });
}

/**
 * The event type: `appointment.booked`, also at the end of `dk.region.appointment.booked` or
 * `dk.region.appointment.booked.v1`.
 */
function ourType(type: string): string | undefined {
  const [, found] = /(?:^|\.)(appointment\.[a-z]+)(?:\.v\d+)?$/.exec(type) ?? [];
  return found !== undefined && Object.hasOwn(STATUS_OF_TYPE, found) ? found : undefined;
}

function refused(faults: readonly Fault[]): Problem {
  return new Problem(422, 'invalid', 'The event was understood and refused: see errors.', { faults });
}
