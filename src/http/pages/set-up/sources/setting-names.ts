import type { Fault } from '../../../../domain/errors.ts';
import type { PageLanguage } from '../../language.ts';
import { SET_UP_WORDS } from '../words.ts';
import { fieldOfFault, type SettingsField } from './settings.ts';
import { SETTINGS_WORDS } from './settings-words.ts';
import { SOURCES_WORDS } from './words.ts';

/** The setting that a fault is about, as the form of the settings names it; by its place in JSON without a field. */
export function settingName(fault: Fault, language: PageLanguage): string {
  const words = SETTINGS_WORDS[language];
  const names: Readonly<Partial<Record<SettingsField, string>>> = {
    ...{ name: SET_UP_WORDS[language].name, mode: SOURCES_WORDS[language].mode, absentPhone: words.absentPhone },
    ...{
      allowForeignNumbers: words.foreign,
      defaultRegion: words.region,
      timeZone: words.zone,
      mapping: words.mapping,
    },
    ...{ fhirBaseUrl: words.fhirBaseUrl, appointmentResponses: words.responses, placeText: words.placeText },
    ...{ header: words.header, algorithm: words.algorithm, encoding: words.encoding, prefix: words.prefix },
    ...{ signedAddress: words.signedAddress, secret: words.secret, fhirAuthorization: words.fhirAuthorization },
  };
  return names[fieldOfFault(fault).field] ?? fault.pointer;
}
