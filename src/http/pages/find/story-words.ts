import type { PageLanguage } from '../language.ts';

/** The words of the page that tells the story of an appointment. */
export interface StoryWords {
  readonly title: (reference: string) => string;
  readonly back: string;
  readonly facts: Readonly<
    Record<'start' | 'status' | 'department' | 'source' | 'number' | 'place' | 'received' | 'language', string>
  >;
  readonly noStart: string;
  readonly noNumber: string;
  readonly erased: string;
  readonly languages: Readonly<Record<string, string>>;
  readonly sameNumber: string;
  /** One sentence that says what the citizen got. */
  readonly verdicts: Readonly<
    Record<'received' | 'sent' | 'planned' | 'held' | 'uncertain' | 'unreached' | 'none' | 'over' | 'past', string>
  >;
  readonly whyNone: Readonly<Record<'past' | 'status' | 'deceased' | 'noStart' | 'rules', string>>;
  readonly reminders: string;
  readonly todo: string;
  readonly due: (moment: string) => string;
  readonly heldUntil: (moment: string) => string;
  readonly wasDue: (moment: string) => string;
  readonly sentVia: (moment: string, gateway: string, segments: number) => string;
  readonly sms: string;
  readonly smsErased: string;
  readonly rule: (before: string) => string;
  readonly before: Readonly<Record<'days' | 'hours' | 'minutes', (count: number) => string>>;
  readonly notices: Readonly<Record<'confirmation' | 'rescheduled' | 'cancellation', string>>;
  readonly otherRule: (rule: string) => string;
  readonly openReplies: (count: number) => string;
  readonly toReplies: string;
  readonly optedOut: string;
  readonly toOptOuts: string;
  readonly story: string;
  readonly entries: {
    readonly received: (source: string) => string;
    readonly moved: string;
    readonly erased: string;
    readonly planned: (name: string, moment: string) => string;
    readonly reminder: (name: string, state: string) => string;
    readonly receipt: Readonly<Record<'delivered' | 'undelivered' | 'other', string>>;
    readonly reply: (meaning: string) => string;
    readonly settled: (action: string, by: string) => string;
    readonly settledBySystem: string;
    readonly optedOut: (by: string) => string;
    readonly optedIn: (by: string) => string;
    readonly event: (type: string, delivery: string | null) => string;
  };
  readonly earlier: string;
}

const many = (one: string, more: string) => (count: number) => (count === 1 ? `1 ${one}` : `${count} ${more}`);

const DANISH: StoryWords = {
  title: (reference) => `Aftale ${reference}`,
  back: 'Find en anden aftale',
  facts: {
    start: 'Tid',
    status: 'Status',
    department: 'Afdeling',
    source: 'Bookingsystem',
    number: 'Telefon',
    place: 'Sted',
    received: 'Modtaget her',
    language: 'Sprog',
  },
  noStart: 'Ingen tid endnu',
  noNumber: 'Intet brugbart nummer',
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
  },
  whyNone: {
    past: 'Aftalen var allerede overstået, da bookingsystemet sendte den hertil.',
    status: 'Der sendes først påmindelser, når aftalen er endeligt booket.',
    deceased: 'Bookingsystemet oplyser, at borgeren er død.',
    noStart: 'Aftalen har ingen tid endnu.',
    rules: 'Ingen regel gælder for denne type aftale eller afdeling. En administrator kan se efter under »Regler«.',
  },
  reminders: 'Påmindelser om denne tid',
  todo: 'Gør dette:',
  due: (moment) => `Sendes ${moment}`,
  heldUntil: (moment) => `Planlagt til ${moment}`,
  wasDue: (moment) => `Skulle være sendt ${moment}`,
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
  otherRule: (rule) => `Påmindelse »${rule}«`,
  openReplies: many('svar fra borgeren venter på at blive læst.', 'svar fra borgeren venter på at blive læst.'),
  toReplies: 'Læs svar',
  optedOut: 'Nummeret er frameldt og får ingen SMS’er.',
  toOptOuts: 'Se frameldinger',
  story: 'Forløb',
  entries: {
    received: (source) => `Aftalen modtaget fra ${source}`,
    moved: 'Aftalen fik en ny tid i bookingsystemet',
    erased: 'Borgerens oplysninger slettet',
    planned: (name, moment) => `${name}: planlagt til ${moment}`,
    reminder: (name, state) => `${name}: ${state}`,
    receipt: {
      delivered: 'Kvittering: modtaget',
      undelivered: 'Kvittering: ikke modtaget',
      other: 'Kvittering uden nye oplysninger',
    },
    reply: (meaning) => `Svar fra borgeren: ${meaning}`,
    settled: (action, by) => `Svaret behandlet: ${action}${by === '' ? '' : ` (${by})`}`,
    settledBySystem: 'Svaret afsluttet, fordi bookingsystemet ændrede aftalen',
    optedOut: (by) => `Nummeret frameldt af ${by}`,
    optedIn: (by) => `Frameldingen ophævet af ${by}`,
    event: (type, delivery) => `Hændelse til bookingsystemet: ${type}${delivery === null ? '' : ` (${delivery})`}`,
  },
  earlier: 'tidligere tid',
};

