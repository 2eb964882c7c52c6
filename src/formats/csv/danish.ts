import type { Fault } from '../../domain/errors.ts';
import { READ_BOTH_WAYS } from './times.ts';

/** Meanings of the fault codes of a file, in Danish. */
const DANISH: Readonly<Record<string, string>> = {
  ambiguous_column: 'To kolonner betyder det samme, og det er uvist, hvilken der gælder: udelad den ene.',
  bad_quotes: 'Anførselstegnene i rækken passer ikke sammen.',
  before_start: 'Sluttidspunktet ligger før starten.',
  cpr: 'Det ligner et CPR-nummer. CPR-numre modtages ikke.',
  day_first:
    'Datoen kan kun læses med dagen først, og bookingsystemet er sat til måneden først (dateOrder), så intet i ' +
    'filen er gemt: ret rækken, eller vælg dagen først i indstillingerne.',
  date_only: 'Der mangler et klokkeslæt, for eksempel 01-12-2026 09:00.',
  duplicate_reference: 'En tidligere række har en anden tid under samme id: id skal være aftalens, ikke patientens.',
  empty: 'Filen er tom.',
  excel_number:
    'Excel har skrevet et langt tal som 4,52E+09, og cifrene er gået tabt: formatér kolonnen som tekst, og hent ' +
    'tallene igen.',
  invalid_instant: 'Det er ikke en dato med klokkeslæt som 01-12-2026 09:00.',
  invalid_number: 'Det er ikke et telefonnummer.',
  month_first:
    'Datoen kan kun læses med måneden først, så intet i filen er gemt: ret rækken, eller vælg måneden først i ' +
    'bookingsystemets indstillinger (dateOrder), hvis alle dets datoer er sådan.',
  no_date: 'Det er ikke en dato som 01-12-2026 eller 2026-12-01.',
  no_header:
    'Første række skal have kolonnernes navne, for eksempel id, dato, tid, mobil, sted og status. Ingen af navnene i ' +
    'filen kendes.',
  no_such_day:
    'Datoen findes ikke: dagen står før måneden, hvis ikke bookingsystemets indstillinger siger andet (dateOrder), ' +
    'og årstallet har fire cifre.',
  required: 'Feltet skal udfyldes.',
  time_does_not_exist: 'Klokkeslættet findes ikke: uret stilles frem den nat.',
  time_only: 'Der mangler en dato, for eksempel 01-12-2026 09:00.',
  too_big: 'Teksten er for lang, eller filen har for mange kolonner.',
  too_far_ahead: 'Tiden ligger for langt ude i fremtiden.',
  too_few_cells: 'Rækken slutter før sin status, og fortsætter måske på næste linje.',
  too_many_cells: 'Rækken har flere felter end første række: en tekst med et skilletegn skal stå i anførselstegn.',
  two_digit_year: 'Årstallet skal have fire cifre, da datoen ellers er tvetydig.',
  cancelled_since: 'Rækken er kommet før, og aftalen blev aflyst bagefter: nu er den booket igen.',
  unknown_reference: 'Ingen aftale kendes under dette id.',
  unknown_status: 'Denne status er ukendt: tilføj den under »Statusser« i bookingsystemets indstillinger (statusMap).',
  unprintable: 'Linjeskift, styretegn og ugyldige tegn modtages ikke.',
};

/** Meanings of the faults of a header, which a row can have, too, by code and pointer. */
const OF_HEADER: Readonly<Record<string, string>> = {
  'required start': 'Kolonnen med aftalens tid mangler: kald den »start«, eller brug to, »dato« og »tid«.',
  'required id': 'Der mangler en kolonne, der viser, hvilken aftale det er: kald den »id«, eller tag »telefon« med.',
  'too_big columns': 'Filen har for mange kolonner.',
};

const BOTH_WAYS = 'Datoen kan læses på begge måder, med dagen eller med måneden først.';

/** The fault of a whole file with its explanation in Danish, which names the column. */
export function headerFaultInDanish(fault: Fault): Fault {
  const { code, pointer } = fault;
  if (fault.detail === READ_BOTH_WAYS) return { ...fault, detail: BOTH_WAYS };
  if (code === 'cpr') return { ...fault, detail: `Kolonnen »${pointer}« er til CPR-numre: send filen uden den.` };
  if (code === 'ambiguous_column') return { ...fault, detail: `${DANISH[code]} Det gælder »${pointer}«.` };
  const detail = new Map(Object.entries(OF_HEADER)).get(`${code} ${pointer}`);
  return detail === undefined ? inDanish(fault) : { ...fault, detail };
}

/** The fault with its explanation in Danish; as it is where there is none. */
export function inDanish<T extends Pick<Fault, 'code' | 'detail'>>(fault: T): T {
  const detail = Object.hasOwn(DANISH, fault.code) ? DANISH[fault.code] : undefined;
  return detail === undefined ? fault : { ...fault, detail };
}
