import type { EventType } from '../event-types.ts';
import type { ReminderStatus } from '../reminder.ts';

export { EVENT_TYPES, type EventType } from '../event-types.ts';

/** Actions for the people behind a booking system. */
export const EVENT_ACTIONS = ['phone', 'check_number', 'nothing'] as const;
/**
 * A member of `EVENT_ACTIONS`. `phone`: the citizen is not informed, and no SMS will follow. `check_number`: likewise,
 * and the number is missing or wrong. `nothing`: nothing is to be done, or nothing yet.
 */
export type EventAction = (typeof EVENT_ACTIONS)[number];

/** Every reason of a reminder that failed or was suppressed, with what is to be done about it. */
const ACTIONS = {
  // The time: the reminder was not planned since another one goes, or its deadline passed.
  booked_late: 'nothing',
  too_close: 'nothing',
  too_late: 'phone',
  validity_too_short: 'phone',
  // The number: none, or one that can't be used.
  no_phone: 'check_number',
  invalid_number: 'check_number',
  not_mobile: 'check_number',
  country_not_allowed: 'check_number',
  // Nobody is to be reminded.
  opted_out: 'nothing',
  no_sms: 'nothing',
  erased: 'nothing',
  shadow: 'nothing',
  test: 'nothing',
  // Our own faults and limits.
  too_many_today: 'phone',
  text_refused: 'phone',
  internal_error: 'phone',
  // A refusal of the gateway or the network.
  permanent: 'phone',
  sender: 'phone',
  content: 'phone',
  barred: 'phone',
  handset: 'phone',
  network: 'phone',
  expired: 'phone',
  rejected: 'phone',
} as const satisfies Record<string, EventAction>;

/** Why a reminder failed or was suppressed. */
export type ReminderEventReason = keyof typeof ACTIONS;

/** The reasons of `reminder.failed` and `reminder.suppressed`. */
export const REMINDER_EVENT_REASONS = Object.keys(ACTIONS) as readonly ReminderEventReason[];

/** Reasons with which a reminder ends although no booking system needs an event about it. */
export const QUIET_REASONS = REMINDER_EVENT_REASONS.filter((reason) => ACTIONS[reason] === 'nothing');

/** The side that recorded or lifted an opt-out: the reasons of `citizen.opted_out` and `citizen.opted_in`. */
export const OPT_OUT_EVENT_REASONS = ['citizen', 'staff', 'gateway'] as const;
/** A member of `OPT_OUT_EVENT_REASONS`. */
export type OptOutEventReason = (typeof OPT_OUT_EVENT_REASONS)[number];

/** The side that freed a slot: the reasons of `slot.freed`. */
export const SLOT_EVENT_REASONS = ['booking_system', 'staff'] as const;

/** The meaning of a reply that a person must read: the reasons of `citizen.replied`. */
export const REPLY_EVENT_REASONS = ['cancel', 'confirm', 'maybe_stop', 'deceased', 'other'] as const;

/** An event with what is read beside it. */
export interface NumberedEvent {
  readonly id: string;
  readonly type: EventType;
  readonly at: Date;
  /** Rises by one within the source. */
  readonly sequence: number;
  readonly authorityId: string;
  readonly sourceId: string;
  readonly appointmentId: string;
  readonly reference: string;
  readonly reminderId: string | null;
  /** The rule of the reminder; null for none, or one that is no longer kept. */
  readonly rule: string | null;
  /** The reply that it follows from. */
  readonly inboundId: string | null;
  /** Text that the citizen wrote; null where the event tells none, or it is no longer kept. */
  readonly text: string | null;
  /** In E.164; null unless the source asks for numbers and it is still kept. */
  readonly phone: string | null;
  readonly status: ReminderStatus | null;
  readonly reason: string | null;
}

/** The body of an event, as the feed shows it and as endpoints are sent it. Members without a value are absent. */
export interface EventBody {
  readonly id: string;
  readonly type: EventType;
  readonly timestamp: string;
  readonly sequence: number;
  readonly data: {
    readonly source: string;
    readonly reference: string;
    readonly reminder?: string;
    readonly rule?: string;
    readonly status?: ReminderStatus;
    readonly reason?: string;
    readonly action?: EventAction;
    readonly reply?: string;
    readonly text?: string;
    readonly phone?: string;
  };
}

/** The body of an event as feed and endpoint show it; what the event has no value for is left out, not null. */
export function bodyOf(event: NumberedEvent): EventBody {
  const { id, type, at, sequence, sourceId, reference, reminderId, rule, status, reason, inboundId, text, phone } =
    event;
  const action = actionOf(event);
  return {
    id,
    type,
    timestamp: at.toISOString(),
    sequence,
    data: {
      source: sourceId,
      reference,
      ...(reminderId === null ? {} : { reminder: reminderId }),
      ...(rule === null ? {} : { rule }),
      ...(status === null ? {} : { status }),
      ...(reason === null ? {} : { reason }),
      ...(action === null ? {} : { action }),
      ...(inboundId === null ? {} : { reply: inboundId }),
      ...(text === null ? {} : { text }),
      ...(phone === null ? {} : { phone }),
    },
  };
}

/** The action that an event asks of people; null for types that ask for nothing by their nature. */
export function actionOf({ type, reason }: Pick<NumberedEvent, 'type' | 'reason'>): EventAction | null {
  switch (type) {
    case 'reminder.failed':
    case 'reminder.suppressed':
    case 'appointment.unreachable':
      return reason !== null && Object.hasOwn(ACTIONS, reason) ? ACTIONS[reason as ReminderEventReason] : 'phone';
    case 'reminder.uncertain':
      return 'nothing';
    case 'citizen.wrong_number':
      return 'check_number';
    default:
      return null;
  }
}
