import type { Child } from 'hono/jsx';
import type { Authority } from '../../domain/authority.ts';
import type { MonthFigures, TodoFigures } from '../../staff/to-do/figures.ts';
import type { Frame } from '../kit/context.tsx';
import { DataTable } from '../kit/elements.tsx';
import { LOCALES } from '../kit/language.ts';
import { dayText } from '../kit/moment-text.ts';
import { hrefOf } from '../kit/navigation.ts';
import { STATISTICS_WORDS } from '../statistics/words.ts';
import type { TodoWords } from './words.ts';

const WEEKDAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;

interface FiguresProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: TodoWords;
  readonly figures: TodoFigures;
  /** null: the visitor sees all. */
  readonly departments: readonly string[] | null;
}

/** Today and the coming week, and this month beside the last one. */
export function Figures({ frame, authority, words: { figures: words }, figures, departments }: FiguresProps) {
  const locale = LOCALES[frame.language];
  const { today, week, thisMonth, sameDaysBefore, lastMonth, medianDelivery } = figures;
  const count = (number: number) => number.toLocaleString(locale);
  const figure = (number: number, status: string, from: string, to = from) => (
    <Figure authority={authority} status={status} from={from} to={to} text={number === 0 ? null : count(number)} />
  );
  const [first = today, last = first] = [week[0], week.at(-1)];
  const planned = week.reduce((sum, day) => sum + day.planned, 0);
  const facts = [
    [words.plannedToday, figure(today.planned, 'planned', today.day)],
    [words.sentToday, figure(today.sent, 'sent', today.day)],
    [words.plannedWeek, figure(planned, 'planned', first.day, last.day)],
    [words.delivered, <Delivered authority={authority} locale={locale} month={thisMonth} />],
    [words.time, durationText(medianDelivery, words, locale)],
  ];
  const place = { authority, locale, words };
  const rows = [
    monthRow(words.days(...spanOf(thisMonth, locale)), thisMonth, place),
    monthRow(words.days(...spanOf(sameDaysBefore, locale)), sameDaysBefore, place),
    monthRow(words.all(monthName(lastMonth.from, locale)), lastMonth, place),
  ];
  const [period, ...numbers] = words.columns;
  const shared = STATISTICS_WORDS[frame.language];
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
            <dt>{dayText(frame.language, day, WEEKDAY)}</dt>
            <dd>{figure(planned, 'planned', day)}</dd>
          </div>
        ))}
      </dl>
      <DataTable
        caption={words.months}
        columns={[{ label: period }, ...numbers.map((label) => ({ label, number: true as const }))]}
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
  readonly authority: Authority;
  readonly status: string;
  readonly from: string;
  readonly to: string;
  /** null: it is 0, and there is nothing behind it. */
  readonly text: string | null;
}

/** A figure that leads to the reminders behind it. */
function Figure({ authority, text, ...behind }: FigureProps) {
  if (text === null) return <>0</>;
  return <a href={hrefOf('/admin/messages', authority, behind)}>{text}</a>;
}

interface Place {
  readonly authority: Authority;
  readonly locale: string;
}

/** The share that was received, which leads to those that were. */
function Delivered({ authority, locale, month }: Place & { readonly month: MonthFigures }) {
  const { from, to, deliveredShare } = month;
  if (deliveredShare === null) return <>–</>;
  return <Figure authority={authority} from={from} to={to} status="delivered" text={shareText(month, locale)} />;
}

function monthRow(
  period: string,
  month: MonthFigures,
  { authority, locale, words }: Place & { readonly words: TodoWords['figures'] },
): Child[] {
  const { from, to, sent, segments, costs } = month;
  const money = (costs ?? []).map(({ currency, amount }) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount),
  );
  const count = (number: number) => number.toLocaleString(locale);
  const statistics = (text: string) => <a href={hrefOf('/admin/statistics', authority, { from, to })}>{text}</a>;
  return [
    period,
    <Figure authority={authority} from={from} to={to} status="sent" text={sent === 0 ? null : count(sent)} />,
    <Delivered authority={authority} locale={locale} month={month} />,
    durationText(month.medianDelivery, words, locale),
    segments === 0 ? '0' : statistics(count(segments)),
    money.length === 0 ? '–' : statistics(money.join(', ')),
  ];
}

function shareText({ deliveredShare }: MonthFigures, locale: string): string {
  if (deliveredShare === null) return '–';
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(deliveredShare);
}

function durationText(seconds: number | null, words: TodoWords['figures'], locale: string): string {
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
