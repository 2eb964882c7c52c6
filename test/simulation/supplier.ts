import type {
  CallbackResponse,
  DeliveryEvent,
  InboundEvent,
  LookUpResult,
  OutboundSms,
  RawCallback,
  SendResult,
  SmsGateway,
} from '../../src/gateways/gateway.ts';
import type { Dice } from './dice.ts';
import { LookUps } from './look-ups.ts';
import type { SimulatedProcess } from './process.ts';
import { SECOND, type Setting } from './settings.ts';
import { type Acceptance, Book, type Receipt } from './supplier-book.ts';
import type { Timeline } from './timeline.ts';

/** A call that reached the supplier, with what became of it. */
export interface Call {
  /** The supplier's id. */
  readonly gateway: string;
  readonly sms: OutboundSms;
  readonly process: SimulatedProcess;
  readonly at: number;
  /** True once the caller was told for sure that it was not taken. */
  refused: boolean;
  /** The answer that the caller lived to get; null: none yet. */
  answer: SendResult | null;
  /** Called when the caller gets its answer, before it can do anything about it. */
  onAnswer: () => void;
}

/** The treatment of a call by the supplier. `late`: it accepts the SMS only after a while. */
type Behaviour =
  | 'good'
  | 'slow'
  | 'late'
  | 'silent'
  | 'cut_after'
  | 'cut_before'
  | 'garbage'
  | 'throttled'
  | 'busy'
  | 'stopped'
  | 'invalid'
  | 'no_credit';

/** Decides how the supplier treats a call; null: the dice decide. */
export type CallOverride = (call: Call) => Behaviour | null;

/** The probability that the SMS is accepted; with any other behaviour it never is. */
const ACCEPT_PROBABILITY: Partial<Record<Behaviour, number>> = {
  good: 1,
  slow: 1,
  cut_after: 1,
  silent: 0.6,
  garbage: 0.5,
};

const FAULTS: readonly [Behaviour, ...Behaviour[]] = [
  'slow',
  'slow',
  'late',
  'silent',
  'cut_after',
  'cut_before',
  'garbage',
  'throttled',
  'throttled',
  'busy',
  'busy',
  'stopped',
  'no_credit',
];

const acceptedResult = ({ reference }: OutboundSms): SendResult => ({
  kind: 'accepted',
  gatewayMessageId: `g-${reference}`,
  segments: 1,
});
/** Treatment of a call of many: of all alike, of each by itself, or refused as a whole. */
type ManyBehaviour = Behaviour | 'mixed' | 'refused';

const RETRY = { kind: 'retry', retryAfterMs: null, stopQueue: false } as const;
const UNCERTAIN = (code: string): SendResult => ({ kind: 'uncertain', code, detail: 'no answer' });

/** Posts a callback until it is answered, and then calls `taken`. */
export type Report = (kind: 'receipts' | 'inbound', body: object, taken: () => void) => void;

/** The SMS supplier: its book, its faults, and what it reports. It knows nothing of the database. */
export class Supplier {
  readonly id: string;
  readonly book: Book;
  readonly calls: Call[] = [];
  /** SMS that came with others in one call. */
  calledTogether = 0;
  /** No connection is made. */
  unreachable = false;
  /** Nothing is taken, and no answer given. */
  unresponsive = false;
  /** The share of calls that fail in one of many ways. */
  faultRate = 0;
  readonly overrides = new Set<CallOverride>();
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #setting: Setting;
  readonly #onCall: (call: Call) => void;
  readonly #onAccept: (acceptance: Acceptance) => void;
  readonly #lookUps: LookUps;

  constructor(
    timeline: Timeline,
    dice: Dice,
    setting: Setting,
    hooks: {
      onCall: (call: Call) => void;
      onAccept: (acceptance: Acceptance) => void;
      report: (receipt: Receipt) => void;
      onLookUp: (reference: string, result: LookUpResult) => void;
    },
    id = 'supplier',
  ) {
    this.id = id;
    this.#timeline = timeline;
    this.#dice = dice;
    this.#setting = setting;
    this.#onCall = hooks.onCall;
    this.#onAccept = hooks.onAccept;
    this.book = new Book(timeline, dice.fork(), setting.gateway, hooks.report);
    this.#lookUps = new LookUps(timeline, dice.fork(), this.book, hooks.onLookUp);
  }

