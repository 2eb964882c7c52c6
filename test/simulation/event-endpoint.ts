import type { Outgoing, OutgoingOptions, OutgoingResult } from '../../src/runtime/outgoing/http.ts';
import type { Dice } from './dice.ts';
import { DAY, HOUR, MINUTE, SECOND } from './settings.ts';
import type { EventOwner, Timeline } from './timeline.ts';

/** A call that the booking system took, whether or not the caller heard so. */
export interface TakenCall {
  readonly at: number;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const FAILURES = ['refused', 'silent', 'cut_before', 'cut_after', 'late', 'throttled', 'unavailable'] as const;

/** The endpoint of a booking system for events: its faults, and all calls that it has taken. */
export class EventEndpoint {
  readonly taken: TakenCall[] = [];
  /** No connection is made. */
  unreachable = false;
  /** Nothing is taken, and no answer given. */
  unresponsive = false;
  /** The share of calls that fail in one of many ways. */
  faultRate = 0.02;
  readonly #timeline: Timeline;
  readonly #dice: Dice;

  constructor(timeline: Timeline, dice: Dice) {
    this.#timeline = timeline;
    this.#dice = dice;
  }

  /** Plans the times at which it flaps, in so many days. */
  flap(from: number, days: number): void {
    for (let nth = this.#dice.between(2, 3 + days); nth > 0; nth--)
      this.#timeline.at(from + this.#dice.between(HOUR, days * DAY), () => this.#begin());
  }

  #begin(): void {
    const ms = this.#dice.chance(0.7) ? this.#dice.between(1, 40) * MINUTE : this.#dice.between(1, 8) * HOUR;
    const fault = this.#dice.pick(['out', 'mute', 'trouble', 'trouble', 'trouble'] as const);
    this.#timeline.note(`endpoint ${fault} for ${ms} ms`);
    if (fault === 'trouble') this.faultRate = this.#dice.pick([0.2, 0.5, 0.9]);
    else if (fault === 'out') this.unreachable = true;
    else this.unresponsive = true;
    this.#timeline.after(ms, () => {
      this.unreachable = false;
      this.unresponsive = false;
      this.faultRate = 0.02;
    });
  }

  /** The way out of a process. */
  for(owner: EventOwner): Outgoing {
    return {
      judge: async () => 'allowed',
      get: async () => ({ kind: 'forbidden' }),
      post: (_url, body, options) => this.#take(owner, String(body), options),
      close: async () => {},
    };
  }

  #take(owner: EventOwner, body: string, { headers = {}, signal }: OutgoingOptions): Promise<OutgoingResult> {
    return new Promise((resolve) => {
      const failed = (code: string) => resolve({ kind: 'failed', code });
      const answerAfter = (ms: number, result: OutgoingResult) =>
        this.#timeline.after(ms, () => resolve(result), owner);
      signal.addEventListener('abort', () => failed('time is up'));
      if (this.unreachable)
        return void answerAfter(this.#dice.between(1, 30), { kind: 'failed', code: 'ECONNREFUSED' });
      this.#timeline.after(this.#dice.between(1, 40), () => {
        const behaviour = this.#dice.chance(this.faultRate) ? this.#dice.pick(FAILURES) : 'good';
        const late = behaviour === 'late' ? this.#dice.between(3, 15) * SECOND : this.#dice.between(1, 40);
        const takes =
          !this.unresponsive && (['good', 'late', 'cut_after'].includes(behaviour) || this.#dice.chance(0.2));
        if (this.unresponsive || behaviour === 'silent') {
          if (takes) this.#note(body, headers);
          return;
        }
        if (behaviour === 'good' || behaviour === 'late' || behaviour === 'cut_after') this.#note(body, headers);
        if (behaviour === 'cut_before' || behaviour === 'cut_after')
          return void answerAfter(late, { kind: 'failed', code: 'ECONNRESET' });
        answerAfter(late, answerOf(behaviour, this.#dice));
      });
    });
  }

  #note(body: string, headers: TakenCall['headers']): void {
    // The sequence is noted, since the id is made by the database and not by the seed.
    this.#timeline.note(`endpoint takes ${(JSON.parse(body) as { sequence: number }).sequence}`);
    this.taken.push({ at: this.#timeline.now, body, headers });
  }
}

function answerOf(behaviour: 'good' | 'late' | 'refused' | 'throttled' | 'unavailable', dice: Dice): OutgoingResult {
  const answered = (status: number, headers: Record<string, string> = {}): OutgoingResult => ({
    ...{ kind: 'responded', status, headers },
    body: new Uint8Array(),
  });
  if (behaviour === 'refused') return answered(dice.pick([400, 404, 500, 502]));
  if (behaviour === 'throttled')
    return answered(429, dice.chance(0.5) ? { 'retry-after': String(dice.between(1, 600)) } : {});
  if (behaviour === 'unavailable') return answered(503, { 'retry-after': String(dice.between(1, 900)) });
  return answered(dice.pick([200, 204]));
}
