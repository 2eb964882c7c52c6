import { newId } from '../domain/ids.ts';
import type { RawCallback, SmsGateway } from '../gateways/gateway.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import type { CallbackRow } from '../store/callbacks.ts';

/** A callback as the database keeps it: encrypted, and known again by a keyed hash of all that it says. */
export function callbackRow(
  deps: KeyringAccess,
  gateway: SmsGateway,
  kind: 'receipt' | 'inbound',
  callback: RawCallback,
  now: Date,
): CallbackRow {
  const raw = JSON.stringify({ ...callback, body: Buffer.from(callback.body).toString('base64') });
  const said =
    gateway.repeatKey?.(callback) ??
    JSON.stringify([
      callback.method,
      Object.entries(callback.query).sort(),
      Buffer.from(callback.body).toString('base64'),
    ]);
  const id = newId(now);
  return {
    id,
    gateway: gateway.id,
    kind,
    dedupeKey: deps.keyring.digest('callback', said),
    rawCiphertext: deps.keyring.cipher.encrypt('', 'callback.raw', id, raw),
    phoneHash: null,
    receivedAt: now,
    appliedAt: null,
    note: null,
  };
}

/** Reads the decrypted content of `rawCiphertext`. @throws SyntaxError */
export function readRaw(text: string): RawCallback {
  const raw = JSON.parse(text) as RawCallback & { body: string };
  return { ...raw, body: Buffer.from(raw.body, 'base64') };
}
