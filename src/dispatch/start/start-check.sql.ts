import { type RawBuilder, sql } from 'kysely';
import { DAY_MS } from '../../domain/duration.ts';
import { CLOCKS_APART_MS } from '../../runtime/deps.ts';
import { isLiveFor } from '../../store/opt-outs.ts';

/**
 * The result of the check under the lock. `start`, `end` and `wait`: as decided. `lapsed`: this process counts as gone,
 * so that nothing may start. `lost`: no longer due, since another process or a receipt came first. `changed`: something
 * that the decision was made from has changed. `gateway_changed`: the gateway was taken out of use meanwhile, or came
 * back. The others say why a reminder that might have started does not; `too_many_today` is found by the start itself,
 * which counts what goes to one number.
 */
export type StartVerdict =
  | 'start'
  | 'end'
  | 'wait'
  | 'lapsed'
  | 'lost'
  | 'changed'
  | 'gateway_changed'
  | 'too_late'
  | 'opted_out'
  | 'held'
  | 'cancel_held'
  | 'receipts_wait'
  | 'too_many_today';

/**
 * A receipt that was acknowledged and not yet applied, since its process died or the database went away, may be about
 * the message that is to be repeated. Receipts of the last second, and those that another clock puts ahead by no more
 * than clocks may be apart, don't count: they are being applied, and in a burst there are always some. Nor do those
 * more than a day away: one that can never be applied must not stand in the way for ever.
 */
const APPLYING_MS = 1_000;
const RECEIPTS_WAIT_MS = DAY_MS;

/**
 * The check of one reminder under the lock: an SQL expression whose value is a `StartVerdict`. Where several reasons
 * hold, the first one counts. It reads the locked rows r (reminder), a (appointment), au (authority) and s (source),
 * the row x that was given to the start, and its sub-queries `alive` (this process) and `state` (the gateway's).
 */
export function checkUnderLock({
  gateway,
  gatewayVersion,
  now,
}: {
  readonly gateway: string;
  readonly gatewayVersion: number;
  readonly now: Date;
}): RawBuilder<StartVerdict> {
  const after = (ms: number) => new Date(now.getTime() + ms);
  return sql<StartVerdict>`case
    when not exists (select from alive) then 'lapsed'
    when r.next_at is null or r.next_at > ${now} or (r.status = 'handed_over') <> x.repeat then 'lost'
    when r.revision <> x.revision or a.revision <> x.appointment_revision
      or au.version <> x.authority_version or s.version <> x.source_version then 'changed'
    when x.action <> 'start' then x.action
    when coalesce((select version from state), 0) <> ${gatewayVersion}::int then 'gateway_changed'
    when a.slot <> r.slot then 'changed'
    when r.expires_at <= ${now} then 'too_late'
    when exists (select from opt_out o where ${isLiveFor(sql`a.phone_hash`, sql`r.authority_id`)}) then 'opted_out'
    when exists (select from inbound_authority h where h.phone_hash = a.phone_hash
      and h.authority_id = r.authority_id and h.holds and h.settled_at is null) then 'held'
    when r.rule <> 'cancellation' and exists (select from inbound_appointment h where h.appointment_id = a.id
      and h.slot = r.slot and h.phone_hash = a.phone_hash and h.holds) then 'cancel_held'
    when x.repeat and exists (select from callback c where c.applied_at is null and c.kind = 'receipt'
      and c.gateway = ${gateway}
      and c.received_at between ${after(-RECEIPTS_WAIT_MS)} and ${after(RECEIPTS_WAIT_MS)}
      and c.received_at not between ${after(-APPLYING_MS)} and ${after(CLOCKS_APART_MS)}) then 'receipts_wait'
    else 'start'
  end`;
}
