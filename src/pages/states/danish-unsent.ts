import type { UnsentWords } from './words.ts';

/** Advice where the SMS may not have been read in time. */
export const PHONE = 'Ring til borgeren, hvis det er vigtigt, at borgeren kender tiden.';
const CHECK_NUMBER = 'Ret nummeret i bookingsystemet. Påmindelsen planlægges så igen af sig selv.';

/** The words of reminders that were not sent in Danish. */
export const DANISH_UNSENT: UnsentWords = {
  expired: {
    too_late: {
      label: 'Ikke sendt i tide: fristen nåede at løbe ud',
      means: 'Påmindelsen kunne ikke sendes, før der var for kort tid til aftalen.',
      todo: PHONE,
    },
    validity_too_short: {
      label: 'Ikke sendt i tide: fristen var for kort til SMS-leverandøren',
      means: 'Der var så kort tid til fristen, at SMS-leverandøren ikke kunne få at vide, hvornår SMS’en er for sen.',
      todo: PHONE,
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
      todo: CHECK_NUMBER,
    },
    not_mobile: {
      label: 'Ikke sendt: ikke et mobilnummer',
      means: 'Nummeret er en fastnettelefon eller en anden slags, der ikke kan modtage SMS’er.',
      todo: CHECK_NUMBER,
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
      label: 'Ikke sendt: prøvedrift',
      means: 'Bookingsystemet kører i prøvedrift: alt planlægges, og intet sendes.',
      todo: 'En administrator kan sætte bookingsystemet i drift.',
      namesWho: true,
    },
    too_many_today: {
      label: 'Ikke sendt: for mange på én dag',
      means: 'Nummeret havde allerede fået så mange SMS’er den dag, som myndigheden tillader.',
      todo: PHONE,
    },
    internal_error: {
      label: 'Ikke sendt: fejl i EasySMS',
      means: 'EasySMS fejlede på påmindelsen flere gange og prøver den ikke igen.',
      todo: 'Giv besked til en administrator. Ring til borgeren imens.',
    },
    test: { label: 'Ikke sendt: test', means: 'Bookingsystemet har markeret aftalen som en test.' },
    no_sms: { label: 'Ikke sendt: denne type aftale', means: 'Der sendes ikke SMS’er om denne type aftale.' },
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
      means: 'Borgeren har meldt afbud, og en medarbejder har givet det videre.',
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