  adapterFor(process: SimulatedProcess): SmsGateway {
    const lookUp: SmsGateway['lookUp'] = async ({ reference }, { signal }) =>
      this.unreachable ? 'unknown' : this.#lookUps.ask(process, reference, this.faultRate, signal);
    return {
      ...(this.#setting.askable && { lookUp }),
      id: this.id,
      capabilities: {
        reference: this.#setting.gateway,
        maxPerSecond: null,
        maxPerCall: this.#setting.maxPerCall ?? 1,
        maxSegments: 10,
        ownOptOutList: false,
      },
      send: (sms, { signal }) => this.#send(process, sms, signal),
      sendMany: (sms, { signal }) => this.#sendMany(process, sms, signal),
      verify: () => true,
      readReceipts: (callback) => [read<DeliveryEvent>(callback)],
      readInbound: (callback) => [read<InboundEvent>(callback)],
      acknowledge: (): CallbackResponse => ({ status: 200, body: '' }),
      close: async () => {},
    };
  }

  #send(process: SimulatedProcess, sms: OutboundSms, signal: AbortSignal): Promise<SendResult> {
    return new Promise((resolve) => {
      if (this.unreachable) {
        this.#timeline.after(
          this.#dice.between(1, 30),
          () => resolve({ ...RETRY, reason: 'unreachable', code: 'ECONNREFUSED' }),
          process,
        );
        return;
      }
      const call: Call = { gateway: this.id, sms, process, at: 0, refused: false, answer: null, onAnswer: () => {} };
      const answer = (ms: number, result: SendResult) => {
        call.refused ||= result.kind === 'retry' || result.kind === 'rejected';
        this.#timeline.after(
          ms,
          () => {
            call.answer ??= result;
            call.onAnswer();
            resolve(result);
          },
          process,
        );
      };
      signal.addEventListener('abort', () => {
        call.answer ??= UNCERTAIN('timeout');
        resolve(UNCERTAIN('timeout'));
      });
      this.#lookUps.opened(sms.reference);
      this.#timeline.after(this.#dice.between(1, 40), () => {
        const arrived: Call = Object.assign(call, { at: this.#timeline.now });
        this.calls.push(arrived);
        this.#onCall(arrived);
        this.#go(arrived, answer);
      });
    });
  }

  /** One call with many SMS: all of them reach the supplier at once, and all results come in one answer, or none. */
  #sendMany(
    process: SimulatedProcess,
    sms: readonly OutboundSms[],
    signal: AbortSignal,
  ): Promise<readonly SendResult[]> {
    return new Promise((resolve) => {
      const all = (result: SendResult) => sms.map(() => result);
      if (this.unreachable) {
        const refused: SendResult = { ...RETRY, reason: 'unreachable', code: 'ECONNREFUSED' };
        this.#timeline.after(this.#dice.between(1, 30), () => resolve(all(refused)), process);
        return;
      }
      const calls = sms.map((each): Call => {
        this.#lookUps.opened(each.reference);
        return { gateway: this.id, sms: each, process, at: 0, refused: false, answer: null, onAnswer: () => {} };
      });
      const end = (results: readonly SendResult[]) => {
        for (const [nth, call] of calls.entries()) call.answer ??= results[nth] ?? null;
        resolve(results);
      };
      signal.addEventListener('abort', () => end(all(UNCERTAIN('timeout'))));
      this.#timeline.after(this.#dice.between(1, 40), () => {
        this.calledTogether += calls.length;
        for (const call of calls) this.calls.push(Object.assign(call, { at: this.#timeline.now }));
        for (const call of calls) this.#onCall(call);
        this.#goTogether(calls, (ms, results) => {
          for (const [nth, call] of calls.entries())
            call.refused ||= results[nth]?.kind === 'retry' || results[nth]?.kind === 'rejected';
          this.#timeline.after(
            ms,
            () => {
              end(results);
              for (const call of calls) call.onAnswer();
            },
            process,
          );
        });
      });
    });
  }

  #goTogether(calls: readonly Call[], answer: (ms: number, results: readonly SendResult[]) => void): void {
    const behaviour = this.#behaviourOf(calls) ?? this.#drawForMany();
    if (behaviour === 'refused') {
      for (const { sms } of calls) this.#lookUps.closed(sms.reference);
      this.#timeline.note(`call of ${calls.length} by ${calls[0]?.process.name} refused as a whole`);
      const result: SendResult = { ...RETRY, reason: 'temporary', code: '400', alone: true };
      answer(
        this.#dice.between(5, 200),
        calls.map(() => result),
      );
      return;
    }
    const results: SendResult[] = [];
    let longestMs = 0;
    for (const [nth, call] of calls.entries())
      this.#act(call, this.#forOne(behaviour, call.sms), (ms, result) => {
        results[nth] = result;
        longestMs = Math.max(longestMs, ms);
      });
    // Where there is no answer about one there is none at all.
    if (calls.every((_, nth) => results[nth])) answer(longestMs, results);
  }

  #forOne(behaviour: Exclude<ManyBehaviour, 'refused'>, sms: OutboundSms): Behaviour {
    if (sms.to.endsWith('99') && (behaviour === 'good' || behaviour === 'mixed')) return 'invalid';
    // Some of those that the answer leaves out were taken.
    return behaviour === 'mixed' ? this.#dice.pick(['good', 'good', 'invalid', 'throttled', 'garbage']) : behaviour;
  }

  #drawForMany(): ManyBehaviour {
    if (!this.#dice.chance(this.#setting.baseFaultRate + this.faultRate)) return 'good';
    return this.#dice.pick<ManyBehaviour>(['mixed', 'mixed', 'mixed', 'refused', 'refused', ...FAULTS]);
  }

  #go(call: Call, answer: (ms: number, result: SendResult) => void): void {
    this.#act(call, this.#behaviourOf([call]) ?? this.#drawBehaviour(call.sms), answer);
  }

  /** The behaviour that faults of the world decide on; null: the dice decide. */
  #behaviourOf(calls: readonly Call[]): Behaviour | null {
    // The first override that decides about the call counts.
    let overridden: Behaviour | null = null;
    for (const override of this.overrides) for (const call of calls) overridden ??= override(call);
    return overridden ?? (this.unresponsive ? 'cut_before' : null);
  }

  #act(call: Call, behaviour: Behaviour, answer: (ms: number, result: SendResult) => void): void {
    const dice = this.#dice;
    this.#timeline.note(`call ${call.sms.reference} by ${call.process.name} ${behaviour}`);
    const quick = dice.between(5, 200);
    const takes = ACCEPT_PROBABILITY[behaviour];
    const settle = () => {
      if (behaviour === 'late' || (takes !== undefined && dice.chance(takes)))
        this.#accept(call.sms, behaviour !== 'good' && behaviour !== 'slow');
      this.#lookUps.closed(call.sms.reference);
    };
    if (behaviour === 'late') this.#timeline.after(dice.between(8, 25) * SECOND, settle);
    else settle();
    switch (behaviour) {
      case 'good':
        answer(quick, acceptedResult(call.sms));
        break;
      case 'slow':
        answer(dice.between(1, 15) * SECOND, acceptedResult(call.sms));
        break;
      case 'cut_after':
      case 'cut_before':
      case 'garbage':
        answer(quick, UNCERTAIN(behaviour));
        break;
      case 'throttled':
        answer(quick, {
          ...RETRY,
          reason: 'throttled',
          retryAfterMs: dice.pick([null, 0, 5 * SECOND, 50 * SECOND]),
          code: '429',
        });
        break;
      case 'busy':
        answer(dice.between(0, 9) * SECOND, { ...RETRY, reason: 'unreachable', code: '408' });
        break;
      case 'no_credit':
        answer(quick, { ...RETRY, reason: 'credit', stopQueue: true, code: '402' });
        break;
      case 'stopped':
        answer(quick, { ...RETRY, reason: 'unreachable', stopQueue: true, code: '404' });
        break;
      case 'invalid':
        answer(quick, { kind: 'rejected', reason: 'invalid_number', code: '12', detail: 'no such number' });
    }
  }

  #drawBehaviour(sms: OutboundSms): Behaviour {
    if (sms.to.endsWith('99')) return 'invalid';
    if (!this.#dice.chance(this.#setting.baseFaultRate + this.faultRate)) return 'good';
    return this.#dice.pick(FAULTS);
  }

  #accept(sms: OutboundSms, unconfirmed: boolean): void {
    const acceptance = this.book.take(sms, unconfirmed);
    if (acceptance) this.#onAccept(acceptance);
  }
}

function read<Event>({ body }: RawCallback): Event {
  return JSON.parse(Buffer.from(body).toString()) as Event;
}
