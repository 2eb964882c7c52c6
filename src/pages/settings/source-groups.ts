import type { SourceSettings } from '../../domain/authority.ts';
import type { Bilingual } from '../kit/words.ts';
import type { Setting } from './setting.ts';

/** The groups of settings of a booking system, in the order in which they stand on their page. */
export const SOURCE_GROUPS = {
  common: { da: 'Drift og telefonnumre', en: 'Mode and phone numbers' },
  signing: { da: 'Adgang', en: 'Access' },
  reading: { da: 'Format', en: 'Format' },
  fhir: { da: 'FHIR-server', en: 'FHIR server' },
  codes: { da: 'Bookingsystemets koder', en: 'Codes of the booking system' },
  protocols: { da: 'HL7 v2, FHIR og CSV', en: 'HL7 v2, FHIR and CSV' },
} as const satisfies Readonly<Record<string, Bilingual<string>>>;

/** The name of a group of `SOURCE_GROUPS`. */
export type SourceGroup = keyof typeof SOURCE_GROUPS;

/** A setting of a booking system, and where its field stands. */
export interface SourceSetting<in Value> extends Setting<Value> {
  readonly group: SourceGroup;
}

/** Settings of a booking system by their names. */
export type SourcePart<Names extends keyof SourceSettings = keyof SourceSettings> = {
  readonly [Name in Names]: SourceSetting<SourceSettings[Name]>;
};
