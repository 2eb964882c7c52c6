import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dispatcher } from '../../../src/dispatch/dispatcher.ts';
import { GatewayCaller } from '../../../src/dispatch/gateways/gateway-caller.ts';
import { useApp } from '../../support/scenario.ts';
import {
  type BookingSystem,
  CALENDLY,
  CALENDLY_BY_WORD,
  CERNER_LIKE,
  DIPS_LIKE,
  FHIR_REASON,
  GRAPH,
  LEFT_OUT,
  Life,
  MONTH_FIRST,
  PLACER_FIRST,
  REDOX,
  SAMEDI_LIKE,
  UNKNOWN_WORDS,
  UNORDERED,
  UNORDERED_JSON,
} from './booking-systems.ts';

interface Whole {
  readonly name: string;
  readonly system: BookingSystem;
  /** The messages of a life, the oldest first. */
  readonly life: readonly string[];
  /** What the newest of them say. */
  readonly end: string;
  /** The messages after all of which nothing is booked any more. */
  readonly cancels?: readonly string[];
  /** How many appointments it is about; one where that is left out, under however many names. */
  readonly series?: number;
}

const LIVES: readonly Whole[] = [
  { name: 'samedi-like', system: SAMEDI_LIKE, life: ['book', 'move', 'cancel'], end: '-', cancels: ['cancel'] },
  { name: 'samedi-like', system: SAMEDI_LIKE, life: ['book', 'no-show', 'move again'], end: 'S-1 10/12' },
  {
    name: 'samedi-like, a series',
    system: SAMEDI_LIKE,
    life: ['book 1', 'book 2', 'book 3', 'move 3', 'cancel 1'],
    end: 'S-1#2 15/12, S-1#3 23/12',
    series: 3,
  },
  {
    name: 'samedi-like, a series that is cancelled as a whole',
    system: SAMEDI_LIKE,
    life: ['book 1', 'book 2', 'move 1', 'cancel all'],
    end: '-',
    series: 2,
    cancels: ['cancel all'],
  },
  ...[
    ['book', 'move 1', 'cancel 1 moved'],
    ['book', 'book 1', 'change 1', 'move 1', 'cancel 1 moved'],
    ['book 1', 'move', 'cancel 1 moved'],
  ].map((life) => ({
    name: 'samedi-like, an occurrence that is named by some messages only',
    ...{ system: SAMEDI_LIKE, life, end: '-', cancels: ['cancel 1 moved'] },
  })),
  {
    name: 'samedi-like, a series of which some messages name no occurrence',
    system: SAMEDI_LIKE,
    life: ['book', 'book 1', 'book 2', 'cancel all'],
    end: '-',
    series: 2,
    cancels: ['cancel all'],
  },
  {
    name: 'samedi-like, a series whose first one is booked without its occurrence',
    system: SAMEDI_LIKE,
    life: ['book', 'book 2', 'book 3', 'cancel 1'],
    end: 'S-1#2 15/12, S-1#3 22/12',
    series: 3,
  },
  {
    name: 'samedi-like, a missed one that is booked without its occurrence',
    system: SAMEDI_LIKE,
    life: ['book', 'no-show 1'],
    end: '-',
  },
  {
    name: 'DIPS-like',
    system: DIPS_LIKE,
    life: ['book', 'move', 'other room', 'cancel', 'late room'],
    end: '-',
    cancels: ['cancel'],
  },
  { name: 'DIPS-like', system: DIPS_LIKE, life: ['book', 'move', 'no-show', 'move again'], end: 'D-1 10/12' },
  { name: 'Cerner-like', system: CERNER_LIKE, life: ['book', 'move', 'cancel'], end: '-', cancels: ['cancel'] },
  { name: 'Cerner-like', system: CERNER_LIKE, life: ['book', 'move', 'no-show', 'move again'], end: '88001 10/12' },
  ...[
    ['book', 'move, both', 'cancel, both'],
    ['book', 'move, both', 'cancel'],
    ['book, both', 'move', 'cancel'],
    ['book', 'move, both', 'an admission', 'another event', 'cancel', 'a request to cancel'],
  ].map((life) => ({
    name: 'an appointment that is named by SCH-1 alone, and by SCH-2 too',
    ...{ system: PLACER_FIRST, life, end: '-', cancels: life.filter((message) => message.startsWith('cancel')) },
  })),
  {
    name: 'a series that is named by SCH-1 alone, and by SCH-2 too',
    ...{ system: PLACER_FIRST, life: ['book 1', 'book 2, both', 'move 1, both', 'cancel 1'], series: 2 },
    end: 'F-1#2 15/12',
  },
  {
    name: 'Calendly',
    system: CALENDLY,
    life: ['book A', 'A is rescheduled', 'book B for A', 'cancel B'],
    end: '-',
    // A cancellation alone does not say that B takes the place of A.
    cancels: ['cancel B', 'book B for A'],
  },
  { name: 'Calendly', system: CALENDLY_BY_WORD, life: ['book A', 'A is rescheduled', 'book B for A'], end: 'B 9/12' },
  { name: 'Redox', system: REDOX, life: ['book', 'move', 'cancel', 'book again'], end: '4001 10/12' },
  {
    name: 'Graph-like, a zone and a country beside',
    ...{ system: GRAPH, life: ['book', 'move', 'move, in two fields'], end: 'G-1 10/12' },
  },
  { name: 'Graph-like', system: GRAPH, life: ['book', 'move', 'cancel', 'book again'], end: 'G-1 11/12' },
  { name: 'Graph-like', system: GRAPH, life: ['book', 'move', 'cancel'], end: '-', cancels: ['cancel'] },
  { name: 'Redox', system: REDOX, life: ['book', 'move', 'cancel'], end: '-', cancels: ['cancel'] },
  { name: 'Redox, a number for each time', system: REDOX, life: ['book', 'move to 4002', 'cancel'], end: '4002 9/12' },
  {
    name: 'Redox, two numbers in place of one',
    system: REDOX,
    life: ['book', 'move to 4002', 'move to 4003', 'cancel 4002'],
    end: '4003 10/12',
  },
  {
    name: 'lists that have the month first, of a source that has the day first',
    ...{ system: MONTH_FIRST, life: ['list', 'list of a move', 'list of cancellations'], end: '-', series: 0 },
  },
];

