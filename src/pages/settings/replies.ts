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
      staff: { da: 'En medarbejder skriver det ind', en: 'Staff enter it' },
      event: { da: 'Bookingsystemet får besked', en: 'The booking system is told' },
      phone: { da: 'Borgeren bedes ringe', en: 'The citizen is to phone' },
      off: { da: 'En medarbejder læser det blot', en: 'A person just reads it' },
    }),
    label: { da: 'Når en borger melder afbud på SMS', en: 'When a citizen cancels by SMS' },
    hint: {
      da:
        'Påmindelserne holdes tilbage, til svaret er behandlet; de sendes kun, hvis en medarbejder blot læser det. ' +
        'Skriver en medarbejder afbuddet ind, får borgeren straks at vide, at det er modtaget, og besked på SMS, når ' +
        'aftalen er afmeldt. Sådan er det også, så længe et bookingsystem, der skulle have besked, ikke kan tage ' +
        'imod den. Skal borgeren altid ringe, så vælg det.',
      en:
        'The reminders are held until the reply is settled; they are sent only if a person just reads it. If staff ' +
        'enter the cancellation, the citizen hears at once that it has come, and by SMS when the appointment is ' +
        'cancelled. The same holds as long as a booking system that was to be told cannot take it. If the citizen ' +
        'is always to phone, choose that.',
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
  staffMayWrite: {
    group: 'replies',
    kind: CHECK,
    label: {
      da: 'Medarbejdere må svare borgerne med egne ord, ikke kun med standardsvar',
      en: 'Staff may answer citizens in words of their own, not only by standard answers',
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
