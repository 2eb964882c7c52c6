/** Languages that shipped templates exist in. */
export const LANGUAGES = ['da', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** True for a language that texts exist in. */
export function isLanguage(text: string | null): text is Language {
  return text !== null && (LANGUAGES as readonly string[]).includes(text);
}

export type AppointmentKind = 'visit' | 'phone' | 'video' | 'home';

/** "Send `template` this long before the start." */
export interface Rule {
  readonly id: string;
  readonly template: 'reminder';
  /**
   * ISO 8601 duration counted back from the start: days are calendar days in the authority's zone, hours are elapsed
   * hours.
   */
  readonly lead: string;
  /** Wall-clock time `HH:MM` on that day. */
  readonly at?: string | undefined;
  readonly when?:
    | { readonly kinds?: readonly AppointmentKind[] | undefined; readonly departments?: readonly string[] | undefined }
    | undefined;
}

/** A hand-over happens at `from` ≤ t < `to` in the authority's zone. */
export interface SendingWindow {
  readonly from: string;
  readonly to: string;
  readonly weekdaysOnly: boolean;
  readonly publicHolidays: 'DK' | null;
  /** Month-days `MM-DD`. */
  readonly closedDays: readonly string[];
}

/** What an authority decides for itself: the body of `PUT /v1/authorities/{authority}` with every default filled in. */
export interface AuthoritySettings {
  readonly name: string;
  readonly sender: string;
  /** Leased keyword on a shared short code, upper case; null: the sender is the authority's own. */
  readonly inboundKeyword: string | null;
  readonly language: Language;
  readonly timeZone: string;
  readonly rules: readonly Rule[];
  readonly sendingWindow: SendingWindow | null;
  readonly lateBooking: string;
  readonly minimumNotice: string;
  readonly minimumGap: string;
  readonly onUncertain: 'hold' | 'resend';
  readonly retentionDays: number;
  readonly notices: { readonly booked: boolean; readonly moved: boolean; readonly cancelled: boolean };
  readonly noticeDelay: string;
  readonly maxPerNumberPerDay: number;
  /** ISO 3166 alpha-2. */
  readonly allowedCountries: readonly string[];
  /** Printed in texts as the number to phone; null: texts leave it out. */
  readonly contactPhone: string | null;
}

export interface Pause {
  readonly at: Date;
  readonly until: Date | null;
  readonly reason: string;
}

export interface Authority extends AuthoritySettings {
  readonly id: string;
  /** Raised by every change, also by a template's or a pause's. */
  readonly version: number;
  readonly paused: Pause | null;
}

export type SourceMode = 'live' | 'shadow' | 'loading' | 'paused';

export interface SourceSettings {
  readonly name: string;
  readonly mode: SourceMode;
  /** What a phone that an event leaves out does to the stored one. */
  readonly absentPhone: 'keep' | 'clear';
  readonly defaultRegion: string;
  readonly timeZone: string;
  /** Local status codes to ours. */
  readonly statusMap: Readonly<Record<string, string>>;
  /** Codes of places (or their texts, where there is no code) to what an SMS prints. */
  readonly locationMap: Readonly<Record<string, string>>;
  /**
   * What an SMS prints of a place in FHIR and HL7 v2 that `locationMap` doesn't know: nothing, or its text as it came.
   */
  readonly placeText: 'mapped' | 'as_sent';
  /** Numbers of other countries than `defaultRegion`. */
  readonly allowForeignNumbers: boolean;
  /**
   * FHIR: whose number may stand in for the patient's: nobody's, the patient's own contact entry, a guardian's of a
   * child under 15.
   */
  readonly allowContactPhone: 'off' | 'oneself' | 'guardian';
  /** FHIR: what the department is read from. Both may tell why somebody is treated. */
  readonly departmentFrom: 'none' | 'serviceCategory' | 'specialty';
  /** FHIR server that resources are read back from, without a trailing slash; null: none. */
  readonly fhirBaseUrl: string | null;
  /** HL7 v2: which of SCH-2 and SCH-1 is the reference; the other one stands in where it is missing. */
  readonly idField: 'filler' | 'placer';
  /** HL7 v2 §2.9: enhanced mode answers with commit acknowledgements as MSH-15 asks for them. */
  readonly ackMode: 'original' | 'enhanced';
  /** HL7 v2: what becomes of messages that are about no appointment. */
  readonly unknownEvents: 'accept' | 'reject';
  /** How a vendor's JSON is read; null: it is ours. */
  readonly mapping: 'cal.com' | JsonMapping | null;
  /** How the sender signs, where it is not by Standard Webhooks; null: it doesn't. Its key is kept apart, encrypted. */
  readonly hmac: HmacScheme | null;
}

/** A signature over the raw body. */
export interface HmacScheme {
  readonly header: string;
  readonly algorithm: 'sha256' | 'sha1' | 'sha512';
  readonly encoding: 'hex' | 'base64';
  /** What stands before the signature, such as `sha256=`. */
  readonly prefix: string;
}

/** JSON pointers (RFC 6901) into a vendor's JSON; of several the first that leads to a value counts. */
export interface JsonMapping {
  /** Leads to an array of events in one body; left out: the body is one. */
  readonly events?: string | undefined;
  /** What happened, by `types`. */
  readonly type: string | readonly string[];
  /** The vendor's words to ours; one that is missing is ignored. */
  readonly types: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

export interface Source extends SourceSettings {
  readonly id: string;
  readonly authorityId: string;
  /** Raised by every change, also of its secrets. */
  readonly version: number;
  readonly paused: Pause | null;
}

/** The settings of a source that says nothing but its name. */
export const SOURCE_DEFAULTS: Omit<SourceSettings, 'name'> = {
  mode: 'live',
  absentPhone: 'keep',
  defaultRegion: 'DK',
  timeZone: 'Europe/Copenhagen',
  statusMap: {},
  locationMap: {},
  placeText: 'mapped',
  allowForeignNumbers: true,
  allowContactPhone: 'oneself',
  departmentFrom: 'none',
  fhirBaseUrl: null,
  idField: 'filler',
  ackMode: 'original',
  unknownEvents: 'accept',
  mapping: null,
  hmac: null,
};

/** The settings of an authority that says nothing but its name and sender. */
export const AUTHORITY_DEFAULTS: Omit<AuthoritySettings, 'name' | 'sender'> = {
  inboundKeyword: null,
  language: 'da',
  timeZone: 'Europe/Copenhagen',
  rules: [
    { id: 'three-days-before', template: 'reminder', lead: 'P3D', at: '10:00' },
    { id: 'day-before', template: 'reminder', lead: 'P1D', at: '10:00' },
  ],
  sendingWindow: { from: '08:00', to: '20:00', weekdaysOnly: true, publicHolidays: 'DK', closedDays: [] },
  lateBooking: 'PT4H',
  minimumNotice: 'PT1H',
  minimumGap: 'PT20H',
  onUncertain: 'hold',
  retentionDays: 90,
  notices: { booked: false, moved: true, cancelled: true },
  noticeDelay: 'PT10M',
  maxPerNumberPerDay: 5,
  allowedCountries: ['DK', 'FO', 'GL', 'NO', 'SE', 'DE'],
  contactPhone: null,
};

/** True while a pause holds; one whose end has come doesn't, though it still stands on the row. */
export function inForce(pause: Pause | null, now: Date): boolean {
  return pause !== null && (pause.until === null || pause.until > now);
}
