import { createHash } from 'node:crypto';

/** Whose doings may end, or stand still. */
export interface Life {
  /** Nothing of it happens any more. */
  dead: boolean;
  /** What would happen to it before this instant happens then. */
  stoppedUntil: number;
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly life: Life | null;
  readonly work: (() => void) | null;
}

/**
 * Simulated time: it jumps from one happening to the next, and everything that follows at once from one is over before
 * the next begins.
 */
export class Timeline {
  now: number;
  steps = 0;
  /** Nothing happens any more. */
  over = false;
  /** Lines of what happened, if they are kept. */
  readonly trace: string[] | null;
  readonly #hash = createHash('sha256');
  readonly #heap: Happening[] = [];
  readonly #calledOff = new Set<number>();
  #order = 0;

  constructor(start: number, keepTrace: boolean) {
    this.now = start;
    this.trace = keepTrace ? [] : null;
  }

  /** @param life whom it happens to; null: the world itself. @returns calls it off */
  after(ms: number, work: () => void, life: Life | null = null): () => void {
    const order = this.#order++;
    this.#push({ at: this.now + Math.max(0, ms), order, life, work });
    return () => void this.#calledOff.add(order);
  }

  at(instant: number, work: () => void, life: Life | null = null): () => void {
    return this.after(instant - this.now, work, life);
  }

  note(line: string): void {
    const told = `${new Date(this.now).toISOString()} ${line}`;
    this.#hash.update(`${told}\n`);
    this.trace?.push(told);
  }

  /** Of all that was noted: two runs that went alike have the same. */
  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  /** @param afterStep looks at the world after each happening */
  async runUntil(end: number): Promise<void> {
    await new Promise(setImmediate);
    for (let next = this.#heap[0]; next && next.at <= end && !this.over; next = this.#heap[0]) {
      this.#pop();
      if (this.#calledOff.delete(next.order) || next.life?.dead) continue;
      if (next.life && next.life.stoppedUntil > next.at) {
        this.#push({ ...next, at: next.life.stoppedUntil });
        continue;
      }
      this.now = next.at;
      this.steps++;
      next.work?.();
      // All that follows from it are promises that are settled by now: one turn of the event loop runs them all.
      await new Promise(setImmediate);
    }
    this.now = Math.max(this.now, end);
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let at = heap.push(happening) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(happening, heap[parent] as Happening)) break;
      heap[at] = heap[parent] as Happening;
      at = parent;
    }
    heap[at] = happening;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1] as Happening, heap[child] as Happening)) child++;
      if (!earlier(heap[child] as Happening, last)) break;
      heap[at] = heap[child] as Happening;
      at = child;
    }
    heap[at] = last;
  }
}

function earlier(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
