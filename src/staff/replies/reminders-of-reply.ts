import type { Reader } from '../../accounts/phone-access.ts';
import { grouped } from '../../domain/grouped.ts';
import type { DatabaseAccess } from '../../runtime/deps.ts';
import { listRemindersOfReplies } from '../../store/replies.ts';
import { appointmentOf, type InboundAppointmentView, type InboundView } from './replies.ts';

/** The reminders that a reply holds, of the reader's departments. */
export interface HeldView {
  readonly reminders: number;
  /** When the first of them is due, or was. */
  readonly firstDueAt: Date;
  /** The first of their appointments, by their start, each with how many of its reminders are held. */
  readonly appointments: readonly (InboundAppointmentView & { readonly reminders: number })[];
  /** Appointments beside these. */
  readonly others: number;
}

/** The reminders that a reply may be about: those that wait for it, that have left, and that are still to go. */
export interface RemindersOfReply {
  /** null: none waits for the reply. */
  readonly held: HeldView | null;
  /** A reminder about an appointment that the reply may be about has left. */
  readonly sent: boolean;
  /** When the next one goes that no reply holds; null: none is planned. */
  readonly nextAt: Date | null;
}

/** The most appointments that are listed for a reply that holds reminders. */
const MOST_HELD = 5;

/** Reads for those of the replies that wait for a person what holds of their reminders, by reply. */
export async function readRemindersOfReplies(
  { db }: DatabaseAccess,
  { departments = null }: Reader,
  authorityId: string,
  replies: readonly InboundView[],
): Promise<ReadonlyMap<string, RemindersOfReply>> {
  const ids = replies.flatMap(({ id, needsPerson }) => (needsPerson ? [id] : []));
  if (ids.length === 0) return new Map();
  const rows = await listRemindersOfReplies(db, authorityId, ids, { departments, limit: MOST_HELD });
  const views = [...grouped(rows, (row) => row.inbound_id)].map(([id, ofReply]): [string, RemindersOfReply] => {
    const held = ofReply.flatMap((row) => (row.appointment_id === null ? [] : [row]));
    const [first] = held;
    const view = first && {
      reminders: first.all_reminders,
      firstDueAt: first.first_due_at,
      appointments: held.map((row) => ({ ...appointmentOf(row), reminders: row.reminders })),
      others: first.all_appointments - held.length,
    };
    return [id, { held: view ?? null, sent: ofReply[0]?.sent ?? false, nextAt: ofReply[0]?.next_at ?? null }];
  });
  return new Map(views);
}
