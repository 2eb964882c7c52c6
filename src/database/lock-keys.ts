/**
 * First keys of the advisory locks that have two integers, a key of its own each: `pg_locks` shows it as `classid`.
 * Functions of migrations/0002_functions.sql name the same numbers. Beside these, the lock on a citizen's number has
 * one key of 64 bits, the beginning of the number's hash; the two kinds never meet.
 */
export const LOCK_KEYS = {
  /** A number of one authority, while a start counts what the number got today (`handed_over_today`). */
  dailyLimit: 7302027,
  /** An id of several appointments, while an event about them is decided (`accept_new`, `lockBefore`). */
  sharedIds: 7302028,
  /** The sums of statistics, while a fold adds to them (`statistics_day_changed`). */
  statisticsSums: 7302029,
  /** The job that numbers outgoing events. */
  numbering: 7302030,
  /** The prices of one gateway, while staff replace them. */
  prices: 7302031,
  /** The only reader of what a supplier gives out once. */
  fetch: 7302032,
  /** Patients whose death is told, or looked up for a booking (`accept_new`, `lockBefore`). */
  patients: 7302033,
  /** SMS that try a gateway, while those of the last day are counted. */
  gatewayTests: 7302034,
  /** The readers of events, while a change is written that may become one (`sources_with_reader`); always shared. */
  eventReaders: 7302035,
  /** The files of one person that wait to be imported, while another one is kept. */
  importFiles: 7302037,
  /** Look-ups of one actor, while one finds its line of the audit (`fold_look_up`). */
  lookUps: 7302036,
} as const;

/** The second key of a lock of which there is one only. */
export const ONLY_LOCK = 1;

/** The migrations' lock, which has a single key; the same in all versions, since two of them may start at once. */
export const MIGRATION_LOCK = 7302026;
