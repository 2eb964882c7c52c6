import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffWords, tokensOf } from '../../../src/domain/text/word-diff.ts';

test('words that came and words that left are told apart from those that stay', () => {
  expect(diffWords('Husk din tid kl. 9', 'Husk din aftale kl. 9')).toEqual([
    { kind: 'same', text: 'Husk din ' },
    { kind: 'removed', text: 'tid' },
    { kind: 'added', text: 'aftale' },
    { kind: 'same', text: ' kl. 9' },
  ]);
  expect(diffWords('', 'Hej')).toEqual([{ kind: 'added', text: 'Hej' }]);
  expect(diffWords('Hej', 'Hej')).toEqual([{ kind: 'same', text: 'Hej' }]);
});

test('the parts make up both texts, whatever they are', () => {
  const word = fc.constantFrom('a', 'b', ' ', '\n', 'c ');
  const text = fc.array(word, { maxLength: 40 }).map((words) => words.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = diffWords(before, after);
      const without = (kind: string) => parts.flatMap((part) => (part.kind === kind ? [] : part.text)).join('');
      expect([without('added'), without('removed')]).toEqual([before, after]);
    }),
  );
});

test('a tag or a value of Liquid is one word, and stays whole where something in it changes', () => {
  const text = 'Tid {{ date }}.{% if location %} Sted: {{location}}{% endif %}';
  expect(tokensOf(text)).toEqual([
    ...['Tid', ' ', '{{ date }}', '.', '{% if location %}', ' ', 'Sted:', ' ', '{{location}}', '{% endif %}'],
  ]);
  expect(diffWords('Kl. {{ date }} {% if time %}', 'Kl. {{ time }} {% if date %}')).toEqual([
    { kind: 'same', text: 'Kl. ' },
    { kind: 'removed', text: '{{ date }}' },
    { kind: 'added', text: '{{ time }}' },
    { kind: 'same', text: ' ' },
    { kind: 'removed', text: '{% if time %}' },
    { kind: 'added', text: '{% if date %}' },
  ]);
});

test('the words make up the text, also where a tag is not closed', () => {
  const part = fc.constantFrom('{', '{%', '%}', '{{', '}}', '%', ' ', 'a', '\n', '{{ date }}');
  const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(fc.property(text, (whole) => tokensOf(whole).join('') === whole));
  for (const open of ['{%', '{{', '{']) expect(tokensOf(open.repeat(2_000)).join('')).toBe(open.repeat(2_000));
});

test('texts of more words than are compared are shown as replaced', () => {
  const long = 'ord '.repeat(2_000);
  expect(diffWords(long, `${long}mere`)).toEqual([
    { kind: 'removed', text: long },
    { kind: 'added', text: `${long}mere` },
  ]);
});
