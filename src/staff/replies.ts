import { inTransaction } from '../database/transaction.ts';
import type { Authority } from '../domain/authority.ts';
import { notFound, Problem } from '../domain/errors.ts';
import type { Keyring } from '../domain/keyring.ts';
import { recordOptOut } from '../opt-outs/opt-outs.ts';
import type { DatabaseAccess, KeyringAccess } from '../runtime/deps.ts';
import { writeAudit } from '../store/audit.ts';
import { listAuthorities } from '../store/authorities.ts';
import { clearNumber, endReminders, lockAppointmentsOfNumber } from './citizens/citizens.sql.ts';
import { auditPhoneAccess, type Reader, showNumber, showText } from './phone-access.ts';
import {
  countOpenReplies,
  type InboundFilter,
  type InboundRow,
  listInbound,
  markSettled,
  releaseHeldReminders,
  type SettleAction,
} from './replies.sql.ts';

/** A citizen's SMS, as staff of one authority read it. */
export interface InboundView {
  readonly id: string;
  readonly gateway: string;
  /** E.164, masked for readers who may not see numbers. */
  readonly phone: string | null;
  /** The number or short code that was answered. */
  readonly recipient: string | null;
  readonly text: string | null;
  readonly meaning: string;
  readonly receivedAt: Date;
  /** A person must still read and settle it. */
  readonly needsPerson: boolean;
  /** It holds the number's planned reminders until it is settled. */
  readonly holds: boolean;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
  readonly action: SettleAction | null;
}

export type { SettleAction } from './replies.sql.ts';

/** The decisions that settle a reply; see `settleReply`. */
export const SETTLE_ACTIONS = ['opt_out', 'wrong_number', 'ignore'] as const satisfies readonly SettleAction[];

type ReplyDeps = DatabaseAccess & KeyringAccess;

/** The authorities, and how many replies a person must still read. */
export interface OpenReplies {
  /** By id. */
  readonly authorities: readonly (Authority & { readonly openReplies: number })[];
  /** In all authorities, also in those beyond the limit. */
  readonly total: number;
}

/** Reads the first authorities by id, each with its number of replies that a person must still read. */
export async function readOpenReplies(deps: DatabaseAccess, limit: number): Promise<OpenReplies> {
  const counts = await countOpenReplies(deps.db);
  const authorities = await listAuthorities(deps.db, { only: null, after: null, limit });
  return {
    authorities: authorities.map((authority) => ({ ...authority, openReplies: counts.get(authority.id) ?? 0 })),
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** The authority's replies, newest first; seeing numbers is audited. */
export async function readReplies(
  deps: ReplyDeps,
  reader: Reader,
  authorityId: string,
  filter: Pick<InboundFilter, 'needsPerson' | 'before' | 'limit'>,
  now: Date,
): Promise<InboundView[]> {
  const rows = await listInbound(deps.db, authorityId, filter);
  const shown = rows.filter((row) => row.phone_ciphertext).map((row) => row.id);
  if (reader.seesNumbers && shown.length > 0) {
    await auditPhoneAccess(
      deps.db,
      reader,
      { authorityId, action: 'number.see', target: 'inbound', after: { inbound: shown } },
      now,
    );
  }
  return rows.map((row) => viewInbound(deps.keyring, reader, row));
}

/** Turns a stored reply into what staff read. */
export function viewInbound({ cipher }: Keyring, reader: Reader, row: InboundRow): InboundView {
  const open = row.needs_person && row.settled_at === null;
  return {
    id: row.id,
    gateway: row.gateway,
    phone: showNumber(
      reader,
      row.phone_ciphertext && cipher.decrypt('', 'inbound_message.phone', row.phone_ciphertext),
    ),
    recipient: row.recipient_ciphertext && cipher.decrypt('', 'inbound_message.recipient', row.recipient_ciphertext),
    text: showText(reader, row.text_ciphertext && cipher.decrypt('', 'inbound_message.text', row.text_ciphertext)),
    meaning: row.meaning,
    receivedAt: row.received_at,
    needsPerson: open,
    holds: open && row.holds,
    settledAt: row.settled_at,
    settledBy: row.settled_by,
    action: row.action,
  };
}

/**
 * Settles a reply that a person has read: `opt_out` records a refusal, `wrong_number` removes the number from the
 * authority's appointments, `ignore` does neither. Reminders that the reply held become due, unless another reply holds
 * them.
 * @throws Problem 404 for an unknown reply, 409 for one that is settled or needed no person
 */
export async function settleReply(
  deps: ReplyDeps,
  reader: Reader,
  request: { readonly authorityId: string; readonly id: string; readonly action: SettleAction },
  now: Date,
): Promise<InboundView> {
  const { authorityId, id, action } = request;
  const [reply] = await listInbound(deps.db, authorityId, { id, limit: 1 });
  if (!reply) throw notFound('inbound message');
  if (!reply.needs_person || reply.settled_at) throw settledAlready();
  // The opt-out is committed first: the reminders that settling releases must be suppressed by then.
  if (action === 'opt_out') await optOut(deps, reader, authorityId, reply, now);
  await inTransaction(deps.db, async (trx) => {
    if (!(await markSettled(trx, authorityId, id, { by: reader.name, action }, now))) throw settledAlready();
    if (action === 'wrong_number') {
      const ids = await lockAppointmentsOfNumber(trx, authorityId, reply.phone_hash);
      await clearNumber(trx, authorityId, ids, { reason: 'invalid_number', erased: false }, now);
      await endReminders(trx, authorityId, ids, { reason: 'invalid_number', erasedHash: null }, now);
    }
    await releaseHeldReminders(trx, authorityId, reply.phone_hash, now);
    await writeAudit(
      trx,
      { actor: reader.name, action: 'inbound.settle', authorityId, target: id, after: { action } },
      now,
    );
  });
  const [settled] = await listInbound(deps.db, authorityId, { id, limit: 1 });
  if (!settled) throw notFound('inbound message');
  return viewInbound(deps.keyring, reader, settled);
}

async function optOut(
  deps: ReplyDeps,
  reader: Reader,
  authorityId: string,
  reply: InboundRow,
  now: Date,
): Promise<void> {
  if (!reply.phone_ciphertext) throw notFound('inbound message');
  const phone = deps.keyring.cipher.decrypt('', 'inbound_message.phone', reply.phone_ciphertext);
  await recordOptOut(deps, { authorityId, phone, reason: 'reply', recordedBy: reader.name, inboundId: reply.id }, now);
}

function settledAlready(): Problem {
  return new Problem(
    409,
    'already-settled',
    'This reply needs no person any more: it is settled, or was understood without one.',
  );
}
