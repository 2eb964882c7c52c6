import type { Outgoing, OutgoingOptions, OutgoingResult } from '../../src/runtime/outgoing/http.ts';
import type { Dice } from './dice.ts';
import { DAY, HOUR, MINUTE, SECOND } from './settings.ts';
import type { Life, Timeline } from './timeline.ts';

/** A call that the booking system took, whether or not the caller heard so. */
export interface TakenCall {
  readonly at: number;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const WAYS = ['refused', 'silent', 'cut_before', 'cut_after', 'late', 'throttled', 'unavailable'] as const;

/** The endpoint of a booking system for events: its moods, and all that it has taken. */
export class EventEndpoint {
  readonly taken: TakenCall[] = [];
  /** Unreachable: no connection is made. */
  out = false;
  /** Takes nothing, and answers nothing. */
  mute = false;
  /** The share of calls that go another way than the good one. */
  trouble = 0.02;
  readonly #timeline: Timeline;
  readonly #dice: Dice;

  constructor(timeline: Timeline, dice: Dice) {
    this.#timeline = timeline;
    this.#dice = dice;
  }

  /** Draws when it flaps, in so many days. */
  flap(from: number, days: number): void {
    for (let nth = this.#dice.between(2, 3 + days); nth > 0; nth--)
      this.#timeline.at(from + this.#dice.between(HOUR, days * DAY), () => this.#begin());
  }

  #begin(): void {
    const ms = this.#dice.chance(0.7) ? this.#dice.between(1, 40) * MINUTE : this.#dice.between(1, 8) * HOUR;
    const mood = this.#dice.pick(['out', 'mute', 'trouble', 'trouble', 'trouble'] as const);
    this.#timeline.note(`endpoint ${mood} for ${ms} ms`);
    if (mood === 'trouble') this.trouble = this.#dice.pick([0.2, 0.5, 0.9]);
    else this[mood] = true;
    this.#timeline.after(ms, () => {
      this.out = false;
      this.mute = false;
      this.trouble = 0.02;
    });
  }

  /** The way out of a process. */
  for(life: Life): Outgoing {
    return {
      judge: async () => 'allowed',
      get: async () => ({ kind: 'forbidden' }),
      post: (_url, body, options) => this.#take(life, String(body), options),
      close: async () => {},
    };
  }

  #take(life: Life, body: string, { headers = {}, signal }: OutgoingOptions): Promise<OutgoingResult> {
    return new Promise((resolve) => {
      const failed = (code: string) => resolve({ kind: 'failed', code });
      const tell = (ms: number, result: OutgoingResult) => this.#timeline.after(ms, () => resolve(result), life);
      signal.addEventListener('abort', () => failed('time is up'));
      if (this.out) return void tell(this.#dice.between(1, 30), { kind: 'failed', code: 'ECONNREFUSED' });
      this.#timeline.after(this.#dice.between(1, 40), () => {
        const way = this.#dice.chance(this.trouble) ? this.#dice.pick(WAYS) : 'good';
        const late = way === 'late' ? this.#dice.between(3, 15) * SECOND : this.#dice.between(1, 40);
        const takes = !this.mute && (['good', 'late', 'cut_after'].includes(way) || this.#dice.chance(0.2));
        if (this.mute || way === 'silent') {
          if (takes) this.#note(body, headers);
          return;
        }
        if (way === 'good' || way === 'late' || way === 'cut_after') this.#note(body, headers);
        if (way === 'cut_before' || way === 'cut_after') return void tell(late, { kind: 'failed', code: 'ECONNRESET' });
        tell(late, answerOf(way, this.#dice));
      });
    });
  }

  #note(body: string, headers: TakenCall['headers']): void {
    // Its id is the database's, and no seed's.
    this.#timeline.note(`endpoint takes ${(JSON.parse(body) as { sequence: number }).sequence}`);
    this.taken.push({ at: this.#timeline.now, body, headers });
  }
}

function answerOf(way: 'good' | 'late' | 'refused' | 'throttled' | 'unavailable', dice: Dice): OutgoingResult {
  const answered = (status: number, headers: Record<string, string> = {}): OutgoingResult => ({
    ...{ kind: 'answered', status, headers },
    body: new Uint8Array(),
  });
  if (way === 'refused') return answered(dice.pick([400, 404, 500, 502]));
  if (way === 'throttled')
    return answered(429, dice.chance(0.5) ? { 'retry-after': String(dice.between(1, 600)) } : {});
  if (way === 'unavailable') return answered(503, { 'retry-after': String(dice.between(1, 900)) });
  return answered(dice.pick([200, 204]));
}
