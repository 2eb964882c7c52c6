import type { AppointmentStatus } from '../../domain/appointment.ts';
import type { EventType } from '../../domain/event-types.ts';
import type { OutReason } from '../../domain/gateway-state.ts';
import { bilingual } from '../kit/words.ts';
import type { StateWords, WordsOf } from './reminder-state-words.ts';

interface OtherWords {
  readonly appointments: WordsOf<AppointmentStatus>;
  /** The words of an appointment in whose place another one goes on. */
  readonly replaced: StateWords;
  readonly events: WordsOf<EventType>;
  /** Who is behind an event, and what a reply means. */
  readonly eventReasons: Readonly<
    Record<
      'citizen' | 'staff' | 'gateway' | 'booking_system' | 'cancel' | 'confirm' | 'maybe_stop' | 'deceased' | 'other',
      string
    >
  >;
  readonly deliveries: WordsOf<'pending' | 'delivered' | 'failed'>;
  readonly endpoints: WordsOf<'live' | 'paused' | 'ended'>;
  /** Why a gateway is out of use. */
  readonly out: WordsOf<OutReason>;
}

const DANISH: OtherWords = {
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
      means:
        'Bookingsystemet har svaret, at adressen ikke findes mere. Der afleveres ikke mere, og hvad der sker imens, ' +
        'gemmes ikke til det.',
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

const ENGLISH: OtherWords = {
  appointments: {
    booked: { label: 'Booked', means: 'The appointment is booked in the booking system.' },
    pending: { label: 'Not final', means: 'The appointment is not finally booked. Reminders are sent once it is.' },
    proposed: { label: 'Proposed', means: 'The time is only a proposal. Reminders are sent once it is booked.' },
    waitlist: { label: 'On a waiting list', means: 'The citizen is on a waiting list. Reminders follow with a time.' },
    arrived: { label: 'The citizen has come', means: 'The citizen has arrived. Nothing more is sent.' },
    'checked-in': { label: 'The citizen has come', means: 'The citizen was checked in. Nothing more is sent.' },
    fulfilled: { label: 'Took place', means: 'The appointment has taken place. Nothing more is sent.' },
    noshow: { label: 'Did not come', means: 'The citizen was recorded as not having come. Nothing more is sent.' },
    cancelled: { label: 'Cancelled', means: 'The appointment is cancelled. No more reminders are sent.' },
    'entered-in-error': {
      label: 'Entered in error',
      means: 'The appointment was deleted in the booking system. No more reminders are sent.',
    },
  },
  replaced: {
    label: 'Replaced',
    means: 'Another appointment replaces this one in the booking system. Reminders are sent for that one.',
  },
  events: {
    'reminder.handed_over': { label: 'SMS sent', means: 'The booking system is told that a reminder was sent.' },
    'reminder.delivered': { label: 'SMS received', means: 'The booking system is told that the reminder arrived.' },
    'reminder.failed': {
      label: 'The citizen did not get the SMS',
      means: 'The booking system is told that the reminder did not arrive.',
    },
    'reminder.uncertain': {
      label: 'Unknown whether the SMS was sent',
      means: 'The booking system is told that it is unknown whether the reminder was sent.',
    },
    'reminder.suppressed': {
      label: 'SMS not sent',
      means: 'The booking system is told that the reminder will not be sent.',
    },
    'appointment.unreachable': {
      label: 'The citizen cannot be reached',
      means: 'The booking system is told that no reminder of the appointment reaches the citizen.',
    },
    'citizen.opted_out': { label: 'The citizen opted out', means: 'The booking system is told of the opt-out.' },
    'citizen.opted_in': { label: 'The citizen opted in again', means: 'The booking system is told of the opt-in.' },
    'citizen.wrong_number': {
      label: 'Wrong number',
      means: 'The booking system is told that the number is somebody else’s.',
      todo: 'Correct the number in the booking system.',
    },
    'citizen.cancelled': { label: 'The citizen cancelled', means: 'The booking system is told of the cancellation.' },
    'citizen.confirmed': { label: 'The citizen confirmed', means: 'The booking system is told of the confirmation.' },
    'citizen.replied': { label: 'The citizen replied', means: 'The booking system is told the reply.' },
    'slot.freed': { label: 'Free slot', means: 'The booking system is told that the slot is free.' },
  },
  eventReasons: {
    citizen: 'by the citizen',
    staff: 'by the staff',
    gateway: 'by the SMS supplier',
    booking_system: 'by the booking system',
    cancel: 'a cancellation',
    confirm: 'a confirmation',
    maybe_stop: 'maybe an opt-out',
    deceased: 'a death',
    other: 'something else',
  },
  deliveries: {
    pending: { label: 'Not delivered yet', means: 'The booking system has not taken the event yet.' },
    delivered: { label: 'Delivered', means: 'The booking system has taken the event.' },
    failed: {
      label: 'Given up',
      means: 'The booking system did not take the event for three days.',
      todo: 'An operator or an administrator can send it again under “Set-up”.',
      namesWho: true,
    },
  },
  endpoints: {
    live: { label: 'In use', means: 'Events are delivered to the booking system as they happen.' },
    paused: {
      label: 'Failing',
      means: 'The booking system has failed for more than an hour. It is tried every five minutes.',
      todo: 'Contact whoever runs the booking system.',
    },
    ended: {
      label: 'Closed by the receiver',
      means:
        'The booking system responded that the address is gone. Nothing more is delivered, nor kept for it meanwhile.',
      todo: 'An operator can resume the deliveries if the address is right. Otherwise an administrator corrects it.',
      namesWho: true,
    },
  },
  out: {
    auth: {
      label: 'Access denied',
      means: 'The SMS supplier does not accept our credentials.',
      todo: 'The operations team must correct the access.',
      namesWho: true,
    },
    credit: {
      label: 'No credit',
      means: 'The account at the SMS supplier is empty.',
      todo: 'Whoever pays the supplier must top up the account.',
      namesWho: true,
    },
    throttled: { label: 'Too busy', means: 'The SMS supplier takes no more at present. It is tried again soon.' },
    unreachable: {
      label: 'Out of reach',
      means: 'The SMS supplier is out of reach, or refuses everything. It is tried again soon.',
    },
    timeouts: {
      label: 'Does not respond',
      means: 'The SMS supplier does not respond in time. It is tried again soon.',
    },
    staff: {
      label: 'Taken out of use by the staff',
      means: 'It comes back only when somebody on the staff brings it back.',
    },
  },
};

/** The words of appointments, of events and their deliveries, and of gateways that are out of use. */
export const STATE_WORDS = bilingual({ da: DANISH, en: ENGLISH });
