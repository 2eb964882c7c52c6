import { expect, it } from 'vitest';
import { maskPhone } from '../../../src/domain/phone.ts';
import { contactText, phoneText, senderText } from '../../../src/pages/kit/elements.tsx';

it.each([
  ['+4522304150', '22 30 41 50', '•• •• •• 50'],
  ['+46701234567', '+46 70 123 45 67', '+46 • •• •• •• 67'],
  ['+299221234', '+299 22 12 34', '+299 •• •• 34'],
  ['22304150', '22304150', '•• •• •• 50'],
  ['112', '112', '•••'],
])('a number is grouped as people write it, also where it is masked: %#', (phone, clear, masked) => {
  const blanks = (text: string) => text.replaceAll(' ', '\u00a0');
  expect([phoneText(phone), phoneText(maskPhone(phone))]).toEqual([blanks(clear), blanks(masked)]);
});

it.each([
  ['4512345678', '+45 12 34 56 78'],
  ['+4512345678', '+45 12 34 56 78'],
  ['46701234567', '+46 70 123 45 67'],
  ['1204', '1204'],
  ['22304150', '22304150'],
  ['Sundhed', 'Sundhed'],
  ['••••••••78', '•• •• •• •• 78'],
])('a sender is shown as a phone shows it: %#', (sender, shown) => {
  expect(senderText(sender)).toBe(shown.replaceAll(' ', '\u00a0'));
});

it.each([
  ['+4535453545', '+45 35 45 35 45'],
  ['+46701234567', '+46 70 123 45 67'],
  ['35 45 35 45', '35 45 35 45'],
  ['004535453545', '004535453545'],
  ['35453545', '35453545'],
])('a number to phone is written as the SMS printed it, and one without a country as it came: %#', (phone, shown) => {
  expect(contactText(phone).replaceAll('\u00a0', ' ')).toBe(shown);
});
