import { toCitizenBody } from '../../http/admin/citizens.ts';
import type { CitizenRecord } from '../../staff/citizens/look-up-citizen.ts';

/** Actors, by kind. */
export type ActorKind = 'citizen' | 'gateway' | 'bookingSystem' | 'staff';

/** The kind of an actor. @param actor a name, where it was a person */
export function actorKind(actor: string): ActorKind {
  if (actor === 'citizen') return 'citizen';
  if (actor === 'booking_system') return 'bookingSystem';
  return actor.startsWith('gateway:') ? 'gateway' : 'staff';
}

/** A record as data for the citizen: staff are not named, since it goes to somebody else. */
export function citizenData(held: CitizenRecord) {
  const { appointments, inbound, optOuts, ...body } = toCitizenBody(held);
  const unnamed = (actor: string | null) => actor && (actorKind(actor) === 'staff' ? 'staff' : actor);
  const settled = <T extends { readonly settledBy: string | null }>(each: T) => {
    return { ...each, settledBy: unnamed(each.settledBy) };
  };
  return {
    ...body,
    appointments: appointments.map(({ replies, ...each }) => ({ ...each, replies: replies.map(settled) })),
    inbound: inbound.map(settled),
    optOuts: optOuts.map((each) => {
      return { ...each, recordedBy: unnamed(each.recordedBy), liftedBy: unnamed(each.liftedBy) };
    }),
  };
}
