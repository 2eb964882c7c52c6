import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LANGUAGES } from '../../src/domain/authority.ts';
import { DEATH_WORDS } from '../../src/domain/replies/deceased.ts';
import { MEANINGS } from '../../src/domain/replies/read-reply.ts';
import { SETTLE_ACTIONS } from '../../src/domain/replies/settle.ts';
import { VOCABULARY } from '../../src/domain/replies/vocabulary.ts';
import { loadShippedTemplates, render, variablesForAnswer } from '../../src/templates/index.ts';

const WORDS = { ...VOCABULARY, ...DEATH_WORDS };
const page = readFileSync(new URL('../../docs/replies.md', import.meta.url), 'utf8');
const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word));

/** The lists of the vocabulary that stand below each title, in its English half. */
const SECTIONS: Readonly<Record<string, readonly (keyof typeof WORDS)[]>> = {
  stop: ['stop', 'stopDanish', 'stopEnglish'],
  'may be a stop: the reply begins with it': ['stopLike'],
  'may be a stop: anywhere in the reply': ['noMore'],
  'may be a stop: a typing error': ['mistyped'],
  'words that are no typing errors': ['notMistyped'],
  'what shall stop': ['stopWhat'],
  start: ['start', 'startDanish', 'startEnglish'],
  help: ['help', 'helpDanish', 'helpEnglish'],
  'kind words': ['polite'],
  'wrong number': ['wrongDanish', 'wrongEnglish'],
  'before a wrong number': ['beforeWrongDanish', 'beforeWrongEnglish'],
  'wrong number, whole sentences': ['notMeDanish', 'notMeEnglish'],
  'who has died': ['whoDanish', 'whoEnglish'],
  'a death': ['diedDanish', 'diedEnglish'],
  'things and animals that die': ['things'],
  'no death': ['noDeath'],
  'figures of speech': ['figures'],
  cancel: ['cancelDanish', 'cancelEnglish'],
  'beginnings of a cancellation': ['mustDanish', 'mustEnglish'],
  'ends of a cancellation': ['mustWhatDanish'],
  cannot: ['cannotDanish', 'cannotEnglish'],
  'cannot what': ['cannotWhatDanish', 'cannotWhatEnglish'],
  prevented: ['prevented'],
  'prevented from what': ['preventedFrom'],
  'behind a cancellation': ['objects'],
  'behind the word afbud': ['objectsOfAfbud'],
  reasons: ['reasons'],
  excuses: ['excusesDanish', 'excusesEnglish'],
  no: ['refusals'],
  'words that deny': ['denials'],
  confirm: ['confirmDanish', 'confirmEnglish'],
  'before a cancellation or confirmation': ['subjectsDanish', 'subjectsEnglish'],
  'words that are skipped': ['adverbs'],
  'words that turn a sentence round': ['turning'],
  'words that mean nothing': ['neutral'],
  'before a day': ['beforeDays'],
  days: ['today', 'tomorrow', 'weekdays'],
  signatures: ['signatures'],
  'words that are no names': ['notNames'],
  'sent from': ['sentFrom'],
  phones: ['devices'],
};

it('docs/replies.md lists the words of each kind, all of them and no others', () => {
  const printed = [...page.matchAll(/^\*\*[^*\n]+ · ([^*\n]+)\*\*.*\n((?:.+\n)+)/gm)].map(([, title, body]) => [
    title,
    [...(body ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word?.replaceAll('\n', ' ')),
  ]);
  const shipped = Object.entries(SECTIONS).map(([title, lists]) => [
    title,
    lists.flatMap((list): readonly string[] => WORDS[list]),
  ]);
  expect(Object.fromEntries(printed)).toEqual(Object.fromEntries(shipped));
  expect(Object.values(SECTIONS).flat().sort()).toEqual(Object.keys(WORDS).sort());
});

it('docs/replies.md names every meaning and every decision', () => {
  expect([...MEANINGS, ...SETTLE_ACTIONS].filter((word) => !named.has(word))).toEqual([]);
});

it('docs/replies.md prints every answer as it goes out, in both languages', () => {
  const speaker = { name: 'Rigshospitalet', contactPhone: '35 45 35 45' };
  const answers = loadShippedTemplates()
    .all()
    .filter(({ name }) => /confirmed|received|forwarded|opted-out|help/.test(name));
  expect(answers).toHaveLength(9 * LANGUAGES.length);
  const missing = answers.flatMap((template) => {
    const rendered = render(template, variablesForAnswer(speaker, null));
    return rendered.refused === undefined && page.includes(`| ${rendered.text} |`) ? [] : [template.name];
  });
  expect(missing).toEqual([]);
});
