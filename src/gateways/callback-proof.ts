import { createHmac, type KeyObject } from 'node:crypto';
import type { CallbackKind } from './gateway.ts';

/**
 * Signature of a message's reference, for the URL that its receipts come to: wherever that URL is logged, it is good
 * for this message alone. HMAC-SHA256 in base64url.
 */
export function signReference(key: KeyObject, reference: string): string {
  return createHmac('sha256', key).update(`receipt ${reference}`).digest('base64url');
}

/**
 * Token for an address that a supplier has from its own settings, and so the same for all callbacks: good for this kind
 * of callback of this gateway, and neither for others nor to make signatures. HMAC-SHA256 in hex.
 */
export function addressToken(key: KeyObject, gateway: string, kind: CallbackKind): string {
  return createHmac('sha256', key).update(`${gateway} ${kind}`).digest('hex');
}
