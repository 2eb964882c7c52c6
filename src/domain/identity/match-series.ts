import { type AppointmentEvent, EMPTY_EVENT, isCalledOff, isUpcoming } from '../appointment.ts';
import type { Fault } from '../errors.ts';
import { isOtherPatient } from '../patient-key.ts';
import type { Alias } from '../reference.ts';
import { mayHaveEnded } from '../unclear-status.ts';
import { meantByBareId } from './bare-ids.ts';
import {
  contradicts,
  type HashId,
  isOutdated,
  type Known,
  matchByAlias,
  shares,
  silent,
  storedAlias,
} from './match-known.ts';

const NO_OCCURRENCE: Fault = {
  pointer: '/data/occurrence',
  code: 'required',
  detail: 'Occurrences of this appointment are known: say which one this is about.',
};

/** True for one appointment of a series; false for what is stored under the id of the series itself. */
export function isOccurrence({ reference, group }: Pick<Known, 'reference' | 'group'>): boolean {
  return reference.startsWith(`${group}#`);
}

/**
 * Applies an event that names no occurrence to the occurrences that are known: a cancellation ends them all, and is
 * kept under the id of the series, for those whose bookings it has overtaken; one that may end them in words that
 * nobody knows is about all; any other event can't be applied, since a guess would move the wrong one.
 * @param own the stored appointment with the reference of the event
 * @param known stored appointments that the ids of the event lead to, each once
 * @returns the events that follow, or why there are none; undefined where no occurrence is known, and for an event that
 * is about `own`
 */
export function matchSeries(
  event: AppointmentEvent,
  own: Known | undefined,
  known: readonly Known[],
  hash: HashId,
): readonly AppointmentEvent[] | Fault | undefined {
  if (event.occurrence !== null) return undefined;
  const occurrences = known.filter(
    (each) =>
      isOccurrence(each) &&
      isOfSeries(event, each.group, known, hash) &&
      !isOtherPatient(event.patientKey, each.patientKey),
  );
  if (occurrences.length === 0) return undefined;
  if (mayHaveEnded(event)) return occurrences.map(({ reference }) => ({ ...silent(reference), ...endOf(event) }));
  if (event.status === null || !isCalledOff(event.status)) {
    // A cancelled one is the mark of a cancelled series: only an older event is about it.
    return own && (!isCalledOff(own.status) || isOutdated(event, [own])) ? undefined : NO_OCCURRENCE;
  }
  const left = occurrences.filter(({ group }) => !isEndedBefore(event, group, known));
  const ended = new Map([...(own ? [own] : []), ...left].map((each) => [each.reference, silent(each.reference)]));
  for (const { group, patientKey } of occurrences) {
    // A test must not keep a real booking out that comes later.
    if (ended.has(group) || event.test) continue;
    const isKnown = known.some(({ reference }) => reference === group);
    const mark = {
      ...EMPTY_EVENT,
      reference: group,
      status: event.status,
      patientKey: event.patientKey ?? patientKey ?? undefined,
    };
    ended.set(group, isKnown ? silent(group) : mark);
  }
  return [...ended.values()].map((each) => ({ ...each, ...endOf(event) }));
}

/** What each occurrence gets of an event that ends all, or may do so. */
function endOf(event: AppointmentEvent): Partial<AppointmentEvent> {
  const { status, version, occurredAt, stamped, test, unclear } = event;
  return { status, version, occurredAt, test, ...(stamped && { stamped }), ...(unclear && { unclear }) };
}

/** True for a cancellation that ended this series before: what it has now was booked later. */
function isEndedBefore({ stamped, occurredAt }: AppointmentEvent, series: string, known: readonly Known[]): boolean {
  if (!stamped || occurredAt === null) return false;
  return known.some(
    ({ reference, cancelStamp }) => reference === series && cancelStamp !== null && occurredAt <= cancelStamp,
  );
}

/** False for a series that shares only some id with the event, such as an order number, and has another of its own. */
function isOfSeries(event: AppointmentEvent, series: string, known: readonly Known[], hash: HashId): boolean {
  if (series === event.reference) return true;
  const ids = (event.aliases ?? []).map((alias) => storedAlias(alias, hash));
  // The ids of a series are stored with one appointment of it.
  const members = known.filter(({ group }) => group === series);
  const others = members.filter((member) => contradicts(member, ids));
  return others.length === 0 || members.some((member) => shares(member, ids) && !others.includes(member));
}

/**
 * Finds what is stored under the id of a series alone, for an event about an occurrence that is not known. It never
 * crosses over to another patient, and is one of two things:
 * - Still expected, it was booked before the sender named occurrences. The first event of an unknown occurrence takes
 *   it over, unless that is a new booking at another time: so a move makes no second appointment, and a cancellation
 *   leaves none. Of two occurrences the wrong one may thus get no reminder, which does less harm than a reminder of a
 *   cancelled one.
 * - Cancelled, it marks a cancelled series: an event of an occurrence that is older continues it, and so is stale.
 * @param known stored appointments that the ids of the event lead to, each once
 */
export function matchUndivided(event: AppointmentEvent, known: readonly Known[], hash: HashId): Known | undefined {
  const { occurrence, group } = event;
  if (occurrence === undefined || occurrence === null || group === undefined) return undefined;
  const undivided = known.filter((each) => !isOccurrence(each) && each.replacedBy === null);
  const whole = { ...event, reference: group, aliases: idsOfSeries(event.aliases ?? [], occurrence) };
  const found =
    undivided.find(({ reference }) => reference === group) ??
    matchByAlias(whole, undivided, hash) ??
    onlyOne(meantByBareId(whole, undivided, hash).ofPatient);
  return found && isContinuedBy(found, event) ? found : undefined;
}

function onlyOne(known: readonly Known[]): Known | undefined {
  return known.length === 1 ? known[0] : undefined;
}

/** Ids without the occurrence. Each of them stands beside one with it. */
function idsOfSeries(aliases: readonly Alias[], occurrence: string): Alias[] {
  return aliases.filter(({ kind, value }) =>
    aliases.some((each) => each.kind === kind && each.value === `${value}#${occurrence}`),
  );
}

function isContinuedBy(known: Known, event: AppointmentEvent): boolean {
  if (isOtherPatient(event.patientKey, known.patientKey)) return false;
  const isOlder = isOutdated(event, [known]);
  if (isCalledOff(known.status)) return isOlder;
  const isAnother =
    event.newBooking === true &&
    isUpcoming(event.status ?? 'booked') &&
    event.start instanceof Date &&
    known.start !== null &&
    event.start.getTime() !== known.start.getTime();
  return isOlder || !isAnother;
}
