import type { PageLanguage } from '../kit/language.ts';

/** The words of the settings of a booking system. */
export interface SettingsWords {
  readonly title: string;
  readonly lead: string;
  readonly common: string;
  readonly absentPhone: string;
  readonly absentPhones: Readonly<Record<'keep' | 'clear', string>>;
  readonly foreign: string;
  readonly region: string;
  readonly regionHint: string;
  readonly zone: string;
  readonly signing: string;
  readonly signingLead: string;
  readonly signs: Readonly<Record<'standard' | 'hmac', string>>;
  readonly how: string;
  readonly header: string;
  readonly algorithm: string;
  readonly encoding: string;
  readonly prefix: string;
  readonly timestamped: string;
  readonly signedAddress: string;
  readonly replayMemory: string;
  readonly secret: string;
  readonly secretHint: (set: boolean) => string;
  readonly reading: string;
  readonly format: string;
  readonly formats: Readonly<Record<'own' | 'cal.com' | 'mapping', string>>;
  readonly formatHint: string;
  readonly placeText: string;
  readonly placeTexts: Readonly<Record<'mapped' | 'as_sent', string>>;
  readonly mapping: string;
  readonly mappingHint: string;
  /** A mapping that reads nothing which orders events. */
  readonly noOrder: string;
  readonly fhir: string;
  readonly fhirBaseUrl: string;
  readonly fhirBaseUrlHint: string;
  readonly fhirAuthorization: string;
  readonly fhirAuthorizationHint: (set: boolean) => string;
  readonly keepPatients: string;
  readonly keepPatientsHint: string;
  readonly responses: string;
  readonly codes: string;
  readonly codesLead: string;
  readonly statusMap: string;
  /** `values`: what may stand there, with its meaning. */
  readonly statusMapHint: (values: string) => string;
  readonly locationMap: string;
  readonly locationMapHint: string;
  readonly typeMapHint: (values: string) => string;
  readonly noSms: string;
  readonly placeholderTimesHint: string;
  readonly protocols: string;
  readonly save: string;
  readonly faults: string;
  /** The fault at a place in JSON. */
  readonly at: (pointer: string, text: string) => string;
  /** The fault of a line of codes, and faults by their codes. */
  readonly atLine: (line: number, text: string) => string;
  readonly lines: Readonly<Record<'no_equals' | 'code_twice' | 'no_room', string>>;
  readonly furtherLines: string;
}

