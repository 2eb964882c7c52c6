/** The outcome of looking at due reminders: of one page, or of all pages of a drain. */
export interface HandOverProgress {
  readonly looked: number;
  readonly started: number;
  /** Some were taken up: they were started, or ended, or they wait. */
  readonly anyTaken: boolean;
  /** Some were left lying, since their gateway takes no more of one page, or nothing may be started any more. */
  readonly anyLeft: boolean;
}

/** The progress of nothing: none was looked at. */
export const NO_PROGRESS: HandOverProgress = { looked: 0, started: 0, anyTaken: false, anyLeft: false };

/** The progress of two parts of a drain together. */
export function addProgress(a: HandOverProgress, b: HandOverProgress): HandOverProgress {
  return {
    looked: a.looked + b.looked,
    started: a.started + b.started,
    anyTaken: a.anyTaken || b.anyTaken,
    anyLeft: a.anyLeft || b.anyLeft,
  };
}
