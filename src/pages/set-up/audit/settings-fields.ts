import { STATUSES } from '../../../domain/appointment.ts';
import type { SettingName } from '../../../staff/authorities/authority-settings.ts';
import { durationText } from '../../find/reminder-name.ts';
import { STORY_WORDS } from '../../find/story-words.ts';
import { countryName } from '../../kit/country-name.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { SECTIONS } from '../../rules/sections.ts';
import { dayListText } from '../../rules/values.ts';
import { RULES_WORDS, type RulesWords } from '../../rules/words.ts';
import { PROTOCOL_WORDS } from '../../source-settings/protocol-words.ts';
import { SETTINGS_WORDS } from '../../source-settings/settings-words.ts';
import { appointmentWords, STATE_WORDS } from '../../states/state-words.ts';
import { STATISTICS_WORDS } from '../../statistics/words.ts';
import { TEXTS_WORDS } from '../../texts/words.ts';
import { EVENT_WORDS } from '../sources/event-words.ts';
import { settingLabels } from '../sources/setting-names.ts';
import { SOURCES_WORDS } from '../sources/words.ts';
import { SET_UP_WORDS } from '../words.ts';
import { among, countryWords, type Field, type Fields } from './fields.ts';
import { AUDIT_WORDS } from './words.ts';

/** Settings that have a heading on the page of the rules, and no label. */
const HEADED = {
  rules: 'rulesTitle',
  sendingWindow: 'windowTitle',
  notices: 'noticesTitle',
  keywords: 'keywordsTitle',
  gateways: 'gatewaysTitle',
} as const;
/** Settings whose members have a label on the page of the rules. */
const MEMBERS = {
  sendingWindow: ['from', 'to', 'weekdaysOnly', 'publicHolidays', 'closedDays'],
  notices: ['booked', 'moved', 'cancelled'],
  keywords: ['cancel', 'confirm', 'stop'],
} as const;

const isHeaded = (name: SettingName): name is keyof typeof HEADED => Object.hasOwn(HEADED, name);
const labelIn = (words: RulesWords, name: SettingName) => words[isHeaded(name) ? HEADED[name] : name];

/** The settings of an authority as the pages of the rules say them. */
export function authorityFields(language: PageLanguage): Fields {
  const words = RULES_WORDS[language];
  const settings = Object.values(SECTIONS).flatMap((section) => section.settings);
  const members = Object.entries(MEMBERS).flatMap(([name, of]) =>
    of.map((member) => [`${name}.${member}`, { label: words[member] }] as const),
  );
  const fields: Fields = {
    ...Object.fromEntries(settings.map((name) => [name, { label: labelIn(words, name) }])),
    ...Object.fromEntries(members),
    ...ruleFields(language),
    'senders.*': { label: (country) => countryName(language, country) },
  };
  return withWords(fields, authorityValues(language));
}

function ruleFields(language: PageLanguage): Fields {
  const words = RULES_WORDS[language];
  const templates = Object.entries(TEXTS_WORDS[language].templates).map(([id, { name }]) => [id, name] as const);
  return {
    rules: { label: words.rulesTitle, inside: '' },
    'rules.*': { label: (id, nth) => `${words.rule(nth)} (${id})` },
    'rules.*.lead': { label: words.lead, words: durationWords(language) },
    'rules.*.at': { label: words.at },
    'rules.*.template': { label: STATISTICS_WORDS[language].by.template, words: among(Object.fromEntries(templates)) },
    'rules.*.when': { label: '' },
    'rules.*.when.kinds': { label: words.kinds, words: among(words.kindNames) },
    'rules.*.when.departments': { label: words.departments },
  };
}

function authorityValues(language: PageLanguage): Readonly<Record<string, NonNullable<Field['words']>>> {
  const words = RULES_WORDS[language];
  const { yes, no } = SET_UP_WORDS[language];
  const duration = durationWords(language);
  return {
    lateBooking: duration,
    minimumNotice: duration,
    minimumGap: duration,
    noticeDelay: duration,
    onCancel: among(words.onCancelOptions),
    onUncertain: among(words.onUncertainOptions),
    language: among(words.languages),
    allowedCountries: countryWords(language),
    'sendingWindow.publicHolidays': (value) => (value === null ? no : yes),
    'sendingWindow.closedDays': (value) => (value === null ? undefined : dayListText([String(value)])),
  };
}

