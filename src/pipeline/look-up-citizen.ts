import { listInbound } from '../store/inbound-list.ts';
import { listMessages } from '../store/messages.ts';
import { listOptOuts } from '../store/opt-out-list.ts';
import { findAppointmentsOfNumber } from '../store/read-appointment.ts';
import type { Deps } from './deps.ts';
import { type OptOutView, viewOptOut } from './manage-opt-outs.ts';
import { auditLook, type Reader } from './numbers-seen.ts';
import { type AppointmentView, viewAppointments } from './read-appointment.ts';
import { type MessageView, viewMessage } from './read-messages.ts';
import { type InboundView, viewInbound } from './settle-reply.ts';

/** Everything that an authority holds about a number. */
export interface CitizenRecord {
  readonly phone: string;
  /** Those that have the number now, with their reminders. */
  readonly appointments: readonly AppointmentView[];
  /** Everything that went to the number, or was to go: also about appointments that have another number now, and answers. */
  readonly messages: readonly MessageView[];
  readonly inbound: readonly InboundView[];
  readonly optOuts: readonly OptOutView[];
}

/** For a citizen who asks what is held about them (GDPR article 15). Audited, also when nothing is held. @param phone E.164 */
export async function lookUpCitizen(
  deps: Pick<Deps, 'db' | 'keyring' | 'sending'>,
  reader: Reader,
  authorityId: string,
  phone: string,
  now: Date,
): Promise<CitizenRecord> {
  const { db, keyring } = deps;
  const phoneHash = keyring.phoneHash(phone);
  const appointments = await findAppointmentsOfNumber(db, authorityId, phoneHash);
  const messages = await listMessages(db, authorityId, { phoneHash, limit: null });
  const inbound = await listInbound(db, authorityId, { phoneHash, limit: null });
  const optOuts = await listOptOuts(db, authorityId, { phoneHash, limit: null });
  const after = {
    appointments: appointments.length,
    messages: messages.length,
    inbound: inbound.length,
    optOuts: optOuts.length,
  };
  await auditLook(db, reader, { authorityId, action: 'citizen.look-up', target: 'citizen', after }, now);
  return {
    phone,
    appointments: await viewAppointments(deps, reader, authorityId, appointments, now),
    messages: messages.map((row) => viewMessage(keyring, reader, row)),
    inbound: inbound.map((row) => viewInbound(keyring, reader, row)),
    optOuts: optOuts.map((row) => viewOptOut(keyring, reader, row)),
  };
}
