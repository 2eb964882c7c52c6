import type { FileAnswer } from '../../../../sources/csv-file.ts';
import { DataTable, Facts } from '../../elements.tsx';
import { LOCALES, type PageLanguage } from '../../language.ts';
import { IMPORT_WORDS } from './words.ts';

/** The result of importing a file, or of its dry run. */
export function Result({
  answer,
  dryRun,
  language,
}: {
  readonly answer: FileAnswer;
  readonly dryRun: boolean;
  readonly language: PageLanguage;
}) {
  const words = IMPORT_WORDS[language];
  const number = new Intl.NumberFormat(LOCALES[language]);
  const counts = (['rows', 'accepted', 'duplicate', 'stale', 'ignored', 'refused', 'reminders'] as const).filter(
    (name) => answer[name] > 0 || name === 'rows' || name === 'accepted' || name === 'refused',
  );
  return (
    <>
      <p class="message" role="status">
        {dryRun ? words.tried : words.imported}
      </p>
      <Facts
        facts={[
          ...counts.map((name) => [words[name], number.format(answer[name])] as const),
          ...(answer.segments === null ? [] : [[words.segments, number.format(answer.segments)] as const]),
          ...(answer.unknownColumns.length > 0
            ? [[words.unknownColumns, answer.unknownColumns.join(', ')] as const]
            : []),
        ]}
      />
      {answer.errors.length > 0 && <Errors answer={answer} language={language} />}
      {answer.warnings.length > 0 && (
        <DataTable
          caption={words.warnings}
          columns={[{ label: words.line }, { label: words.why }]}
          rows={answer.warnings.map(({ line, code }) => [
            `${words.line} ${line}`,
            words.warningTexts[code] ?? plain(code),
          ])}
        />
      )}
    </>
  );
}

/** A code without words, to be read. */
const plain = (code: string) => code.replaceAll('_', ' ');

function Errors({ answer, language }: { readonly answer: FileAnswer; readonly language: PageLanguage }) {
  const words = IMPORT_WORDS[language];
  return (
    <>
      <p>{words.errorsLead}</p>
      <DataTable
        caption={words.errors}
        columns={[{ label: words.line }, { label: words.column }, { label: words.why }]}
        rows={answer.errors.map(({ line, column, detail }) => [
          `${words.line} ${line}`,
          column ?? words.wholeRow,
          detail,
        ])}
      />
    </>
  );
}
