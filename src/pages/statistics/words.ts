import type { COUNTED } from '../../staff/statistics/statistics.ts';
import { PERIOD_WORDS } from '../kit/period-words.ts';
import { bilingual } from '../kit/words.ts';

/** Columns of the statistics. */
export type StatisticsColumn = (typeof COUNTED)[number] | 'segments' | 'optOuts';

/** The words of the statistics page. */
export const STATISTICS_WORDS = bilingual({
  da: {
    title: 'Statistik',
    columns: {
      planned: 'Planlagt',
      accepted: 'Sendt, afventer kvittering',
      delivered: 'Modtaget',
      undelivered: 'Ikke modtaget',
      rejected: 'Afvist',
      uncertain: 'Uvist',
      expired: 'Ikke sendt i tide',
      suppressed: 'Ikke sendt',
      cancelled: 'Bortfaldet',
      superseded: 'Erstattet',
      segments: 'SMS-dele',
      optOuts: 'Frameldinger',
    },
    by: {
      day: 'Dag',
      week: 'Uge',
      template: 'Tekst',
      language: 'Sprog',
      gateway: 'SMS-leverandør',
      department: 'Afdeling',
      reason: 'Årsag',
    },
    series: {
      delivered: 'Modtaget',
      accepted: 'Sendt, afventer kvittering',
      failed: 'Ikke modtaget, afvist eller uvist',
      planned: 'Planlagt',
      unsent: 'Ikke sendt, bortfaldet eller erstattet',
    },
    faults: {
      out_of_range: PERIOD_WORDS.da.faults.day,
      after_to: PERIOD_WORDS.da.faults.period,
      too_long: 'Vælg højst ti år.',
    },
    means: {
      expired: 'Det var for sent, eller en anden påmindelse lå for tæt på.',
      cancelled: 'Aftalen er aflyst, eller der er af en anden grund ikke brug for en påmindelse.',
    } as Readonly<Record<string, string>>,
    ...PERIOD_WORDS.da.fields,
    groupBy: 'Fordel på',
    share: 'Andel modtaget',
    shareOf: (unknown: number, isThisMonth?: boolean) =>
      'Andel modtaget regnes af de SMS’er, hvis udfald er kendt: modtaget eller ikke modtaget.' +
      (unknown === 0
        ? ''
        : ` Ikke regnet med${isThisMonth ? ' i denne måned' : ''}: ${unknown.toLocaleString('da-DK')}, der ` +
          `afventer kvittering eller er ${unknown === 1 ? 'uvis' : 'uvisse'}.`),
    total: 'I alt',
    segmentsMean: 'En SMS-del er det, SMS-leverandøren tager betaling for: en lang SMS består af flere dele.',
    chartLabel: 'Påmindelser fordelt på udfald. Tallene står i tabellen nedenfor.',
    caption: (authority: string, from: string, to: string) => `${authority}, ${from} til ${to}`,
    noGateway: 'Ingen SMS-leverandør (planlagt eller ikke sendt)',
    noName: 'Ikke angivet',
    others: 'Andre afdelinger',
    rowsMean: {
      reason:
        'Kun de påmindelser, der har en årsag, er talt med i tabellen. Også SMS-delene er kun deres; udgifterne ' +
        'nedenfor er for alle.',
      others:
        'Afdelinger, som færre end fem borgere har haft en aftale i, og som ingen regel nævner, vises samlet som ' +
        '»Andre afdelinger«. Det gør også det, der blev planlagt i en afdeling, før den havde fem.',
    },
    limited: (departments: readonly string[]) => `Kun ${departments.join(', ')}, som din konto er begrænset til.`,
    nothing:
      'Der er ingen påmindelser i perioden. De kommer af sig selv, når bookingsystemet sender aftaler; vælg ' +
      'ellers en anden periode.',
    week: (week: number, year: number | null, days: string) =>
      `Uge\u00a0${week}${year === null ? '' : `, ${year}`}: ${days}`,
    periods: 'Perioder',
    presets: {
      week: '7 dage',
      days30: '30 dage',
      month: 'Denne måned',
      lastMonth: 'Sidste måned',
      year: 'Et år',
    },
    folded: (count: number, weeks: boolean) => {
      const what = weeks ? (count === 1 ? 'uge' : 'uger') : count === 1 ? 'dag' : 'dage';
      return `${count} ${what} uden påmindelser står ikke i tabellen.`;
    },
    months: {
      share: 'Andel modtaget, måned for måned',
      cost: 'Udgift, måned for måned',
      month: 'Måned',
      figures: 'Se tallene',
      label: (title: string, low: string, high: string) =>
        `${title}: mellem ${low} og ${high}. Tallene står i tabellen nedenfor.`,
    },
    csv: 'Hent som regneark (CSV)',
    previous: 'Forrige side',
    next: 'Næste side',
    pageOf: (page: number, pages: number) => `Side ${page} af ${pages}. Summen i rækken »I alt« dækker alle sider.`,
    costs: {
      caption: 'Udgifter til SMS i perioden',
      gateway: 'SMS-leverandør',
      country: 'Land',
      segments: 'SMS-dele',
      amount: 'Beløb',
      currency: 'Valuta',
      totalWithoutPrice: 'I alt uden kendt pris',
      noPrice: 'Prisen er ikke oplyst',
      others: (count: number) => `${count} på de andre sider`,
      pageOf: (page: number, pages: number) => `Side ${page} af ${pages} med udgifter`,
      remindersOnly: 'Automatiske svar til borgerne er ikke regnet med.',
      total: 'I alt',
    },
  },
  en: {
    title: 'Statistics',
    columns: {
      planned: 'Planned',
      accepted: 'Sent, waiting for a receipt',
      delivered: 'Received',
      undelivered: 'Not received',
      rejected: 'Refused',
      uncertain: 'Unknown',
      expired: 'Not sent in time',
      suppressed: 'Not sent',
      cancelled: 'Dropped',
      superseded: 'Replaced',
      segments: 'Segments',
      optOuts: 'Opt-outs',
    },
    by: {
      day: 'Day',
      week: 'Week',
      template: 'Text',
      language: 'Language',
      gateway: 'SMS supplier',
      department: 'Department',
      reason: 'Reason',
    },
    series: {
      delivered: 'Received',
      accepted: 'Sent, waiting for a receipt',
      failed: 'Not received, refused or unknown',
      planned: 'Planned',
      unsent: 'Not sent, dropped or replaced',
    },
    faults: {
      out_of_range: PERIOD_WORDS.en.faults.day,
      after_to: PERIOD_WORDS.en.faults.period,
      too_long: 'Choose ten years at most.',
    },
    means: {
      expired: 'It was too late, or another reminder was too near.',
      cancelled: 'The appointment was cancelled, or for another reason needs no reminder.',
    },
    ...PERIOD_WORDS.en.fields,
    groupBy: 'Group by',
    share: 'Share received',
    shareOf: (unknown, isThisMonth) =>
      'The share received counts the SMS whose outcome is known: received or not received.' +
      (unknown === 0
        ? ''
        : ` Not counted${isThisMonth ? ' this month' : ''}: ${unknown.toLocaleString('en-GB')} that ` +
          `${unknown === 1 ? 'awaits a receipt or is' : 'await a receipt or are'} unknown.`),
    total: 'Total',
    segmentsMean: 'A segment is what the SMS supplier bills: a long SMS consists of several.',
    chartLabel: 'Reminders by outcome. The figures are in the table below.',
    caption: (authority, from, to) => `${authority}, ${from} to ${to}`,
    noGateway: 'No SMS supplier (planned or not sent)',
    noName: 'Not stated',
    others: 'Other departments',
    rowsMean: {
      reason:
        'Only the reminders that have a reason are counted in the table. The segments, too, are only those of these ' +
        'reminders; the costs below cover all.',
      others:
        'Departments of fewer than five citizens, which no rule names, are shown together as “Other ' +
        'departments”, and so is what was planned in a department before it had five.',
    },
    limited: (departments) => `Only ${departments.join(', ')}, which your account is limited to.`,
    nothing:
      'There are no reminders in this period. They appear automatically once the booking system sends ' +
      'appointments; or choose another period.',
    week: (week, year, days) => `Week\u00a0${week}${year === null ? '' : `, ${year}`}: ${days}`,
    periods: 'Periods',
    presets: {
      week: '7 days',
      days30: '30 days',
      month: 'This month',
      lastMonth: 'Last month',
      year: 'One year',
    },
    folded: (count, weeks) => {
      const what = weeks ? (count === 1 ? 'week' : 'weeks') : count === 1 ? 'day' : 'days';
      return `${count} ${what} without reminders ${count === 1 ? 'is' : 'are'} not in the table.`;
    },
    months: {
      share: 'Share received, month by month',
      cost: 'Cost, month by month',
      month: 'Month',
      figures: 'See the figures',
      label: (title, low, high) => `${title}: between ${low} and ${high}. The figures are in the table below.`,
    },
    csv: 'Download as a spreadsheet (CSV)',
    previous: 'Previous page',
    next: 'Next page',
    pageOf: (page, pages) => `Page ${page} of ${pages}. The sums in the row “Total” cover all pages.`,
    costs: {
      caption: 'Cost of SMS in the period',
      gateway: 'SMS supplier',
      country: 'Country',
      segments: 'Segments',
      amount: 'Amount',
      currency: 'Currency',
      totalWithoutPrice: 'Total without a known price',
      noPrice: 'No price is known',
      others: (count) => `${count} on the other pages`,
      pageOf: (page, pages) => `Page ${page} of ${pages} of the costs`,
      remindersOnly: 'Automatic answers to citizens are not counted.',
      total: 'Total',
    },
  },
});

/** The words of the statistics page in one language. */
export type StatisticsWords = (typeof STATISTICS_WORDS)['da'];
