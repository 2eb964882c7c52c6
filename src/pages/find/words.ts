import { bilingual } from '../kit/words.ts';

/** The part of what was found that a page shows: all of it, its first page, or a later page. */
export type FoundPart = 'all' | 'first' | 'later';

function manyDanish(count: number, part: FoundPart): string {
  if (part === 'later') return 'Flere aftaler';
  if (part === 'first') return `De første ${count}\u00a0aftaler`;
  return count === 1 ? '1\u00a0aftale' : `${count}\u00a0aftaler`;
}

function manyEnglish(count: number, part: FoundPart): string {
  if (part === 'later') return 'More appointments';
  if (part === 'first') return `The first ${count}\u00a0appointments`;
  return count === 1 ? '1\u00a0appointment' : `${count}\u00a0appointments`;
}

/** The words of the page that finds appointments. */
export const FIND_WORDS = bilingual({
  da: {
    title: 'Find en aftale',
    lead: 'Se, om en borger har fået sin påmindelse, og hvorfor eller hvorfor ikke.',
    what: 'Telefonnummer eller aftalens nummer',
    whatHint: 'For eksempel 22\u00a030\u00a041\u00a050 eller A-4711. Opslag på telefonnumre bliver registreret.',
    /** For somebody whose role may not search numbers. */
    whatReferences: 'Aftalens nummer',
    whatHintReferences: 'For eksempel A-4711.',
    search: 'Søg',
    ofDay: 'Aftaler på en dag',
    day: 'Dag',
    department: 'Afdeling',
    source: 'Bookingsystem',
    all: 'Alle',
    show: 'Vis dagen',
    faults: {
      empty: 'Skriv et telefonnummer eller aftalens nummer.',
      emptyReference: 'Skriv aftalens nummer.',
      cpr: 'Det ligner et CPR-nummer. EasySMS kender ingen CPR-numre: søg på telefonnummeret eller på dagen.',
      noNumbers: 'Din rolle giver ikke adgang til at søge på telefonnumre. Søg på aftalens nummer eller på dagen.',
      name:
        'Man kan ikke søge på navne. Søg på et telefonnummer eller aftalens nummer, eller find aftalen på dagen ' +
        'nedenfor.',
      nameReference: 'Man kan ikke søge på navne. Søg på aftalens nummer, eller find aftalen på dagen nedenfor.',
    },
    /** @param count the appointments on the page */
    found: (what: 'number' | 'reference' | 'like', count: number, part: FoundPart) => {
      const many = manyDanish(count, part);
      return { number: `${many} med nummeret`, reference: `${many} fundet`, like: `${many} med samme nummer` }[what];
    },
    foundDay: (day: string, count: number, part: FoundPart) => `${day}: ${manyDanish(count, part).toLowerCase()}`,
    none: {
      number:
        'Ingen aftaler har dette nummer. Se i bookingsystemet, om borgeren har et andet nummer, eller find aftalen ' +
        'på dagen nedenfor.',
      reference:
        'Ingen aftale har dette nummer. Se efter stavefejl, eller find aftalen på dagen nedenfor. Er den netop ' +
        'booket, har bookingsystemet måske ikke sendt den endnu.',
      like: 'Aftalen har intet telefonnummer, så der er ingen andre med samme nummer.',
      day: 'Der er ingen aftaler den dag. Vælg en anden dag.',
      /** On a day, of a department or a booking system that was chosen. */
      dayChosen: 'Der er ingen aftaler den dag. Vælg en anden dag, eller vis alle afdelinger og bookingsystemer.',
    },
    more: 'Vis flere',
    /** Appointments that the list leaves out, and that have no next page; null: it is not known how many. */
    cut: (count: number | null) =>
      `${count === null ? 'Flere aftaler' : count === 1 ? '1 aftale mere' : `${count} aftaler mere`} vises ikke: de ` +
      'tidligste. Find dem på dagen nedenfor.',
    limited: (departments: readonly string[]) => `Du ser kun aftaler i ${departments.join(', ')}.`,
    columns: ['Tid', 'SMS', 'Telefon', 'Afdeling', 'Aftalens nummer'],
    noStart: 'Uden tid',
    noReminders: 'Ingen påmindelse',
    /** There is a notice and no reminder. @param state of the notice */
    noticeOnly: (state: string) => `Kun en besked: ${state}`,
    noNumber: 'Intet nummer',
  },
  en: {
    title: 'Find an appointment',
    lead: 'See whether a citizen got the reminder, and why or why not.',
    what: 'Phone number or appointment number',
    whatHint: 'For example 22\u00a030\u00a041\u00a050 or A-4711. Searches for phone numbers are recorded.',
    whatReferences: 'Appointment number',
    whatHintReferences: 'For example A-4711.',
    search: 'Search',
    ofDay: 'Appointments of a day',
    day: 'Day',
    department: 'Department',
    source: 'Booking system',
    all: 'All',
    show: 'Show the day',
    faults: {
      empty: 'Enter a phone number or the number of the appointment.',
      emptyReference: 'Enter the number of the appointment.',
      cpr: 'This looks like a CPR number, which EasySMS does not know: search by the phone number or by the day.',
      noNumbers:
        'Your role may not search for phone numbers. Search for the number of the appointment, or look at the day.',
      name:
        'You cannot search for names. Search for a phone number or an appointment number, or find the appointment by ' +
        'its day below.',
      nameReference:
        'You cannot search for names. Search for an appointment number, or find the appointment by its day below.',
    },
    found: (what, count, part) => {
      const many = manyEnglish(count, part);
      return { number: `${many} with the number`, reference: `${many} found`, like: `${many} with the same number` }[
        what
      ];
    },
    foundDay: (day, count, part) => `${day}: ${manyEnglish(count, part).toLowerCase()}`,
    none: {
      number:
        'No appointment has this number. Check in the booking system whether the citizen has another one, or find ' +
        'the appointment by its day below.',
      reference:
        'No appointment has this number. Look for a typing error, or find it by its day below. If it was booked just ' +
        'now, the booking system may not have sent it yet.',
      like: 'The appointment has no phone number, so no other has the same.',
      day: 'There are no appointments on that day. Choose another day.',
      dayChosen:
        'There are no appointments on that day. Choose another day, or show all departments and booking systems.',
    },
    more: 'Show more',
    cut: (count) =>
      `${count === 1 ? '1 more appointment is' : `${count ?? 'Some'} more appointments are`} ` +
      'not shown: those of the earliest times. Find them by their day below.',
    limited: (departments) => `You see only appointments of ${departments.join(', ')}.`,
    columns: ['Time', 'SMS', 'Phone', 'Department', 'Appointment number'],
    noStart: 'No time',
    noReminders: 'No reminder',
    noticeOnly: (state) => `Only a notice: ${state}`,
    noNumber: 'No number',
  },
});
