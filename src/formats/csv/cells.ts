import type { Fault } from '../../domain/errors.ts';
import { isInvisible, isStorableText, MAX_REFERENCE, referenceFault } from '../../domain/reference.ts';
import { holdsCpr, looksLikeCpr } from '../../domain/text/cpr.ts';
import { MAX_CODE, MAX_PATIENT_ID, MAX_WORDING } from '../limits.ts';
import type { CsvColumns, CsvField } from './columns.ts';
import type { CsvRow } from './text.ts';

const MAX_LENGTH: Readonly<Partial<Record<CsvField, number>>> = {
  reference: MAX_REFERENCE,
  patient: MAX_PATIENT_ID,
  locationCode: MAX_CODE,
  departmentCode: MAX_CODE,
  locationText: MAX_WORDING,
  department: MAX_WORDING,
  kind: MAX_WORDING,
};
const OTHER_LENGTH = 64;
/** Fields stored as received, which a database must accept. */
const STORED_AS_RECEIVED: readonly CsvField[] = ['reference', 'locationCode', 'departmentCode'];
/** `4,52E+09`: how Excel shows a long number in a narrow column, and saves it. */
const EXCEL_NUMBER = /^\d(?:[.,]\d{1,14})?E\+\d{1,3}$/i;
/** Ids that many rows would share, and a number that every text prints: the row is refused. */
const REFUSED_IF_SHORTENED: readonly CsvField[] = ['reference', 'patient', 'contactPhone'];
/**
 * Ids, in which a running number with letters in front is no CPR number. Times and numbers are validated when they are
 * parsed.
 */
const IDS: readonly CsvField[] = ['reference', 'patient', 'locationCode', 'departmentCode'];
const TEXTS: readonly CsvField[] = ['locationText', 'department', 'status', 'kind', 'contactPhone'];

/** Cells of one row by field. */
export class CsvCells {
  readonly #row: CsvRow;
  readonly #columns: CsvColumns;

  constructor(row: CsvRow, columns: CsvColumns) {
    this.#row = row;
    this.#columns = columns;
  }

  /** Text of a cell; empty when the file has no such column or the row is shorter. */
  text(field: CsvField): string {
    const index = this.#columns.at.get(field);
    return index === undefined ? '' : (this.#row.cells[index] ?? '');
  }

  /** True when the row has a value for the field, even an explicitly empty one. */
  has(field: CsvField): boolean {
    const index = this.#columns.at.get(field);
    return index !== undefined && index < this.#row.cells.length;
  }

  /** Reference of the row, where it may be repeated in a response; else null. */
  reference(): string | null {
    const text = this.text('reference');
    if (text === '' || text.length > MAX_REFERENCE) return null;
    return isStorableText(text) && !referenceFault(text) ? text : null;
  }

  /**
   * A fault of this row.
   * @param field column of the fault; null for the row as a whole
   */
  fault(field: CsvField | null, code: string, detail: string): Fault {
    const index = field === null ? undefined : this.#columns.at.get(field);
    const column = index === undefined ? {} : { column: index + 1 };
    return {
      pointer: index === undefined ? '' : this.#columns.nameOf(index),
      code,
      detail,
      line: this.#row.line,
      ...column,
    };
  }

  /** Faults that are independent of the row's meaning. */
  faults(): Fault[] {
    const { count, at } = this.#columns;
    if (this.#row.malformed) return [this.fault(null, 'bad_quotes', 'The quotes in this row are not balanced.')];
    if (this.#row.cells.slice(count).some((cell) => cell !== '')) {
      return [
        this.fault(
          null,
          'too_many_cells',
          'The row has more cells than the first row: a text that contains a separator needs quotes around it.',
        ),
      ];
    }
    if (at.has('status') && !this.has('status')) {
      return [this.fault(null, 'too_few_cells', 'The row ends before its status, and may continue in the next line.')];
    }
    return [...at.keys()].flatMap((field) => this.#faultsOf(field));
  }

  /** Warnings for phone numbers that Excel has shortened: the row is taken like any without a usable number. */
  shortenedNumbers(): Fault[] {
    const fields = (['mobile', 'phone'] as const).filter((field) => EXCEL_NUMBER.test(this.text(field)));
    return fields.map((field) => this.#shortened(field));
  }

  #shortened(field: CsvField): Fault {
    const detail =
      'Excel has written a long number as 4,52E+09, and its digits are lost: format the column as text, and take the ' +
      'numbers from their origin again.';
    return this.fault(field, 'excel_number', detail);
  }

  #faultsOf(field: CsvField): Fault[] {
    const text = this.text(field);
    const max = MAX_LENGTH[field] ?? OTHER_LENGTH;
    if (text.length > max) return [this.fault(field, 'too_big', `At most ${max} characters.`)];
    if (REFUSED_IF_SHORTENED.includes(field) && EXCEL_NUMBER.test(text)) return [this.#shortened(field)];
    // An empty cell names no id; a cell of invisible characters was meant to name one.
    if (field === 'reference' && text !== '' && isInvisible(text))
      return [this.fault(field, 'required', 'An id is required: invisible characters alone are not an id.')];
    if ((IDS.includes(field) && looksLikeCpr(text)) || (TEXTS.includes(field) && holdsCpr(text))) {
      return [this.fault(field, 'cpr', 'This looks like a CPR number, which is not accepted.')];
    }
    const unprintable = STORED_AS_RECEIVED.includes(field) && !isStorableText(text);
    return unprintable
      ? [this.fault(field, 'unprintable', 'Line breaks, control characters and invalid Unicode are not accepted.')]
      : [];
  }
}
