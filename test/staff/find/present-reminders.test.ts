import { expect, it } from 'vitest';
import { noReminderReason } from '../../../src/staff/find/present-reminders.ts';

const receivedAt = new Date('2026-11-24T08:00:00Z');
const later = new Date('2026-12-01T08:00:00Z');
const booked = { start: later, receivedAt, status: 'booked' } as const;

it.each([
  ['the citizen has died, whatever else', { appointment: { ...booked, start: null }, deceased: true }, 'deceased'],
  ['it has no time yet, whatever its state', { appointment: { ...booked, start: null, status: 'pending' } }, 'noStart'],
  ['it is not finally booked', { appointment: { ...booked, status: 'waitlist' } }, 'status'],
  ['it had begun when it came', { appointment: { ...booked, start: receivedAt } }, 'past'],
  ['no rule applies, where nothing else is the matter', { appointment: booked }, 'rules'],
] as const)('an appointment has no reminder since %s', (_, story, why) => {
  expect(noReminderReason({ deceased: false, ...story })).toBe(why);
});
