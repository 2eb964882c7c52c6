import { open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorFile, type FilePart, type RefusedRow, type SplitFile, splitFile } from '../formats/csv/file-parts.ts';
import type { ImportArguments } from './arguments.ts';
import { ImportClient, type PartResponse, type Wait } from './import-client.ts';
import { ImportProgress, type ProgressStream } from './progress.ts';
import { CommandError, plain } from './service-call.ts';

const SHOWN_ERRORS = 20;
const SHOWN_LINES = 10;

/** Secret, streams, signal and time, which the process gives to the command and a test may give otherwise. */
interface ImportEnvironment {
  readonly token: () => Promise<string>;
  /** Folder that paths in the arguments are relative to. */
  readonly folder: string;
  readonly out: ProgressStream;
  readonly err: ProgressStream;
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Language of the explanations of what is wrong; absent: English. */
  readonly language?: 'da' | 'en';
}

/** Results so far. */
interface Tally {
  rows: number;
  readonly responses: PartResponse[];
  readonly refused: RefusedRow[];
  /** Lines of accepted rows without a reminder, by reason. */
  readonly warned: Map<string, number[]>;
}

/**
 * Sends a file in parts, one after another, and prints the result.
 * @returns the exit code of the process: 0, or 1 when rows were refused
 * @throws CommandError when it can't continue; the signal's reason when it is aborted
 */
export async function runImport(
  args: ImportArguments,
  { token, folder, out, err, signal, wait, language = 'en' }: ImportEnvironment,
): Promise<0 | 1> {
  const path = resolve(folder, args.file);
  const errorPath = args.errors === null ? null : resolve(folder, args.errors);
  if (errorPath === path) throw new CommandError('--errors names the file itself, which would be lost.');
  const file = splitImportFile(await readInput(path, args.file));
  if (errorPath !== null) await requireWritable(errorPath);
  warnOfClearText(args.url, err);
  const progress = new ImportProgress(err, file.rows);
  const onWait = (why: string, ms: number) => progress.print(`${why} Trying again in ${Math.ceil(ms / 1000)} s.`);
  const client = new ImportClient({ ...args, token: await token(), language, signal, onWait, wait });
  const tally: Tally = { rows: 0, responses: [], refused: [], warned: new Map() };
  try {
    if (file.dates) await client.send(file.dates, true);
    for (const part of file.parts) {
      add(tally, part, await client.send(part));
      progress.show(tally.rows);
    }
  } catch (error) {
    progress.end();
    if (tally.rows > 0 || signal.aborted) err.write(`${stopMessage(tally, file.rows, args.dryRun)}\n`);
    throw error;
  } finally {
    progress.end();
    if (errorPath !== null && tally.responses.length > 0)
      await writeErrors(errorPath, errorFile(file.header, tally.refused));
  }
  out.write(summary(args, tally));
  if (errorPath === null) err.write(errorLines(tally.refused));
  return tally.refused.length > 0 ? 1 : 0;
}

async function readInput(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    const why =
      code === 'ENOENT'
        ? 'The file does not exist'
        : code === 'EISDIR'
          ? 'The path is a folder'
          : 'The file cannot be read';
    throw new CommandError(`${why}: ${name}`, { cause: error });
  }
}

/**
 * Makes sure, before anything is stored, that the file can be written. It keeps its content until then.
 * @throws CommandError
 */
async function requireWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a', 0o600)).close();
  } catch (error) {
    throw new CommandError(`The error file cannot be written: ${path}`, { cause: error });
  }
}

/** Only the user may read the file, since it contains numbers of citizens. */
async function writeErrors(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, 'w', 0o600);
    try {
      // The mode above applies to new files only.
      if ((await file.stat()).isFile()) await file.chmod(0o600);
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CommandError(`The error file cannot be written: ${path}`, { cause: error });
  }
}

