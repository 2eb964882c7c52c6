import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OwnKeywords } from '../../../src/domain/keywords.ts';
import { MOST_SIGNED, MOST_WORDS } from '../../../src/domain/replies/attitude.ts';
import { type Meaning, readAddressee, readMeaning } from '../../../src/domain/replies/read-reply.ts';
import { isOneLetterAway } from '../../../src/domain/replies/words.ts';
import { LONG_REPLIES } from './long-replies.ts';

function readReply(text: string, leased: readonly string[], own?: OwnKeywords) {
  const addressed = readAddressee(text, leased);
  return { meaning: readMeaning(addressed, own), keyword: addressed.keyword };
}

const CASES: Record<Meaning, string[]> = {
  stop: [
    'STOP',
    'stop',
    'Stop!',
    'stop.',
    '"STOP"',
    '»Stop«',
    '“stop”',
    ' stop \n',
    'STOPP',
    'Stopall',
    'stop all',
    'Stop alle',
    'stop sms',
    'STOP tak',
    'Stop venligst',
    'please stop',
    'Stop nu',
    'STOP Mvh',
    'Hej. Stop, tak!',
    'STOP STOP STOP',
    'S T O P',
    's.t.o.p.',
    'ＳＴＯＰ',
    'st\u200bop',
    'STOP\u00a0',
    'STOP 🛑',
    'Stop ✋🏽',
    'afmeld',
    'AFMELD SMS',
    'Afmeld mig',
    'afmelding',
    'Frameld',
    'frameld mig tak',
    'unsubscribe',
    'unsub',
    'optout',
    'opt-out',
    'Opt out.',
  ],
  start: [
    'START',
    'start.',
    'Start tak',
    'START SMS',
    'start sms',
    'Start mig',
    'START MIG.',
    'Start mig, tak!',
    'tilmeld',
    'Tilmeld SMS',
    'tilmeld mig',
    'UNSTOP',
    'subscribe',
    'optin',
    'Opt-in',
    'START 🙂',
  ],
  help: ['HJÆLP', 'hjælp!', 'hjaelp', 'Help', 'INFO', 'help please', 'Hj\u00e6lp?'],
  maybe_stop: [
    'Stop 12345',
    'stop12345',
    'STOP med at skrive til mig',
    'Stop texting me',
    'stop! jeg har aldrig haft en tid',
    'Afmeld min tid på torsdag',
    'opt out of this',
    'STOP Mvh Hans Jensen',
    'Stop\nsendt fra min iPhone',
    'Stpo',
    'Slet mit nummer',
  ],
  cancel: ['AFBUD', 'Aflys', 'CANCEL', 'jeg er syg', 'Kan ikke komme'],
  confirm: ['👍', 'JA', 'ja tak', 'YES', 'ok', 'Vi ses', 'kommer'],
  wrong_number: [
    'STOP det er forkert nummer',
    'Stop med at skrive, det er ikke mig',
    'Forkert nummer',
    'I har fat i et forkert nr.',
    'Hej, det er det forkert nummer!',
    'wrong number',
    'Sorry, WRONG NUMBER',
    'forkert person',
  ],
  deceased: ['Min mor er død', 'My mother passed away', 'Stop. Han er afgået ved døden'],
  other: [
    '',
    ' ',
    '🙂',
    'NEJ',
    'nej tak',
    'SLUT',
    'END',
    'quit',
    'Tak',
    'Stopper I snart?',
    'Stoppested?',
    'Kan I stoppe',
    'Jeg kan ikke komme. Kan I finde en ny tid? Stop',
    'Start kl. 9?',
    'Start min tid på torsdag',
    'Hvor skal jeg hen, info?',
    'nummer 4 eller forkert',
    'constructor',
    'toString',
  ],
};

describe.each(Object.entries(CASES))('a reply means %s', (meaning, replies) => {
  test.each(replies)('%j', (text) => {
    expect(readReply(text, [])).toEqual({ meaning, keyword: null });
    expect(readReply(text, ['KBH'])).toEqual({ meaning, keyword: null });
  });

  test.each(replies)('behind a leased keyword: %j', (text) => {
    expect(readReply(`kbh ${text}`, ['AAR', 'KBH'])).toEqual({ meaning, keyword: 'KBH' });
  });
});

test('a leased keyword is a whole word in front', () => {
  expect(readReply('Kbh: stop', ['KBH'])).toEqual({ meaning: 'stop', keyword: 'KBH' });
  expect(readReply('KBHX stop', ['KBH'])).toEqual({ meaning: 'other', keyword: null });
  expect(readReply('Stop KBH', ['KBH'])).toEqual({ meaning: 'maybe_stop', keyword: null });
  expect(readReply('KBH', ['KBH'])).toEqual({ meaning: 'other', keyword: 'KBH' });
  expect(readReply('stop', ['STOP'])).toEqual({ meaning: 'stop', keyword: 'STOP' });
  expect(readReply('stop', ['', ' '])).toEqual({ meaning: 'stop', keyword: null });
  expect(readReply('ØST stop', ['Øst'])).toEqual({ meaning: 'stop', keyword: 'Øst' });
});

