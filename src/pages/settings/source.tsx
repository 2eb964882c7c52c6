import type { SourceMode, SourceSettings } from '../../domain/authority.ts';
import { durationOf, HOUR_MS, spanMs } from '../../domain/duration.ts';
import type { Fault } from '../../domain/errors.ts';
import { MOST_ENTRIES } from '../../http/schemas/source.ts';
import { Field } from '../kit/fields.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import type { Bilingual } from '../kit/words.ts';
import { CODE_WORDS, codes, STATUS_HINT, statusNames, TYPE_HINT, typeNames } from './codes.tsx';
import { CHECK, COUNTRY, choice, durationWords, list, secret, textLine, textLineOrNone } from './kinds.tsx';
import { MAPPING } from './mapping.tsx';
import { PROTOCOL_SETTINGS } from './protocols.ts';
import { among, faultPlaceOf, labelsOf, type SettingKind, type Settings } from './setting.ts';
import { SIGNING } from './signing.tsx';
import { SOURCE_GROUPS, type SourceGroup, type SourcePart, type SourceSetting } from './source-groups.ts';

/** The modes of a booking system, in the order in which they are offered. */
export const MODE_NAMES: Readonly<Record<SourceMode, Bilingual<string>>> = {
  live: { da: 'I drift', en: 'Live' },
  shadow: { da: 'Prøv uden at sende', en: 'Try without sending' },
  loading: { da: 'Første indlæsning', en: 'First load' },
  paused: { da: 'På pause', en: 'Paused' },
};

/** The meaning of each mode. */
export const MODE_MEANINGS: Readonly<Record<SourceMode, Bilingual<string>>> = {
  live: { da: 'Påmindelser sendes.', en: 'Reminders are sent.' },
  shadow: {
    da: 'Alt planlægges og vises, men intet sendes.',
    en: 'Everything is planned and shown, and nothing is sent.',
  },
  loading: {
    da: 'Aftaler læses ind, uden at borgerne får besked om, at de er booket eller flyttet.',
    en: 'Appointments are taken in, and citizens are not told that they were booked or moved.',
  },
  paused: { da: 'Alle påmindelser fra systemet venter.', en: 'All reminders of the system wait.' },
};

const modeHint = (language: PageLanguage) =>
  Object.entries(MODE_NAMES)
    .map(([mode, name]) => `${name[language]}: ${MODE_MEANINGS[mode as SourceMode][language]}`)
    .join('\n');

/** Hours, with a comma or a point, as a duration of minutes; what is none is left for the API to refuse. */
const HOURS: SettingKind<string> = {
  fill: (id, duration) => ({ [id]: String(spanMs(durationOf(duration)) / HOUR_MS) }),
  read: (id, values) => {
    const typed = values[id] ?? '';
    const [written] = /^\d{1,4}(?:[.,]\d{1,3})?$/.exec(typed.trim()) ?? [];
    if (written === undefined) return typed;
    const hours = Number(written.replace(',', '.'));
    return Number.isInteger(hours) ? `PT${hours}H` : `PT${Math.round(hours * 60)}M`;
  },
  Field: ({ id, label, hint, values, faults }) => (
    <Field
      id={id}
      label={label}
      hint={hint}
      faults={faults}
      value={values[id] ?? ''}
      more={{ maxlength: 8, inputmode: 'decimal' }}
    />
  ),
  said: (label, language) => ({
    '': { label, words: (value) => durationWords(language)(value) ?? LAYOUT_WORDS[language].no },
  }),
};

