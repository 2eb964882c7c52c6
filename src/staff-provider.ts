import { StaffProvider } from './accounts/oidc/provider.ts';
import type { Config } from './config/config.ts';
import type { CurrentTime, Waiting } from './runtime/deps.ts';
import { parseAllowedAddress } from './runtime/outgoing/allowed-addresses.ts';
import { OutgoingHttp } from './runtime/outgoing/http.ts';

/**
 * The identity provider of staff, null where none is configured, with the client that calls it. The client may call
 * this provider's address and no other, since an operator has configured it.
 */
export function openStaffProvider(
  { staffProvider, allowedAddresses, publicUrl }: Config,
  { now, timers }: CurrentTime & Waiting,
): { readonly provider: StaffProvider | null; readonly outgoing: OutgoingHttp } {
  if (staffProvider === null) return { provider: null, outgoing: new OutgoingHttp([]) };
  const { hostname, port, protocol } = staffProvider.issuer;
  const own = parseAllowedAddress(`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`);
  const outgoing = new OutgoingHttp([...allowedAddresses, ...(own ? [own] : [])]);
  return { provider: new StaffProvider(staffProvider, { outgoing, now, timers, publicUrl }), outgoing };
}
