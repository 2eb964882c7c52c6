import type { AppointmentView } from '../appointments/appointments.ts';

/** The reason why an appointment has no reminder. `past`: it had begun when it came; `rules`: none applies to it. */
export type WhyNone = 'deceased' | 'noStart' | 'status' | 'past' | 'rules';

/** Finds the reason why an appointment has no reminder. */
export function whyNone({
  appointment: { start, receivedAt, status },
  deceased,
}: {
  readonly appointment: Pick<AppointmentView, 'start' | 'receivedAt' | 'status'>;
  readonly deceased: boolean;
}): WhyNone {
  if (deceased) return 'deceased';
  if (start === null) return 'noStart';
  if (status !== 'booked') return 'status';
  return start <= receivedAt ? 'past' : 'rules';
}
