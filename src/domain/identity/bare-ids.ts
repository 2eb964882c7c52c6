import type { AppointmentEvent } from '../appointment.ts';
import { isOtherPatient, isSamePatient } from '../patient-key.ts';
import { contradicts, type HashId, type Known, storedAlias } from './match-known.ts';
import { bareIdsOf } from './searches.ts';

/** The stored appointments that the bare ids of an event may mean. */
export interface MeantByBareId {
  /** The same patient's: the event can be about one of these. */
  readonly ofPatient: readonly Known[];
  /** Another patient's, or anybody's where the event names no patient. */
  readonly ofOthers: readonly Known[];
}

const NONE: MeantByBareId = { ofPatient: [], ofOthers: [] };

/**
 * Finds what goes by a bare id of the event: as its reference, or as an id of the same kind. It leaves out what has
 * another id of a kind that the event names too, such as a second appointment of one order.
 */
export function meantByBareId(event: AppointmentEvent, found: readonly Known[], hash: HashId): MeantByBareId {
  const ids = bareIdsOf(event);
  if (ids.length === 0) return NONE;
  const said = (event.aliases ?? []).map((alias) => storedAlias(alias, hash));
  const bare = ids.map((alias) => storedAlias(alias, hash));
  const values = new Set(ids.map(({ value }) => value));
  const goesBy = ({ reference, aliases }: Known) =>
    values.has(reference) || bare.some(({ kind, value }) => aliases.some(([of, id]) => of === kind && id === value));
  const distinct = new Map(found.map((each) => [each.reference, each]));
  const meant = [...distinct.values()].filter(
    (each) => each.replacedBy === null && goesBy(each) && !contradicts(each, said),
  );
  return {
    ofPatient: meant.filter(({ patientKey }) => isSamePatient(event.patientKey, patientKey)),
    ofOthers: meant.filter(({ patientKey }) => !isSamePatient(event.patientKey, patientKey)),
  };
}

/**
 * True where a bare id of the event may mean an appointment that the event is not applied to: its sender should know.
 * What is stored under the very reference of the event is left out, unless that has come from another patient.
 * @param targets references of the appointments that the event is applied to
 */
export function leavesDoubt(
  event: AppointmentEvent,
  { ofPatient, ofOthers }: MeantByBareId,
  targets: readonly string[],
): boolean {
  const isLeft = ({ reference, patientKey }: Known) =>
    !targets.includes(reference) || (reference === event.reference && isOtherPatient(event.patientKey, patientKey));
  return [...ofPatient, ...ofOthers].some(isLeft);
}
