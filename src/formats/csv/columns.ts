import { refusedFor } from '../../domain/errors.ts';
import { normalized } from '../../domain/text/unicode.ts';

/** Names of columns, without case, blanks and signs, and with æ, ø and å as ae, oe and aa. */
const NAMES = {
  reference:
    'id reference aftaleid aftalenr aftalenummer bookingid bookingnr bookingnummer bookingreference appointmentid ' +
    'appointmentno appointmentnumber eksternid externalid ref uid',
  start:
    'start starttid starttidspunkt tidspunkt startdatetime starttime startsat begin begynder fra from ' +
    'aftaletidspunkt datetime datotid datoogtid dateandtime appointmenttime startdatotid',
  date: 'dato date startdato startdate aftaledato appointmentdate',
  time: 'tid time klokkeslaet klokken kl klokke aftaletid moedetid timeofday',
  end: 'slut end sluttid sluttidspunkt endtime endsat enddatetime til to slutdatotid',
  mobile:
    'mobil mobilnummer mobilnr mobiltlf mobiltelefon mobile mobilephone mobilenumber mobileno cell cellphone ' +
    'smsnummer patientmobil patientmobile',
  phone:
    'telefon telefonnummer telefonnr tlf tlfnr tlfnummer phone phonenumber phoneno telephone patienttelefon ' +
    'patientphone',
  language: 'sprog sprogkode language lang languagecode patientsprog',
  locationText: 'sted lokation location place moedested lokationsnavn locationname stednavn rum lokale room',
  locationCode: 'lokationskode lokationsid locationcode locationid stedkode sor sorkode sorid',
  department: 'afdeling afdelingsnavn department departmentname afsnit enhed unit klinik clinic ambulatorium',
  departmentCode: 'afdelingskode afdelingsid departmentcode departmentid enhedskode',
  status: 'status aftalestatus bookingstatus appointmentstatus tilstand state',
  kind: 'type kind art aftaletype appointmenttype kontakttype moedeform konsultationstype konsultationsform',
  patient:
    'patientid patientnr patientnummer patientnumber patientno patientreference borgerid klientid kundenr ' +
    'kundenummer kundeid customerid clientid',
  contactPhone:
    'kontakttelefon kontaktnummer kontakttlf contactphone contactnumber contacttelephone klinikkenstelefon ' +
    'kliniktelefon afdelingstelefon',
};

/** Meaning of a column of a CSV file. */
export type CsvField = keyof typeof NAMES;

const FIELDS: ReadonlyMap<string, CsvField> = new Map(
  Object.entries(NAMES).flatMap(([field, names]) =>
    names.split(' ').map((name): [string, CsvField] => [name, field as CsvField]),
  ),
);

/** Fields that must not have two columns, since the right one is unknown; of other fields the first column is read. */
const UNIQUE_FIELDS: ReadonlySet<CsvField> = new Set([
  'reference',
  'start',
  'date',
  'time',
  'mobile',
  'phone',
  'status',
  'patient',
]);

/** Column names for CPR numbers: a file with one is refused. */
const CPR_NAME = /cpr|^(?:patients?|borgers?)?(?:person(?:nr|no|nummer|number|id)|foedselsnummer)$|^ssn$|^nationalid$/;

const MAX_COLUMNS = 200;
/** A name that is longer is none that is known. */
const MAX_NAME = 200;
/** Columns in front of a file of refused rows, which may be imported again after correction. */
export const ERROR_COLUMNS = ['line', 'column', 'code', 'detail'];

/** The header of a file: where each field stands, and which columns are ignored. */
export interface CsvColumns {
  /** Index of the column of each field, counted from 0. */
  readonly at: ReadonlyMap<CsvField, number>;
  /** Number of columns. */
  readonly count: number;
  /** Name of a column in responses, by its index from 0. */
  readonly nameOf: (index: number) => string;
  /** Names of columns that are not read. */
  readonly unknown: readonly string[];
}

/** Field of a column by its name; undefined for an unknown name. */
export function fieldNamed(name: string): CsvField | undefined {
  return FIELDS.get(plainName(name));
}

/**
 * Reads the header of a file.
 * @throws Problem 422 when a column is for CPR numbers or occurs twice, or when a required one is missing
 */
export function readColumns(header: readonly string[]): CsvColumns {
  const count = header.findLastIndex((name) => name !== '') + 1;
  const names = header.slice(0, count);
  if (count > MAX_COLUMNS) throw refusedFor('too_big', 'columns', `The file has more than ${MAX_COLUMNS} columns.`);
  const nameOf = (index: number) => printableName(names[index] ?? '', index);
  const at = new Map<CsvField, number>();
  const unknown: string[] = [];
  const isErrorFile = ERROR_COLUMNS.every((name, index) => names[index] === name);
  for (const [index, name] of names.entries()) {
    if (CPR_NAME.test(plainName(name))) {
      const detail = `Column ${index + 1} is for CPR numbers, which are not accepted: send the file without it.`;
      throw refusedFor('cpr', nameOf(index), detail);
    }
    const field = fieldNamed(name);
    if (field === undefined) {
      if (name !== '' && !(isErrorFile && index < ERROR_COLUMNS.length)) unknown.push(nameOf(index));
    } else if (at.has(field) && !UNIQUE_FIELDS.has(field)) unknown.push(nameOf(index));
    else if (at.has(field)) {
      const columns = `Columns ${(at.get(field) ?? 0) + 1} and ${index + 1}`;
      const detail = `${columns} have the same meaning, and the right one is unknown: leave one out.`;
      throw refusedFor('ambiguous_column', nameOf(index), detail);
    } else at.set(field, index);
  }
  requireColumns(at);
  return { at, count, nameOf, unknown };
}

function requireColumns(at: ReadonlyMap<CsvField, number>): void {
  if (at.size === 0) {
    const detail =
      'The first row must name the columns, such as id;dato;tid;mobil;sted;status. None of its names is known here.';
    throw refusedFor('no_header', 'header', detail);
  }
  const timed = at.has('start') || at.has('date') || at.has('time');
  if (!timed && !(at.has('reference') && at.has('status'))) {
    throw refusedFor(
      'required',
      'start',
      'A column for the start is missing: name one "start", or two "dato" and "tid".',
    );
  }
  if (!at.has('reference') && !at.has('phone') && !at.has('mobile')) {
    const detail = 'A column that identifies the appointment is missing: name one "id", or at least one "telefon".';
    throw refusedFor('required', 'id', detail);
  }
}

function plainName(name: string): string {
  return normalized(name.slice(0, MAX_NAME), 'NFC')
    .toLowerCase()
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'oe')
    .replaceAll('å', 'aa')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** A header that is in fact a row of data may contain a number, so such a name is not repeated. */
function printableName(name: string, index: number): string {
  const plain = normalized(name.slice(0, MAX_NAME), 'NFKC');
  const isPrintable =
    plain !== '' &&
    plain.length <= 60 &&
    plain.replace(/\P{Nd}/gu, '').length <= 5 &&
    !/[\p{C}\p{Zl}\p{Zp}]/u.test(plain);
  return isPrintable ? plain : `column ${index + 1}`;
}
