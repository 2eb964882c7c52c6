import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** An address that may not be requested. */
export const FORBIDDEN_ADDRESS = 'FORBIDDEN_ADDRESS';

const NEVER = new BlockList();
NEVER.addSubnet('0.0.0.0', 8, 'ipv4');
// Link-local, where clouds keep the secrets of a machine.
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addSubnet('224.0.0.0', 3, 'ipv4');
NEVER.addSubnet('ff00::', 8, 'ipv6');
NEVER.addAddress('::', 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * True for an IP address that an authority may have asked: never link-local, multicast or unspecified ones. Private
 * ones are: hospitals' servers stand there.
 * @param loopback whether this machine itself may be asked
 */
export function isAllowedAddress(address: string, loopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  // A BlockList knows IPv4 in the clothes of IPv6, too.
  return isIP(address) !== 0 && !NEVER.check(address, family) && (loopback || !LOOPBACK.check(address, family));
}

/** The IP address that a URL names by itself; undefined for a host name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) === 0 ? undefined : address;
}

/**
 * For `connect`: finds the allowed addresses of a name, at the moment of connecting, so that a name can't lead
 * elsewhere afterwards.
 */
export function allowedLookup(loopback: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address, loopback));
      const [first] = allowed;
      if (!first)
        return callback(Object.assign(new Error('no address that may be asked'), { code: FORBIDDEN_ADDRESS }), '');
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
