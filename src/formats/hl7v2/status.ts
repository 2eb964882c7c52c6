import { type AppointmentStatus, isUpcoming, type UnmappedValue } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { hasEndingWord } from '../../domain/text/ending-words.ts';
import type { UnclearWords } from '../../domain/unclear-status.ts';
import { listedStatus, mappedStatus, plainWord, readStatusWords, toUnmappedStatus } from '../status-words.ts';
import { fieldValue, type Hl7Message, segmentOf } from './parse.ts';

/**
 * Subject of an SIU event: a booking, its time, its other content, resources of it, slots of a schedule, or its end.
 */
export type Subject = 'booking' | 'time' | 'content' | 'resources' | 'slot' | 'end';

/** SIU events about an appointment (HL7 v2.5.1 §10.4). The status of an end outranks SCH-25. */
const EVENTS: Readonly<Record<string, readonly [about: Subject, status: AppointmentStatus | null]>> = {
  S12: ['booking', 'booked'],
  S13: ['time', 'booked'],
  S14: ['content', null],
  S15: ['end', 'cancelled'],
  S16: ['end', 'cancelled'],
  S17: ['end', 'entered-in-error'],
  S18: ['resources', null],
  S19: ['resources', null],
  S20: ['resources', null],
  S21: ['resources', null],
  S22: ['resources', null],
  S23: ['slot', null],
  S24: ['slot', null],
  S26: ['end', 'noshow'],
};

/** Codes of SCH-25 (table 0278, and codes seen in practice) that are not among the words for a status. */
const STATUS_OF_CODE: Readonly<Record<string, AppointmentStatus | 'ignore'>> = {
  dc: 'cancelled',
  discontinued: 'cancelled',
  overbook: 'booked',
  blocked: 'ignore',
  can: 'cancelled',
};
/** Components of SCH-25 with a code or a text: those of its own system, then those of another one. */
const CODE_COMPONENTS = [1, 2, 4, 5] as const;

/** Status of an appointment from a message. */
export interface StatusReading {
  readonly about: Subject;
  /** null keeps the stored status; `ignore` is for slots without a patient. */
  readonly status: AppointmentStatus | 'ignore' | null;
  readonly unmapped: readonly UnmappedValue[];
  /** Present where SCH-25 says something that nobody knows. */
  readonly unclear?: UnclearWords;
  /** True when SCH-25 says only that the appointment has moved: without a new time this says no status. */
  readonly onlyMoved?: boolean;
}

/** True for a status that ends an appointment. It needs no time: a wrong one must not prevent a cancellation. */
export function endsAppointment(status: AppointmentStatus | null): boolean {
  return status !== null && !isUpcoming(status);
}

/** Status from the SIU event and SCH-25; undefined when the event is not about an appointment. */
export function readStatus(message: Hl7Message, trigger: string, source: Source): StatusReading | undefined {
  const [about, status] = (Object.hasOwn(EVENTS, trigger) ? EVENTS[trigger] : undefined) ?? [];
  if (about === undefined || status === undefined) return undefined;
  if (about === 'end') return { about, status, unmapped: [] };
  const coded = codedStatus(message, source);
  const unknown = { unmapped: coded.unmapped, ...(coded.unclear && { unclear: coded.unclear }) };
  if (about === 'resources' || about === 'slot') {
    const ends = coded.status !== undefined && coded.status !== 'ignore' && endsAppointment(coded.status);
    return { about, status: ends && coded.status ? coded.status : null, ...unknown };
  }
  if (coded.status !== undefined) return { about, status: coded.status, unmapped: [], onlyMoved: coded.moved };
  // After a change an unknown code leaves the status as it is, and so does one that may end the appointment.
  const isKept = coded.unclear !== undefined && (about !== 'booking' || coded.unclear !== 'kept');
  return { about, status: isKept ? null : status, ...unknown };
}

/** Status by SCH-25; `unclear` where there is a code, and none that is known. */
function codedStatus(
  message: Hl7Message,
  source: Source,
): Pick<StatusReading, 'unmapped' | 'unclear'> & { status: AppointmentStatus | 'ignore' | undefined; moved: boolean } {
  const sch = segmentOf(message, 'SCH');
  const codes = CODE_COMPONENTS.map((component) => fieldValue(message, sch, 25, component)).filter(
    (code) => typeof code === 'string',
  );
  for (const code of codes) {
    const read = statusOfCode(code, source);
    if (read) return { ...read, unmapped: [] };
  }
  const unknown = { status: undefined, moved: false };
  const [first] = codes;
  if (first === undefined) return { ...unknown, unmapped: [] };
  const ending = codes.find(hasEndingWord);
  if (ending === undefined) return { ...unknown, unmapped: toUnmappedStatus(first), unclear: 'kept' };
  // Whichever of them is mapped says what they all mean.
  const unclear = codes.map(listedStatus).filter((word) => word !== '');
  return { ...unknown, unmapped: toUnmappedStatus(ending), unclear };
}

function statusOfCode(
  code: string,
  source: Source,
): { readonly status: AppointmentStatus | 'ignore'; readonly moved: boolean } | undefined {
  const word = plainWord(code);
  const status = mappedStatus(code, source) ?? (Object.hasOwn(STATUS_OF_CODE, word) ? STATUS_OF_CODE[word] : undefined);
  return status === undefined ? readStatusWords(code) : { status, moved: false };
}
