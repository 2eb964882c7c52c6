import { grouped } from '../domain/grouped.ts';
import type { InboundEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import { forEach } from '../runtime/semaphore.ts';
import { callbackRow, insertCallbacks } from '../store/callbacks.ts';
import { NUMBERS_AT_ONCE } from './number-queues.ts';
import { type InboundDeps, storeAndApply } from './number-replies.ts';
import { inboundRow } from './raw-inbound.ts';
import { hasPossibleSender, impossibleSender, numberWithin, withParties } from './sender.ts';
import { markInboundApplied } from './waiting.sql.ts';

/**
 * The time within which the same text from the same number counts as a repeated callback, for gateways that give
 * neither an id nor a time.
 */
const REPEATED_WITHIN_MS = 600_000;

/**
 * Accepts an SMS from a citizen: stores it and does what it asks for, in one commit. A repeated callback changes
 * nothing. One that can't be read is stored raw, for a person to examine; so is, among several in one callback, one
 * whose sender has control characters, which keeps none of the others from being taken.
 * @throws Problem 422 for a callback with one message whose sender has control characters, once it is stored raw
 */
export async function acceptInbound(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  now: Date,
): Promise<void> {
  const events = gateway.readInbound(callback);
  if (events.length === 0) {
    const row = callbackRow(deps, gateway, callback, now);
    await insertCallbacks(deps.db, [{ ...row, appliedAt: now, note: 'unreadable' }]);
    deps.log.warn({ gateway: gateway.id }, 'an inbound message could not be read; it is stored as received');
    return;
  }
  const alone = events.length === 1;
  const unapplied = await acceptAll(deps, gateway, callback, { events, alone }, now);
  if (alone && unapplied > 0) throw impossibleSender();
}

/**
 * Accepts the messages of a callback, several numbers at once, those of one number one after another. Behind one that
 * fails none of its number is applied: the gateway repeats them all, and each would have its effect out of its order.
 * It asks for as many at once as run at once, so that a large callback keeps no other one waiting for long.
 * @returns how many were not applied because of their sender
 */
async function acceptAll(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  { events, alone }: { readonly events: readonly InboundEvent[]; readonly alone: boolean },
  now: Date,
): Promise<number> {
  const possible = events.filter(hasPossibleSender);
  const impossible = events.filter((event) => !hasPossibleSender(event));
  const byNumber = grouped(possible, (event) => deps.keyring.phoneHash(withParties(event).from).toString('hex'));
  await forEach([...byNumber.values()], NUMBERS_AT_ONCE, async (ofNumber) => {
    for (const event of ofNumber) {
      const known = withParties(event);
      const phoneHash = deps.keyring.phoneHash(known.from);
      const dedupeKey = deps.keyring.digest('inbound', identityOf(event, now));
      const row = { ...inboundRow(deps, gateway, callback, { event, alone }, now), dedupeKey };
      await storeAndApply(deps, { gateway, phoneHash }, { row, event: known }, now);
    }
  });
  if (impossible.length > 0) await storeUnapplied(deps, gateway, callback, { events: impossible, alone }, now);
  return impossible.length;
}

async function storeUnapplied(
  deps: InboundDeps,
  gateway: SmsGateway,
  callback: RawCallback,
  { events, alone }: { readonly events: readonly InboundEvent[]; readonly alone: boolean },
  now: Date,
): Promise<void> {
  const rows = events.map((event) => ({
    ...inboundRow(deps, gateway, callback, { event, alone }, now),
    // The erasure of the citizen finds it by this hash.
    phoneHash: deps.keyring.phoneHash(numberWithin(event)),
    appliedAt: now,
    note: 'unreadable',
  }));
  await insertCallbacks(deps.db, rows);
  const text =
    'inbound messages with a control character in their sender were not applied; they are stored as received';
  deps.log.warn({ gateway: gateway.id, messages: events.length }, text);
}

/**
 * Applies a callback that was fetched and stored under this id: its messages get rows of their own, each with its
 * citizen's number, and its content is forgotten. One that holds no message that can be read stays stored, for a person
 * to examine.
 */
export async function applyFetchedInbound(
  deps: InboundDeps,
  gateway: SmsGateway,
  stored: { readonly id: string; readonly callback: RawCallback },
  now: Date,
): Promise<void> {
  const events = gateway.readInbound(stored.callback);
  await acceptAll(deps, gateway, stored.callback, { events, alone: false }, now);
  const unreadable = events.length === 0;
  await markInboundApplied(deps.db, [stored.id], { note: unreadable ? 'unreadable' : null, forget: !unreadable }, now);
}

function identityOf({ gatewayMessageId, from, to, text, at, part }: InboundEvent, now: Date): string {
  const nth = part ? [part.reference, part.nth, part.of] : [];
  if (gatewayMessageId !== null) return part ? JSON.stringify([gatewayMessageId, ...nth]) : gatewayMessageId;
  const when = at?.getTime() ?? Math.floor(now.getTime() / REPEATED_WITHIN_MS);
  return JSON.stringify([from, to, text, when, ...nth]);
}
