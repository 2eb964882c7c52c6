import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import type { Expected, Model, Outcome, Receipt } from './model.ts';
import type { Town } from './town.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const PHONES = ['+4525100001', '+4525100002'];

interface Verb {
  /** Whether it means anything now; always, when left out. */
  readonly may?: (model: Model, ...words: string[]) => boolean;
  readonly run: (model: Model, town: Town, ...words: string[]) => Promise<void>;
}

const isBooked = (model: Model, reference = '') => model.bookings.get(reference)?.booked === true;
const isDue = (model: Model) => model.nextDueAt() <= model.now;
const sorted = (sms: readonly Expected[]) =>
  sms.map(({ phone, start }) => `${phone} ${new Date(start).toISOString()}`).sort();

/** On the quarter, a while ahead. */
function startAfter(now: number, quarters: string | undefined): number {
  return Math.ceil(now / QUARTER_MS) * QUARTER_MS + Number(quarters) * QUARTER_MS;
}

async function post(model: Model, town: Town, reference = '', said: Partial<Expected>): Promise<void> {
  const { phone, start } = said;
  const told = await town.post({
    reference,
    ...(phone === undefined ? {} : { phone }),
    ...(start === undefined ? {} : { start: new Date(start) }),
  });
  deepStrictEqual(told > 0, model.book(reference, said), 'what the answer says had left');
}

const VERBS: Readonly<Record<string, Verb>> = {
  // Whatever was before: a new appointment, another time, another number, or what was cancelled.
  book: {
    run: (model, town, reference, quarters, phone) =>
      post(model, town, reference, { phone: phoneOf(phone), start: startAfter(model.now, quarters) }),
  },
  move: {
    may: isBooked,
    run: (model, town, reference, quarters) => post(model, town, reference, { start: startAfter(model.now, quarters) }),
  },
  renumber: {
    may: isBooked,
    run: (model, town, reference, phone) => post(model, town, reference, { phone: phoneOf(phone) }),
  },
  cancel: {
    may: isBooked,
    run: async (model, town, reference = '') => {
      const told = await town.post({ reference, status: 'cancelled' });
      deepStrictEqual(told > 0, model.cancel(reference), 'what a cancellation says had left');
    },
  },
  stop: {
    run: async (model, town, phone) => {
      await town.write(phoneOf(phone), 'STOP');
      model.stop(phoneOf(phone));
    },
  },
  start: {
    run: async (model, town, phone) => {
      await town.write(phoneOf(phone), 'START');
      model.start(phoneOf(phone));
    },
  },
  pass: {
    run: async (model, town, minutes) => {
      town.pass(Number(minutes) * MINUTE_MS);
      model.now = town.now;
    },
  },
  // Until the next reminder is due, and so much longer.
  wait: {
    may: (model) => model.nextDueAt() >= model.now && Number.isFinite(model.nextDueAt()),
    run: async (model, town, minutes) => {
      town.pass(model.nextDueAt() - model.now + Number(minutes) * MINUTE_MS);
      model.now = town.now;
    },
  },
  'hand-over': {
    run: async (model, town, outcome) => {
      const handed = await town.handOver(outcome as Exclude<Outcome, 'uncertain'>);
      deepStrictEqual(sorted(handed), sorted(model.handOver(outcome as Outcome)), 'what was handed over');
    },
  },
  // Before anything is started: it leaves no trace, and goes with the next hand-over, without any wait.
  'look-and-die': {
    may: isDue,
    run: async (model, town, how) => {
      await town.lookAndDie(how as 'looked' | 'counted');
      deepStrictEqual(
        sorted(await town.handOver('accepted')),
        sorted(model.handOver('accepted')),
        'what was handed over after a death',
      );
    },
  },
  // While the calls are open. The answers are lost (uncertain), or come when another has taken over (accepted).
  'hand-over-and-die': {
    may: isDue,
    run: async (model, town, how) => {
      const expected = model.handOver(how as Outcome);
      deepStrictEqual(
        sorted(await town.handOverAndDie(how as 'uncertain' | 'accepted', expected.length)),
        sorted(expected),
        'what was handed over before a death',
      );
      model.now = town.now;
      model.expire();
    },
  },
  // Of what was handed over so many hand-overs ago; blocked: by the gateway, since the citizen told that STOP.
  receipt: {
    may: (model) => model.messages.length > 0,
    run: async (model, town, ago, said) => {
      const message = messageOf(model, ago);
      await town.receipt(message, said as Receipt | 'blocked');
      model.receive(message, said === 'blocked' ? 'undelivered' : (said as Receipt));
      if (said === 'blocked') model.stop(message.phone);
    },
  },
  'receipt-and-die': {
    may: (model) => model.messages.length > 0,
    run: async (model, town, ago, said) => {
      await town.receiptAndDie(messageOf(model, ago), said as Receipt);
      model.receive(messageOf(model, ago), said as Receipt);
      model.now = town.now;
      model.expire();
    },
  },
  // A receipt, a STOP or a START that comes twice says nothing new.
  repeat: { run: (_, town, ago) => town.repeat(Number(ago)) },
};

