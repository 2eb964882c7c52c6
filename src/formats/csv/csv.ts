import { type AppointmentEvent, type AppointmentStatus, isUpcoming } from '../../domain/appointment.ts';
import { type Fault, Problem, refusedFor } from '../../domain/errors.ts';
import { hashedPatientId, patientKeysOf } from '../../domain/patient-key.ts';
import { choosePhone, readAnyNumber } from '../../domain/phone.ts';
import { cleanPrinted } from '../../domain/sms/sms-text.ts';
import { looksLikeCpr } from '../../domain/text/cpr.ts';
import { isHarmlessCode } from '../../domain/text/numbers.ts';
import { type IngestContext, type IngestElement, type IngestResult, mapInSteps, type Steps } from '../format.ts';
import { languageOf } from '../language.ts';
import { toUnmapped } from '../source-maps.ts';
import { ifNothingCancelled, midnightWarning, OWN_NUMBER, withoutOwnNumber } from '../warnings.ts';
import { type CsvColumns, type CsvField, fieldNamed, readColumns } from './columns.ts';
import { type CsvRow, csvTextInSteps, decodeText } from './text.ts';
import { checkDateOrder, readTimes } from './times.ts';
import { CsvCells, readKind, readStatus } from './values.ts';

/** Most rows of data in one request. */
export const MAX_CSV_ROWS = 2000;

/** Content of a CSV file, one element per row. */
export interface CsvReading {
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
    const detail = 'This is not a text file: save the sheet as CSV ("CSV UTF-8" in Excel), and send that file.';
    throw new Problem(415, 'unsupported-media-type', detail);
  }
  yield;
  const { header, rows } = yield* csvTextInSteps(text, (name) => fieldNamed(name) !== undefined, MAX_CSV_ROWS + 1);
  yield;
  if (!header) throw refusedFor('empty', '', 'The file is empty.');
  if (header.malformed) throw refusedFor('bad_quotes', '', 'The quotes in the first row are not balanced.');
  const columns = readColumns(header.cells);
  if (rows.length > MAX_CSV_ROWS) {
    const most = `A request may have ${MAX_CSV_ROWS} rows`;
    throw refusedFor('too_big', '', `${most}: send it in parts, each with the first row, or use "easysms import".`);
  }
  yield* checkDateOrder(rows, columns, context.source.dateOrder);
  const reader = new CsvRowReader(columns, context);
  const elements = yield* mapInSteps(rows, (row): IngestElement => reader.read(row));
  return { result: { elements, array: true }, columns, header, rows };
}

/** First bytes of a zip (.xlsx, .ods), an old Office file and a PDF. */
const NO_TEXT = ['504b0304', '504b0506', 'd0cf11e0', '25504446'];

function isSpreadsheet(body: Uint8Array): boolean {
  return NO_TEXT.includes(Buffer.from(body.slice(0, 4)).toString('hex'));
}

const CONTACT_PHONE = /^\+?[0-9][0-9 ()-]{2,22}$/;

/** Reads the rows of one file, in their order. */
class CsvRowReader {
  readonly #columns: CsvColumns;
  readonly #context: IngestContext;
  /** Start and line of each reference that the file books. */
  readonly #booked = new Map<string, { readonly start: number; readonly line: number }>();

  constructor(columns: CsvColumns, context: IngestContext) {
    this.#columns = columns;
    this.#context = context;
  }