let sources = 0;
const app = useApp({ authorities: ['rh'] });

/** All messages of a life in any order, some of them more than once. */
function orders(life: readonly string[]): fc.Arbitrary<string[]> {
  return fc
    .array(fc.constantFrom(...life), { maxLength: 5 })
    .chain((more) => fc.shuffledSubarray([...life, ...more], { minLength: life.length + more.length }));
}

/** Lives with bookings after a cancellation: which of them came first decides how they end. */
const REVIVED: readonly (Pick<Whole, 'system' | 'life'> & { readonly name: string })[] = [
  { name: 'samedi-like', system: SAMEDI_LIKE, life: ['book', 'move', 'cancel', 'book again'] },
  {
    name: 'samedi-like, twice',
    system: SAMEDI_LIKE,
    life: ['book', 'cancel', 'book again', 'cancel it again', 'book once more'],
  },
  {
    name: 'samedi-like, a series',
    system: SAMEDI_LIKE,
    life: ['book 1', 'book 2', 'cancel 2', 'cancel all', 'book 1 again', 'book 2 again'],
  },
  { name: 'DIPS-like', system: DIPS_LIKE, life: ['book', 'cancel', 'move again', 'late room'] },
  { name: 'Cerner-like', system: CERNER_LIKE, life: ['book', 'cancel', 'move again'] },
  { name: 'Redox', system: REDOX, life: ['book', 'move', 'cancel', 'book again'] },
  { name: 'Graph-like', system: GRAPH, life: ['book', 'move', 'cancel', 'book again'] },
  {
    name: 'without version and timestamp',
    system: UNORDERED,
    life: ['book', 'move', 'cancel', 'book again', 'cancel it again', 'book with a word more'],
  },
  {
    name: 'plain JSON without version and timestamp',
    ...{ system: UNORDERED_JSON, life: ['book', 'cancel', 'book again', 'cancel it again', 'move'] },
  },
  { name: 'SCH-1 alone, and SCH-2 too', system: PLACER_FIRST, life: ['book', 'move, both', 'cancel', 'book again'] },
];

/** The appointments after these messages, in the order in which each came first. */
async function standsAfterFirsts(system: BookingSystem, messages: readonly string[]): Promise<string> {
  const lived = await Life.begin(app, system, `law-${++sources}`);
  for (const message of new Set(messages)) await lived.send(message);
  return lived.stands();
}

