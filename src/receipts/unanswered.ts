import type { SmsGateway } from '../gateways/gateway.ts';
import type { Logging, Metering, Waiting } from '../runtime/deps.ts';
import { LOG_EVERY_MS } from './left-out.ts';

/** Questions to suppliers: for what they give out once, and what became of messages without a receipt. */
export type Question = 'receipts' | 'inbound' | 'recover';

/** Counts the questions that suppliers did not answer, and logs them: of one kind every five minutes at most. */
export class UnansweredQuestions {
  readonly #loggedAt = new Map<string, number>();

  /** Notes a question without a response. @param code the HTTP status, or the code of the error */
  note(deps: Logging & Metering & Waiting, { id }: Pick<SmsGateway, 'id'>, question: Question, code: string): void {
    deps.metrics.questionsUnanswered.inc({ gateway: id, question });
    const key = `${id} ${question}`;
    const now = deps.timers.monotonic();
    if (now < (this.#loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) + LOG_EVERY_MS) return;
    this.#loggedAt.set(key, now);
    const text = 'the gateway did not respond to a request for reports or replies, or refused it';
    deps.log.warn({ gateway: id, question, code }, text);
  }
}
