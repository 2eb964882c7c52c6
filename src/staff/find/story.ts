import { actorNames } from '../../accounts/people/names.ts';
import { auditPhoneAccess, type Reader } from '../../accounts/phone-access.ts';
import type { Db } from '../../database/tables.ts';
import { grouped } from '../../domain/grouped.ts';
import type { NotSentAgain } from '../../domain/planning/send-again.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import type { AppointmentRecord, AppointmentRow } from '../appointments/appointments.sql.ts';
import { type AppointmentView, viewAppointments } from '../appointments/appointments.ts';
import type { ReminderMessageView, ReminderView } from '../appointments/reminder-view.ts';
import { whyNotSentAgain } from '../appointments/send-again.ts';
import type { InboundView } from '../replies/replies.ts';
import { findSource } from '../sources/sources.sql.ts';
import { findById, findReplacement, type Replacement } from './find.sql.ts';
import { type FindDeps, searchScopeOf } from './find.ts';
import { mainReminder, type PresentReminder, presentReminders } from './present-reminders.ts';
import {
  type ChangeRow,
  type LookUpRow,
  listChanges,
  listLookUps,
  listOutgoingEvents,
  listPauseChanges,
  type PauseChange,
} from './story.sql.ts';
import { inOrder, type StoryEntry } from './story-entry.ts';
import { readCitizensPart } from './story-replies.ts';

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
  readonly present: readonly PresentReminder[];
  /** The one that tells best what the citizen got; null where there is none. */
  readonly main: PresentReminder | null;
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
  /** Why its reminder can't be sent again now; null: it can. */
  readonly notSentAgain: NotSentAgain | null;
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
  const ofSlot = appointment.reminders.filter(({ slot }) => slot === row.slot);
  const present = presentReminders(ofSlot, record);
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
    main: mainReminder(present),
    trial: source?.mode === 'shadow',
    entries: inOrder(entries),
    cut: events.length > MOST_EVENTS || changes.length > MOST_CHANGES,
    replies: citizens.replies,
    optedOut: citizens.optedOut,
    deceased: row.deceased,
    notSentAgain: await whyNotSentAgain(deps, record, now),
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

/** An appointment's row as far as it tells of changes, with the appointment that goes on in its place. */
export interface Changed {
  readonly row: AppointmentRow;
  readonly replacement: Replacement | null;
}

/**
 * Changes of an appointment by its booking system.
 * @param changes the latest, the oldest first
 * @param reminders of every slot
 */
function changesOf(changed: Changed, changes: readonly ChangeRow[], reminders: readonly ReminderView[]): StoryEntry[] {
  const entries = changes.map((each) => entryOf(each, changed, changes));
  return [...receivedSo(changed, changes), ...earlierMoves(reminders, changes[0]?.slot), ...entries];
}

function entryOf(each: ChangeRow, changed: Changed, changes: readonly ChangeRow[]): StoryEntry {
  const { at, change } = each;
  // A change stores the old value: the new one is the old value of the next change of its kind.
  const next = changes.slice(changes.indexOf(each) + 1).find((later) => later.change === change);
  if (change === 'moved')
    return { kind: 'moved', at, from: each.start_at, to: next ? next.start_at : changed.row.start_at };
  if (change !== 'replaced') return { kind: 'changed', at, change };
  return next ? { kind: 'replaced', at, reference: null, id: null } : replacedAt(at, changed);
}

/** Only the last reference that it got is kept. */
function replacedAt(at: Date, { row, replacement }: Changed): StoryEntry {
  return { kind: 'replaced', at, reference: row.replaced_by, id: replacement?.id ?? null };
}

/**
 * Moves of which the reminders alone tell, since they are older than the changes that are kept. A slot with a deadline
 * of the one before has its time, too: then it passed to another citizen, or was booked again.
 * @param last the slot before those changes; undefined: there are none
 */
function earlierMoves(reminders: readonly ReminderView[], last = Number.POSITIVE_INFINITY): StoryEntry[] {
  const slots = [...new Set(reminders.map(({ slot }) => slot))].sort((a, b) => a - b).slice(1);
  return slots.flatMap((slot): StoryEntry[] => {
    const first = reminders.filter((each) => each.slot === slot).flatMap(({ history }) => history[0]?.at ?? []);
    const at = new Date(Math.min(...first.map(Number)));
    const isMove = first.length > 0 && slot <= last && !sharesDeadline(reminders, slot);
    return isMove ? [{ kind: 'moved', at, from: null, to: null }] : [];
  });
}

/** True where a slot has a deadline of the one before it. */
function sharesDeadline(reminders: readonly ReminderView[], slot: number): boolean {
  const deadlines = (of: number) => reminders.filter((each) => each.slot === of).map((each) => Number(each.expiresAt));
  const own = deadlines(slot);
  return deadlines(slot - 1).some((each) => own.includes(each));
}

/** An appointment that was called off when the first message about it came, and has not changed since. */
function receivedSo(changed: Changed, changes: readonly ChangeRow[]): StoryEntry[] {
  const { status, received_at: at, replaced_by: replacement } = changed.row;
  if (changes.some(({ change }) => change !== 'moved')) return [];
  if (status === 'cancelled') return [{ kind: 'changed', at, change: 'cancelled' }];
  if (status !== 'entered-in-error') return [];
  return [replacement === null ? { kind: 'changed', at, change: 'deleted' } : replacedAt(at, changed)];
}

