import type { AuthoritySettings, Meeting } from '../domain/authority.ts';
import { type PlannedReminder, planNotice, planReminders } from '../domain/planning/planning.ts';

/** An appointment that somebody imagines. */
export interface ExampleAppointment {
  readonly start: Date;
  readonly kind: Meeting;
  readonly department: string | null;
}

/**
 * The SMS that an appointment would get which is booked now, in the order of their moments; one that would not be sent
 * stands at the moment that its rule names.
 */
export function exampleSchedule(
  authority: AuthoritySettings,
  { start, kind, department }: ExampleAppointment,
  now: Date,
): PlannedReminder[] {
  const reminders = planReminders({ authority, start, kind, department, now });
  const notices = authority.notices.booked ? [planNotice('confirmation', { authority, start, now })] : [];
  return [...notices, ...reminders].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}
