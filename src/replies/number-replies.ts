import type { Trx } from '../database/tables.ts';
import { inTransaction } from '../database/transaction.ts';
import { grouped } from '../domain/grouped.ts';
import type { InboundEvent, SmsGateway } from '../gateways/gateway.ts';
import type { DatabaseAccess, KeyringAccess, Logging, Metering, TemplateAccess } from '../runtime/deps.ts';
import { type CallbackRow, insertCallbacks } from '../store/callbacks.ts';
import { lockNumber } from '../store/messages.ts';
import { type AppliedReply, applyReply } from './apply.ts';
import { applyInOrder } from './number-queues.ts';
import { openInbound } from './raw-inbound.ts';
import { withParties } from './sender.ts';
import { findParts, MOST_PARTS, markInboundApplied, type WaitingCallback } from './waiting.sql.ts';

/** The capabilities that an SMS from a citizen is accepted with. */
export type InboundDeps = DatabaseAccess & KeyringAccess & TemplateAccess & Metering & Logging;

/** The messages from one number to one gateway. */
export interface NumberAtGateway {
  readonly gateway: SmsGateway;
  readonly phoneHash: Buffer;
}

/**
 * Stores the row of a message and applies it, in one commit, behind the messages of its number that came before. A row
 * that is stored already changes nothing; a part waits for the others.
 * @param event with its sender in E.164
 */
export function storeAndApply(
  deps: InboundDeps,
  number: NumberAtGateway,
  { row, event }: { readonly row: CallbackRow; readonly event: InboundEvent },
  now: Date,
): Promise<void> {
  const state = event.part ? { appliedAt: null, note: 'part' } : { appliedAt: now };
  return applyOfNumber(deps, number, async (trx) => {
    const inserted = await insertCallbacks(trx, [{ ...row, ...state, phoneHash: number.phoneHash }]);
    if (inserted.size === 0) return [];
    if (event.part) return applyJoined(deps, trx, number, null, now);
    return applyReply(deps, trx, { ...number, event, callbackId: row.id, incomplete: false }, now);
  });
}

/** Applies the SMS of a number whose parts have waited for the others since `waitedSince`, with what is there. */
export function applyLoneParts(
  deps: InboundDeps,
  number: NumberAtGateway,
  waitedSince: Date,
  now: Date,
): Promise<void> {
  return applyOfNumber(deps, number, (trx) => applyJoined(deps, trx, number, waitedSince, now));
}

/** Applies messages of a number in a transaction that has locked it, and reaches behind the commit what it missed. */
async function applyOfNumber(
  deps: InboundDeps,
  { gateway, phoneHash }: NumberAtGateway,
  apply: (trx: Trx) => Promise<readonly AppliedReply[]>,
): Promise<void> {
  await applyInOrder(deps.db, phoneHash.toString('hex'), async () => {
    const applied = await inTransaction(deps.db, async (trx) => {
      await lockNumber(trx, phoneHash);
      return apply(trx);
    });
    for (const { meaning, afterCommit } of applied) {
      deps.metrics.inbound.inc({ gateway: gateway.id, meaning });
      await afterCommit();
    }
  });
}

/** Applies the SMS of a number whose parts are all there, or have waited for the others since `waitedSince`. */
async function applyJoined(
  deps: InboundDeps,
  trx: Trx,
  number: NumberAtGateway,
  waitedSince: Date | null,
  now: Date,
): Promise<AppliedReply[]> {
  const rows = await findParts(trx, { gateway: number.gateway.id, phoneHash: number.phoneHash });
  const applied: AppliedReply[] = [];
  for (const { event, whole, callbackIds } of joinParts(deps, number.gateway, rows, waitedSince)) {
    await markInboundApplied(trx, callbackIds, { note: null, forget: false }, now);
    const [callbackId = ''] = callbackIds;
    const message = { ...number, event: withParties(event), callbackId, incomplete: !whole };
    applied.push(...(await applyReply(deps, trx, message, now)));
  }
  return applied;
}

/** Stands for a part that did not come. */
const GAP = ' […] ';

/** A longer SMS put together of its parts. */
interface Joined {
  readonly event: InboundEvent;
  /** False where parts are missing. */
  readonly whole: boolean;
  /** The callbacks of its parts. */
  readonly callbackIds: readonly string[];
}

interface ReplyPart {
  readonly row: WaitingCallback;
  readonly event: InboundEvent;
  readonly nth: number;
  readonly of: number;
}

/**
 * Puts the parts of a number's longer SMS together, in the order of their SMS.
 * @param rows the oldest first; where they are more than may wait, the oldest SMS is given back without its missing
 * parts, so that parts that stay alone keep no later SMS from being put together
 * @param waitedSince parts that are still alone are given back, too, once the last of them came before this
 */
function joinParts(
  deps: KeyringAccess,
  gateway: SmsGateway,
  rows: readonly WaitingCallback[],
  waitedSince: Date | null,
): Joined[] {
  const groups = grouped(
    rows.flatMap((row) => partsOf(deps, gateway, row)),
    ({ event, of }) => JSON.stringify([event.part?.reference, of, event.to]),
  );
  const isCrowded = rows.length > MOST_PARTS;
  return [...groups.values()].flatMap((parts, order) => {
    const joined = join(parts);
    const last = Math.max(...parts.map(({ row }) => row.receivedAt.getTime()));
    const waited = waitedSince !== null && last < waitedSince.getTime();
    return joined.whole || waited || (isCrowded && order === 0) ? [joined] : [];
  });
}

function partsOf(deps: KeyringAccess, gateway: SmsGateway, row: WaitingCallback): ReplyPart[] {
  const [event] = openInbound(deps, gateway, row);
  return event?.part ? [{ row, event, nth: event.part.nth, of: event.part.of }] : [];
}

function join(parts: readonly ReplyPart[]): Joined {
  // A part that came twice under two ids stands there once.
  const byNth = new Map(parts.map((part) => [part.nth, part.event.text]));
  const of = parts[0]?.of ?? 0;
  const texts = Array.from({ length: of }, (_, at) => byNth.get(at + 1) ?? null);
  const text = texts.reduce<string>((sofar, one) => sofar + (one ?? (sofar.endsWith(GAP) ? '' : GAP)), '').trim();
  const first = parts.reduce((one, other) => (other.nth < one.nth ? other : one), parts[0] as ReplyPart);
  const { part: _part, ...event } = first.event;
  return { event: { ...event, text }, whole: byNth.size === of, callbackIds: parts.map(({ row }) => row.id) };
}
