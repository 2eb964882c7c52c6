import { deliveredShareOf } from '../../staff/statistics/statistics.ts';
import { LOCALES } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import type { ShownStatistics } from './shown.ts';
import { STATISTICS_WORDS } from './words.ts';

/** The sums of the period that are asked for most, each leading to what is behind it. */
export function Summary({ shown: { authority, language, statistics, optOuts } }: { shown: ShownStatistics }) {
  const words = STATISTICS_WORDS[language];
  const { from, to, total } = statistics;
  const failed = total.undelivered + total.rejected + total.uncertain;
  const percent = new Intl.NumberFormat(LOCALES[language], { style: 'percent', maximumFractionDigits: 1 });
  const known = deliveredShareOf(total);
  const share = known === null ? '–' : percent.format(known);
  const number = (count: number) => count.toLocaleString(LOCALES[language]);
  const figure = (count: number, status: string) =>
    count === 0 ? '0' : <a href={hrefOf('/admin/messages', authority, { status, from, to })}>{number(count)}</a>;
  const toOptOuts = <a href={hrefOf('/admin/opt-outs', authority, { show: 'all', from, to })}>{number(optOuts)}</a>;
  const facts = [
    [words.columns.delivered, figure(total.delivered, 'delivered')],
    [words.share, share],
    [words.series.failed, figure(failed, 'failed')],
    [words.columns.planned, figure(total.planned, 'planned')],
    [words.columns.segments, total.segments === 0 ? '0' : figure(total.segments, 'sent')],
    ...(optOuts > 0 ? [[words.columns.optOuts, toOptOuts]] : []),
  ];
  return (
    <>
      <dl class="summary">
        {facts.map(([label, value]) => (
          <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="means">
        {words.shareOf(total.accepted + total.uncertain)} {words.segmentsMean}
      </p>
    </>
  );
}
