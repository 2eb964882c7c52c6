import { grouped } from '../domain/grouped.ts';
import type { InboundEvent, SmsGateway } from '../gateways/gateway.ts';
import type { KeyringAccess } from '../runtime/deps.ts';
import { openInbound } from './raw-inbound.ts';
import { MOST_PARTS, type WaitingCallback } from './waiting.sql.ts';

/** Stands for a part that did not come. */
const GAP = ' […] ';

/** A longer SMS put together of its parts. */
export interface Joined {
  readonly event: InboundEvent;
  /** False where parts are missing. */
  readonly whole: boolean;
  /** The callbacks of its parts. */
  readonly callbackIds: readonly string[];
}

interface ReplyPart {
  readonly row: WaitingCallback;
  readonly event: InboundEvent;
  readonly nth: number;
  readonly of: number;
}

/**
 * Puts the parts of a number's longer SMS together, in the order of their SMS.
 * @param rows the oldest first; where they are more than may wait, the oldest SMS is given back without its missing
 * parts, so that parts that stay alone keep no later SMS from being put together
 * @param waitedSince parts that are still alone are given back, too, once the last of them came before this
 */
export function joinParts(
  deps: KeyringAccess,
  gateway: SmsGateway,
  rows: readonly WaitingCallback[],
  waitedSince: Date | null,
): Joined[] {
  const groups = grouped(
    rows.flatMap((row) => partsOf(deps, gateway, row)),
    ({ event, of }) => JSON.stringify([event.part?.reference, of, event.to]),
  );
  const isCrowded = rows.length > MOST_PARTS;
  return [...groups.values()].flatMap((parts, order) => {
    const joined = join(parts);
    const last = Math.max(...parts.map(({ row }) => row.receivedAt.getTime()));
    const waited = waitedSince !== null && last < waitedSince.getTime();
    return joined.whole || waited || (isCrowded && order === 0) ? [joined] : [];
  });
}

function partsOf(deps: KeyringAccess, gateway: SmsGateway, row: WaitingCallback): ReplyPart[] {
  const [event] = openInbound(deps, gateway, row);
  return event?.part ? [{ row, event, nth: event.part.nth, of: event.part.of }] : [];
}

function join(parts: readonly ReplyPart[]): Joined {
  // A part that came twice under two ids stands there once.
  const byNth = new Map(parts.map((part) => [part.nth, part.event.text]));
  const of = parts[0]?.of ?? 0;
  const texts = Array.from({ length: of }, (_, at) => byNth.get(at + 1) ?? null);
  const text = texts.reduce<string>((sofar, one) => sofar + (one ?? (sofar.endsWith(GAP) ? '' : GAP)), '').trim();
  const first = parts.reduce((one, other) => (other.nth < one.nth ? other : one), parts[0] as ReplyPart);
  const { part: _part, ...event } = first.event;
  return {
    event: { ...event, text },
    whole: byNth.size === of,
    callbackIds: parts.map(({ row }) => row.id),
  };
}
