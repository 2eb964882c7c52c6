import { expect, it } from 'vitest';
import { isStorableText } from '../../src/domain/reference.ts';

it.each(['', 'A-4711', 'Ærø 7', 'a\u00a0b', '\u200b', '😀'])('%j can be stored', (text) => {
  expect(isStorableText(text)).toBe(true);
});

it.each(['\0', 'A\n', 'A\tB', '\u007f', '\u0085', '\ud83d', '\ude00A'])('%j can not be stored', (text) => {
  expect(isStorableText(text)).toBe(false);
});
