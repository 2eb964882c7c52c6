import { SETTLE_ACTIONS } from '../../../domain/replies/settle.ts';
import { CITIZENS_WORDS } from '../../citizens/words.ts';
import { countryName } from '../../kit/country-name.ts';
import { isDay } from '../../kit/days.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { dayText } from '../../kit/moment-text.ts';
import { LANGUAGE_NAMES } from '../../kit/words.ts';
import { AUTHORITY_SETTINGS } from '../../settings/authority.ts';
import { among, type SaidParts, type SaidValue, saidOf } from '../../settings/setting.ts';
import { SECRET } from '../../settings/signing.tsx';
import { SOURCE_SETTINGS } from '../../settings/source.tsx';
import { BINDING_WORDS } from '../../states/binding-words.ts';
import { codeText } from '../../states/fault-words.ts';
import { REPLY_WORDS } from '../../states/replies.ts';
import { STATE_WORDS } from '../../states/state-words.ts';
import { GATEWAYS_WORDS } from '../gateways/words.ts';
import { IMPORT_WORDS } from '../import/words.ts';
import { KEYS_WORDS } from '../keys.tsx';
import { PEOPLE_WORDS } from '../people/words.ts';
import { EVENT_WORDS } from '../sources/event-words.ts';
import { resultText } from '../sources/result-words.ts';
import { SOURCES_WORDS } from '../sources/words.ts';
import { SET_UP_WORDS } from '../words.ts';
import { AUDIT_WORDS } from './words.ts';

type FieldsIn = (language: PageLanguage) => SaidParts;

const made = new Map<FieldsIn, Map<PageLanguage, SaidParts>>();

/** The parts of an entry with such an action, as pages say them. */
export function fieldsOf(action: string, language: PageLanguage): SaidParts {
  const make = makerOf(action);
  const known = made.get(make) ?? new Map<PageLanguage, SaidParts>();
  const fields = known.get(language) ?? make(language);
  made.set(make, known.set(language, fields));
  return fields;
}

function makerOf(action: string): FieldsIn {
  if (/^authority\.(?:create|replace)$/.test(action)) return authorityFields;
  if (/^source\.(?:create|replace)$/.test(action)) return sourceFields;
  if (action === 'gateway.test-refused') return refusedTestFields;
  return action.startsWith('gateway.') ? gatewayFields : otherFields;
}

const authorityFields = (language: PageLanguage) => saidOf(AUTHORITY_SETTINGS, language);

/** The settings of a booking system: the audit has whether there is a secret in place of it. */
function sourceFields(language: PageLanguage): SaidParts {
  const { queryChanged, secret } = AUDIT_WORDS[language];
  const words = among({ true: secret.set, false: secret.unset });
  const { hmac, fhirAuthorization } = SOURCE_SETTINGS;
  return {
    ...saidOf(SOURCE_SETTINGS, language),
    hmacSecretSet: { label: `${hmac.label[language]}: ${SECRET[language]}`, words },
    fhirAuthorizationSet: { label: fhirAuthorization.alone?.[language], words },
    'hmac.queryChanged': { label: queryChanged },
    ...endpointFields(language),
  };
}

function endpointFields(language: PageLanguage): SaidParts {
  const { title, url, types, all, includePhone, format, formats } = EVENT_WORDS[language];
  const named = labelled(STATE_WORDS[language].events);
  return {
    events: { label: title },
    'events.url': { label: url },
    'events.queryChanged': { label: AUDIT_WORDS[language].queryChanged },
    'events.types': { label: types, words: (value) => (value === null ? all : named(value)) },
    'events.includePhone': { label: includePhone },
    'events.format': { label: format, words: among(formats) },
  };
}

type Labelled = Readonly<Record<string, { readonly label: string }>>;

const labelled = (words: Labelled) =>
  among(Object.fromEntries(Object.entries(words).map(([id, { label }]) => [id, label] as const)));

function refusedTestFields(language: PageLanguage): SaidParts {
  const { reason: label, tooManyTests } = GATEWAYS_WORDS[language];
  const words = (code: unknown) => (code === 'too-many-tests' ? tooManyTests : codeText(String(code), language));
  return { reason: { label, words } };
}

function gatewayFields(language: PageLanguage): SaidParts {
  const words = GATEWAYS_WORDS[language];
  const reasons = labelled(STATE_WORDS[language].out);
  return {
    // The reason why it is out already says that it is.
    state: { label: '', words: () => '' },
    reason: { label: words.state, words: (value) => (value === null ? words.inUse : reasons(value)) },
    note: { label: words.reason },
    '*': { label: (name) => priceName(language, name) },
    '*.perSegment': { label: words.price },
    '*.currency': { label: words.currency },
  };
}

/** The country and the first day of a price, as the audit names it: `DK 2026-01-01`. */
function priceName(language: PageLanguage, name: string): string {
  const [, country = '', day = ''] = /^([A-Z]{2}) (\d{4}-\d\d-\d\d)$/.exec(name) ?? [];
  return isDay(day) ? `${countryName(language, country)} ${dayText(language, day, { dateStyle: 'medium' })}` : name;
}

function otherFields(language: PageLanguage): SaidParts {
  const { name } = SET_UP_WORDS[language];
  const { settled, members, methods } = AUDIT_WORDS[language];
  const actions = REPLY_WORDS[language].actions;
  const settle = Object.fromEntries(SETTLE_ACTIONS.map((action) => [action, actions[action].label]));
  return {
    ...labels(members),
    ...labels(CITIZENS_WORDS[language].erased),
    ...accessFields(language),
    ...sourceEventFields(language),
    name: { label: name },
    ...labels(LANGUAGE_NAMES[language]),
    // It tells look-ups of two citizens apart, and nobody what was seen.
    newest: { label: '', words: () => '' },
    prefix: { label: KEYS_WORDS[language].prefix },
    method: { label: members.method, words: among(methods) },
    action: { label: settled, words: among(settle) },
    publicUrl: { label: EVENT_WORDS[language].url },
    backupAt: { label: BINDING_WORDS[language].backupAt },
    version: { label: BINDING_WORDS[language].version },
  };
}

const labels = (words: Readonly<Record<string, string>>): SaidParts =>
  Object.fromEntries(Object.entries(words).map(([name, label]): [string, SaidValue] => [name, { label }]));

function accessFields(language: PageLanguage): SaidParts {
  const { role, roles } = SET_UP_WORDS[language];
  const { departments, all } = PEOPLE_WORDS[language];
  const roleField = { label: role, words: among(roles) };
  const departmentsField: SaidValue = { label: departments, words: (value) => (value === null ? all : undefined) };
  return {
    role: roleField,
    '*.role': roleField,
    departments: departmentsField,
    '*.departments': departmentsField,
  };
}

/** SaidParts of what happens to a booking system beside its settings: pauses, imports, events. */
function sourceEventFields(language: PageLanguage): SaidParts {
  const events = EVENT_WORDS[language];
  const { rows, accepted, refused } = IMPORT_WORDS[language];
  const { until, reason } = SOURCES_WORDS[language];
  const channels = among(events.channels);
  const { installation } = AUDIT_WORDS[language];
  return {
    ...labels({ rows, accepted, refused, until, reason, at: GATEWAYS_WORDS[language].since }),
    ...labels({ events: events.types, from: events.from, to: events.to }),
    result: { label: events.lastResult, words: (value) => resultText(String(value ?? ''), language) },
    '*': { label: (name) => (name === '' ? installation : (channels(name) ?? name)) },
    '*.state': { label: events.state, words: labelled(STATE_WORDS[language].endpoints) },
  };
}
