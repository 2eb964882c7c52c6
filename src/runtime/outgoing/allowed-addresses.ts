import ipaddr from 'ipaddr.js';
import { isWithin, type Network, parseAddress, parseNetwork } from '../networks.ts';

type IpAddress = Network['address'];

/** An entry of EASYSMS_ALLOWED_ADDRESSES. */
export interface AllowedAddress {
  /** A host name in lower case, or a network. */
  readonly target: string | Network;
  readonly port: number;
}

/** Port of an entry that names none, and the only one of public addresses. */
const HTTPS = 443;
const HTTP = 80;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*$/;

/**
 * Parses `host`, `host:8443`, `10.1.2.3`, `10.0.0.0/8:8443`, `fd00::/8` or `[fd00::1]:8443`.
 * @returns null for anything else
 */
export function parseAllowedAddress(text: string): AllowedAddress | null {
  const bare = parseNetwork(text);
  if (bare) return { target: bare, port: HTTPS };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const name = bracketed ?? plain ?? '';
  const port = Number(digits ?? HTTPS);
  if (port < 1 || port > 65_535) return null;
  const network = parseNetwork(name);
  if (network) return { target: network, port };
  const host = name.toLowerCase();
  // A number that is no address in its usual notation would be one to whoever connects: 2130706433.
  const isName = HOST_NAME.test(host) && !/^(?:\d+|0x[\da-f]*)$/.test(host.split('.').at(-1) ?? '');
  return isName && bracketed === undefined ? { target: host, port } : null;
}

/** Addresses by which clouds give a machine its secrets, beside the link-local 169.254.169.254. */
const METADATA = networksOf('100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254');
const NEVER: ReadonlySet<string> = new Set(['unspecified', 'broadcast', 'linkLocal', 'multicast']);
/** The only part of IPv6 that is given out (RFC 4291 §2.4, IANA). */
const GLOBAL_UNICAST = networksOf('2000::/3');

/** The destination of a request, before the addresses of its host are known. */
export interface Destination {
  readonly port: number;
  readonly https: boolean;
  /** The host is named by an entry for this port. */
  readonly isNamed: boolean;
}

/** Decides which addresses may be connected to. */
export class AddressRules {
  readonly #allowed: readonly AllowedAddress[];

  constructor(allowed: readonly AllowedAddress[]) {
    this.#allowed = allowed;
  }

  /** The port of an address, and what the entries of the settings say of its host. */
  destinationOf(url: URL): Destination {
    const https = url.protocol === 'https:';
    const port = Number(url.port || (https ? HTTPS : HTTP));
    const host = url.hostname.toLowerCase().replace(/\.$/, '');
    return { port, https, isNamed: this.#at(port).some(({ target }) => target === host) };
  }

  /**
   * True for an address that may be connected to: one that is public, by https on port 443, or one that is named, by
   * its network or by its host. Link-local, metadata, multicast and unspecified ones never are, whoever names them.
   */
  allows(address: string, { port, https, isNamed }: Destination): boolean {
    const parsed = parseAddress(address);
    if (!parsed) return false;
    const judged = embeddedIpv4(parsed);
    if (mayBeTranslated(parsed)) return false;
    // An address that stands for another is judged as both.
    if ([parsed, judged].some((each) => NEVER.has(each.range()) || isWithin(each, METADATA))) return false;
    const networks = this.#at(port).flatMap(({ target }) => (typeof target === 'string' ? [] : [target]));
    if (isNamed || isWithin(parsed, networks) || isWithin(judged, networks)) return true;
    return https && port === HTTPS && isPublic(judged);
  }

  #at(port: number): readonly AllowedAddress[] {
    return this.#allowed.filter((entry) => entry.port === port);
  }
}

function isPublic(address: IpAddress): boolean {
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || isWithin(address, GLOBAL_UNICAST));
}

/** The last four bytes are IPv4: compatible (RFC 4291 §2.5.5.1), translated (RFC 2765), NAT64 (RFC 6052). */
const IN_LAST_BYTES = networksOf('::/96', '::ffff:0:0:0/96', '64:ff9b::/96');
const SIX_TO_FOUR = networksOf('2002::/16');
const TEREDO = networksOf('2001::/32');

/** Local NAT64 (RFC 8215), and where an IPv4 address may stand in it (RFC 6052 §2.2): its network chooses. */
const LOCAL_NAT64 = networksOf('64:ff9b:1::/48');
const LAYOUTS: readonly (readonly number[])[] = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
];

/** True for an address of local NAT64 that may stand for a link-local or metadata one, by any of its layouts. */
function mayBeTranslated(address: IpAddress): boolean {
  if (!isWithin(address, LOCAL_NAT64)) return false;
  const bytes = address.toByteArray();
  const standsFor = LAYOUTS.map((places) => ipaddr.fromByteArray(places.map((place) => bytes[place] ?? 0)));
  return standsFor.some((each) => each.range() === 'linkLocal' || isWithin(each, METADATA));
}

function networksOf(...texts: readonly string[]): Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}

/**
 * The IPv4 address that an IPv6 address stands for, wherever packets to it come out as IPv4; any other address itself.
 * Mapped addresses were unwrapped when they were parsed.
 */
function embeddedIpv4(address: IpAddress): IpAddress {
  if (address.kind() === 'ipv4') return address;
  const bytes = address.toByteArray();
  const at = (offset: number, mask = 0) =>
    ipaddr.fromByteArray(bytes.slice(offset, offset + 4).map((byte) => byte ^ mask));
  if (isWithin(address, IN_LAST_BYTES) && !isNearZero(bytes)) return at(12);
  // RFC 3056; RFC 4380, which hides its client's address by inverting it.
  if (isWithin(address, SIX_TO_FOUR)) return at(2);
  if (isWithin(address, TEREDO)) return at(12, 0xff);
  // ISATAP (RFC 5214): an interface identifier under any prefix.
  const isatap = bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe && ((bytes[8] ?? 0) & 0xfd) === 0;
  return isatap ? at(12) : address;
}

/** `::` and `::1`, which are no IPv4 addresses. */
function isNearZero(bytes: readonly number[]): boolean {
  return bytes.slice(0, 15).every((byte) => byte === 0);
}
