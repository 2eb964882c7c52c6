import type { Fault } from '../../../domain/errors.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { PROTOCOL_WORDS } from '../../source-settings/protocol-words.ts';
import { SETTINGS_WORDS } from '../../source-settings/settings-words.ts';
import { SET_UP_WORDS } from '../words.ts';
import { CHOICES, fieldOfFault, type SettingsField } from './settings.ts';
import { SOURCES_WORDS } from './words.ts';

/** The labels of the settings of a booking system, by the field of their form. */
export function settingLabels(language: PageLanguage): Readonly<Partial<Record<SettingsField, string>>> {
  const words = SETTINGS_WORDS[language];
  const { choices, typeMap, placeholderTimes, shortIds } = PROTOCOL_WORDS[language];
  return {
    ...Object.fromEntries(CHOICES.map((name) => [name, choices[name].label])),
    statusMap: words.statusMap,
    locationMap: words.locationMap,
    typeMap,
    placeholderTimes,
    shortIds,
    name: SET_UP_WORDS[language].name,
    mode: SOURCES_WORDS[language].mode,
    absentPhone: words.absentPhone,
    allowForeignNumbers: words.foreign,
    defaultRegion: words.region,
    timeZone: words.zone,
    format: words.format,
    mapping: words.mapping,
    placeText: words.placeText,
    fhirBaseUrl: words.fhirBaseUrl,
    appointmentResponses: words.responses,
    keepPatients: words.keepPatients,
    header: words.header,
    algorithm: words.algorithm,
    encoding: words.encoding,
    prefix: words.prefix,
    timestamped: words.timestamped,
    signedAddress: words.signedAddress,
    replayMemory: words.replayMemory,
    secret: words.secret,
    fhirAuthorization: words.fhirAuthorization,
  };
}

/** The setting that a fault is about, as the form of the settings names it; by its place in JSON without a field. */
export function settingName(fault: Fault, language: PageLanguage): string {
  const field = fieldOfFault(fault)?.field;
  return (field && settingLabels(language)[field]) ?? fault.pointer;
}
