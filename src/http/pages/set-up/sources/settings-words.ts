import type { PageLanguage } from '../../language.ts';

/** The words of the settings of a booking system. */
export interface SettingsWords {
  readonly title: string;
  readonly lead: string;
  readonly common: string;
  readonly absentPhone: string;
  readonly absentPhones: Readonly<Record<'keep' | 'clear', string>>;
  readonly foreign: string;
  readonly region: string;
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
  readonly fhir: string;
  readonly fhirBaseUrl: string;
  readonly fhirBaseUrlHint: string;
  readonly fhirAuthorization: string;
  readonly fhirAuthorizationHint: (set: boolean) => string;
  readonly responses: string;
  readonly more: string;
  readonly moreLabel: string;
  readonly moreHint: string;
  readonly save: string;
  readonly faults: string;
  /** The fault at a place in JSON. */
  readonly at: (pointer: string, text: string) => string;
}

const DANISH: SettingsWords = {
  title: 'Indstillinger',
  lead: 'Indstillingerne gælder for aftaler, der modtages fra nu af.',
  common: 'Drift og telefonnumre',
  absentPhone: 'Når en besked ikke har et telefonnummer',
  absentPhones: { keep: 'Behold det, vi har', clear: 'Fjern det, vi har' },
  foreign: 'Brug også udenlandske numre',
  region: 'Land, når nummeret ikke har en landekode',
  zone: 'Tidszone',
  signing: 'Adgang',
  signingLead: 'Systemet sender sin adgangsnøgle, eller det underskriver hver besked.',
  signs: {
    standard: 'Adgangsnøgle eller Standard Webhooks',
    hmac: 'Systemets egen underskrift (HMAC)',
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
  formats: { own: 'EasySMS’ eget JSON og CloudEvents', 'cal.com': 'Cal.com', mapping: 'Leverandørens JSON' },
  formatHint: 'FHIR, HL7 v2 og CSV har hver deres adresse og skal ikke vælges.',
  placeText: 'Sted fra FHIR og HL7 v2, som ikke har fået en tekst',
  placeTexts: { mapped: 'Skriv intet sted i SMS’en', as_sent: 'Skriv det, som systemet sender' },
  mapping: 'Oversættelse af leverandørens JSON',
  mappingHint:
    'JSON med pointere til felterne, for eksempel {"type": "/action", "types": {…}, "fields": {"id": "/id"}}.',
  fhir: 'FHIR-server',
  fhirBaseUrl: 'Adresse',
  fhirBaseUrlHint: 'Aftaler og patienter hentes herfra. Lad feltet stå tomt, hvis der ingen er.',
  fhirAuthorization: 'Authorization-header',
  fhirAuthorizationHint: (set) =>
    set ? 'Der er en, som aldrig vises. Lad feltet stå tomt for at beholde den.' : 'For eksempel: Bearer <token>.',
  responses: 'Send borgernes svar dertil som AppointmentResponse',
  more: 'Flere indstillinger',
  moreLabel: 'Koder, HL7 v2 og FHIR (JSON)',
  moreHint: 'Navnene er dem, API’et bruger; dokumentationen beskriver hver af dem.',
  save: 'Gem indstillingerne',
  faults: 'Intet er gemt endnu. Ret det, der er markeret.',
  at: (pointer, text) => `Ved ${pointer}: ${text}`,
};

const ENGLISH: SettingsWords = {
  title: 'Settings',
  lead: 'The settings apply to appointments that are received from now on.',
  common: 'Operation and phone numbers',
  absentPhone: 'When a message has no phone number',
  absentPhones: { keep: 'Keep the one we have', clear: 'Remove the one we have' },
  foreign: 'Use foreign numbers, too',
  region: 'Country, where a number has no country code',
  zone: 'Time zone',
  signing: 'Access',
  signingLead: 'The system sends its token, or signs each message.',
  signs: { standard: 'Token or Standard Webhooks', hmac: 'A signature of its own (HMAC)' },
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
  formats: { own: 'JSON of EasySMS, and CloudEvents', 'cal.com': 'Cal.com', mapping: 'The supplier’s JSON' },
  formatHint: 'FHIR, HL7 v2 and CSV have an address each, and need no choice.',
  placeText: 'Places from FHIR and HL7 v2 that have no text yet',
  placeTexts: { mapped: 'Print no place in the SMS', as_sent: 'Print what the system sends' },
  mapping: 'Translation of the supplier’s JSON',
  mappingHint: 'JSON with pointers to the fields, such as {"type": "/action", "types": {…}, "fields": {"id": "/id"}}.',
  fhir: 'FHIR server',
  fhirBaseUrl: 'Address',
  fhirBaseUrlHint: 'Appointments and patients are read from there. Empty: none.',
  fhirAuthorization: 'Authorization header',
  fhirAuthorizationHint: (set) =>
    set ? 'There is one, which is never shown. Empty: keep it.' : 'Such as: Bearer <token>. Empty: none.',
  responses: 'Send replies of citizens there as AppointmentResponse',
  more: 'Further settings',
  moreLabel: 'Codes, HL7 v2 and FHIR (JSON)',
  moreHint: 'The names are those of the API; its documentation describes each.',
  save: 'Save the settings',
  faults: 'Nothing is saved yet. Correct what is marked.',
  at: (pointer, text) => `At ${pointer}: ${text}`,
};

/** The words of the settings of a booking system. */
export const SETTINGS_WORDS: Readonly<Record<PageLanguage, SettingsWords>> = { da: DANISH, en: ENGLISH };
