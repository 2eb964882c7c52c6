import type { DeliveryCause, RejectedReason, RetryReason } from '../../gateways/gateway.ts';
import { bilingual } from '../kit/words.ts';
import { PHONE, type WordsOf } from './reminder-state-words.ts';

interface ReasonWords {
  /** The words of a reminder that is planned again after a gateway proved that it did not take it. */
  readonly planned: WordsOf<RetryReason>;
  readonly accepted: WordsOf<'no_receipt'>;
  readonly undelivered: WordsOf<DeliveryCause>;
  readonly rejected: WordsOf<RejectedReason>;
  readonly uncertain: WordsOf<'database_restored'>;
}

const DANISH: ReasonWords = {
  planned: {
    temporary: {
      label: 'Prøves igen',
      means: 'SMS-leverandøren tog ikke imod SMS’en første gang. Den prøves igen af sig selv.',
    },
    unreachable: {
      label: 'Prøves igen: ingen forbindelse',
      means: 'SMS-leverandøren kunne ikke nås. Der prøves igen af sig selv.',
    },
    throttled: {
      label: 'Prøves igen: for travlt',
      means: 'SMS-leverandøren bad os sende langsommere. Der prøves igen af sig selv.',
    },
    credit: {
      label: 'Prøves igen: ingen kredit',
      means: 'Kontoen hos SMS-leverandøren er tom. Der prøves igen af sig selv.',
      todo: 'Den, der betaler regningen hos SMS-leverandøren, skal fylde kontoen op.',
      namesWho: true,
    },
    auth: {
      label: 'Prøves igen: adgang nægtet',
      means: 'SMS-leverandøren godtog ikke vores adgangskode. Der prøves igen af sig selv.',
      todo: 'Driften skal rette adgangen til SMS-leverandøren.',
      namesWho: true,
    },
  },
  accepted: {
    no_receipt: {
      label: 'Sendt, ingen kvittering',
      means: 'SMS’en er sendt, men der kom aldrig en kvittering. De fleste af dem er nået frem.',
    },
  },
  undelivered: {
    invalid_number: {
      label: 'Ikke modtaget: nummeret findes ikke',
      means: 'Teleselskabet kender ikke nummeret.',
      todo: 'Find et andet nummer, ring til borgeren, og ret nummeret i bookingsystemet.',
    },
    opted_out: {
      label: 'Ikke modtaget: spærret hos SMS-leverandøren',
      means: 'Borgeren har frameldt SMS’er hos SMS-leverandøren.',
      todo: PHONE.da,
    },
    barred: {
      label: 'Ikke modtaget: abonnementet er spærret',
      means: 'Abonnementet kan ikke modtage SMS’er lige nu.',
      todo: PHONE.da,
    },
    content: {
      label: 'Ikke modtaget: teksten blev afvist',
      means: 'Teleselskabet afviste teksten.',
      todo: 'En administrator skal se på teksten. Ring til borgeren imens.',
      namesWho: true,
    },
    sender: {
      label: 'Ikke modtaget: afsenderen blev afvist',
      means: 'Teleselskabet afviste afsendernavnet.',
      todo: 'En administrator skal se på afsendernavnet. Ring til borgeren imens.',
      namesWho: true,
    },
    handset: {
      label: 'Ikke modtaget: fejl i telefonen',
      means: 'Telefonen kunne ikke tage imod SMS’en, for eksempel fordi den er fuld.',
      todo: PHONE.da,
    },
    network: {
      label: 'Ikke modtaget: fejl hos teleselskabet',
      means: 'Teleselskabet kunne ikke levere SMS’en til telefonen.',
      todo: PHONE.da,
    },
    expired: {
      label: 'Ikke modtaget: telefonen var slukket',
      means: 'Telefonen var slukket eller uden dækning, til SMS’en ikke længere gav mening.',
      todo: PHONE.da,
    },
    rejected: {
      label: 'Ikke modtaget: afvist af teleselskabet',
      means: 'Teleselskabet afviste SMS’en uden at sige hvorfor.',
      todo: PHONE.da,
    },
  },
  rejected: {
    permanent: {
      label: 'Afvist af SMS-leverandøren',
      means: 'SMS-leverandøren afviste SMS’en endeligt. Den er ikke sendt.',
      todo: PHONE.da,
    },
    opted_out: {
      label: 'Afvist: spærret hos SMS-leverandøren',
      means: 'Borgeren har frameldt SMS’er hos SMS-leverandøren.',
      todo: PHONE.da,
    },
    invalid_number: {
      label: 'Afvist: forkert nummer',
      means: 'SMS-leverandøren siger, at nummeret ikke findes.',
      todo: 'Find et andet nummer, ring til borgeren, og ret nummeret i bookingsystemet.',
    },
    sender: {
      label: 'Afvist: afsenderen',
      means: 'SMS-leverandøren godtager ikke afsendernavnet.',
      todo: 'En administrator skal rette afsendernavnet. Ring til borgeren imens.',
      namesWho: true,
    },
    content: {
      label: 'Afvist: teksten',
      means: 'SMS-leverandøren godtager ikke teksten.',
      todo: 'En administrator skal rette teksten. Ring til borgeren imens.',
      namesWho: true,
    },
  },
  uncertain: {
    database_restored: {
      label: 'Uvist efter gendannelse',
      means: 'Systemet er gendannet fra en sikkerhedskopi, og påmindelsen kan være sendt i den tid, der mangler.',
      todo: 'Ring til borgeren, hvis aftalen er nært forestående.',
    },
  },
};

