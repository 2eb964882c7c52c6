import type { COUNTED, STATISTICS_BY } from '../../../staff/statistics/statistics.ts';
import type { PageLanguage } from '../language.ts';

/** Columns of the statistics. */
export type StatisticsColumn = (typeof COUNTED)[number] | 'segments' | 'optOuts';
/** The series of the chart. */
export type Series = 'delivered' | 'accepted' | 'failed' | 'planned' | 'unsent';

/** The words of the statistics page. */
export interface StatisticsWords {
  readonly title: string;
  readonly columns: Readonly<Record<StatisticsColumn, string>>;
  readonly by: Readonly<Record<(typeof STATISTICS_BY)[number], string>>;
  readonly series: Readonly<Record<Series, string>>;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly groupBy: string;
  readonly share: string;
  readonly total: string;
  readonly chart: string;
  readonly chartLabel: string;
  readonly table: string;
  readonly caption: (authority: string, from: string, to: string) => string;
  readonly noGateway: string;
  readonly noName: string;
  readonly limited: (departments: readonly string[]) => string;
  readonly nothing: string;
}

const DANISH: StatisticsWords = {
  title: 'Statistik',
  columns: {
    planned: 'Planlagt',
    accepted: 'Afleveret',
    delivered: 'Leveret',
    undelivered: 'Ikke leveret',
    rejected: 'Afvist',
    uncertain: 'Uvis',
    expired: 'Udløbet',
    suppressed: 'Stoppet',
    cancelled: 'Aflyst',
    superseded: 'Flyttet',
    segments: 'SMS-dele',
    optOuts: 'Frameldinger',
  },
  by: { day: 'Dag', template: 'Tekst', language: 'Sprog', gateway: 'Gateway', department: 'Afdeling' },
  series: {
    delivered: 'Leveret',
    accepted: 'Afleveret, venter på kvittering',
    failed: 'Ikke leveret, afvist eller uvis',
    planned: 'Planlagt',
    unsent: 'Ikke sendt',
  },
  period: 'Perioden skal begynde, før den slutter, være på højst ti år og ligge mellem 1900 og 2199.',
  from: 'Fra og med',
  to: 'Til og med',
  groupBy: 'Fordel på',
  share: 'Andel leveret',
  total: 'I alt',
  chart: 'Diagram',
  chartLabel: 'Påmindelser fordelt på udfald. Tallene står i tabellen nedenfor.',
  table: 'Tabel',
  caption: (authority, from, to) => `${authority}, ${from} til ${to}`,
  noGateway: 'Ikke afleveret',
  noName: 'Ikke angivet',
  limited: (departments) => `Kun ${departments.join(', ')}, som din konto er begrænset til.`,
  nothing:
    'Der er ingen påmindelser i perioden. De kommer af sig selv, når bookingsystemet sender aftaler; vælg ellers en ' +
    'anden periode.',
};

const ENGLISH: StatisticsWords = {
  title: 'Statistics',
  columns: {
    planned: 'Planned',
    accepted: 'Handed over',
    delivered: 'Delivered',
    undelivered: 'Undelivered',
    rejected: 'Rejected',
    uncertain: 'Uncertain',
    expired: 'Expired',
    suppressed: 'Suppressed',
    cancelled: 'Cancelled',
    superseded: 'Moved',
    segments: 'Segments',
    optOuts: 'Opt-outs',
  },
  by: { day: 'Day', template: 'Text', language: 'Language', gateway: 'Gateway', department: 'Department' },
  series: {
    delivered: 'Delivered',
    accepted: 'Handed over, waiting for a receipt',
    failed: 'Undelivered, rejected or uncertain',
    planned: 'Planned',
    unsent: 'Not sent',
  },
  period: 'The period must begin before it ends, be ten years long at most, and lie between 1900 and 2199.',
  from: 'From',
  to: 'To, included',
  groupBy: 'Group by',
  share: 'Share delivered',
  total: 'Total',
  chart: 'Chart',
  chartLabel: 'Reminders by outcome. The figures are in the table below.',
  table: 'Table',
  caption: (authority, from, to) => `${authority}, ${from} to ${to}`,
  noGateway: 'Not handed over',
  noName: 'Not stated',
  limited: (departments) => `Only ${departments.join(', ')}, which your account is limited to.`,
  nothing:
    'There are no reminders in this period. They appear by themselves once the booking system sends appointments; or ' +
    'choose another period.',
};

/** The words of the statistics page. */
export const STATISTICS_WORDS: Readonly<Record<PageLanguage, StatisticsWords>> = { da: DANISH, en: ENGLISH };
