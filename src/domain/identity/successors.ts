import type { AppointmentEvent } from '../appointment.ts';
import { type HashId, isKnownAs, isReplacedBy, type Known, silent } from './match-known.ts';
import { type AppointmentElement, isFoundById, type Match } from './searches.ts';

/**
 * References that went on in place of what an event replaces, or of its own: two events may say that they replace one
 * and the same appointment, and a third one may take both back.
 */
export function successorsOf(event: AppointmentEvent, found: readonly Match[], hash: HashId): string[] {
  return [...new Set(replacedOnesOf(event, found, hash).flatMap(({ replacedBy }) => replacedBy ?? []))];
}

function replacedOnesOf({ reference, replaces }: AppointmentEvent, found: readonly Match[], hash: HashId): Match[] {
  if (replaces === undefined) return [];
  const isMeant = (each: Match) => each.reference === reference || isNamed(each, replaces, hash);
  return found.filter((each) => each.replacedBy !== null && isFoundById(each) && isMeant(each));
}

function isNamed(known: Known, ids: readonly string[], hash: HashId): boolean {
  return ids.some((id) => isKnownAs(known, id, hash) || known.group === id);
}

/**
 * Follows what an element replaces to the appointments that go on in its place. The appointment of a replaced id goes
 * on under the new one, and a row is left under the old one (`replacedBy`): an event about the old id that comes late,
 * or at the same moment, finds that row and changes nothing.
 * @param found also what `successorsOf` leads to, to its end
 * @returns the element with all that it replaces, or the events that leave it to a newer one in the same place
 */
export function withReplaced(
  element: AppointmentElement,
  found: readonly Match[],
  hash: HashId,
): AppointmentElement | AppointmentEvent[] {
  const [first, ...others] = element.kind === 'group' ? element.group.members : [element.event];
  if (first?.replaces === undefined) return element;
  const whole = element.kind === 'group' ? { ...first, reference: element.group.id, group: element.group.id } : first;
  const followed = followReplaced(whole, found, hash);
  if ('newer' in followed) {
    const ofGroup = found.filter((each) => isFoundById(each) && each.group === whole.reference);
    const ids = [whole, ...(element.kind === 'group' ? [first, ...others, ...ofGroup] : [])];
    return replacedInstead(
      whole,
      ids.map(({ reference }) => reference),
      followed.newer,
      found,
      hash,
    );
  }
  const { replaces } = followed.event;
  if (replaces === first.replaces || replaces === undefined) return element;
  if (element.kind === 'appointment') return { kind: 'appointment', event: { ...element.event, replaces } };
  const members = element.group.members.map((member) => ({ ...member, replaces }));
  return { kind: 'group', group: { ...element.group, members } };
}

/** An event with all that it replaces, or the newer appointment that has replaced its own since. */
type Followed = { readonly event: AppointmentEvent } | { readonly newer: Known };

/**
 * Follows what an event replaces to the appointment that goes on in its place. Of two events that replace the same
 * appointment the one that was made later counts (the versions of two ids do not compare), else the one that came last,
 * whatever became of either since.
 * @param found also what `successorsOf` leads to, to its end
 */
function followReplaced(event: AppointmentEvent, found: readonly Match[], hash: HashId): Followed {
  if (event.replaces === undefined || event.test) return { event };
  const byReference = new Map(found.map((each) => [each.reference, each]));
  const own = byReference.get(event.reference);
  const replaced = own && own.replacedBy !== null ? own : null;
  const named = event.replaces;
  const replaces = new Set(named);
  for (const start of replaced === null ? replacedOnesOf(event, found, hash) : [replaced]) {
    const chain = chainFrom(start.replacedBy, byReference);
    const last = chain.at(-1);
    if (!last || last.replacedBy !== null || isSame(last, event)) continue;
    // A replaced appointment stays so, unless it says that it takes the place of what came after it.
    if (replaced !== null && !chain.some((each) => named.includes(each.reference) || named.includes(each.group)))
      continue;
    if ([start, ...chain.slice(0, -1)].some((mark) => isNewer(mark, event))) return { newer: last };
    replaces.add(last.group);
    if (replaced?.replacedBy) replaces.add(replaced.replacedBy);
  }
  return replaces.size === named.length ? { event } : { event: { ...event, replaces: [...replaces] } };
}

function chainFrom(reference: string | null, byReference: ReadonlyMap<string, Known>): Known[] {
  const chain = new Set<Known>();
  for (
    let next = byReference.get(reference ?? '');
    next && !chain.has(next);
    next = byReference.get(next.replacedBy ?? '')
  )
    chain.add(next);
  return [...chain];
}

function isSame({ reference, group }: Known, event: AppointmentEvent): boolean {
  return reference === event.reference || (event.group !== undefined && group === event.group);
}

/** @param mark what was replaced: its time is that of the event which did so */
function isNewer(mark: Known, { occurredAt }: AppointmentEvent): boolean {
  return occurredAt !== null && mark.occurredAt !== null && mark.occurredAt > occurredAt;
}

/**
 * Events that end an appointment, and all that it would have replaced, in favour of the one that has replaced it since.
 * @param ids its own references
 */
function replacedInstead(
  event: AppointmentEvent,
  ids: readonly string[],
  newer: Known,
  found: readonly Match[],
  hash: HashId,
): AppointmentEvent[] {
  const stored = new Set(found.map(({ reference }) => reference));
  const live = found.filter(
    (each) => isFoundById(each) && each.group !== newer.group && isReplacedBy(each, event, hash),
  );
  const unknown = (event.replaces ?? []).filter((id) => !stored.has(id));
  const references = new Set([...ids, ...live.map(({ reference }) => reference), ...unknown]);
  references.delete(newer.reference);
  const { version, occurredAt } = event;
  return [...references].map((reference) => ({
    ...silent(reference),
    status: 'entered-in-error',
    version,
    occurredAt,
    onlyKnown: false,
    replacedBy: newer.reference,
  }));
}
