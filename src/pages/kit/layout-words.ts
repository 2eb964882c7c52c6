import { bilingual } from './words.ts';

/** The words around every page. */
export const LAYOUT_WORDS = bilingual({
  da: {
    skip: 'Gå til indhold',
    pages: 'Sider',
    menu: 'Menu',
    change: 'Skift',
    open: 'ubehandlede',
    signOut: 'Log ud',
    signOutEverywhere: 'Log ud alle steder',
    clockOff: 'Serverens ur går forkert.',
    clockOffLead:
      'Den sender ingen påmindelser og modtager intet fra bookingsystemer, til uret er stillet. Kontakt driften.',
    unsent: {
      sending_off: 'Udsendelsen er slået fra for hele installationen.',
      no_gateway: 'Ingen af myndighedens SMS-leverandører er i brug.',
    },
    unsentLead: 'Påmindelserne venter og sendes, når det er løst, hvis der stadig er tid til det.',
    simulator: 'Simulator:',
    simulatorLead: 'der sendes ingen rigtige SMS’er herfra.',
    phones: 'Se telefonerne',
    authority: 'Myndighed',
    show: 'Vis',
    /** In that language. */
    otherLanguage: 'English',
    firstAccount: 'Du er logget ind med administratornøglen, som alle deler.',
    firstAccountLink: 'Opret din egen konto',
    noAuthority: 'Der er ingen myndigheder endnu. Opret den første under »Installation«, »Myndigheder«.',
    createFirst: 'Opret en myndighed',
    noAccess: 'Din konto giver ikke adgang til nogen myndighed. Bed en administrator om en rolle.',
    errors: {
      forbidden: { title: 'Det har du ikke adgang til', text: 'Din rolle tillader det ikke. Spørg en administrator.' },
      limited: {
        title: 'Det har du ikke adgang til',
        text:
          'Din konto er begrænset til nogle afdelinger, og dette gælder hele myndigheden. Spørg en kollega uden den ' +
          'begrænsning.',
      },
      form: {
        title: 'Formularen er for gammel',
        text: 'Den er lavet, før du sidst loggede ind. Gå tilbage, åbn siden igen, og prøv en gang til.',
      },
      missing: { title: 'Siden findes ikke', text: 'Adressen er forkert, eller det, den viste, findes ikke mere.' },
      tooMany: {
        title: 'For mange forsøg',
        text: 'Der er prøvet for mange gange på kort tid. Vent et minut, og prøv igen.',
      },
      tooLarge: {
        title: 'Det er for stort',
        text: 'Filen eller teksten er større, end siden kan tage imod. Gå tilbage, og del den op.',
      },
      method: { title: 'Sådan kan siden ikke bruges', text: 'Adressen tager ikke imod det, browseren sendte.' },
      refused: {
        title: 'Det kunne ikke bruges',
        text: 'Der var noget galt med det, der blev sendt. Gå tilbage, og prøv igen.',
      },
      busy: {
        title: 'EasySMS svarer ikke lige nu',
        text: 'Databasen kan ikke nås. Intet er gået tabt: prøv igen om lidt.',
      },
      failed: { title: 'Noget gik galt', text: 'Fejlen er noteret i loggen. Giv driften dette nummer:' },
    },
    nextPage: 'Næste side',
    yes: 'Ja',
    no: 'Nej',
    home: 'Til forsiden',
    /** A field for one of so many names that a page can't list them. */
    choice: {
      hint: 'Skriv navnet eller begyndelsen af det. Lad feltet være tomt for at få alle.',
      several: 'Flere navne begynder sådan. Skriv mere af navnet.',
      none: 'Intet navn begynder sådan.',
    },
  },
  en: {
    skip: 'Skip to content',
    pages: 'Pages',
    menu: 'Menu',
    change: 'Change',
    open: 'open',
    signOut: 'Sign out',
    signOutEverywhere: 'Sign out everywhere',
    clockOff: 'The clock of the server is wrong.',
    clockOffLead:
      'It sends no reminders and takes nothing from booking systems until it is set. Contact your operations team.',
    unsent: {
      sending_off: 'Sending is off for the whole installation.',
      no_gateway: 'No SMS supplier of the authority is in use.',
    },
    unsentLead: 'The reminders wait, and are sent once this is solved, if there is still time for it.',
    simulator: 'Simulator:',
    simulatorLead: 'no real SMS are sent from here.',
    phones: 'See the phones',
    authority: 'Authority',
    show: 'Show',
    otherLanguage: 'Dansk',
    firstAccount: 'You signed in with the administrator token, which everybody shares.',
    firstAccountLink: 'Create your own account',
    noAuthority: 'There is no authority yet. Create the first one under “Installation”, “Authorities”.',
    createFirst: 'Create an authority',
    noAccess: 'Your account gives access to no authority. Ask an administrator for a role.',
    errors: {
      forbidden: { title: 'You have no access to this', text: 'Your role does not allow it. Ask an administrator.' },
      limited: {
        title: 'You have no access to this',
        text:
          'Your account is limited to some departments, and this concerns the whole authority. Ask a colleague ' +
          'without that limit.',
      },
      form: {
        title: 'This form is too old',
        text: 'It was made before you last signed in. Go back, open the page again, and try once more.',
      },
      missing: {
        title: 'There is no such page',
        text: 'The address is wrong, or what it showed does not exist any more.',
      },
      tooMany: {
        title: 'Too many attempts',
        text: 'There were too many attempts in a short time. Wait a minute and try again.',
      },
      tooLarge: {
        title: 'This is too large',
        text: 'The file or text is larger than the page can take. Go back and divide it.',
      },
      method: { title: 'This page cannot be used like that', text: 'The address does not take what the browser sent.' },
      refused: {
        title: 'This could not be used',
        text: 'Something was wrong with what was sent. Go back and try again.',
      },
      busy: {
        title: 'EasySMS does not respond right now',
        text: 'The database is out of reach. Nothing is lost: try again shortly.',
      },
      failed: {
        title: 'Something went wrong',
        text: 'The error is in the log. Give your operations team this number:',
      },
    },
    nextPage: 'Next page',
    yes: 'Yes',
    no: 'No',
    home: 'To the start page',
    choice: {
      hint: 'Write the name or its beginning. Leave the field empty for all.',
      several: 'Several names begin like that. Write more of the name.',
      none: 'No name begins like that.',
    },
  },
});
