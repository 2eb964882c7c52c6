import { backoffMs } from '../dispatch/gateways/call-results.ts';
import type { CallOptions, GatewayCaller } from '../dispatch/gateways/gateway-caller.ts';
import { errorName } from '../domain/errors.ts';
import { MESSAGE_TEXT } from '../domain/keyring.ts';
import type { SendResult } from '../gateways/gateway.ts';
import { storableSegments, storableWord } from '../gateways/reading.ts';
import { recordRefusal } from '../opt-outs/opt-outs.ts';
import {
  type CallLimit,
  type CurrentTime,
  type DatabaseAccess,
  isSendingHeld,
  type KeyringAccess,
  type Logging,
  type Randomness,
  type SendingPermission,
  type Waiting,
} from '../runtime/deps.ts';
import { type AnswerOutcome, type DueAnswer, hasDueAnswers, settleAnswers, startAnswers } from './answers.sql.ts';

type AnswerDeps = DatabaseAccess & KeyringAccess & CurrentTime & SendingPermission & Logging & Waiting & Randomness;

/**
 * Hands over the answers to citizens that are due (STOP confirmed, help, …): at any hour, also to numbers that have
 * opted out. SMS that try a gateway go like answers, and also while it is out of use.
 * @returns how many calls were made
 */
export async function sendAnswers(deps: AnswerDeps & CallLimit, caller: GatewayCaller): Promise<number> {
  const { health } = caller;
  let sent = 0;
  const mayStart = () => !caller.stopping && !isSendingHeld(deps);
  while (mayStart()) {
    if (health.version === null || !health.open) await health.refresh();
    let count = 0;
    if (health.open) count = await startAndSend(deps, caller, health.version, deps.concurrency, {});
    else if (!health.inUse) count = await sendTests(deps, caller);
    if (!health.open) count += await tryOut(deps, caller);
    if (count === 0) break;
    sent += count;
  }
  return sent;
}

/** Staff try a gateway with them that they keep out of use, and wait for the result. */
function sendTests(deps: AnswerDeps & CallLimit, caller: GatewayCaller): Promise<number> {
  return startAndSend(deps, caller, null, deps.concurrency, { evenIfOut: true });
}

/**
 * Sends the one answer that a gateway is tried with which is out of use: at night nothing else may be due. An answer
 * goes through the gateway whose number the citizen wrote to, since that number is no sender anywhere else.
 */
async function tryOut(deps: AnswerDeps, caller: GatewayCaller): Promise<number> {
  const { gateway, health } = caller;
  if (!health.probeDue || !(await hasDueAnswers(deps.db, gateway.id, deps.now()))) return 0;
  const probe = await health.takeProbe();
  if (!probe) return 0;
  try {
    return await startAndSend(deps, caller, health.version, 1, { probe });
  } finally {
    // Without a call, as for an answer that was erased, the probe is unused.
    await health.returnProbe(probe);
  }
}

/** @param version of the gateway's state; null: only SMS that try it. @returns how many were started */
async function startAndSend(
  deps: AnswerDeps,
  caller: GatewayCaller,
  version: number | null,
  limit: number,
  options: CallOptions,
): Promise<number> {
  const due = await startAnswers(deps.db, { gateway: caller.gateway.id, version }, limit, deps.now());
  if (due.length === 0) return 0;
  const at = deps.now();
  // A clock that was set meanwhile would put the next try off by as much, or past the deadline.
  const now = () => (deps.sending.clocksApart ? at : deps.now());
  const outcomes = await Promise.all(due.map((answer) => sendAnswer({ ...deps, now }, caller, answer, options)));
  await settleAnswers(deps.db, outcomes, deps.now());
  return due.length;
}

async function sendAnswer(
  deps: DatabaseAccess & KeyringAccess & CurrentTime & Logging & Waiting & Randomness,
  caller: GatewayCaller,
  answer: DueAnswer,
  options: CallOptions,
): Promise<AnswerOutcome> {
  const none = {
    id: answer.id,
    attempts: answer.attempts,
    reason: null,
    code: null,
    next_at: null,
    gateway_message_id: null,
    gateway_segments: null,
  };
  // The citizen was erased in the meantime.
  if (!answer.phone_ciphertext || !answer.text_ciphertext) return { ...none, status: 'not_sent', reason: 'erased' };
  if (answer.valid_until <= deps.now()) return { ...none, status: 'not_sent', reason: 'too_late' };
  let open: { to: string; text: string };
  try {
    open = decrypt(deps, answer, answer.phone_ciphertext, answer.text_ciphertext);
  } catch (error) {
    deps.log.error({ message: answer.id, error: errorName(error) }, 'an answer to a citizen could not be decrypted');
    return { ...none, status: 'not_sent', reason: 'internal_error' };
  }
  const { sender: from, encoding, valid_until: validUntil } = answer;
  const result = await caller.send({ reference: answer.id, from, ...open, encoding, validUntil }, options);
  // The answer to a START goes to a number that the gateway may still block: its refusal is no new opt-out.
  if (result.kind === 'rejected' && result.reason === 'opted_out' && answer.template !== 'opt-in-confirmed') {
    const { id: messageId, authority_id: authorityId } = answer;
    await recordRefusal(deps, { authorityId, phone: open.to, gateway: caller.gateway.id, messageId });
  }
  return { ...none, ...outcome(answer, result, deps.now(), deps.random()) };
}

function decrypt(deps: KeyringAccess, answer: DueAnswer, phone: Buffer, text: Buffer): { to: string; text: string } {
  const { cipher } = deps.keyring;
  const owner = answer.authority_id ?? '';
  const to = cipher.decrypt(owner, 'message.phone', answer.id, phone);
  if (!deps.keyring.isHashOf(answer.phone_hash, to)) throw new Error('the number is not that of its hash');
  return { to, text: cipher.decrypt(owner, MESSAGE_TEXT, answer.id, text) };
}

function outcome(
  answer: DueAnswer,
  result: SendResult,
  now: Date,
  random: number,
): Partial<AnswerOutcome> & Pick<AnswerOutcome, 'status'> {
  if (result.kind === 'accepted') {
    const gateway_message_id = storableWord(result.gatewayMessageId);
    return { status: 'accepted', gateway_message_id, gateway_segments: storableSegments(result.segments) };
  }
  const code = storableWord(result.code);
  if (result.kind === 'uncertain') return { status: 'uncertain', code };
  const { reason } = result;
  if (result.kind === 'rejected') return { status: 'rejected', reason, code };
  const next = new Date(now.getTime() + backoffMs(answer.attempts, result.retryAfterMs, random));
  return next >= answer.valid_until
    ? { status: 'not_sent', reason, code }
    : { status: 'planned', reason, code, next_at: next };
}
