import { inTransaction } from '../database/transaction.ts';
import { DAY_MS } from '../domain/duration.ts';
import type { LookUpResult, SmsGateway } from '../gateways/gateway.ts';
import type {
  CurrentTime,
  DatabaseAccess,
  GatewayAccess,
  KeyringAccess,
  Logging,
  Metering,
  Waiting,
} from '../runtime/deps.ts';
import { applyGroup } from './apply.ts';
import { findToLookUp, freeNotFound, lookUpAgain, type UncertainMessage } from './look-up-uncertain.sql.ts';

/** Longer than a call lasts and a gateway takes to accept late: what it doesn't know by then it won't take any more. */
const FIRST_AFTER_MS = 60_000;
const AGAIN_AFTER_MS = 600_000;
/** After a round that could not be recorded. */
const SOON_MS = 60_000;
/** From a start to its outcome, at the longest. */
const TO_OUTCOME_MS = 60_000;
/** Past a message's validity nothing new comes to light. */
const ASK_FOR_MS = DAY_MS;
const ASK_MS = 5_000;
const AT_ONCE = 10;
const MOST = 200;

type UncertainDeps = DatabaseAccess & KeyringAccess & CurrentTime & Waiting & Logging & Metering & GatewayAccess;
interface LookedUp {
  readonly message: UncertainMessage;
  readonly result: LookUpResult;
}

/**
 * Asks gateways that can be asked about messages whose outcome isn't known. What is found is applied like a receipt;
 * what the gateway is sure that it never took may go once more, whatever the policy; the rest stays uncertain, and is
 * asked about again.
 * @param stopping looked at between calls: true ends it early
 */
export async function lookUpUncertain(deps: UncertainDeps, stopping: () => boolean): Promise<void> {
  for (const gateway of deps.gateways) if (gateway.lookUp) await lookUpAt(deps, gateway, stopping);
}

async function lookUpAt(deps: UncertainDeps, gateway: SmsGateway, stopping: () => boolean): Promise<void> {
  const now = deps.now();
  const before = (ms: number) => new Date(now.getTime() - ms);
  const limits = {
    now,
    uncertainBefore: before(FIRST_AFTER_MS),
    handedOverBefore: before(FIRST_AFTER_MS + TO_OUTCOME_MS),
    farAhead: new Date(now.getTime() + AGAIN_AFTER_MS + FIRST_AFTER_MS),
    validAfter: before(ASK_FOR_MS),
    limit: MOST,
  };
  const messages = await findToLookUp(deps.db, gateway.id, limits);
  for (let n = 0; n < messages.length && !stopping(); n += AT_ONCE) {
    const lookedUp = await Promise.all(messages.slice(n, n + AT_ONCE).map((message) => ask(deps, gateway, message)));
    await record(deps, gateway, lookedUp, now);
    // The gateway is away: the other messages can wait for the next round.
    if (lookedUp.every(({ result }) => result === 'unknown')) return;
  }
}

async function ask(deps: UncertainDeps, gateway: SmsGateway, message: UncertainMessage): Promise<LookedUp> {
  const controller = new AbortController();
  const callOff = deps.timers.after(ASK_MS, () => controller.abort());
  const query = { reference: message.id, gatewayMessageId: message.gatewayMessageId };
  try {
    return { message, result: (await gateway.lookUp?.(query, { signal: controller.signal })) ?? 'unknown' };
  } catch {
    // Adapters never throw; should one do so all the same, nothing is known of its messages.
    return { message, result: 'unknown' };
  } finally {
    callOff();
  }
}

/** @param now when the round began: a clock that was set meanwhile would put the next one off by as much */
async function record(
  deps: UncertainDeps,
  gateway: SmsGateway,
  lookedUp: readonly LookedUp[],
  now: Date,
): Promise<void> {
  const { db, log } = deps;
  const idsOf = (some: readonly LookedUp[]) => some.map(({ message }) => message.id);
  const found = lookedUp.flatMap(({ message, result }) =>
    result === 'not_found' || result === 'unknown' || result.state === 'unknown'
      ? []
      : [{ ...result, reference: message.id }],
  );
  const missing = idsOf(lookedUp.filter(({ result }) => result === 'not_found'));
  const freed = await recordAsked(db, idsOf(lookedUp), missing, now);
  if (found.length > 0) await applyGroup(deps, [{ id: null, gateway, events: found }]);
  if (found.length + missing.length > 0)
    log.info(
      { gateway: gateway.id, found: found.length, notFound: missing.length, freed },
      'the gateway was asked about uncertain messages',
    );
}

/**
 * Records that the gateway was asked, and frees what it never took, in one commit: what may go once more must not wait
 * for another look-up if the process dies in between. This comes before what was found is applied, so that a round that
 * dies over that doesn't ask about the same messages for ever. Reminders come before messages, as everybody locks them.
 * @returns how many may go once more
 */
async function recordAsked(
  db: DatabaseAccess['db'],
  asked: readonly string[],
  missing: readonly string[],
  now: Date,
): Promise<number> {
  const after = (ms: number) => new Date(now.getTime() + ms);
  try {
    return await inTransaction(db, async (trx) => {
      const freed = await freeNotFound(trx, missing, now);
      await lookUpAgain(trx, asked, { asked: now, next: after(AGAIN_AFTER_MS) });
      return freed;
    });
  } catch (error) {
    // Others get their turn before these are asked about again.
    await lookUpAgain(db, asked, { asked: now, next: after(SOON_MS) });
    throw error;
  }
}