  /** Reads one row; a refused one lists all its faults. */
  read(row: CsvRow): IngestElement {
    const cells = new CsvCells(row, this.#columns);
    const faults = cells.faults();
    if (faults.length > 0) return refuse(cells, faults);
    const { source } = this.#context;
    const reading = cells.text('status') === '' ? BOOKED : readStatus(cells.text('status'), source.statusMap);
    if (reading?.status === 'ignore') return { kind: 'ignored', why: 'other_status' };
    if (reading) return this.#appointment(row, cells, reading.status, reading.moved);
    const detail = "This status is unknown: add it to the source's statusMap.";
    return refuse(cells, [cells.fault('status', 'unknown_status', detail)]);
  }

  #appointment(row: CsvRow, cells: CsvCells, status: AppointmentStatus, moved: boolean): IngestElement {
    const { start, end, timeFaults } = readTimes(cells, this.#context.source);
    const ownReference = cells.text('reference');
    const faults = this.#numberFaults(cells);
    // A cancellation is accepted whatever else the row holds.
    const lenient = !isUpcoming(status) && ownReference !== '';
    if (!lenient) faults.push(...timeFaults.map(({ field, code, detail }) => cells.fault(field, code, detail)));
    if (start === null && timeFaults.length === 0 && (ownReference === '' || status === 'booked')) {
      faults.push(cells.fault(cells.has('start') ? 'start' : 'date', 'required', 'A start is needed.'));
    }
    const reference = ownReference || (start && this.#generatedReference(cells, start));
    if (!reference && start) {
      const field = (['reference', 'mobile', 'phone'] as const).find((name) => cells.has(name)) ?? null;
      faults.push(cells.fault(field, 'required', 'An id or a number is needed.'));
    }
    if (faults.length > 0 || !reference) return refuse(cells, faults);
    const before = status === 'booked' && !moved && start ? this.#bookedBefore(reference, start, row.line) : undefined;
    if (before !== undefined) {
      const detail =
        `Line ${before} books another time under the same id: ` +
        'the id must be that of an appointment, not of a patient.';
      return refuse(cells, [cells.fault('reference', 'duplicate_reference', detail)]);
    }
    const times =
      lenient && timeFaults.length > 0 ? { start: undefined, end: undefined } : { start: start ?? undefined, end };
    const event = this.#event(cells, { reference, status, ...times });
    const warning = cells.fault('contactPhone', OWN_NUMBER.code, OWN_NUMBER.detail);
    return { kind: 'appointment', event: withoutOwnNumber(event, this.#context.source, warning) };
  }

  #event(
    cells: CsvCells,
    identity: Pick<AppointmentEvent, 'reference' | 'status' | 'start'> & { end: Date | null | undefined },
  ): AppointmentEvent {
    const { source, hashPatient } = this.#context;
    // Lists of cancellations often leave the other cells empty; that clears nothing.
    const empty = identity.status !== null && !isUpcoming(identity.status) ? undefined : null;
    const value = <T>(field: CsvField, read: (text: string) => T): T | null | undefined => {
      const text = cells.text(field);
      if (text !== '') return read(text);
      return cells.has(field) ? empty : undefined;
    };
    const code = (text: string) => (isHarmlessCode(text) ? text : null);
    const patient = cells.text('patient');
    const numbers = numbersOf(cells);
    const [locationCode, locationText] = [value('locationCode', code), value('locationText', cleanPrinted)];
    const isUnknown = locationCode && !locationText && !Object.hasOwn(source.locationMap, locationCode);
    const unmapped = isUnknown ? toUnmapped('location', locationCode) : [];
    const warnings = [...midnightWarning(identity, source, 'start'), ...cells.shortenedNumbers()];
    return {
      ...identity,
      end: identity.end ?? (cells.has('end') ? empty : undefined),
      version: null,
      occurredAt: null,
      kind: cells.text('kind') === '' ? undefined : readKind(cells.text('kind')),
      patientKey: undefined,
      phone: numbers.length > 0 ? numbers : cells.has('phone') || cells.has('mobile') ? empty : undefined,
      language: value('language', (text) => languageOf([text]) ?? null),
      locationCode,
      locationText,
      department: value('department', cleanPrinted),
      departmentCode: value('departmentCode', code),
      contactPhone: value('contactPhone', String),
      test: false,
      ...(patient !== '' && patientKeysOf(patient, hashPatient)),
      ...(unmapped.length > 0 && { unmapped }),
      ...(warnings.length > 0 && { warnings }),
      ...ifNothingCancelled(identity, 'reference'),
      ...REPEATABLE,
    };
  }

  #numberFaults(cells: CsvCells): Fault[] {
    const { defaultRegion } = this.#context.source;
    const faults: Fault[] = [];
    for (const field of ['mobile', 'phone'] as const) {
      const text = cells.text(field);
      const cpr =
        looksLikeCpr(text) && choosePhone(text, { defaultRegion, allowedCountries: [] }).reason === 'invalid_number';
      if (cpr) faults.push(cells.fault(field, 'cpr', 'This has the shape of a CPR number, not of a phone number.'));
    }
    const contact = cells.text('contactPhone');
    if (contact !== '' && !CONTACT_PHONE.test(contact)) {
      faults.push(cells.fault('contactPhone', 'invalid_number', 'This is not a phone number.'));
    }
    return faults;
  }

  /**
   * Reference for a row without an id, made of number and start: a moved appointment then counts as another one.
   * @returns null without a number
   */
  #generatedReference(cells: CsvCells, start: Date): string | null {
    const [number] = numbersOf(cells);
    if (number === undefined) return null;
    const { source, hashPatient } = this.#context;
    const plain = readAnyNumber(number, source.defaultRegion) ?? number.replace(/\P{Nd}/gu, '');
    const parts = ['csv', plain, start.toISOString(), hashedPatientId(cells.text('patient'))];
    return `csv-${hashPatient(JSON.stringify(parts)).toString('base64url').slice(0, 24)}`;
  }

  /** @returns the line in which the file books another time under this reference */
  #bookedBefore(reference: string, start: Date, line: number): number | undefined {
    const before = this.#booked.get(reference);
    if (before) return before.start === start.getTime() ? undefined : before.line;
    this.#booked.set(reference, { start: start.getTime(), line });
    return undefined;
  }
}

/** A list is imported as often as one likes; what its row says is what was sent. */
const REPEATABLE: Pick<AppointmentEvent, 'sentAs' | 'repeatable' | 'warningsIfRepeated'> = {
  sentAs: 'csv',
  repeatable: true,
  warningsIfRepeated: [
    {
      pointer: 'status',
      code: 'cancelled_since',
      detail: 'This very row came before, and the appointment was cancelled since: the row books it again.',
    },
  ],
};
const BOOKED = { status: 'booked', moved: false } as const;

/** Numbers of the row, the best first. */
function numbersOf(cells: CsvCells): string[] {
  return [cells.text('mobile'), cells.text('phone')].filter((text) => text !== '');
}

function refuse(cells: CsvCells, faults: readonly Fault[]): IngestElement {
  const problem = new Problem(422, 'invalid', 'The row was understood and refused: see errors.', { faults });
  return { kind: 'refused', reference: cells.reference(), problem };
}
