import type { SourceSettings } from '../../domain/authority.ts';
import type { PageLanguage } from '../kit/language.ts';

type ChoiceName = 'idField' | 'ackMode' | 'unknownEvents' | 'orderBy' | 'preAdmissions' | OtherChoiceName;
type OtherChoiceName = 'departmentFrom' | 'allowContactPhone' | 'dateOrder';

/** The words of a setting that is one of a few values. */
interface Choice<Value extends string> {
  readonly label: string;
  readonly values: Readonly<Record<Value, string>>;
}

/** The words of settings of HL7 v2, FHIR and CSV, for their form and for where a change of them is shown. */
export interface ProtocolWords {
  readonly typeMap: string;
  readonly placeholderTimes: string;
  readonly shortIds: string;
  readonly choices: { readonly [Name in ChoiceName]: Choice<SourceSettings[Name]> };
}

const DANISH: ProtocolWords = {
  typeMap: 'Aftaletyper',
  placeholderTimes: 'Klokkeslæt, som systemet sender, når aftalen intet klokkeslæt har',
  shortIds: 'HL7 v2: et til tre cifre er også aftalens nummer i SCH-1 og PV1-19 uden udsteder',
  choices: {
    idField: { label: 'HL7 v2: aftalens nummer', values: { filler: 'SCH-2', placer: 'SCH-1' } },
    ackMode: { label: 'HL7 v2: kvittering', values: { original: 'Enkel', enhanced: 'Udvidet' } },
    unknownEvents: {
      label: 'HL7 v2: beskeder, der ikke er om en aftale',
      values: { accept: 'Tages imod', reject: 'Afvises' },
    },
    orderBy: {
      label: 'HL7 v2: hvad der er nyest',
      values: { stamp: 'Beskedens tidspunkt', arrival: 'Rækkefølgen, de kom i' },
    },
    preAdmissions: {
      label: 'HL7 v2: forhåndsindlæggelser (A05)',
      values: { ignore: 'Bruges ikke', appointment: 'Er aftaler' },
    },
    departmentFrom: {
      label: 'FHIR: afdelingen læses fra',
      values: { none: 'Læses ikke', serviceCategory: 'Aftalens serviceCategory', specialty: 'Aftalens specialty' },
    },
    allowContactPhone: {
      label: 'FHIR: pårørendes nummer',
      values: {
        off: 'Bruges ikke',
        oneself: 'Kun patientens egen kontakt',
        guardian: 'Også forældre til børn under 15',
      },
    },
    dateOrder: {
      label: 'CSV: datoer med skråstreg eller bindestreg',
      values: { dmy: 'Dagen først (31/12/2026)', mdy: 'Måneden først (12/31/2026)' },
    },
  },
};

const ENGLISH: ProtocolWords = {
  typeMap: 'Types of appointments',
  placeholderTimes: 'Times that the system sends for an appointment without a time',
  shortIds: 'HL7 v2: one to three digits are the number of an appointment in SCH-1 and PV1-19 without an issuer, too',
  choices: {
    idField: { label: 'HL7 v2: number of the appointment', values: { filler: 'SCH-2', placer: 'SCH-1' } },
    ackMode: { label: 'HL7 v2: acknowledgement', values: { original: 'Original mode', enhanced: 'Enhanced mode' } },
    unknownEvents: {
      label: 'HL7 v2: messages that are about no appointment',
      values: { accept: 'Accepted', reject: 'Rejected' },
    },
    orderBy: {
      label: 'HL7 v2: what is newest',
      values: { stamp: 'Time of the message', arrival: 'Order of arrival' },
    },
    preAdmissions: {
      label: 'HL7 v2: pre-admissions (A05)',
      values: { ignore: 'Not used', appointment: 'Are appointments' },
    },
    departmentFrom: {
      label: 'FHIR: the department is read from',
      values: {
        none: 'Not read',
        serviceCategory: 'serviceCategory of the appointment',
        specialty: 'specialty of the appointment',
      },
    },
    allowContactPhone: {
      label: 'FHIR: number of a contact',
      values: {
        off: 'Not used',
        oneself: 'Only the patient’s own contact entry',
        guardian: 'Also parents of children under 15',
      },
    },
    dateOrder: {
      label: 'CSV: dates with a slash or a hyphen',
      values: { dmy: 'Day first (31/12/2026)', mdy: 'Month first (12/31/2026)' },
    },
  },
};

/** The words of settings of HL7 v2, FHIR and CSV, for their form and for where a change of them is shown. */
export const PROTOCOL_WORDS: Readonly<Record<PageLanguage, ProtocolWords>> = { da: DANISH, en: ENGLISH };
