import type { ReadOf } from '../../database/columns.ts';
import { type Keyring, MESSAGE_TEXT, messageRow } from '../../domain/keyring.ts';
import { actionFor, type ReminderAction, type ReminderStatus, shownStatus } from '../../domain/reminder.ts';
import { type MayBeUnreadable, OpenedRow } from '../../runtime/opened-row.ts';
import { MESSAGE_READ } from '../../store/messages.ts';
import { REMINDER_READ } from '../../store/reminders.ts';
import type { AppointmentRecord, ReminderMessageRow, ReminderRow } from './appointments.sql.ts';

/** A state that a reminder came to, as staff read it. */
export interface HistoryEntry {
  readonly at: Date;
  readonly status: ReminderStatus;
  readonly reason: string | null;
}

/** A receipt as staff read it. */
export interface ReceiptView {
  readonly state: string;
  readonly cause: string | null;
  /** The supplier's own. */
  readonly code: string | null;
  /** By the gateway's clock, if it says. */
  readonly at: Date | null;
  readonly receivedAt: Date;
}

/** The columns of a message that are shown with its reminder. */
const MESSAGE_SHOWN = MESSAGE_READ.pick(
  'id',
  'gateway',
  'gatewayMessageId',
  'status',
  'reason',
  'code',
  'attempts',
  'handedOverAt',
  'acceptedAt',
  'deliveredAt',
);

/** The message of a reminder as staff read it. */
export interface ReminderMessageView extends ReadOf<typeof MESSAGE_SHOWN> {
  readonly receipts: readonly ReceiptView[];
}

/** The columns of a reminder that are shown; its state is that of its message, once it has one. */
const REMINDER_SHOWN = REMINDER_READ.pick('id', 'rule', 'slot', 'template', 'language', 'dueAt', 'expiresAt');

/** A reminder as staff read it. */
export interface ReminderView extends MayBeUnreadable, ReadOf<typeof REMINDER_SHOWN> {
  /** null until it is handed over, like `text`, `encoding` and `segments`. */
  readonly templateVersion: number | null;
  readonly status: ReminderStatus;
  readonly reason: string | null;
  /** The action that a person should take; null: none. */
  readonly action: ReminderAction | null;
  /** Why one that is planned does not go though it may be due. */
  readonly heldReason: string | null;
  readonly text: string | null;
  readonly encoding: string | null;
  readonly segments: number | null;
  readonly messages: readonly ReminderMessageView[];
  readonly history: readonly HistoryEntry[];
}

/** Why reminders of an appointment are not handed over; null where nothing prevents it. */
export interface HoldReasons {
  /** Why none of the appointment's reminders is handed over; null: nothing holds them. */
  readonly all: string | null;
  /** Why none that is due is handed over; null: nothing holds them. */
  readonly due: string | null;
  readonly now: Date;
}

/**
 * Puts together a reminder with its messages as callers see it.
 * @param held what holds the appointment's reminders back
 */
export function viewReminder(
  keyring: Keyring,
  record: AppointmentRecord,
  row: ReminderRow,
  held: HoldReasons,
): ReminderView {
  const messages = record.messages.filter((message) => message.reminder_id === row.id);
  // The last message that may have been sent; one that was proven not sent is shown only where there is no other.
  const last = messages.findLast(({ status }) => status !== 'not_sent') ?? messages.at(-1);
  const shown = shownStatus(row, last);
  const sent = row.status === 'handed_over' && last ? last : row;
  const opened = new OpenedRow(keyring);
  return {
    ...REMINDER_SHOWN.read(row),
    ...shown,
    templateVersion: sent.template_version,
    action: actionFor(shown),
    heldReason: row.status === 'planned' ? heldReasonOf(record, row, held) : null,
    text: textOf(opened, row, last),
    encoding: sent.encoding,
    segments: sent.segments,
    messages: messages.map((message) => viewMessage(message, record)),
    history: historyOf(row, shown.status, messages, record),
    ...opened.mark,
  };
}

function heldReasonOf(record: AppointmentRecord, row: ReminderRow, { all, due, now }: HoldReasons): string | null {
  // What holds such an appointment outranks its citizen's replies.
  if (record.appointment.unclear_status !== null) return all;
  return row.held_reason ?? heldByCancellation(record, row) ?? all ?? (row.due_at <= now ? due : null);
}

function heldByCancellation({ replies }: AppointmentRecord, { rule, slot }: ReminderRow): 'reply_cancel' | null {
  const held = rule !== 'cancellation' && replies.some((reply) => reply.holds && reply.slot === slot);
  return held ? 'reply_cancel' : null;
}

/** The text that was handed over last, or that a source in shadow mode would have handed over. */
function textOf(opened: OpenedRow, row: ReminderRow, last: ReminderMessageRow | undefined): string | null {
  if (last?.text_ciphertext) return opened.open(row.authority_id, MESSAGE_TEXT, messageRow(last), last.text_ciphertext);
  return opened.open(row.authority_id, 'reminder.text', row.id, row.text_ciphertext);
}

function viewMessage(message: ReminderMessageRow, record: AppointmentRecord): ReminderMessageView {
  const receipts = record.receipts.filter((receipt) => receipt.message_id === message.id);
  return {
    ...MESSAGE_SHOWN.read(message),
    receipts: receipts.map(({ state, cause, code, at, received_at }) => ({
      state,
      cause,
      code,
      at,
      receivedAt: received_at,
    })),
  };
}

/**
 * Two entries of one instant stand in the order in which a reminder can come to them; ends come last, and what it is
 * now after them.
 */
const ORDER: Readonly<Partial<Record<ReminderStatus, number>>> = {
  planned: 0,
  handing_over: 1,
  accepted: 2,
  uncertain: 2,
  undelivered: 3,
  delivered: 4,
};

/** Put together from the changes that are kept and from the instants of the messages and their receipts. */
function historyOf(
  row: ReminderRow,
  status: ReminderStatus,
  messages: readonly ReminderMessageRow[],
  { history, receipts }: AppointmentRecord,
): HistoryEntry[] {
  const entries: HistoryEntry[] = history
    .filter((change) => change.reminder_id === row.id)
    .map(({ at, status, reason }) => ({ at, status: status as ReminderStatus, reason }));
  const bornOtherwise = entries.some(
    (entry) => entry.at.getTime() === row.created_at.getTime() && entry.status !== 'planned',
  );
  if (!bornOtherwise || messages.length > 0) add(entries, 'planned', row.created_at);
  for (const message of messages) {
    if (message.status === 'planned' || message.status === 'not_sent') continue;
    add(entries, 'handing_over', message.handed_over_at);
    add(entries, 'accepted', message.accepted_at);
    if (message.status !== 'delivered') continue;
    const receipt = receipts.find(({ message_id, state }) => message_id === message.id && state === 'delivered');
    add(entries, 'delivered', receipt?.received_at ?? message.delivered_at);
  }
  const orderOf = (entry: HistoryEntry) => (entry.status === status ? 9 : (ORDER[entry.status] ?? 5));
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime() || orderOf(a) - orderOf(b));
}

/** Adds a change unless it is kept already, as earlier tries of a message are. */
function add(entries: HistoryEntry[], status: ReminderStatus, at: Date | null): void {
  if (!at || entries.some((entry) => entry.status === status && entry.at.getTime() === at.getTime())) return;
  entries.push({ at, status, reason: null });
}
