import { HOUR_MS, MINUTE_MS } from '../domain/duration.ts';
import { isUuid } from '../domain/ids.ts';
import type { DeliveryEvent, SmsGateway } from '../gateways/gateway.ts';
import type { CurrentTime, Logging, Metering, Waiting } from '../runtime/deps.ts';

/** The time for which repeats of a warning about one supplier are counted, not logged. */
const LOG_EVERY_MS = 300_000;
/** The time for which a report that was left out is fetched. */
const FETCH_FOR_MS = 5 * MINUTE_MS;
/** The time until the same message has its reports fetched again: whoever names it over and over gains nothing. */
const AGAIN_AFTER_MS = HOUR_MS;
/** The most messages of one gateway that are remembered at a time. */
const MOST_NAMED = 10_000;

/**
 * The reports that their callback does not prove: counts them, logs them (of a gateway every five minutes at most), and
 * remembers the messages that they name, whose reports may be fetched. A restart forgets them.
 */
export class UnprovenReports {
  readonly #loggedAt = new Map<string, number>();
  /** When a message was named, by gateway and id, the earliest first. */
  readonly #namedAt = new Map<string, Map<string, number>>();

  /** Notes the reports of a verified callback that are left out. @param events everything it reports */
  note(deps: Logging & Metering & CurrentTime, gateway: SmsGateway, events: readonly DeliveryEvent[]): void {
    const unproven = events.flatMap((event) => event.unproven ?? []);
    const reports = unproven.length;
    if (reports === 0) return;
    deps.metrics.reportsLeftOut.inc({ gateway: gateway.id }, reports);
    const now = deps.now().getTime();
    const references = unproven.map(({ reference }) => reference?.toLowerCase() ?? null);
    this.#remember(gateway, references, now);
    if (now < (this.#loggedAt.get(gateway.id) ?? Number.NEGATIVE_INFINITY) + LOG_EVERY_MS) return;
    this.#loggedAt.set(gateway.id, now);
    const text = 'a callback also reports on messages that its proof does not cover: these reports are left out';
    deps.log.warn({ gateway: gateway.id, reports }, text);
  }

  /** The ids of messages that were named within the last minutes. */
  namedLately(gateway: SmsGateway, now: Date): string[] {
    const named = [...(this.#namedAt.get(gateway.id) ?? [])];
    return named.flatMap(([id, at]) => (now.getTime() < at + FETCH_FOR_MS ? [id] : []));
  }

  /** Forgets messages that wait for no report. */
  forget(gateway: SmsGateway, ids: readonly string[]): void {
    for (const id of ids) this.#namedAt.get(gateway.id)?.delete(id);
  }

  #remember({ id: gatewayId }: SmsGateway, references: readonly (string | null)[], now: number): void {
    const named = this.#namedAt.get(gatewayId) ?? new Map<string, number>();
    this.#namedAt.set(gatewayId, named);
    for (const [id, at] of named) {
      if (now < at + AGAIN_AFTER_MS) break;
      named.delete(id);
    }
    for (const id of references.filter(isUuid)) if (named.size < MOST_NAMED && !named.has(id)) named.set(id, now);
  }
}

/** Requests to suppliers: for what they give out once, and what became of messages without a receipt. */
type Question = 'receipts' | 'inbound' | 'recover';

/** Counts the requests that suppliers did not respond to, and logs them: of one kind every five minutes at most. */
export class SupplierFailures {
  readonly #loggedAt = new Map<string, number>();

  /** Notes a request without a response. @param code the HTTP status, or the code of the error */
  note(deps: Logging & Metering & Waiting, { id }: Pick<SmsGateway, 'id'>, question: Question, code: string): void {
    deps.metrics.questionsUnanswered.inc({ gateway: id, question });
    const key = `${id} ${question}`;
    const now = deps.timers.monotonic();
    if (now < (this.#loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) + LOG_EVERY_MS) return;
    this.#loggedAt.set(key, now);
    const text = 'the gateway did not respond to a request for reports or replies, or refused it';
    deps.log.warn({ gateway: id, question, code }, text);
  }
}
