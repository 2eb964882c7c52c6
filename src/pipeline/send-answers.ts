import type { SendResult } from '../gateways/gateway.ts';
import { type AnswerOutcome, type DueAnswer, settleAnswers, startAnswers } from '../store/answers.ts';
import type { GatewayCaller } from './call-gateway.ts';
import type { Deps } from './deps.ts';
import { backoffMs } from './outcome.ts';

/**
 * Hands over what is due of the answers to citizens (STOP confirmed, help, …): at once, at any hour, whatever opt-outs say.
 * @param random in [0, 1), for the jitter of retries
 * @returns how many calls were made
 */
export async function sendAnswers(
  deps: Pick<Deps, 'db' | 'keyring' | 'now' | 'sending' | 'concurrency'>,
  caller: GatewayCaller,
  random: () => number = Math.random,
): Promise<number> {
  let sent = 0;
  while (deps.sending.heldReason() === null && caller.gate.closedUntil(deps.now()) === null) {
    const due = await startAnswers(deps.db, caller.gateway.id, deps.concurrency, deps.now());
    if (due.length === 0) break;
    sent += due.length;
    const outcomes = await Promise.all(due.map((answer) => sendAnswer(deps, caller, answer, random)));
    await settleAnswers(deps.db, outcomes, deps.now());
  }
  return sent;
}

async function sendAnswer(
  deps: Pick<Deps, 'keyring' | 'now'>,
  caller: GatewayCaller,
  answer: DueAnswer,
  random: () => number,
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
  // Erased in the meantime.
  if (!answer.phone_ciphertext || !answer.text_ciphertext) return { ...none, status: 'not_sent', reason: 'erased' };
  if (answer.valid_until <= deps.now()) return { ...none, status: 'not_sent', reason: 'too_late' };
  const owner = answer.authority_id ?? '';
  const result = await caller.send({
    reference: answer.id,
    to: deps.keyring.cipher.decrypt(owner, 'message.phone', answer.phone_ciphertext),
    from: answer.sender,
    text: deps.keyring.cipher.decrypt(owner, 'message_text.text', answer.text_ciphertext),
    encoding: answer.encoding,
    validUntil: answer.valid_until,
  });
  return { ...none, ...outcome(answer, result, deps.now(), random()) };
}

function outcome(answer: DueAnswer, result: SendResult, now: Date, random: number): Partial<AnswerOutcome> & Pick<AnswerOutcome, 'status'> {
  switch (result.kind) {
    case 'accepted':
      return { status: 'accepted', gateway_message_id: result.gatewayMessageId, gateway_segments: result.segments };
    case 'rejected':
      return { status: 'rejected', reason: result.reason, code: result.code };
    case 'uncertain':
      return { status: 'uncertain', code: result.code };
    case 'retry': {
      const next = new Date(now.getTime() + backoffMs(answer.attempts, result.retryAfterMs, random));
      if (next >= answer.valid_until) return { status: 'not_sent', reason: result.reason, code: result.code };
      return { status: 'planned', reason: result.reason, code: result.code, next_at: next };
    }
  }
}
