import type { DeliveryEvent, LookUpResult } from '../../src/gateways/gateway.ts';
import type { Dice } from './dice.ts';
import { SECOND } from './settings.ts';
import type { Book } from './supplier-book.ts';
import type { EventOwner, Timeline } from './timeline.ts';

type LookedUp = (reference: string, result: LookUpResult) => void;

/** Answers of the supplier when it is asked about a message: the truth, late, none, or that it can't tell. */
export class LookUps {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #book: Book;
  readonly #onAnswer: LookedUp;
  /** Calls that may still be taken, by reference. */
  readonly #open = new Map<string, number>();

  /** @param onAnswer called for each answer that a process lives to hear */
  constructor(timeline: Timeline, dice: Dice, book: Book, onAnswer: LookedUp) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#book = book;
    this.#onAnswer = onAnswer;
  }

  /** Notes a call that is under way: until it is `closed` the supplier can't say that it will never take it. */
  opened(reference: string): void {
    this.#open.set(reference, (this.#open.get(reference) ?? 0) + 1);
  }

  closed(reference: string): void {
    this.#open.set(reference, (this.#open.get(reference) ?? 1) - 1);
  }

  /** Asks about a message. @param faultRate the share of questions without a good answer, beside the usual one */
  ask(owner: EventOwner, reference: string, faultRate: number, signal: AbortSignal): Promise<LookUpResult> {
    const dice = this.#dice;
    return new Promise((resolve, reject) => {
      let heard = false;
      const answer = (ms: number, result: LookUpResult) =>
        this.#timeline.after(
          ms,
          () => {
            if (!heard) this.#onAnswer(reference, result);
            heard = true;
            resolve(result);
          },
          owner,
        );
      signal.addEventListener('abort', () => {
        heard = true;
        resolve('unknown');
      });
      const behaviour = dice.chance(0.25 + faultRate)
        ? dice.pick(['refuses', 'late', 'silent', 'throws', 'vague'] as const)
        : 'good';
      const known = this.#known(reference);
      this.#timeline.note(`look-up of ${reference} ${behaviour} ${typeof known === 'string' ? known : known.state}`);
      const quick = dice.between(5, 300);
      if (behaviour === 'good') answer(quick, known);
      else if (behaviour === 'late') answer(dice.between(1, 9) * SECOND, known);
      else if (behaviour === 'refuses') answer(quick, 'unknown');
      else if (behaviour === 'vague') answer(quick, eventOf(reference, 'unknown'));
      else if (behaviour === 'throws')
        this.#timeline.after(quick, () => reject(new Error('the answer makes no sense')), owner);
    });
  }

  #known(reference: string): LookUpResult {
    const state = this.#book.stateOf(reference);
    if (state) return eventOf(reference, state);
    return (this.#open.get(reference) ?? 0) > 0 ? 'unknown' : 'not_found';
  }
}

function eventOf(reference: string, state: DeliveryEvent['state']): DeliveryEvent {
  const cause = state === 'undelivered' ? 'network' : null;
  return { reference, gatewayMessageId: null, state, cause, code: state, at: null, segments: null };
}
