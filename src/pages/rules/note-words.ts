import type { DecisionCode, DryRunNote } from '../../dry-run/notes.ts';
import type { IgnoredCode } from '../../formats/ignored.ts';
import type { PageLanguage } from '../kit/language.ts';
import type { Bilingual } from '../kit/words.ts';
import { MAPPING_WORDS } from '../settings/mapping.tsx';
import { SOURCE_SETTINGS } from '../settings/source.tsx';
import { faultWordsOf } from '../states/fault-words.ts';
import { TEXT_WARNINGS } from '../states/template-words.ts';

const { statusMap, locationMap, placeText, placeholderTimes, idField, preAdmissions } = SOURCE_SETTINGS;
/** The names of values that notes say to choose. */
const AS_SENT = placeText.kind.choices?.as_sent;
const ARE_APPOINTMENTS = preAdmissions.kind.choices?.appointment;

/** Where a setting of a booking system stands, by the label of its field. */
const inSettings = ({ label }: { readonly label: Bilingual<string> }) =>
  `i bookingsystemets indstillinger under »${label.da}«`;
const STATUSES = inSettings(statusMap);
const PLACES = inSettings(locationMap);

/** The Danish sentences about what was decided. */
const DECISIONS: Readonly<Record<DecisionCode, string>> = {
  duplicate: 'Den er kommet før, eller den siger intet andet end det, der er gemt: intet bliver ændret.',
  stale: 'En nyere version er gemt, eller et andet id har overtaget aftalen: intet bliver ændret.',
  in_past: 'Starten ligger i fortiden: intet bliver sendt.',
  no_phone: 'Der er intet telefonnummer med, og intet kendes i forvejen: der kan ikke sendes SMS.',
  invalid_number: 'Det, der står som telefonnummer, er ikke et helt, gyldigt nummer: der kan ikke sendes SMS.',
  country_not_allowed: 'Nummeret er fra et land, som indstillingerne ikke tillader: der bliver ikke sendt SMS.',
  not_mobile: 'Nummeret er af en slags, der ikke kan modtage SMS.',
  no_number: 'Der er intet nummer at sende til.',
  shadow: 'Bookingsystemet prøves uden at sende: alt planlægges, og intet sendes.',
  loading: 'Bookingsystemet er i gang med første indlæsning: påmindelser sendes, men ingen SMS om selve ændringen.',
  paused: 'Bookingsystemet er på pause: intet bliver sendt, før udsendelsen genoptages.',
  nobody: 'Ingen deltager i aftalen mere: for dem, der gjorde, er den aflyst.',
  patient_kept:
    'Borgeren har ingen kommende aftaler her: nummeret gemmes, til der kommer en, dog kun i en begrænset tid.',
  unknown_patient: 'Borgeren har ingen kommende aftaler her: intet bliver ændret.',
  other_id: 'Aftalen kendes allerede under et andet af sine numre: det nummer gælder.',
  makes_none: 'Ingen aftale kendes under dette id, og beskeden opretter ingen: intet bliver gemt.',
  test: 'Afsenderen har mærket beskeden som en prøve: den planlægges og bliver aldrig sendt.',
  deceased: 'Beskeden siger, at borgeren er død: intet bliver sendt, hverken nu eller senere.',
  status_stays: `Koden for status kendes ikke, så status bliver, som den var. Tilføj koden ${STATUSES}.`,
  status_by_event: `Koden for status kendes ikke, så det, der er sket, afgør status. Tilføj koden ${STATUSES}.`,
  status_unclear:
    'Status kan betyde, at aftalen er aflyst, men ordene kendes ikke: der sendes ingen SMS, før status er kendt.',
  unknown_place: `Stedet kendes ikke. Tilføj det ${PLACES}, så SMS’en nævner det.`,
  nothing_planned: 'Uden en starttid kan intet planlægges.',
  visits_only: 'SMS’en nævner kun stedet, når borgeren skal møde frem.',
  place_code: `Stedet er gemt, men SMS’en nævner det ikke: tilføj koden ${PLACES}.`,
  place_text:
    'Stedet er gemt, men SMS’en nævner det ikke: tilføj dets kode, eller teksten, hvor der ingen kode er, ' +
    `${PLACES}, eller vælg »${AS_SENT?.da}« under »${placeText.label.da}«.`,
  booked_late: 'Aftalen er booket så sent, at tiden for en påmindelse var gået: den bliver ikke sendt.',
};

