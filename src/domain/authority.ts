import type { EventSettings } from './event-types.ts';
import type { HmacScheme } from './hmac-scheme.ts';
import type { JsonMapping } from './json-mapping.ts';
import type { OwnKeywords } from './keywords.ts';
import { PEOPLE_DEFAULTS, type PeopleSettings } from './people/access.ts';

/** Languages that the shipped templates are written in. */
export const LANGUAGES = ['da', 'en'] as const;
/** A member of `LANGUAGES`. */
export type Language = (typeof LANGUAGES)[number];

/** True for a language that shipped templates are written in. */
export function isLanguage(text: string | null): text is Language {
  return text !== null && (LANGUAGES as readonly string[]).includes(text);
}

/** How citizen and authority may meet. */
export const MEETINGS = ['visit', 'phone', 'video', 'home'] as const;
/** A member of `MEETINGS`. */
export type Meeting = (typeof MEETINGS)[number];

/**
 * How the citizen and the authority meet; a place is printed for `visit` only. `none`: the settings of the source say
 * that no SMS is sent about appointments of this type.
 */
export type AppointmentKind = Meeting | 'none';

/** Rule of an authority: "send `template` this long before the start". */
export interface Rule {
  readonly id: string;
  readonly template: 'reminder';
  /** ISO 8601 duration counted back from the start: calendar days in the authority's zone, and elapsed hours. */
  readonly lead: string;
  /** Wall-clock time `HH:MM` on that day. */
  readonly at?: string | undefined;
  readonly when?:
    | { readonly kinds?: readonly Meeting[] | undefined; readonly departments?: readonly string[] | undefined }
    | undefined;
}

/** Times at which SMS may be handed over: `from` ≤ t < `to` in the authority's zone, on open days. */
export interface SendingWindow {
  readonly from: string;
  readonly to: string;
  readonly weekdaysOnly: boolean;
  readonly publicHolidays: 'DK' | null;
  /** Days of every year as `MM-DD`. */
  readonly closedDays: readonly string[];
}

/** Settings of an authority: the body of `PUT /v1/authorities/{authority}` with every default filled in. */
export interface AuthoritySettings extends PeopleSettings {
  readonly name: string;
  readonly sender: string;
  /** Senders of their own for numbers of some countries (ISO 3166-1 alpha-2), in place of `sender`. */
  readonly senders: Readonly<Record<string, string>>;
  /** Ids of the gateways that reminders may go through, the preferred first; []: all, in the installation's order. */
  readonly gateways: readonly string[];
  /** Leased keyword on a shared short code, in upper case; null when the sender is the authority's own. */
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
  /** Country codes of ISO 3166-1 alpha-2. */
  readonly allowedCountries: readonly string[];
  /** Number that texts print for calling back; null leaves it out. */
  readonly contactPhone: string | null;
  /** Words that citizens' replies are understood by, beside the shipped ones. */
  readonly keywords: OwnKeywords;
  /**
   * What follows when a citizen cancels. `staff`: the reminders are held, and the citizen hears that word follows once
   * the appointment is cancelled. `event`: the citizen hears that the booking system was told; the same as `staff` as
   * long as that has no live endpoint for it. `phone`: the reminders are held, and the citizen is asked to phone.
   * `off`: a person reads it, and the reminders go.
   */
  readonly onCancel: 'event' | 'staff' | 'phone' | 'off';
  /** True when an appointment that the citizen confirmed gets no more reminders. */
  readonly confirmEndsReminders: boolean;
  /** Appointments that no reminders and no notices are sent about, whatever the rules say. */
  readonly withoutReminders: {
    /** Names of departments. */
    readonly departments: readonly string[];
    readonly kinds: readonly Meeting[];
  };
  /** Staff may write to citizens in words of their own; false: only by standard answers. */
  readonly staffMayWrite: boolean;
}

/** Pause of an authority or a source: nothing is handed over while it is in force. */
export interface Pause {
  readonly at: Date;
  readonly until: Date | null;
  readonly reason: string;
}

/** Authority as stored. */
export interface Authority extends AuthoritySettings {
  readonly id: string;
  /** Incremented by every change, including changes of its templates and pauses. */
  readonly version: number;
  readonly paused: Pause | null;
}

/** Operating mode of a source: `shadow` plans and sends nothing, `loading` sends no notices, `paused` holds. */
export type SourceMode = 'live' | 'shadow' | 'loading' | 'paused';

