import type { AuthoritySettings } from '../../domain/authority.ts';
import type { AuthorityPart } from './groups.ts';
import { CHECK, choice, lines, textLineOrNone } from './kinds.tsx';
import { framed } from './members.tsx';

const KEYWORDS = lines({
  da: 'Skriv højst 40 tegn på en linje og højst 50 linjer.',
  en: 'Write 40 characters at most a line, and 50 lines at most.',
});

/** Settings that say what happens when a citizen replies, in the order of their page. */
export const REPLY_SETTINGS = {
  contactPhone: {
    group: 'replies',
    installation: 9,
    kind: textLineOrNone({ type: 'tel', more: { maxlength: 20 } }),
    label: { da: 'Telefonnummer til afbud og spørgsmål', en: 'Phone number for cancellations and questions' },
    hint: {
      da: 'Står i teksterne. Skriv det, som borgerne skal læse det: 35\u00a045\u00a035\u00a045.',
      en: 'Appears in the texts. Write it as people should read it: 35\u00a045\u00a035\u00a045.',
    },
    fault: {
      da: 'Skriv nummeret med tal og mellemrum, som 35\u00a045\u00a035\u00a045.',
      en: 'Write the number with digits and spaces, such as 35\u00a045\u00a035\u00a045.',
    },
  },
  onCancel: {
    group: 'replies',
    kind: choice<AuthoritySettings['onCancel']>({
      phone: { da: 'Borgeren bedes ringe', en: 'The citizen is to phone' },
      event: { da: 'Bookingsystemet får besked', en: 'The booking system is told' },
      off: { da: 'En medarbejder læser det', en: 'A person reads it' },
    }),
    label: { da: 'Når en borger melder afbud på SMS', en: 'When a citizen cancels by SMS' },
    hint: {
      da:
        'Bedes borgeren ringe, eller får bookingsystemet besked, holdes påmindelserne tilbage, til svaret er ' +
        'behandlet. Får bookingsystemet besked, får borgeren det at vide; kan systemet ikke tage imod det, bedes ' +
        'borgeren ringe. Læser en medarbejder det, sendes påmindelserne.',
      en:
        'If the citizen is to phone, or the booking system is told, the reminders are held until the reply is ' +
        'settled. If the booking system is told, so is the citizen; where it cannot take it, the citizen is asked ' +
        'to phone. If a person reads it, the reminders are sent.',
    },
  },
  confirmEndsReminders: {
    group: 'replies',
    kind: CHECK,
    label: {
      da: 'Ikke flere påmindelser om en aftale, som borgeren har bekræftet på SMS',
      en: 'No more reminders of an appointment that the citizen has confirmed by SMS',
    },
  },
  keywords: {
    group: 'keywords',
    label: { da: 'Egne ord', en: 'Your own words' },
    hint: {
      da: 'Hele svar, ét på hver linje, ud over de ord, EasySMS allerede kender. Hvert svar højst fem ord.',
      en: 'Whole replies, one a line, beside the words that EasySMS knows already. Five words at most in each.',
    },
    kind: framed<AuthoritySettings['keywords']>({
      cancel: {
        kind: KEYWORDS,
        label: { da: 'Disse betyder, at borgeren melder afbud', en: 'These mean that the citizen cancels' },
      },
      confirm: {
        kind: KEYWORDS,
        label: { da: 'Disse betyder, at borgeren kommer', en: 'These mean that the citizen comes' },
      },
      stop: {
        kind: KEYWORDS,
        label: {
          da: 'Disse betyder, at borgeren ikke vil have flere SMS’er',
          en: 'These mean that the citizen wants no more SMS',
        },
      },
    }),
  },
} as const satisfies Partial<AuthorityPart>;