/** Reasons why a part of a message changes nothing, behind a colon. */
const IGNORED: Readonly<Record<IgnoredCode, string>> = {
  acknowledgement: 'det er en kvittering',
  not_about_appointment: 'det handler ikke om en aftale',
  test_patient: 'det er en prøvebesked om en patient',
  blocked_slot: 'en spærret tid er ingen borgers aftale',
  slot_changed: 'en ændring af en tid i kalenderen siger intet om en aftale',
  other_status: 'rækkens status er ikke en, som aftaler har',
  excluded_type: 'oversættelsen af leverandørens JSON udelader hændelser af den slags',
  repeated: 'hændelsen gentager en, der står tidligere i beskeden',
  no_patient_status: 'status er ikke en, som aftaler med borgere har',
  pattern: 'det er et mønster for aftaler, og hver aftale sendes for sig',
  other_resource: 'det handler ikke om en aftale',
  no_patient_id: 'patienten har intet fast id',
  document_bundle: 'det er en Bundle af typen document',
  response_bundle: 'det er en Bundle med et svar',
  no_event: 'notifikationen indeholder ingen hændelse',
  response_message: 'det er et svar på en anden besked',
  reading: 'læsning (GET) understøttes ikke',
  no_appointment: 'der er ingen aftale i det',
  no_patient: 'der er ingen patient i det',
  patient_used: 'patienten er læst sammen med aftalen',
  newer_used: 'en nyere version, eller en, der hører til en aftale, bruges i stedet',
  several_servers: 'flere servere har en patient med dette id',
  other_server: 'det ligger på en server, der ikke hentes fra',
  id_only: 'notifikationen har kun et id, og uden at hente fra FHIR-serveren kan det ikke bruges',
  patient_gone: 'patienten findes ikke mere',
  other_type_read: 'FHIR-serveren svarede med noget af en anden slags',
};

/** Warnings of formats by their codes, where a note says more than that something is wrong. */
const WARNINGS: Readonly<Record<string, string>> = {
  not_moved: 'Flytningen har ingen ny starttid: den, der kendes i forvejen, gælder stadig.',
  midnight:
    'Aftalen begynder ved midnat, og det står der i SMS’en. Betyder det, at den intet klokkeslæt har, så skriv 00:00 ' +
    `${inSettings(placeholderTimes)}.`,
  unknown_reference:
    'Ingen aftale kendes under dette id: aflysningen gemmes til en booking, der kommer senere, og intet andet ' +
    'aflyses. I HL7 v2 kendes en booking, der har både SCH-1 og SCH-2, på det nummer, der er valgt ' +
    `${inSettings(idField)}, og kun på det andet, når det har en udsteder eller patienten er ` +
    'den samme (PID-3).',
  maybe_another_id:
    'Nummeret, der ikke har en udsteder, er også en anden aftales, og patienterne i PID-3 siger ikke, om det er den ' +
    'samme: den anden er ikke ændret. Send både SCH-1 og SCH-2 i alle beskeder, eller en udsteder ved nummeret.',
  no_start:
    'Der er ingen starttid i TQ1-7, SCH-11, AIS-4, AIG-8, AIL-6 eller AIP-6: den, der kendes i forvejen, gælder ' +
    'stadig.',
  no_place:
    'Der er intet sted i AIL-3 eller PV1-3: SMS’en nævner det sted, der kendes i forvejen, eller slet ingen steder.',
  phone_not_read:
    'Et felt ligner et telefonnummer, men bliver ikke læst. Send nummeret i data.patient.phone. Bliver leverandørens ' +
    'JSON oversat, så peg på feltet med phone i oversættelsen.',
  phone_country_not_read:
    'Ved siden af telefonnummeret står et andet lands kode, som ikke bliver læst: nummeret bliver ikke brugt. Peg på ' +
    'feltet med phoneCountry i oversættelsen af leverandørens JSON.',
  zone_not_read:
    'Ved siden af starttiden står en anden tidszone, som ikke bliver læst: aflysningen gælder, og dens tid bliver ' +
    'ikke brugt. Peg på feltet med timeZone i oversættelsen af leverandørens JSON, eller skriv null dér, hvis det ' +
    'intet siger om starttiden.',
  temporary_id:
    'Beskedens UUID er det eneste id: en ændring eller aflysning med et andet UUID ville blive en ny aftale. Send ' +
    'serverens eget id eller en identifier med system.',
  excel_number:
    'Excel har skrevet et langt nummer som 4,52E+09, og cifrene er tabt. Gør kolonnen til tekst, og hent numrene ' +
    'igen, hvor de kom fra.',
  occurrence_left_out:
    'Det, der står i SCH-3, er ikke et tal: det siger ikke, hvilken aftale i en serie det er, og bruges ikke.',
  nothing_stored:
    'Ingen aftale i beskeden bliver gemt. Aftaler læses i SIU S12 til S24 og S26; en forhåndsindlæggelse (ADT) ' +
    `bliver kun til en aftale, når der ${inSettings(preAdmissions)} er valgt ` +
    `»${ARE_APPOINTMENTS?.da}«.`,
};

