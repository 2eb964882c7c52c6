import { describe, expect, it } from 'vitest';
import { actionFor } from '../../src/domain/reminder.ts';

describe('what a person should do about a reminder', () => {
  it.each([
    ['rejected', 'invalid_number', 'phone_citizen'],
    ['rejected', 'opted_out', 'phone_citizen'],
    ['rejected', 'sender', 'fix_settings'],
    ['undelivered', 'expired', 'phone_citizen'],
    ['suppressed', 'no_phone', 'phone_citizen'],
    ['suppressed', 'too_many_today', 'phone_citizen'],
    ['suppressed', 'internal_error', 'fix_settings'],
    ['suppressed', 'opted_out', null],
    ['suppressed', 'shadow', null],
    ['uncertain', null, 'ask_gateway'],
    ['expired', 'too_late', 'phone_citizen'],
    ['expired', 'booked_late', null],
    ['delivered', null, null],
    ['planned', null, null],
    ['cancelled', null, null],
  ] as const)('%s %s: %s', (status, reason, action) => {
    expect(actionFor({ status, reason })).toBe(action);
  });
});
