import type { RowError } from '../../../formats/csv/file-parts.ts';
import { type FileSummary, MOST_FAULTS_SHOWN } from '../../../sources/csv-file.ts';
import type { Frame } from '../../kit/context.tsx';
import { ActionForm, DataTable, Facts } from '../../kit/elements.tsx';
import { LOCALES, type PageLanguage } from '../../kit/language.ts';
import { IMPORT_WORDS, type ImportWords } from './words.ts';

/** Columns that are not read, of which a page names so many: their number is up to the file. */
const MOST_COLUMNS = 50;

/** The result of importing a file, or of its dry run. */
export function Result({
  summary,
  dryRun,
  language,
}: {
  readonly summary: FileSummary;
  readonly dryRun: boolean;
  readonly language: PageLanguage;
}) {
  const words = IMPORT_WORDS[language];
  const number = new Intl.NumberFormat(LOCALES[language]);
  const counts = (['rows', 'accepted', 'duplicate', 'stale', 'ignored', 'refused', 'reminders'] as const).filter(
    (name) => summary[name] > 0 || name === 'rows' || name === 'accepted' || name === 'refused',
  );
  return (
    <>
      <Outcome summary={summary} dryRun={dryRun} words={words} refused={number.format(summary.refused)} />
      <Facts
        facts={[
          ...counts.map((name) => [words[name], number.format(summary[name])] as const),
          ...(summary.segments === null ? [] : [[words.segments, number.format(summary.segments)] as const]),
          ...(summary.unknownColumns.length > 0
            ? [[words.unknownColumns, columnsText(summary.unknownColumns, language)] as const]
            : []),
        ]}
      />
      {summary.errors.length > 0 && <RefusingRows errors={summary.errors} language={language} />}
      {summary.warnings.length > 0 && (
        <DataTable
          caption={words.warnings}
          columns={[
            { label: words.line, labelsHeading: true },
            { label: words.why, saidByCells: true },
          ]}
          rows={summary.warnings.map(({ line, code }) => [String(line), words.warningTexts[code] ?? plain(code)])}
        />
      )}
    </>
  );
}

/** The outcome of the file as a whole; a warning where rows were refused. */
function Outcome({
  summary: { accepted, refused: count },
  dryRun,
  words,
  refused,
}: {
  readonly summary: FileSummary;
  readonly dryRun: boolean;
  readonly words: ImportWords;
  /** The number of refused rows, as it is read. */
  readonly refused: string;
}) {
  const said = dryRun ? words.tried : accepted > 0 ? words.imported : count > 0 ? words.read : words.nothingNew;
  const refusedText = dryRun ? words.rowsWouldBeRefused : words.rowsRefused;
  const sentences = [said, ...(count > 0 ? [refusedText(count, refused)] : [])];
  return (
    <p class={count > 0 ? 'warning' : 'message'} role="status">
      {sentences.join(' ')}
    </p>
  );
}

function columnsText(columns: readonly string[], language: PageLanguage): string {
  const names = columns.slice(0, MOST_COLUMNS);
  const more = columns.length - names.length;
  return names.join(', ') + (more > 0 ? ` ${IMPORT_WORDS[language].moreColumns(more)}` : '');
}

/** A code without words, to be read. */
const plain = (code: string) => code.replaceAll('_', ' ');

/** The way to the refused rows as a file, which the page itself holds: nothing of them is stored. */
export function RefusedRows({
  frame,
  action,
  all,
  silent,
  sealed,
  rows,
}: {
  readonly frame: Frame;
  readonly action: string;
  /** How many rows are to be looked at, and how many of them were taken and give no SMS. */
  readonly all: number;
  readonly silent: number;
  /** The rows, encrypted for whoever sees the page. */
  readonly sealed: string;
  /** How many of them. */
  readonly rows: number;
}) {
  const words = IMPORT_WORDS[frame.language];
  const number = new Intl.NumberFormat(LOCALES[frame.language]);
  if (all === 0) return null;
  if (rows === 0) return <p>{words.noRows}</p>;
  return (
    <section class="card" aria-label={words.getRows}>
      <ActionForm action={action}>
        <p>
          {rows < all ? words.someRows(number.format(rows), number.format(all)) : words.allRows}
          {silent > 0 && ` ${words.silentRows}`}
        </p>
        <input type="hidden" name="rows" value={sealed} />
        <button type="submit">{words.getRows}</button>
      </ActionForm>
    </section>
  );
}

/** Rows that were refused, or for which the whole file was, each with what is wrong. */
export function RefusingRows({
  errors,
  language,
}: {
  readonly errors: readonly RowError[];
  readonly language: PageLanguage;
}) {
  const words = IMPORT_WORDS[language];
  return (
    <>
      {errors.length >= MOST_FAULTS_SHOWN && <p>{words.errorsLead}</p>}
      <DataTable
        caption={words.errors}
        columns={[
          { label: words.line, labelsHeading: true },
          { label: words.column },
          { label: words.why, saidByCells: true },
        ]}
        rows={errors.map(({ line, column, detail }) => [String(line), column ?? words.wholeRow, detail])}
      />
    </>
  );
}
