import type { AuthorityId } from './settings.ts';

/** An event that a booking system posts about an appointment. The higher order is the newer. */
export interface Post {
  readonly reference: string;
  readonly order: number;
  readonly type: 'booked' | 'rescheduled' | 'updated' | 'cancelled' | 'deleted' | 'arrived';
  readonly start: number;
  readonly phone: string;
  readonly place: string;
}

/** An appointment with all its posts, as its booking system knows it. */
export interface BookedAppointment {
  readonly authority: AuthorityId;
  readonly reference: string;
  readonly posts: Post[];
}
