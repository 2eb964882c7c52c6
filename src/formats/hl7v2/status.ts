import { type AppointmentStatus, STATUSES, type UnmappedValue } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { cleanPrinted } from '../../domain/sms-text.ts';
import { toUnmapped } from '../unmapped.ts';
import { fieldOf, type Hl7Message, segmentOf } from './parse.ts';

/** SIU events about an appointment. `final`: the event outranks SCH-25. */
const EVENTS: Readonly<Record<string, { readonly status: AppointmentStatus; readonly final: boolean }>> = {
  ...Object.fromEntries(
    ['S12', 'S13', 'S14', 'S18', 'S19', 'S20', 'S21', 'S22', 'S23', 'S24'].map((event) => [
      event,
      { status: 'booked', final: false },
    ]),
  ),
  S15: { status: 'cancelled', final: true },
  S16: { status: 'cancelled', final: true },
  S17: { status: 'entered-in-error', final: true },
  S26: { status: 'noshow', final: true },
};
/** Events after which an unknown code leaves the status unchanged. */
const CHANGES: ReadonlySet<string> = new Set(['S13', 'S14']);

/** SCH-25 → status: table 0278 as in the official map to FHIR, its remaining codes, and codes seen in practice. */
const STATUS_OF_CODE: Readonly<Record<string, AppointmentStatus | 'ignore'>> = {
  PENDING: 'pending',
  WAITLIST: 'waitlist',
  BOOKED: 'booked',
  STARTED: 'checked-in',
  COMPLETE: 'fulfilled',
  CANCELLED: 'cancelled',
  DELETED: 'entered-in-error',
  NOSHOW: 'noshow',
  DC: 'cancelled',
  DISCONTINUED: 'cancelled',
  OVERBOOK: 'booked',
  BLOCKED: 'ignore',
  SCHEDULED: 'booked',
  CONFIRMED: 'booked',
  CANCELED: 'cancelled',
  CAN: 'cancelled',
};
const MAPPED: ReadonlySet<string> = new Set([...STATUSES, 'ignore']);

const MAX_CODE = 100;

/** Status of an appointment from a message. */
export interface StatusReading {
  /** null keeps the stored status; `ignore` is for slots without a patient. */
  readonly status: AppointmentStatus | 'ignore' | null;
  readonly unmapped: readonly UnmappedValue[];
}

/** Status from the SIU event and SCH-25; undefined when the event is not about an appointment. */
export function readStatus(message: Hl7Message, trigger: string, source: Source): StatusReading | undefined {
  const event = Object.hasOwn(EVENTS, trigger) ? EVENTS[trigger] : undefined;
  if (!event) return undefined;
  if (event.final) return { status: event.status, unmapped: [] };
  const sch = segmentOf(message, 'SCH');
  const codes = [fieldOf(message, sch, 25), fieldOf(message, sch, 25, 2)].filter((code) => typeof code === 'string');
  for (const code of codes) {
    const status = statusOfCode(code, source);
    if (status) return { status, unmapped: [] };
  }
  if (codes.length === 0) return { status: event.status, unmapped: [] };
  return { status: CHANGES.has(trigger) ? null : event.status, unmapped: codes.slice(0, 1).flatMap(toUnmappedStatus) };
}

function statusOfCode(code: string, { statusMap }: Source): AppointmentStatus | 'ignore' | undefined {
  const local =
    Object.entries(statusMap).find(([key]) => key === code) ??
    Object.entries(statusMap).find(([key]) => plain(key) === plain(code));
  if (local && MAPPED.has(local[1])) return local[1] as AppointmentStatus | 'ignore';
  // Inherited property names are in lower case, so none matches.
  return STATUS_OF_CODE[plain(code)];
}

function plain(code: string): string {
  return code.toUpperCase().replace(/[\s_-]/g, '');
}

/** Staff read the code, so it must not contain patient data. */
function toUnmappedStatus(code: string): UnmappedValue[] {
  const value = cleanPrinted(code.slice(0, MAX_CODE));
  return value === null ? [] : toUnmapped('status', value);
}
