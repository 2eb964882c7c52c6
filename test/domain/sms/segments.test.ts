import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, test } from 'vitest';
import { countSegments, nonGsmCharacters } from '../../../src/domain/sms/segments.ts';

const GSM = [...'@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡AZÄÖÑÜ§¿azäöñüà'];
const EXTENDED = [...'^{}\\[~]|€'];

describe('a text costs what a phone network bills', () => {
  test.each([
    ['', 'gsm7', 1, 0],
    ['a'.repeat(160), 'gsm7', 1, 160],
    ['a'.repeat(161), 'gsm7', 2, 161],
    ['a'.repeat(306), 'gsm7', 2, 306],
    ['a'.repeat(307), 'gsm7', 3, 307],
    ['€'.repeat(80), 'gsm7', 1, 160],
    ['€'.repeat(81), 'gsm7', 2, 162],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm7', 3, 306],
    ['æøåÆØÅéÉäöüßÇ'.repeat(12), 'gsm7', 1, 156],
    ['ç', 'ucs2', 1, 1],
    ['’'.repeat(70), 'ucs2', 1, 70],
    ['’'.repeat(71), 'ucs2', 2, 71],
    ['’'.repeat(134), 'ucs2', 2, 134],
    ['’'.repeat(135), 'ucs2', 3, 135],
    ['😀'.repeat(35), 'ucs2', 1, 70],
    ['😀'.repeat(66), 'ucs2', 2, 132],
    ['😀'.repeat(67), 'ucs2', 3, 134],
    [`${'a'.repeat(160)}\u00a0`, 'ucs2', 3, 161],
    ['\ud800'.repeat(71), 'ucs2', 2, 71],
  ])('%j', (text, encoding, segments, units) => {
    expect(countSegments(text)).toEqual({ encoding, segments, units });
  });

  test('agrees with an independent counter on texts of GSM-7 characters', () => {
    const text = fc
      .array(fc.constantFrom(...GSM, ...GSM, ...EXTENDED), { maxLength: 500 })
      .map((characters) => characters.join(''));
    fc.assert(fc.property(text, agrees), { numRuns: 300 });
  });

  test('agrees with an independent counter on texts with other letters and lone emoji', () => {
    const text = fc.array(fc.constantFrom('a', 'ø', '€', 'ç', 'š', '–', '’', '漢', '😀', '🏥'), { maxLength: 250 });
    fc.assert(
      fc.property(
        text.map((characters) => characters.join('')),
        agrees,
      ),
      { numRuns: 300 },
    );
  });

  test('never takes fewer parts than its units fill, and never one for more than fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { encoding, segments, units } = countSegments(text);
        const [single, part] = encoding === 'gsm7' ? [160, 153] : [70, 67];
        expect(segments).toBeGreaterThanOrEqual(units <= single ? 1 : Math.ceil(units / part));
        expect(segments === 1).toBe(units <= single);
      }),
    );
  });
});

test('the characters that make a text dear are named once each, an emoji whole', () => {
  expect(nonGsmCharacters('Kl. 9–10 – på “C” 😀😀 æøå€')).toEqual(['–', '“', '”', '😀']);
  expect(nonGsmCharacters('Husk æøå ÆØÅ é ü ß § € {}')).toEqual([]);
});

function agrees(text: string): void {
  const oracle = new SegmentedMessage(text, 'auto');
  const ours = countSegments(text);
  expect(ours.encoding).toBe(oracle.encodingName === 'GSM-7' ? 'gsm7' : 'ucs2');
  expect(ours.segments).toBe(Math.max(1, oracle.segmentsCount));
  expect(nonGsmCharacters(text).length > 0).toBe(ours.encoding === 'ucs2');
}
