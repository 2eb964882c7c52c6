import type { PageLanguage } from './language.ts';

/** The words of a period that somebody chooses. */
interface PeriodWords {
  readonly fields: Readonly<Record<'from' | 'to', string>>;
  /** Faults of one of its days, and of their order. */
  readonly faults: Readonly<Record<'day' | 'period', string>>;
}

/** The words of a period that somebody chooses. */
export const PERIOD_WORDS: Readonly<Record<PageLanguage, PeriodWords>> = {
  da: {
    fields: { from: 'Fra og med', to: 'Til og med' },
    faults: { day: 'Vælg en dag mellem 1900 og 2199.', period: 'Perioden slutter, før den begynder.' },
  },
  en: {
    fields: { from: 'From', to: 'To and including' },
    faults: { day: 'Choose a day between 1900 and 2199.', period: 'The period ends before it begins.' },
  },
};