/** Reads what happened to reminders: their changes, receipts, and what their gateways said when they were asked. */
async function readRemindersPart(
  db: Db,
  authorityId: string,
  reminders: readonly ReminderView[],
  now: Date,
): Promise<StoryEntry[]> {
  const messages = reminders.flatMap((reminder) => reminder.messages);
  const ids = messages.map(({ id }) => id);
  const ofMessage = grouped(await listLookUps(db, authorityId, ids), (row) => row.message_id);
  return [
    ...reminders.flatMap(ofReminder),
    ...messages.flatMap((message) => ofLookUps(message, ofMessage.get(message.id) ?? [], now)),
  ];
}

/** A receipt that led to a state is shown as that state. */
function ofReminder(reminder: ReminderView): StoryEntry[] {
  const { history } = reminder;
  const changes = history.map(({ at, status, reason }, nth): StoryEntry => {
    const again = status === 'handing_over' && history.slice(0, nth).some((before) => before.status === 'uncertain');
    return { kind: 'reminder', at, reminder, status, reason, again };
  });
  const recorded = new Set(history.map(({ at, status }) => `${at.getTime()} ${status}`));
  const receipts = reminder.messages
    .flatMap((message) => message.receipts)
    .filter(({ state, receivedAt }) => state !== 'accepted' && !recorded.has(`${receivedAt.getTime()} ${state}`))
    .map((receipt): StoryEntry => ({ kind: 'receipt', at: receipt.receivedAt, receipt }));
  return [...changes, ...receipts];
}

/** Only the last look-up of a message is kept, beside those that found something. */
function ofLookUps({ handedOverAt, status }: ReminderMessageView, rows: readonly LookUpRow[], now: Date): StoryEntry[] {
  const found = rows.filter(({ found }) => found).map(({ at }) => ({ ...asked(at), result: 'found' as const }));
  const last = rows.find((row) => !row.found);
  // A look-up that found something is stored a moment after it was asked: then it is this one.
  if (!last || found.some(({ at }) => at >= last.at)) return found;
  if (handedOverAt && last.at < handedOverAt) return [...found, { ...asked(last.at), result: 'never' }];
  const isOpen = status === 'uncertain' || status === 'accepted';
  const next = isOpen && last.next_at && last.next_at > now ? last.next_at : null;
  return [...found, { ...asked(last.at), result: 'open', next }];
}

function asked(at: Date) {
  return { kind: 'asked', at, next: null } as const;
}

interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** A time in which nothing was sent: how it began, and who ended it (null: it came to its end, or goes on). */
interface PauseSpan extends Span {
  readonly begun: PauseChange;
  readonly endedBy: string | null;
  readonly isOver: boolean;
}

/**
 * Pauses that a reminder of the appointment waited for, or waits for now, from the audit: of the authority, of its
 * source, and of a source whose mode was `paused`.
 */
export async function pausesOf(
  deps: DatabaseAccess & KeyringAccess,
  { authority, reminders }: AppointmentView,
  sourceId: string,
  now: Date,
): Promise<StoryEntry[]> {
  const waits = reminders.flatMap((reminder) => waitOf(reminder, now));
  if (waits.length === 0) return [];
  const changes = await listPauseChanges(deps.db, { authorityId: authority, sourceId, now });
  const ofTrack = grouped(changes, ({ track }) => track);
  const pauses = (['authority', 'source', 'mode'] as const)
    .flatMap((track) => spansOf(ofTrack.get(track) ?? [], now))
    .filter((pause) => waits.some((wait) => wait.from < pause.to && pause.from < wait.to));
  const actors = pauses.flatMap(({ begun, endedBy }) => [begun.actor, endedBy]);
  const nameOf = await actorNames(deps, authority, actors);
  return pauses.flatMap(({ begun, from, to, endedBy, isOver }): StoryEntry[] => {
    const what = begun.track === 'authority' ? 'authority' : 'source';
    const { reason, until } = begun;
    return [
      { kind: 'paused', at: from, what, by: nameOf(begun.actor), reason, until },
      ...(isOver ? [{ kind: 'resumed', at: to, what, by: nameOf(endedBy) } as const] : []),
    ];
  });
}

/**
 * The time in which a reminder was due and had not left. Of one that is not due yet it is this moment: a pause that is
 * in force holds it, too.
 */
function waitOf({ dueAt, status, history }: ReminderView, now: Date): Span[] {
  if (status === 'planned') return [{ from: dueAt < now ? dueAt : now, to: new Date(now.getTime() + 1) }];
  const left = history.findLast((entry, at) => entry.status !== 'planned' && history[at - 1]?.status === 'planned');
  return left && dueAt < left.at ? [{ from: dueAt, to: left.at }] : [];
}

/** @param changes of one kind of pause, the oldest first */
function spansOf(changes: readonly PauseChange[], now: Date): PauseSpan[] {
  return changes.flatMap((begun, at) => {
    if (!begun.paused) return [];
    const next = changes[at + 1];
    const { until } = begun;
    const endedItself = until !== null && until <= (next?.at ?? now);
    const to = endedItself ? until : (next?.at ?? new Date(now.getTime() + 1));
    // A pause that another one replaces goes on.
    const isOver = endedItself || next?.paused === false;
    return [{ begun, from: begun.at, to, isOver, endedBy: endedItself ? null : (next?.actor ?? null) }];
  });
}
