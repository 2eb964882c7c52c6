import type { AppointmentStatus } from '../domain/appointment.ts';
import { normalized } from '../domain/text/unicode.ts';

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
    'aflyst afbestilt afmeldt cancelled canceled cancel annulleret afbud aflysning avlyst avbestilt kansellert',
  'entered-in-error': 'slettet deleted fejloprettet enteredinerror fejl fejlregistreret',
};

const STATUSES: ReadonlyMap<string, AppointmentStatus> = new Map(
  Object.entries(STATUS_WORDS).flatMap(([status, words]) =>
    words.split(' ').map((word): [string, AppointmentStatus] => [word, status as AppointmentStatus]),
  ),
);

const MOVED: ReadonlySet<string> = new Set([
  ...['flyttet', 'moved', 'ændret', 'changed', 'updated', 'opdateret', 'ombooket', 'rescheduled', 'genbooket'],
]);

/** The letters and digits of a text in lower case: `No-Show` and `no show` are one word. */
export function plainWord(text: string): string {
  return normalized(text, 'NFC')
    .toLowerCase()
    .replace(/^appointment\./, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Status for a word.
 * @param word as `plainWord` returns it
 * @returns undefined for an unknown word
 */
export function statusOfWord(word: string): AppointmentStatus | undefined {
  return STATUSES.get(word);
}

/** True for a word for an appointment whose time has changed. */
export function isMove(word: string): boolean {
  return MOVED.has(word);
}
