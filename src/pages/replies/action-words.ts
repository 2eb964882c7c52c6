import type { SettleAction } from '../../domain/replies/settle.ts';
import type { PageLanguage } from '../kit/language.ts';

/** A decision of staff about a reply. */
export interface ActionWords {
  readonly label: string;
  /** The sentence that the page shows afterwards. */
  readonly done: string;
  /** Explanation, for the list above the replies. */
  readonly means: string;
}

/** The decisions of staff about a reply, in the language of the page. */
export const ACTION_WORDS: Readonly<Record<PageLanguage, Readonly<Record<SettleAction, ActionWords>>>> = {
  da: {
    cancel_passed_on: {
      label: 'Afbud er meldt videre',
      done: 'Afbuddet er behandlet, og påmindelserne om aftalen er afsluttet.',
      means: 'Afbuddet er skrevet i bookingsystemet: der sendes ikke flere påmindelser om aftalen.',
    },
    confirmed: {
      label: 'Borgeren kommer',
      done: 'Det er noteret, at borgeren kommer.',
      means: 'Aftalen gælder. Påmindelser, der blev holdt tilbage, sendes.',
    },
    opt_out: {
      label: 'Framelding',
      done: 'Nummeret er frameldt.',
      means: 'Borgeren vil ikke have SMS’er: der sendes ikke flere til nummeret fra denne myndighed.',
    },
    wrong_number: {
      label: 'Forkert nummer',
      done: 'Nummeret er fjernet fra aftalerne.',
      means: 'Nummeret er ikke borgerens: det fjernes fra myndighedens aftaler. Ret det også i bookingsystemet.',
    },
    deceased: {
      label: 'Ret i bookingsystemet',
      done: 'Alle påmindelser til borgeren er afsluttet. Ret det også i bookingsystemet.',
      means:
        'Borgeren er død: alle påmindelser om borgerens aftaler slutter, også om dem, svaret ikke nævner. Ret det i ' +
        'bookingsystemet, så der ikke planlægges nye. Andre borgere med samme nummer får stadig deres.',
    },
    ignore: {
      label: 'Ingen af dem',
      done: 'Svaret er behandlet.',
      means: 'Påmindelserne sendes som planlagt.',
    },
  },
  en: {
    cancel_passed_on: {
      label: 'Cancellation passed on',
      done: 'The cancellation is settled, and the reminders of the appointment have ended.',
      means: 'The cancellation has been entered in the booking system: no more reminders of the appointment are sent.',
    },
    confirmed: {
      label: 'The citizen is coming',
      done: 'It is noted that the citizen is coming.',
      means: 'The appointment stands. Reminders that were held back are sent.',
    },
    opt_out: {
      label: 'Opt-out',
      done: 'The number is opted out.',
      means: 'The citizen wants no SMS: no more are sent to the number by this authority.',
    },
    wrong_number: {
      label: 'Wrong number',
      done: 'The number was removed from the appointments.',
      means:
        'The number is not the citizen’s: it is removed from the authority’s appointments. Correct it in the ' +
        'booking system too.',
    },
    deceased: {
      label: 'Correct it in the booking system',
      done: 'All reminders to the citizen have ended. Correct it in the booking system too.',
      means:
        'The citizen has died: all reminders of the citizen’s appointments end, also of those that the reply does ' +
        'not name. Correct it in the booking system, so that no new ones are planned. Others with the same number ' +
        'still get theirs.',
    },
    ignore: {
      label: 'None of these',
      done: 'The reply is settled.',
      means: 'The reminders are sent as planned.',
    },
  },
};