/** Settings of a source: the body of `PUT …/sources/{source}` with every default filled in. */
export interface SourceSettings {
  readonly name: string;
  readonly mode: SourceMode;
  /** Effect on the stored number of an event that has no phone field. */
  readonly absentPhone: 'keep' | 'clear';
  readonly defaultRegion: string;
  readonly timeZone: string;
  /** Local status code → status of an appointment, or `ignore`. */
  readonly statusMap: Readonly<Record<string, string>>;
  /** Code of a place (its text where there is no code) → text that an SMS prints. */
  readonly locationMap: Readonly<Record<string, string>>;
  /** Text that an SMS prints for a place of FHIR or HL7 v2 that `locationMap` lacks: none, or its text as sent. */
  readonly placeText: 'mapped' | 'as_sent';
  /** HL7 v2 and FHIR: local code of the type of an appointment → how citizen and authority meet. */
  readonly typeMap: Readonly<Record<string, AppointmentKind>>;
  /** Local times, `HH:MM`, that its system sends for an appointment without a time: an SMS prints its day only. */
  readonly placeholderTimes: readonly string[];
  /** True when numbers of other countries than that of `defaultRegion` are used. */
  readonly allowForeignNumbers: boolean;
  /**
   * FHIR: whose number may replace the patient's own: nobody's, the patient's own contact entry, or that of a guardian
   * of a child under 15.
   */
  readonly allowContactPhone: 'off' | 'oneself' | 'guardian';
  /** FHIR: how long a Patient is kept who has no appointment ahead, until one refers to it; an ISO 8601 duration. */
  readonly keepPatients: string;
  /** FHIR: element that the department is read from. Both may reveal why somebody is treated. */
  readonly departmentFrom: 'none' | 'serviceCategory' | 'specialty';
  /** FHIR server that resources are read back from, without a trailing slash; null for none. */
  readonly fhirBaseUrl: string | null;
  /** CSV: what comes first in a date whose year comes last, and that has no points: the day or the month. */
  readonly dateOrder: 'dmy' | 'mdy';
  /** HL7 v2: which of SCH-2 (filler) and SCH-1 (placer) is the reference; the other one is used where it is missing. */
  readonly idField: 'filler' | 'placer';
  /** HL7 v2: whether a number of one to three digits is an id in SCH-1 and PV1-19 without its issuer, too. */
  readonly shortIds: boolean;
  /** HL7 v2.5.1 §2.9: enhanced mode responds with commit acknowledgements as MSH-15 asks for them. */
  readonly ackMode: 'original' | 'enhanced';
  /** HL7 v2: whether messages that are not about an appointment are accepted or rejected. */
  readonly unknownEvents: 'accept' | 'reject';
  /** HL7 v2: whether MSH-7 orders the events of one appointment, or the order of their arrival does. */
  readonly orderBy: 'stamp' | 'arrival';
  /** Endpoint that events are posted to; null for none. */
  readonly events: EventSettings | null;
  /** FHIR: citizens' confirmations and cancellations go to `fhirBaseUrl` as AppointmentResponse. */
  readonly appointmentResponses: boolean;
  /** HL7 v2: whether ADT A05 and A38 are read as an appointment and its cancellation, or only acknowledged. */
  readonly preAdmissions: 'ignore' | 'appointment';
  /** How a vendor's JSON is read; null for the JSON format of EasySMS. */
  readonly mapping: 'cal.com' | JsonMapping | null;
  /**
   * How the sender signs where it doesn't use Standard Webhooks; null for no such signature. The key is stored
   * separately, encrypted.
   */
  readonly hmac: HmacScheme | null;
}

/** Source as stored. */
export interface Source extends SourceSettings {
  readonly id: string;
  readonly authorityId: string;
  /** Incremented by every change, including changes of its secrets. */
  readonly version: number;
  readonly paused: Pause | null;
}

/** Defaults of a source's settings. */
export const SOURCE_DEFAULTS: Omit<SourceSettings, 'name'> = {
  mode: 'live',
  absentPhone: 'keep',
  defaultRegion: 'DK',
  timeZone: 'Europe/Copenhagen',
  statusMap: {},
  locationMap: {},
  placeText: 'mapped',
  typeMap: {},
  placeholderTimes: [],
  allowForeignNumbers: true,
  allowContactPhone: 'oneself',
  keepPatients: 'PT24H',
  departmentFrom: 'none',
  fhirBaseUrl: null,
  dateOrder: 'dmy',
  idField: 'filler',
  shortIds: false,
  ackMode: 'original',
  unknownEvents: 'accept',
  orderBy: 'stamp',
  events: null,
  appointmentResponses: false,
  preAdmissions: 'ignore',
  mapping: null,
  hmac: null,
};

/** Sending window of an authority that gives none, and defaults for the fields that a given one leaves out. */
export const DEFAULT_SENDING_WINDOW: SendingWindow = {
  from: '08:00',
  to: '20:00',
  weekdaysOnly: true,
  publicHolidays: 'DK',
  closedDays: [],
};

/** Defaults of an authority's settings. */
export const AUTHORITY_DEFAULTS: Omit<AuthoritySettings, 'name' | 'sender'> = {
  senders: {},
  gateways: [],
  inboundKeyword: null,
  language: 'da',
  timeZone: 'Europe/Copenhagen',
  rules: [
    { id: 'three-days-before', template: 'reminder', lead: 'P3D', at: '10:00' },
    { id: 'day-before', template: 'reminder', lead: 'P1D', at: '10:00' },
  ],
  sendingWindow: DEFAULT_SENDING_WINDOW,
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
  keywords: { cancel: [], confirm: [], stop: [] },
  onCancel: 'event',
  confirmEndsReminders: false,
  withoutReminders: { departments: [], kinds: [] },
  staffMayWrite: false,
  ...PEOPLE_DEFAULTS,
};

/** True while a pause is in force. A pause whose end has passed is not, although the row still holds it. */
export function inForce(pause: Pause | null, now: Date): boolean {
  return pause !== null && (pause.until === null || pause.until > now);
}

/** True while nothing is handed over for a source of an authority. @param source null: for none in particular */
export function isPaused(
  authority: Pick<Authority, 'paused'>,
  source: Pick<Source, 'paused' | 'mode'> | null,
  now: Date,
): boolean {
  return (
    inForce(authority.paused, now) || (source !== null && (inForce(source.paused, now) || source.mode === 'paused'))
  );
}
