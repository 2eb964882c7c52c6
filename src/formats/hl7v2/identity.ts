import type { Alias } from '../../domain/alias.ts';
import type { AppointmentEvent } from '../../domain/appointment.ts';
import { Problem } from '../../domain/errors.ts';
import { isInvisible, isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { fieldValue, type Hl7Message, type Segment } from './parse.ts';
import { refusal } from './refusal.ts';

const MAX_OCCURRENCE = 20;
/** Bare numbers this short are counters and no ids. */
const COUNTER = /^\d{1,3}$/;
const ID_FIELDS = { filler: 2, placer: 1 } as const;

/** Ids of an appointment. The occurrence is null where the message names none. */
export type Identity = Pick<AppointmentEvent, 'reference' | 'group'> &
  Required<Pick<AppointmentEvent, 'aliases' | 'occurrence'>>;

/**
 * Reads SCH-2, SCH-1 and SCH-3. The one of SCH-2 and SCH-1 that `prefer` names becomes the reference, the other one an
 * alias. With an occurrence in SCH-3 both are ids of a series, whose appointments are told apart by it.
 */
export function identify(message: Hl7Message, sch: Segment, prefer: 'filler' | 'placer'): Identity | Problem {
  const filler = entityOf(message, sch, 'filler');
  const placer = entityOf(message, sch, 'placer');
  const ids = (prefer === 'filler' ? [filler, placer] : [placer, filler]).filter((id) => id !== undefined);
  const usable = ids.filter((id) => id === filler || id.namespace !== null || !COUNTER.test(id.value));
  const [first] = usable;
  if (!first)
    return refusal(
      'required',
      'SCH^1^2',
      'An id of the appointment is required in SCH-2 or SCH-1; up to three digits are not an id.',
    );
  const location = `SCH^1^${ID_FIELDS[first.kind as 'filler' | 'placer']}`;
  const occurrence = occurrenceOf(message, sch);
  if (occurrence instanceof Problem) return occurrence;
  const reference = withOccurrence(first.value, occurrence);
  const wrong = idProblem(first.value, location) ?? idProblem(reference, location);
  if (wrong) return wrong;
  const aliases = usable
    .filter(({ value }) => isId(withOccurrence(value, occurrence)) && !referenceFault(value))
    // Without an issuer the further id means an appointment of the same patient alone, a counter none at all.
    .map((id) =>
      id.kind === prefer || id.namespace !== null || isCounter(id.value) ? id : { ...id, ofPatient: true as const },
    );
  if (occurrence === null) return { reference, aliases, occurrence };
  // The ids of the series lead an event without an occurrence to all of them.
  const own = aliases.map((alias) => ({ ...alias, value: withOccurrence(alias.value, occurrence) }));
  const series = aliases.filter(({ namespace, ofPatient }) => namespace !== null || ofPatient);
  return { reference, aliases: [...own, ...series], occurrence, group: first.value };
}

/** Why a text can't be the id of an appointment; undefined when it can. */
export function idProblem(text: string, location: string): Problem | undefined {
  if (!isId(text))
    return refusal(
      'invalid',
      location,
      `The id of the appointment is longer than ${MAX_REFERENCE} characters or contains unprintable ones.`,
    );
  const wrong = referenceFault(text);
  return wrong ? refusal(wrong.code, location, wrong.detail) : undefined;
}

/** True for a number that is too short to be an id unless its issuer is named. */
export function isCounter(text: string): boolean {
  return COUNTER.test(text);
}

/** A namespace as it may be kept; null for one that is missing or can't be. */
export function usableNamespace(text: string | null): string | null {
  return isNamespace(text) ? text : null;
}

/** SCH-3; a number without leading zeros. */
function occurrenceOf(message: Hl7Message, sch: Segment): string | null | Problem {
  const text = fieldValue(message, sch, 3);
  if (typeof text !== 'string' || isInvisible(text)) return null;
  if (text.length > MAX_OCCURRENCE || !isId(text))
    return refusal('invalid', 'SCH^1^3', `An occurrence has at most ${MAX_OCCURRENCE} printable characters.`);
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
}

function withOccurrence(id: string, occurrence: string | null): string {
  return occurrence === null ? id : `${id}#${occurrence}`;
}

/** Reads an EI: its namespace is EI.2, else the universal id in EI.3. */
function entityOf(message: Hl7Message, sch: Segment, kind: 'filler' | 'placer'): Alias | undefined {
  const part = (component: number) => fieldValue(message, sch, ID_FIELDS[kind], component);
  const value = part(1);
  const namespace = part(2) ?? part(3) ?? null;
  return typeof value === 'string' && !isInvisible(value)
    ? { kind, value, namespace: isNamespace(namespace) ? namespace : null }
    : undefined;
}

function isNamespace(text: string | null): text is string {
  return text !== null && isId(text) && !looksLikeCpr(text);
}

function isId(text: string): boolean {
  return text.length <= MAX_REFERENCE && isStorableText(text);
}
