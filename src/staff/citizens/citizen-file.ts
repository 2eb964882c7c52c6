import type { Reader } from '../../accounts/phone-access.ts';
import type { DatabaseAccess, GatewayAccess, KeyringAccess, SendingPermission } from '../../runtime/deps.ts';
import { type CitizenRecord, lookUpCitizen } from './look-up-citizen.ts';

/** Pages that are put together: the most that one number can sensibly stand in. */
const MOST_PAGES = 200;

/**
 * Everything that an authority holds about a number, for a file to hand over. Every page of it is audited.
 * @param asked.phone E.164
 * @returns `next` is null unless there is more than a file can take
 */
export async function readWholeCitizen(
  deps: DatabaseAccess & GatewayAccess & KeyringAccess & SendingPermission,
  reader: Reader,
  asked: { readonly authorityId: string; readonly phone: string },
  now: Date,
): Promise<CitizenRecord> {
  let whole = await lookUpCitizen(deps, reader, asked, now);
  for (let pages = 1; whole.next !== null && pages < MOST_PAGES; pages++) {
    const page = await lookUpCitizen(deps, reader, { ...asked, from: whole.next }, now);
    whole = {
      phone: whole.phone,
      appointments: [...whole.appointments, ...page.appointments],
      details: [...whole.details, ...page.details],
      messages: [...whole.messages, ...page.messages],
      inbound: [...whole.inbound, ...page.inbound],
      optOuts: [...whole.optOuts, ...page.optOuts],
      patients: whole.patients,
      next: page.next,
    };
  }
  return whole;
}
