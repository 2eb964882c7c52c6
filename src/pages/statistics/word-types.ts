import type { COUNTED, Preset, StatisticsBy } from '../../staff/statistics/statistics.ts';

/** Columns of the statistics. */
export type StatisticsColumn = (typeof COUNTED)[number] | 'segments' | 'optOuts';
/** The series of the chart. */
export type Series = 'delivered' | 'accepted' | 'failed' | 'planned' | 'unsent';

/** The words of the statistics page. */
export interface StatisticsWords {
  readonly title: string;
  readonly columns: Readonly<Record<StatisticsColumn, string>>;
  readonly by: Readonly<Record<StatisticsBy, string>>;
  readonly series: Readonly<Record<Series, string>>;
  /** Sentences about a period that can't be shown, by the code of the fault. */
  readonly faults: Readonly<Record<'out_of_range' | 'after_to' | 'too_long', string>>;
  /** The meaning of a column that counts several reasons, where a single one of them is worded otherwise. */
  readonly means: Readonly<Partial<Record<StatisticsColumn, string>>>;
  readonly from: string;
  readonly to: string;
  readonly groupBy: string;
  readonly share: string;
  /** Says of what the share is, and how many are left out of it. */
  readonly shareOf: (unknown: number, isThisMonth?: boolean) => string;
  readonly total: string;
  /** The sentence that explains parts of an SMS. */
  readonly segmentsMean: string;
  readonly chartLabel: string;
  readonly caption: (authority: string, from: string, to: string) => string;
  readonly noGateway: string;
  readonly noName: string;
  readonly others: string;
  /** Sentences about the rows of the table, where they need one. */
  readonly rowsMean: Readonly<Record<'reason' | 'others', string>>;
  readonly limited: (departments: readonly string[]) => string;
  readonly nothing: string;
  /** A week by its number, with its days; the year where the period has several. */
  readonly week: (week: number, year: number | null, days: string) => string;
  readonly languages: Readonly<Record<'da' | 'en', string>>;
  readonly periods: string;
  readonly presets: Readonly<Record<Preset, string>>;
  /** Number of days or weeks without reminders that are left out, as a sentence. */
  readonly folded: (count: number, weeks: boolean) => string;
  readonly csv: string;
  readonly previous: string;
  readonly next: string;
  /** Says which page of the table this is, and that its sums are of all of them. */
  readonly pageOf: (page: number, pages: number) => string;
  readonly costs: Readonly<Record<'caption' | 'gateway' | 'country' | 'segments' | 'amount' | 'currency', string>> &
    Readonly<Record<'noPrice' | 'total' | 'totalWithoutPrice' | 'remindersOnly', string>> & {
      /** The name of the rows of other pages, which are summed up as one. */
      readonly others: (count: number) => string;
      readonly pageOf: (page: number, pages: number) => string;
    };
}
