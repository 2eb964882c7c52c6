import type { Logging } from './deps.ts';

/** The facts of one refusal: no number, no text, nothing that the sender chose. */
type Facts = Readonly<Record<string, unknown>>;

interface Cause {
  readonly message: string;
  readonly facts: Facts;
  /** Refusals since the last line of the log. */
  count: number;
}

/** The log of outages that everybody shares, such as a database that takes no writes. */
export interface OutageLogging {
  readonly outages: Pick<OutageLog, 'note'>;
}

/**
 * Logs requests that are refused for a cause outside them: the first one of a cause at once, and then one line a minute
 * with their number. A line for each of them would fill the disk, which may be the cause.
 */
export class OutageLog {
  readonly #log: Logging['log'];
  readonly #causes = new Map<string, Cause>();

  constructor({ log }: Logging) {
    this.#log = log;
  }

  /**
   * Notes a refused request.
   * @param cause the facts that tell causes apart, of which there are few: a message has so many counts
   * @param facts further facts, which only the line of the first request holds
   */
  note(message: string, cause: Facts, facts: Facts): void {
    const key = JSON.stringify([message, cause]);
    const known = this.#causes.get(key);
    if (known) {
      known.count++;
      return;
    }
    this.#causes.set(key, { message, facts: cause, count: 0 });
    this.#log.warn({ ...facts, ...cause }, message);
  }

  /** Logs how many requests each cause has refused since its last line, and forgets those that are over. */
  sumUp(): void {
    for (const [key, cause] of this.#causes) {
      if (cause.count === 0) this.#causes.delete(key);
      else this.#log.warn({ ...cause.facts, count: cause.count }, cause.message);
      cause.count = 0;
    }
  }
}
