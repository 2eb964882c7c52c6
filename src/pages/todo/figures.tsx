import type { Child } from 'hono/jsx';
import type { MonthFigures, TodoFigures } from '../../staff/to-do/figures.ts';
import { useFrame } from '../kit/context.tsx';
import { DataTable } from '../kit/elements.tsx';
import type { PageAuthority } from '../kit/frame.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { dayText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { bilingual } from '../kit/words.ts';
import { STATISTICS_WORDS } from '../statistics/words.ts';

const WORDS = bilingual({
  da: {
    title: 'I dag og de næste syv dage',
    plannedToday: 'Planlagt resten af dagen',
    sentToday: 'Sendt i dag',
    plannedWeek: 'Planlagt de næste syv dage',
    delivered: 'Andel modtaget denne måned',
    time: 'Typisk leveringstid nu',
    timeMeans:
      'Typisk leveringstid: halvdelen af de SMS’er, der nåede frem, var højst så længe om det. Nu: de 500 nyeste; i ' +
      'tabellen: de seneste 20 fra hver dag.',
    seconds: (seconds: string) => `${seconds} sek.`,
    minutes: (minutes: string) => `${minutes} min.`,
    week: 'Planlagte påmindelser dag for dag',
    months: 'Denne måned og sidste måned',
    period: 'Periode',
    columns: ['Sendt', 'Andel modtaget', 'Typisk leveringstid', 'SMS-dele', 'Udgift'],
    days: (month: string, from: number, to: number) =>
      from === to ? `${from}.\u00a0${month}` : `${from}.–${to}.\u00a0${month}`,
    all: (month: string) => `Hele ${month}`,
    limited: (departments: readonly string[]) => `Kun ${departments.join(', ')}, som din konto er begrænset til.`,
    more: 'Se statistikken',
  },
  en: {
    title: 'Today and the next seven days',
    plannedToday: 'Planned for the rest of today',
    sentToday: 'Sent today',
    plannedWeek: 'Planned for the next seven days',
    delivered: 'Share received this month',
    time: 'Typical delivery time now',
    timeMeans:
      'Typical delivery time: half of the SMS that arrived took no longer. Now: the newest 500; in the table: the ' +
      'last 20 of each day.',
    seconds: (seconds) => `${seconds} s`,
    minutes: (minutes) => `${minutes} min`,
    week: 'Planned reminders day by day',
    months: 'This month and last month',
    period: 'Period',
    columns: ['Sent', 'Share received', 'Typical delivery time', 'Segments', 'Cost'],
    days: (month, from, to) => (from === to ? `${from}\u00a0${month}` : `${from}–${to}\u00a0${month}`),
    all: (month) => `All of ${month}`,
    limited: (departments) => `Only ${departments.join(', ')}, which your account is limited to.`,
    more: 'See the statistics',
  },
});

const WEEKDAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;

interface FiguresProps {
  readonly authority: PageAuthority;
  readonly figures: TodoFigures;
  /** null: the visitor sees all. */
  readonly departments: readonly string[] | null;
}

