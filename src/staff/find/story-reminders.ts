import type { Kysely } from 'kysely';
import type { Database } from '../../database/tables.ts';
import { grouped } from '../../domain/grouped.ts';
import type { ReminderMessageView, ReminderView } from '../appointments/reminder-view.ts';
import { type LookUpRow, listLookUps } from './story.sql.ts';
import type { StoryEntry } from './story-entry.ts';

/** Reads what happened to reminders: their changes, receipts, and what their gateways said when they were asked. */
export async function readRemindersPart(
  db: Kysely<Database>,
  authorityId: string,
  reminders: readonly ReminderView[],
  now: Date,
): Promise<StoryEntry[]> {
  const messages = reminders.flatMap((reminder) => reminder.messages);
  const lookUps = await listLookUps(
    db,
    authorityId,
    messages.map(({ id }) => id),
  );
  const ofMessage = grouped(lookUps, (row) => row.message_id);
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
