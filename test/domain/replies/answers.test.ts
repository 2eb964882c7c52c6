import { expect, test } from 'vitest';
import { DEATH_WORDS } from '../../../src/domain/replies/deceased.ts';
import { type Meaning, readAddressee, readMeaning, replyInterpreter } from '../../../src/domain/replies/read-reply.ts';
import { VOCABULARY } from '../../../src/domain/replies/vocabulary.ts';
import { ANSWERS } from './answers.ts';

/** Meanings that something follows from without a person. */
const CERTAIN: readonly Meaning[] = ['stop', 'cancel', 'confirm', 'wrong_number', 'deceased'];

const addressed = ANSWERS.map(({ text }) => readAddressee(text, []));

test('there are 300 different answers at least', () => {
  expect(new Set(ANSWERS.map(({ text }) => text)).size).toBe(ANSWERS.length);
  expect(ANSWERS.length).toBeGreaterThanOrEqual(300);
});

test('every answer is read as the table says', () => {
  const read = addressed.map((reply, at) => `${ANSWERS[at]?.text}: ${readMeaning(reply)}`);
  expect(read).toEqual(ANSWERS.map((response) => `${response.text}: ${response.read}`));
});

test('nothing that means something else is read as stop, cancel, confirm, wrong number or a death; what is missed goes to a person', () => {
  const read = addressed.map((reply) => readMeaning(reply));
  const wrong = ANSWERS.filter(({ means }, at) => CERTAIN.includes(read[at] as Meaning) && read[at] !== means);
  expect(wrong).toEqual([]);
  const recalls = CERTAIN.map((meaning) => {
    const meant = ANSWERS.flatMap(({ means }, at) => (means === meaning ? [read[at]] : []));
    const found = meant.filter((each) => each === meaning).length;
    const left = meant.filter((each) => each !== meaning);
    expect(left.filter((each) => each !== 'other' && each !== 'maybe_stop')).toEqual([]);
    return `${meaning} ${found} of ${meant.length} (${Math.round((found / meant.length) * 100)} %)`;
  });
  console.info(`precision 1; recall on ${ANSWERS.length} answers: ${recalls.join(', ')}`);
});

test('every word and phrase of the vocabulary decides at least one of the answers', () => {
  // Most words decide one of the answers that they stand in: those come first.
  const replies = addressed.map((reply, at) => ({ reply, joined: reply.words.join(' '), said: ANSWERS[at]?.read }));
  const idle = Object.entries({ ...VOCABULARY, ...DEATH_WORDS }).flatMap(
    ([list, entries]: [string, readonly string[]]) =>
      entries.filter((entry) => {
        const fewer = { [list]: entries.filter((other) => other !== entry) };
        const read = replyInterpreter({ ...VOCABULARY, ...fewer }, { ...DEATH_WORDS, ...fewer });
        const differs = ({ reply, said }: (typeof replies)[number]) => read(reply).meaning !== said;
        return !(replies.filter(({ joined }) => joined.includes(entry)).some(differs) || replies.some(differs));
      }),
  );
  expect(idle).toEqual([]);
});

test('case, a full stop and blanks around an answer change nothing', () => {
  for (const { text, read } of ANSWERS) {
    for (const written of [text.toUpperCase(), text.toLowerCase(), ` ${text} . `, `${text}\n`])
      expect([written, readMeaning(readAddressee(written, []))]).toEqual([written, read]);
  }
});