const ENGLISH: StoryWords = {
  title: (reference) => `Appointment ${reference}`,
  back: 'Find another appointment',
  facts: {
    start: 'Time',
    status: 'Status',
    department: 'Department',
    source: 'Booking system',
    number: 'Phone',
    place: 'Place',
    received: 'Received here',
    language: 'Language',
  },
  noStart: 'No time yet',
  noNumber: 'No usable number',
  erased: 'Erased',
  languages: { da: 'Danish', en: 'English' },
  sameNumber: 'Other appointments with the same number',
  verdicts: {
    received: 'The citizen received a reminder of this time.',
    sent: 'A reminder was sent. The phone has not confirmed it.',
    planned: 'The citizen will get a reminder.',
    held: 'The reminder is held back.',
    uncertain: 'It is unknown whether the citizen got a reminder.',
    unreached: 'The citizen got no reminder of this time.',
    none: 'There are no reminders of this time.',
    over: 'The appointment is no longer booked.',
    past: 'The appointment is over. The citizen got no reminder.',
  },
  whyNone: {
    past: 'The appointment was already past when the booking system sent it.',
    status: 'Reminders are sent once the appointment is finally booked.',
    deceased: 'The booking system says that the citizen has died.',
    noStart: 'The appointment has no time yet.',
    rules: 'No rule applies to this kind of appointment or department. An administrator can check under “Rules”.',
  },
  reminders: 'Reminders of this time',
  todo: 'Do this:',
  due: (moment) => `Will be sent ${moment}`,
  heldUntil: (moment) => `Planned for ${moment}`,
  wasDue: (moment) => `Was to be sent ${moment}`,
  sentVia: (moment, gateway, segments) =>
    `Sent on ${moment} by ${gateway} in ${segments === 1 ? '1 segment' : `${segments} segments`}`,
  sms: 'SMS',
  smsErased: 'The text was erased.',
  rule: (before) => `Reminder ${before} before`,
  before: { days: many('day', 'days'), hours: many('hour', 'hours'), minutes: many('minute', 'minutes') },
  notices: {
    confirmation: 'Notice of the booking',
    rescheduled: 'Notice of the new time',
    cancellation: 'Notice of the cancellation',
  },
  otherRule: (rule) => `Reminder “${rule}”`,
  openReplies: many(
    'reply of the citizen waits for you to read it.',
    'replies of the citizen wait for you to read them.',
  ),
  toReplies: 'Read replies',
  optedOut: 'The number has opted out and gets no SMS.',
  toOptOuts: 'See opt-outs',
  story: 'What happened',
  entries: {
    received: (source) => `Appointment received from ${source}`,
    moved: 'The appointment got a new time in the booking system',
    erased: 'The data about the citizen was erased',
    planned: (name, moment) => `${name}: planned for ${moment}`,
    reminder: (name, state) => `${name}: ${state}`,
    receipt: {
      delivered: 'Receipt: received',
      undelivered: 'Receipt: not received',
      other: 'Receipt that says nothing new',
    },
    reply: (meaning) => `Reply of the citizen: ${meaning}`,
    settled: (action, by) => `Reply settled: ${action}${by === '' ? '' : ` (${by})`}`,
    settledBySystem: 'Reply closed, since the booking system changed the appointment',
    optedOut: (by) => `The number was opted out by ${by}`,
    optedIn: (by) => `The opt-out was lifted by ${by}`,
    event: (type, delivery) => `Event to the booking system: ${type}${delivery === null ? '' : ` (${delivery})`}`,
  },
  earlier: 'earlier time',
};

/** The words of the page that tells the story of an appointment. */
export const STORY_WORDS: Readonly<Record<PageLanguage, StoryWords>> = { da: DANISH, en: ENGLISH };
