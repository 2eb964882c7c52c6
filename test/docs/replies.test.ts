import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LANGUAGES } from '../../src/domain/authority.ts';
import { MEANINGS } from '../../src/domain/replies/read-reply.ts';
import { SETTLE_ACTIONS } from '../../src/domain/replies/settle.ts';
import { VOCABULARY } from '../../src/domain/replies/vocabulary.ts';
import { loadShippedTemplates, render, variablesForAnswer } from '../../src/templates/index.ts';

const page = readFileSync(new URL('../../docs/replies.md', import.meta.url), 'utf8');
const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word));

/** The lists of the vocabulary that stand below each title, in its English half. */
const SECTIONS: Readonly<Record<string, readonly (keyof typeof VOCABULARY)[]>> = {
  stop: ['stop'],
  'may be a stop: the reply begins with it': ['stopLike'],
  'may be a stop: anywhere in the reply': ['noMore'],
  'may be a stop: a typing error': ['mistyped'],
  'words that are no typing errors': ['notMistyped'],
  start: ['start'],
  help: ['help'],
  'kind words': ['polite'],
  'wrong number': ['wrongNumber'],
  'before a wrong number': ['beforeWrong'],
  'wrong number, whole sentences': ['notMe'],
  cancel: ['cancelDanish', 'cancelEnglish'],
  'behind a cancellation': ['objects'],
  no: ['refusals'],
  'words that deny': ['denials'],
  confirm: ['confirmDanish', 'confirmEnglish'],
  'before a cancellation or confirmation': ['subjectsDanish', 'subjectsEnglish'],
  'words that are skipped': ['adverbs'],
  'words that mean nothing': ['neutral'],
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
  const shipped = Object.entries(SECTIONS).map(([title, lists]) => [title, lists.flatMap((list) => VOCABULARY[list])]);
  expect(Object.fromEntries(printed)).toEqual(Object.fromEntries(shipped));
  expect(Object.values(SECTIONS).flat().sort()).toEqual(Object.keys(VOCABULARY).sort());
});

it('docs/replies.md names every meaning and every decision', () => {
  expect([...MEANINGS, ...SETTLE_ACTIONS].filter((word) => !named.has(word))).toEqual([]);
});

it('docs/replies.md prints every answer as it goes out, in both languages', () => {
  const speaker = { name: 'Rigshospitalet', contactPhone: '35 45 35 45' };
  const answers = loadShippedTemplates()
    .all()
    .filter(({ name }) => /confirmed|received|forwarded|opted-out|help/.test(name));
  expect(answers).toHaveLength(8 * LANGUAGES.length);
  const missing = answers.flatMap((template) => {
    const rendered = render(template, variablesForAnswer(speaker, null));
    return rendered.refused === undefined && page.includes(`| ${rendered.text} |`) ? [] : [template.name];
  });
  expect(missing).toEqual([]);
});
