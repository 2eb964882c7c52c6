import type { Fault } from '../../domain/errors.ts';
import type { PageLanguage } from '../kit/language.ts';

type Words = readonly [da: string, en: string];

/** Faults of senders and SMS suppliers, which the pages of rules have words for by the same codes. */
const OF_SENDERS = {
  gateway_sender: [
    'En SMS-leverandør, der bruges, tager ikke imod denne afsender.',
    'An SMS supplier that is used does not take this sender.',
  ],
  protected_sender: [
    'Det er, eller ligner, navnet på en anden myndighed eller en bank. Er det jeres eget navn, kan driften ' +
      'tillade det.',
    'It is, or looks like, the name of another authority or a bank. If it is your own name, the operations ' +
      'team can allow it.',
  ],
  unknown_gateway: ['Denne SMS-leverandør er ikke sat op mere.', 'This SMS supplier is not set up any more.'],
} as const satisfies Readonly<Record<string, Words>>;

/** Codes of what is wrong with a message or a setting, in words: Danish and English. */
const WORDS: Readonly<Record<string, Words>> = {
  ...OF_SENDERS,
  ambiguous_column: ['To kolonner betyder det samme.', 'Two columns mean the same.'],
  bad_quotes: ['Anførselstegnene passer ikke sammen.', 'The quotation marks do not match.'],
  before_start: ['Sluttidspunktet ligger før starten.', 'The end comes before the start.'],
  cancelled_since: [
    'Rækken er kommet før, og aftalen blev aflyst bagefter: nu er den booket igen.',
    'The row came before, and the appointment was cancelled since: now it is booked again.',
  ],
  contradiction: ['To oplysninger modsiger hinanden.', 'Two of its facts contradict each other.'],
  control_character: ['Der er et tegn, som ikke kan sendes.', 'It holds a character that cannot be sent.'],
  country_not_allowed: ['Telefonnummeret er fra et andet land.', 'The phone number is of another country.'],
  cpr: ['Det ligner et CPR-nummer, som ikke modtages.', 'It looks like a CPR number, which is not taken.'],
  credentials_in_url: ['Udelad bruger og adgangskode i adressen.', 'Leave user and password out of the address.'],
  custom: ['Værdien kan ikke bruges.', 'The value cannot be used.'],
  day_first: [
    'En dato kan kun læses med dagen først, og bookingsystemet er sat til måneden først: hele filen er afvist.',
    'A date can only be read with the day first, and the booking system has the month first: the whole file is ' +
      'refused.',
  ],
  date_only: ['Der mangler et klokkeslæt.', 'The time of day is missing.'],
  duplicate_reference: ['Samme id har to forskellige tider.', 'The same id has two different times.'],
  empty: ['Beskeden er tom.', 'The message is empty.'],
  empty_window: [
    '»Til« skal være senere end »fra« samme dag.',
    'The end must be later than the beginning, on the same day.',
  ],
  end_left_out: [
    'Sluttidspunktet ligger før starten og er udeladt.',
    'The end comes before the start, and is left out.',
  ],
  forbidden: ['Systemet må ikke sende dette.', 'The system may not send this.'],
  fragment_in_url: ['Udelad det, der følger efter #.', 'Leave out what follows the #.'],
  guessable: ['Den kan gættes. Lav en tilfældig.', 'It can be guessed. Make a random one.'],
  holds_cpr: ['Det ligner et CPR-nummer. Udelad det.', 'It looks like a CPR number. Leave it out.'],
  holds_link: [
    'Udelad linket: teleselskaber spærrer SMS’er med links, som de ikke kender.',
    'Leave the link out: operators block SMS with links that they do not know.',
  ],
  holds_number: ['Det ligner et telefonnummer. Udelad det.', 'It looks like a phone number. Leave it out.'],
  ignored: ['Beskeden handler ikke om en aftale.', 'The message is about no appointment.'],
  invalid: ['Beskeden kunne ikke læses.', 'The message could not be read.'],
  invalid_element: ['En af værdierne kan ikke bruges.', 'One of the values cannot be used.'],
  invalid_format: ['Værdien er skrevet forkert.', 'The value is written wrongly.'],
  invalid_instant: ['Det er ikke en dato med klokkeslæt.', 'It is not a date with a time.'],
  invalid_key: ['Et af navnene kan ikke bruges.', 'One of the names cannot be used.'],
  invalid_number: ['Det er ikke et telefonnummer.', 'It is not a phone number.'],
  invalid_type: ['Værdien er af en forkert slags.', 'The value is of the wrong type.'],
  invalid_union: ['Værdien kan ikke bruges her.', 'The value cannot be used here.'],
  invalid_value: ['Værdien er ikke blandt de tilladte.', 'The value is not among those allowed.'],
  malformed: ['Beskeden kunne ikke læses.', 'The message could not be read.'],
  'malformed-json': ['Beskeden er ikke gyldig JSON.', 'The message is not valid JSON.'],
  maybe_another_id: [
    'Nummeret uden udsteder kan være en anden aftales.',
    'The number without an issuer may be that of another appointment.',
  ],
  missing_segment: ['Et segment mangler.', 'A segment is missing.'],
  month_first: [
    'En dato kan kun læses med måneden først: hele filen er afvist.',
    'A date can only be read with the month first: the whole file is refused.',
  ],
  no_order: [
    'Oversættelsen af JSON læser hverken version eller tidspunkt, så en forsinket besked overskriver en nyere.',
    'The translation of the JSON reads neither version nor timestamp: a delayed message overwrites a newer one.',
  ],
  no_header: ['Første række skal have kolonnernes navne.', 'The first row must name the columns.'],
  no_lead: ['En påmindelse skal sendes før aftalen.', 'A reminder must go before the appointment.'],
  no_phone: ['Der er intet telefonnummer.', 'There is no phone number.'],
  no_place: ['Stedet mangler.', 'The place is missing.'],
  no_start: ['Starttiden mangler.', 'The start is missing.'],
  no_date: ['Det er ikke en dato.', 'It is not a date.'],
  no_such_day: ['Den dag findes ikke.', 'There is no such day.'],
  no_tls: ['Brug https.', 'Use https.'],
  no_word: [
    'En linje siger for lidt til, at man kan kende et svar på den.',
    'A line says too little to tell a reply by.',
  ],
  'not-signed': [
    'Underskriften dækker ikke det hele: send nøglen.',
    'The signature does not cover it: send the token.',
  ],
  not_a_base_url: ['Skriv adressen som https://fhir.eksempel.dk/r4.', 'Write it as https://fhir.example.org/r4.'],
  not_a_duration: ['Det er ikke et tidsrum som P1D eller PT2H.', 'It is not a duration such as P1D or PT2H.'],
  not_a_header: ['Skriv navnet på en header.', 'Write the name of a header.'],
  not_a_header_value: ['Skriv hele headerens værdi: Bearer …', 'Write the whole value of the header: Bearer …'],
  not_a_pointer: ['Skriv en JSON-pointer som /booking/id.', 'Write a JSON pointer such as /booking/id.'],
  not_a_url: ['Skriv adressen som https://booking.eksempel.dk/sms.', 'Write it as https://booking.example.org/sms.'],
  not_json: ['Det er ikke gyldig JSON.', 'This is not valid JSON.'],
  not_mobile: ['Det er ikke et mobilnummer.', 'It is not a mobile number.'],
  not_multiple_of: ['Det skal være et helt tal.', 'It must be a whole number.'],
  not_supported: ['Den slags besked understøttes ikke.', 'This type of message is not supported.'],
  nothing_stored: ['Intet i beskeden kunne gemmes.', 'Nothing of the message could be stored.'],
  occurrence_left_out: ['SCH-3 er ikke et tal.', 'SCH-3 is no number.'],
  old_repeat: [
    'Beskeden er kommet før, og aftalen er ændret siden: den bliver, som den er.',
    'The message came before, and the appointment has changed since: it stays as it is.',
  ],
  other_id: ['Id’et er et andet end adressens.', 'The id is not that of the address.'],
  not_moved: ['Flytningen siger ikke en ny tid.', 'The move says no new time.'],
  own_number: [
    'Kontaktnummeret er borgerens eget og bliver ikke skrevet i SMS’en.',
    'The contact number is the citizen’s own, and is left out of the SMS.',
  ],
  phone_country_not_read: ['Nummerets landekode bliver ikke læst.', 'The country code of the number is not read.'],
  phone_not_read: ['Telefonnummeret kunne ikke læses.', 'The phone number could not be read.'],
  port_not_allowed: [
    'Adressen skal bruge port 443. Driften kan tillade en anden port ved en bestemt adresse.',
    'The address must use port 443. The operations team can allow another port of one address.',
  ],
  private_address: [
    'Adressen er ikke offentlig. Driften kan tillade en intern.',
    'The address is not public. The operations team can allow an internal one.',
  ],
  repeated: ['Noget står her to gange.', 'Something stands here twice.'],
  repeated_key: ['Samme felt står to gange.', 'A field stands there twice.'],
  required: ['Skal udfyldes.', 'This is required.'],
  reserved: ['Navnet har en anden betydning. Vælg et andet.', 'This name has another meaning. Choose another one.'],
  several_appointments: ['Beskeden handler om flere aftaler.', 'The message is about several appointments.'],
  several_events: ['Der er flere hændelser i én besked.', 'There are several events in one message.'],
  several_patients: ['Beskeden handler om flere borgere.', 'The message is about several patients.'],
  status_unclear: [
    'Der står en årsag til aflysning ved en status, der er forude: der sendes ingen SMS, før det er klart.',
    'A reason for a cancellation stands beside a status that is ahead: no SMS is sent until that is clear.',
  ],
  temporary_id: ['Id’et er kun midlertidigt.', 'The id is only a temporary one.'],
  time_does_not_exist: ['Klokkeslættet findes ikke den nat.', 'That time does not exist in that night.'],
  time_only: ['Der mangler en dato.', 'The date is missing.'],
  'too-large': ['Beskeden er for stor (højst 1 MiB).', 'The message is too large (1 MiB at most).'],
  too_big: ['Værdien er for lang eller for stor.', 'The value is too long or too large.'],
  too_deep: ['Beskeden er indlejret for dybt.', 'The message is nested too deeply.'],
  too_far_ahead: ['Tiden ligger for langt ude i fremtiden.', 'The time lies too far ahead.'],
  too_few_cells: ['Rækken slutter for tidligt.', 'The row ends too early.'],
  too_long: ['Det er for langt.', 'It is too long.'],
  too_many_cells: ['Rækken har for mange felter.', 'The row has too many cells.'],
  too_many_keys: ['Beskeden har for mange felter.', 'The message has too many fields.'],
  too_many_objects: ['Beskeden har for mange dele.', 'The message has too many parts.'],
  too_many_words: ['En linje må højst have fem ord.', 'A line may have five words at most.'],
  too_small: ['Værdien er for kort eller for lille.', 'The value is too short or too small.'],
  two_digit_year: ['Årstallet skal have fire cifre.', 'The year must have four digits.'],
  unauthorized: ['Nøglen passer ikke.', 'The token is not the right one.'],
  unknown: ['Indstillingen findes ikke.', 'There is no such setting.'],
  unknown_country: ['Skriv landet med to bogstaver: DK.', 'Write the country in two letters: DK.'],
  unknown_reference: ['Ingen aftale kendes under dette id.', 'No appointment is known under this id.'],
  unknown_status: [
    'Status er ukendt: giv den en betydning under »Regler«, »Ukendte koder«.',
    'The status is unknown: give it a meaning under “Rules”, “Unknown codes”.',
  ],
  unknown_time_zone: ['Skriv tidszonen som Europe/Copenhagen.', 'Write the time zone as Europe/Copenhagen.'],
  unprintable: ['Der er tegn, som ikke kan vises.', 'There are characters that cannot be printed.'],
  unreadable: ['Beskeden kunne ikke læses.', 'The message could not be read.'],
  unrecognized_keys: ['Der er felter, som ikke kendes.', 'There are fields that are not known.'],
  'unsupported-media-type': ['Beskeden har en forkert type.', 'The message has the wrong type.'],
  without_base_url: ['Angiv også FHIR-serverens adresse.', 'Give the address of the FHIR server, too.'],
  zone_not_read: [
    'Ved starttiden står en anden tidszone, som ikke bliver læst.',
    'Another time zone stands beside the start, and is not read.',
  ],
};

