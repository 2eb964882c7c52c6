import type { Meaning } from '../../domain/replies/read-reply.ts';
import type { SettleAction } from '../../domain/replies/settle.ts';
import type { PageLanguage } from '../kit/language.ts';
import { ACTION_WORDS, type ActionWords } from './action-words.ts';

/** The parts of the list of replies. */
export const SHOWN = ['open', 'settled', 'automatic', 'all'] as const;
/** A member of `SHOWN`; `automatic`: replies that needed nobody. */
export type RepliesFilter = (typeof SHOWN)[number];

/** The words of the page of replies. */
export interface RepliesWords {
  readonly title: string;
  /** Name of the list, by which replies are shown. */
  readonly leads: Readonly<Record<RepliesFilter, string>>;
  readonly explained: string;
  readonly meanings: Readonly<Record<Meaning, string>>;
  readonly actions: Readonly<Record<SettleAction, ActionWords>>;
  readonly already: string;
  readonly undone: string;
  readonly late: string;
  /** Before the name of the authority. */
  readonly none: Readonly<Record<RepliesFilter, string>>;
  /** None among those that were looked at, and none behind the part before. */
  readonly noneYet: string;
  readonly noMore: string;
  readonly next: string;
  readonly goOn: string;
  readonly first: string;
  readonly nameSender: (sender: string) => string;
  readonly which: string;
  readonly shown: Readonly<Record<RepliesFilter, string>>;
  readonly meaning: string;
  readonly all: string;
  readonly numberErased: string;
  readonly textErased: string;
  readonly holds: string;
  readonly taken: string;
  readonly candidate: (nth: number) => string;
  readonly appointment: string;
  readonly answers: string;
  readonly smsErased: string;
  readonly about: string;
  readonly unknown: string;
  /** Beside a choice that was not made. */
  readonly choose: string;
  readonly bySystem: string;
  readonly handled: string;
  readonly neededNobody: string;
  readonly undo: string;
  readonly noTime: string;
  readonly readOnly: string;
}

const DANISH: RepliesWords = {
  title: 'Svar fra borgere',
  leads: {
    open:
      'Afbud og andre svar, som en medarbejder skal læse. Dødsfald og svar, der holder påmindelser tilbage, står ' +
      'først. En beslutning kan fortrydes i ti minutter.',
    settled: 'Svar, der er taget stilling til, de nyeste først.',
    automatic: 'Svar, som ingen behøvede at læse, for eksempel bekræftelser og STOP, de nyeste først.',
    all: 'Alle svar, de nyeste først.',
  },
  explained: 'Hvad betyder beslutningerne?',
  meanings: {
    cancel: 'Melder afbud',
    deceased: 'Fortæller om et dødsfald',
    wrong_number: 'Skriver, at nummeret er forkert',
    maybe_stop: 'Kan være en framelding',
    confirm: 'Bekræfter',
    other: 'Andet',
    stop: 'Framelding',
    start: 'Tilmelding',
    help: 'Beder om hjælp',
  },
  actions: ACTION_WORDS.da,
  already: 'En anden har behandlet svaret i mellemtiden.',
  undone:
    'Beslutningen er fortrudt, og svaret venter igen på behandling. ' +
    'En framelding gælder stadig, hvis borgeren selv har skrevet STOP.',
  late: 'Beslutningen kan ikke fortrydes længere.',
  none: {
    open: 'Ingen svar venter på behandling hos',
    settled: 'Her er ingen svar, der er behandlet af en medarbejder hos',
    automatic: 'Her er ingen svar, der er klaret automatisk hos',
    all: 'Her er ingen svar fra borgere til',
  },
  noneYet: 'Der er ingen blandt de svar, der er gennemgået indtil nu.',
  noMore: 'Der er ikke flere svar.',
  next: 'Flere svar',
  goOn: 'Led videre blandt ældre svar',
  first: 'Tilbage til de første svar',
  nameSender: (sender) =>
    `Afsenderen »${sender}« er et navn, og det kan man ikke svare på: borgerne kan hverken framelde sig eller melde ` +
    'afbud ved at svare.',
  which: 'Svar',
  shown: { open: 'Ubehandlede', settled: 'Behandlede', automatic: 'Klaret automatisk', all: 'Alle svar' },
  meaning: 'Betydning',
  all: 'Alle',
  numberErased: 'Nummeret er slettet',
  textErased: 'Teksten er slettet.',
  holds: 'Holder påmindelser tilbage',
  taken: 'Bookingsystemet har svaret',
  candidate: (nth) => `Mulig aftale ${nth}`,
  appointment: 'Aftale',
  answers: 'Svar på',
  smsErased: 'en SMS, der er slettet',
  about: 'Svaret gælder',
  unknown: 'Det vides ikke',
  choose: 'Vælg den aftale, svaret gælder. Svaret er ikke behandlet endnu.',
  bySystem: 'Bookingsystemet har aflyst eller flyttet aftalen',
  handled: 'Behandlet',
  neededNobody: 'Klaret automatisk: ingen skulle læse svaret.',
  undo: 'Fortryd',
  noTime: 'uden tid',
  readOnly: 'Du kan læse svarene; telefonnumrene er delvist skjult. En sagsbehandler kan behandle svarene.',
};

const ENGLISH: RepliesWords = {
  title: 'Replies from citizens',
  leads: {
    open:
      'Cancellations, and replies that a person must read. Deaths, and what holds reminders back, come first. A ' +
      'decision can be undone for ten minutes.',
    settled: 'Replies that were settled, the newest first.',
    automatic: 'Replies that nobody had to read, such as confirmations and STOP, the newest first.',
    all: 'All replies, the newest first.',
  },
  explained: 'What do the decisions mean?',
  meanings: {
    cancel: 'Cancels',
    deceased: 'Tells of a death',
    wrong_number: 'Says that the number is wrong',
    maybe_stop: 'May be an opt-out',
    confirm: 'Confirms',
    other: 'Something else',
    stop: 'Opts out',
    start: 'Opts in',
    help: 'Asks for help',
  },
  actions: ACTION_WORDS.en,
  already: 'Somebody else has settled the reply in the meantime.',
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
  noneYet: 'There are none among the replies looked at so far.',
  noMore: 'There are no more replies.',
  next: 'More replies',
  goOn: 'Go on looking among older replies',
  first: 'Back to the first replies',
  nameSender: (sender) =>
    `The sender “${sender}” is a name, which nobody can reply to: citizens can neither opt out nor cancel by ` +
    'a reply.',
  which: 'Replies',
  shown: { open: 'Open', settled: 'Settled', automatic: 'Handled automatically', all: 'All replies' },
  meaning: 'Meaning',
  all: 'All',
  numberErased: 'The number was erased',
  textErased: 'The text was erased.',
  holds: 'Holds reminders back',
  taken: 'The booking system has the reply',
  candidate: (nth) => `Possible appointment ${nth}`,
  appointment: 'Appointment',
  answers: 'In reply to',
  smsErased: 'an SMS that was erased',
  about: 'The reply is about',
  unknown: 'It is not known',
  choose: 'Choose the appointment that the reply is about. The reply is not settled yet.',
  bySystem: 'The booking system has cancelled or moved the appointment',
  handled: 'Settled',
  neededNobody: 'Handled automatically: nobody had to read it.',
  undo: 'Undo',
  noTime: 'no time',
  readOnly: 'You can read the replies, with phone numbers partly hidden. An operator can settle them.',
};

/** The words of the page of replies. */
export const REPLIES_WORDS: Readonly<Record<PageLanguage, RepliesWords>> = { da: DANISH, en: ENGLISH };
