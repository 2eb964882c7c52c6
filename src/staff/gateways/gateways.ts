import { inTransaction } from '../../database/transaction.ts';
import type { Authority } from '../../domain/authority.ts';
import { changedMeanwhile, notFound } from '../../domain/errors.ts';
import { type GatewayState, meanLatencyMs, type OutReason, refusedShare } from '../../domain/gateway-state.ts';
import type { DatabaseAccess, GatewayAccess, Logging, Metering } from '../../runtime/deps.ts';
import { writeAudit } from '../../store/audit.ts';
import { countCalls, readGatewayStates, setGatewayState } from '../../store/gateway-states.ts';
import { countUncertain, countWaiting } from './gateways.sql.ts';

/** The time that the figures of a gateway are of. */
const SHOWN_MS = 600_000;

/** A gateway as the installation's administrator sees it. */
export interface GatewayView {
  readonly id: string;
  readonly state: 'in' | 'out';
  /** Instant of the last change in or out. */
  readonly since: Date;
  /** null: it is in use. */
  readonly reason: OutReason | null;
  /** Text that staff gave as the reason; null where it was not staff. */
  readonly note: string | null;
  /** When it is tried next with a single message; null while it is in use, and where staff took it out. */
  readonly probeAt: Date | null;
  /**
   * The part of the calls of the last ten minutes that failed, or was refused for good and not for the number, the text
   * or an opt-out; null: none was made.
   */
  readonly refusals: number | null;
  /** Their mean duration in milliseconds. */
  readonly latencyMs: number | null;
  /** Reminders that are due and that it would be the first to get. */
  readonly backlog: number;
  /** Its messages whose outcome nobody knows yet. */
  readonly uncertain: number;
  /** It blocks numbers that wrote STOP itself: lifting an opt-out here does not lift that. */
  readonly ownOptOutList: boolean;
}

/** The gateways that are configured, in order of preference. */
export async function readGateways(
  { db, gateways }: DatabaseAccess & GatewayAccess,
  now: Date,
): Promise<GatewayView[]> {
  const ids = gateways.map(({ id }) => id);
  const ownLists = gateways.filter(({ capabilities }) => capabilities.ownOptOutList).map(({ id }) => id);
  const states = new Map((await readGatewayStates(db, ids, now)).map((state) => [state.gateway, state]));
  const calls = await countCalls(db, new Date(now.getTime() - SHOWN_MS));
  const waiting = await countWaiting(db, ids, now);
  const uncertain = await countUncertain(db);
  return ids.flatMap((id) => {
    const state = states.get(id);
    if (!state) return [];
    const counts = calls.get(id);
    const latencyMs = counts ? meanLatencyMs(counts) : null;
    return {
      id,
      state: state.reason === null ? 'in' : 'out',
      since: state.since,
      reason: state.reason,
      note: state.note,
      probeAt: state.probeAt,
      refusals: counts ? refusedShare(counts) : null,
      latencyMs: latencyMs === null ? null : Math.round(latencyMs),
      backlog: waiting.get(id) ?? 0,
      uncertain: uncertain.get(id) ?? 0,
      ownOptOutList: ownLists.includes(id),
    } as const;
  });
}

type ChangeDeps = DatabaseAccess & GatewayAccess & Logging & Metering;

/** The gateway that is taken out of use or brought back; `actor` is a name for the audit. */
interface GatewayRequest {
  readonly id: string;
  readonly actor: string;
  /** The moment since which staff had it out, as the sender saw it; null: in use; left out: any state is changed. */
  readonly seen?: Date | null;
}

/**
 * Takes a gateway out of use, or brings it back with all its traffic, and audits who did so. What was not started when
 * this returns is not started there any more. Where `seen` is given, what is so already is done.
 * @param out the reason of staff; null: bring it back
 * @throws Problem 404 for a gateway that is not configured; 409 `changed` where staff have taken it out since `seen`,
 * or brought back one that is to be taken out
 */
export async function setGateway(
  deps: ChangeDeps,
  { id, actor, seen }: GatewayRequest,
  out: { readonly note: string } | null,
  now: Date,
): Promise<void> {
  if (!deps.gateways.some((gateway) => gateway.id === id)) throw notFound('gateway');
  const changed = await inTransaction(deps.db, async (trx) => {
    const { before, after } = await setGatewayState(trx, id, out, now);
    if (seen !== undefined) {
      // Its form was sent twice.
      if (after.version === before.version) return null;
      const outSince = before.reason === 'staff' ? before.since : null;
      const backFromFailing = out === null && outSince === null;
      if (!backFromFailing && outSince?.getTime() !== seen?.getTime())
        throw changedMeanwhile('Somebody else has taken it out or brought it back meanwhile: read it again.');
    }
    const action = out ? 'gateway.out' : 'gateway.in';
    const entry = { actor, action, authorityId: null, target: id, before: auditOf(before), after: auditOf(after) };
    await writeAudit(trx, entry, now);
    return before.reason !== after.reason ? after : null;
  });
  if (!changed) return;
  deps.metrics.gatewayChanges.inc({ gateway: id });
  const message = out ? 'staff took the gateway out of use' : 'staff brought the gateway back into use';
  deps.log.warn({ gateway: id, reason: changed.reason }, message);
}

function auditOf({ reason, note }: GatewayState) {
  return { state: reason === null ? 'in' : 'out', reason, note };
}

/** `gateway_out` where none of the authority's gateways is in use; else null. */
export async function heldByGateways(
  { db, gateways }: DatabaseAccess & GatewayAccess,
  authority: Authority,
  now: Date,
): Promise<'gateway_out' | null> {
  const configured = gateways.map(({ id }) => id);
  const own = authority.gateways.length === 0 ? configured : authority.gateways;
  const states = await readGatewayStates(db, configured, now);
  return states.some(({ gateway, reason }) => reason === null && own.includes(gateway)) ? null : 'gateway_out';
}