/** Codes that are named otherwise in a message than at a setting, which somebody has a field of a form for. */
const OF_MESSAGES: typeof WORDS = {
  required: ['Feltet mangler.', 'The field is missing.'],
  unknown_time_zone: ['Det er ikke navnet på en tidszone.', 'It is not the name of a time zone.'],
};

/** The sentence for a code; undefined for one that has none. */
export function faultWordsOf(code: string, language: PageLanguage): string | undefined {
  return Object.hasOwn(WORDS, code) ? WORDS[code]?.[language === 'da' ? 0 : 1] : undefined;
}

/** The sentences about senders and SMS suppliers, by their codes. */
export function senderWords(language: PageLanguage): Readonly<Record<keyof typeof OF_SENDERS, string>> {
  const nth = language === 'da' ? 0 : 1;
  const { gateway_sender, protected_sender, unknown_gateway } = OF_SENDERS;
  return {
    gateway_sender: gateway_sender[nth],
    protected_sender: protected_sender[nth],
    unknown_gateway: unknown_gateway[nth],
  };
}

/** Sentence for a fault of a message; a code without words is named, so that the supplier can look it up. */
export function codeText(code: string, language: PageLanguage): string {
  const other = language === 'da' ? 'Kan ikke bruges' : 'It could not be used';
  const ofMessages = Object.hasOwn(OF_MESSAGES, code) ? OF_MESSAGES[code]?.[language === 'da' ? 0 : 1] : undefined;
  return ofMessages ?? faultWordsOf(code, language) ?? `${other} (${code.replaceAll(/[_-]/g, ' ')}).`;
}

