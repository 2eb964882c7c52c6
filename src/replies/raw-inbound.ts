import { newId } from '../domain/ids.ts';
import type { InboundEvent, RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { type CallbackRow, callbackRow, readRaw } from '../store/callbacks.ts';
import type { WaitingCallback } from './waiting.sql.ts';

const EVENT = '{"event":';

/**
 * The row of a callback with one message as it came; of one message among several in a callback, only that message,
 * since each has a citizen of its own who may have it erased.
 */
export function inboundRow(
  deps: KeyringAccess,
  gateway: SmsGateway,
  callback: RawCallback,
  { event, alone }: { readonly event: InboundEvent; readonly alone: boolean },
  now: Date,
): CallbackRow {
  if (alone) return callbackRow(deps, gateway, callback, now);
  const id = newId(now);
  const raw = `${EVENT}${JSON.stringify(event)}}`;
  return {
    id,
    gateway: gateway.id,
    kind: 'inbound',
    phoneHash: null,
    receivedAt: now,
    appliedAt: null,
    note: null,
    dedupeKey: deps.keyring.digest('callback', raw),
    rawCiphertext: deps.keyring.cipher.encrypt('', 'callback.raw', id, raw),
  };
}

/** A stored callback as it came. One that can't be opened any more is empty. */
export function openRaw(deps: KeyringAccess, row: WaitingCallback): RawCallback {
  try {
    return readRaw(deps.keyring.cipher.decrypt('', 'callback.raw', row.id, row.rawCiphertext), 'inbound');
  } catch {
    return { kind: 'inbound', method: 'GET', path: '', query: {}, headers: {}, body: new Uint8Array() };
  }
}

/** The messages of a stored callback; none where it can't be opened or read. */
export function openInbound(deps: KeyringAccess, gateway: SmsGateway, row: WaitingCallback): readonly InboundEvent[] {
  try {
    const raw = deps.keyring.cipher.decrypt('', 'callback.raw', row.id, row.rawCiphertext);
    if (!raw.startsWith(EVENT)) return gateway.readInbound(readRaw(raw, 'inbound'));
    const { event } = JSON.parse(raw) as { event: InboundEvent & { readonly at: string | null } };
    return [{ ...event, at: event.at === null ? null : new Date(event.at) }];
  } catch {
    return [];
  }
}
