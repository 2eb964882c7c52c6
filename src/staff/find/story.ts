import type { ReminderStatus } from '../../domain/reminder.ts';
import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';
import type { AppointmentRecord } from '../appointments.sql.ts';
import { type AppointmentView, viewAppointments } from '../appointments.ts';
import { listOptOuts } from '../opt-outs.sql.ts';
import { actorNames } from '../people/names.ts';
import { auditPhoneAccess, type Reader } from '../phone-access.ts';
import type { ReceiptView, ReminderView } from '../reminder-view.ts';
import { listInbound } from '../replies.sql.ts';
import { type InboundView, viewReplies } from '../replies.ts';
import { findSource } from '../sources/sources.sql.ts';
import { findById } from './find.sql.ts';
import { type FindDeps, mostTelling, scopeOf } from './find.ts';
import { listToldEvents, type ToldEvent } from './story.sql.ts';

/** Something that happened to an appointment. */
export type StoryEntry = { readonly at: Date } & (
  | { readonly kind: 'received' | 'moved' | 'erased' }
  | {
      readonly kind: 'reminder';
      readonly reminder: ReminderView;
      readonly status: ReminderStatus;
      readonly reason: string | null;
    }
  | { readonly kind: 'receipt'; readonly receipt: ReceiptView }
  | {
      readonly kind: 'reply';
      readonly id: string;
      readonly meaning: Meaning;
      /** null: erased, or about another department too. */
      readonly text: string | null;
    }
  /** `by` is an actor with the name beside the id, as `actorNames` has it. */
  | { readonly kind: 'settled'; readonly by: string; readonly action: SettleAction | null }
  | { readonly kind: 'opted_out' | 'opted_in'; readonly by: string }
  | { readonly kind: 'outcome'; readonly status: string }
  | { readonly kind: 'event'; readonly event: ToldEvent }
);

/** The whole story of an appointment. */
export interface AppointmentStory {
  readonly id: string;
  readonly appointment: AppointmentView;
  readonly sourceName: string;
  /** The reminders of its present time, in the order of their due moments. */
  readonly present: readonly ReminderView[];
  /** The one that tells best what the citizen got; null where there is none. */
  readonly telling: ReminderView | null;
  /** The oldest first. */
  readonly entries: readonly StoryEntry[];
  /** Replies about it that the reader may open. */
  readonly replies: readonly InboundView[];
  /** The number has an opt-out in force. */
  readonly optedOut: boolean;
  readonly deceased: boolean;
}

const MOST_EVENTS = 200;
const MOST_OPT_OUTS = 50;

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
  const record = await findById(deps.db, scopeOf(reader, authorityId), id);
  if (!record) return undefined;
  const [appointment] = await viewAppointments(deps, reader, authorityId, [record], now);
  if (!appointment) return undefined;
  const row = record.appointment;
  if (reader.seesNumbers && row.phone_ciphertext)
    await auditPhoneAccess(deps.db, reader, { authorityId, action: 'number.see', target: `appointment:${id}` }, now);
  const source = await findSource(deps.db, authorityId, row.source_id);
  const replies = await repliesOf(deps, reader, record, now);
  const { entries: refusals, optedOut } = await refusalsOf(deps, record);
  const told = await listToldEvents(deps.db, id, MOST_EVENTS);
  const present = appointment.reminders.filter(({ slot }) => slot === row.slot);
  const entries = [
    ...ofAppointment(record, appointment),
    ...appointment.reminders.flatMap(ofReminder),
    ...(await ofReplies(deps, appointment, replies)),
    ...refusals,
    ...told.map((event): StoryEntry => ({ kind: 'event', at: event.at, event })),
  ];
  return {
    ...{ id, appointment, sourceName: source?.name ?? row.source_id, present, telling: mostTelling(present) },
    entries: inOrder(entries),
    ...{ replies, optedOut, deceased: row.deceased },
  };
}

