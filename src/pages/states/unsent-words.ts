import type { AppointmentStatus } from '../../domain/appointment.ts';
import { bilingual } from '../kit/words.ts';
import { PHONE, type WordsOf } from './reminder-state-words.ts';

const CHECK_NUMBER = bilingual({
  da: 'Ret nummeret i bookingsystemet. Påmindelsen planlægges så igen af sig selv.',
  en: 'Correct the number in the booking system. The reminder is then planned again automatically.',
});

interface UnsentWords {
  readonly expired: WordsOf<'too_late' | 'validity_too_short' | 'booked_late' | 'too_close'>;
  readonly suppressed: WordsOf<
    | 'opted_out'
    | 'no_phone'
    | 'invalid_number'
    | 'not_mobile'
    | 'country_not_allowed'
    | 'text_refused'
    | 'erased'
    | 'shadow'
    | 'too_many_today'
    | 'internal_error'
    | 'test'
    | 'no_sms'
    | 'already_told'
  >;
  /** `cancelled` itself, which is a status of the appointment, is no reason of its own. */
  readonly cancelled: WordsOf<
    Exclude<AppointmentStatus, 'booked' | 'cancelled'> | 'deceased' | 'confirmed' | 'cancel_passed_on' | 'undone'
  >;
}

const DANISH: UnsentWords = {
  expired: {
    too_late: {
      label: 'Ikke sendt i tide: fristen nåede at løbe ud',
      means: 'Påmindelsen kunne ikke sendes, før der var for kort tid til aftalen.',
      todo: PHONE.da,
    },
    validity_too_short: {
      label: 'Ikke sendt i tide: fristen var for kort til SMS-leverandøren',
      means: 'Der var så kort tid til fristen, at SMS-leverandøren ikke kunne få at vide, hvornår SMS’en er for sen.',
      todo: PHONE.da,
    },
    booked_late: {
      label: 'Ikke sendt i tide: booket sent',
      means:
        'Aftalen blev booket efter det tidspunkt, hvor påmindelsen skulle være sendt. Der skal ikke gøres noget: ' +
        'borgeren fik tiden, da den blev booket.',
    },
    too_close: {
      label: 'Ikke sendt i tide: for tæt på en anden',
      means:
        'En anden påmindelse om samme aftale ligger så tæt på, at borgeren kun skal have den ene. Der skal ikke ' +
        'gøres noget: borgeren får den anden.',
    },
  },
  suppressed: {
    opted_out: {
      label: 'Ikke sendt: borgeren er frameldt',
      means: 'Borgeren har frameldt SMS’er.',
      todo: 'Ønsker borgeren påmindelser igen, kan frameldingen ophæves under »Svar og frameldinger«.',
    },
    no_phone: {
      label: 'Ikke sendt: intet telefonnummer',
      means: 'Bookingsystemet har ikke sendt et telefonnummer med aftalen.',
      todo: 'Skriv et mobilnummer i bookingsystemet. Påmindelsen planlægges så af sig selv.',
    },
    invalid_number: {
      label: 'Ikke sendt: ugyldigt nummer',
      means: 'Nummeret er ikke et gyldigt telefonnummer, eller en medarbejder har meldt det som forkert.',
      todo: CHECK_NUMBER.da,
    },
    not_mobile: {
      label: 'Ikke sendt: ikke et mobilnummer',
      means: 'Nummeret er en fastnettelefon eller en anden slags, der ikke kan modtage SMS’er.',
      todo: CHECK_NUMBER.da,
    },
    country_not_allowed: {
      label: 'Ikke sendt: udenlandsk nummer',
      means: 'Myndigheden sender ikke SMS’er til dette land.',
      todo: 'Ring til borgeren. En administrator kan tillade landet under »Regler«.',
    },
    text_refused: {
      label: 'Ikke sendt: teksten kunne ikke dannes',
      means: 'Teksten kunne ikke bruges med aftalens oplysninger, for eksempel fordi den blev for lang.',
      todo: 'En administrator skal rette teksten. Ring til borgeren imens.',
      namesWho: true,
    },
    erased: { label: 'Ikke sendt: oplysningerne er slettet', means: 'Borgerens oplysninger er slettet her.' },
    shadow: {
      label: 'Ikke sendt: prøves uden at sende',
      means: 'Bookingsystemet prøves uden at sende: alt planlægges, og intet sendes.',
      todo: 'En administrator kan sætte bookingsystemet i drift.',
      namesWho: true,
    },
    too_many_today: {
      label: 'Ikke sendt: for mange på én dag',
      means: 'Nummeret havde allerede fået så mange SMS’er den dag, som myndigheden tillader.',
      todo: PHONE.da,
    },
    internal_error: {
      label: 'Ikke sendt: fejl i EasySMS',
      means: 'EasySMS fejlede på påmindelsen flere gange og prøver den ikke igen.',
      todo: 'Giv besked til en administrator. Ring til borgeren imens.',
    },
    test: { label: 'Ikke sendt: test', means: 'Bookingsystemet har markeret aftalen som en test.' },
    no_sms: {
      label: 'Ikke sendt: får ingen påmindelser',
      means: 'Der sendes ikke SMS’er om denne type aftale eller fra denne afdeling.',
    },
    already_told: {
      label: 'Ikke sendt: borgeren har fået besked',
      means: 'Borgeren meldte selv afbud og har fået besked om, at aftalen er aflyst.',
    },
  },
  cancelled: {
    deceased: {
      label: 'Bortfaldet: borgeren er død',
      means: 'Bookingsystemet eller et svar på SMS oplyser, at borgeren er død.',
    },
    confirmed: {
      label: 'Bortfaldet: borgeren har bekræftet',
      means: 'Borgeren har bekræftet aftalen og får ikke flere påmindelser om den.',
    },
    cancel_passed_on: {
      label: 'Bortfaldet: afbud',
      means: 'Borgeren har meldt afbud, og en medarbejder har skrevet afbuddet ind.',
    },
    undone: {
      label: 'Bortfaldet: fortrudt',
      means: 'En medarbejder har fortrudt, at afbuddet er skrevet ind.',
    },
    pending: {
      label: 'Bortfaldet: ikke endelig',
      means: 'Aftalen er ikke endeligt booket længere. Der sendes først, når den er.',
    },
    proposed: {
      label: 'Bortfaldet: kun foreslået',
      means: 'Tiden er kun et forslag. Der sendes først, når den er booket.',
    },
    waitlist: { label: 'Bortfaldet: venteliste', means: 'Borgeren er sat på venteliste.' },
    arrived: { label: 'Bortfaldet: borgeren er kommet', means: 'Borgeren er allerede mødt op.' },
    'checked-in': { label: 'Bortfaldet: borgeren er kommet', means: 'Borgeren er allerede registreret som ankommet.' },
    fulfilled: { label: 'Bortfaldet: aftalen er holdt', means: 'Aftalen er gennemført.' },
    noshow: { label: 'Bortfaldet: udeblevet', means: 'Borgeren er registreret som udeblevet.' },
    'entered-in-error': {
      label: 'Bortfaldet: oprettet ved en fejl',
      means: 'Aftalen er slettet i bookingsystemet eller var oprettet ved en fejl.',
    },
  },
};

