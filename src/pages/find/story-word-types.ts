import type { NoReminderReason } from '../../staff/find/present-reminders.ts';

/** The words of the page that tells the story of an appointment. */
export interface StoryWords {
  readonly title: (reference: string) => string;
  readonly back: string;
  readonly facts: Readonly<Record<'start' | 'status' | 'number', string>>;
  readonly noStart: string;
  readonly noNumber: string;
  readonly erased: string;
  readonly languages: Readonly<Record<string, string>>;
  readonly sameNumber: string;
  /** Sentence that says what the citizen got. */
  readonly verdicts: Readonly<
    Record<
      | ('received' | 'sent' | 'planned' | 'held' | 'uncertain' | 'unreached' | 'none' | 'over' | 'past' | 'replaced')
      | ('noticed' | 'noticeOnly' | 'trial'),
      string
    >
  >;
  readonly noReminder: Readonly<Record<NoReminderReason, string>>;
  /** Before the reference of the appointment that goes on, and the sentence after it. */
  readonly replacedBy: string;
  readonly replacedMeans: string;
  readonly reminders: string;
  /** Stands before the next step. @param asked the reader is asked to take it */
  readonly todo: (asked: boolean) => string;
  readonly due: (moment: string) => string;
  readonly heldUntil: (moment: string) => string;
  readonly wasDue: (moment: string) => string;
  readonly sentVia: (moment: string, gateway: string, segments: number) => string;
  readonly sms: string;
  readonly smsErased: string;
  readonly rule: (before: string) => string;
  readonly before: Readonly<Record<'days' | 'hours' | 'minutes', (count: number) => string>>;
  readonly notices: Readonly<Record<'confirmation' | 'rescheduled' | 'cancellation', string>>;
  /** A reminder on the day of the appointment. @param at `HH:MM` */
  readonly sameDay: (at: string) => string;
  /** A reminder of a rule that is gone, by its id. */
  readonly otherRule: (rule: string) => string;
  readonly openReplies: (count: number) => string;
  readonly toReplies: string;
  readonly optedOut: string;
  readonly toOptOuts: string;
  readonly story: string;
  readonly entries: {
    readonly received: (source: string) => string;
    readonly moved: {
      /** null: the time, or the one before, is not known. */
      readonly to: (time: string | null, before: string | null) => string;
      readonly without: (before: string) => string;
    };
    /** null: the new number is not known. */
    readonly replaced: (reference: string | null) => string;
    readonly toReplacement: string;
    readonly changed: Readonly<Record<'cancelled' | 'deleted' | 'booked', string>>;
    readonly erased: string;
    readonly planned: (name: string, moment: string) => string;
    readonly reminder: (name: string, state: string) => string;
    readonly handedOver: (name: string) => string;
    readonly handedOverAgain: (name: string) => string;
    /** The gateway was asked what became of an SMS. */
    readonly asked: Readonly<Record<'found' | 'open' | 'never', string>>;
    readonly askedAgain: (moment: string) => string;
    readonly receipt: Readonly<Record<'delivered' | 'undelivered' | 'other', string>>;
    readonly reply: (meaning: string) => string;
    readonly hold: Readonly<Record<'held' | 'released', string>>;
    readonly answer: (name: string, state: string) => string;
    readonly settled: (action: string, by: string) => string;
    readonly settledBySystem: string;
    readonly optedOut: (by: string) => string;
    readonly optedIn: (by: string) => string;
    /** `source` null: of the whole authority; `until` null and `reason` empty: none was given. */
    readonly paused: (pause: {
      readonly source: string | null;
      readonly by: string;
      readonly reason: string;
      readonly until: string | null;
    }) => string;
    /** `by` null: it came to its end. */
    readonly resumed: (source: string | null, by: string | null) => string;
    /** `about` null: no reminder of its own; `delivery` null: the booking system fetches its events. */
    readonly event: (told: {
      readonly about: string | null;
      readonly what: string;
      readonly delivery: string | null;
    }) => string;
  };
  /** Explanations of the entries that no list of states has. */
  readonly means: {
    readonly received: string;
    readonly erased: string;
    readonly moved: string;
    readonly without: string;
    readonly replaced: string;
    readonly handedOverAgain: string;
    readonly asked: Readonly<Record<'found' | 'open' | 'never', string>>;
    readonly receipt: Readonly<Record<'delivered' | 'undelivered' | 'other', string>>;
    /** A decision about a reply that is not known any more. */
    readonly settled: string;
    readonly settledBySystem: string;
    readonly optedOut: string;
    readonly optedIn: string;
    readonly paused: string;
    readonly resumed: string;
  };
  readonly earlier: string;
  /** The story is longer than what is read of it. */
  readonly cut: string;
  readonly beginning: string;
  readonly further: string;
}

/** A count with its noun. */
export const many = (one: string, more: string) => (count: number) => (count === 1 ? `1 ${one}` : `${count} ${more}`);
