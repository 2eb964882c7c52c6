import { auditNumbersSeen, auditPhoneAccess, type Reader, showNumber } from '../../accounts/phone-access.ts';
import type { ReadOf } from '../../database/columns.ts';
import { type Keyring, MESSAGE_TEXT, messageRow } from '../../domain/keyring.ts';
import type { MessageStatus } from '../../domain/reminder.ts';
import type { DatabaseAccess, KeyringAccess } from '../../runtime/deps.ts';
import { type MayBeUnreadable, OpenedRow } from '../../runtime/opened-row.ts';
import { MESSAGE_READ } from '../../store/messages.ts';
import { listMessages, type MessageRow } from './appointments.sql.ts';

/** A message as staff read it in a list; one that answers a citizen has no `reminder`. */
export interface MessageView extends MayBeUnreadable, ReadOf<typeof MESSAGE_READ> {
  /** null, like `reference`, for an answer to a citizen. */
  readonly source: string | null;
  readonly reference: string | null;
  /** E.164, masked for readers who may not see numbers; null once erased, like `text`. */
  readonly phone: string | null;
  readonly text: string | null;
}

export { MESSAGE_STATUSES } from '../../domain/reminder.ts';

type ReadDeps = DatabaseAccess & KeyringAccess;

/** The authority's messages, newest first, those behind the id `before`. Showing their numbers is audited. */
export async function readMessages(
  deps: ReadDeps,
  reader: Reader,
  authorityId: string,
  page: { readonly status?: MessageStatus | undefined; readonly before: string | null; readonly limit: number },
  now: Date,
): Promise<MessageView[]> {
  const rows = await listMessages(deps.db, authorityId, page);
  const ids = rows.filter((row) => row.phone_ciphertext).map((row) => row.id);
  await auditNumbersSeen(deps.db, reader, { authorityId, target: 'messages', kind: 'messages', ids }, now);
  return rows.map((row) => viewMessage(deps.keyring, reader, row));
}

/** The messages to one number (E.164), newest first. Every search is audited, also one that finds nothing. */
export async function searchMessages(
  deps: ReadDeps,
  reader: Reader,
  authorityId: string,
  search: { readonly phone: string; readonly before: string | null; readonly limit: number },
  now: Date,
): Promise<MessageView[]> {
  const { phone, before, limit } = search;
  const rows = await listMessages(deps.db, authorityId, { phoneHash: deps.keyring.phoneHash(phone), before, limit });
  const after = { messages: rows.map((row) => row.id) };
  await auditPhoneAccess(deps.db, reader, { authorityId, action: 'number.search', target: 'messages', after }, now);
  return rows.map((row) => viewMessage(deps.keyring, reader, row));
}

/** Turns a stored message into what staff read. */
export function viewMessage(keyring: Keyring, reader: Reader, row: MessageRow): MessageView {
  const owner = row.authority_id ?? '';
  const opened = new OpenedRow(keyring);
  return {
    ...MESSAGE_READ.read(row),
    source: row.source_id,
    reference: row.reference,
    phone: showNumber(reader, opened.open(owner, 'message.phone', messageRow(row), row.phone_ciphertext)),
    text: opened.open(owner, MESSAGE_TEXT, messageRow(row), row.text_ciphertext),
    ...opened.mark,
  };
}
