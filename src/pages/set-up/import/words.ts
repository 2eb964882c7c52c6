import { reasonWords } from '../../../http/schemas/words.ts';
import { bilingual } from '../../kit/words.ts';

/** The words of the page by which a CSV file is imported. */
export const IMPORT_WORDS = bilingual({
  da: {
    lead:
      'Til klinikker uden integration: en fil med aftaler, gemt som CSV. Den samme fil kan indlæses igen ' +
      'uden skade.',
    columns:
      'Første række skal være kolonnernes navne. Filen skal have dato og tid (en liste med aflysninger kun id og ' +
      'status) og mindst én af id og mobil. En ny aftale uden telefonnummer får ingen SMS’er. Også sted, status, ' +
      'sprog, afdeling, type og kontakttelefon kan læses. CPR-numre må ikke stå i filen.',
    file: 'Fil',
    fileHint: 'CSV, højst 1 MB (omkring 10.000 rækker). Større filer indlæses fra kommandolinjen.',
    fileMissing: 'Vælg en fil.',
    source: 'Bookingsystem',
    /** The hint of the field that takes a name, where there are too many for a list. */
    sourceHint: 'Skriv navnet eller begyndelsen af det.',
    sourceMissing: 'Vælg et bookingsystem.',
    noSource: 'Der er ingen bookingsystemer endnu. Opret først et, som aftalerne fra filen kan høre til.',
    what: 'Hvad skal der ske?',
    modes: {
      try: 'Prøv filen (intet gemmes)',
      import: 'Indlæs filen',
      errors: 'Hent de afviste rækker som fil',
    },
    start: 'Fortsæt',
    running: 'Filen læses. Luk ikke siden.',
    progress: (done: string, all: string) => `${done} af ${all} rækker`,
    tried: 'Sådan ville det gå. Intet er gemt.',
    imported: 'Filen er indlæst.',
    /** The file was read, and no row of it was new. */
    nothingNew: 'Filen er læst, og intet i den var nyt.',
    /** The file was read, no row of it was taken, and some were refused. */
    read: 'Filen er læst, og intet nyt er gemt.',
    rowsRefused: (count: number, shown: string) =>
      count === 1 ? '1 række blev afvist. Se den nedenfor.' : `${shown} rækker blev afvist. Se dem nedenfor.`,
    rowsWouldBeRefused: (count: number, shown: string) =>
      count === 1
        ? '1 række ville blive afvist. Se den nedenfor.'
        : `${shown} rækker ville blive afvist. Se dem nedenfor.`,
    /** The step after a trial. */
    afterTrial: 'Filen gemmes krypteret i en time, til den er indlæst, eller du logger ud.',
    importKept: 'Indlæs filen',
    keptGone: 'Filen gemmes kun i en time, og den kan være indlæst. Vælg den igen.',
    rows: 'Rækker',
    accepted: 'Taget imod',
    duplicate: 'Kendt i forvejen',
    stale: 'Ældre end det, vi har',
    ignored: 'Ikke om en aftale',
    refused: 'Afvist',
    reminders: 'Påmindelser planlagt til filens aftaler',
    segments: 'SMS-dele i dem',
    /** The name of the file of refused rows. @param id of the booking system */
    errorFile: (id: string) => `${id}-afvist.csv`,
    unknownColumns: 'Kolonner, der ikke læses',
    moreColumns: (count: number) => `og ${count} ${count === 1 ? 'mere' : 'flere'}`,
    errors: 'Afviste rækker',
    errorsLead: 'De første 50 fejl vises.',
    getRows: 'Hent de afviste rækker',
    allRows: 'Hent rækkerne som fil, ret dem, og indlæs filen. Den kan hentes her på siden i en time.',
    /** The page has no room for any of them. */
    noRows: 'Du får de afviste rækker, når du vælger filen igen og »Hent de afviste rækker som fil«.',
    someRows: (rows: string, all: string) =>
      `Filen får de første ${rows} af ${all} rækker. Alle fås, når du vælger filen igen og »Hent de afviste ` +
      'rækker som fil«.',
    /** Rows that were taken and give no SMS are in the file of refused rows, too. */
    silentRows: 'Rækker, der er taget imod, men ikke giver en SMS, står også i den, mærket »Taget imod«.',
    /** The mark of such a row in that file. @param why without a full stop */
    taken: (why: string) => `Taget imod, men giver ingen SMS: ${why}.`,
    warnings: 'Rækker, der ikke giver en SMS, eller som bør ses efter',
    line: 'Linje',
    column: 'Kolonne',
    wholeRow: 'Hele rækken',
    why: 'Hvorfor',
    again: 'Vælg en fil til',
    faults: {
      not_text: 'Det er ikke en tekstfil. Gem arket som CSV (»CSV UTF-8« i Excel), og vælg den fil.',
      empty: 'Filen er tom.',
      tooOld: 'De afviste rækker huskes kun i en time. Vælg filen igen, og hent de afviste rækker.',
      refused: 'Filen kan ikke bruges.',
      stopped: 'Indlæsningen stoppede undervejs. Det, der er gjort, er gemt: indlæs filen igen, intet bliver dobbelt.',
    },
    warningTexts: {
      ...reasonWords('da'),
      excel_number:
        'Excel har skrevet nummeret som for eksempel 4,52E+09, og cifrene er tabt: gør kolonnen til tekst, og hent ' +
        'numrene igen, hvor de kom fra',
      own_number: 'Kontaktnummeret er borgerens eget og bliver ikke skrevet i SMS’en',
      midnight: 'Tiden er midnat: mangler der et klokkeslæt?',
      cancelled_since: 'Rækken er kommet før, og aftalen blev aflyst bagefter: nu er den booket igen',
      unknown_reference: 'Ingen aftale kendes under dette id: intet blev aflyst',
      no_rule: 'Ingen regel gælder for aftalen',
    } as Readonly<Record<string, string>>,
  },
  en: {
    lead:
      'For clinics without an integration: a file of appointments, saved as CSV. The same file can be imported again ' +
      'without harm.',
    columns:
      'The first row must name the columns. The file needs date and time (a list of cancellations only id and ' +
      'status), and at least one of id and mobile. A new appointment without a phone number gets no SMS. The columns ' +
      'place, status, language, department, type and contactphone are read, too, and each may have its Danish name. ' +
      'CPR numbers must not be in the file.',
    file: 'File',
    fileHint: 'CSV, 1 MB at most, some 10,000 rows. Larger files are imported from the command line.',
    fileMissing: 'Choose a file.',
    source: 'Booking system',
    sourceHint: 'Write its name or the beginning of it.',
    sourceMissing: 'Choose a booking system.',
    noSource: 'There is no booking system yet. Create one first, for the appointments of the file to belong to.',
    what: 'What to do',
    modes: {
      try: 'Try the file (nothing is stored)',
      import: 'Import the file',
      errors: 'Get the refused rows as a file',
    },
    start: 'Continue',
    running: 'The file is being read. Do not close the page.',
    progress: (done, all) => `${done} of ${all} rows`,
    tried: 'This is how it would go. Nothing is stored.',
    imported: 'The file is imported.',
    nothingNew: 'The file was read, and nothing in it was new.',
    read: 'The file was read, and nothing new was stored.',
    rowsRefused: (count, shown) =>
      count === 1 ? '1 row was refused. See it below.' : `${shown} rows were refused. See them below.`,
    rowsWouldBeRefused: (count, shown) =>
      count === 1 ? '1 row would be refused. See it below.' : `${shown} rows would be refused. See them below.`,
    afterTrial: 'The file is kept encrypted for an hour, until it is imported or you sign out.',
    importKept: 'Import the file',
    keptGone: 'The file is kept for an hour only, and may have been imported. Choose it again.',
    rows: 'Rows',
    accepted: 'Taken',
    duplicate: 'Known already',
    stale: 'Older than what we have',
    ignored: 'About no appointment',
    refused: 'Refused',
    reminders: 'Reminders planned for the file’s appointments',
    segments: 'Segments in them',
    errorFile: (id) => `${id}-errors.csv`,
    unknownColumns: 'Columns that are not read',
    moreColumns: (count) => `and ${count} more`,
    errors: 'Refused rows',
    errorsLead: 'The first 50 faults are shown.',
    getRows: 'Get the refused rows',
    allRows: 'Get the rows as a file, correct them, and import the file. It can be fetched from this page for an hour.',
    noRows: 'You get the refused rows when you choose the file again, and “Get the refused rows as a file”.',
    someRows: (rows, all) =>
      `The file has the first ${rows} of ${all} rows. You get them all when you choose the file again, and ` +
      '“Get the refused rows as a file”.',
    silentRows: 'Rows that were taken and give no SMS are in it, too, marked “Taken”.',
    taken: (why) => `Taken, and gives no SMS: ${why}.`,
    warnings: 'Rows that give no SMS, or should be looked at',
    line: 'Line',
    column: 'Column',
    wholeRow: 'The whole row',
    why: 'Why',
    again: 'Choose another file',
    faults: {
      not_text: 'This is not a text file. Save the sheet as CSV (“CSV UTF-8” in Excel), and choose that file.',
      empty: 'The file is empty.',
      tooOld: 'Refused rows are kept for an hour only. Choose the file again, and get the refused rows.',
      refused: 'The file cannot be used.',
      stopped: 'The import stopped half-way. What is done is stored: import the file again, nothing is stored twice.',
    },
    warningTexts: {
      ...reasonWords('en'),
      excel_number:
        'Excel has written the number as something like 4.52E+09, and its digits are lost: format the column as ' +
        'text, and take the numbers from their origin again',
      own_number: 'The contact number is the citizen’s own, and is left out of the SMS',
      midnight: 'The time is midnight: is a time of day missing?',
      cancelled_since: 'The row came before, and the appointment was cancelled since: now it is booked again',
      unknown_reference: 'No appointment is known under this id: nothing was cancelled',
      no_rule: 'No rule holds for the appointment',
    },
  },
});

/** The words of the page by which a CSV file is imported. */
export type ImportWords = (typeof IMPORT_WORDS)['da'];
