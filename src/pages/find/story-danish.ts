import { many, type StoryWords } from './story-word-types.ts';

/** The Danish words of the page that tells the story of an appointment. */
export const STORY_DANISH: StoryWords = {
  title: (reference) => `Aftale ${reference}`,
  back: 'Tilbage til søgningen',
  facts: {
    start: 'Tid',
    status: 'Status',
    number: 'Telefon',
  },
  noStart: 'Ingen tid endnu',
  noNumber: 'Intet nummer',
  erased: 'Slettet',
  languages: { da: 'Dansk', en: 'Engelsk' },
  sameNumber: 'Andre aftaler med samme nummer',
  verdicts: {
    received: 'Borgeren har modtaget en påmindelse om denne tid.',
    sent: 'En påmindelse er sendt. Telefonen har ikke kvitteret for den.',
    planned: 'Borgeren får en påmindelse.',
    held: 'Påmindelsen holdes tilbage.',
    uncertain: 'Det er uvist, om borgeren har fået en påmindelse.',
    unreached: 'Borgeren har ikke fået nogen påmindelse om denne tid.',
    none: 'Der er ingen påmindelser om denne tid.',
    over: 'Aftalen er ikke længere booket.',
    past: 'Aftalen er overstået. Borgeren fik ingen påmindelse.',
    noticed: 'Borgeren har modtaget en besked om denne tid. Der er ingen påmindelser om den.',
    noticeOnly: 'Der er ingen påmindelser om denne tid, kun en besked om den.',
    trial: 'Bookingsystemet kører i prøvedrift: påmindelsen planlægges, men bliver ikke sendt.',
    replaced: 'En anden aftale har erstattet denne i bookingsystemet.',
  },
  noReminder: {
    past: 'Aftalen var allerede overstået, da bookingsystemet sendte den hertil.',
    status: 'Der sendes først påmindelser, når aftalen er endeligt booket.',
    deceased: 'Bookingsystemet oplyser, at borgeren er død.',
    noStart: 'Aftalen har ingen tid endnu.',
    rules: 'Ingen regel gælder for denne type aftale eller afdeling. En administrator kan se efter under »Regler«.',
  },
  replacedBy: 'Erstattet i bookingsystemet af',
  replacedMeans: 'Påmindelserne sendes om den nye aftale.',
  reminders: 'Påmindelser om denne tid',
  todo: (asked) => (asked ? 'Gør dette:' : 'Næste skridt:'),
  due: (moment) => `Sendes ${moment}`,
  heldUntil: (moment) => `Planlagt til ${moment}`,
  wasDue: (moment) => `Var planlagt til ${moment}`,
  sentVia: (moment, gateway, segments) =>
    `Sendt ${moment} gennem ${gateway} som ${segments === 1 ? '1 SMS-del' : `${segments} SMS-dele`}`,
  sms: 'SMS',
  smsErased: 'Teksten er slettet.',
  rule: (before) => `Påmindelse ${before} før`,
  before: { days: many('dag', 'dage'), hours: many('time', 'timer'), minutes: many('minut', 'minutter') },
  notices: {
    confirmation: 'Besked om bookingen',
    rescheduled: 'Besked om den nye tid',
    cancellation: 'Besked om aflysningen',
  },
  sameDay: (at) => `Påmindelse samme dag kl.\u00a0${at.replace(':', '.')}`,
  otherRule: (rule) => `Påmindelse »${rule}« (reglen findes ikke mere)`,
  openReplies: many('svar fra borgeren er ikke behandlet.', 'svar fra borgeren er ikke behandlet.'),
  toReplies: 'Se svar',
  optedOut: 'Nummeret er frameldt og får ingen SMS’er.',
  toOptOuts: 'Se frameldinger',
  story: 'Forløb',
  entries: {
    received: (source) => `Aftalen modtaget fra ${source}`,
    moved: {
      to: (time, before) =>
        `Aftalen fik en ny tid i bookingsystemet${time ? `: ${time}` : ''}${before ? ` (før ${before})` : ''}`,
      without: (before) => `Aftalen har ikke længere en tid i bookingsystemet (før ${before})`,
    },
    replaced: (reference) => `Aftalen fik et nyt nummer i bookingsystemet${reference === null ? '' : `: ${reference}`}`,
    toReplacement: 'Se den nye aftale',
    changed: {
      cancelled: 'Aftalen aflyst i bookingsystemet',
      deleted: 'Aftalen slettet i bookingsystemet som oprettet ved en fejl',
      booked: 'Aftalen booket igen i bookingsystemet',
    },
    erased: 'Borgerens oplysninger slettet',
    planned: (name, moment) => `${name}: planlagt til ${moment}`,
    reminder: (name, state) => `${name}: ${state}`,
    handedOver: (name) => `${name}: afleveret til SMS-leverandøren`,
    handedOverAgain: (name) => `${name}: afleveret til SMS-leverandøren igen, fordi den første måske ikke blev sendt`,
    asked: {
      found: 'SMS-leverandøren blev spurgt, hvad der blev af SMS’en, og svarede',
      open: 'SMS-leverandøren blev spurgt, hvad der blev af SMS’en, men kunne ikke svare på det',
      never: 'SMS-leverandøren blev spurgt og havde aldrig fået SMS’en',
    },
    askedAgain: (moment) => `Der spørges igen ${moment}.`,
    receipt: {
      delivered: 'Kvittering: modtaget',
      undelivered: 'Kvittering: ikke modtaget',
      other: 'Kvittering uden nye oplysninger',
    },
    reply: (meaning) => `Svar fra borgeren: ${meaning}`,
    hold: {
      held: 'Påmindelserne holdes tilbage, indtil svaret er behandlet.',
      released: 'Påmindelserne blev holdt tilbage, indtil svaret var behandlet.',
    },
    answer: (name, state) => `Vores automatiske svar til borgeren (${name}): ${state}`,
    settled: (action, by) => `Svaret behandlet: ${action}${by === '' ? '' : ` (${by})`}`,
    settledBySystem: 'Svaret afsluttet, fordi bookingsystemet ændrede aftalen',
    optedOut: (by) => `Nummeret frameldt af ${by}`,
    optedIn: (by) => `Frameldingen ophævet af ${by}`,
    paused: ({ source, by, reason, until }) => {
      const what = source === null ? 'Al udsendelse' : `Udsendelsen for ${source}`;
      return `${what} sat på pause af ${by}${until === null ? '' : ` indtil ${until}`}${reason && `: ${reason}`}`;
    },
    resumed: (source, by) => {
      const of = source === null ? '' : ` for ${source}`;
      return by === null
        ? `Pausen sluttede, og udsendelsen${of} gik i gang igen`
        : `Udsendelsen${of} genoptaget af ${by}`;
    },
    event: ({ about, what, delivery }) =>
      `Meddelelse til bookingsystemet${delivery === null ? '' : ` (${delivery})`}` +
      `${about === null ? '' : ` om ${about}`}: ${what}`,
  },
  means: {
    received: 'Fra nu af planlægger EasySMS de påmindelser, som reglerne giver.',
    erased: 'EasySMS kender hverken nummeret eller teksterne længere. Der sendes ikke flere påmindelser.',
    moved: 'Påmindelser om den tidligere tid bortfalder, og den nye tid får sine egne.',
    without: 'Der sendes ingen påmindelser, før aftalen får en tid igen.',
    replaced: 'Påmindelserne om denne aftale bortfalder, og den nye får sine egne.',
    handedOverAgain: 'Borgeren kan have fået SMS’en to gange.',
    asked: {
      found: 'Svaret afgør, hvad der blev af SMS’en, ligesom en kvittering.',
      open: 'Det er stadig uvist, om borgeren har fået SMS’en.',
      never: 'Borgeren fik ikke SMS’en ved det forsøg.',
    },
    receipt: {
      delivered: 'Telefonen har kvitteret for, at den har modtaget SMS’en.',
      undelivered: 'Teleselskabet kunne ikke levere SMS’en til telefonen.',
      other: 'Den ændrer ikke ved det, der allerede vides.',
    },
    settled: 'Svaret venter ikke længere på nogen.',
    settledBySystem: 'Svaret venter ikke længere på nogen og holder ingen påmindelser tilbage.',
    optedOut: 'Nummeret får ingen SMS’er, før frameldingen ophæves.',
    optedIn: 'Nummeret får SMS’er igen.',
    paused: 'Påmindelser, der skulle sendes imens, måtte vente.',
    resumed: 'Påmindelser, der ventede, blev sendt, hvis fristen ikke var overskredet.',
  },
  earlier: 'tidligere tid',
  cut: 'Der er sket så meget med aftalen, at det ældste ikke vises.',
  beginning: 'Tilbage til begyndelsen',
  further: 'Det, der skete siden',
};
