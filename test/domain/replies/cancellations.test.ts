import { describe, expect, it } from 'vitest';
import { readAddressee, readMeaning } from '../../../src/domain/replies/read-reply.ts';
import { ANSWERS } from './answers.ts';
import { KNOWN_CANCELLATIONS, NO_CLEAR_CANCELLATIONS, UNSEEN_CANCELLATIONS } from './cancellations.ts';

const read = (text: string) => readMeaning(readAddressee(text, []));
/** The share of clear cancellations that has to be found. */
const LEAST_FOUND = 0.95;

describe('clear cancellations', () => {
  it('are found, 19 of 20, and the others go to a person', () => {
    const all = [...KNOWN_CANCELLATIONS, ...UNSEEN_CANCELLATIONS];
    expect([KNOWN_CANCELLATIONS.length, UNSEEN_CANCELLATIONS.length, new Set(all).size]).toEqual([67, 60, 127]);
    const missed = all.filter((text) => read(text) !== 'cancel');
    expect(missed.filter((text) => read(text) !== 'other')).toEqual([]);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(all.length * (1 - LEAST_FOUND));
  });
});

it('nothing that leaves a doubt is taken for a cancellation', () => {
  const negative = ANSWERS.filter(({ means }) => means !== 'cancel').map(({ text }) => text);
  const taken = [...NO_CLEAR_CANCELLATIONS, ...negative].filter((text) => read(text) === 'cancel');
  expect(taken).toEqual([]);
});
