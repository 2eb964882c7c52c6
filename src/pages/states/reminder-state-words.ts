import type { ReminderStatus } from '../../domain/reminder.ts';
import type { SendingHeld } from '../../runtime/deps.ts';
import { bilingual } from '../kit/words.ts';

/** A state or reason in the words of people. */
export interface StateWords {
  /** Two to five words, as it stands in a list. */
  readonly label: string;
  /** A sentence that explains it. */
  readonly means: string;
  /** The next step of a person; left out where there is none. */
  readonly todo?: string;
  /** The step names those who take it, who need not be the reader. */
  readonly namesWho?: true;
}

/** Words for each member of a list. */
export type WordsOf<Member extends string> = Readonly<Record<Member, StateWords>>;

/** Advice where the SMS may not have been read in time. */
export const PHONE = bilingual({
  da: 'Ring til borgeren, hvis det er vigtigt, at borgeren kender tiden.',
  en: 'Phone the citizen if the appointment matters.',
});

interface ReminderStateWords {
  readonly statuses: WordsOf<ReminderStatus>;
  /** Why a planned reminder waits. */
  readonly held: WordsOf<
    'paused' | SendingHeld | 'status_unclear' | 'reply_needs_a_person' | 'reply_cancel' | 'gateway_out'
  >;
  /** A message that the gateway proved not to have taken. */
  readonly notSent: StateWords;
  /** A reminder that reached a number which is somebody else's. */
  readonly stranger: StateWords;
  /** A reminder that was not sent since staff reported its number as wrong. */
  readonly reported: StateWords;
  /** A reminder that was dropped because another appointment goes on in place of its own. */
  readonly replaced: StateWords;
}

