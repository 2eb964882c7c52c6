import { auditPhoneAccess, type Reader } from '../../accounts/phone-access.ts';
import type { AppointmentRecord } from '../appointments/appointments.sql.ts';
import { type AppointmentView, viewAppointments } from '../appointments/appointments.ts';
import type { InboundView } from '../replies/replies.ts';
import { findSource } from '../sources/sources.sql.ts';
import { findById, findReplacement, type Replacement } from './find.sql.ts';
import { type FindDeps, searchScopeOf } from './find.ts';
import { listChanges, listOutgoingEvents } from './story.sql.ts';
import { changesOf } from './story-changes.ts';
import { inOrder, type StoryEntry } from './story-entry.ts';
import { pausesOf } from './story-pauses.ts';
import { readRemindersPart } from './story-reminders.ts';
import { readCitizensPart } from './story-replies.ts';
import { mostTelling, type TellingReminder, tellingReminders } from './telling.ts';

export type { Replacement } from './find.sql.ts';
export type { StoryEntry } from './story-entry.ts';

/** The whole story of an appointment. */
export interface AppointmentStory {
  readonly id: string;
  readonly appointment: AppointmentView;
  readonly sourceName: string;
  /** The appointment that goes on in its place, at the end of all replacements; null: it was not replaced. */
  readonly replacement: Replacement | null;
  /** The reminders of its present time, in the order of their due moments. */
  readonly present: readonly TellingReminder[];
  /** The one that tells best what the citizen got; null where there is none. */
  readonly telling: TellingReminder | null;
  /** The oldest first. */
  readonly entries: readonly StoryEntry[];
  /** Older changes or events are left out. */
  readonly cut: boolean;
  /** Replies about it that the reader may open. */
  readonly replies: readonly InboundView[];
  /** The number has an opt-out in force. */
  readonly optedOut: boolean;
  readonly deceased: boolean;
  /** The booking system is on trial: nothing is sent. */
  readonly trial: boolean;
}

const MOST_EVENTS = 200;
const MOST_CHANGES = 200;

/**
 * Reads everything that happened to an appointment. That its number was shown is audited.
 * @returns undefined for one that does not exist, or is not the reader's
 */
export async function readStory(
  deps: FindDeps,
  reader: Reader,
  key: { readonly authorityId: string; readonly id: string },
  now: Date,
): Promise<AppointmentStory | undefined> {
  const { authorityId, id } = key;
  const scope = searchScopeOf(reader, authorityId);
  const record = await findById(deps.db, scope, id);
  if (!record) return undefined;
  const [appointment] = await viewAppointments(deps, reader, authorityId, [record], now);
  if (!appointment) return undefined;
  const row = record.appointment;
  if (reader.seesNumbers && row.phone_ciphertext)
    await auditPhoneAccess(deps.db, reader, { authorityId, action: 'number.see', target: `appointment:${id}` }, now);
  const { source_id: sourceId, replaced_by: reference } = row;
  const replacement = reference === null ? null : await findReplacement(deps.db, scope, { id, sourceId, reference });
  const source = await findSource(deps.db, authorityId, sourceId);
  const citizens = await readCitizensPart(deps, reader, record, now);
  const events = await listOutgoingEvents(deps.db, id, MOST_EVENTS + 1);
  const changes = await listChanges(deps.db, id, MOST_CHANGES + 1);
  const present = tellingReminders(
    appointment.reminders.filter(({ slot }) => slot === row.slot),
    record,
  );
  const entries = [
    ...ofAppointment(record),
    ...changesOf({ row, replacement }, changes.slice(-MOST_CHANGES), appointment.reminders),
    ...(await pausesOf(deps, appointment, sourceId, now)),
    ...(await readRemindersPart(deps.db, authorityId, appointment.reminders, now)),
    ...citizens.entries,
    ...events.slice(-MOST_EVENTS).map((event): StoryEntry => ({ kind: 'event', at: event.at, event })),
  ];
  return {
    id,
    appointment,
    sourceName: source?.name ?? sourceId,
    replacement,
    present,
    telling: mostTelling(present),
    trial: source?.mode === 'shadow',
    entries: inOrder(entries),
    cut: events.length > MOST_EVENTS || changes.length > MOST_CHANGES,
    replies: citizens.replies,
    optedOut: citizens.optedOut,
    deceased: row.deceased,
  };
}

function ofAppointment({ appointment: row }: AppointmentRecord): StoryEntry[] {
  return [
    { kind: 'received', at: row.received_at },
    ...(row.outcome !== null && row.outcome_at !== null
      ? [{ kind: 'outcome', at: row.outcome_at, status: row.outcome } as const]
      : []),
    ...(row.erased_at ? [{ kind: 'erased', at: row.erased_at } as const] : []),
  ];
}
