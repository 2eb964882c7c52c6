import { type AppointmentEvent, EMPTY_EVENT } from '../../domain/appointment.ts';
import { type Problem, refusedEvent } from '../../domain/errors.ts';
import type { JsonMapping, MappingCase } from '../../domain/json-mapping.ts';
import { hasEndingWord } from '../../domain/text/ending-words.ts';
import type { IngestContext, IngestElement } from '../format.ts';
import { listedStatus, mappedStatus, toUnmappedStatus } from '../local-status.ts';
import { pointerInRequest, type RequestPointers } from '../request-pointers.ts';
import { readElement } from './json.ts';
import { valueAt } from './json-pointer.ts';
import {
  EVENT_POINTERS,
  firstValue,
  idAt,
  justValue,
  momentAt,
  scalarText,
  toList,
  versionAt,
} from './mapped-values.ts';
import { withSentJson } from './sent-json.ts';

/** A vendor's event on its way through the mapping of its source. */
export interface MappedReading {
  readonly mapping: JsonMapping;
  readonly context: IngestContext;
  readonly pointers: RequestPointers;
  /** That of the envelope, for events without one. */
  readonly timestamp: string | undefined;
}

/** A vendor's type that neither `types` nor the source's `statusMap` has, and where it stands in the event. */
interface LeftOutType {
  readonly value: string;
  readonly pointer: string;
}

/** Type of our event, or status; null for an event that is ignored. */
export function typeOf(
  body: unknown,
  { type, types = {} }: JsonMapping,
  { context, pointers: { at } }: MappedReading,
): string | null | LeftOutType | Problem {
  if (isCases(type)) return type.find((each) => fits(body, each))?.type ?? null;
  const found = firstValue(body, toList(type), (value) =>
    typeof value === 'boolean' ? String(value) : scalarText(value),
  );
  if (found) {
    if (Object.hasOwn(types, found.value)) return types[found.value] ?? null;
    const local = mappedStatus(found.value, context.source);
    return local === undefined ? found : local === 'ignore' ? null : local;
  }
  const pointer = at + (toList(type)[0] ?? '');
  return refusedEvent([
    { pointer, code: 'required', detail: 'The mapping of this source expects the type of the event here.' },
  ]);
}

/**
 * An event of a type that is ignored. One whose type may tell of an end says so of its appointment, if that is known,
 * and changes nothing else of it.
 */
export function ofLeftOutType(body: unknown, { value, pointer }: LeftOutType, reading: MappedReading): IngestElement {
  const why = 'excluded_type';
  if (!hasEndingWord(value)) return { kind: 'ignored', why };
  const warnings = [{ pointer: reading.pointers.at + pointer, ...MAY_HAVE_ENDED }];
  const unmapped = toUnmappedStatus(value);
  const { mapping, context } = reading;
  const timestamp = justValue(momentAt(body, 'timestamp', mapping)) ?? reading.timestamp;
  const data = { id: idAt(body, mapping), version: versionAt(body, mapping) };
  const element = readElement({ type: 'appointment.updated', timestamp, data }, context, '');
  if (element.kind !== 'appointment') return { kind: 'ignored', why, warnings, unmapped };
  const { reference, version, occurredAt } = element.event;
  const event: AppointmentEvent = {
    ...EMPTY_EVENT,
    reference,
    status: null,
    version,
    occurredAt,
    onlyKnown: true,
    ignoredIfUnknown: true,
    ofIgnoredType: true,
    unclear: [listedStatus(value)].filter((word) => word !== ''),
    warnings,
    unmapped,
    ...(mapping.fields.replaces !== undefined && { aliases: [] }),
  };
  return {
    kind: 'appointment',
    event: withSentJson(event, body, pointerInRequest(reading.pointers, EVENT_POINTERS.id)),
  };
}

const MAY_HAVE_ENDED = {
  code: 'unknown_status',
  detail:
    'The mapping leaves this type out, and it may say that the appointment has ended: no SMS is sent about it, until ' +
    '`types` has it or an event of a known type comes.',
};

function isCases(type: JsonMapping['type']): type is readonly MappingCase[] {
  return typeof type !== 'string' && typeof type[0] === 'object';
}

function fits(body: unknown, { when }: MappingCase): boolean {
  return Object.entries(when).every(([pointer, value]) => (valueAt(body, pointer) ?? null) === value);
}
