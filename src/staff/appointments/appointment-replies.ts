import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';
import type { AppointmentReplyRow } from './appointments.sql.ts';

/** The reply of a citizen about an appointment. */
export interface AttitudeView {
  readonly meaning: 'cancel' | 'confirm';
  readonly at: Date;
  readonly inbound: string;
}

/** A citizen's reply that may be about an appointment. */
export interface AppointmentReplyView {
  readonly inbound: string;
  readonly meaning: Meaning;
  readonly receivedAt: Date;
  /** It holds the reminders of the appointment. */
  readonly holds: boolean;
  /** It is about this appointment; false: it may be, and a person must find out. */
  readonly certain: boolean;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
  readonly action: SettleAction | null;
}

/** Turns a stored reply into what staff read of it at the appointment. */
export function viewAppointmentReply(row: AppointmentReplyRow): AppointmentReplyView {
  return {
    inbound: row.id,
    meaning: row.meaning,
    receivedAt: row.received_at,
    holds: row.holds,
    certain: row.subject,
    settledAt: row.settled_at,
    settledBy: row.settled_by,
    action: row.action,
  };
}

/**
 * The citizen's last word on a slot: as it was read, or as staff settled it. What staff settled as something else
 * doesn't count. null where nothing counts.
 */
export function attitudeOf(slot: number, rows: readonly AppointmentReplyRow[]): AttitudeView | null {
  const said = rows.flatMap((row) => {
    const meaning = row.slot === slot && row.subject ? meantBy(row) : null;
    return meaning ? [{ meaning, at: row.received_at, inbound: row.id }] : [];
  });
  return said.at(-1) ?? null;
}

function meantBy({ action, meaning }: AppointmentReplyRow): AttitudeView['meaning'] | null {
  if (action === 'confirmed') return 'confirm';
  if (action === 'cancel_passed_on') return 'cancel';
  if (action !== null) return null;
  return meaning === 'cancel' || meaning === 'confirm' ? meaning : null;
}
