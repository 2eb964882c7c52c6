import type { TemplateName } from '../../domain/reminder.ts';
import { bilingual } from '../kit/words.ts';

/** The names of the texts, and when each is sent. */
export const TEMPLATE_WORDS = bilingual<
  Readonly<Record<TemplateName, { readonly name: string; readonly when: string }>>
>({
  da: {
    reminder: { name: 'Påmindelse', when: 'Sendes før aftalen på de tidspunkter, som reglerne siger.' },
    confirmation: { name: 'Ny aftale', when: 'Sendes, når en aftale er booket, hvis reglerne siger det.' },
    rescheduled: {
      name: 'Flyttet aftale',
      when:
        'Sendes, når en aftale er flyttet til et andet tidspunkt, hvis reglerne siger det, og borgeren har fået en ' +
        'SMS om den.',
    },
    cancellation: {
      name: 'Aflyst aftale',
      when: 'Sendes, når en aftale er aflyst, hvis reglerne siger det, og borgeren har fået en SMS om den.',
    },
    'opt-out-confirmed': { name: 'Svar på STOP', when: 'Sendes straks til en borger, der framelder sig.' },
    'opt-in-confirmed': { name: 'Svar på START', when: 'Sendes straks til en borger, der vil have SMS igen.' },
    'not-opted-out': {
      name: 'Svar: ikke frameldt',
      when: 'Sendes til en borger, der skriver START uden at være frameldt.',
    },
    help: { name: 'Svar på HJÆLP', when: 'Sendes straks til en borger, der beder om hjælp.' },
    'wrong-number-received': {
      name: 'Svar på »forkert nummer«',
      when: 'Sendes til den, der skriver, at nummeret ikke er borgerens.',
    },
    'deceased-received': {
      name: 'Svar på besked om et dødsfald',
      when: 'Sendes til den, der skriver, at borgeren er død.',
    },
    'cancel-received': {
      name: 'Svar på afbud: ring til os',
      when: 'Sendes, når en borger melder afbud på SMS og også skal ringe.',
    },
    'cancel-forwarded': {
      name: 'Svar på afbud: givet videre',
      when: 'Sendes, når et afbud på SMS er givet videre til bookingsystemet.',
    },
    'cancel-with-staff': {
      name: 'Svar på afbud: besked følger',
      when: 'Sendes, når en medarbejder skal skrive et afbud ind. Nummeret udelades, hvor det koster en SMS mere.',
    },
    'reply-received': {
      name: 'Svar på andre SMS’er',
      when: 'Sendes højst én gang om dagen til en borger, der skriver noget, som EasySMS ikke selv har et svar til.',
    },
  },
  en: {
    reminder: { name: 'Reminder', when: 'Sent as the rules say, before the appointment.' },
    confirmation: { name: 'Appointment booked', when: 'Sent when an appointment is booked, if the rules ask for it.' },
    rescheduled: {
      name: 'Appointment moved',
      when:
        'Sent when an appointment moves to another time, if the rules ask for it and the citizen got an SMS about ' +
        'it.',
    },
    cancellation: {
      name: 'Appointment cancelled',
      when: 'Sent when an appointment is cancelled, if the rules ask for it and the citizen got an SMS about it.',
    },
    'opt-out-confirmed': { name: 'Answer to STOP', when: 'Sent at once to a citizen who opts out.' },
    'opt-in-confirmed': { name: 'Answer to START', when: 'Sent at once to a citizen who wants SMS again.' },
    'not-opted-out': {
      name: 'Answer: not opted out',
      when: 'Sent to a citizen who writes START without having opted out.',
    },
    help: { name: 'Answer to HELP', when: 'Sent at once to a citizen who asks for help.' },
    'wrong-number-received': {
      name: 'Answer to “wrong number”',
      when: 'Sent to somebody who writes that the number is not the citizen’s.',
    },
    'deceased-received': {
      name: 'Answer to news of a death',
      when: 'Sent to whoever writes that the citizen has died.',
    },
    'cancel-received': {
      name: 'Answer to a cancellation: please call',
      when: 'Sent when a citizen cancels by SMS and has to phone as well.',
    },
    'cancel-forwarded': {
      name: 'Answer to a cancellation: passed on',
      when: 'Sent when a cancellation by SMS was passed on to the booking system.',
    },
    'cancel-with-staff': {
      name: 'Answer to a cancellation: word follows',
      when: 'Sent when staff are to enter a cancellation. The number is left out where it costs another SMS.',
    },
    'reply-received': {
      name: 'Answer to any other SMS',
      when: 'Sent to a citizen who writes something that EasySMS has no answer to, at most once a day.',
    },
  },
});

/** Sentences about what a text leaves out. */
export const TEXT_WARNINGS = bilingual({
  da: {
    missing: (variable: string) =>
      `Den siger ikke aftalens ${variable === 'date' ? 'dato' : 'klokkeslæt'}: {{${variable}}} mangler.`,
    may_be_empty: 'Den er tom for en aftale uden sted, afdeling og telefonnummer: så sendes der intet.',
    stop: 'Den siger ikke, hvordan man framelder sig, og man kan ikke svare på et afsendernavn.',
    phone:
      'Der er intet nummer at ringe til: borgerne kan ikke melde afbud. Skriv et telefonnummer under »Regler«, og ' +
      'brug {{contactPhone}}.',
  },
  en: {
    missing: (variable) => `It does not say the ${variable} of the appointment: {{${variable}}} is missing.`,
    may_be_empty: 'It is empty for an appointment without a place, a department and a number: nothing is sent then.',
    stop: 'It does not say how to opt out, and nobody can answer a sender that is a name.',
    phone:
      'It has no number to call: citizens cannot cancel. Enter a phone number under “Rules”, and use {{contactPhone}}.',
  },
});