/** Today and the coming week, and this month beside the last one. */
export function Figures({ authority, figures, departments }: FiguresProps) {
  const { language } = useFrame();
  const [words, shared, locale] = [WORDS[language], STATISTICS_WORDS[language], LOCALES[language]];
  const { today, week, thisMonth, sameDaysBefore, lastMonth, medianDelivery } = figures;
  const count = (number: number) => number.toLocaleString(locale);
  const figure = (number: number, status: string, from: string, to = from) => (
    <Figure status={status} from={from} to={to} text={number === 0 ? null : count(number)} />
  );
  const [first = today, last = first] = [week[0], week.at(-1)];
  const planned = week.reduce((sum, day) => sum + day.planned, 0);
  const facts = [
    [words.plannedToday, figure(today.planned, 'planned', today.day)],
    [words.sentToday, figure(today.sent, 'sent', today.day)],
    [words.plannedWeek, figure(planned, 'planned', first.day, last.day)],
    [words.delivered, <Delivered month={thisMonth} />],
    [words.time, durationText(medianDelivery, language)],
  ];
  const rows = [
    [words.days(...spanOf(thisMonth, locale)), thisMonth] as const,
    [words.days(...spanOf(sameDaysBefore, locale)), sameDaysBefore] as const,
    [words.all(monthName(lastMonth.from, locale)), lastMonth] as const,
  ].map(([period, month]) => [period, ...monthCells(month, authority, language)]);
  const hasCosts = [thisMonth, sameDaysBefore, lastMonth].some(({ costs }) => costs && costs.length > 0);
  return (
    <section class="figures" aria-labelledby="figures">
      <h2 id="figures">{words.title}</h2>
      {departments && <p class="means">{words.limited(departments)}</p>}
      <dl class="summary">
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.week}</h3>
      <dl class="summary week">
        {week.map(({ day, planned }) => (
          <div>
            <dt>{dayText(language, day, WEEKDAY)}</dt>
            <dd>{figure(planned, 'planned', day)}</dd>
          </div>
        ))}
      </dl>
      <DataTable
        caption={words.months}
        columns={[{ label: words.period }, ...words.columns.map((label) => ({ label, number: true as const }))]}
        rows={rows}
      />
      <p class="means">
        {shared.shareOf(thisMonth.fateUnknown, true)} {words.timeMeans} {shared.segmentsMean}
        {hasCosts && ` ${shared.costs.remindersOnly}`}
      </p>
      <p class="pages">
        <a href={hrefOf('/admin/statistics', authority)}>{words.more}</a>
      </p>
    </section>
  );
}

interface FigureProps {
  readonly status: string;
  readonly from: string;
  readonly to: string;
  /** null: it is 0, and there is nothing behind it. */
  readonly text: string | null;
}

/** A figure that leads to the reminders behind it. */
function Figure({ text, ...behind }: FigureProps) {
  const { authority } = useFrame();
  return text === null ? <>0</> : <a href={hrefOf('/admin/messages', authority, behind)}>{text}</a>;
}

/** The share that was received, which leads to those that were. */
function Delivered({ month: { from, to, deliveredShare } }: { readonly month: MonthFigures }) {
  const locale = LOCALES[useFrame().language];
  if (deliveredShare === null) return <>–</>;
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(deliveredShare);
  return <Figure from={from} to={to} status="delivered" text={share} />;
}

function monthCells(month: MonthFigures, authority: PageAuthority, language: PageLanguage): Child[] {
  const locale = LOCALES[language];
  const { from, to, sent, segments, costs } = month;
  const money = (costs ?? []).map(({ currency, amount }) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount),
  );
  const count = (number: number) => number.toLocaleString(locale);
  const statistics = (text: string) => <a href={hrefOf('/admin/statistics', authority, { from, to })}>{text}</a>;
  return [
    <Figure from={from} to={to} status="sent" text={sent === 0 ? null : count(sent)} />,
    <Delivered month={month} />,
    durationText(month.medianDelivery, language),
    segments === 0 ? '0' : statistics(count(segments)),
    money.length === 0 ? '–' : statistics(money.join(', ')),
  ];
}

function durationText(seconds: number | null, language: PageLanguage): string {
  const [words, locale] = [WORDS[language], LOCALES[language]];
  if (seconds === null) return '–';
  if (seconds < 100) return words.seconds(Math.round(seconds).toLocaleString(locale));
  return words.minutes(Math.round(seconds / 60).toLocaleString(locale));
}

function spanOf({ from, to }: MonthFigures, locale: string): [month: string, from: number, to: number] {
  return [monthName(from, locale), Number(from.slice(8)), Number(to.slice(8))];
}

function monthName(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'long' }).format(new Date(day));
}
