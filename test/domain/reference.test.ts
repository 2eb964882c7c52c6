import { expect, it } from 'vitest';
import { erasedReference, isStorableText, mayNameCitizen } from '../../src/domain/reference.ts';

it.each(['', 'A-4711', 'Ærø 7', 'a\u00a0b', '\u200b', '😀'])('%j can be stored', (text) => {
  expect(isStorableText(text)).toBe(true);
});

it.each(['\0', 'A\n', 'A\tB', '\u007f', '\u0085', '\ud83d', '\ude00A'])('%j can not be stored', (text) => {
  expect(isStorableText(text)).toBe(false);
});

it.each([
  ...['REF-51234567', '51234567', 'A51234567B', '+4551234567', '004551234567-1', '20 12 34 56', 'x#20-12-34-56'],
  ...['ABC0107851234', '0107851234', '010785-1234x', '٥١٢٣٤٥٦٧'],
])('%j may be the number of its citizen', (reference) => {
  expect(mayNameCitizen(reference)).toBe(true);
});

it.each([
  ...['A-4711', '12345678', '512345678', '5123456', 'a-2026', '1b4e28ba-2fa1-11d2-883f-2012345678ab'],
  ...['507f1f77bcf86cd799439011', '20123456a7bcf86c', 'AB4507851234'],
])('%j is nobody’s number', (reference) => {
  expect(mayNameCitizen(reference)).toBe(false);
});

const hash = (id: string) => `${id.length}`.padStart(22, 'h');

it.each([
  ['A-4711', 'A-4711'],
  ['REF-51234567', `erased-${hash('REF-51234567')}`],
  ['REF-51234567#202612', `erased-${hash('REF-51234567')}#202612`],
  ['S1#51234567', `S1#erased-${hash('51234567')}`],
  ['2012#3456', `erased-${hash('2012#3456')}`],
])('%j is kept as %j once its citizen is erased, and so it stays', (reference, erased) => {
  expect(erasedReference(reference, hash)).toBe(erased);
  expect(erasedReference(erased, hash)).toBe(erased);
});
