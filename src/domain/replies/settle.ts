/** A person's decisions about a reply. */
export const SETTLE_ACTIONS = [
  'opt_out',
  'wrong_number',
  'deceased',
  'cancel_passed_on',
  'confirmed',
  'answered',
  'ignore',
] as const;
/** A member of `SETTLE_ACTIONS`. */
export type SettleAction = (typeof SETTLE_ACTIONS)[number];

/** Decisions about one appointment, or its patient: of several it has to be chosen. */
export const ABOUT_ONE_APPOINTMENT: readonly SettleAction[] = ['cancel_passed_on', 'confirmed', 'deceased'];

/** Ids of what a decision changed: what undoing it restores. */
export interface SettleEffects {
  /** The opt-out that was recorded; null where there was one already, or none. */
  readonly optOut: string | null;
  /** The appointments that the number was taken from. */
  readonly appointments: readonly string[];
  /** The reminders that ended. */
  readonly reminders: readonly string[];
  /** The appointments whose reminders the reply held. */
  readonly held: readonly string[];
  /** The planned words that the appointment is cancelled; absent in what was stored before there were any. */
  readonly words?: readonly string[];
  /** The appointment that was chosen among several; null where the reply was about one. */
  readonly chosen: string | null;
}

/** The time within which a decision can be undone. */
export const UNDO_WITHIN_MS = 600_000;
/**
 * Booking systems get the event then: a minute after the decision became final, since the clocks of two processes may
 * differ.
 */
export const EVENT_AFTER_MS = UNDO_WITHIN_MS + 60_000;