const ENGLISH: UnsentWords = {
  expired: {
    too_late: {
      label: 'Not sent in time: the deadline passed',
      means: 'The reminder could not be sent before the appointment was too near.',
      todo: PHONE.en,
    },
    validity_too_short: {
      label: 'Not sent in time: the deadline was too near for the SMS supplier',
      means: 'The deadline was so near that the SMS supplier could not be told when the SMS would be too late.',
      todo: PHONE.en,
    },
    booked_late: {
      label: 'Not sent in time: booked late',
      means:
        'The appointment was booked after the moment at which the reminder was to be sent. Nothing has to be done: ' +
        'the citizen got the time when it was booked.',
    },
    too_close: {
      label: 'Not sent in time: too close to another',
      means:
        'Another reminder of this appointment is so close to it that the citizen gets only that one. Nothing has to ' +
        'be done.',
    },
  },
  suppressed: {
    opted_out: {
      label: 'Not sent: the citizen opted out',
      means: 'The citizen has opted out of SMS.',
      todo: 'If the citizen wants reminders again, the opt-out can be lifted under “Replies and opt-outs”.',
    },
    no_phone: {
      label: 'Not sent: no phone number',
      means: 'The booking system sent no phone number with the appointment.',
      todo: 'Enter a mobile number in the booking system. The reminder is then planned automatically.',
    },
    invalid_number: {
      label: 'Not sent: invalid number',
      means: 'The number is not a valid phone number, or somebody on the staff reported it as wrong.',
      todo: CHECK_NUMBER.en,
    },
    not_mobile: {
      label: 'Not sent: not a mobile number',
      means: 'The number is a landline or another kind that takes no SMS.',
      todo: CHECK_NUMBER.en,
    },
    country_not_allowed: {
      label: 'Not sent: foreign number',
      means: 'The authority sends no SMS to this country.',
      todo: 'Phone the citizen. An administrator can allow the country under “Rules”.',
    },
    text_refused: {
      label: 'Not sent: text could not be made',
      means: 'The text could not be used with the details of the appointment, for example because it became too long.',
      todo: 'An administrator must correct the text. Phone the citizen meanwhile.',
      namesWho: true,
    },
    erased: { label: 'Not sent: the data was erased', means: 'The data about the citizen has been erased here.' },
    shadow: {
      label: 'Not sent: tried without sending',
      means: 'The booking system is tried without sending: everything is planned and nothing is sent.',
      todo: 'An administrator can take the booking system into use.',
      namesWho: true,
    },
    too_many_today: {
      label: 'Not sent: too many in one day',
      means: 'The number had had as many SMS that day as the authority allows.',
      todo: PHONE.en,
    },
    internal_error: {
      label: 'Not sent: a fault in EasySMS',
      means: 'EasySMS failed on the reminder several times, and does not try it again.',
      todo: 'Tell an administrator. Phone the citizen meanwhile.',
    },
    test: { label: 'Not sent: a test', means: 'The booking system marked the appointment as a test.' },
    no_sms: {
      label: 'Not sent: gets no reminders',
      means: 'No SMS are sent about this kind of appointment, or by this department.',
    },
    already_told: {
      label: 'Not sent: the citizen was told before',
      means: 'The citizen cancelled by SMS, and was told that the appointment is cancelled.',
    },
  },
  cancelled: {
    deceased: {
      label: 'Dropped: the citizen died',
      means: 'The booking system, or a reply by SMS, says that the citizen has died.',
    },
    confirmed: {
      label: 'Dropped: the citizen confirmed',
      means: 'The citizen confirmed the appointment and gets no more reminders of it.',
    },
    cancel_passed_on: {
      label: 'Dropped: the citizen cancelled',
      means: 'The citizen cancelled, and somebody on the staff entered the cancellation.',
    },
    undone: {
      label: 'Dropped: taken back',
      means: 'Somebody on the staff took back that the cancellation had been entered.',
    },
    pending: {
      label: 'Dropped: not final',
      means: 'The appointment is not finally booked any more. Reminders are sent once it is.',
    },
    proposed: {
      label: 'Dropped: only proposed',
      means: 'The time is only a proposal. Reminders are sent once it is booked.',
    },
    waitlist: { label: 'Dropped: waiting list', means: 'The citizen was put on a waiting list.' },
    arrived: { label: 'Dropped: the citizen has come', means: 'The citizen has already arrived.' },
    'checked-in': { label: 'Dropped: the citizen has come', means: 'The citizen has already been checked in.' },
    fulfilled: { label: 'Dropped: it took place', means: 'The appointment has taken place.' },
    noshow: { label: 'Dropped: did not come', means: 'The citizen was recorded as not having come.' },
    'entered-in-error': {
      label: 'Dropped: entered in error',
      means: 'The appointment was deleted in the booking system, or had been entered in error.',
    },
  },
};

/** The words of the reasons of reminders that were not sent. */
export const UNSENT_WORDS = bilingual({ da: DANISH, en: ENGLISH });
