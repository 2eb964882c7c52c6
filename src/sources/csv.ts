import { Problem } from '../domain/errors.ts';
import type { DryRunResult } from '../dry-run/dry-run.ts';
import type { CsvField } from '../formats/csv/columns.ts';
import { type CsvReading, readCsv } from '../formats/csv/csv.ts';
import { headerFaultInDanish, inDanish } from '../formats/csv/danish.ts';
import { errorFile, type RefusedRow, type RowError } from '../formats/csv/file-parts.ts';
import { SourceChanged } from '../intake/accept.ts';
import type { EventResult } from '../intake/envelope.ts';
import { inTimeSlices, TimeSlices } from '../runtime/time-slices.ts';
import { requireToken } from './credentials.ts';
import type { AcceptedResults, Receiver, SourceRequest } from './receive.ts';

/** A list of appointments that somebody uploads. */
export interface ImportRequest extends SourceRequest {
  readonly contentType: string;
  /** Parameters of the address; absent where the file did not come to it. */
  readonly query?: Readonly<Record<string, string>>;
  /** Language of the explanations of what is wrong. */
  readonly language: 'da' | 'en';
}

/** The result of importing a file. */
export interface ImportSummary {
  readonly dryRun: boolean;
  readonly rows: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly stale: number;
  /** Rows that are about no appointment, by the source's own settings. */
  readonly ignored: number;
  readonly refused: number;
  /** Names of columns that are not read. */
  readonly unknownColumns: readonly string[];
  /** Planned reminders of the file's appointments. */
  readonly reminders: number;
  /** Segments of these reminders with today's texts; null when it was no dry run. */
  readonly segments: number | null;
  /** How many of the rows that were taken have reminders that are not planned, by the reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Rows that were taken and get no reminder at all, or were warned about: the first of them, with the reason. */
  readonly warnings: readonly { readonly line: number; readonly code: string }[];
  readonly errors: readonly RowError[];
}

const MAX_WARNINGS = 100;
/** Reasons that lie in how a source is run, and not in its rows. */
const ON_PURPOSE: ReadonlySet<string> = new Set(['shadow', 'test']);

/** The result of a file. */
export interface Imported {
  readonly summary: ImportSummary;
  /** Writes the refused rows, each with what is wrong, to be corrected and imported again. */
  readonly errorFile: () => string;
  readonly silent: readonly UnsentRow[];
}

/** A row that was taken, and whose appointment gets no SMS. */
export interface UnsentRow {
  readonly line: number;
  /** The column that the reason lies in, as the file names it; null: in none. */
  readonly column: string | null;
  /** Why its reminders are not planned. */
  readonly code: string;
}

/** A file that was read, with the result of each of its rows. */
export interface ImportedRows extends AcceptedResults {
  readonly reading: CsvReading;
  readonly language: ImportRequest['language'];
}

/**
 * Accepts the rows of a CSV file. Resolves after the commit.
 * @throws Problem 401, 403, 415, 422 when nothing of the file can be used, 503
 */
export async function importCsv(receiver: Receiver, request: ImportRequest): Promise<ImportedRows> {
  try {
    return await receiver.retryIfSourceChanged(request.sourceId, () => importOnce(receiver, request));
  } catch (error) {
    if (request.language === 'en' || !(error instanceof Problem) || error.status !== 422) throw error;
    const faults = error.faults.map(headerFaultInDanish);
    throw new Problem(422, error.code, faults[0]?.detail ?? error.message, { faults });
  }
}

async function importOnce(receiver: Receiver, request: ImportRequest): Promise<ImportedRows> {
  const context = await receiver.authenticate(request);
  try {
    if (!request.dryRun) requireToken(context.proof, 'the parameter dryRun, which makes it a trial');
    checkCsvType(request.contentType);
    checkImportQuery(request.query ?? {});
    const read = readCsv(request.body, request.contentType, context);
    const reading = await inTimeSlices(read, new TimeSlices(request.resumed)).catch(async (error: unknown) => {
      // Whoever has just set the order of dates sends the same file again.
      throw (await receiver.authenticator.hasChanged(context.source)) ? new SourceChanged() : error;
    });
    const accepted = await receiver.accept(context, reading.result, request, ['csv']);
    return { ...accepted, reading, language: request.language };
  } catch (error) {
    receiver.noteRefusal(context.source, request, { error, format: 'csv' });
    throw error;
  }
}

interface Planned {
  readonly reminders: number;
  readonly segments: number;
}

function plannedIn({ appointments }: DryRunResult): Planned {
  const reminders = appointments.flatMap((appointment) => appointment.reminders);
  // Reminders of a shadow count: they are what the source will cost once it is live.
  const planned = reminders.filter(({ status, reason }) => status === 'planned' || reason === 'shadow');
  return { reminders: planned.length, segments: planned.reduce((sum, { segments }) => sum + (segments ?? 0), 0) };
}

