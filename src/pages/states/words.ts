import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { EventType } from '../../domain/event-types.ts';
import type { OutReason } from '../../domain/gateway-state.ts';
import type { ReminderStatus } from '../../domain/reminder.ts';
import type { DeliveryCause, RejectedReason, RetryReason } from '../../gateways/gateway.ts';
import type { SendingHeld } from '../../runtime/deps.ts';

/** A state or reason in the words of people. */
export interface StateWords {
  /** Two to five words, as it stands in a list. */
  readonly label: string;
  /** A sentence that explains it. */
  readonly means: string;
  /** The next step of a person; left out where there is none. */
  readonly todo?: string;
  /** The step names those who take it, who need not be the reader. */
  readonly namesWho?: true;
}

/** Words for each member of a list. */
export type WordsOf<Member extends string> = Readonly<Record<Member, StateWords>>;

/** Reasons why a planned reminder waits. */
type HeldReason = 'paused' | SendingHeld | 'status_unclear' | 'reply_needs_a_person' | 'reply_cancel' | 'gateway_out';
/** Reasons why a reminder was not sent. */
type SuppressedReason =
  | 'opted_out'
  | 'no_phone'
  | 'invalid_number'
  | 'not_mobile'
  | 'country_not_allowed'
  | 'text_refused'
  | 'erased'
  | 'shadow'
  | 'too_many_today'
  | 'internal_error'
  | 'test'
  | 'no_sms';
/** Reasons why the time of a reminder passed. */
type ExpiredReason = 'too_late' | 'validity_too_short' | 'booked_late' | 'too_close';
/** Reasons beside the appointment's status why a reminder was cancelled. */
type CancelledReason = 'deceased' | 'confirmed' | 'cancel_passed_on';

/** Statuses of an appointment that end its reminders; `cancelled` itself is no reason of its own. */
type EndingStatus = Exclude<AppointmentStatus, 'booked' | 'cancelled'>;

/** Reasons of reminders that were not sent. */
export interface UnsentWords {
  readonly expired: WordsOf<ExpiredReason>;
  readonly suppressed: WordsOf<SuppressedReason>;
  readonly cancelled: WordsOf<CancelledReason | EndingStatus>;
}

/** The words of reminders and messages in one language. */
export interface ReminderWords {
  readonly statuses: WordsOf<ReminderStatus>;
  readonly held: WordsOf<HeldReason>;
  /** Reasons of each status; a reason that is left out adds nothing to it. */
  readonly reasons: {
    /** The words of a reminder that is planned again after a gateway proved that it did not take it. */
    readonly planned: WordsOf<RetryReason>;
    readonly accepted: WordsOf<'no_receipt'>;
    readonly undelivered: WordsOf<DeliveryCause>;
    readonly rejected: WordsOf<RejectedReason>;
    readonly uncertain: WordsOf<'database_restored'>;
  } & UnsentWords;
  /** The words of a message that the gateway proved not to have taken. */
  readonly notSent: StateWords;
  /** The words of a reminder that reached a number which is somebody else's. */
  readonly stranger: StateWords;
  /** The words of a reminder that was not sent since staff reported its number as wrong. */
  readonly reported: StateWords;
  /** The words of a reminder that was dropped because another appointment goes on in place of its own. */
  readonly replaced: StateWords;
}

/** The words of all other states in one language. */
export interface OtherWords {
  readonly appointments: WordsOf<AppointmentStatus>;
  /** The words of an appointment in whose place another one goes on. */
  readonly replaced: StateWords;
  readonly events: WordsOf<EventType>;
  /** Who is behind an event, and what a reply means. */
  readonly eventReasons: Readonly<
    Record<
      'citizen' | 'staff' | 'gateway' | 'booking_system' | 'cancel' | 'confirm' | 'maybe_stop' | 'deceased' | 'other',
      string
    >
  >;
  readonly deliveries: WordsOf<'pending' | 'delivered' | 'failed'>;
  readonly endpoints: WordsOf<'live' | 'paused' | 'ended'>;
  /** Why a gateway is out of use. */
  readonly out: WordsOf<OutReason>;
}
