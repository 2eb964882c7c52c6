import { refusedRequest } from '../../domain/errors.ts';
import type { EventSettings } from '../../domain/event-types.ts';
import type { AddressVerdict, OutgoingAccess } from '../../runtime/outgoing/http.ts';

const FAULTS: Readonly<Partial<Record<AddressVerdict, string>>> = {
  private_address: 'This address is not public. One inside the network must stand in EASYSMS_ALLOWED_ADDRESSES.',
  port_not_allowed:
    'An address is called on port 443 only. Another port must stand in EASYSMS_ALLOWED_ADDRESSES with the address, ' +
    'as in 127.0.0.1:8080.',
};

/**
 * Checks that events could be posted to the address. One whose name has no address now is taken: it may get one.
 * @throws Problem 422 with the reason
 */
export async function checkEventAddress({ outgoing }: OutgoingAccess, events: EventSettings | null): Promise<void> {
  if (events === null) return;
  const verdict = await outgoing.judge(new URL(events.url));
  const detail = FAULTS[verdict];
  if (detail === undefined) return;
  const faults = [{ pointer: '/events/url', code: verdict, detail }];
  throw refusedRequest(faults);
}