const DANISH: SettingsWords = {
  title: 'Indstillinger',
  lead:
    'Valget under »Drift« og de steder, der skrives i SMS’erne, gælder straks, også for planlagte påmindelser. De ' +
    'øvrige indstillinger gælder for beskeder, der modtages fra nu af.',
  common: 'Drift og telefonnumre',
  absentPhone: 'Når en besked ikke har et telefonnummer',
  absentPhones: { keep: 'Behold det, vi har', clear: 'Fjern det, vi har' },
  foreign: 'Brug også udenlandske numre',
  region: 'Land, når nummeret ikke har en landekode',
  regionHint: 'To bogstaver: DK.',
  zone: 'Tidszone',
  signing: 'Adgang',
  signingLead: 'Systemet sender sin adgangsnøgle, eller det underskriver hver besked.',
  signs: {
    standard: 'Nøgle/Standard Webhooks',
    hmac: 'Egen underskrift (HMAC)',
  },
  how: 'Sådan viser systemet, hvem det er',
  header: 'Header med underskriften',
  algorithm: 'Algoritme',
  encoding: 'Skrivemåde',
  prefix: 'Tekst foran underskriften',
  timestamped: 'Headeren er t=<sekunder>,<underskrift>, som hos Calendly',
  signedAddress: 'Adresse, der underskrives foran beskeden',
  replayMemory: 'Opfat samme underskrevne besked som en gentagelse i 7 dage',
  secret: 'Hemmelighed',
  secretHint: (set) =>
    set
      ? 'Der er en, som aldrig vises. Lad feltet stå tomt for at beholde den. Mindst 24 tilfældige tegn.'
      : 'Mindst 24 tilfældige tegn. Tomt: teksten i webhookSecret bruges.',
  reading: 'Format',
  format: 'Sådan læses JSON fra systemet',
  formats: { own: 'EasySMS og CloudEvents', 'cal.com': 'Cal.com', mapping: 'Leverandørens JSON' },
  formatHint: 'FHIR, HL7 v2 og CSV har hver deres adresse og skal ikke vælges.',
  placeText: 'Sted fra FHIR og HL7 v2, som ikke har fået en tekst',
  placeTexts: { mapped: 'Skrives ikke i SMS’en', as_sent: 'Skrives, som det er sendt' },
  mapping: 'Oversættelse af leverandørens JSON',
  mappingHint:
    'JSON med pointere til felterne, for eksempel {"type": "/action", "types": {…}, "fields": {"id": "/id"}}.',
  noOrder:
    'Oversættelsen læser hverken version eller tidspunkt: en forsinket besked overskriver en nyere, og en, der ' +
    'gentager en tidligere, bliver ikke brugt. Peg på et af dem med version eller timestamp i »fields«, hvis JSON ' +
    'fra leverandøren har det.',
  fhir: 'FHIR-server',
  fhirBaseUrl: 'Adresse',
  fhirBaseUrlHint: 'Aftaler og patienter hentes herfra. Lad feltet stå tomt, hvis der ingen er.',
  fhirAuthorization: 'Authorization-header',
  fhirAuthorizationHint: (set) =>
    set
      ? 'Der er en, som aldrig vises. Lad feltet stå tomt for at beholde den.'
      : 'For eksempel: Bearer <token>. Tomt: ingen.',
  keepPatients: 'Timer, en patient gemmes, før der er en aftale',
  keepPatientsHint: 'Nummer og sprog gemmes krypteret, til en aftale henviser til patienten. 0: slet ikke. Højst 168.',
  responses: 'Send borgernes svar dertil som AppointmentResponse',
  codes: 'Bookingsystemets koder',
  codesLead:
    'Skriv én kode på hver linje, så et lighedstegn og det, koden betyder. En kode, der selv har et lighedstegn, ' +
    'skrives i anførselstegn.',
  statusMap: 'Statusser',
  statusMapHint: (values) => `For eksempel 4 = cancelled. Der kan stå ${values}.`,
  locationMap: 'Steder, med teksten i SMS’en',
  locationMapHint: 'For eksempel AMB4 = Opgang 4, 3. sal. Højst 60 tegn.',
  typeMapHint: (values) => `HL7 v2 og FHIR. For eksempel VIDEO = video. Der kan stå ${values}.`,
  noSms: 'Ingen SMS',
  placeholderTimesHint: 'For eksempel 00:00, 23:59.',
  protocols: 'HL7 v2, FHIR og CSV',
  save: 'Gem indstillingerne',
  faults: 'Intet er gemt endnu. Ret det, der er markeret.',
  at: (pointer, text) => `Ved ${pointer}: ${text}`,
  atLine: (line, text) => `Linje\u00a0${line}: ${text}`,
  lines: {
    no_equals: 'Skriv koden, et lighedstegn og det, den betyder.',
    code_twice: 'Koden står også på en tidligere linje.',
    no_room: 'Der er ikke plads til flere koder.',
  },
  furtherLines: 'Der er fejl i flere linjer.',
};

