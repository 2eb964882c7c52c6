import { createHash } from 'node:crypto';
import { readInstant } from '../../domain/calendar.ts';
import { type Fault, Problem, refusedEvent } from '../../domain/errors.ts';
import { isObject } from '../../domain/json.ts';
import {
  type IngestContext,
  type IngestElement,
  type IngestResult,
  pointerInRequest,
  type SenderKey,
  type Steps,
} from '../format.ts';
import { withMovedWarnings } from '../warnings.ts';
import { readElement } from './json.ts';
import { STATUS_OF_TYPE } from './json-schema.ts';
import { readVendor } from './vendor-json.ts';

/** The attributes of a CloudEvent that are read. */
export const ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype'] as const;

/** Event with its attributes, independent of the mode. */
export interface CloudEvent {
  /** Not validated yet. */
  readonly attributes: Readonly<Partial<Record<(typeof ATTRIBUTES)[number], unknown>>>;
  readonly data: unknown;
  /** Location of an attribute (JSON pointer, or name of the header), and pointer to the data. */
  readonly where: (attribute: string) => string;
  readonly dataAt: string;
}

/**
 * Reads an event in any mode: its attributes are validated, its data is read as the source's settings say.
 * @throws Problem 422
 */
export function* readCloudEvent(event: CloudEvent, context: IngestContext): Steps<IngestResult> {
  const { type } = event.attributes;
  const time = checkAttributes(event, context);
  const result =
    context.source.mapping === null
      ? readData(event, type as string, time, context)
      : yield* readMappedData(event, time, context);
  return { ...result, key: keyOf(event) };
}

/** Key for idempotency. It is the same in every mode: an event sent alone may be repeated in a batch. */
function keyOf({ attributes: { source, id, type, time }, data }: CloudEvent): SenderKey {
  const digest = createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('base64url');
  return { key: `cloudevents:${digest}`, content: JSON.stringify([type, time, data]) };
}

/** @returns `time`, where the event has it @throws Problem 422 that lists all faults */
function checkAttributes({ attributes, where }: CloudEvent, context: IngestContext): string | undefined {
  const { specversion, time, datacontenttype } = attributes;
  const faults: Fault[] = [];
  const tell = (name: (typeof ATTRIBUTES)[number], code: string, detail: string, allowed?: readonly string[]) =>
    faults.push({ pointer: where(name), code, detail, ...(allowed && { allowed }) });
  for (const name of ['specversion', 'id', 'source', 'type'] as const) {
    const value = attributes[name];
    if (value === undefined || value === '') tell(name, 'required', 'A CloudEvent needs this attribute.');
    else if (typeof value !== 'string') tell(name, 'invalid_type', 'This attribute must be a text.');
  }
  if (typeof specversion === 'string' && specversion !== '' && specversion !== '1.0')
    tell('specversion', 'invalid_value', 'Only version 1.0 of CloudEvents is supported.', ['1.0']);
  const isJson = /^\s*application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i.test(String(datacontenttype));
  if (datacontenttype !== undefined && !isJson)
    tell('datacontenttype', 'invalid_value', 'The data must be JSON: application/json.', ['application/json']);
  if (time !== undefined && !(typeof time === 'string' && readInstant(time, context.source.timeZone) instanceof Date))
    tell('time', 'invalid_instant', 'This must be an RFC 3339 time, such as 2026-12-01T09:00:00+01:00.');
  if (faults.length > 0)
    throw new Problem(422, 'invalid', 'The CloudEvent was understood and refused: see errors.', { faults });
  return time as string | undefined;
}

/**
 * Reads data that is an event in the JSON of EasySMS, or only its `data`: the CloudEvent's type is then the event's
 * type.
 */
function readData(
  { data, where, dataAt }: CloudEvent,
  type: string,
  time: string | undefined,
  context: IngestContext,
): IngestResult {
  const eventType = eventTypeIn(type);
  if (isObject(data) && typeof data.type === 'string' && isObject(data.data)) {
    if (eventType !== undefined && eventType !== data.type) {
      const detail = 'The type of the CloudEvent differs from that of the event in it.';
      throw refusedEvent([{ pointer: where('type'), code: 'contradiction', detail }]);
    }
    const timed = data.timestamp === undefined || data.timestamp === null;
    const element = readElement(timed ? { ...data, timestamp: time } : data, context, dataAt);
    return { elements: [element], array: false, pointerTables: [{ at: dataAt }] };
  }
  if (eventType === undefined) {
    const allowed = Object.keys(STATUS_OF_TYPE);
    const detail = `The type of an appointment event must end in one of ${allowed.join(', ')}.`;
    throw refusedEvent([{ pointer: where('type'), code: 'invalid_value', detail, allowed }]);
  }
  const element = readElement({ type: eventType, timestamp: time, data: data ?? undefined }, context, '');
  const pointers = { at: dataAt, part: '/data' } as const;
  const elements = [located(element, (pointer) => pointerInRequest(pointers, pointer))];
  return { elements, array: false, pointerTables: [pointers] };
}

/** @throws Problem 422 */
function* readMappedData(
  { data, dataAt }: CloudEvent,
  time: string | undefined,
  context: IngestContext,
): Steps<IngestResult> {
  try {
    const result = yield* readVendor(data, context, time);
    const pointerTables = result.pointerTables?.map(
      (pointers) => pointers && { ...pointers, at: dataAt + pointers.at },
    );
    const elements = result.elements.map((element) => located(element, (pointer) => dataAt + pointer));
    return { ...result, elements, ...(pointerTables && { pointerTables }) };
  } catch (error) {
    throw error instanceof Problem ? withPointers(error, (pointer) => dataAt + pointer) : error;
  }
}

function located(element: IngestElement, move: (pointer: string) => string): IngestElement {
  if (element.kind === 'appointment') return { ...element, event: withMovedWarnings(element.event, move) };
  if (element.kind !== 'refused') return element;
  return { ...element, problem: withPointers(element.problem, move) };
}

/** The same problem with pointers into the request. */
export function withPointers(problem: Problem, move: (pointer: string) => string): Problem {
  const { status, code, message } = problem;
  return new Problem(status, code, message, {
    faults: problem.faults.map((fault) => ({ ...fault, pointer: move(fault.pointer) })),
  });
}

/**
 * The event type: `appointment.booked`, also at the end of `dk.region.appointment.booked` or
 * `dk.region.appointment.booked.v1`.
 */
function eventTypeIn(type: string): string | undefined {
  const [, found] = /(?:^|\.)(appointment\.[a-z]+)(?:\.v\d+)?$/.exec(type) ?? [];
  return found !== undefined && Object.hasOwn(STATUS_OF_TYPE, found) ? found : undefined;
}
