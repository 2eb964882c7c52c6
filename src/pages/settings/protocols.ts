import type { SourceSettings } from '../../domain/authority.ts';
import { CHECK, choice } from './kinds.tsx';
import type { SourcePart } from './source-groups.ts';

/** Settings that say how HL7 v2, FHIR and CSV are read, in the order of their form. */
export const PROTOCOL_SETTINGS = {
  idField: {
    group: 'protocols',
    kind: choice<SourceSettings['idField']>({
      filler: { da: 'SCH-2', en: 'SCH-2' },
      placer: { da: 'SCH-1', en: 'SCH-1' },
    }),
    label: { da: 'HL7 v2: aftalens nummer', en: 'HL7 v2: number of the appointment' },
  },
  ackMode: {
    group: 'protocols',
    kind: choice<SourceSettings['ackMode']>({
      original: { da: 'Enkel', en: 'Original mode' },
      enhanced: { da: 'Udvidet', en: 'Enhanced mode' },
    }),
    label: { da: 'HL7 v2: kvittering', en: 'HL7 v2: acknowledgement' },
  },
  unknownEvents: {
    group: 'protocols',
    kind: choice<SourceSettings['unknownEvents']>({
      accept: { da: 'Tages imod', en: 'Accepted' },
      reject: { da: 'Afvises', en: 'Rejected' },
    }),
    label: { da: 'HL7 v2: beskeder, der ikke er om en aftale', en: 'HL7 v2: messages that are about no appointment' },
  },
  orderBy: {
    group: 'protocols',
    kind: choice<SourceSettings['orderBy']>({
      stamp: { da: 'Beskedens tidspunkt', en: 'Time of the message' },
      arrival: { da: 'Rækkefølgen, de kom i', en: 'Order of arrival' },
    }),
    label: { da: 'HL7 v2: hvad der er nyest', en: 'HL7 v2: what is newest' },
  },
  preAdmissions: {
    group: 'protocols',
    kind: choice<SourceSettings['preAdmissions']>({
      ignore: { da: 'Bruges ikke', en: 'Not used' },
      appointment: { da: 'Er aftaler', en: 'Are appointments' },
    }),
    label: { da: 'HL7 v2: forhåndsindlæggelser (A05)', en: 'HL7 v2: pre-admissions (A05)' },
  },
  departmentFrom: {
    group: 'protocols',
    kind: choice<SourceSettings['departmentFrom']>({
      none: { da: 'Læses ikke', en: 'Not read' },
      serviceCategory: { da: 'Aftalens serviceCategory', en: 'serviceCategory of the appointment' },
      specialty: { da: 'Aftalens specialty', en: 'specialty of the appointment' },
    }),
    label: { da: 'FHIR: afdelingen læses fra', en: 'FHIR: the department is read from' },
  },
  allowContactPhone: {
    group: 'protocols',
    kind: choice<SourceSettings['allowContactPhone']>({
      off: { da: 'Bruges ikke', en: 'Not used' },
      oneself: { da: 'Kun patientens egen kontakt', en: 'Only the patient’s own contact entry' },
      guardian: { da: 'Også forældre til børn under 15', en: 'Also parents of children under 15' },
    }),
    label: { da: 'FHIR: pårørendes nummer', en: 'FHIR: number of a contact' },
  },
  dateOrder: {
    group: 'protocols',
    kind: choice<SourceSettings['dateOrder']>({
      dmy: { da: 'Dagen først (31/12/2026)', en: 'Day first (31/12/2026)' },
      mdy: { da: 'Måneden først (12/31/2026)', en: 'Month first (12/31/2026)' },
    }),
    label: { da: 'CSV: datoer med skråstreg eller bindestreg', en: 'CSV: dates with a slash or a hyphen' },
  },
  shortIds: {
    group: 'protocols',
    kind: CHECK,
    label: {
      da: 'HL7 v2: et til tre cifre er også aftalens nummer i SCH-1 og PV1-19 uden udsteder',
      en: 'HL7 v2: one to three digits are the number of an appointment in SCH-1 and PV1-19 without an issuer, too',
    },
  },
} as const satisfies Partial<SourcePart>;
