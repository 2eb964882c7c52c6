import type { Source } from '../../domain/authority.ts';
import { toList } from '../../formats/json/mapped-values.ts';
import { CAL_COM } from '../../formats/json/vendor-json.ts';

const OWN = '/data/patient/phone';
const OF_FORMATS: Readonly<Record<string, string>> = {
  hl7v2: 'PID-13 and PID-14',
  fhir: 'Patient.telecom',
  csv: 'the columns mobil and telefon',
  easysms: OWN,
  cloudevents: OWN,
};

/** Where a message's number is read from, in the terms of its format. @param format as a dry run names it */
export function phoneFieldOf(format: string, { mapping }: Pick<Source, 'mapping'>): string {
  const ofFormat = Object.hasOwn(OF_FORMATS, format) ? OF_FORMATS[format] : undefined;
  if (ofFormat !== undefined) return ofFormat;
  if (mapping === null) return OWN;
  const { fields } = mapping === 'cal.com' ? CAL_COM : mapping;
  return toList(fields.phone).join(', ') || 'no field: the mapping names none for phone';
}