function withWords(fields: Fields, words: Readonly<Record<string, NonNullable<Field['words']>>>): Fields {
  const worded = Object.entries(words).map(([name, each]) => [name, { ...fields[name], words: each }] as const);
  return { ...fields, ...Object.fromEntries(worded) };
}

function durationWords(language: PageLanguage): NonNullable<Field['words']> {
  return (value) => (value === null ? undefined : durationText(STORY_WORDS[language], String(value)) || undefined);
}

/** The settings of a booking system as the pages of the set-up say them. */
export function sourceFields(language: PageLanguage): Fields {
  const words = SETTINGS_WORDS[language];
  const { format, ...labels } = settingLabels(language);
  const { queryChanged, secret: secretWords } = AUDIT_WORDS[language];
  const { no } = SET_UP_WORDS[language];
  const secret = among({ true: secretWords.set, false: secretWords.unset });
  const signing = [
    'header',
    'algorithm',
    'encoding',
    'prefix',
    'timestamped',
    'signedAddress',
    'replayMemory',
  ] as const;
  const fields: Fields = {
    ...Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, { label }])),
    hmac: { label: words.signing },
    hmacSecretSet: { label: `${words.signing}: ${words.secret}`, words: secret },
    fhirAuthorizationSet: { label: `${words.fhir}: ${words.fhirAuthorization}`, words: secret },
    ...Object.fromEntries(signing.map((name) => [`hmac.${name}`, { label: labels[name] }])),
    'hmac.queryChanged': { label: queryChanged },
    mapping: { label: format, inside: words.mapping },
    fhirBaseUrl: { label: `${words.fhir}: ${words.fhirBaseUrl}` },
    appointmentResponses: { label: `${words.fhir}: ${words.responses}` },
    ...mapFields(language),
    ...protocolFields(language),
    ...eventFields(language),
  };
  return withWords(fields, {
    mode: among(SOURCES_WORDS[language].modes),
    defaultRegion: countryWords(language),
    absentPhone: among(words.absentPhones),
    placeText: among(words.placeTexts),
    keepPatients: (value) => durationWords(language)(value) ?? no,
    mapping: (value) => (value === null ? words.formats.own : among(words.formats)(value)),
  });
}

function protocolFields(language: PageLanguage): Fields {
  const { choices, typeMap, placeholderTimes, shortIds } = PROTOCOL_WORDS[language];
  const fields = Object.entries(choices).map(([name, { label, values }]) => [name, { label, words: among(values) }]);
  const others = { typeMap, placeholderTimes, shortIds };
  const labelled = Object.entries(others).map(([name, label]) => [name, { label }]);
  return Object.fromEntries([...fields, ...labelled]);
}

function mapFields(language: PageLanguage): Fields {
  const { tools, kindNames, nothingSent } = RULES_WORDS[language];
  const statuses = STATUSES.map((status) => [status, appointmentWords(language, status).label] as const);
  return {
    statusMap: { label: '' },
    'statusMap.*': { label: tools.means, words: among({ ...Object.fromEntries(statuses), ignore: tools.ignore }) },
    locationMap: { label: '' },
    'locationMap.*': { label: tools.printAs },
    'typeMap.*': { label: (code) => code, words: among({ ...kindNames, none: nothingSent }) },
  };
}

function eventFields(language: PageLanguage): Fields {
  const { title, url, types, all, includePhone, format, formats } = EVENT_WORDS[language];
  const events = Object.entries(STATE_WORDS[language].events).map(([type, { label }]) => [type, label] as const);
  const named = among(Object.fromEntries(events));
  return {
    events: { label: title },
    'events.url': { label: url },
    'events.queryChanged': { label: AUDIT_WORDS[language].queryChanged },
    'events.types': { label: types, words: (value) => (value === null ? all : named(value)) },
    'events.includePhone': { label: includePhone },
    'events.format': { label: format, words: among(formats) },
  };
}
