import { type Network, parseNetwork } from './runtime/networks.ts';

/** The addresses of this machine alone. */
export const LOOPBACK: readonly Network[] = ['127.0.0.0/8', '::1'].flatMap((text) => parseNetwork(text) ?? []);

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
