import { type AppointmentStatus, isUpcoming, STATUSES, type UnmappedValue } from '../domain/appointment.ts';
import type { Source } from '../domain/authority.ts';
import { cleanPrinted } from '../domain/sms/sms-text.ts';
import { normalized } from '../domain/text/unicode.ts';
import { comparedCode } from '../domain/unclear-status.ts';
import { MAX_CODE } from './format.ts';
import { toUnmapped } from './source-maps.ts';

/** Danish, English and Norwegian words for a status, as `plainWord` returns them. */
const STATUS_WORDS: Readonly<Record<AppointmentStatus, string>> = {
  booked:
    'booket booked bestilt aftalt planlagt bekræftet confirmed scheduled ny new oprettet created aktiv active ' +
    'flyttet moved ændret changed updated opdateret ombooket rescheduled genbooket',
  pending: 'afventer afventende pending forespurgt',
  proposed: 'foreslået proposed tilbudt',
  waitlist: 'venteliste påventeliste waitlist waiting',
  arrived: 'ankommet arrived mødt fremmødt møtt oppmøtt',
  'checked-in': 'checkedin checketind tjekketind startet started igang påbegyndt',
  fulfilled: 'gennemført afsluttet fulfilled complete completed færdig done afholdt udført checkedout fullført',
  noshow: 'udeblevet udebleven noshow ikkemødt mødteikke udeblivelse didnotattend dna ikkemøtt',
  cancelled:
    'aflyst afbestilt afmeldt cancelled canceled cancel annulleret annullert afbud aflysning avlysning ' +
    'cancellation avlyst avbestilt kansellert',
  'entered-in-error': 'slettet deleted fejloprettet enteredinerror fejl fejlregistreret',
};

const STATUS_OF_WORD: ReadonlyMap<string, AppointmentStatus> = new Map(
  Object.entries(STATUS_WORDS).flatMap(([status, words]) =>
    words.split(' ').map((word): [string, AppointmentStatus] => [word, status as AppointmentStatus]),
  ),
);

const MOVED: ReadonlySet<string> = new Set(
  'flyttet moved ændret changed updated opdateret ombooket rescheduled genbooket'.split(' '),
);

/** The letters and digits of a text in lower case: `No-Show` and `no show` are one word. */
export function plainWord(text: string): string {
  return normalized(text, 'NFC')
    .toLowerCase()
    .replace(/^appointment\./, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** True for a word for an appointment whose time has changed. @param word as `plainWord` returns it */
export function isMove(word: string): boolean {
  return MOVED.has(word);
}

/** The parts of an appointment that a text names. */
interface StatusInWords {
  readonly status: AppointmentStatus;
  /** True where it says that the time has changed. */
  readonly moved: boolean;
}

/**
 * Words beside a status that change nothing of it: who did it, and to what. Any other word may turn it into something
 * else, such as a "not".
 */
const BESIDE_A_STATUS: ReadonlySet<string> = new Set(
  (
    'by from the af fra av patient patients patienten pasient pasienten pt citizen borger borgeren innbygger client ' +
    'clinic klinik klinikken klinikk hospital hospitalet sygehus sygehuset sykehus sykehuset provider doctor ' +
    'physician læge lægen lege legen behandler behandleren staff personale department afdeling afdelingen avdeling ' +
    'avdelingen practice praksis office appointment aftale aftalen avtale avtalen time timen tid tiden visit besøg'
  ).split(' '),
);
const LONGEST_TEXT = 100;
/** "Did not attend" are three words, "patient did not attend - hospital" five. */
const MOST_WORDS = 8;
const MOST_OF_ONE = 3;

/**
 * Reads a status in words: one word as `plainWord` has it, or a phrase such as "cancelled by patient". A phrase that
 * says anything beside the status and who is behind it says nothing that is sure.
 * @returns undefined for an unknown word, and for a phrase that might mean something else
 */
export function readStatusWords(text: string): StatusInWords | undefined {
  const word = plainWord(text);
  const status = STATUS_OF_WORD.get(word);
  if (status) return { status, moved: isMove(word) };
  return text.length > LONGEST_TEXT ? undefined : readPhrase(text);
}

function readPhrase(text: string): StatusInWords | undefined {
  const words =
    normalized(text, 'NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length > MOST_WORDS) return undefined;
  const said = new Map<AppointmentStatus, string>();
  for (let at = 0; at < words.length; ) {
    const length = [MOST_OF_ONE, 2, 1].find((count) => saysInPhrase(words.slice(at, at + count).join('')));
    if (length === undefined && !BESIDE_A_STATUS.has(words[at] as string)) return undefined;
    const word = length === undefined ? undefined : words.slice(at, at + length).join('');
    if (word !== undefined) said.set(STATUS_OF_WORD.get(word) as AppointmentStatus, word);
    at += length ?? 1;
  }
  const [only, ...others] = said;
  return only && others.length === 0 ? { status: only[0], moved: isMove(only[1]) } : undefined;
}

/** A word that books is left out, but for a move: "new patient" is no status. */
function saysInPhrase(word: string): boolean {
  const status = STATUS_OF_WORD.get(word);
  return status !== undefined && (isMove(word) || !isUpcoming(status));
}

const MAPPED: ReadonlySet<string> = new Set([...STATUSES, 'ignore']);

/** Status that the source's `statusMap` gives to a code, as it came or as staff see it; undefined: none. */
export function mappedStatus(
  code: string,
  { statusMap }: Pick<Source, 'statusMap'>,
): AppointmentStatus | 'ignore' | undefined {
  const keys = Object.entries(statusMap);
  if (keys.length === 0) return undefined;
  const as = (written: string) => {
    const compared = comparedCode(written);
    return keys.find(([key]) => comparedCode(key) === compared);
  };
  const local = keys.find(([key]) => key === code) ?? as(code) ?? as(listedStatus(code) || code);
  return local && MAPPED.has(local[1]) ? (local[1] as AppointmentStatus | 'ignore') : undefined;
}

/** A code as staff see it and as they map it: the beginning of a long one, without numbers. */
export function listedStatus(code: string): string {
  return cleanPrinted(code.slice(0, MAX_CODE)) ?? '';
}

/** A code of a status that the settings don't know. Staff read it, so it must not contain patient data. */
export function toUnmappedStatus(code: string): UnmappedValue[] {
  const value = listedStatus(code);
  return value === '' ? [] : toUnmapped('status', value);
}
