import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AppointmentEvent } from '../../../src/domain/appointment.ts';
import type { SourceSettings } from '../../../src/domain/authority.ts';
import { Problem } from '../../../src/domain/errors.ts';
import { type CsvReading, MAX_CSV_ROWS, readCsv } from '../../../src/formats/csv/csv.ts';
import { headerFaultInDanish, inDanish } from '../../../src/formats/csv/danish.ts';
import { eventIn, ingestContext, problemIn } from '../../support/ingest.ts';
import { finished } from '../../support/steps.ts';

const HEADER = 'id;dato;tid;mobil;sted;status';
const ROW = 'A-1;01-12-2026;09.00;20 12 34 50;Opgang 4;booket';
const START = '2026-12-01T08:00:00.000Z';

function read(file: string | Uint8Array, settings: Partial<SourceSettings> = {}, contentType = 'text/csv'): CsvReading {
  const hashPatient = (id: string) => createHash('sha256').update(id).digest();
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  return finished(readCsv(bytes, contentType, { ...ingestContext(settings), hashPatient }));
}
function eventOf(
  file: string | Uint8Array,
  settings?: Partial<SourceSettings>,
  contentType?: string,
): AppointmentEvent {
  const { result } = read(file, settings, contentType);
  expect(result.elements).toHaveLength(1);
  return eventIn(result.elements[0]);
}
/** `line column code` of every fault of every row. */
function faultsOf(file: string, settings?: Partial<SourceSettings>): string[] {
  return read(file, settings).result.elements.flatMap((element) =>
    element.kind === 'refused'
      ? problemIn(element).faults.map(({ line, pointer, code }) => `${line} ${pointer} ${code}`)
      : [],
  );
}
function refusalOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a CSV file', () => {
  it('is read into one event per row, with the values of the row and nothing else', () => {
    expect(eventOf(`${HEADER}\n${ROW}\n`)).toEqual({
      reference: 'A-1',
      status: 'booked',
      version: null,
      occurredAt: null,
      start: new Date(START),
      end: undefined,
      kind: undefined,
      patientKey: undefined,
      phone: ['20 12 34 50'],
      language: undefined,
      locationCode: undefined,
      locationText: 'Opgang 4',
      department: undefined,
      departmentCode: undefined,
      contactPhone: undefined,
      test: false,
      ...{ sentAs: 'csv', repeatable: true },
      warningsIfRepeated: [{ pointer: 'status', code: 'cancelled_since', detail: expect.any(String) }],
    });
  });

  const SAME: readonly (readonly [string, string | Uint8Array])[] = [
    ['with a byte order mark', `\ufeff${HEADER}\n${ROW}\n`],
    ['with CRLF', `${HEADER}\r\n${ROW}\r\n`],
    ['with CR alone', `${HEADER}\r${ROW}\r`],
    ['without an end of the last line', `${HEADER}\n${ROW}`],
    ['with empty lines, and such as hold only separators', `\n${HEADER}\n\n;;;;;\n${ROW}\n;;;;;\n\n`],
    ['with commas', `${HEADER}\n${ROW}\n`.replaceAll(';', ',')],
    ['with tabs', `${HEADER}\n${ROW}\n`.replaceAll(';', '\t')],
    ['with bars', `${HEADER}\n${ROW}\n`.replaceAll(';', '|')],
    ["with Excel's first line", `sep=;\r\n${HEADER}\r\n${ROW}\r\n`],
    ["with Excel's first line in quotes", `"sep=;"\n${HEADER}\n${ROW}\n`],
    ["with Excel's first line for commas", `sep=,\n${HEADER}\n${ROW}\n`.replaceAll(';', ',')],
    ['with quotes around everything', `${HEADER}\n${ROW}\n`.replaceAll(/[^;\n]+/g, '"$&"')],
    ['with blanks around the cells', `${HEADER}\n${ROW}\n`.replaceAll(';', ' ; ')],
    ['with blanks around quotes', `${HEADER}\n${ROW}\n`.replaceAll(/[^;\n]+/g, ' "$&" ')],
    ['with empty columns to the right', `${HEADER};;;\n${ROW};;;\n`],
    [
      'with columns in another order and other cases',
      'STATUS;Sted;Mobil;TID;Dato;Id\nbooket;Opgang 4;20 12 34 50;09.00;01-12-2026;A-1',
    ],
    ['as UTF-16 with a mark, which Excel calls Unicode text', Buffer.from(`\ufeff${HEADER}\n${ROW}\n`, 'utf16le')],
  ];
  it.each(SAME)('comes out the same %s', (_, file) => {
    expect(eventOf(file)).toEqual(eventOf(`${HEADER}\n${ROW}\n`));
  });

  it('is no other for a character set in its type that it is not in', () => {
    const file = `${HEADER}\n${ROW.replace('Opgang', 'Ærø')}\n`;
    expect(eventOf(file, {}, 'text/csv; charset=utf-16')).toEqual(eventOf(file));
  });

  it.each([
    ['UTF-8', 'utf8', 'text/csv'],
    ['Windows-1252', 'latin1', 'text/csv'],
    ['Latin-1 that its type names', 'latin1', 'text/csv; charset="ISO-8859-1"'],
  ] as const)('keeps æ, ø and å in %s', (_, encoding, contentType) => {
    const event = eventOf(Buffer.from(`${HEADER}\nÆ-1;01-12-2026;9.00;;Ærø Øst, Århus;\n`, encoding), {}, contentType);
    expect(event).toMatchObject({ reference: 'Æ-1', locationText: 'Ærø Øst, Århus' });
  });

  it('keeps the dashes and quotes of Windows-1252', () => {
    const file = Buffer.concat([
      Buffer.from(`${HEADER}\nA-1;01-12-2026;9.00;;`),
      Buffer.from([0xd8, 0x20, 0x96, 0x20, 0x94]),
      Buffer.from(';\n'),
    ]);
    expect(eventOf(file).locationText).toBe('Ø - "');
  });

  it('is read in the 8-bit character set that its type names, though it would be UTF-8 too', () => {
    const file = Buffer.from(`${HEADER}\nA-1;01-12-2026;9.00;;Ã¸;\n`, 'latin1');
    expect(eventOf(file).locationText).toBe('ø');
    expect(eventOf(file, {}, 'text/csv; charset=iso-8859-1').locationText).toBe('Ã¸');
  });

  it('keeps separators, doubled quotes and line breaks within quotes', () => {
    const found = eventOf(`${HEADER}\n${ROW.replace('Opgang 4', '"Opgang ""4"";\r\n3. sal"')}\n`).locationText;
    expect(found).toBe('Opgang "4"; 3. sal');
  });

  it('keeps a quote inside a cell that began without one', () => {
    expect(eventOf(`${HEADER}\n${ROW.replace('Opgang 4', '5" skærm')}\n`).locationText).toBe('5" skærm');
  });

  it('counts the lines of its rows with those inside quotes and empty ones', () => {
    const file = `${HEADER}\n${ROW.replace('Opgang 4', '"Opgang 4\r\n3. sal"')}\n\nA-2;x;9.00;;;\n`;
    expect(faultsOf(file)).toEqual(['5 dato no_date']);
  });

  it('names the columns that are not read', () => {
    const found = read('id;start;Behandler;Bemærkning;\nA-1;01-12-2026 9.00;Dr. Holm;x;').columns.unknown;
    expect(found).toEqual(['Behandler', 'Bemærkning']);
  });

  it('names no column by what may be a number', () => {
    expect(read('id;start;20 12 34 50;\nA-1;01-12-2026 9.00;x').columns.unknown).toEqual(['column 3']);
  });
});

