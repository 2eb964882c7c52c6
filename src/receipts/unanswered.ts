import type { SmsGateway } from '../gateways/gateway.ts';
import type { Logging, Metering, Waiting } from '../runtime/deps.ts';
import { TELL_EVERY_MS } from './left-out.ts';

/** Questions to suppliers: for what they give out once, and what became of messages without a receipt. */
export type Question = 'receipts' | 'inbound' | 'recover';

/** Counts the questions that suppliers did not answer, and logs them: of one kind every five minutes at most. */
export class UnansweredQuestions {
  readonly #toldAt = new Map<string, number>();

  /** Tells of a question without a response. @param code the HTTP status, or the code of the error */
  tell(deps: Logging & Metering & Waiting, { id }: Pick<SmsGateway, 'id'>, question: Question, code: string): void {
    deps.metrics.questionsUnanswered.inc({ gateway: id, question });
    const key = `${id} ${question}`;
    const now = deps.timers.monotonic();
    if (now < (this.#toldAt.get(key) ?? Number.NEGATIVE_INFINITY) + TELL_EVERY_MS) return;
    this.#toldAt.set(key, now);
    deps.log.warn({ gateway: id, question, code }, 'the gateway did not answer a question, or refused it');
  }
}