/** The settings of a booking system that its form changes, in the order in which they stand in their groups. */
export const SOURCE_SETTINGS: SourcePart<Exclude<keyof SourceSettings, 'events'>> & {
  readonly fhirAuthorization: SourceSetting<undefined>;
} = {
  name: {
    group: 'common',
    kind: textLine({ required: true, more: { maxlength: 100 } }),
    label: { da: 'Navn', en: 'Name' },
  },
  mode: {
    group: 'common',
    kind: choice<SourceMode>(MODE_NAMES),
    label: { da: 'Drift', en: 'Mode' },
    hint: { da: modeHint('da'), en: modeHint('en') },
  },
  absentPhone: {
    group: 'common',
    kind: choice<SourceSettings['absentPhone']>({
      keep: { da: 'Behold det, vi har', en: 'Keep the one we have' },
      clear: { da: 'Fjern det, vi har', en: 'Remove the one we have' },
    }),
    label: { da: 'Når en besked ikke har et telefonnummer', en: 'When a message has no phone number' },
  },
  allowForeignNumbers: {
    group: 'common',
    kind: CHECK,
    label: { da: 'Brug også udenlandske numre', en: 'Use foreign numbers, too' },
  },
  defaultRegion: {
    group: 'common',
    kind: COUNTRY,
    label: { da: 'Land, når nummeret ikke har en landekode', en: 'Country, where a number has no country code' },
    hint: { da: 'To bogstaver: DK.', en: 'Two letters: DK.' },
  },
  timeZone: {
    group: 'common',
    kind: textLine({ more: { maxlength: 60 } }),
    label: { da: 'Tidszone', en: 'Time zone' },
  },
  hmac: { group: 'signing', kind: SIGNING, label: SOURCE_GROUPS.signing },
  mapping: {
    group: 'reading',
    kind: MAPPING,
    label: { da: 'Sådan læses JSON fra systemet', en: 'How JSON of the system is read' },
    hint: {
      da: 'FHIR, HL7 v2 og CSV har hver deres adresse og skal ikke vælges.',
      en: 'FHIR, HL7 v2 and CSV have an address each, and need no choice.',
    },
  },
  placeText: {
    group: 'reading',
    kind: choice<SourceSettings['placeText']>({
      mapped: { da: 'Skrives ikke i SMS’en', en: 'Not printed in the SMS' },
      as_sent: { da: 'Skrives, som det er sendt', en: 'Printed as sent' },
    }),
    label: {
      da: 'Sted fra FHIR og HL7 v2, som ikke har fået en tekst',
      en: 'Places from FHIR and HL7 v2 that have no text yet',
    },
  },
  fhirBaseUrl: {
    group: 'fhir',
    kind: textLineOrNone({ type: 'url', more: { maxlength: 500 } }),
    label: { da: 'Adresse', en: 'Address' },
    alone: { da: 'FHIR-server: Adresse', en: 'FHIR server: Address' },
    hint: {
      da: 'Aftaler og patienter hentes herfra. Lad feltet stå tomt, hvis der ingen er.',
      en: 'Appointments and patients are read from there. Empty: none.',
    },
  },
  fhirAuthorization: {
    group: 'fhir',
    kind: secret(
      [
        { da: 'For eksempel: Bearer <token>. Tomt: ingen.', en: 'Such as: Bearer <token>. Empty: none.' },
        {
          da: 'Der er en, som aldrig vises. Lad feltet stå tomt for at beholde den.',
          en: 'There is one, which is never shown. Empty: keep it.',
        },
      ],
      {},
    ),
    label: { da: 'Authorization-header', en: 'Authorization header' },
    alone: { da: 'FHIR-server: Authorization-header', en: 'FHIR server: Authorization header' },
  },
  keepPatients: {
    group: 'fhir',
    kind: HOURS,
    label: {
      da: 'Timer, en patient gemmes, før der er en aftale',
      en: 'Hours that a patient is kept before there is an appointment',
    },
    hint: {
      da: 'Nummer og sprog gemmes krypteret, til en aftale henviser til patienten. 0: slet ikke. Højst 168.',
      en: 'Number and language, encrypted, until an appointment refers to the patient. 0: not at all. 168 at most.',
    },
  },
  appointmentResponses: {
    group: 'fhir',
    kind: CHECK,
    label: {
      da: 'Send borgernes svar dertil som AppointmentResponse',
      en: 'Send replies of citizens there as AppointmentResponse',
    },
    alone: {
      da: 'FHIR-server: Send borgernes svar dertil som AppointmentResponse',
      en: 'FHIR server: Send replies of citizens there as AppointmentResponse',
    },
  },
  statusMap: {
    group: 'codes',
    kind: codes('statusMap', (language) => ({
      '': { label: '' },
      '*': { label: CODE_WORDS[language].means, words: among(statusNames(language)) },
    })),
    label: { da: 'Statusser', en: 'Statuses' },
    hint: STATUS_HINT,
  },
  locationMap: {
    group: 'codes',
    kind: codes('locationMap', (language) => ({ '': { label: '' }, '*': { label: CODE_WORDS[language].printAs } })),
    label: { da: 'Steder, med teksten i SMS’en', en: 'Places, with the text in the SMS' },
    hint: {
      da: 'For eksempel AMB4 = Opgang 4, 3. sal. Højst 60 tegn.',
      en: 'Such as AMB4 = Entrance 4, floor 3. 60 characters at most.',
    },
  },
  typeMap: {
    group: 'codes',
    kind: codes('typeMap', (language, label) => ({
      '': { label },
      '*': { label: (code) => code, words: among({ ...typeNames(language), none: `${typeNames(language).none}.` }) },
    })),
    label: { da: 'Aftaletyper', en: 'Types of appointments' },
    hint: TYPE_HINT,
  },
  placeholderTimes: {
    group: 'codes',
    kind: list({ most: MOST_ENTRIES.placeholderTimes + 2 }),
    label: {
      da: 'Klokkeslæt, som systemet sender, når aftalen intet klokkeslæt har',
      en: 'Times that the system sends for an appointment without a time',
    },
    hint: { da: 'For eksempel 00:00, 23:59.', en: 'Such as 00:00, 23:59.' },
  },
  ...PROTOCOL_SETTINGS,
};

/** The settings of a group, in their order. */
export function sourceSettingsIn(group: SourceGroup): Settings {
  const all = Object.entries<SourceSetting<never>>(SOURCE_SETTINGS);
  return Object.fromEntries(all.filter(([, setting]) => setting.group === group));
}

/**
 * The field in which a fault of a booking system's settings stands, and the place in its JSON; '' where the whole field
 * is meant. The field is null for a setting of another page.
 */
export function placeOfSource({ pointer }: Pick<Fault, 'pointer'>): readonly [field: string | null, at: string] {
  const [, first = '', ...rest] = pointer.split('/');
  const path = first === 'auth' ? rest : [first, ...rest];
  const field = faultPlaceOf(SOURCE_SETTINGS, path, {})?.field ?? null;
  return [field, first === 'mapping' ? pointer.slice('/mapping'.length) : ''];
}

/** The setting that a fault is about, as the form of the settings names it; by its place in JSON without a field. */
export function sourceSettingName(fault: Pick<Fault, 'pointer'>, language: PageLanguage): string {
  const [field] = placeOfSource(fault);
  const label = field === null ? undefined : labelsOf(SOURCE_SETTINGS, language, {})[field];
  return (typeof label === 'string' ? label : label?.[0]) ?? fault.pointer;
}
