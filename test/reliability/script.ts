import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CALLBACK_TOKEN } from './gateway-protocol.ts';
import { GATEWAY_ID } from './provable-gateway.ts';

/**
 * What the script says of one appointment: what was posted about it, and what was acknowledged with 2xx. Every one has
 * a number of its own.
 */
export interface Scripted {
  readonly reference: string;
  readonly authority: string;
  /** The first one it was booked with, then each that was acknowledged. */
  readonly phones: string[];
  readonly starts: Date[];
  status: 'asked' | 'booked' | 'cancelled';
  /** When the citizen's STOP was acknowledged, by the world's clock; null: none was. */
  stoppedAt: number | null;
  /** Ids of reminders that an answer named as handed over already. */
  readonly handedOver: Set<string>;
}

export interface EventResult {
  readonly result: string;
  readonly reminders?: number;
  readonly reasons?: readonly string[];
  readonly alreadyHandedOver?: readonly string[];
}

/** One post, repeated or not: how long its answer took, and what it was where it was not 2xx. */
export interface Attempt {
  /** When the answer came, by performance.now(). */
  readonly at: number;
  readonly tookMs: number;
  /** The status, or `no answer`; null: it was acknowledged. */
  readonly why: string | null;
}

const AT_ONCE = 500;
const TRY_AGAIN_MS = 100;

/**
 * A booking system that repeats each event, under the same key, until it is acknowledged; and citizens who write STOP.
 */
export class Script {
  readonly appointments = new Map<string, Scripted>();
  readonly #url: string;
  readonly #now: () => number;
  readonly #tokens = new Map<string, string>();
  /** Answers other than 2xx and connections that failed, by status or `no answer`. */
  readonly refusals = new Map<string, number>();
  /** Told of every attempt. */
  listen: (attempt: Attempt) => void = () => {};
  #nextPhone = 0;

  /** @param now the world's clock */
  constructor(url: string, now: () => number) {
    this.#url = url;
    this.#now = now;
  }

  use(source: string, token: string): void {
    this.#tokens.set(source, token);
  }

  /** A mobile number that nobody else has. */
  newPhone(): string {
    return `+45${25_100_000 + this.#nextPhone++}`;
  }

  /**
   * Books so many, each due at the instant that `startOf` names for its number, counted from 0, minus the rule's lead.
   */
  async book(authority: string, count: number, startOf: (n: number) => Date): Promise<Scripted[]> {
    const first = this.appointments.size;
    const made: Scripted[] = [];
    for (let n = 0; n < count; n++) {
      const appointment: Scripted = {
        reference: `A-${first + n}`,
        authority,
        phones: [this.newPhone()],
        starts: [startOf(n)],
        status: 'asked',
        stoppedAt: null,
        handedOver: new Set(),
      };
      this.appointments.set(appointment.reference, appointment);
      made.push(appointment);
    }
    for (let n = 0; n < made.length; n += AT_ONCE) {
      const some = made.slice(n, n + AT_ONCE);
      const events = some.map((each) =>
        event('appointment.booked', each.reference, { start: iso(each.starts[0]), patient: patient(each) }),
      );
      const answers = await this.#post(authority, events);
      const without = answers.find(({ reminders, reasons }) => reminders !== 1 && !reasons?.includes('booked_late'));
      if (without)
        throw new Error(`an appointment was booked that no reminder is planned for: ${JSON.stringify(without)}`);
      for (const each of some) each.status = 'booked';
    }
    return made;
  }

  async cancel(appointment: Scripted): Promise<void> {
    await this.#change(appointment, event('appointment.cancelled', appointment.reference, {}));
    appointment.status = 'cancelled';
  }

  async move(appointment: Scripted, start: Date): Promise<void> {
    await this.#change(appointment, event('appointment.rescheduled', appointment.reference, { start: iso(start) }));
    appointment.starts.push(start);
  }

