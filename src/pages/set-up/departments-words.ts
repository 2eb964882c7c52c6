import type { PageLanguage } from '../kit/language.ts';

/** The words of the page of departments. */
export interface DepartmentsWords {
  readonly lead: string;
  readonly list: string;
  readonly name: string;
  readonly seen: string;
  readonly unseen: string;
  readonly rules: string;
  readonly people: string;
  readonly none: string;
  readonly limited: (people: number) => string;
  readonly empty: string;
}

const DANISH: DepartmentsWords = {
  lead:
    'Afdelingerne kommer med aftalerne fra bookingsystemet. En afdeling tælles for sig i statistikken, når fem ' +
    'borgere har haft en aftale i den, eller når en regel nævner den. Staves en afdeling anderledes i en regel eller ' +
    'hos en person, gælder reglen eller begrænsningen ikke for den.',
  list: 'Afdelinger',
  name: 'Afdeling',
  seen: 'Tælles for sig siden',
  unseen: 'Færre end fem borgere endnu. Er den stavet som i bookingsystemet?',
  rules: 'Egne regler',
  people: 'Personer begrænset til den',
  none: 'Ingen',
  limited: (people) => (people === 1 ? '1 person' : `${people} personer`),
  empty: 'Ingen aftaler har nævnt en afdeling endnu. Bookingsystemet skal sende den med. Bed leverandøren om det.',
};

const ENGLISH: DepartmentsWords = {
  lead:
    'Departments come with the appointments of the booking system. Statistics count one by itself once five citizens ' +
    'had an appointment there, or when a rule names it. Where a rule or the limit of a person spells it differently, ' +
    'it does not apply to the department.',
  list: 'Departments',
  name: 'Department',
  seen: 'Counted by itself since',
  unseen: 'Fewer than five citizens so far. Is it spelt as in the booking system?',
  rules: 'Rules of its own',
  people: 'People limited to it',
  none: 'None',
  limited: (people) => (people === 1 ? '1 person' : `${people} people`),
  empty: 'No appointment has named a department yet. The booking system must send it: ask its supplier.',
};

/** The words of the page of departments. */
export const DEPARTMENTS_WORDS: Readonly<Record<PageLanguage, DepartmentsWords>> = { da: DANISH, en: ENGLISH };
