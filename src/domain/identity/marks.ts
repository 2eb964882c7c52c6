import type { AppointmentEvent } from '../appointment.ts';
import type { FoundAppointments } from './found.ts';
import { type HashId, isReplacedBy } from './match-known.ts';
import { leaving, type ResolvedEvent } from './resolved-event.ts';
import { isFoundById } from './searches.ts';

/**
 * Marks of everything that events replace, known or not, so that nothing later about it has an effect. What is known
 * ends without an SMS, since the citizen is still expected at the new appointment.
 */
export class Marks {
  readonly #references: ReadonlySet<string>;
  readonly #stored: ReadonlySet<string>;
  readonly #found: FoundAppointments;
  readonly #hash: HashId;
  readonly #marks = new Map<string, ResolvedEvent>();

  /** @param resolved own events of one element */
  constructor(resolved: readonly ResolvedEvent[], found: FoundAppointments, hash: HashId) {
    this.#found = found;
    this.#hash = hash;
    const replacing = resolved.some(({ event }) => event.replaces !== undefined);
    this.#references = new Set(replacing ? resolved.map(({ event }) => event.reference) : []);
    this.#stored = new Set(replacing ? found.all.map((each) => each.reference) : []);
    if (!replacing) return;
    for (const { event, continues } of resolved) if (continues !== undefined) this.#mark(continues, event);
  }

  /** The outcome of the events so far. */
  get all(): ResolvedEvent[] {
    return [...this.#marks.values()];
  }

  /** Adds those of one of the events. */
  add({ event }: ResolvedEvent): void {
    if (event.replaces === undefined) return;
    for (const each of this.#found.all)
      if (isFoundById(each) && isReplacedBy(each, event, this.#hash)) this.#mark(each.reference, event);
    // A test must not keep a real booking out that comes later.
    for (const id of event.replaces) if (!event.test && !this.#stored.has(id)) this.#mark(id, event);
  }

  #mark(reference: string, by: AppointmentEvent): void {
    if (this.#references.has(reference) || this.#marks.has(reference)) return;
    const { event, ...rest } = leaving(reference, 'entered-in-error', by);
    const replaced = { ...event, onlyKnown: false, replacedBy: by.reference, test: by.test };
    this.#marks.set(reference, { event: replaced, ...rest });
  }
}
