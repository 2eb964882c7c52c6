import { DANISH_UNSENT, PHONE } from './danish-unsent.ts';
import type { ReminderWords } from './words.ts';

/** The words of reminders and messages in Danish. */
export const DANISH_REMINDERS: ReminderWords = {
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
      means: 'SMS’en er sendt, men teleselskabet kunne ikke levere den til telefonen.',
      todo: PHONE,
    },
    rejected: { label: 'Afvist', means: 'SMS-leverandøren afviste SMS’en. Den er ikke sendt.', todo: PHONE },
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
  reasons: {
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
        todo: PHONE,
      },
      barred: {
        label: 'Ikke modtaget: abonnementet er spærret',
        means: 'Abonnementet kan ikke modtage SMS’er lige nu.',
        todo: PHONE,
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
        todo: PHONE,
      },
      network: {
        label: 'Ikke modtaget: fejl i mobilnettet',
        means: 'Mobilnettet kunne ikke levere SMS’en.',
        todo: PHONE,
      },
      expired: {
        label: 'Ikke modtaget: telefonen var slukket',
        means: 'Telefonen var slukket eller uden dækning, til SMS’en ikke længere gav mening.',
        todo: PHONE,
      },
      rejected: {
        label: 'Ikke modtaget: afvist i mobilnettet',
        means: 'Mobilnettet afviste SMS’en uden at sige hvorfor.',
        todo: PHONE,
      },
    },
    rejected: {
      permanent: {
        label: 'Afvist af SMS-leverandøren',
        means: 'SMS-leverandøren afviste SMS’en endeligt. Den er ikke sendt.',
        todo: PHONE,
      },
      opted_out: {
        label: 'Afvist: spærret hos SMS-leverandøren',
        means: 'Borgeren har frameldt SMS’er hos SMS-leverandøren.',
        todo: PHONE,
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
    ...DANISH_UNSENT,
  },
};
