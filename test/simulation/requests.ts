import type { Dice } from './dice.ts';
import type { SimulatedProcess } from './process.ts';
import { MINUTE, SECOND } from './settings.ts';
import type { Timeline } from './timeline.ts';

const PATIENCE_MS = 30 * SECOND;

/**
 * Requests of the outside world to whichever process lives: a request may be lost, or answered by one that dies before
 * it can say so.
 */
export class Requests {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #processes: () => readonly SimulatedProcess[];

  constructor(timeline: Timeline, dice: Dice, processes: () => readonly SimulatedProcess[]) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#processes = processes;
  }

  /**
   * Asks again and again, with growing pauses, until there is an answer. Work that gave no answer may have been done
   * all the same.
   * @param options.tries the most tries; after the last one nobody gets an answer
   * @param options.late the work may also begin when whoever asked has long given up, since its process stood still
   */
  ask<T>(
    label: string,
    work: (process: SimulatedProcess) => Promise<T>,
    answered: (answer: T) => void,
    options: { readonly tries?: number; readonly late?: boolean; readonly nth?: number } = {},
  ): void {
    const { tries = 1000, late = false, nth = 1 } = options;
    const again = (why: string) => {
      this.#timeline.note(`${label} was not answered: ${why}`);
      if (nth >= tries) return;
      const pause = Math.min(SECOND * 2 ** nth, 10 * MINUTE);
      this.#timeline.after(this.#dice.between(pause / 2, pause), () =>
        this.ask(label, work, answered, { tries, late, nth: nth + 1 }),
      );
    };
    const candidates = this.#processes().filter(({ dead }) => !dead);
    const process = candidates[this.#dice.between(0, candidates.length - 1)];
    if (!process) return void again('nobody is there');
    let open = true;
    const close = (then: () => void) => {
      if (!open) return;
      open = false;
      return then();
    };
    this.#timeline.after(PATIENCE_MS, () => close(() => again('no answer')));
    this.#timeline.after(
      this.#dice.between(0, 20),
      () => {
        if (!open && !late) return;
        work(process).then(
          (answer) => void this.#timeline.after(this.#dice.between(0, 20), () => close(() => answered(answer))),
          (error: unknown) =>
            void this.#timeline.after(1, () =>
              close(() => again(error instanceof Error ? error.message : String(error))),
            ),
        );
      },
      process,
    );
  }
}
