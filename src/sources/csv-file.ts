import { Problem } from '../domain/errors.ts';
import { type FilePart, type RefusedRow, type RowError, splitFile } from '../formats/csv/file-parts.ts';
import { type ImportedRows, type ImportSummary, importCsv, summarise, type UnsentRow } from './csv.ts';
import type { Receiver } from './receive.ts';

/** A file that somebody who is signed in uploads for a source. */
export interface FileImport {
  readonly sourceId: string;
  readonly bytes: Uint8Array;
  readonly language: 'da' | 'en';
  /** Nothing is stored. */
  readonly dryRun: boolean;
  readonly requestId: string;
}

/** The sums over a file, whose lines are those of the file. */
export interface FileSummary
  extends Pick<
    ImportSummary,
    'rows' | 'accepted' | 'duplicate' | 'stale' | 'ignored' | 'refused' | 'reminders' | 'warnings' | 'errors'
  > {
  readonly unknownColumns: readonly string[];
  /** Segments of its reminders; null when it was no dry run. */
  readonly segments: number | null;
  readonly header: readonly string[];
  readonly refusedRows: readonly RefusedRow[];
  /** Rows that were taken and give no SMS, by their lines, with the code of the reason. */
  readonly silentRows: readonly (UnsentRow & Pick<RefusedRow, 'cells'>)[];
}

/** Faults, and warnings, that the page of the result tells. */
export const MOST_FAULTS_SHOWN = 50;

/** The progress of the import of a file. */
export interface FileProgress extends Pick<FileSummary, 'accepted' | 'refused'> {
  /** Rows that are done. */
  readonly rows: number;
  /** Rows of the file. */
  readonly all: number;
}

/**
 * Imports a file part by part, whatever its number of rows.
 * @param onRows called after each part
 * @returns why it is no CSV file
 * @throws Problem 422 when nothing of the file, or of a part, can be used, 503; the parts before it are stored
 */
export async function importFile(
  receiver: Receiver,
  { sourceId, bytes, language, dryRun, requestId }: FileImport,
  onRows: (progress: FileProgress) => Promise<void>,
): Promise<FileSummary | 'not_text' | 'empty'> {
  const file = splitFile(bytes);
  if (typeof file === 'string') return file;
  const summaries: ImportSummary[] = [];
  const refused: RefusedRow[] = [];
  const silentRows: FileSummary['silentRows'][number][] = [];
  const warnings: { line: number; code: string }[] = [];
  const sum = (of: (summary: ImportSummary) => number) => summaries.reduce((total, summary) => total + of(summary), 0);
  const counts = () => ({ accepted: sum(({ accepted }) => accepted), refused: sum((summary) => summary.refused) });
  let done = 0;
  const importPart = ({ body, rowAt }: FilePart, trial = dryRun): Promise<ImportedRows> => {
    const request = {
      sourceId,
      credentials: 'connection' as const,
      body: Buffer.from(body),
      requestId,
      language,
      contentType: 'text/csv; charset=utf-8',
      ...(trial && { dryRun: trial }),
    };
    return importCsv(receiver, request).catch((error: unknown) => {
      throw error instanceof Problem ? withLinesOfFile(error, rowAt) : error;
    });
  };
  if (file.dates) await importPart(file.dates, true);
  for (const part of file.parts) {
    const rows = await importPart(part);
    const { summary, silent } = await summarise(rows, rows.dryRun);
    summaries.push(summary);
    refused.push(...refusedIn(part, summary.errors));
    for (const row of silent) {
      const { line = row.line, cells = [] } = part.rowAt(row.line) ?? {};
      silentRows.push({ ...row, line, cells });
    }
    for (const { line, code } of summary.warnings) warnings.push({ line: part.rowAt(line)?.line ?? line, code });
    done += part.rows.length;
    await onRows({ rows: done, all: file.rows, ...counts() });
  }
  return {
    rows: sum(({ rows }) => rows),
    ...counts(),
    stale: sum(({ stale }) => stale),
    duplicate: sum(({ duplicate }) => duplicate),
    ignored: sum(({ ignored }) => ignored),
    reminders: sum(({ reminders }) => reminders),
    segments: dryRun ? sum(({ segments }) => segments ?? 0) : null,
    unknownColumns: summaries[0]?.unknownColumns ?? [],
    warnings: warnings.slice(0, MOST_FAULTS_SHOWN),
    errors: refused.flatMap(({ errors }) => errors).slice(0, MOST_FAULTS_SHOWN),
    header: file.header,
    refusedRows: refused,
    silentRows,
  };
}

/** The refusal of a part with the lines that its rows have in the file. */
function withLinesOfFile(problem: Problem, rowAt: FilePart['rowAt']): Problem {
  const faults = problem.faults.map((fault) => {
    const row = fault.line === undefined ? undefined : rowAt(fault.line);
    return row ? { ...fault, line: row.line } : fault;
  });
  const { status, code, message, retryAfterSeconds } = problem;
  return new Problem(status, code, message, {
    faults,
    cause: problem,
    ...(retryAfterSeconds && { retryAfterSeconds }),
  });
}

/** The refused rows of a part, with their lines in the file. */
function refusedIn(part: FilePart, errors: readonly RowError[]): RefusedRow[] {
  const rows = new Map<number, { cells: readonly string[]; errors: RowError[] }>();
  for (const error of errors) {
    const row = part.rowAt(error.line);
    const line = row?.line ?? error.line;
    const known = rows.get(line) ?? { cells: row?.cells ?? [], errors: [] };
    known.errors.push({ ...error, line });
    rows.set(line, known);
  }
  return [...rows.values()];
}
