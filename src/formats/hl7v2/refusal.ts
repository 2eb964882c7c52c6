import { Problem } from '../../domain/errors.ts';
import type { Hl7Message } from './parse.ts';

/** Refuses a message. `location` is the field in the form of ERR-2, `SCH^1^11`; it becomes the pointer of the fault. */
export function refusal(code: RefusalCode, location: string, detail: string): Problem {
  return new Problem(422, 'invalid', `The message was understood and refused: ${detail}`, {
    faults: [{ pointer: location, code, detail }],
  });
}

/** The refusal of a message without a segment that it needs. */
export function missingSegment(id: string, { segments }: Pick<Hl7Message, 'segments'>): Problem {
  // Programs that send text, such as curl with -d, leave the ends of lines out.
  const why = segments.length > 1 ? '' : ' The message is a single segment: send a carriage return after each.';
  return refusal('missing_segment', id, `There is no ${id} segment.${why}`);
}

/** Code of a refusal, as callers see it. */
export type RefusalCode = keyof typeof CONDITIONS;

interface Condition {
  /** AE: an appointment message that can't be used; AR: not an appointment message. */
  readonly ackCode: 'AE' | 'AR';
  /** HL7 table 0357. */
  readonly code: string;
}

const CONDITIONS = {
  missing_segment: { ackCode: 'AE', code: '100' },
  several_appointments: { ackCode: 'AE', code: '100' },
  several_messages: { ackCode: 'AR', code: '100' },
  required: { ackCode: 'AE', code: '101' },
  date_only: { ackCode: 'AE', code: '102' },
  time_does_not_exist: { ackCode: 'AE', code: '102' },
  invalid_instant: { ackCode: 'AE', code: '102' },
  invalid: { ackCode: 'AE', code: '102' },
  several_patients: { ackCode: 'AE', code: '102' },
  cpr: { ackCode: 'AE', code: '102' },
  too_big: { ackCode: 'AE', code: '102' },
  too_far_ahead: { ackCode: 'AE', code: '102' },
  unsupported_type: { ackCode: 'AR', code: '200' },
  unsupported_event: { ackCode: 'AR', code: '201' },
  unknown_reference: { ackCode: 'AE', code: '204' },
  key_reused: { ackCode: 'AE', code: '205' },
  clock_off: { ackCode: 'AE', code: '207' },
} as const satisfies Readonly<Record<string, Condition>>;

/** Locations in the message for refusals of later steps, whose pointers refer to our JSON. */
const FIELDS: Readonly<Record<string, string>> = {
  '/data/start': 'SCH^1^11',
  '/data/id': 'SCH^1^2',
  '/data/occurrence': 'SCH^1^3',
};

/** Refusal in the terms of HL7. */
export interface Hl7Error extends Condition {
  /** Empty for the whole message. */
  readonly location: string;
  readonly text: string;
}

/**
 * Converts a problem with the content for the acknowledgement.
 * @param isPatientMissing true when the message names no patient: an unknown reference is then reported as that
 */
export function errorOf(problem: Problem, isPatientMissing = false): Hl7Error {
  const [fault] = problem.faults;
  const code = problem.code === 'idempotency-key-reused' ? 'key_reused' : (fault?.code ?? '');
  if (isPatientMissing && code === 'unknown_reference') {
    return {
      ...CONDITIONS.missing_segment,
      location: 'PID',
      text: 'No appointment is known under this id, and a new one needs a PID segment.',
    };
  }
  const condition = Object.hasOwn(CONDITIONS, code) ? CONDITIONS[code as RefusalCode] : CONDITIONS.invalid;
  const pointer = fault?.pointer ?? '';
  const location = FIELDS[pointer] ?? (/^[A-Z][A-Z0-9]{2}(?:\^\d+)*$/.test(pointer) ? pointer : '');
  return { ...condition, location, text: fault?.detail ?? problem.message };
}
