import { expect, it } from 'vitest';
import { namesAnotherDay } from '../../../src/domain/replies/vocabulary.ts';
import { wordsOf } from '../../../src/domain/replies/words.ts';

/** Tuesday, 09:00 in Copenhagen. */
const START = new Date('2026-12-01T08:00:00Z');

it.each([
  ['on the day before', '2026-11-30T09:00:00Z', ['Vi ses i morgen', 'Jeg kommer på tirsdag'], ['i dag', 'på mandag']],
  ['after midnight in Copenhagen', '2026-11-29T23:30:00Z', ['imorgen', 'tomorrow'], ['idag', 'today']],
  ['on the day itself', '2026-12-01T05:00:00Z', ['Ja, i dag', 'on Tuesday'], ['See you tomorrow', 'on Wednesday']],
  ['a week before', '2026-11-24T09:00:00Z', ['Jeg kommer', 'på tirsdag'], ['i dag', 'på søndag', 'on Sunday']],
  ['more than a week before', '2026-11-23T09:00:00Z', ['Jeg kommer'], ['Jeg kommer på tirsdag', 'i morgen']],
])('a reply %s names the day of the appointment, or another', (_when, at, same, other) => {
  const time = { start: START, written: new Date(at), timeZone: 'Europe/Copenhagen' };
  const read = (text: string) => namesAnotherDay(wordsOf(text), time);
  expect([same.filter(read), other.filter((text) => !read(text))]).toEqual([[], []]);
});
