import { bilingual } from './words.ts';

/** The words of a period that somebody chooses. */
export const PERIOD_WORDS = bilingual({
  da: {
    fields: { from: 'Fra og med', to: 'Til og med' },
    faults: { day: 'Vælg en dag mellem 1900 og 2199.', period: 'Perioden slutter, før den begynder.' },
  },
  en: {
    fields: { from: 'From', to: 'To and including' },
    faults: { day: 'Choose a day between 1900 and 2199.', period: 'The period ends before it begins.' },
  },
});
