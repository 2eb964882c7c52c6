import { AUTHORITIES_WORDS } from '../../installation/authority-words.ts';
import { GATEWAYS_WORDS } from '../../set-up/gateways/words.ts';
import { KEYS_WORDS } from '../../set-up/keys-words.ts';
import { PEOPLE_WORDS } from '../../set-up/people/words.ts';
import { EVENT_WORDS } from '../../set-up/sources/event-words.ts';
import { SETTINGS_WORDS } from '../../set-up/sources/settings-page.tsx';
import { SOURCES_WORDS } from '../../set-up/sources/words.ts';
import { SET_UP_WORDS } from '../../set-up/words.ts';
import { INSTALLATION_SETTINGS, picked } from '../../settings/authority.ts';
import { labelsOf } from '../../settings/setting.ts';
import { SECRET } from '../../settings/signing.tsx';
import { SOURCE_SETTINGS } from '../../settings/source.tsx';
import { upperFirst } from '../../states/event-words.ts';
import { STATE_WORDS } from '../../states/state-words.ts';
import { SUBJECT_FIELD } from '../forms.ts';
import type { PageLanguage } from '../language.ts';
import { type Describe, fieldIn, type KeptAction, type KeptForm, type Label } from './action-types.ts';

/** Forms of the set-up and of the installation that outlive their session, by their addresses. */
export const SET_UP_ACTIONS: readonly (readonly [RegExp, Describe])[] = [
  [/^\/admin\/set-up\/keys$/, createKey],
  [/^\/admin\/(?:set-up|installation)\/people$/, invite],
  [/^\/admin\/(?:set-up|installation)\/people\/[\w-]+\/name$/, rename],
  [/^\/admin\/(?:set-up|installation)\/people\/[\w-]+\/access$/, giveAccess],
  [/^\/admin\/set-up\/sources$/, makeSource],
  [/^\/admin\/set-up\/sources\/([\w-]+)\/settings$/, sourceSettings],
  [/^\/admin\/set-up\/sources\/([\w-]+)\/pause$/, pauseSource],
  [/^\/admin\/set-up\/sources\/([\w-]+)\/events$/, endpoint],
  [/^\/admin\/set-up\/gateways\/([\w-]+)\/out$/, gatewayOut],
  [/^\/admin\/set-up\/gateways\/([\w-]+)\/prices$/, price],
  [/^\/admin\/installation\/authorities$/, makeAuthority],
  [/^\/admin\/installation\/authorities\/([\w-]+)$/, authority],
];

const roleOf = (language: PageLanguage): Label => [SET_UP_WORDS[language].role, SET_UP_WORDS[language].roles];

function createKey(language: PageLanguage): KeptAction {
  const { make } = KEYS_WORDS[language];
  return { title: make, button: make, labels: { name: SET_UP_WORDS[language].name, role: roleOf(language) } };
}

function invite(language: PageLanguage): KeptAction {
  const words = PEOPLE_WORDS[language];
  const { email, departments } = words;
  const labels = { email, name: SET_UP_WORDS[language].name, role: roleOf(language), departments };
  return { title: words.invite, button: words.invite, labels };
}

function rename(language: PageLanguage, form: KeptForm): KeptAction | null {
  const { rename: button } = PEOPLE_WORDS[language];
  const subject = fieldIn(form, SUBJECT_FIELD);
  const labels = { name: SET_UP_WORDS[language].name, [SUBJECT_FIELD]: null };
  return subject === '' ? null : { title: `${button}: ${subject}`, button, labels };
}

function giveAccess(language: PageLanguage, form: KeptForm): KeptAction | null {
  const { access, departments, allDepartments, lastConfirm } = PEOPLE_WORDS[language];
  const subject = fieldIn(form, SUBJECT_FIELD);
  const limit = [departments, { '': upperFirst(allDepartments) }] as const;
  const labels = { role: roleOf(language), departments: limit, last: lastConfirm, [SUBJECT_FIELD]: null };
  return subject === '' ? null : { title: `${access}: ${subject}`, button: SET_UP_WORDS[language].save, labels };
}

function makeSource(language: PageLanguage): KeptAction {
  const { make, id } = SOURCES_WORDS[language];
  const { name, mode } = SOURCE_SETTINGS;
  return { title: make, button: make, labels: { ...labelsOf({ name, mode }, language, {}), id } };
}

function sourceSettings(language: PageLanguage, form: KeptForm, source: string): KeptAction {
  const labels = labelsOf(SOURCE_SETTINGS, language, Object.fromEntries(form.fields));
  const fhirAuthorization = SOURCE_SETTINGS.fhirAuthorization.alone?.[language] ?? '';
  const secrets = { secret: SECRET[language], fhirAuthorization };
  const { title, save } = SETTINGS_WORDS[language];
  return { title: `${title}: ${source}`, button: save, labels, secrets };
}

function pauseSource(language: PageLanguage, _: unknown, source: string): KeptAction {
  const { pause, reason, until } = SOURCES_WORDS[language];
  return { title: `${pause}: ${source}`, button: pause, labels: { reason, until } };
}

function endpoint(language: PageLanguage, _: unknown, source: string): KeptAction {
  const { title, url, types, includePhone, format, formats, save } = EVENT_WORDS[language];
  const events = Object.entries(STATE_WORDS[language].events).map(([type, { label }]) => [type, label] as const);
  const labels = { url, types: [types, Object.fromEntries(events)] as const, includePhone };
  return { title: `${title}: ${source}`, button: save, labels: { ...labels, format: [format, formats] } };
}

function gatewayOut(language: PageLanguage, _: unknown, gateway: string): KeptAction {
  const { out, reason } = GATEWAYS_WORDS[language];
  return { title: `${out}: ${gateway}`, button: out, labels: { reason } };
}

function price(language: PageLanguage, _: unknown, gateway: string): KeptAction {
  const { add, country, price: perSegment, currency, from } = GATEWAYS_WORDS[language];
  return { title: `${add}: ${gateway}`, button: add, labels: { country, perSegment, currency, from } };
}

function makeAuthority(language: PageLanguage): KeptAction {
  const { make, id } = AUTHORITIES_WORDS[language];
  return { title: make, button: make, labels: { ...labelsOf(picked(['name', 'sender']), language, {}), id } };
}

function authority(language: PageLanguage, form: KeptForm, id: string): KeptAction {
  const { change, save } = AUTHORITIES_WORDS[language];
  const labels = labelsOf(INSTALLATION_SETTINGS, language, Object.fromEntries(form.fields));
  return { title: `${change}: ${id}`, button: save, labels };
}
