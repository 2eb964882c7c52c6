import { type AppointmentEvent, type AppointmentStatus, isUpcoming, STATUSES } from '../../domain/appointment.ts';
import { readInstant } from '../../domain/calendar.ts';
import type { Fault } from '../../domain/errors.ts';
import { referenceFault } from '../../domain/reference.ts';
import type { IngestContext } from '../format.ts';
import { type Json, objectOf, objectsOf, propertyOf, textOf } from './json-values.ts';
import type { ResourceOrigin, Version } from './reading.ts';
import { bestIdentifier, isStorable, MAX_STORED_ID, readAddress, readUuid } from './references.ts';

const KNOWN: ReadonlySet<string> = new Set(STATUSES);
/** Statuses that allow an Appointment without start: invariant app-3 of FHIR R4, with the additions of R4B and R5. */
const START_OPTIONAL: readonly string[] = 'proposed pending waitlist cancelled entered-in-error'.split(' ');

/**
 * Version of a resource: `meta.versionId` where it is a whole number, and `meta.lastUpdated`; where they are missing,
 * those of the entry.
 */
export function versionOf(
  resource: Json | undefined,
  { version: entry }: Pick<ResourceOrigin, 'version'>,
  { source }: IngestContext,
): Version {
  const meta = propertyOf(resource, 'meta');
  const id = textOf(meta, 'versionId');
  const number = id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null;
  const updated = readInstant(textOf(meta, 'lastUpdated') ?? '', source.timeZone);
  return {
    version: number ?? entry?.version ?? null,
    occurredAt: updated instanceof Date ? updated : (entry?.occurredAt ?? null),
  };
}

/** Id of an Appointment, and how long it is valid. */
export interface AppointmentId {
  readonly id: string | undefined;
  /** True for a permanent id given by the sender's server. */
  readonly permanent: boolean;
  /** True for the UUID of a message, which the next message about the same appointment does not repeat. */
  readonly messageOnly: boolean;
}

/**
 * Id of an Appointment: from the request's address, the resource, its fullUrl on a server, an identifier, or last the
 * UUID that a message gave it.
 */
export function idOf(resource: Json, { addressId, fullUrl }: ResourceOrigin): AppointmentId {
  const address = readAddress(fullUrl);
  const permanent =
    addressId ??
    textOf(resource, 'id')?.replace(/^urn:uuid:/i, '') ??
    (address?.type === 'Appointment' ? address.id : undefined);
  // Many senders also write the message's UUID into `id`; the next message about the same appointment has another one.
  if (permanent !== undefined) {
    const messageOnly = addressId === undefined && permanent.toLowerCase() === readUuid(fullUrl);
    return { id: permanent, permanent: !messageOnly, messageOnly };
  }
  const identifier = bestIdentifier(resource);
  return { id: identifier ?? readUuid(fullUrl), permanent: false, messageOnly: identifier === undefined };
}

/** The id if it may be stored; else undefined, and a fault is added. */
export function checkedId(
  { id }: Pick<AppointmentId, 'id'>,
  { path }: ResourceOrigin,
  faults: Fault[],
): string | undefined {
  const pointer = `${path}.id`;
  const wrong = referenceFault(id ?? '');
  if (id === undefined || wrong?.code === 'required') {
    const detail = 'The appointment needs an id, or an identifier that is not a national number.';
    faults.push({ pointer, code: 'required', detail });
  } else if (wrong) faults.push({ pointer, ...wrong });
  else if (!isStorable(id)) {
    const detail = `An id has at most ${MAX_STORED_ID} characters and no control characters.`;
    faults.push({ pointer, code: 'invalid_value', detail });
  } else return id;
  return undefined;
}

/** Status by the source's `statusMap`; undefined when the code is not mapped. */
export function localStatus(resource: Json, { source }: IngestContext): string | undefined {
  const code = textOf(resource, 'status');
  return code !== undefined && Object.hasOwn(source.statusMap, code) ? source.statusMap[code] : undefined;
}

/** Status of the Appointment; undefined, and a fault is added, for an unknown one. */
export function statusOf(
  resource: Json,
  { path }: ResourceOrigin,
  context: IngestContext,
  faults: Fault[],
): AppointmentStatus | undefined {
  const code = textOf(resource, 'status');
  const status = [localStatus(resource, context), code?.toLowerCase()].find(
    (each): each is AppointmentStatus => each !== undefined && KNOWN.has(each),
  );
  if (status !== undefined) return status;
  const pointer = `${path}.status`;
  const allowed = [...STATUSES];
  faults.push(
    code === undefined
      ? { pointer, code: 'required', detail: 'The status is required.' }
      : { pointer, code: 'invalid_value', detail: `Not a status of an Appointment: ${allowed.join(', ')}.`, allowed },
  );
  return undefined;
}

const WRONG_INSTANT = {
  date_only: { code: 'date_only', detail: 'A time of day is needed: 2026-12-01T09:00:00+01:00.' },
  gap: { code: 'time_does_not_exist', detail: 'The clocks skip this local time in spring; send it with an offset.' },
  invalid: {
    code: 'invalid_instant',
    detail: 'Not an instant of the years 1900 to 9998, such as 2026-12-01T09:00:00+01:00.',
  },
} as const;

/**
 * Reads start and end. An end that can't be parsed is left out, since nothing depends on it; so is such a start of a
 * cancelled appointment.
 */
export function timesOf(
  resource: Json,
  status: AppointmentStatus | undefined,
  { path }: ResourceOrigin,
  context: IngestContext,
  faults: Fault[],
): Pick<AppointmentEvent, 'start' | 'end'> {
  const { timeZone } = context.source;
  const pointer = `${path}.start`;
  const needed = status !== undefined && !START_OPTIONAL.includes(status);
  const isRequired = status === undefined || needed || isUpcoming(status);
  const given = propertyOf(resource, 'start');
  const start = readInstant(textOf(resource, 'start') ?? '', timeZone);
  if (given === undefined || given === null) {
    if (needed) faults.push({ pointer, code: 'required', detail: `An appointment that is ${status} needs a start.` });
  } else if (!(start instanceof Date) && isRequired) faults.push({ pointer, ...WRONG_INSTANT[start] });
  const end = readInstant(textOf(resource, 'end') ?? '', timeZone);
  return { start: start instanceof Date ? start : undefined, end: end instanceof Date ? end : undefined };
}

/** True when a security label or tag is HTEST, which marks test data (v3-ActReason). */
export function isTest(resource: Json): boolean {
  const meta = objectOf(resource, 'meta');
  return [...objectsOf(meta, 'security'), ...objectsOf(meta, 'tag')].some((label) => textOf(label, 'code') === 'HTEST');
}
