import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LANGUAGES } from '../../src/domain/authority.ts';
import { MEANINGS } from '../../src/domain/replies/read-reply.ts';
import { SETTLE_ACTIONS } from '../../src/domain/replies/settle.ts';
import { VOCABULARY } from '../../src/domain/replies/vocabulary.ts';
import { loadShippedTemplates, render, variablesForAnswer } from '../../src/templates/index.ts';

const page = readFileSync(new URL('../../docs/replies.md', import.meta.url), 'utf8');
const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word));

it('docs/replies.md names every word and phrase that carries a meaning', () => {
  const { stop, start, help, stopLike, noMore, wrongNumber } = VOCABULARY;
  const { cancelDanish, cancelEnglish, confirmDanish, confirmEnglish } = VOCABULARY;
  const shipped = [stop, start, help, stopLike, noMore, wrongNumber, cancelDanish, cancelEnglish].flat();
  expect([...shipped, ...confirmDanish, ...confirmEnglish].filter((word) => !named.has(word))).toEqual([]);
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
