import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../../support/app.ts';
import {
  type BookingSystem,
  CALENDLY,
  CALENDLY_BY_WORD,
  CERNER_LIKE,
  DIPS_LIKE,
  Life,
  REDOX,
  SAMEDI_LIKE,
} from './systems.ts';

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
  { name: 'Redox', system: REDOX, life: ['book', 'move', 'cancel'], end: '-', cancels: ['cancel'] },
  { name: 'Redox, a number for each time', system: REDOX, life: ['book', 'move to 4002', 'cancel'], end: '4002 9/12' },
];

let app: TestApp;
let sources = 0;
beforeAll(async () => {
  app = await openTestApp();
  await app.makeAuthority('rh');
});
afterAll(() => app.close());

/** All messages of a life in any order, some of them more than once. */
function orders(life: readonly string[]): fc.Arbitrary<string[]> {
  return fc
    .array(fc.constantFrom(...life), { maxLength: 5 })
    .chain((more) => fc.shuffledSubarray([...life, ...more], { minLength: life.length + more.length }));
}

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
