import { expect, test } from 'vitest';
import { privacyOf } from '../../../src/domain/text/privacy.ts';

test.each<[text: string, grade: 0 | 1 | 2, words: readonly string[]]>([
  ['Husk din aftale hos Region Hovedstaden tirsdag d. 1. december kl. 10.30.', 0, []],
  ['Remember your appointment at Region Hovedstaden on Tuesday 1 December at 10:30am.', 0, []],
  ['Mød i Opgang 4, 3. sal. Afbud: ring 35 45 35 45.', 0, []],
  ['Husk din tid i Ambulatorium Nord', 1, ['ambulatorium']],
  ['Husk din blodprøve i afdelingen, og igen: blodprøve', 1, ['blodprøve', 'afdelingen']],
  ['Your X-ray at the clinic', 1, ['clinic', 'x-ray']],
  ['Husk din tid på Onkologisk Afdeling', 2, ['onkologisk']],
  ['Lungekræft-klinikken og Børnepsykiatri', 2, ['lungekræft', 'børnepsykiatri']],
  ['Din HIV-test', 2, ['hiv']],
  ['Substance abuse counselling', 2, ['substance abuse']],
  ['Du får en bekræftelse. Vi kan ikke afkræfte det.', 0, []],
  ['Langstrakt arkiv i arkhivet', 0, []],
])('%j is of grade %i', (text, grade, words) => {
  expect(privacyOf(text)).toEqual({ grade, words });
});