const ENGLISH: ReasonWords = {
  planned: {
    temporary: {
      label: 'Tried again soon',
      means: 'The SMS supplier did not take the SMS the first time. It is tried again automatically.',
    },
    unreachable: {
      label: 'Tried again: no connection',
      means: 'The SMS supplier was out of reach. It is tried again automatically.',
    },
    throttled: {
      label: 'Tried again: too busy',
      means: 'The SMS supplier asked us to send more slowly. It is tried again automatically.',
    },
    credit: {
      label: 'Tried again: no credit',
      means: 'The account at the SMS supplier is empty. It is tried again automatically.',
      todo: 'Whoever pays the SMS supplier must top up the account.',
      namesWho: true,
    },
    auth: {
      label: 'Tried again: access denied',
      means: 'The SMS supplier did not accept our credentials. It is tried again automatically.',
      todo: 'The operations team must correct the access to the SMS supplier.',
      namesWho: true,
    },
  },
  accepted: {
    no_receipt: {
      label: 'Sent, no receipt',
      means: 'The SMS was sent, but a receipt never came. Most of these have arrived.',
    },
  },
  undelivered: {
    invalid_number: {
      label: 'Not received: no such number',
      means: 'The phone company does not know the number.',
      todo: 'Find another number, phone the citizen, and correct the number in the booking system.',
    },
    opted_out: {
      label: 'Not received: blocked at the supplier',
      means: 'The citizen has opted out of SMS at the SMS supplier.',
      todo: PHONE.en,
    },
    barred: {
      label: 'Not received: subscription barred',
      means: 'The subscription cannot receive SMS at present.',
      todo: PHONE.en,
    },
    content: {
      label: 'Not received: text refused',
      means: 'The phone company refused the text.',
      todo: 'An administrator must look at the text. Phone the citizen meanwhile.',
      namesWho: true,
    },
    sender: {
      label: 'Not received: sender refused',
      means: 'The phone company refused the sender name.',
      todo: 'An administrator must look at the sender name. Phone the citizen meanwhile.',
      namesWho: true,
    },
    handset: {
      label: 'Not received: fault of the phone',
      means: 'The phone could not take the SMS, for example because it is full.',
      todo: PHONE.en,
    },
    network: {
      label: 'Not received: fault of the phone company',
      means: 'The phone company could not deliver the SMS to the phone.',
      todo: PHONE.en,
    },
    expired: {
      label: 'Not received: phone switched off',
      means: 'The phone was switched off or out of reach until the SMS made no more sense.',
      todo: PHONE.en,
    },
    rejected: {
      label: 'Not received: refused by the phone company',
      means: 'The phone company refused the SMS without saying why.',
      todo: PHONE.en,
    },
  },
  rejected: {
    permanent: {
      label: 'Refused by the supplier',
      means: 'The SMS supplier refused the SMS for good. It was not sent.',
      todo: PHONE.en,
    },
    opted_out: {
      label: 'Refused: blocked at the supplier',
      means: 'The citizen has opted out of SMS at the SMS supplier.',
      todo: PHONE.en,
    },
    invalid_number: {
      label: 'Refused: wrong number',
      means: 'The SMS supplier says that there is no such number.',
      todo: 'Find another number, phone the citizen, and correct the number in the booking system.',
    },
    sender: {
      label: 'Refused: the sender',
      means: 'The SMS supplier does not accept the sender name.',
      todo: 'An administrator must correct the sender name. Phone the citizen meanwhile.',
      namesWho: true,
    },
    content: {
      label: 'Refused: the text',
      means: 'The SMS supplier does not accept the text.',
      todo: 'An administrator must correct the text. Phone the citizen meanwhile.',
      namesWho: true,
    },
  },
  uncertain: {
    database_restored: {
      label: 'Unknown after a restore',
      means: 'The system was restored from a backup, and the reminder may have been sent in the time that is lost.',
      todo: 'Phone the citizen if the appointment is near.',
    },
  },
};

/** The words of the reasons of reminders that were tried. */
export const REASON_WORDS = bilingual({ da: DANISH, en: ENGLISH });