const ENGLISH: SettingsWords = {
  title: 'Settings',
  lead:
    'The mode and the places printed in the SMS apply at once, also to reminders that are planned. The other ' +
    'settings apply to messages that are received from now on.',
  common: 'Mode and phone numbers',
  absentPhone: 'When a message has no phone number',
  absentPhones: { keep: 'Keep the one we have', clear: 'Remove the one we have' },
  foreign: 'Use foreign numbers, too',
  region: 'Country, where a number has no country code',
  regionHint: 'Two letters: DK.',
  zone: 'Time zone',
  signing: 'Access',
  signingLead: 'The system sends its token, or signs each message.',
  signs: { standard: 'Token/Standard Webhooks', hmac: 'Own signature (HMAC)' },
  how: 'How the system shows who it is',
  header: 'Header with the signature',
  algorithm: 'Algorithm',
  encoding: 'Encoding',
  prefix: 'Text before the signature',
  timestamped: 'The header is t=<seconds>,<signature>, as Calendly writes it',
  signedAddress: 'Address that is signed in front of the message',
  replayMemory: 'The same signed message is a repeat for 7 days',
  secret: 'Secret',
  secretHint: (set) =>
    set
      ? 'There is one, which is never shown. Empty: keep it. At least 24 random characters.'
      : 'At least 24 random characters. Empty: the text of webhookSecret is used.',
  reading: 'Format',
  format: 'How JSON of the system is read',
  formats: { own: 'EasySMS and CloudEvents', 'cal.com': 'Cal.com', mapping: 'The supplier’s JSON' },
  formatHint: 'FHIR, HL7 v2 and CSV have an address each, and need no choice.',
  placeText: 'Places from FHIR and HL7 v2 that have no text yet',
  placeTexts: { mapped: 'Not printed in the SMS', as_sent: 'Printed as sent' },
  mapping: 'Translation of the supplier’s JSON',
  mappingHint: 'JSON with pointers to the fields, such as {"type": "/action", "types": {…}, "fields": {"id": "/id"}}.',
  noOrder:
    'The translation reads neither version nor timestamp: a delayed message overwrites a newer one, and one that ' +
    'repeats an earlier one is not used. Point to one of them with version or timestamp in “fields” if the JSON of ' +
    'the supplier has it.',
  fhir: 'FHIR server',
  fhirBaseUrl: 'Address',
  fhirBaseUrlHint: 'Appointments and patients are read from there. Empty: none.',
  fhirAuthorization: 'Authorization header',
  fhirAuthorizationHint: (set) =>
    set ? 'There is one, which is never shown. Empty: keep it.' : 'Such as: Bearer <token>. Empty: none.',
  keepPatients: 'Hours that a patient is kept before there is an appointment',
  keepPatientsHint:
    'Number and language, encrypted, until an appointment refers to the patient. 0: not at all. 168 at most.',
  responses: 'Send replies of citizens there as AppointmentResponse',
  codes: 'Codes of the booking system',
  codesLead:
    'Write one code a line, then an equals sign and what the code means. A code that has an equals sign itself ' +
    'stands in quotation marks.',
  statusMap: 'Statuses',
  statusMapHint: (values) => `Such as 4 = cancelled. It may be ${values}.`,
  locationMap: 'Places, with the text in the SMS',
  locationMapHint: 'Such as AMB4 = Entrance 4, floor 3. 60 characters at most.',
  typeMapHint: (values) => `HL7 v2 and FHIR. Such as VIDEO = video. It may be ${values}.`,
  noSms: 'No SMS',
  placeholderTimesHint: 'Such as 00:00, 23:59.',
  protocols: 'HL7 v2, FHIR and CSV',
  save: 'Save the settings',
  faults: 'Nothing is saved yet. Correct what is marked.',
  at: (pointer, text) => `At ${pointer}: ${text}`,
  atLine: (line, text) => `Line\u00a0${line}: ${text}`,
  lines: {
    no_equals: 'Write the code, an equals sign, and what it means.',
    code_twice: 'The code stands on an earlier line, too.',
    no_room: 'There is no room for further codes.',
  },
  furtherLines: 'There are faults in further lines.',
};

/** The words of the settings of a booking system. */
export const SETTINGS_WORDS: Readonly<Record<PageLanguage, SettingsWords>> = { da: DANISH, en: ENGLISH };