const DANISH: ReminderStateWords = {
  statuses: {
    planned: { label: 'Planlagt', means: 'Påmindelsen sendes af sig selv, når tiden kommer.' },
    handing_over: { label: 'Sendes nu', means: 'SMS’en er på vej til SMS-leverandøren.' },
    accepted: {
      label: 'Sendt, afventer kvittering',
      means: 'SMS-leverandøren har taget imod SMS’en, og telefonen har ikke kvitteret endnu.',
    },
    delivered: { label: 'Modtaget', means: 'Telefonen har kvitteret for, at SMS’en er modtaget.' },
    undelivered: {
      label: 'Ikke modtaget',
      means: 'Teleselskabet kunne ikke levere SMS’en til telefonen.',
      todo: PHONE.da,
    },
    rejected: { label: 'Afvist', means: 'SMS-leverandøren afviste SMS’en. Den er ikke sendt.', todo: PHONE.da },
    uncertain: {
      label: 'Uvist, om den er sendt',
      means:
        'Forbindelsen til SMS-leverandøren blev afbrudt undervejs. SMS’en sendes ikke igen, så borgeren ikke får to.',
      todo: 'Ring til borgeren, hvis aftalen er nært forestående. En kvittering kan stadig nå at komme.',
    },
    expired: { label: 'Ikke sendt i tide', means: 'Tiden, hvor SMS’en gav mening, er gået.' },
    suppressed: {
      label: 'Ikke sendt',
      means: 'Borgeren er frameldt, nummeret kan ikke bruges, eller noget andet var i vejen for påmindelsen.',
    },
    cancelled: { label: 'Bortfaldet', means: 'Aftalen er aflyst i bookingsystemet, så der sendes ingen påmindelse.' },
    superseded: {
      label: 'Erstattet',
      means: 'Aftalen er flyttet eller er gået til en anden borger. Der er planlagt nye påmindelser.',
    },
  },
  notSent: { label: 'Ikke sendt ved dette forsøg', means: 'SMS-leverandøren tog ikke imod SMS’en denne gang.' },
  stranger: {
    label: 'Modtaget af en anden: forkert nummer',
    means: 'SMS’en nåede frem til et nummer, der tilhører en anden.',
    todo: 'Ring til borgeren, og ret nummeret i bookingsystemet.',
  },
  reported: {
    label: 'Ikke sendt: meldt som forkert nummer',
    means: 'En medarbejder har meldt, at nummeret tilhører en anden. Der sendes ikke flere SMS’er til det om aftalen.',
    todo: 'Ret nummeret i bookingsystemet, så planlægges påmindelsen igen. Er aftalen nær, så ring til borgeren.',
  },
  replaced: {
    label: 'Bortfaldet: aftalen er erstattet',
    means: 'En anden aftale har erstattet denne i bookingsystemet og har sine egne påmindelser.',
  },
  held: {
    paused: {
      label: 'Venter: sat på pause',
      means: 'Udsendelsen er sat på pause for hele myndigheden eller for dette bookingsystem.',
      todo: 'En sagsbehandler eller en administrator kan genoptage udsendelsen.',
      namesWho: true,
    },
    sending_off: {
      label: 'Venter: udsendelsen er slået fra',
      means: 'Udsendelsen er slået fra for hele installationen.',
      todo: 'Spørg driften. Ring til borgere med aftaler i morgen.',
    },
    restored: {
      label: 'Venter: systemet er gendannet fra en sikkerhedskopi',
      means: 'Databasen er gendannet fra en sikkerhedskopi, og ingen har endnu sagt, hvornår kopien blev taget.',
      todo: 'Spørg driften. Ring til borgere med aftaler i morgen.',
    },
    other_public_url: {
      label: 'Venter: databasen hører til en anden installation',
      means: 'Databasen er knyttet til en anden adresse, som måske sender de samme påmindelser.',
      todo: 'Spørg driften. Ring til borgere med aftaler i morgen.',
    },
    status_unclear: {
      label: 'Venter: status er uklar',
      means:
        'Bookingsystemet har sendt en status, som ingen kender, og som kan betyde, at aftalen er aflyst. Der sendes ' +
        'ingen SMS om den, til status er kendt.',
      todo:
        'Vælg, hvad ordet betyder, under »Regler«, »Ukendte koder«. Er det en fejl ' +
        'i bookingsystemet, så ret aftalen der.',
    },
    reply_needs_a_person: {
      label: 'Venter: et svar er ikke behandlet',
      means:
        'Et svar kan betyde, at der ikke ønskes flere SMS’er, eller at nummeret ikke er borgerens. Påmindelserne ' +
        'holdes tilbage, til svaret er behandlet.',
      todo: 'Behandl svaret under »Svar og frameldinger«.',
    },
    reply_cancel: {
      label: 'Venter: borgeren har meldt afbud',
      means:
        'Borgeren har svaret afbud. Påmindelserne holdes tilbage, til aftalen er aflyst, eller svaret er behandlet.',
      todo: 'Aflys aftalen i bookingsystemet, eller behandl svaret under »Svar og frameldinger«.',
    },
    gateway_out: {
      label: 'Venter: SMS-leverandøren er ude af brug',
      means: 'Ingen af myndighedens SMS-leverandører kan bruges lige nu. Der sendes, så snart en af dem er klar igen.',
      todo: 'Varer det ved, så ring til borgere med aftaler i morgen.',
    },
  },
};

