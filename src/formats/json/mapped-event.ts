import type { AppointmentEvent, AppointmentStatus } from '../../domain/appointment.ts';
import type { JsonMapping } from '../../domain/json-mapping.ts';
import { isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import { MAX_CODE, MAX_WORDING } from '../limits.ts';
import { valueAt } from './json-pointer.ts';
import { STATUS_OF_TYPE } from './json-schema.ts';
import type { MappedTimes } from './mapped-times.ts';
import { flagOf, idAt, type MappedField, momentAt, textAt, toList, versionAt } from './mapped-values.ts';

/**
 * Builds our event from a vendor's; it is then validated like any other.
 * @param timestamp of the envelope, for events without one
 */
export function toEventJson(
  body: unknown,
  type: string,
  { start, end }: Pick<MappedTimes, 'start' | 'end'>,
  { mapping, timestamp }: { readonly mapping: JsonMapping; readonly timestamp: string | undefined },
): object {
  const field = (name: MappedField) => textAt(body, name, mapping);
  return {
    type: Object.hasOwn(STATUS_OF_TYPE, type) ? type : 'appointment.booked',
    timestamp: momentAt(body, 'timestamp', mapping)?.value ?? timestamp,
    data: {
      id: idAt(body, mapping),
      replaces: formerId(field('replaces')),
      version: versionAt(body, mapping),
      start,
      end,
      kind: field('kind'),
      patient: {
        id: field('patientId'),
        language: ifMatching(field('language'), /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$/),
      },
      location: { code: ifCode(field('locationCode')), text: truncated(field('locationText')) },
      department: truncated(field('department')),
      departmentCode: ifCode(field('departmentCode')),
      contactPhone: ifMatching(field('contactPhone'), /^\+?[0-9][0-9 ()-]{2,22}$/),
    },
  };
}

/** Members of the event that our own JSON has no field for. */
export function unsupportedFields(
  body: unknown,
  type: string,
  { fields }: JsonMapping,
): Pick<AppointmentEvent, 'test' | 'aliases'> & { readonly status?: AppointmentStatus } {
  return {
    ...(!Object.hasOwn(STATUS_OF_TYPE, type) && { status: type as AppointmentStatus }),
    test: toList(fields.test).some((pointer) => flagOf(valueAt(body, pointer)) === true),
    // Where ids change, an event may concern an appointment stored under its first id.
    ...(fields.replaces !== undefined && { aliases: [] }),
  };
}

/** A former id that can't be an id was never stored: nothing is replaced. */
function formerId(id: string | null | undefined): string | undefined {
  if (typeof id !== 'string' || id.length > MAX_REFERENCE) return undefined;
  return isStorableText(id) && !referenceFault(id) ? id : undefined;
}

/**
 * An optional value of an SMS is dropped when it is not usable: sending it again would not correct it, and the
 * appointment matters more.
 */
function ifMatching(text: string | null | undefined, pattern: RegExp): string | null | undefined {
  return typeof text === 'string' && !pattern.test(text) ? undefined : text;
}

/** The same of a code. */
function ifCode(text: string | null | undefined): string | null | undefined {
  if (typeof text !== 'string') return text;
  return text !== '' && text.length <= MAX_CODE && isStorableText(text) ? text : undefined;
}

function truncated(text: string | null | undefined): string | null | undefined {
  return typeof text === 'string' ? text.slice(0, MAX_WORDING) : text;
}
