import type { AppointmentEvent, GroupEvent } from '../appointment.ts';
import { FoundAppointments } from './found.ts';
import { Marks } from './marks.ts';
import { type HashId, isOutdated, matchByAlias, matchMembers } from './match-known.ts';
import { receivedBefore, resolveOne, withAliases } from './resolve.ts';
import { leaving, type ResolvedEvent, unaliased } from './resolved-event.ts';
import { distinct, type Match } from './searches.ts';
import { withReplaced } from './successors.ts';

/**
 * Decides which appointments a group is about, by its ids and its patients.
 * @param found appointments that the searches of the group found
 * @param hash of ids of the source
 * @returns steps, between which other work may go on, to one event per appointment; at least one
 */
export function* resolveGroup(
  group: GroupEvent,
  found: readonly Match[],
  hash: HashId,
): Generator<undefined, ResolvedEvent[]> {
  const followed = withReplaced({ kind: 'group', group }, found, hash);
  if (Array.isArray(followed)) return followed.map(unaliased);
  yield;
  const stored = new FoundAppointments(found);
  const own = yield* resolveMembers(followed.kind === 'group' ? followed.group : group, stored, hash);
  const marks = new Marks(own, stored, hash);
  for (const each of own) {
    marks.add(each);
    yield;
  }
  return [...own, ...marks.all];
}

function* resolveMembers(
  received: GroupEvent,
  found: FoundAppointments,
  hash: HashId,
): Generator<undefined, ResolvedEvent[]> {
  const [first] = received.members;
  // The group was replaced, whoever its patients are.
  if (first && found.all.some(({ reference, replacedBy }) => reference === received.id && replacedBy !== null))
    return [{ event: { ...first, reference: received.id }, derived: false, aliases: [] }];
  const group = { ...received, id: idOfGroup(received, found, hash) };
  const ofGroup = distinct(
    found.all.filter(({ what, group: id }) => what !== 'shared' && what !== 'deceased' && id === group.id),
  );
  // A patient who had left the group before must not be booked again.
  const isLate = first !== undefined && isOutdated(first, ofGroup);
  yield;
  const { members, left } = matchMembers(group, ofGroup);
  const known = new Map(ofGroup.map((each) => [each.reference, each]));
  const events = new Map<string, ResolvedEvent>();
  for (const [index, member] of members.entries()) {
    yield;
    const own = known.get(member.reference);
    if (!own && isLate) continue;
    const named = received.members[index] as AppointmentEvent;
    const joined = ofGroup.length > 0 ? { ...member, group: group.id } : member;
    const resolved = own
      ? [withAliases({ ...named, reference: member.reference }, own, found, hash)]
      : resolveOne({ ...joined, aliases: member.aliases ?? [] }, found, hash);
    for (const each of resolved) if (!events.has(each.event.reference)) events.set(each.event.reference, each);
  }
  const gone = isLate ? [] : left;
  return [...events.values(), ...gone.map((each) => leaving(each.reference, group.rest, first))];
}

/** Id that a group is stored under: its own, or that of the appointment with its aliases. */
function idOfGroup({ id, aliases, members }: GroupEvent, found: FoundAppointments, hash: HashId): string {
  const [first] = members;
  if (
    !aliases ||
    !first ||
    found.all.some(({ what, group }) => what !== 'shared' && what !== 'deceased' && group === id)
  )
    return id;
  // Without a patient the event is about all members, and no member leaves.
  if (members.every(({ patientKey }) => patientKey === undefined)) return id;
  const whole = { ...first, reference: id, patientKey: undefined, aliases, permanent: false };
  return (found.named.find(receivedBefore(id, hash)) ?? matchByAlias(whole, found.named, hash))?.group ?? id;
}
