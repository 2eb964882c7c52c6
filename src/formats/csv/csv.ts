import { type Fault, Problem } from '../../domain/errors.ts';
import type { IngestContext, IngestElement, IngestResult } from '../format.ts';
import { mapInSteps, type Steps } from '../steps.ts';
import { type CsvColumns, fieldNamed, readColumns } from './columns.ts';
import { checkDateOrder } from './date-order.ts';
import { decodeText } from './decode.ts';
import { CsvRowReader } from './row.ts';
import { type CsvRow, csvTextInSteps } from './text.ts';

/** Most rows of data in one request. */
export const MAX_CSV_ROWS = 2000;

/** Content of a CSV file, row by row. */
export interface CsvReading {
  /** The elements, one per row. */
  readonly result: IngestResult;
  readonly columns: CsvColumns;
  readonly header: CsvRow;
  /** Rows that are not empty, in order. */
  readonly rows: readonly CsvRow[];
}

/**
 * Reads a list of appointments as CSV; the first row names the columns, in Danish or English. A refused row does not
 * affect the others.
 * @param contentType may name the character set
 * @throws Problem 415 for a body that is not text, 422 when the file as a whole can't be read
 */
export function* readCsv(body: Uint8Array, contentType: string, context: IngestContext): Steps<CsvReading> {
  const text = isSpreadsheet(body) ? null : decodeText(body, /;\s*charset="?([\w.-]+)/i.exec(contentType)?.[1]);
  if (text === null) {
    throw new Problem(
      415,
      'unsupported-media-type',
      'This is not a text file: save the sheet as CSV ("CSV UTF-8" in Excel), and send that file.',
    );
  }
  yield;
  const { header, rows } = yield* csvTextInSteps(text, (name) => fieldNamed(name) !== undefined, MAX_CSV_ROWS + 1);
  yield;
  if (!header) throw refusal('empty', 'The file is empty.');
  if (header.malformed) throw refusal('bad_quotes', 'The quotes in the first row are not balanced.');
  const columns = readColumns(header.cells);
  if (rows.length > MAX_CSV_ROWS) {
    throw refusal(
      'too_big',
      `A request may have ${MAX_CSV_ROWS} rows: send it in parts, each with the first row, or use "easysms import".`,
    );
  }
  yield* checkDateOrder(rows, columns, context.source.dateOrder);
  const reader = new CsvRowReader(columns, context);
  const elements = yield* mapInSteps(rows, (row): IngestElement => reader.read(row));
  return { result: { elements, array: true }, columns, header, rows };
}

function refusal(code: string, detail: string): Problem {
  return new Problem(422, 'invalid', detail, { faults: [{ pointer: '', code, detail } satisfies Fault] });
}

/** First bytes of a zip (.xlsx, .ods), an old Office file and a PDF. */
const NO_TEXT = ['504b0304', '504b0506', 'd0cf11e0', '25504446'];

function isSpreadsheet(body: Uint8Array): boolean {
  return NO_TEXT.includes(Buffer.from(body.slice(0, 4)).toString('hex'));
}
