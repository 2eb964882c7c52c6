import type { MessageStatus } from '../database/tables.ts';
import type { Keyring } from '../domain/keyring.ts';
import { actionFor, type ReminderAction, type ReminderStatus } from '../domain/reminder.ts';
import type { AppointmentRecord, HistoryRow, ReminderMessageRow, ReminderRow } from './appointments.sql.ts';

export interface HistoryEntry {
  readonly at: Date;
  readonly status: ReminderStatus;
  readonly reason: string | null;
}

export interface ReceiptView {
  readonly state: string;
  readonly cause: string | null;
  /** The supplier's own. */
  readonly code: string | null;
  /** By the gateway's clock, if it says. */
  readonly at: Date | null;
  readonly receivedAt: Date;
}

export interface ReminderMessageView {
  readonly id: string;
  readonly gateway: string;
  readonly gatewayMessageId: string | null;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly code: string | null;
  readonly attempts: number;
  readonly handedOverAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly receipts: readonly ReceiptView[];
}

/** A reminder as staff read it. */
export interface ReminderView {
  readonly id: string;
  readonly rule: string;
  readonly slot: number;
  readonly template: string;
  /** null until it is handed over, like `text`, `encoding` and `segments`. */
  readonly templateVersion: number | null;
  readonly language: string;
  readonly status: ReminderStatus;
  readonly reason: string | null;
  /** What a person should do about it; null: nothing. */
  readonly action: ReminderAction | null;
  /** Why one that is planned does not go though it may be due. */
  readonly heldReason: string | null;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  readonly text: string | null;
  readonly encoding: string | null;
  readonly segments: number | null;
  readonly messages: readonly ReminderMessageView[];
  readonly history: readonly HistoryEntry[];
}

/** @param held why nothing of this appointment goes; null when nothing stands in the way */
export function viewReminder(
  keyring: Keyring,
  record: AppointmentRecord,
  row: ReminderRow,
  held: string | null,
): ReminderView {
  const messages = record.messages.filter((message) => message.reminder_id === row.id);
  return {
    id: row.id,
    rule: row.rule,
    slot: row.slot,
    template: row.template,
    templateVersion: row.template_version,
    language: row.language,
    status: row.status,
    reason: row.reason,
    action: actionFor(row),
    heldReason: row.status === 'planned' ? (row.held_reason ?? held) : null,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    text: textOf(keyring, row, messages),
    encoding: row.encoding,
    segments: row.segments,
    messages: messages.map((message) => viewMessage(message, record)),
    history: historyOf(row, messages, record.history),
  };
}

/** What was handed over last, or would have been by a source that runs as a shadow. */
function textOf(keyring: Keyring, row: ReminderRow, messages: readonly ReminderMessageRow[]): string | null {
  const sealed = messages.findLast((message) => message.text_ciphertext)?.text_ciphertext;
  if (sealed) return keyring.cipher.decrypt(row.authority_id, 'message_text.text', sealed);
  return row.text_ciphertext && keyring.cipher.decrypt(row.authority_id, 'reminder.text', row.text_ciphertext);
}

function viewMessage(message: ReminderMessageRow, record: AppointmentRecord): ReminderMessageView {
  const receipts = record.receipts.filter((receipt) => receipt.message_id === message.id);
  return {
    id: message.id,
    gateway: message.gateway,
    gatewayMessageId: message.gateway_message_id,
    status: message.status,
    reason: message.reason,
    code: message.code,
    attempts: message.attempts,
    handedOverAt: message.handed_over_at,
    acceptedAt: message.accepted_at,
    deliveredAt: message.delivered_at,
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
  claimed: 1,
  accepted: 2,
  uncertain: 2,
  undelivered: 3,
  delivered: 4,
};

/**
 * Put together from what the reminder's own changes left and from the message's instants. A claim is listed as the
 * hand-over that it became; one that was given back is not.
 */
function historyOf(
  row: ReminderRow,
  messages: readonly ReminderMessageRow[],
  changes: readonly HistoryRow[],
): HistoryEntry[] {
  const entries: HistoryEntry[] = changes
    .filter((change) => change.reminder_id === row.id)
    .map(({ at, status, reason }) => ({ at, status, reason }));
  const bornOtherwise = entries.some(
    (entry) => entry.at.getTime() === row.created_at.getTime() && entry.status !== 'planned',
  );
  if (!bornOtherwise || messages.length > 0) entries.push({ at: row.created_at, status: 'planned', reason: null });
  for (const message of messages) {
    if (message.status === 'planned' || message.status === 'not_sent') continue;
    add(entries, 'claimed', message.handed_over_at);
    if (message.accepted_at && !entries.some((entry) => entry.status === 'accepted'))
      add(entries, 'accepted', message.accepted_at);
    if (message.delivered_at && !entries.some((entry) => entry.status === 'delivered'))
      add(entries, 'delivered', message.delivered_at);
  }
  if (row.status === 'claimed' && row.started_at === null) add(entries, 'claimed', row.updated_at);
  const orderOf = ({ status }: HistoryEntry) => (status === row.status ? 9 : (ORDER[status] ?? 5));
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime() || orderOf(a) - orderOf(b));
}

function add(entries: HistoryEntry[], status: ReminderStatus, at: Date | null): void {
  if (at) entries.push({ at, status, reason: null });
}