const underEnglish = ({ label }: { readonly label: Bilingual<string> }) =>
  `under “${label.en}” in the settings of the booking system`;
const ENGLISH_STATUSES = underEnglish(statusMap);
const ENGLISH_PLACES = underEnglish(locationMap);

type Of = Exclude<DryRunNote['of'], 'way-out'>;

/** English sentences in place of those for senders, which name settings as the API does. */
const ENGLISH_NOTES: Readonly<Record<Of, Readonly<Record<string, string>>>> = {
  ignored: {
    excluded_type: `Nothing to do: “${MAPPING_WORDS.en.label}” excludes events of this type.`,
    id_only: 'Nothing to do: the notification has only its id, and is used only where the FHIR server is read.',
  },
  decision: {
    shadow: 'The booking system is tried without sending: everything is planned, nothing is sent.',
    loading: 'The booking system is at its first load: no SMS about this change is sent, reminders are.',
    paused: 'The booking system is paused: nothing is sent until somebody resumes it.',
    other_id: 'It is known already, under another of its numbers: that one counts.',
    status_stays: `Its code of the status is not known: the status stays as it was. Add it ${ENGLISH_STATUSES}.`,
    status_by_event: `Its code of the status is not known: what happened decides. Add it ${ENGLISH_STATUSES}.`,
    unknown_place: `Its place is not known. Add it ${ENGLISH_PLACES} to have it printed.`,
    place_code: `The place is kept and not printed: add its code ${ENGLISH_PLACES}.`,
    place_text:
      'The place is kept and not printed: add its code (or its text, where it has none) ' +
      `${ENGLISH_PLACES}, or choose “${AS_SENT?.en}” under “${placeText.label.en}”.`,
  },
  warning: {
    midnight:
      'The appointment starts at midnight, and an SMS says so. If that stands for a day without a time, add 00:00 ' +
      `${underEnglish(placeholderTimes)}.`,
    unknown_reference:
      'No appointment is known under this id: the cancellation is kept for a booking that comes later, and nothing ' +
      'else is cancelled. In HL7 v2, a booking that has both SCH-1 and SCH-2 is known by the number that is chosen ' +
      `${underEnglish(idField)}, and by the other one only where it has an issuer or the patient ` +
      'is the same (PID-3).',
    phone_not_read:
      'A field looks like a phone number, and is not read. Send the number in data.patient.phone; where the JSON of ' +
      'the supplier is translated, point to the field with phone in the translation.',
    phone_country_not_read:
      'The code of another country stands beside the phone number, and is not read: the number is not used. Point to ' +
      'the field with phoneCountry in the translation of the supplier’s JSON.',
    zone_not_read:
      'Another time zone stands beside the start, and is not read: the cancellation counts, its time is not used. ' +
      'Point to the field with timeZone in the translation of the supplier’s JSON, or write null there if it says ' +
      'nothing about the start.',
    nothing_stored:
      'No appointment in the message is stored. Appointments are read in SIU S12 to S24 and S26; a pre-admission ' +
      `(ADT) becomes an appointment only where “${ARE_APPOINTMENTS?.en}” is chosen ` +
      `${underEnglish(preAdmissions)}.`,
  },
};

/** A note in English: the sentence for senders, unless pages have another one. */
function englishNote({ of, code, detail }: DryRunNote & { readonly of: Of }): string {
  const words = ENGLISH_NOTES[of];
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? detail;
}

/** A note of a dry run in the language of the page; null where there is only the English sentence for senders. */
export function noteSentence(note: DryRunNote, language: PageLanguage): string | null {
  if (note.of === 'way-out') return TEXT_WARNINGS[language][note.code];
  if (language === 'en') return englishNote(note);
  switch (note.of) {
    case 'ignored':
      return `Dette ændrer intet: ${IGNORED[note.code]}.`;
    case 'decision':
      return DECISIONS[note.code];
    case 'warning':
      return (Object.hasOwn(WARNINGS, note.code) ? WARNINGS[note.code] : faultWordsOf(note.code, language)) ?? null;
  }
}