/** The sums of an import. @param dryRun what its rows would leave; null: they were accepted for good */
export async function summarise(
  { reading, results, language }: ImportedRows,
  dryRun: DryRunResult | null,
): Promise<Imported> {
  const planned = dryRun && plannedIn(dryRun);
  const count = (result: EventResult['result']) => results.filter((each) => each.result === result).length;
  const explained = language === 'da' ? inDanish<RowError> : (error: RowError) => error;
  const faulty: RefusedRow[] = [];
  const slices = new TimeSlices();
  for (const [index, result] of results.entries()) {
    if (result.result !== 'refused') continue;
    const { line = 0, cells = [] } = reading.rows[index] ?? {};
    faulty.push({ cells, errors: errorsOf(result.problem, line).map(explained) });
    await slices.pass();
  }
  const planning = new Map(
    results.flatMap((result) => (result.result === 'refused' ? [] : [[result.reference, result.reminders]])),
  );
  const { silent, ...told } = silentRows(reading, results);
  return {
    silent,
    summary: {
      dryRun: dryRun !== null,
      rows: results.length,
      accepted: count('accepted'),
      duplicate: count('duplicate'),
      stale: count('stale'),
      ignored: count('ignored'),
      refused: faulty.length,
      unknownColumns: reading.columns.unknown,
      reminders: planned?.reminders ?? [...planning.values()].reduce((sum, reminders) => sum + reminders, 0),
      segments: planned?.segments ?? null,
      ...told,
      errors: faulty.flatMap(({ errors }) => errors),
    },
    errorFile: () => errorFile(reading.header.cells, faulty),
  };
}

/** The columns in which reasons lie: that of the first field that the file has. */
const COLUMNS_OF: Readonly<Record<string, readonly CsvField[]>> = {
  ...Object.fromEntries(
    ['no_phone', 'invalid_number', 'country_not_allowed', 'not_mobile', 'opted_out'].map(
      (code) => [code, ['mobile', 'phone']] as const,
    ),
  ),
  ...Object.fromEntries(
    ['in_past', 'booked_late', 'too_late', 'too_close'].map((code) => [code, ['start', 'date']] as const),
  ),
  no_sms: ['kind'],
};

function columnOf({ columns: { at, nameOf } }: CsvReading, code: string): string | null {
  const index = COLUMNS_OF[code]?.map((field) => at.get(field)).find((each) => each !== undefined);
  return index === undefined ? null : nameOf(index);
}

function silentRows(
  reading: CsvReading,
  results: readonly EventResult[],
): Pick<ImportSummary, 'reasons' | 'warnings'> & Pick<Imported, 'silent'> {
  const silentRows: UnsentRow[] = [];
  const counts = new Map<string, number>();
  const warnings: { line: number; code: string }[] = [];
  for (const [index, result] of results.entries()) {
    if (result.result === 'refused') continue;
    const { reasons = [] } = result;
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const warned = (result.warnings ?? []).map(({ code }) => code);
    const silent = result.reminders === 0 ? reasons.find((reason) => !ON_PURPOSE.has(reason)) : undefined;
    const line = reading.rows[index]?.line ?? 0;
    if (silent !== undefined) silentRows.push({ line, column: columnOf(reading, silent), code: silent });
    // The warning says why the number can't be used, which the reason does not.
    const isTold = silent === undefined || (silent === 'invalid_number' && warned.includes('excel_number'));
    const codes = [...(isTold ? [] : [silent]), ...warned];
    for (const code of codes) warnings.push({ line, code });
  }
  return { reasons: Object.fromEntries(counts), warnings: warnings.slice(0, MAX_WARNINGS), silent: silentRows };
}

function errorsOf(problem: Problem, line: number): RowError[] {
  const { faults } = problem;
  if (faults.length === 0) return [{ line, column: null, code: problem.code, detail: problem.message }];
  // A fault that the rules find names a field of an event; a file has columns.
  return faults.map(({ pointer, code, detail }) => ({
    line,
    column: pointer === '' || pointer.startsWith('/') ? null : pointer,
    code,
    detail,
  }));
}

/** Media types of CSV alone. Browsers on Windows send a CSV file with Excel's; its bytes show what it is. */
const OF_CSV = ['text/csv', 'text/tab-separated-values', 'application/csv', 'application/vnd.ms-excel'];
const READ: ReadonlySet<string> = new Set([...OF_CSV, 'text/plain', 'application/octet-stream']);

/** True for a media type by which a file is meant as CSV, with whatever follows it. */
export function meansCsv(contentType: string): boolean {
  return OF_CSV.some((type) => contentType.toLowerCase().startsWith(type));
}

/** Judges the Content-Type of a file; one without any is read as CSV. @throws Problem 415 */
function checkCsvType(contentType: string): void {
  const [type = ''] = contentType.toLowerCase().split(';');
  if (contentType === '' || READ.has(type.trimEnd())) return;
  throw new Problem(415, 'unsupported-media-type', 'Send the file as text/csv: a sheet must be saved as CSV first.');
}

/**
 * Refuses other parameters of an import's address than its own: a misspelt one must not turn a dry run into a real
 * import.
 * @throws Problem 422
 */
function checkImportQuery({ dryRun = 'false', ...others }: Readonly<Record<string, string>>): void {
  if (Object.keys(others).length === 0 && (dryRun === 'true' || dryRun === 'false')) return;
  const detail = 'The only parameter is dryRun, and it is true or false.';
  throw new Problem(422, 'invalid', detail, { faults: [{ pointer: 'dryRun', code: 'invalid_value', detail }] });
}
