import { Problem } from '../../domain/errors.ts';

/**
 * Why a message can't be used. `location` is the field as ERR-2 names it, `SCH^1^11`; it stands as the pointer of the
 * problem's fault.
 */
export function refusal(code: RefusalCode, location: string, detail: string): Problem {
  return new Problem(422, 'invalid', `The message was understood and refused: ${detail}`, {
    faults: [{ pointer: location, code, detail }],
  });
}

export type RefusalCode = keyof typeof CONDITIONS;

interface Condition {
  /** AE: about us, but can't be used; AR: not for us. */
  readonly answer: 'AE' | 'AR';
  /** HL7 table 0357. */
  readonly code: string;
}

const CONDITIONS = {
  missing_segment: { answer: 'AE', code: '100' },
  several_messages: { answer: 'AR', code: '100' },
  required: { answer: 'AE', code: '101' },
  date_only: { answer: 'AE', code: '102' },
  time_does_not_exist: { answer: 'AE', code: '102' },
  invalid_instant: { answer: 'AE', code: '102' },
  invalid: { answer: 'AE', code: '102' },
  several_patients: { answer: 'AE', code: '102' },
  cpr: { answer: 'AE', code: '102' },
  too_big: { answer: 'AE', code: '102' },
  unsupported_type: { answer: 'AR', code: '200' },
  unsupported_event: { answer: 'AR', code: '201' },
  unknown_reference: { answer: 'AE', code: '204' },
  key_reused: { answer: 'AE', code: '205' },
} as const satisfies Readonly<Record<string, Condition>>;

/** Where the pipeline's own refusals lie in a message: it speaks of an event in our JSON. */
const FIELDS: Readonly<Record<string, string>> = { '/data/start': 'SCH^1^11', '/data/id': 'SCH^1^2' };

/** A refusal in HL7's terms. */
export interface Hl7Error extends Condition {
  /** Empty: of the whole message. */
  readonly location: string;
  readonly text: string;
}

/**
 * A problem of the message's content as an ACK tells it.
 * @param isPatientMissing the message, of an appointment, names no patient: of one that is not known that is the fault
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
