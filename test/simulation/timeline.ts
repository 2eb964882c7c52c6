import { createHash } from 'node:crypto';

/** The owner of scheduled events, such as a process, which may end or stand still. */
export interface EventOwner {
  /** True once none of its events happens any more. */
  dead: boolean;
  /** Events of its own before this instant happen then. */
  stoppedUntil: number;
}

interface ScheduledEvent {
  readonly at: number;
  readonly order: number;
  readonly owner: EventOwner | null;
  readonly work: (() => void) | null;
}

/**
 * The event queue of a discrete-event simulation: time jumps from one event to the next, and everything that follows at
 * once from one is over before the next begins.
 */
export class Timeline {
  now: number;
  steps = 0;
  /** The simulation has ended: no event happens any more. */
  over = false;
  /** Lines of the trace; null: it is not kept. */
  readonly trace: string[] | null;
  readonly #hash = createHash('sha256');
  readonly #heap: ScheduledEvent[] = [];
  readonly #cancelled = new Set<number>();
  #order = 0;

  constructor(start: number, keepTrace: boolean) {
    this.now = start;
    this.trace = keepTrace ? [] : null;
  }

  /** Schedules an event. @param owner null: the world itself. @returns a function that cancels it */
  after(ms: number, work: () => void, owner: EventOwner | null = null): () => void {
    const order = this.#order++;
    this.#push({ at: this.now + Math.max(0, ms), order, owner, work });
    return () => void this.#cancelled.add(order);
  }

  at(instant: number, work: () => void, owner: EventOwner | null = null): () => void {
    return this.after(instant - this.now, work, owner);
  }

  /** Adds a line to the trace and to the digest. */
  note(line: string): void {
    const entry = `${new Date(this.now).toISOString()} ${line}`;
    this.#hash.update(`${entry}\n`);
    this.trace?.push(entry);
  }

  /** A hash of all that was noted: two runs that went alike have the same. */
  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  /** Runs the events until this instant. */
  async runUntil(end: number): Promise<void> {
    await new Promise(setImmediate);
    for (let next = this.#heap[0]; next && next.at <= end && !this.over; next = this.#heap[0]) {
      this.#pop();
      if (this.#cancelled.delete(next.order) || next.owner?.dead) continue;
      if (next.owner && next.owner.stoppedUntil > next.at) {
        this.#push({ ...next, at: next.owner.stoppedUntil });
        continue;
      }
      this.now = next.at;
      this.steps++;
      next.work?.();
      // Whatever follows from it are promises that are settled by now: one turn of the event loop runs them all.
      await new Promise(setImmediate);
    }
    this.now = Math.max(this.now, end);
  }

  #push(event: ScheduledEvent): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(event, heap[parent] as ScheduledEvent)) break;
      heap[at] = heap[parent] as ScheduledEvent;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1] as ScheduledEvent, heap[child] as ScheduledEvent)) child++;
      if (!earlier(heap[child] as ScheduledEvent, last)) break;
      heap[at] = heap[child] as ScheduledEvent;
      at = child;
    }
    heap[at] = last;
  }
}

function earlier(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