describe('a message that comes again, whenever and under whatever control id, changes nothing', () => {
  it.each(REVIVED)('$name: $life', async ({ system, life }) => {
    const law = fc.asyncProperty(orders(life), async (messages) => {
      const lived = await Life.begin(app, system, `law-${++sources}`);
      const come = new Set<string>();
      for (const message of messages) {
        await lived.send(come.has(message) ? `${message}, resent` : message);
        come.add(message);
      }
      expect(await lived.stands()).toBe(await standsAfterFirsts(system, messages));
    });
    await fc.assert(law, { numRuns: 25, seed: 12, endOnFailure: true });
  });

  it.each(REVIVED)(
    'and in the order in which they were made the newest holds: $name: $life',
    async ({ system, life }) => {
      const lived = await Life.begin(app, system, `law-${++sources}`);
      for (const message of life) await lived.send(message);
      const stood = await lived.stands();
      for (const message of life) {
        await lived.send(`${message}, resent`);
        expect(await lived.stands()).toBe(stood);
      }
      if (life.at(-1) !== 'late room') expect(stood).not.toBe('-');
    },
  );
});

describe('in any order and with any repeats a life ends as its newest messages say', () => {
  it.each(LIVES)('$name: $life', async ({ system, life, end, cancels, series = 1 }) => {
    const law = fc.asyncProperty(orders(life), async (messages) => {
      const lived = await Life.begin(app, system, `law-${++sources}`);
      const come = new Set<string>();
      for (const message of messages) {
        await lived.send(message);
        come.add(message);
        const booked = await lived.booked();
        expect(booked).toBeLessThanOrEqual(series);
        if (cancels?.every((each) => come.has(each))) expect(booked).toBe(0);
      }
      expect(await lived.stands()).toBe(end);
    });
    await fc.assert(law, { numRuns: 12, seed: 12, endOnFailure: true });
  });
});

/** Lives with an end in words that nobody knows. */
const UNCLEAR = [
  { name: 'SCH-25', system: UNKNOWN_WORDS, life: ['book', 'move', 'may be cancelled'] },
  { name: 'SCH-25, of a new one', system: UNKNOWN_WORDS, life: ['may not be booked', 'no word'] },
  { name: 'a reason in FHIR', system: FHIR_REASON, life: ['book', 'move', 'may be cancelled'] },
  { name: 'a type that a mapping leaves out', system: LEFT_OUT, life: ['book', 'is paid', 'may be cancelled'] },
] as const;

describe('what may have ended in words that nobody has mapped is handed over in no order, whatever is repeated', () => {
  const held: string[] = [];

  it.each(UNCLEAR)('$name: $life', async ({ system, life }) => {
    const law = fc.asyncProperty(orders(life), async (messages) => {
      const source = `law-${++sources}`;
      const lived = await Life.begin(app, system, source);
      let holds = false;
      for (const message of messages) {
        // A mapping's event that is left out makes no appointment known.
        const isTaken = system !== LEFT_OUT || (await lived.booked()) > 0;
        await lived.send(message);
        holds ||= message.startsWith('may ') && isTaken;
        if (holds) expect(await lived.stands()).toMatch(/ held$/);
      }
      if (holds) held.push(source);
    });
    await fc.assert(law, { numRuns: 12, seed: 12, endOnFailure: true });
  });

  it('and a hand-over of all that is due leaves every one of them', async () => {
    await (await Life.begin(app, SAMEDI_LIKE, `law-${++sources}`)).send('book');
    const { now } = app.clock;
    try {
      app.clock.now = new Date('2026-12-07T11:00:00Z');
      const [gateway] = app.deps.gateways;
      const dispatcher = new Dispatcher(app.deps, new GatewayCaller(gateway, app.deps));
      await dispatcher.startDue();
      await dispatcher.stop();
    } finally {
      app.clock.now = now;
    }
    const started = await app.db
      .selectFrom('message as m')
      .innerJoin('reminder as r', 'r.id', 'm.reminder_id')
      .select('r.source_id')
      .execute();
    expect(held.length).toBeGreaterThan(UNCLEAR.length);
    expect(started.length).toBeGreaterThan(0);
    expect(started.filter(({ source_id: source }) => held.includes(source))).toEqual([]);
  });
});