test('case, punctuation and emoji around a keyword change nothing', () => {
  const around = fc
    .array(fc.constantFrom(' ', '.', '!', '"', '’', '🛑', '\n', '\u200b', '-', '«'), { maxLength: 5 })
    .map((parts) => parts.join(''));
  const cased = fc.mixedCase(fc.constantFrom('stop', 'afmeld', 'start', 'hjælp'), {
    toggleCase: (letter) => letter.toUpperCase(),
  });
  fc.assert(
    fc.property(around, cased, around, (before, word, after) => {
      expect(readReply(before + word + after, [])).toEqual(readReply(word.toLowerCase(), []));
    }),
  );
});

test('only the listed words opt out: a longer text never does by itself', () => {
  const more = fc
    .stringMatching(/^[a-zæøå]{2,12}$/)
    .filter((word) => !/^(stopp?|all|alle|sms|mig|tak|venligst|mvh|nu|please|thanks|hej|hi|hello)$/.test(word));
  fc.assert(fc.property(more, (word) => readReply(`stop ${word}`, []).meaning === 'maybe_stop'));
});

test('an authority’s own words mean what it says, alone or beside others, and never make every reply mean it', () => {
  const own: OwnKeywords = { cancel: ['udebliver'], confirm: ['tak', 'c'], stop: ['slut', 'nej tak', '🛑'] };
  const read = (text: string) => readReply(text, [], own).meaning;
  expect(['Udebliver!', 'Jeg udebliver', 'Udebliver, mvh Bo'].map(read)).toEqual(['cancel', 'other', 'cancel']);
  const found = ['Tak', 'tak 🙂', 'C', 'Tak, men hvor?', 'Tak afbud'].map(read);
  expect(found).toEqual([...['confirm', 'confirm', 'confirm', 'other', 'other']]);
  const result = ['slut', 'Slut, tak!', 'Nej tak', 'nej', 'Nej, hej', 'slut med det'].map(read);
  expect(result).toEqual([...['stop', 'stop', 'stop', 'other', 'other', 'other']]);
  expect(['Slut?', 'Nej tak?'].map(read)).toEqual(['maybe_stop', 'maybe_stop']);
  expect(['🛑', '', '🙂', 'hej'].map(read)).toEqual(['other', 'other', 'other', 'other']);
});

test('an authority’s own long word for STOP may have a typing error, and a short one has none', () => {
  const own: OwnKeywords = { cancel: [], confirm: [], stop: ['udmeld', 'slut', 'no thanks'] };
  const read = (text: string) => readReply(text, [], own).meaning;
  const found = ['Udmled', 'udmeldt', 'slet', 'udmeld dem', 'No', 'no thaks'].map(read);
  expect(found).toEqual([...['maybe_stop', 'maybe_stop', 'other', 'other', 'other', 'maybe_stop']]);
});

test.each([
  [MOST_WORDS, 'confirm'],
  [MOST_WORDS + 1, 'other'],
])('a reply of %i words: %s', (count, meaning) => {
  expect(readReply('ja '.repeat(count), []).meaning).toBe(meaning);
});

test('behind a signature stand two words at most, and all that follows is read', () => {
  expect(MOST_SIGNED).toBe(2);
  const replies = [
    'Ja mvh',
    'Ja mvh Ida',
    'Ja mvh Ida Bo',
    'Ja mvh Ida Bo Per',
    'Ja mvh Ida, mvh Bo',
    'Ja mvh Ida. Afbud',
  ];
  const found = replies.map((text) => readReply(text, []).meaning);
  expect(found).toEqual([...['confirm', 'confirm', 'confirm', 'other', 'confirm', 'other']]);
});

test.each(LONG_REPLIES)('a reply %s is left to a person', (_what, text) => {
  expect(readReply(text, ['KBH']).meaning).toBe('other');
});

test('a STOP with much behind it may mean STOP', () => {
  expect(readReply(`STOP ${'og så '.repeat(3_000)}`, []).meaning).toBe('maybe_stop');
  expect(readReply(`STOP${' '.repeat(10_000)}`, []).meaning).toBe('stop');
});

test('one letter away: left out, added, replaced or exchanged, once', () => {
  const away = (word: string) => isOneLetterAway(word, 'STOP');
  expect(['STO', 'TOP', 'STOOP', 'STOPS', 'STIP', 'SOTP', 'TSOP', 'STPO'].filter(away)).toHaveLength(8);
  expect(['STOP', 'ST', 'STOPPE', 'SPOT', 'POTS', 'STEM', '', 'SOTPX'].filter(away)).toEqual([]);
});
