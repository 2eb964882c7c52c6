import { type AllowedAddress, parseAllowedAddress } from '../../src/runtime/outgoing/allowed-addresses.ts';

/** The servers of this machine that tests have started or named, each with its port: applications of tests may ask them. */
export const ownServers: AllowedAddress[] = [];

/** Lets applications of tests ask the server at this address. */
export function allowServer(url: string): void {
  const allowed = parseAllowedAddress(new URL(url).host);
  if (allowed) ownServers.push(allowed);
}