  async changePhone(appointment: Scripted): Promise<void> {
    const phone = this.newPhone();
    await this.#change(appointment, event('appointment.updated', appointment.reference, { patient: { phone } }));
    appointment.phones.push(phone);
  }

  /** Of several at once; each answer counts for its own. */
  async cancelAll(appointments: readonly Scripted[]): Promise<void> {
    const [first] = appointments;
    if (!first) return;
    const events = appointments.map(({ reference }) => event('appointment.cancelled', reference, {}));
    const answers = await this.#post(first.authority, events);
    for (const [n, answer] of answers.entries()) {
      for (const id of answer.alreadyHandedOver ?? []) appointments[n]?.handedOver.add(id);
    }
    for (const appointment of appointments) appointment.status = 'cancelled';
  }

  /** One post as it is, once. @returns the status and the parsed answer */
  async postOnce(source: string, body: unknown, key: string): Promise<{ status: number; answer: EventResult }> {
    const headers = {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${this.#tokens.get(source)}`,
      'Idempotency-Key': key,
    };
    const response = await fetch(`${this.#url}/v1/webhooks/${source}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, answer: (await response.json()) as EventResult };
  }

  /** The citizen's SMS, posted by the gateway until it is taken. */
  async stop(appointment: Scripted, sender: string): Promise<void> {
    const said = JSON.stringify({ id: randomUUID(), from: appointment.phones.at(-1), to: sender, text: 'STOP' });
    const headers = { 'Content-Type': 'application/json', 'X-Prove-Token': CALLBACK_TOKEN };
    await this.#untilTaken(`/v1/callbacks/${GATEWAY_ID}/inbound`, headers, said);
    appointment.stoppedAt = this.#now();
  }

  async #change(appointment: Scripted, body: unknown): Promise<void> {
    const [answer] = await this.#post(appointment.authority, [body]);
    for (const id of answer?.alreadyHandedOver ?? []) appointment.handedOver.add(id);
  }

  async #post(source: string, events: readonly unknown[]): Promise<EventResult[]> {
    const headers = {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${this.#tokens.get(source)}`,
      'Idempotency-Key': randomUUID(),
    };
    const body = JSON.stringify(events.length === 1 ? events[0] : events);
    const answer = JSON.parse(await this.#untilTaken(`/v1/webhooks/${source}`, headers, body)) as
      | EventResult
      | { results: EventResult[] };
    const results = 'results' in answer ? answer.results : [answer];
    const refused = results.find(({ result }) => result === 'refused');
    if (refused) throw new Error(`an event was refused: ${JSON.stringify(refused)}`);
    return results;
  }

  async #untilTaken(path: string, headers: Record<string, string>, body: string): Promise<string> {
    for (;;) {
      const began = performance.now();
      const outcome = await post(this.#url + path, headers, body);
      const at = performance.now();
      this.listen({ at, tookMs: at - began, why: 'why' in outcome ? outcome.why : null });
      if ('text' in outcome) return outcome.text;
      this.refusals.set(outcome.why, (this.refusals.get(outcome.why) ?? 0) + 1);
      if (/^4(?!29)/.test(outcome.why)) throw new Error(`${path} was answered ${outcome.why}`);
      await sleep(TRY_AGAIN_MS);
    }
  }
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ text: string } | { why: string }> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body });
    const text = await response.text();
    if (response.ok) return { text };
    const vague = response.status === 503 && !response.headers.has('Retry-After');
    return { why: `${response.status}${vague ? ' without Retry-After' : ''}` };
  } catch {
    return { why: 'no answer' };
  }
}

function event(type: string, id: string, data: Record<string, unknown>): unknown {
  return { type, data: { id, ...data } };
}

function patient({ reference, phones }: Scripted): unknown {
  return { id: `P-${reference}`, phone: phones[0] };
}

function iso(start: Date | undefined): string | undefined {
  return start?.toISOString();
}
