/** A list of citizens, with what is to be done about them. */
export interface ListWords {
  readonly title: string;
  readonly means: string;
  /** The next step, for those who may take it; left out: the title says it. */
  readonly step?: string;
  /** The button that ticks a citizen off. */
  readonly button: string;
}

/** The words of the to-do page. */
export interface TodoWords {
  readonly title: string;
  /** @param byReply citizens can reply to the sender */
  readonly nothing: (byReply: boolean) => string;
  readonly nothingMore: string;
  readonly handled: string;
  readonly undone: string;
  readonly late: string;
  readonly seen: string;
  readonly undo: string;
  readonly readOnly: string;
  /** The line below the title on paper. @param when the list was read */
  readonly printed: (authority: string, when: string) => string;
  readonly more: string;
  readonly noNumber: string;
  readonly replies: {
    readonly title: string;
    readonly means: string;
    readonly read: string;
    /** The same for somebody who may not settle it. */
    readonly look: string;
    readonly others: (count: number) => string;
    /** More of them hold reminders than are shown. @param count of all replies that wait */
    readonly more: (count: number) => string;
  };
  readonly lists: Readonly<Record<'uncertain' | 'wrongNumbers', ListWords>> & {
    /** @param until the last day, written out */
    readonly soon: (until: string) => ListWords;
    readonly numberless: (count: string) => ListWords;
  };
  readonly latest: { readonly title: string; readonly by: (name: string) => string };
  readonly obstacles: {
    /** The title where nothing is held back. */
    readonly wrong: string;
    readonly title: string;
    readonly means: string;
    /** The step that refused messages need. @param works the visitor has the button that takes them off the list */
    readonly refusedMean: (works: boolean) => string;
    readonly sendingOff: string;
    readonly paused: (until: string | null, reason: string) => string;
    readonly pausedSource: (source: string, until: string | null, why: string | null) => string;
    /** @param word null: it stands nowhere, or there is none */
    readonly unclear: (source: string, word: string | null, count: number) => string;
    /** @param last null: it has never sent anything */
    readonly silent: (source: string, last: string | null) => string;
    /** @param refused how many are known, and whether these are all */
    readonly refusing: (
      source: string,
      refused: { readonly count: number; readonly all: boolean },
      last: string,
    ) => string;
    readonly noGateway: string;
    /**
     * @param rule a sentence
     * @param administers the reader may choose another sender
     */
    readonly refusedSender: (gateway: string, rule: string, administers: boolean) => string;
    readonly gatewayOut: (gateway: string, since: string) => string;
    readonly endpoint: (source: string, state: 'paused' | 'ended') => string;
    /** How many of a kind stand below those that are shown. */
    readonly more: Readonly<
      Record<'silent' | 'refusing' | 'pausedSources' | 'stoppedEndpoints' | 'unclear', (count: number) => string>
    >;
    /** Links to the page where it is mended. */
    readonly toSender: string;
    readonly toPause: string;
    readonly toSource: string;
    readonly toSources: string;
    readonly toCodes: string;
    /** The button by which refusals leave the list. */
    readonly seen: string;
    readonly toGateways: string;
    readonly toInstallation: string;
    readonly askAdministrator: string;
    readonly askOperations: string;
  };
  readonly figures: {
    readonly title: string;
    readonly plannedToday: string;
    readonly sentToday: string;
    readonly plannedWeek: string;
    readonly delivered: string;
    readonly time: string;
    /** The meaning of the column of the months. */
    readonly timeMeans: string;
    readonly seconds: (seconds: string) => string;
    readonly minutes: (minutes: string) => string;
    readonly week: string;
    readonly months: string;
    readonly columns: readonly [string, string, string, string, string, string];
    readonly days: (month: string, from: number, to: number) => string;
    readonly all: (month: string) => string;
    readonly limited: (departments: readonly string[]) => string;
    readonly more: string;
  };
  readonly others: { readonly title: string; readonly all: string; readonly none: string };
}