describe('names of columns', () => {
  const value = '2026-12-01T09:00:00+01:00';
  it.each([
    ...['id', 'Reference', 'aftale-id', 'AftaleNr', 'Aftale nr.', 'booking_id', 'Booking-ID', 'Appointment ID'].map(
      (name) => [name],
    ),
  ])('%s is the reference', (name) => {
    expect(eventOf(`${name};start\nA-1;${value}`).reference).toBe('A-1');
  });
  it.each(['start', 'Starttid', 'Tidspunkt', 'start_time', 'Dato/tid', 'Dato og tid', 'From', 'tid', 'dato'])(
    '%s is the start',
    (name) => {
      expect(eventOf(`id;${name}\nA-1;${value}`).start).toEqual(new Date(START));
    },
  );
  it.each([
    ['telefon', 'phone', ['20123450']],
    ['Mobilnummer', 'phone', ['20123450']],
    ['Tlf.', 'phone', ['20123450']],
    ['Phone number', 'phone', ['20123450']],
    ['Kontakttelefon', 'contactPhone', '20123450'],
    ['contact_phone', 'contactPhone', '20123450'],
    ['lokationskode', 'locationCode', 'K-201234'],
    ['Location Code', 'locationCode', 'K-201234'],
    ['Mødested', 'locationText', 'K-201234'],
    ['Afdeling', 'department', 'K-201234'],
    ['department-id', 'departmentCode', 'K-201234'],
    ['Patientnummer', 'patientKey', createHash('sha256').update('K-201234').digest()],
  ])('%s is %s', (name, field, expected) => {
    const cell = /phone/i.test(field) ? '20123450' : 'K-201234';
    expect(eventOf(`id;start;${name}\nA-1;${value};${cell}`)).toMatchObject({ [field]: expected });
  });

  it.each(['lokationskode', 'Mødested', 'Afdeling', 'department-id'])('%s keeps no phone number', (name) => {
    expect(JSON.stringify(eventOf(`id;start;${name}\nA-1;${value};20123450`))).not.toContain('20123450');
  });

  it('prefer the mobile number, and keep the other one', () => {
    const found = eventOf(`id;start;telefon;mobil\nA-1;${value};35 45 35 45;20 12 34 50`).phone;
    expect(found).toEqual(['20 12 34 50', '35 45 35 45']);
  });

  it.each(['cpr', 'CPR-nr', 'cpr nummer', 'Personnummer', 'person_nr', 'Patientens CPR', 'SSN'])(
    '%s refuses the whole file',
    (name) => {
      const problem = refusalOf(() => read(`id;start;${name}\nA-1;${value};2512489996`));
      expect([problem.status, problem.faults[0]?.code, problem.faults[0]?.pointer]).toEqual([422, 'cpr', name]);
      expect(JSON.stringify([problem.message, problem.faults])).not.toContain('2512489996');
    },
  );

  it('are separated as Excel’s first line says, and by nothing else', () => {
    const found = refusalOf(() => read('sep=,\nid,note;start;mobil\nA-1,x;01-12-2026 9.00;20123450')).faults[0]?.code;
    expect(found).toBe('required');
  });

  it.each([
    ['no known name', 'navn;adresse\nx;y', 'no_header'],
    ['a row of data where the names should be', ROW, 'no_header'],
    ['no start', 'id;mobil\nA-1;20123450', 'required'],
    ['neither an id nor a number', 'start;sted\n01-12-2026 9.00;Opgang 4', 'required'],
    ['two columns for one thing', 'id;aftalenr;start\nA-1;A-2;01-12-2026 9.00', 'ambiguous_column'],
    ['two for the same number', 'id;mobil;mobilnummer;start\nA-1;1;2;01-12-2026 9.00', 'ambiguous_column'],
    ['nothing at all', '', 'empty'],
    ['only blanks', ' \n\n;;\n', 'empty'],
    ['unbalanced quotes in the first row', '"id";"sta"rt\nA-1;x', 'bad_quotes'],
    ['too many columns', `id;start;${'x;'.repeat(300)}y`, 'too_big'],
    ['too many rows', `id;start\n${'A;B\n'.repeat(MAX_CSV_ROWS + 1)}`, 'too_big'],
  ])('refuse a file with %s', (_, file, code) => {
    const problem = refusalOf(() => read(file));
    expect([problem.status, problem.faults.map((fault) => fault.code)]).toEqual([422, [code]]);
    expect(problem.message).not.toContain('20 12 34 50');
  });

  it.each([
    ['a sheet of Excel', Buffer.from('504b03041400', 'hex')],
    ['an old sheet of Excel', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    ['a PDF', Buffer.from('%PDF-1.7')],
    ['bytes of nothing known', Buffer.from([1, 2, 0, 3])],
  ])('refuse %s, and name the format to save it in', (_, file) => {
    const problem = refusalOf(() => read(file));
    expect([problem.status, problem.message]).toEqual([415, expect.stringContaining('CSV')]);
  });
});

describe('a date and time', () => {
  const nineOnFirst = [
    '1-12-2026 9.00',
    '01-12-2026 09:00',
    '01.12.2026 09:00:00',
    '1. 12. 2026 kl. 9',
    '1/12-2026 kl 9.00',
    '01/12/2026 9.00',
    '01-12-2026, 09.00',
    '01-12-2026 09:00 +01:00',
    '2026-12-01 09:00',
    '2026-12-01T09:00',
    '2026-12-01T08:00:00Z',
    '2026-12-01T09:00:00+01:00',
    '2026/12/01 09:00',
    '1. december 2026 9.00',
    '1 Dec 2026 09:00',
    'tirsdag den 1. december 2026 kl. 9.00',
    'ti 01-12-2026 09.00',
    'Tue 01-12-2026 09:00',
    '１-12-2026 ９.00',
  ];
  it.each(nineOnFirst)('%s is nine in the morning of the first of December', (text) => {
    expect(eventOf(`id;start\nA-1;"${text}"`).start).toEqual(new Date(START));
  });

  it.each([
    ['dato;tid', '01-12-2026;09.00'],
    ['dato;tid', '01-12-2026 00:00:00;kl. 9'],
    ['dato;start', '1/12-2026;9:00'],
    ['start;tid', '01-12-2026;9.00'],
    ['dato;tid', '01-12-2026 09.00;'],
    ['dato;tid', ';01-12-2026 09.00'],
  ])('is put together from %s', (header, cells) => {
    expect(eventOf(`id;${header}\nA-1;${cells}`).start).toEqual(new Date(START));
  });

  it('is local to the source', () => {
    const found = eventOf('id;start\nA-1;01-12-2026 09:00', { timeZone: 'America/Godthab' }).start;
    expect(found).toEqual(new Date('2026-12-01T11:00:00Z'));
  });

  it('is the first of two in the autumn hour that comes twice', () => {
    expect(eventOf('id;start\nA-1;25-10-2026 02.30').start).toEqual(new Date('2026-10-25T00:30:00Z'));
  });

  it.each([
    ['28-03-2027 02.30', 'time_does_not_exist'],
    ['01-12-2026', 'date_only'],
    ['2026-12-01', 'date_only'],
    ['kl. 9', 'time_only'],
    ['01-12-26 9.00', 'two_digit_year'],
    ['26-12-01 9.00', 'two_digit_year'],
    ['12.31.2026 9.00', 'no_such_day'],
    ['31/13/2026 9.00', 'no_such_day'],
    ['31-02-2026 9.00', 'no_such_day'],
    ['31-02-2026', 'no_such_day'],
    ['01-12-2026 25.00', 'invalid_instant'],
    ['01-12-2026 9', 'invalid_instant'],
    ['01-12-2026 9.00 PM', 'invalid_instant'],
    ['01-12-20261 9.00', 'invalid_instant'],
    ['46357,375', 'invalid_instant'],
    ['i morgen', 'invalid_instant'],
  ])('%s is refused: %s', (text, code) => {
    expect(faultsOf(`id;start\nA-1;"${text}"`)).toEqual([`2 start ${code}`]);
  });

  it('on a date that does not exist is reported in the column of the date, whatever the time and the end', () => {
    for (const day of ['31-02-2030', '05.14.2030', '2030-13-01']) {
      expect(faultsOf(`id;dato;tid;slut\nA-1;${day};9.00;9.30`)).toEqual(['2 dato no_such_day']);
      expect(faultsOf(`id;start;tid\nA-1;${day};9.00`)).toEqual(['2 start no_such_day']);
    }
    expect(faultsOf('id;dato;tid\nA-1;14-05-2030;x')).toEqual(['2 tid invalid_instant']);
  });

  it('that the calendar has not, and one that is no date, are told apart, in Danish as in English', () => {
    const told = (day: string) => {
      const [element] = read(`id;dato;tid\nA-1;${day};9.00`).result.elements;
      const [fault] = element?.kind === 'refused' ? problemIn(element).faults : [];
      return [fault?.code, fault?.detail, fault && inDanish(fault).detail];
    };
    expect(told('31-02-2030')).toEqual([
      'no_such_day',
      expect.stringMatching(/^This date does not exist: /),
      expect.stringMatching(/^Datoen findes ikke: dagen står før måneden/),
    ]);
    expect(told('i morgen')).toEqual([
      'no_date',
      'This is not a date such as 01-12-2026 or 2026-12-01.',
      'Det er ikke en dato som 01-12-2026 eller 2026-12-01.',
    ]);
  });

  it('has an end on the same day, or one with a date of its own', () => {
    const ends = ['09.30', '01-12-2026 09.30', '2026-12-01T09:30+01:00'];
    for (const end of ends) {
      expect(eventOf(`id;dato;tid;slut\nA-1;01-12-2026;9.00;${end}`).end).toEqual(new Date('2026-12-01T08:30:00Z'));
    }
    expect(faultsOf('id;dato;tid;slut\nA-1;01-12-2026;9.00;8.30')).toEqual(['2 slut before_start']);
  });
});

describe('a file whose dates have the month first', () => {
  const AT_STAKE = '04/03/2027';
  /** `line column code` of each fault of the whole file; the file is read where there is none. */
  const refusedFor = (file: string, settings?: Partial<SourceSettings>): string[] =>
    refusalOf(() => read(file, settings)).faults.map(({ line, column, code }) => `${line} ${column} ${code}`);

  it.each([
    ['03/14/2027', '14/03/2027'],
    ['3/14/2027', '14/3/2027'],
    ['03-14-2027', '14-03-2027'],
    ['3 / 14 - 2027', '14 / 3 - 2027'],
    ['Sun 03/14/2027', 'søndag 14/03/2027'],
    ['02/30/2027', '30/02/2027'],
    ['０３/１４/２０２７', '１４/０３/２０２７'],
  ])('is refused as a whole by one row such as %s, and %s refuses the file of a source that has it first', (us, dk) => {
    const file = (date: string) => `id;dato;tid\nA-1;01/01/2027;9.00\nA-2;${AT_STAKE};9.00\nA-3;${date};9.00\n`;
    expect(refusedFor(file(us))).toEqual(['4 2 month_first', '3 2 month_first']);
    expect(refusedFor(file(dk), { dateOrder: 'mdy' })).toEqual(['4 2 day_first', '3 2 day_first']);
    expect(faultsOf(file(dk)).filter((fault) => !fault.endsWith('no_such_day'))).toEqual([]);
    expect(faultsOf(file(us), { dateOrder: 'mdy' }).filter((fault) => !fault.endsWith('no_such_day'))).toEqual([]);
  });

  it.each(['start', 'slut', 'tid'])('is known by the column %s', (name) => {
    const others = name === 'start' ? '' : ';start';
    const file = `id;${name}${others}\nA-1;03/14/2027 9.00${others && `;${AT_STAKE} 8.00`}\n`;
    expect(refusedFor(file)).toEqual(['2 2 month_first']);
  });

  it.each([
    ['that is cancelled', 'A-9;03/14/2027;9.00;aflyst'],
    ['of a status that nobody knows', 'A-9;03/14/2027;9.00;måske'],
    ['that is refused for something else', 'A-9;03/14/2027;x;booket'],
    ['with quotes that do not fit', 'A-9;03/14/2027;9.00;"booket'],
    ['that has only the date', '03/14/2027;03/14/2027;;'],
  ])('is known by a row %s', (_, row) => {
    expect(refusedFor(`id;dato;tid;status\nA-1;${AT_STAKE};9.00;booket\n${row}\n`)[0]).toMatch(/^3 \d month_first$/);
  });

  it('is read with the month first where the source says so, with points as ever', () => {
    const start = (date: string) => eventOf(`id;start\nA-1;${date} 9.00`, { dateOrder: 'mdy' }).start?.toISOString();
    for (const date of ['03/04/2027', '3-4-2027', '4.3.2027', '04.03.2027', '2027-03-04', '4. marts 2027'])
      expect(start(date)).toBe('2027-03-04T08:00:00.000Z');
    const found = eventOf('id;dato;tid;slut\nA-1;03/04/2027;9.00;9.30', { dateOrder: 'mdy' }).end;
    expect(found).toEqual(new Date('2027-03-04T08:30:00Z'));
    const other = 'id;start;slut\nA-1;03/14/2027 9.00;03/14/2027 9.30';
    expect(eventOf(other, { dateOrder: 'mdy' }).end).toEqual(new Date('2027-03-14T08:30:00Z'));
  });

  it.each(['03.14.2027', '2027-14-03', '03/14/27', '03/32/2027', '13/14/2027'])(
    'is not told by %s, which refuses its row alone',
    (date) => {
      for (const dateOrder of ['dmy', 'mdy'] as const)
        expect(read(`id;dato;tid\nA-1;${date};9.00\nA-2;2027-03-04;9.00`, { dateOrder }).rows).toHaveLength(2);
    },
  );

  it('is told by the first fifty such rows and the first that could be read both ways', () => {
    const rows = Array.from({ length: 60 }, (_, nth) => `A-${nth};03/14/2027;9.00`);
    const file = ['id;dato;tid', ...rows, `B-1;${AT_STAKE};9.00`, `B-2;${AT_STAKE};9.00`].join('\n');
    const { status, faults, message } = refusalOf(() => read(file));
    expect([status, faults.length, faults[49]?.line, faults[50]?.line]).toEqual([422, 51, 51, 62]);
    expect(message).toContain('dateOrder');
    const danish = faults.map((fault) => headerFaultInDanish(fault).detail);
    expect([danish[0], danish[50]]).toEqual([
      expect.stringContaining('med måneden først'),
      expect.stringContaining('på begge måder'),
    ]);
  });
});

describe('a row', () => {
  it.each([
    ['', 'booked'],
    ['Booket', 'booked'],
    ['FLYTTET', 'booked'],
    ['Bekræftet', 'booked'],
    ['scheduled', 'booked'],
    ['appointment.rescheduled', 'booked'],
    ['Aflyst', 'cancelled'],
    ['Cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['Afbestilt', 'cancelled'],
    ['Udeblevet', 'noshow'],
    ['No-show', 'noshow'],
    ['ikke mødt', 'noshow'],
    ['Venteliste', 'waitlist'],
    ['Afventer', 'pending'],
    ['Gennemført', 'fulfilled'],
    ['Ankommet', 'arrived'],
    ['checked in', 'checked-in'],
    ['Slettet', 'entered-in-error'],
    ['4', 'cancelled'],
    ['lokal kode', 'noshow'],
  ])('with the status "%s" is %s', (word, status) => {
    expect(
      eventOf(`${HEADER}\n${ROW.replace('booket', word)}`, { statusMap: { '4': 'cancelled', 'Lokal-kode': 'noshow' } })
        .status,
    ).toBe(status);
  });

  it('has the meaning of the source’s settings where they map one of our words', () => {
    const found = eventOf(`${HEADER}\n${ROW.replace('booket', 'Ny')}`, { statusMap: { ny: 'pending' } }).status;
    expect(found).toBe('pending');
  });

  it('with an unknown status is refused, since it may be a cancellation', () => {
    expect(faultsOf(`${HEADER}\n${ROW.replace('booket', 'hokuspokus')}`)).toEqual(['2 status unknown_status']);
  });

  it('of a status that the source calls no appointment is left alone', () => {
    expect(
      read(`${HEADER}\n${ROW.replace('booket', 'blokeret')}`, { statusMap: { blokeret: 'ignore' } }).result.elements[0]
        ?.kind,
    ).toBe('ignored');
  });

  it.each([
    ['Videokonsultation', 'video'],
    ['Tlf.-konsultation', 'phone'],
    ['phone', 'phone'],
    ['Hjemmebesøg', 'home'],
    ['Blodprøve', 'visit'],
    ['', undefined],
  ])('of the type "%s" is a %s', (word, kind) => {
    expect(eventOf(`id;start;type\nA-1;01-12-2026 9.00;${word}`).kind).toBe(kind);
  });

  it.each([
    ['da', 'da'],
    ['DA-DK', 'da'],
    ['Dansk', 'da'],
    ['dan', 'da'],
    ['English', 'en'],
    ['ar', 'ar'],
    ['volapyksk', null],
    ['', null],
  ])('in the language "%s" is sent in %s', (word, language) => {
    expect(eventOf(`id;start;sprog\nA-1;01-12-2026 9.00;${word}`).language).toBe(language);
  });

  it('clears with an empty cell, and keeps with a column that is not there, or that the row does not reach', () => {
    const names = 'mobil;sted;afdeling;lokationskode;kontakttelefon;slut';
    const cleared = {
      phone: null,
      locationText: null,
      department: null,
      locationCode: null,
      contactPhone: null,
      end: null,
    };
    expect(eventOf(`id;start;${names}\nA-1;01-12-2026 9.00;;;;;;`)).toMatchObject(cleared);
    const kept = Object.fromEntries(Object.keys(cleared).map((key) => [key, undefined]));
    expect(eventOf('id;start\nA-1;01-12-2026 9.00')).toMatchObject(kept);
    expect(eventOf(`id;start;${names}\nA-1;01-12-2026 9.00`)).toMatchObject(kept);
  });

  it('that cancels clears nothing with its empty cells, and is accepted with any start', () => {
    const event = eventOf(`${HEADER}\nA-1;ukendt;;;;aflyst`);
    expect(event).toMatchObject({
      reference: 'A-1',
      status: 'cancelled',
      start: undefined,
      phone: undefined,
      locationText: undefined,
    });
    expect(eventOf('id;status\nA-1;aflyst')).toMatchObject({ status: 'cancelled', start: undefined });
  });

  it('keeps only printable text', () => {
    const event = eventOf(`id;start;sted;afdeling\nA-1;01-12-2026 9.00;"Se www.example.com\u202e nu";"A\nB"`);
    expect(event).toMatchObject({ locationText: 'Se nu', department: 'A B' });
  });

  it('lists for staff a code of a place that nothing is known of', () => {
    const settings = { locationMap: { B2: 'Blodprøver' } };
    const found = eventOf('id;start;lokationskode\nA-1;01-12-2026 9.00;B1', settings).unmapped;
    expect(found).toEqual([{ field: 'location', value: 'B1' }]);
    expect(eventOf('id;start;lokationskode\nA-1;01-12-2026 9.00;B2', settings).unmapped).toBeUndefined();
    expect(eventOf('id;start;lokationskode;sted\nA-1;01-12-2026 9.00;B1;Opgang 4', settings).unmapped).toBeUndefined();
  });

  it.each([
    ['more cells than names', `${ROW};og mere`, '2  too_many_cells'],
    ['an end before its status', 'A-1;01-12-2026;09.00;20123450', '2  too_few_cells'],
    ['quotes that do not fit', 'A-1;01-12-2026;09.00;20123450;"Opgang 4" 3. sal;booket', '2  bad_quotes'],
    ['a quote that is never closed', 'A-1;01-12-2026;09.00;20123450;"Opgang 4;booket', '2  bad_quotes'],
    ['no id', ';01-12-2026;09.00;;Opgang 4;booket', '2 id required'],
    ['no start', 'A-1;;;20123450;Opgang 4;booket', '2 dato required'],
    ['an id that is too long', `${'A'.repeat(256)};01-12-2026;09.00;;;`, '2 id too_big'],
    ['an id with a line break', '"A\n1";01-12-2026;09.00;;;', '2 id unprintable'],
    ['invisible characters as its id', '\u200b\u2800;01-12-2026;09.00;20123456;;', '2 id required'],
    ['a CPR number as its id', '251248-9996;01-12-2026;09.00;;;', '2 id cpr'],
    ['a CPR number as its phone', 'A-1;01-12-2026;09.00;2512489996;;', '2 mobil cpr'],
    ['a CPR number in its place', 'A-1;01-12-2026;09.00;;Aftale for 251248-9996;', '2 sted cpr'],
  ])('with %s is refused, and the next is accepted', (_, row, fault) => {
    const next = 'B-1;02-12-2026;10.00;20123451;;';
    const { elements } = read(`${HEADER}\n${row}\n${next}\n`).result;
    expect(faultsOf(`${HEADER}\n${row}\n${next}\n`)).toEqual([fault]);
    expect(eventIn(elements.at(-1)).reference).toBe('B-1');
    expect(JSON.stringify(problemIn(elements[0]).faults)).not.toMatch(/9996|20123450/);
  });

  it('keeps a quote that was never closed from swallowing the rows up to the next one', () => {
    const rows = ['A-1;01-12-2026;9.00;;"Opgang 4;', 'A-2;01-12-2026;9.00;;;', 'A-3;01-12-2026;9.00;;"Opgang 4";'];
    const { elements } = read(`${HEADER}\n${rows.join('\n')}\n`).result;
    expect(elements.map((element) => element.kind)).toEqual(['refused', 'appointment', 'appointment']);
  });

  it.each([
    ['the last column', 'sted', 'A-1;01-12-2026;9.00;20123451;"Opgang 4', 'A-3;01-12-2026;9.00;20123453;5"'],
    ['a column that is not read', 'note', 'A-1;01-12-2026;9.00;20123451;"x', 'A-3;01-12-2026;9.00;20123453;5"'],
  ])('is not read together with one that closes its forgotten quote, in %s', (_, name, first, last) => {
    const file = `id;dato;tid;mobil;${name}\n${first}\nA-2;01-12-2026;9.00;20123452;\n${last}\n`;
    expect(faultsOf(file)).toEqual(['2  bad_quotes']);
    const events = read(file).result.elements.slice(1).map(eventIn);
    expect(events.map(({ reference, phone }) => [reference, phone])).toEqual([
      ['A-2', ['20123452']],
      ['A-3', ['20123453']],
    ]);
  });

  it.each([
    ['the same column', 'A-1;"note;20123451;01-12-2026 9.00\nA-2;note";20123452;01-12-2026 9.00'],
    ['one further left', 'A-1;note;"20123451;01-12-2026 9.00\nA-2;note";20123452;01-12-2026 9.00'],
    ['one further right', 'A-1;"note;20123451;01-12-2026 9.00\nA-2;note;20123452";01-12-2026 9.00'],
  ])('has no number of another one when a forgotten quote is closed in the next, in %s', (_, rows) => {
    const { elements } = read(`id;note;mobil;start\n${rows}\n`).result;
    const events = elements.flatMap((element) => (element.kind === 'appointment' ? [element.event] : []));
    expect(elements[0]?.kind).toBe('refused');
    expect(events.filter(({ reference }) => reference !== 'A-2')).toEqual([]);
    for (const { phone } of events) expect(phone).not.toEqual(['20123451']);
  });

  it('may hold a text of several lines with separators in it', () => {
    const event = eventOf(`id;start;note;sted;mobil\nA-1;01-12-2026 9.00;"en; to\ntre; fire";"Opgang;\n4";20123450`);
    expect(event).toMatchObject({ locationText: 'Opgang; 4', phone: ['20123450'] });
  });

  it('whose quote is closed ten thousand characters later is cut at its first line', () => {
    const rows = Array.from({ length: 300 }, (_, index) => `A-${index};${'x'.repeat(40)};y`);
    const { rows: read_ } = read(`id;note;start\nB-1;"x\n${rows.join('\n')}\nB-2;x";y\n`);
    expect(read_).toHaveLength(302);
  });

  it('after one with unbalanced quotes has its own line number', () => {
    const faults = faultsOf(`${HEADER}\nA-1;01-12-2026;9.00;;"x"y;\nA-2;x;9.00;;;\n`);
    expect(faults).toEqual(['2  bad_quotes', '3 dato no_date']);
  });

  it.each([
    ['id', '251248-9996'],
    ['id', 'CPR:2512489996'],
    ['id', '0703921vj4'],
    ['patient-id', '2512489996'],
    ['lokationskode', '251248-9996'],
    ['afdelingskode', '2512489996'],
    ['afdeling', 'Afsnit 2512489996'],
    ['status', '251248-9996'],
    ['type', '2512489996'],
    ['kontakttelefon', '251248-9996'],
  ])('with a CPR number as its %s is refused without repeating it', (name, value) => {
    const [element] = read(
      `${name === 'id' ? '' : 'id;'}start;${name}\n${name === 'id' ? '' : 'A-1;'}01-12-2026 9.00;${value}`,
    ).result.elements;
    expect(problemIn(element).faults.map(({ code, pointer }) => [code, pointer])).toEqual([['cpr', name]]);
    expect(JSON.stringify([element, problemIn(element).faults])).not.toContain(value);
  });

  it.each(['01010112-1234-4abc-8def-0123456789ab', 'A2512489996', '325441000016006'])(
    'may have the id %s, which is no CPR number',
    (id) => {
      expect(eventOf(`id;start\n${id};01-12-2026 9.00`).reference).toBe(id);
    },
  );

  it('lists all its faults', () => {
    const faults = faultsOf('id;start;mobil;kontakttelefon\nA-1;x;2512489996;ring');
    expect(faults).toEqual(['2 mobil cpr', '2 kontakttelefon invalid_number', '2 start invalid_instant']);
  });

  it('reads ten digits as a phone number where they are one', () => {
    const found = eventOf('id;start;mobil\nA-1;01-12-2026 9.00;0701234567', { defaultRegion: 'SE' }).phone;
    expect(found).toEqual(['0701234567']);
  });

  it('that books another time under an id of the same file is refused, unless its status is a move', () => {
    const twice = (word: string) => `${HEADER}\n${ROW}\n${ROW.replace('09.00', '11.00').replace('booket', word)}\n`;
    expect(faultsOf(twice('booket'))).toEqual(['3 id duplicate_reference']);
    expect(faultsOf(twice('flyttet'))).toEqual([]);
    expect(faultsOf(twice('aflyst'))).toEqual([]);
    expect(faultsOf(`${HEADER}\n${ROW}\n${ROW}\n`)).toEqual([]);
  });
});

describe('a file without ids', () => {
  const reference = (cells: string, header = 'start;mobil') => eventOf(`${header}\n${cells}`).reference;

  it('identifies appointments by number and start, in any notation', () => {
    const one = reference('01-12-2026 09:00;20 12 34 50');
    expect(one).toMatch(/^csv-[\w-]{20,}$/);
    expect(reference('2026-12-01T08:00:00Z;+45 20123450')).toBe(one);
    const others = [reference('01-12-2026 09:30;20 12 34 50'), reference('01-12-2026 09:00;20 12 34 51')];
    expect(
      new Set([one, ...others, reference('01-12-2026 09:00;20 12 34 50;P-2', 'start;mobil;patient-id')]).size,
    ).toBe(4);
  });

  it('tells no spellings of a substitute for a CPR number apart', () => {
    const spelled = (id: string) => reference(`01-12-2026 09:00;20 12 34 50;${id}`, 'start;mobil;patient-id');
    expect(spelled('15.03.85.12A4')).toBe(spelled('150385.12A4'));
    expect(spelled('150385.12A5')).not.toBe(spelled('150385.12A4'));
  });

  it('refuses a row without a number, or without a start', () => {
    expect(faultsOf('start;mobil\n01-12-2026 9.00;\n;20123450')).toEqual(['2 mobil required', '3 start required']);
  });
});

it('a file of 1 MiB is read a few rows at a time, whatever most of it is', () => {
  for (const row of ['', ';', '"";x', `${ROW}`, '"a\n"']) {
    const rows = Math.floor(2 ** 20 / (row.length + 1));
    let steps = 0;
    try {
      for (const _ of readCsv(Buffer.from(`${HEADER}\n${`${row}\n`.repeat(rows)}`), 'text/csv', ingestContext()))
        steps++;
    } catch (error) {
      // Over 2,000 rows it is refused, but not at once.
      expect(error).toBeInstanceOf(Problem);
    }
    expect(steps).toBeGreaterThanOrEqual(Math.min(rows, MAX_CSV_ROWS) / 100);
  }
});