function phoneOf(which: string | undefined): string {
  const phone = PHONES[Number(which)];
  if (!phone) throw new Error(`no phone ${which}`);
  return phone;
}

function messageOf(model: Model, ago: string | undefined) {
  const message = model.messages.at(-1 - (Number(ago) % model.messages.length));
  if (!message) throw new Error('no such message');
  return message;
}

/** One step, as words: what is drawn, shown and kept is the same. */
class Step implements fc.AsyncCommand<Model, Town> {
  readonly #text: string;
  readonly #verb: Verb;
  readonly #words: readonly string[];

  constructor(text: string) {
    const [name = '', ...words] = text.split(' ');
    const verb = VERBS[name];
    if (!verb) throw new Error(`no step is called ${name}`);
    this.#text = text;
    this.#verb = verb;
    this.#words = words;
  }

  check(model: Readonly<Model>): boolean {
    return this.#verb.may?.(model as Model, ...this.#words) ?? true;
  }

  async run(model: Model, town: Town): Promise<void> {
    town.steps++;
    await this.#verb.run(model, town, ...this.#words);
    deepStrictEqual(await town.statuses(), model.statuses(), 'how the reminders stand');
  }

  toString(): string {
    return this.#text;
  }
}

/** The steps of a sequence as it is kept: `book a 9 0; pass 15; hand-over accepted`. */
export function stepsOf(sequence: string): fc.AsyncCommand<Model, Town>[] {
  return sequence.split('; ').map((text) => new Step(text));
}

/** What a few days may bring. */
export function commands(): fc.Arbitrary<fc.AsyncCommand<Model, Town>>[] {
  const patient = fc.constantFrom('a', 'b', 'c');
  // Some too late, most due within two hours: else what was handed over would be rare.
  const quarters = fc.integer({ min: 4, max: 15 });
  const phone = fc.nat(PHONES.length - 1);
  const minutes = fc.integer({ min: 1, max: 100 });
  const ago = fc.nat(3);
  const receipt = fc.constantFrom('accepted', 'undelivered', 'delivered');
  const step = (name: string, ...words: fc.Arbitrary<string | number>[]) =>
    fc.tuple(...words).map((drawn) => new Step([name, ...drawn].join(' ')));
  return [
    step('book', patient, quarters, phone),
    step('book', patient, quarters, phone),
    step('move', patient, quarters),
    step('renumber', patient, phone),
    step('cancel', patient),
    step('stop', phone),
    step('start', phone),
    step('start', phone),
    step('pass', minutes),
    step('wait', fc.constantFrom(0, 0, 1, 20, 59, 60)),
    step('wait', fc.constant(0)),
    step('hand-over', fc.constantFrom('accepted', 'accepted', 'delivered', 'undelivered', 'rejected')),
    step('hand-over', fc.constant('accepted')),
    step('look-and-die', fc.constantFrom('looked', 'counted')),
    step('hand-over-and-die', fc.constantFrom('uncertain', 'accepted')),
    step('receipt', ago, receipt),
    step('receipt', ago, fc.constantFrom('undelivered', 'delivered', 'blocked')),
    step('receipt-and-die', ago, receipt),
    step('repeat', ago),
  ];
}
