import type { AppointmentEvent } from '../../domain/appointment.ts';
import type { Source } from '../../domain/authority.ts';
import { type Fault, Problem } from '../../domain/errors.ts';
import { type Alias, isInvisible, isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { refusal } from './faults.ts';
import { fieldValue, type Hl7Message, type Segment } from './parse.ts';

const MAX_OCCURRENCE = 20;
/** Bare numbers this short are counters and no ids. */
const COUNTER = /^\d{1,3}$/;
const ID_FIELDS = { filler: 2, placer: 1 } as const;

type IdSettings = Pick<Source, 'idField' | 'shortIds'>;

/** Ids of an appointment. The occurrence is null where the message names none. */
export type Identity = Pick<AppointmentEvent, 'reference' | 'group' | 'formerly' | 'warnings'> &
  Required<Pick<AppointmentEvent, 'aliases' | 'occurrence'>>;

/**
 * Reads SCH-2, SCH-1 and SCH-3. The one of SCH-2 and SCH-1 that `idField` names becomes the reference, the other one an
 * alias. With an occurrence in SCH-3 both are ids of a series, whose appointments are told apart by it.
 */
export function identify(message: Hl7Message, sch: Segment, source: IdSettings): Identity | Problem {
  const filler = entityOf(message, sch, 'filler');
  const placer = entityOf(message, sch, 'placer');
  const ids = (source.idField === 'filler' ? [filler, placer] : [placer, filler]).filter((id) => id !== undefined);
  const isShort = (id: Alias) => id.namespace === null && isCounter(id.value, source);
  const usable = ids.filter((id) => id === filler || !isShort(id));
  const [first] = usable;
  if (!first) {
    const detail = 'An id of the appointment is required in SCH-2 or SCH-1; up to three digits are not an id.';
    return refusal('required', 'SCH^1^2', detail);
  }
  const occurrence = occurrenceIn(message, sch);
  if (occurrence === null || NUMBER.test(occurrence)) return withOccurrence([first, usable], occurrence, source);
  const named = withOccurrence([first, usable], null, source);
  if (named instanceof Problem) return named;
  const formerly = withOccurrence([first, usable], occurrence, source);
  return { ...named, warnings: [OCCURRENCE_LEFT_OUT], ...(!(formerly instanceof Problem) && { formerly }) };
}

const NUMBER = /^\d+$/;
const OCCURRENCE_LEFT_OUT: Fault = {
  pointer: 'SCH^1^3',
  code: 'occurrence_left_out',
  detail:
    'What stands in SCH-3 is no number: it says nothing of which occurrence of a series this is, and is left out.',
};

/** The ids with the occurrence that tells them apart; without one those of an appointment by itself. */
function withOccurrence(
  [first, usable]: readonly [first: Alias, usable: readonly Alias[]],
  occurrence: string | null,
  source: IdSettings,
): Omit<Identity, 'formerly' | 'warnings'> | Problem {
  if (occurrence !== null && (occurrence.length > MAX_OCCURRENCE || !isId(occurrence)))
    return refusal('invalid', 'SCH^1^3', `An occurrence has at most ${MAX_OCCURRENCE} printable characters.`);
  const location = `SCH^1^${ID_FIELDS[first.kind as 'filler' | 'placer']}`;
  const wrong = idProblem(occurrence === null ? first.value : `${first.value}#${occurrence}`, location);
  if (wrong) return wrong;
  const number = occurrence?.replace(/^0+(?=\d)/, '') ?? null;
  const inSeries = (id: string) => (number === null ? id : `${id}#${number}`);
  const aliases = usable
    .filter(({ value }) => isId(inSeries(value)) && !referenceFault(value))
    .map((id) => (isOfPatient(id, source) ? { ...id, ofPatient: true as const } : id));
  const reference = inSeries(first.value);
  if (number === null) return { reference, aliases, occurrence: null };
  // The ids of the series lead an event without an occurrence to all of them.
  const own = aliases.map((alias) => ({ ...alias, value: inSeries(alias.value) }));
  const series = aliases.filter(({ namespace, ofPatient }) => namespace !== null || ofPatient);
  return { reference, aliases: [...own, ...series], occurrence: number, group: first.value };
}

/** True for the further id without an issuer: it means an appointment among those of the same patient alone. */
function isOfPatient({ kind, namespace, value }: Alias, source: IdSettings): boolean {
  return kind !== source.idField && namespace === null && !isCounter(value, source);
}

/** Why a text can't be the id of an appointment; undefined when it can. */
export function idProblem(text: string, location: string): Problem | undefined {
  const unfit = `The id of the appointment is longer than ${MAX_REFERENCE} characters or contains unprintable ones.`;
  if (!isId(text)) return refusal('invalid', location, unfit);
  const wrong = referenceFault(text);
  return wrong ? refusal(wrong.code, location, wrong.detail) : undefined;
}

/** True for a number that is too short to be an id unless its issuer is named, or the source says that it is one. */
export function isCounter(text: string, { shortIds }: Pick<Source, 'shortIds'>): boolean {
  return !shortIds && COUNTER.test(text);
}

/** A namespace as it may be kept; null for one that is missing or can't be. */
export function usableNamespace(text: string | null): string | null {
  return text !== null && isId(text) && !looksLikeCpr(text) ? text : null;
}

/** SCH-3 as it was sent; null where nothing can be seen in it. */
function occurrenceIn(message: Hl7Message, sch: Segment): string | null {
  const text = fieldValue(message, sch, 3);
  return typeof text === 'string' && !isInvisible(text) ? text : null;
}

/** Reads an EI: its namespace is EI.2, else the universal id in EI.3. */
function entityOf(message: Hl7Message, sch: Segment, kind: 'filler' | 'placer'): Alias | undefined {
  const part = (component: number) => fieldValue(message, sch, ID_FIELDS[kind], component);
  const value = part(1);
  if (typeof value !== 'string' || isInvisible(value)) return undefined;
  return { kind, value, namespace: usableNamespace(part(2) ?? part(3) ?? null) };
}

function isId(text: string): boolean {
  return text.length <= MAX_REFERENCE && isStorableText(text);
}
