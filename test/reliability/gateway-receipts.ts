import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryState } from '../../src/gateways/gateway.ts';
import { Semaphore } from '../../src/runtime/semaphore.ts';
import type { FsyncedBook } from './fsynced-book.ts';
import { type AcknowledgedReceipt, CALLBACK_TOKEN, type GatewayBehaviour } from './gateway-protocol.ts';

const TRY_AGAIN_MS = 250;
const GIVE_UP_MS = 3_000;
/**
 * Tries again at once. Thousands that try four times a second while nobody is there would keep this process, and the
 * machine, from anything else.
 */
const TRIED_AGAIN_AT_ONCE = 20;

interface Report {
  readonly reference: string | null;
  readonly state: DeliveryState;
  /** Makes a repeat the same callback, and two reports of one state different ones. */
  readonly n: number;
}

/** Reports as suppliers do: again and again until somebody answers with 2xx, which it then writes down. */
export class ReceiptSender {
  readonly #book: FsyncedBook<AcknowledgedReceipt>;
  readonly #behaviour: () => GatewayBehaviour;
  readonly #random: () => number;
  readonly #echoes: boolean;
  readonly #again = new Semaphore(TRIED_AGAIN_AT_ONCE);
  acknowledged = 0;
  waiting = 0;

  /** @param echoes whether receipts carry our reference */
  constructor(
    book: FsyncedBook<AcknowledgedReceipt>,
    behaviour: () => GatewayBehaviour,
    random: () => number,
    echoes: boolean,
  ) {
    this.#book = book;
    this.#behaviour = behaviour;
    this.#random = random;
    this.#echoes = echoes;
  }

  /** @returns what must be reported before the call is answered, if anything */
  async report(reference: string): Promise<void> {
    const { receipts } = this.#behaviour();
    if (receipts.url === null || this.#random() < receipts.missing) return;
    const state: DeliveryState = this.#random() < receipts.undelivered ? 'undelivered' : 'delivered';
    const contrary: DeliveryState = state === 'delivered' ? 'undelivered' : 'delivered';
    const echoed = this.#echoes ? reference : null;
    const reports: Report[] = [{ reference: echoed, state, n: 1 }];
    if (this.#random() < receipts.repeat)
      for (let n = 0; n < 4; n++) reports.push({ reference: echoed, state, n: 1 + (n % 2) });
    if (this.#random() < receipts.contrary) reports.push({ reference: echoed, state: contrary, n: 1 });
    const early = this.#random() < receipts.early;
    const { url } = receipts;
    const sent = reports.map((report) =>
      this.#send(url, report, early ? 0 : receipts.delayMs * (0.5 + this.#random())),
    );
    if (early) await Promise.race([Promise.all(sent), sleep(GIVE_UP_MS)]);
  }

  async #send(url: string, report: Report, afterMs: number): Promise<void> {
    this.waiting++;
    await sleep(afterMs);
    if (!(await post(url, report))) await this.#tryAgain(url, report);
    if (report.reference !== null) await this.#book.append({ reference: report.reference, state: report.state });
    this.acknowledged++;
    this.waiting--;
  }

  async #tryAgain(url: string, report: Report): Promise<void> {
    await this.#again.take(1, 1);
    do await sleep(TRY_AGAIN_MS * (0.5 + this.#random()));
    while (!(await post(url, report)));
    this.#again.giveBack(1);
  }
}

async function post(url: string, report: Report): Promise<boolean> {
  try {
    const headers = { 'Content-Type': 'application/json', 'X-Prove-Token': CALLBACK_TOKEN };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(report),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