function repliesOf(deps: FindDeps, reader: Reader, record: AppointmentRecord, now: Date): Promise<InboundView[]> {
  const authorityId = record.appointment.authority_id;
  const ids = record.replies.map(({ id }) => id);
  const filter = { ids, departments: reader.departments, limit: ids.length };
  const read = async () => viewReplies(deps, reader, authorityId, await listInbound(deps.db, authorityId, filter), now);
  return ids.length === 0 ? Promise.resolve([]) : read();
}

function ofAppointment({ appointment: row }: AppointmentRecord, view: AppointmentView): StoryEntry[] {
  const slots = [...new Set(view.reminders.map(({ slot }) => slot))].sort((a, b) => a - b).slice(1);
  const moved = slots.flatMap((slot): StoryEntry[] => {
    const first = view.reminders.filter((each) => each.slot === slot).flatMap(({ history }) => history[0]?.at ?? []);
    return first.length === 0 ? [] : [{ kind: 'moved', at: new Date(Math.min(...first.map(Number))) }];
  });
  return [
    { kind: 'received', at: row.received_at },
    ...moved,
    ...(row.outcome !== null && row.outcome_at !== null
      ? [{ kind: 'outcome', at: row.outcome_at, status: row.outcome } as const]
      : []),
    ...(row.erased_at ? [{ kind: 'erased', at: row.erased_at } as const] : []),
  ];
}

/** A receipt that made a state is told by the state. */
function ofReminder(reminder: ReminderView): StoryEntry[] {
  const changes = reminder.history.map(
    ({ at, status, reason }): StoryEntry => ({ kind: 'reminder', at, reminder, status, reason }),
  );
  const told = new Set(reminder.history.map(({ at, status }) => `${at.getTime()} ${status}`));
  const receipts = reminder.messages
    .flatMap((message) => message.receipts)
    .filter(({ state, receivedAt }) => state !== 'accepted' && !told.has(`${receivedAt.getTime()} ${state}`))
    .map((receipt): StoryEntry => ({ kind: 'receipt', at: receipt.receivedAt, receipt }));
  return [...changes, ...receipts];
}

async function ofReplies(
  deps: FindDeps,
  { replies }: AppointmentView,
  shown: readonly InboundView[],
): Promise<StoryEntry[]> {
  const nameOf = await actorNames(
    deps,
    replies.map(({ settledBy }) => settledBy),
  );
  return replies.flatMap(({ inbound: id, meaning, receivedAt, settledAt, settledBy, action }): StoryEntry[] => {
    const text = shown.find((each) => each.id === id)?.text ?? null;
    const reply = { kind: 'reply', at: receivedAt, id, meaning, text } as const;
    if (!settledAt) return [reply];
    return [reply, { kind: 'settled', at: settledAt, by: nameOf(settledBy) ?? '', action }];
  });
}

async function refusalsOf(
  deps: FindDeps,
  { appointment: { authority_id: authorityId, phone_hash: phoneHash } }: AppointmentRecord,
): Promise<{ entries: StoryEntry[]; optedOut: boolean }> {
  if (!phoneHash) return { entries: [], optedOut: false };
  const optOuts = await listOptOuts(deps.db, authorityId, { phoneHash, limit: MOST_OPT_OUTS });
  const nameOf = await actorNames(
    deps,
    optOuts.flatMap((row) => [row.recorded_by, row.lifted_by]),
  );
  const entries = optOuts.flatMap((row): StoryEntry[] => [
    { kind: 'opted_out', at: row.recorded_at, by: nameOf(row.recorded_by) },
    ...(row.lifted_at ? [{ kind: 'opted_in', at: row.lifted_at, by: nameOf(row.lifted_by) ?? '' } as const] : []),
  ]);
  return { entries, optedOut: optOuts.some((row) => row.lifted_at === null) };
}

/** The order within one instant: what the booking system did, then what followed from it. */
const ORDER: readonly StoryEntry['kind'][] = ['received', 'moved', 'outcome', 'reply', 'opted_out', 'opted_in'];

function inOrder(entries: readonly StoryEntry[]): StoryEntry[] {
  const rank = ({ kind }: StoryEntry) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);
  return [...entries].sort((a, b) => a.at.getTime() - b.at.getTime() || rank(a) - rank(b));
}
