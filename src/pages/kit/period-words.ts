import { bilingual } from './words.ts';

/** The words of a field for a day, or for a day with a time. */
export const DAY_WORDS = bilingual({
  da: {
    form: 'dd-mm-åååå',
    timedForm: 'dd-mm-åååå tt:mm',
    choose: (label: string) => `${label}: vælg i kalenderen`,
    fault: 'Skriv en dag som dd-mm-åååå, mellem 1900 og 2199.',
    timedFault: 'Skriv dag og klokkeslæt som dd-mm-åååå tt:mm.',
  },
  en: {
    form: 'dd-mm-yyyy',
    timedForm: 'dd-mm-yyyy hh:mm',
    choose: (label) => `${label}: choose in the calendar`,
    fault: 'Write a day as dd-mm-yyyy, between 1900 and 2199.',
    timedFault: 'Write a day and a time as dd-mm-yyyy hh:mm.',
  },
});

/** The words of a period that somebody chooses. */
export const PERIOD_WORDS = bilingual({
  da: {
    fields: { from: 'Fra og med', to: 'Til og med' },
    faults: { day: DAY_WORDS.da.fault, period: 'Perioden slutter, før den begynder.' },
  },
  en: {
    fields: { from: 'From', to: 'To and including' },
    faults: { day: DAY_WORDS.en.fault, period: 'The period ends before it begins.' },
  },
});
