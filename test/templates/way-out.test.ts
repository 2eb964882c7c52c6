import { expect, it } from 'vitest';
import { noWayOut } from '../../src/templates/index.ts';

it.each([
  ['a number', '4560575797', {}, []],
  ['a name', 'Klinik', {}, ['stop']],
  ['a number, and a name in one country', '4560575797', { SE: '46701234567', NO: 'Klinik' }, ['stop']],
  ['a name, and a number in one country', 'Klinik', { NO: '4790123456' }, ['stop']],
  ['a number in each country', '4560575797', { NO: '4790123456' }, []],
] as const)('an SMS without a hint from %s: is there a way to opt out', (_what, sender, senders, missing) => {
  const authority = { sender, senders, contactPhone: '35453545' };
  expect(noWayOut('Husk din tid.', true, authority)).toEqual(missing);
  expect(noWayOut('Husk din tid. Afmeld: skriv til os.', true, authority)).toEqual([]);
});
