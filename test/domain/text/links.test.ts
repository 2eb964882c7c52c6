import { expect, test } from 'vitest';
import { holdsLink } from '../../../src/domain/text/links.ts';

test.each([
  'https://evil.dk/x',
  'www.evil',
  'evil.dk',
  'EVIL.DK.',
  '123.dk',
  'bit.ly/abc',
  'se(evil.zip)nu',
  'evil。dk',
  'ｅｖｉｌ．ｄｋ',
  'my_site.dk',
  'sygehus.hospital',
  'evil.xn--p1ai',
  'пример.рф',
  '192.168.1.10',
  '8.8.8.8:80',
  'a@b.c',
  'evil.tv',
  '123.tv',
  'evil.st',
  'evil.nr',
  'evil.med',
  'a.evil.google',
  '12.tv/login',
  'st.tv/x',
  'se 3.th/a',
  '12.tv:8080/x',
  '12.tv?x=1',
  '12。tv/login',
])('%s becomes a link on a phone', (text) => {
  expect(holdsLink(text)).toBe(true);
});

test.each([
  'Opgang 4, 3. sal',
  'Nørregade 1, st.tv',
  'Nørregade 1, 3.th',
  '2.sal.th',
  '1.tv.',
  'opg.4.st',
  'Afd.B, lok.nr. 5',
  'H.C.Andersens Blvd. 1',
  'st.tv / 1.th',
  'lok.nr./stue 5',
  'Er det st.tv?',
  'cand.med. dr.med. Hansen',
  'kl. 9.30',
  'd. 1.12.2026',
  'bl.a. m.fl. f.eks.',
  '1.2.3',
  '300.1.1.1',
  '.dk',
  'dk. Se',
  '',
])('%s becomes none', (text) => {
  expect(holdsLink(text)).toBe(false);
});
