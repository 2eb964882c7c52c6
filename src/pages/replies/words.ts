import { bilingual } from '../kit/words.ts';

/** The parts of the list of replies. */
export const SHOWN = ['open', 'settled', 'automatic', 'all'] as const;
/** A member of `SHOWN`; `automatic`: replies that needed nobody. */
export type RepliesFilter = (typeof SHOWN)[number];

/** The words of the page of replies. */
export const REPLIES_WORDS = bilingual({
  da: {
    title: 'Svar fra borgere',
    /** Leads of the parts of the list but the open replies, whose headings say it. */
    leads: {
      settled: 'Svar, der er taget stilling til, de nyeste først.',
      automatic: 'Svar, som ingen behøvede at læse, for eksempel bekræftelser og STOP, de nyeste først.',
      all: 'Alle svar, de nyeste først.',
    },
    explained: 'Hvad betyder beslutningerne?',
    undoable: 'En beslutning kan fortrydes i ti minutter.',
    /** Headings of open replies. */
    groups: { decide: 'Afbud og frameldinger, I skal tage stilling til', questions: 'Spørgsmål og andet' },
    /** A decision that came second, where it is not known whose stands. */
    already: 'En anden har behandlet svaret i mellemtiden.',
    chosenByYou: (what: string) => `Du har allerede valgt »${what}«.`,
    chosenBy: (who: string, what: string) => `${who} har valgt »${what}«.`,
    /** After a number was taken from the appointments. */
    removed: (by: string, at: string) =>
      `Nummeret er fjernet fra myndighedens aftaler af ${by}, ${at}. Påmindelserne om dem sendes ikke. Ret nummeret ` +
      'i bookingsystemet, så planlægges de igen.',
    undone:
      'Beslutningen er fortrudt, og svaret venter igen på behandling. ' +
      'En framelding gælder stadig, hvis borgeren selv har skrevet STOP.',
    late: 'Beslutningen kan ikke fortrydes længere.',
    /** Before the name of the authority. */
    none: {
      open: 'Ingen svar venter på behandling hos',
      settled: 'Her er ingen svar, der er behandlet af en medarbejder hos',
      automatic: 'Her er ingen svar, der er klaret automatisk hos',
      all: 'Her er ingen svar fra borgere til',
    },
    /** The sentence that says when a reply comes there. */
    comes: {
      open: 'Når en borger skriver noget, som en medarbejder skal læse, står det her.',
      settled: 'Når en medarbejder har taget stilling til et svar, står det her.',
      automatic: 'Når en borger bekræfter eller svarer STOP, står det her.',
      all: 'Når en borger svarer på en SMS, står svaret her.',
    },
    anyMeaning: 'Vis svar med alle betydninger',
    /** None among those that were looked at, and none behind the part before. */
    noneYet: 'Der er ingen blandt de svar, der er gennemgået indtil nu.',
    noMore: 'Der er ikke flere svar.',
    next: 'Flere svar',
    goOn: 'Led videre blandt ældre svar',
    first: 'Tilbage til de første svar',
    which: 'Svar',
    shown: { open: 'Ubehandlede', settled: 'Behandlede', automatic: 'Klaret automatisk', all: 'Alle svar' },
    meaning: 'Betydning',
    all: 'Alle',
    numberErased: 'Nummeret er slettet',
    /** Before what waits, for those who hear the page. */
    holds: 'Holder påmindelser tilbage',
    taken: 'Bookingsystemet har svaret',
    answers: 'Svar på',
    answer: 'Svar borgeren',
    others: 'Andet',
    smsErased: 'en SMS, der er slettet',
    about: 'Svaret gælder',
    unknown: 'Det vides ikke',
    /** Beside a choice that was not made. */
    choose: 'Vælg den aftale, svaret gælder. Svaret er ikke behandlet endnu.',
    bySystem: 'Bookingsystemet har aflyst eller flyttet aftalen',
    neededNobody: 'Klaret automatisk: ingen skulle læse svaret.',
    undo: 'Fortryd',
    noTime: 'uden tid',
    readOnly: 'Du kan læse svarene; telefonnumrene er delvist skjult. En sagsbehandler kan behandle svarene.',
    /** The keys of the list, each with what it does. */
    keys: {
      title: 'Taster',
      each: [
        ['j', 'næste svar'],
        ['k', 'forrige svar'],
        ['1', 'den første beslutning om svaret'],
        ['2', 'den anden beslutning om svaret'],
        ['u', 'fortryd'],
        ['?', 'vis eller skjul tasterne'],
      ] as readonly (readonly [key: string, does: string])[],
    },
    /** The line about the reminders of an open reply. */
    now: {
      /** @param when the first is due */
      waiting: (count: number, when: string) =>
        count === 1 ? `Påmindelsen ${when} venter på jer.` : `${count} påmindelser venter på jer, den første ${when}.`,
      sent: 'Påmindelsen er sendt; intet holdes tilbage.',
      sentAndNext: (when: string) => `Påmindelsen er sendt; den næste sendes ${when}.`,
      next: (when: string) => `Påmindelsen sendes ${when}; intet holdes tilbage.`,
      nothing: 'Der er ikke planlagt nogen påmindelse; intet holdes tilbage.',
      several: (appointments: number) => `Svaret kan gælde ${appointments} aftaler.`,
      nothingHeld: 'Intet holdes tilbage.',
    },
    held: {
      each: (reminders: number) => (reminders === 1 ? '(1\u00a0påmindelse)' : `(${reminders}\u00a0påmindelser)`),
      others: (appointments: number) => (appointments === 1 ? 'og 1 aftale mere' : `og ${appointments} aftaler mere`),
    },
  },
  en: {
    title: 'Replies from citizens',
    leads: {
      settled: 'Replies that were settled, the newest first.',
      automatic: 'Replies that nobody had to read, such as confirmations and STOP, the newest first.',
      all: 'All replies, the newest first.',
    },
    explained: 'What do the decisions mean?',
    undoable: 'A decision can be undone for ten minutes.',
    groups: { decide: 'Cancellations and opt-outs for you to decide', questions: 'Questions and others' },
    already: 'Somebody else has settled the reply in the meantime.',
    chosenByYou: (what) => `You have already chosen “${what}”.`,
    chosenBy: (who, what) => `${who} has chosen “${what}”.`,
    removed: (by, at) =>
      `The number was removed from the authority’s appointments by ${by}, ${at}. Their reminders are not sent. ` +
      'Correct the number in the booking system: they are then planned again.',
    undone:
      'The decision was undone, and the reply is open again. ' +
      'An opt-out still holds where the citizen has written STOP.',
    late: 'The decision cannot be undone any more.',
    none: {
      open: 'No reply is open at',
      settled: 'No reply here has been settled at',
      automatic: 'No reply here was handled automatically at',
      all: 'There are no replies here from citizens to',
    },
    comes: {
      open: 'When a citizen writes something that a person must read, it stands here.',
      settled: 'When somebody has settled a reply, it stands here.',
      automatic: 'When a citizen confirms or replies STOP, it stands here.',
      all: 'When a citizen replies to an SMS, the reply stands here.',
    },
    anyMeaning: 'Show replies of every meaning',
    noneYet: 'There are none among the replies looked at so far.',
    noMore: 'There are no more replies.',
    next: 'More replies',
    goOn: 'Go on looking among older replies',
    first: 'Back to the first replies',
    which: 'Replies',
    shown: { open: 'Open', settled: 'Settled', automatic: 'Handled automatically', all: 'All replies' },
    meaning: 'Meaning',
    all: 'All',
    numberErased: 'The number was erased',
    holds: 'Holds reminders back',
    taken: 'The booking system has the reply',
    answers: 'In reply to',
    answer: 'Write to the citizen',
    others: 'Others',
    smsErased: 'an SMS that was erased',
    about: 'The reply is about',
    unknown: 'It is not known',
    choose: 'Choose the appointment that the reply is about. The reply is not settled yet.',
    bySystem: 'The booking system has cancelled or moved the appointment',
    neededNobody: 'Handled automatically: nobody had to read it.',
    undo: 'Undo',
    noTime: 'no time',
    readOnly: 'You can read the replies, with phone numbers partly hidden. An operator can settle them.',
    keys: {
      title: 'Keys',
      each: [
        ['j', 'the next reply'],
        ['k', 'the previous reply'],
        ['1', 'the first decision about the reply'],
        ['2', 'the second decision about the reply'],
        ['u', 'undo'],
        ['?', 'show or hide the keys'],
      ],
    },
    now: {
      waiting: (count, when) =>
        count === 1
          ? `The reminder of ${when} waits for you.`
          : `${count} reminders wait for you, the first of ${when}.`,
      sent: 'The reminder has been sent; nothing is held back.',
      sentAndNext: (when) => `The reminder has been sent; the next one goes on ${when}.`,
      next: (when) => `The reminder goes on ${when}; nothing is held back.`,
      nothing: 'No reminder is planned; nothing is held back.',
      several: (appointments) => `The reply may be about ${appointments} appointments.`,
      nothingHeld: 'Nothing is held back.',
    },
    held: {
      each: (reminders) => (reminders === 1 ? '(1\u00a0reminder)' : `(${reminders}\u00a0reminders)`),
      others: (appointments) =>
        appointments === 1 ? 'and 1 more appointment' : `and ${appointments} more appointments`,
    },
  },
});
