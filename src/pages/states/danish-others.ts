import type { OtherWords } from './words.ts';

/** The words of appointments, events, deliveries and gateways in Danish. */
export const DANISH_OTHERS: OtherWords = {
  appointments: {
    booked: { label: 'Booket', means: 'Aftalen er booket i bookingsystemet.' },
    pending: { label: 'Ikke endelig', means: 'Aftalen er ikke endeligt booket. Der sendes først, når den er.' },
    proposed: { label: 'Foreslået', means: 'Tiden er kun et forslag. Der sendes først, når den er booket.' },
    waitlist: { label: 'På venteliste', means: 'Borgeren står på venteliste. Der sendes først, når der er en tid.' },
    arrived: { label: 'Borgeren er kommet', means: 'Borgeren er mødt op. Der sendes ikke mere.' },
    'checked-in': { label: 'Borgeren er kommet', means: 'Borgeren er registreret som ankommet. Der sendes ikke mere.' },
    fulfilled: { label: 'Gennemført', means: 'Aftalen er gennemført. Der sendes ikke mere.' },
    noshow: { label: 'Udeblevet', means: 'Borgeren er registreret som udeblevet. Der sendes ikke mere.' },
    cancelled: { label: 'Aflyst', means: 'Aftalen er aflyst. Der sendes ikke flere påmindelser.' },
    'entered-in-error': {
      label: 'Oprettet ved en fejl',
      means: 'Aftalen er slettet i bookingsystemet. Der sendes ikke flere påmindelser.',
    },
  },
  replaced: {
    label: 'Erstattet',
    means: 'En anden aftale har erstattet denne i bookingsystemet. Påmindelserne sendes om den.',
  },
  events: {
    'reminder.handed_over': { label: 'SMS sendt', means: 'Bookingsystemet får at vide, at en påmindelse er sendt.' },
    'reminder.delivered': { label: 'SMS modtaget', means: 'Bookingsystemet får at vide, at påmindelsen er modtaget.' },
    'reminder.failed': {
      label: 'Borgeren fik ikke SMS’en',
      means: 'Bookingsystemet får at vide, at påmindelsen ikke nåede frem.',
    },
    'reminder.uncertain': {
      label: 'Uvist, om SMS’en er sendt',
      means: 'Bookingsystemet får at vide, at det er uvist, om påmindelsen er sendt.',
    },
    'reminder.suppressed': {
      label: 'SMS ikke sendt',
      means: 'Bookingsystemet får at vide, at påmindelsen ikke bliver sendt.',
    },
    'appointment.unreachable': {
      label: 'Borgeren kan ikke nås',
      means: 'Bookingsystemet får at vide, at ingen påmindelse om aftalen når borgeren.',
    },
    'citizen.opted_out': { label: 'Borgeren er frameldt', means: 'Bookingsystemet får besked om frameldingen.' },
    'citizen.opted_in': { label: 'Borgeren er tilmeldt igen', means: 'Bookingsystemet får besked om tilmeldingen.' },
    'citizen.wrong_number': {
      label: 'Forkert nummer',
      means: 'Bookingsystemet får at vide, at nummeret tilhører en anden.',
      todo: 'Ret nummeret i bookingsystemet.',
    },
    'citizen.cancelled': { label: 'Afbud fra borgeren', means: 'Bookingsystemet får besked om afbuddet.' },
    'citizen.confirmed': { label: 'Borgeren har bekræftet', means: 'Bookingsystemet får besked om bekræftelsen.' },
    'citizen.replied': { label: 'Svar fra borgeren', means: 'Bookingsystemet får borgerens svar.' },
    'slot.freed': { label: 'Ledig tid', means: 'Bookingsystemet får at vide, at tiden er blevet ledig.' },
  },
  eventReasons: {
    citizen: 'af borgeren',
    staff: 'af en medarbejder',
    gateway: 'af SMS-leverandøren',
    booking_system: 'af bookingsystemet',
    cancel: 'afbud',
    confirm: 'bekræftelse',
    maybe_stop: 'måske en framelding',
    deceased: 'dødsfald',
    other: 'andet',
  },
  deliveries: {
    pending: { label: 'Ikke afleveret endnu', means: 'Bookingsystemet har ikke taget imod hændelsen endnu.' },
    delivered: { label: 'Afleveret', means: 'Bookingsystemet har taget imod hændelsen.' },
    failed: {
      label: 'Opgivet',
      means: 'Bookingsystemet tog ikke imod hændelsen i tre dage.',
      todo: 'En sagsbehandler eller en administrator kan sende den igen under »Opsætning«.',
      namesWho: true,
    },
  },
  endpoints: {
    live: { label: 'I drift', means: 'Hændelser afleveres til bookingsystemet, når de sker.' },
    paused: {
      label: 'Fejler',
      means: 'Bookingsystemet har fejlet i mere end en time. Det prøves hvert femte minut.',
      todo: 'Kontakt den, der driver bookingsystemet.',
    },
    ended: {
      label: 'Lukket af modtageren',
      means: 'Bookingsystemet har svaret, at adressen ikke findes mere. Der afleveres ikke mere.',
      todo: 'En sagsbehandler kan genoptage afleveringen, hvis adressen er rigtig. Ellers retter en administrator den.',
      namesWho: true,
    },
  },
  out: {
    auth: {
      label: 'Adgang nægtet',
      means: 'SMS-leverandøren godtager ikke vores adgangskode.',
      todo: 'Driften skal rette adgangen.',
      namesWho: true,
    },
    credit: {
      label: 'Ingen kredit',
      means: 'Kontoen hos SMS-leverandøren er tom.',
      todo: 'Den, der betaler regningen, skal fylde kontoen op.',
      namesWho: true,
    },
    throttled: { label: 'For travlt', means: 'SMS-leverandøren tager ikke imod flere lige nu. Den prøves igen snart.' },
    unreachable: {
      label: 'Kan ikke nås',
      means: 'SMS-leverandøren kan ikke nås, eller den afviser alt. Den prøves igen snart.',
    },
    timeouts: { label: 'Svarer ikke', means: 'SMS-leverandøren svarer ikke i tide. Den prøves igen snart.' },
    staff: {
      label: 'Taget ud af brug af en medarbejder',
      means: 'Den bruges først igen, når en medarbejder tager den i brug.',
    },
  },
};
