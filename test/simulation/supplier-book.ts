import type { DeliveryEvent, OutboundSms } from '../../src/gateways/gateway.ts';
import type { Dice } from './dice.ts';
import { DAY, HOUR, MINUTE, SECOND, type Setting } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** An SMS that the supplier accepted. */
export interface Acceptance {
  readonly reference: string;
  readonly sms: OutboundSms;
  readonly at: number;
  /** The caller did not hear of it. */
  readonly unconfirmed: boolean;
}

/** A receipt of the supplier, with a number that makes each callback another one. */
export type Receipt = DeliveryEvent & { readonly nth: number };

/** The supplier's book: the SMS that it took, and their way to the phone. It knows nothing of the database. */
export class Book {
  readonly entries: Acceptance[] = [];
  readonly #states = new Map<string, DeliveryEvent['state']>();
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #kind: Setting['gateway'];
  readonly #report: (receipt: Receipt) => void;

  /** @param report called for each state that the supplier reports */
  constructor(timeline: Timeline, dice: Dice, kind: Setting['gateway'], report: (receipt: Receipt) => void) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#kind = kind;
    this.#report = report;
  }

  /** The last state of a message; null: it was never taken. */
  stateOf(reference: string): DeliveryEvent['state'] | null {
    return this.#states.get(reference) ?? null;
  }

  /** Takes an SMS. @returns null for a known reference, which is not taken twice */
  take(sms: OutboundSms, unconfirmed: boolean): Acceptance | null {
    const { reference } = sms;
    if (this.#states.has(reference) && this.#kind === 'deduplicates') return null;
    const acceptance: Acceptance = { reference, sms, at: this.#timeline.now, unconfirmed };
    this.entries.push(acceptance);
    if (!this.#states.has(reference)) this.#states.set(reference, 'accepted');
    this.#timeline.note(`accepted ${reference} ${sms.text}`);
    this.#plan(reference, unconfirmed);
    return acceptance;
  }

  /** Plans the receipts: early, late, never, twice, in any order. */
  #plan(reference: string, unconfirmed: boolean): void {
    const dice = this.#dice;
    const reportAfter = (ms: number, state: DeliveryEvent['state']) => {
      const cause = state === 'undelivered' ? 'network' : null;
      const event = {
        reference,
        gatewayMessageId: null,
        state,
        cause,
        code: state,
        at: null,
        segments: null,
        nth: dice.between(0, 1e6),
      } as const;
      this.#timeline.after(ms, () => {
        if (state === 'undelivered' || state === 'delivered') this.#setState(reference, state);
        if (this.#kind !== 'none') this.#report(event);
      });
    };
    const soon = dice.chance(0.2) ? dice.between(0, 300) : dice.between(1, 90) * SECOND;
    if (dice.chance(0.3)) reportAfter(dice.between(0, 2 * SECOND), 'accepted');
    // An SMS whose acceptance nobody heard of has often no receipt either.
    if (dice.chance(unconfirmed ? 0.4 : 0.05)) return;
    if (dice.chance(0.1)) reportAfter(soon + dice.between(1, 20) * MINUTE, dice.pick(['accepted', 'unknown']));
    if (dice.chance(0.1)) {
      reportAfter(soon, 'undelivered');
      if (dice.chance(0.5)) reportAfter(soon + dice.between(-2, 60) * MINUTE, 'delivered');
      return;
    }
    const late = dice.chance(0.1) ? dice.between(1, 40) * HOUR : 0;
    reportAfter(soon + late, 'delivered');
    if (dice.chance(0.1)) reportAfter(soon + late + dice.between(0, 3) * HOUR, 'delivered');
    if (dice.chance(0.07)) reportAfter(soon + dice.between(0, 2 * DAY), 'undelivered');
  }

  #setState(reference: string, state: 'undelivered' | 'delivered'): void {
    if (this.#states.get(reference) !== 'delivered') this.#states.set(reference, state);
  }
}
