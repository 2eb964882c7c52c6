import { expect, it } from 'vitest';
import { maskPhone } from '../../../src/domain/phone.ts';
import { phoneText } from '../../../src/http/pages/elements.tsx';

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
