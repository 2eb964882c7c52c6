import type { DeliveryOutcome, DueDelivery } from './deliveries.sql.ts';
import { type Health, isProbed } from './health.ts';
import { type EndpointVerdict, nextTry } from './verdict.ts';

/** The endpoint before a call and after it. */
interface EndpointChange {
  readonly before: Health;
  readonly after: Health;
}

/**
 * Decides what a call makes of its delivery. A try counts unless the endpoint is at fault: it asks for fewer calls,
 * ended, or takes nothing at all and is only tried with this event.
 * @param random in [0, 1)
 */
export function deliveryOutcomeOf(
  { sequence, appointmentId, attempts }: DueDelivery,
  verdict: EndpointVerdict,
  { before, after }: EndpointChange,
  now: Date,
  random: number,
): DeliveryOutcome {
  const rest = { sequence, appointment_id: appointmentId, last_result: verdict.result, attempted_at: now };
  if (verdict.kind === 'delivered') return { ...rest, status: 'delivered', attempts: attempts + 1, next_at: null };
  const isItsFault = verdict.kind === 'failed' && !verdict.slower && !isProbed(before);
  if (!isItsFault) return { ...rest, status: 'pending', attempts, next_at: after.nextAt ?? now };
  const next = nextTry(attempts + 1, now, random);
  return { ...rest, status: next ? 'pending' : 'failed', attempts: attempts + 1, next_at: next };
}

/** The outcome of a delivery whose event is past its retention: it fails, since nothing is left to send. */
export function forgotten({ sequence, appointmentId, attempts }: DueDelivery, now: Date): DeliveryOutcome {
  const rest = { sequence, appointment_id: appointmentId, attempts, attempted_at: now };
  return { ...rest, status: 'failed', next_at: null, last_result: 'no longer kept' };
}
