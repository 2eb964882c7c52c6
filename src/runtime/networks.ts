import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses from a first one on that share a prefix, or one address alone. */
export interface Network {
  readonly address: ReturnType<typeof ipaddr.parse>;
  readonly prefixLength: number;
}

/** Parses an IP address, or a network in CIDR notation (RFC 4632, RFC 4291 §2.3). @returns null for anything else */
export function parseNetwork(text: string): Network | null {
  const [written = '', length, ...more] = text.split('/');
  const address = parseAddress(written);
  if (!address || more.length > 0) return null;
  const bits = address.toByteArray().length * 8;
  if (length === undefined) return { address, prefixLength: bits };
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return null;
  return { address, prefixLength: Number(length) };
}

/**
 * An IPv4-mapped IPv6 address becomes the IPv4 address that it stands for, and a zone (`fe80::1%eth0`) is left out.
 * @returns null for what is no IP address in its usual notation
 */
export function parseAddress(text: string): Network['address'] | null {
  return isIP(text) === 0 ? null : ipaddr.process(text.replace(/%.*$/s, ''));
}

/** True when the address lies in one of the networks. */
export function isWithin(address: Network['address'], networks: readonly Network[]): boolean {
  return networks.some(
    (network) => network.address.kind() === address.kind() && address.match(network.address, network.prefixLength),
  );
}

/** The name that a client's failures are counted by: its address, of IPv6 the /64 that one customer has (RFC 6177). */
export function clientKey(address: string): string {
  const parsed = parseAddress(address);
  if (parsed?.kind() !== 'ipv6') return `client ${address}`;
  return `client ${Buffer.from(parsed.toByteArray().slice(0, 8)).toString('hex')}`;
}