/** A fault as far as its words go. */
type WordedFault = Pick<Fault, 'code' | 'detail' | 'allowed'>;

/** Codes whose words fit any setting: the English sentence of the check itself says more, unless it names types. */
const VAGUE: ReadonlySet<string> = new Set([
  'custom',
  'invalid',
  'invalid_format',
  'invalid_value',
  'repeated',
  'required',
  'reserved',
  'too_big',
  'too_long',
  'too_small',
  'unknown',
  'unprintable',
]);

/** The fault of a setting, in the words of the pages. */
export function faultText({ code, detail, allowed }: WordedFault, language: PageLanguage): string {
  const isTechnical = /^(?:Too (?:small|big)|Invalid (?:input|option)): /.test(detail);
  const words = faultWordsOf(code, language);
  if (language === 'en' && !isTechnical && (words === undefined || VAGUE.has(code))) return detail;
  return `${words ?? faultWordsOf('custom', language) ?? ''}${allowedText({ allowed }, language)}`;
}

/** The values that a check allows, behind the sentence of the fault; empty where it names none. */
export function allowedText(
  { allowed = [] }: { readonly allowed?: Fault['allowed'] | undefined },
  language: PageLanguage,
): string {
  if (allowed.length === 0) return '';
  return `${language === 'da' ? ' Tilladt: ' : ' Allowed: '}${allowed.join(', ')}.`;
}
