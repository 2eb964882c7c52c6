import type { Authority } from '../../domain/authority.ts';
import type { PrintedSms, TriedText } from '../../dry-run/texts.ts';
import { useFrame } from '../kit/context.tsx';
import { momentText, senderText } from '../kit/elements.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { dayText } from '../kit/moment-text.ts';
import { TEXT_WARNINGS } from '../states/template-words.ts';
import { TEXTS_WORDS } from './words.ts';

/** Characters that leave no mark, and can't be quoted. */
const INVISIBLE = /^[\p{C}\p{Z}]$/u;

interface PreviewProps {
  readonly text: TriedText;
  readonly authority: Pick<Authority, 'sender' | 'timeZone'>;
}

/** A text on a phone, with its size, what it reveals, what it costs and what it changes. */
export function TextPreview(props: PreviewProps) {
  const { text, authority } = props;
  const words = TEXTS_WORDS[useFrame().language];
  const { sms } = text;
  return (
    <>
      {sms ? (
        <figure class="handset">
          <figcaption>{words.from(senderText(authority.sender))}</figcaption>
          <MarkedSms sms={sms} language={text.language} />
        </figure>
      ) : (
        <p class="warning">{words.noSms}</p>
      )}
      {sms && <Size sms={sms} longSegments={text.longSegments} />}
      <Warnings text={text} />
      {sms && <Grade sms={sms} />}
      <MonthCost {...props} />
      <Planned {...props} />
    </>
  );
}

/** The text as it is sent, with the characters marked that make it dear. */
function MarkedSms({ sms: { text, costly }, language }: { readonly sms: PrintedSms; readonly language: string }) {
  const pieces: { readonly text: string; readonly marked: boolean }[] = [];
  for (const character of text) {
    const marked = costly.includes(character);
    const last = pieces.at(-1);
    if (last && last.marked === marked) pieces[pieces.length - 1] = { text: last.text + character, marked };
    else pieces.push({ text: character, marked });
  }
  return (
    <p class="sms" lang={language}>
      {pieces.map((piece) => (piece.marked ? <mark>{piece.text}</mark> : piece.text))}
    </p>
  );
}

const MOST_UNITS = { gsm7: 160, ucs2: 70 } as const;

function Size({
  sms: { units, segments, encoding, costly, double },
  longSegments,
}: {
  readonly sms: PrintedSms;
  readonly longSegments: number;
}) {
  const words = TEXTS_WORDS[useFrame().language];
  const named = (characters: readonly string[], named: (character: string) => string) =>
    characters.slice(0, 10).map(named).join(', ');
  return (
    <>
      <p class="size">
        <strong>{words.size({ units: String(units), most: MOST_UNITS[encoding], segments })}.</strong>{' '}
        {longSegments > segments && words.long(longSegments)}
      </p>
      {costly.length > 0 && (
        <p class="warning">
          {words.costly(named(costly, (each) => (INVISIBLE.test(each) ? words.invisible : words.quoted(each))))}
        </p>
      )}
      {double.length > 0 && (
        <p>{words.double(named(double, (each) => (INVISIBLE.test(each) ? words.invisible : words.quoted(each))))}</p>
      )}
    </>
  );
}

function Warnings({ text: { warnings: found, noWayOut } }: Pick<PreviewProps, 'text'>) {
  const warnings = TEXT_WARNINGS[useFrame().language];
  const sentences = [
    ...found.flatMap((warning) => {
      if (warning.kind === 'missing') return warnings.missing(warning.variable);
      return warning.kind === 'may_be_empty' ? warnings.may_be_empty : [];
    }),
    ...noWayOut.map((missing) => warnings[missing]),
  ];
  return sentences.map((sentence) => <p class="warning">{sentence}</p>);
}

function Grade({ sms: { privacy } }: { readonly sms: PrintedSms }) {
  const words = TEXTS_WORDS[useFrame().language];
  const { grade, words: causes } = privacy;
  return (
    <p class={grade === 2 ? 'warning' : 'grade'}>
      <strong>{words.gradeTitle}:</strong> {words.grades[grade]}{' '}
      {causes.length > 0 && words.gradeWords(causes.map(words.quoted).join(', '))}
    </p>
  );
}

function MonthCost({ text: { month, sms, currentSms, current, text } }: PreviewProps) {
  const { language } = useFrame();
  const words = TEXTS_WORDS[language];
  if (!month) return null;
  const numbers = new Intl.NumberFormat(LOCALES[language]);
  const cost = (segments: number) => {
    const money =
      month.perSegment &&
      [...month.perSegment].map(([currency, each]) => moneyText(each * segments, currency, language));
    return words.cost(numbers.format(month.messages * segments), money?.join(' + '), month.isPart);
  };
  // They are worked out with the example that is shown, which there is none of where the text can't be sent.
  const costs = [
    ...(sms && currentSms ? [[words.costNow, cost(currentSms.segments)]] : []),
    ...(sms && text !== current.text ? [[words.costNew, cost(sms.segments)]] : []),
  ];
  return (
    <>
      <p>
        {words.month(numbers.format(month.messages), month.isPart)} {costs.length > 0 && words.costBasis}
      </p>
      {costs.length > 0 && (
        <dl class="known">
          {costs.map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function moneyText(amount: number, currency: string, language: PageLanguage): string {
  const options = { style: 'currency', currency, maximumFractionDigits: amount < 100 ? 2 : 0 } as const;
  return new Intl.NumberFormat(LOCALES[language], options).format(amount);
}

function Planned({ text: { planned, next }, authority }: PreviewProps) {
  const { language } = useFrame();
  const words = TEXTS_WORDS[language];
  if (!planned) return null;
  const [first, last] = [planned.first, planned.last].map((day) => dayText(language, day, { dateStyle: 'medium' }));
  const count = new Intl.NumberFormat(LOCALES[language]).format(planned.reminders);
  return (
    <>
      <p>{words.planned(count, first ?? '', last ?? '')}</p>
      {next && (
        <details>
          <summary>{words.next(momentText(next.dueAt, authority.timeZone, language))}</summary>
          {next.before === next.after ? (
            <NextText title={words.unchanged} text={next.before} />
          ) : (
            <>
              <NextText title={words.before} text={next.before} />
              <NextText title={words.after} text={next.after} />
            </>
          )}
        </details>
      )}
    </>
  );
}

function NextText({ title, text }: { readonly title: string; readonly text: string | null }) {
  const words = TEXTS_WORDS[useFrame().language];
  return (
    <>
      <p>{title}</p>
      <blockquote>{text ?? words.nothing}</blockquote>
    </>
  );
}