function warnOfClearText(url: string, err: ProgressStream): void {
  const { protocol, hostname } = new URL(url);
  const near = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && !near)
    err.write(`Warning: numbers and the token travel to ${hostname} without encryption. Use https.\n`);
}

/** Adds the result of a part, with its line numbers converted to those of the file. */
function add(tally: Tally, part: FilePart, response: PartResponse): void {
  tally.rows += part.rows.length;
  tally.responses.push(response);
  const rows = new Map<number, RefusedRow & { errors: PartResponse['errors'] }>();
  for (const error of response.errors) {
    const row = part.rowAt(error.line);
    const line = row?.line ?? error.line;
    const known = rows.get(line) ?? { cells: row?.cells ?? [], errors: [] };
    known.errors.push({ ...error, line });
    rows.set(line, known);
  }
  tally.refused.push(...rows.values());
  for (const { line, code } of response.warnings) {
    tally.warned.set(code, [...(tally.warned.get(code) ?? []), part.rowAt(line)?.line ?? line]);
  }
}

function stopMessage({ rows }: Tally, total: number, dryRun: boolean): string {
  if (dryRun) return `Stopped at row ${rows} of ${total}. Nothing was stored.`;
  const repeat = 'Run the same command again: nothing is stored twice.';
  return `Stopped: the first ${rows} of ${total} rows are stored, possibly more. ${repeat}`;
}

function summary({ file, dryRun }: ImportArguments, { rows, responses, refused, warned }: Tally): string {
  const sum = (of: (response: PartResponse) => number) =>
    responses.reduce((total, response) => total + of(response), 0);
  const unknown = [...new Set(responses.flatMap((response) => response.unknownColumns))];
  const counts = [
    [sum(({ accepted }) => accepted), dryRun ? 'would be stored' : 'stored'],
    [sum(({ duplicate }) => duplicate), 'stored before, unchanged'],
    [sum(({ stale }) => stale), 'older than what is stored'],
    [sum(({ ignored }) => ignored), 'not appointments, by their status'],
    [refused.length, 'refused'],
  ] as const;
  const reminders = sum((response) => response.reminders);
  const segments = sum((response) => response.segments ?? 0);
  const lines = [
    `${file}: ${rows} rows`,
    ...counts
      .filter(([count], index) => count > 0 || index === 0)
      .map(([count, what]) => `${String(count).padStart(8)} ${what}`),
    dryRun
      ? `Nothing was stored. ${reminders} reminders would go out, ${segments} segments with the present texts.`
      : `${reminders} reminders are planned.`,
    ...[...warned].map(([code, lines]) => `${warningOf(code)}: ${listed(lines)}`),
    ...(unknown.length > 0 ? [`Columns that are not read: ${unknown.map(plain).join(', ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function warningOf(code: string): string {
  return code === 'midnight' ? 'At midnight, as the SMS will say' : `No reminder (${plain(code)})`;
}

function listed(lines: readonly number[]): string {
  const more = lines.length - SHOWN_LINES;
  return `line ${lines.slice(0, SHOWN_LINES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function errorLines(refused: readonly RefusedRow[]): string {
  const errors = refused.flatMap((row) => row.errors);
  const lines = errors
    .slice(0, SHOWN_ERRORS)
    .map(
      ({ line, column, detail }) => `line ${line}${column === null ? '' : `, ${plain(column)}`}: ${plain(detail)}\n`,
    );
  const more = errors.length - SHOWN_ERRORS;
  const rest = `and ${more} more: use --errors <file.csv> to write all of them to a file\n`;
  return lines.join('') + (more > 0 ? rest : '');
}

/** Divides a CSV file between rows. @throws CommandError for a file that is not CSV */
export function splitImportFile(bytes: Uint8Array): SplitFile {
  const file = splitFile(bytes);
  if (file === 'empty') throw new CommandError('The file is empty.');
  if (file !== 'not_text') return file;
  throw new CommandError(
    'This is not a text file: save the sheet as CSV ("CSV UTF-8" in Excel), and import that file.',
  );
}
