import type { DatabaseAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { findAppointmentsOfNumber } from '../appointments.sql.ts';
import { type AppointmentView, viewAppointments } from '../appointments.ts';
import { listMessages } from '../messages.sql.ts';
import { type MessageView, viewMessage } from '../messages.ts';
import { listOptOuts } from '../opt-outs.sql.ts';
import { type OptOutView, viewOptOut } from '../opt-outs.ts';
import { auditPhoneAccess, type Reader } from '../phone-access.ts';
import { listInbound } from '../replies.sql.ts';
import { type InboundView, viewReplies } from '../replies.ts';

/** Everything that an authority holds about a phone number. */
export interface CitizenRecord {
  readonly phone: string;
  /** The appointments that have the number now, with their reminders. */
  readonly appointments: readonly AppointmentView[];
  /** All messages to the number: also those about appointments that have another number now, and answers. */
  readonly messages: readonly MessageView[];
  readonly inbound: readonly InboundView[];
  readonly optOuts: readonly OptOutView[];
}

/**
 * Collects what an authority holds about a number, for a citizen who asks (GDPR article 15). Audited, also when nothing
 * is held.
 * @param reader `installation`: its administrator, who also sees replies and answers that concern no authority
 * @param phone E.164
 */
export async function lookUpCitizen(
  deps: DatabaseAccess & KeyringAccess & SendingPermission,
  reader: Reader,
  authorityId: string,
  phone: string,
  now: Date,
): Promise<CitizenRecord> {
  const { db, keyring } = deps;
  const phoneHash = keyring.phoneHash(phone);
  const unowned = reader.installation === true;
  const appointments = await findAppointmentsOfNumber(db, authorityId, phoneHash);
  const messages = await listMessages(db, authorityId, { phoneHash, unowned, limit: null });
  const inbound = await listInbound(db, authorityId, { phoneHash, unowned, limit: null });
  const optOuts = await listOptOuts(db, authorityId, { phoneHash, limit: null });
  const after = {
    appointments: appointments.length,
    messages: messages.length,
    inbound: inbound.length,
    optOuts: optOuts.length,
  };
  await auditPhoneAccess(db, reader, { authorityId, action: 'citizen.look-up', target: 'citizen', after }, now);
  return {
    phone,
    appointments: await viewAppointments(deps, reader, authorityId, appointments, now),
    messages: messages.map((row) => viewMessage(keyring, reader, row)),
    inbound: await viewReplies(deps, reader, authorityId, inbound, now),
    // A person who looks a number up has it.
    optOuts: optOuts.map((row) => viewOptOut(keyring, reader, { ...row, held: true })),
  };
}
