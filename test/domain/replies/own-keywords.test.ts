import { describe, expect, it } from 'vitest';
import { contradictions, faultOfLeasedKeyword, faultsOfKeyword } from '../../../src/domain/replies/own-keywords.ts';

describe('a word of an authority’s own', () => {
  it.each([
    ['cancel', 'udebliver'],
    ['cancel', 'aflys'],
    ['confirm', 'kommer'],
    ['stop', 'slut'],
    ['stop', 'STOP'],
  ] as const)('may stand in the list %s: %s', (list, word) => {
    expect(faultsOfKeyword(list, word)).toEqual([]);
  });

  it.each([
    ['cancel', 'stop', ['reserved']],
    ['confirm', 'start', ['reserved']],
    ['stop', 'hjælp', ['reserved']],
    ['confirm', '!!!', ['no_word']],
    ['cancel', 'vi kan desværre slet ikke nå', ['too_many_words', 'no_word']],
  ] as const)('is refused in the list %s: %s (%j)', (list, word, codes) => {
    expect(faultsOfKeyword(list, word).map((fault) => fault.code)).toEqual(codes);
  });
});

describe('the lists of an authority', () => {
  it('contradict each other where a later one gives a word another meaning', () => {
    expect(contradictions({ cancel: ['udebliver'], confirm: ['tak', 'udebliver'], stop: ['Udebliver'] })).toMatchObject(
      [
        { list: 'confirm', at: 1, code: 'reserved' },
        { list: 'stop', at: 0, code: 'reserved' },
      ],
    );
  });

  it('may hold one word twice', () => {
    expect(contradictions({ cancel: ['udebliver', 'Udebliver'], confirm: [], stop: ['slut'] })).toEqual([]);
  });
});

it('a leased keyword has no meaning in a reply', () => {
  expect([faultOfLeasedKeyword('KBH'), faultOfLeasedKeyword('STOP')?.code]).toEqual([null, 'reserved']);
});
