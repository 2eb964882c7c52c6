import { expect, it } from 'vitest';
import { firstRows } from '../../../../src/pages/kit/responses/first-rows.ts';

it('a row whose form came back is on the page, which then leads on behind the others, so that none is skipped', () => {
  const found = ['a', 'b', 'c', 'd', 'e'];
  const page = (most: number, kept: string) => firstRows(found, most, (row) => row === kept);
  expect(page(3, 'b')).toEqual({ rows: ['a', 'b', 'c'], last: 'c', count: 3 });
  expect(page(3, 'd')).toEqual({ rows: ['d', 'a', 'b'], last: 'b', count: 2 });
  expect(page(1, 'e')).toEqual({ rows: ['e', 'a'], last: 'a', count: 1 });
  expect(page(5, 'e')).toEqual({ rows: found, last: undefined, count: 5 });
});
