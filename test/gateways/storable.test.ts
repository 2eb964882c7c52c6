import { describe, expect, it } from 'vitest';
import { storableId } from '../../src/gateways/reading.ts';

describe('the id that a gateway gave a citizen’s SMS', () => {
  it.each(['01a16c47-b089-70e3', '01936a8e-1234-7123-8123-000000000017', '123456', 'SM9f+/=:x'])(
    'is stored where it is one: %s',
    (id) => {
      expect(storableId(id)).toBe(id);
    },
  );

  it.each([
    '０１-０１-８０ １２３４',
    '010180 1234',
    '010180.1234',
    '0101801234',
    '22304150',
    '+4522304150',
    'Ring 22 30 41 50',
    '',
    null,
  ])('is not stored where it could be a number that somebody wrote: %s', (id) => {
    expect(storableId(id)).toBeNull();
  });
});
