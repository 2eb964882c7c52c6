import { describe, expect, it } from 'vitest';
import { showRecipient } from '../../src/accounts/phone-access.ts';

const OPERATOR = { name: 'operator', seesNumbers: true };
const VIEWER = { name: 'viewer', seesNumbers: false };

describe('the recipient of a citizen’s SMS', () => {
  it.each(['1204', '+4560575797', '4560575797', 'RegionH', 'Region H', null])(
    'is shown to everybody where it is one that networks display: %s',
    (recipient) => {
      expect([OPERATOR, VIEWER].map((reader) => showRecipient(reader, recipient))).toEqual([recipient, recipient]);
    },
  );

  it.each(['01/01/80 1234', '0101801234', '010180-1234', 'CPR: 010180 1234'])(
    'is masked for everybody where a callback named a CPR number: %s',
    (recipient) => {
      for (const reader of [OPERATOR, VIEWER]) expect(showRecipient(reader, recipient)).not.toMatch(/\d{4}/);
    },
  );

  it('is masked for viewers where a callback named a text with a phone number', () => {
    expect(showRecipient(VIEWER, 'Jens, tlf. 22 30 41 50')).toBe('Jens, tlf. •• •• •• ••');
    expect(showRecipient(OPERATOR, 'Jens, tlf. 22 30 41 50')).toBe('Jens, tlf. 22 30 41 50');
  });
});
