import type { EventResult } from '../../intake/envelope.ts';

type PollResults = Promise<readonly EventResult[]>;

/** The polls that are under way: one at a time of each source. */
export class SharedPolls {
  readonly #polls = new Map<string, { readonly running: PollResults; next: PollResults | null }>();

  /**
   * Polls a source. A request that comes while a poll runs may tell of a change that it does not see: all such requests
   * share the one after it.
   */
  share(sourceId: string, poll: () => PollResults): PollResults {
    const state = this.#polls.get(sourceId);
    const start = () => this.#start(sourceId, poll);
    if (!state) return start();
    state.next ??= state.running.then(start, start);
    return state.next;
  }

  #start(sourceId: string, poll: () => PollResults): PollResults {
    const running = poll().finally(() => {
      if (this.#polls.get(sourceId)?.running === running) this.#polls.delete(sourceId);
    });
    this.#polls.set(sourceId, { running, next: null });
    return running;
  }
}
