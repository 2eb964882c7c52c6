import type { DeliveryEvent, SmsGateway } from '../gateways/gateway.ts';
import type { CurrentTime, Logging, Metering } from '../runtime/deps.ts';

/** The time for which repeats of a warning about one gateway are counted, not logged. */
export const LOG_EVERY_MS = 300_000;

/** Counts the reports that their callback does not prove, and logs them: of a gateway every five minutes at most. */
export class LeftOutReports {
  readonly #loggedAt = new Map<string, number>();

  /** Notes the reports of a verified callback that are left out. @param events everything it reports */
  note(deps: Logging & Metering & CurrentTime, gateway: SmsGateway, events: readonly DeliveryEvent[]): void {
    const reports = events.filter(({ unproven }) => unproven).length;
    if (reports === 0) return;
    deps.metrics.reportsLeftOut.inc({ gateway: gateway.id }, reports);
    const now = deps.now().getTime();
    if (now < (this.#loggedAt.get(gateway.id) ?? Number.NEGATIVE_INFINITY) + LOG_EVERY_MS) return;
    this.#loggedAt.set(gateway.id, now);
    deps.log.warn(
      { gateway: gateway.id, reports },
      'a callback also reports on messages that its proof does not cover: these reports are left out',
    );
  }
}