const ENGLISH: ReminderStateWords = {
  statuses: {
    planned: { label: 'Planned', means: 'The reminder is sent automatically when it is due.' },
    handing_over: { label: 'Being sent', means: 'The SMS is on its way to the SMS supplier.' },
    accepted: {
      label: 'Sent, waiting for a receipt',
      means: 'The SMS supplier took the SMS, and the phone has not confirmed it yet.',
    },
    delivered: { label: 'Received', means: 'The phone has confirmed that it received the SMS.' },
    undelivered: {
      label: 'Not received',
      means: 'The phone company could not deliver the SMS to the phone.',
      todo: PHONE.en,
    },
    rejected: { label: 'Refused', means: 'The SMS supplier refused the SMS. It was not sent.', todo: PHONE.en },
    uncertain: {
      label: 'Unknown whether it was sent',
      means:
        'The connection to the SMS supplier broke. The SMS is not sent again, so that the citizen does not get two.',
      todo: 'Phone the citizen if the appointment is near. A receipt may still arrive.',
    },
    expired: { label: 'Not sent in time', means: 'The time in which the SMS made sense has passed.' },
    suppressed: {
      label: 'Not sent',
      means: 'The citizen opted out, the number cannot be used, or something else stood in the way of the reminder.',
    },
    cancelled: {
      label: 'Dropped',
      means: 'The appointment was cancelled in the booking system, so no reminder is sent.',
    },
    superseded: {
      label: 'Replaced',
      means: 'The appointment was moved, or passed to another citizen. It has new reminders.',
    },
  },
  notSent: { label: 'Not sent by this try', means: 'The SMS supplier did not take the SMS this time.' },
  stranger: {
    label: 'Received by somebody else: wrong number',
    means: 'The SMS reached a number that is somebody else’s.',
    todo: 'Phone the citizen, and correct the number in the booking system.',
  },
  reported: {
    label: 'Not sent: reported as a wrong number',
    means:
      'Somebody on the staff reported that the number is somebody else’s. No more SMS about the appointment are sent ' +
      'to it.',
    todo:
      'Correct the number in the booking system: the reminder is then planned again. If the appointment is near, ' +
      'phone the citizen.',
  },
  replaced: {
    label: 'Dropped: replaced',
    means: 'Another appointment replaces this one in the booking system, and has reminders of its own.',
  },
  held: {
    paused: {
      label: 'Waiting: paused',
      means: 'Sending is paused for the whole authority or for this booking system.',
      todo: 'An operator or an administrator can resume sending.',
      namesWho: true,
    },
    sending_off: {
      label: 'Waiting: sending is switched off',
      means: 'Sending is switched off for the whole installation.',
      todo: 'Ask your operations team. Phone citizens whose appointments are tomorrow.',
    },
    restored: {
      label: 'Waiting: the system was restored from a backup',
      means: 'The database was restored from a backup, and nobody has said yet when that was made.',
      todo: 'Ask your operations team. Phone citizens whose appointments are tomorrow.',
    },
    other_public_url: {
      label: 'Waiting: the database belongs to another installation',
      means: 'The database is bound to another address, which may be sending the same reminders.',
      todo: 'Ask your operations team. Phone citizens whose appointments are tomorrow.',
    },
    status_unclear: {
      label: 'Waiting: the status is unclear',
      means:
        'The booking system sent a status that nobody knows and that may mean that the appointment is cancelled. No ' +
        'SMS is sent about it until the status is known.',
      todo:
        'Say what the word means under “Rules”, “Unknown codes”. ' +
        'If it is wrong, correct the appointment in the booking system.',
    },
    reply_needs_a_person: {
      label: 'Waiting: a reply is not settled',
      means:
        'A reply may mean that no more SMS are wanted, or that the number is not the citizen’s. Reminders wait until ' +
        'it is settled.',
      todo: 'Settle the reply under “Replies and opt-outs”.',
    },
    reply_cancel: {
      label: 'Waiting: the citizen cancelled',
      means:
        'The citizen replied with a cancellation. Reminders wait until the appointment is cancelled or the reply is ' +
        'settled.',
      todo: 'Cancel the appointment in the booking system, or settle the reply under “Replies and opt-outs”.',
    },
    gateway_out: {
      label: 'Waiting: the SMS supplier is out',
      means: 'None of the authority’s SMS suppliers can be used now. Sending goes on as soon as one is back.',
      todo: 'If it lasts, phone citizens whose appointments are tomorrow.',
    },
  },
};

/** The words of what becomes of reminders, without the reasons of their statuses. */
export const REMINDER_STATE_WORDS = bilingual({ da: DANISH, en: ENGLISH });
