import type { PageLanguage } from '../kit/language.ts';

/** Kinds of what is held about a number. */
export type HeldKind = 'appointments' | 'messages' | 'inbound' | 'optOuts' | 'patients';

type Column =
  | ('reminder' | 'due' | 'language' | 'status' | 'history' | 'at' | 'kind' | 'text' | 'sender')
  | ('to' | 'meaning' | 'decision' | 'about' | 'since' | 'reason' | 'source' | 'protected');

type Fact = 'start' | 'kind' | 'status' | 'outcome' | 'changes' | 'handled' | 'events';

/** The words of the pages about the rights of citizens. */
export interface CitizensWords {
  readonly title: string;
  /** @param erases the reader may erase */
  readonly lead: (erases: boolean) => string;
  readonly limited: string;
  readonly access: string;
  readonly accessLead: string;
  readonly number: string;
  readonly numberHint: string;
  readonly fileLanguage: string;
  readonly languages: Readonly<Record<PageLanguage, string>>;
  readonly show: string;
  readonly asDocument: string;
  readonly asData: string;
  readonly erase: string;
  readonly eraseLead: string;
  /** In place of the form, for those who may not erase. */
  readonly eraseNot: string;
  readonly eraseNext: string;
  readonly faults: Readonly<Record<'number' | 'nothing' | 'other' | 'sure', string>>;
  readonly confirmTitle: string;
  readonly confirmLead: string;
  readonly counts: Readonly<Record<HeldKind, (count: number) => string>>;
  readonly more: string;
  readonly follows: string;
  readonly whatHappens: readonly string[];
  readonly again: string;
  readonly sure: string;
  readonly eraseNow: string;
  readonly keep: string;
  readonly proofTitle: string;
  readonly proofDone: string;
  readonly proof: Readonly<Record<'authority' | 'at' | 'by' | 'reference', string>>;
  readonly erased: Readonly<Record<HeldKind | 'reminders', string>>;
  readonly proofNote: string;
  readonly proofFile: string;
  readonly proofFileName: string;
  readonly back: string;
  readonly record: {
    readonly title: string;
    readonly about: (phone: string, authority: string, moment: string) => string;
    readonly nothing: string;
    readonly first: string;
    readonly incomplete: string;
    readonly kinds: Readonly<Record<HeldKind, string>>;
    readonly none: string;
    readonly columns: Readonly<Record<Column, string>>;
    /** Above the reminders of an appointment. */
    readonly reminders: string;
    readonly facts: Readonly<Record<Fact, string>>;
    /** How the citizen meets the staff. */
    readonly kindsOfVisit: Readonly<Record<'visit' | 'phone' | 'video' | 'home', string>>;
    readonly test: string;
    readonly yes: string;
    readonly fromTo: (start: string, end: string) => string;
    readonly wouldHaveSaid: (text: string) => string;
    readonly aboutAppointment: (reference: string) => string;
    readonly inReplyTo: (text: string) => string;
    readonly from: (sender: string, gateway: string) => string;
    readonly undecided: string;
    readonly noTime: string;
    readonly erasedText: string;
    readonly waiting: string;
    readonly recordedBy: Readonly<Record<'citizen' | 'gateway' | 'bookingSystem' | 'staff', string>>;
    readonly lifted: (moment: string) => string;
    readonly inForce: string;
    readonly everywhere: string;
    /** @param days that the authority keeps an appointment for */
    readonly footer: (days: number) => string;
    readonly fileName: string;
  };
}

/** A count with its noun. */
export const many = (one: string, more: string) => (count: number) => `${count} ${count === 1 ? one : more}`;

/** The words of the pages about the rights of citizens in English. */
export const ENGLISH: CitizensWords = {
  title: 'Citizens’ rights',
  lead: (erases) =>
    `Give a citizen access to what is held about a phone number${erases ? ', or erase what is held' : ''}.`,
  limited:
    'Your account is limited to some departments. Access and erasure concern the whole authority: ask a colleague ' +
    'without that limit for help.',
  access: 'Access',
  accessLead: 'Everything that the authority holds about the number. Every look-up is recorded.',
  number: 'Phone number of the citizen',
  numberHint: 'For example 22\u00a030\u00a041\u00a050',
  fileLanguage: 'Language of the document',
  languages: { da: 'Danish', en: 'English' },
  show: 'Show here',
  asDocument: 'Download as a document',
  asData: 'Download as data',
  erase: 'Erasure',
  eraseLead: 'Erases everything that the authority holds about the number. You see first what will be erased.',
  eraseNot: 'An administrator can erase everything about a number.',
  eraseNext: 'Go on to erasure',
  faults: {
    number: 'This is not a phone number.',
    nothing: 'The authority holds nothing about this number, so there is nothing to erase.',
    other: 'This is not the number that you began with.',
    sure: 'Tick the box to confirm.',
  },
  confirmTitle: 'Erase everything about the number?',
  confirmLead: 'This is held:',
  counts: {
    appointments: many('appointment', 'appointments'),
    messages: many('SMS', 'SMS'),
    inbound: many('reply', 'replies'),
    optOuts: many('opt-out', 'opt-outs'),
    patients: many('patient without an appointment', 'patients without an appointment'),
  },
  more: 'There are more than are counted here.',
  follows: 'When it is erased:',
  whatHappens: [
    'Numbers, texts and places are erased. This cannot be undone.',
    'Planned reminders are not sent. Appointments booked later get reminders again, unless the number is opted out.',
    'The appointments’ numbers, times and statuses stay, without data about the citizen, until the time limit of the ' +
      'authority erases them, so that the booking system cannot bring back what was erased.',
    'An opt-out stays in force: only a code that nobody can read is kept of it.',
    'The statistics stay. They say nothing about the citizen.',
  ],
  again: 'Enter the number again',
  sure: 'I have made sure that it is the right number, and that it may be erased.',
  eraseNow: 'Erase now',
  keep: 'Cancel',
  proofTitle: 'Receipt of erasure',
  proofDone: 'The data about the citizen is erased. Save or print the receipt.',
  proof: { authority: 'Authority', at: 'Erased', by: 'Erased by', reference: 'Number of the receipt' },
  erased: {
    appointments: 'Appointments',
    reminders: 'Planned reminders that are not sent',
    messages: 'SMS',
    inbound: 'Replies of the citizen',
    optOuts: 'Opt-outs whose number was erased',
    patients: 'Patients without an appointment',
  },
  proofNote: 'The receipt says nothing about the citizen. Note in your own case whom it concerns.',
  proofFile: 'Download the receipt',
  proofFileName: 'receipt',
  back: 'Back to citizens’ rights',
  record: {
    title: 'What is held about a phone number',
    about: (phone, authority, moment) => `Held about ${phone} by ${authority}, ${moment}.`,
    nothing: 'The authority holds nothing about this number.',
    first: 'Only the first ones are shown here. The file has all of them.',
    incomplete: 'There is more than a file can take. Contact your operations team.',
    kinds: {
      appointments: 'Appointments',
      messages: 'SMS to the number',
      inbound: 'SMS from the number',
      optOuts: 'Opt-outs',
      patients: 'Kept for a first appointment',
    },
    none: 'None.',
    columns: {
      reminder: 'Reminder',
      due: 'Planned for',
      language: 'Language',
      status: 'Status',
      history: 'What happened',
      at: 'When',
      kind: 'Kind',
      text: 'Text',
      sender: 'From',
      to: 'To',
      meaning: 'Understood as',
      decision: 'Decision',
      about: 'About',
      since: 'Since',
      reason: 'Reason',
      source: 'Sent by the booking system',
      protected: 'Name and address protected',
    },
    reminders: 'Reminders',
    facts: {
      start: 'Time',
      kind: 'Kind',
      status: 'Status',
      outcome: 'Outcome',
      changes: 'Changed by the booking system',
      handled: 'Called, or otherwise dealt with by staff',
      events: 'Messages to the booking system',
    },
    kindsOfVisit: { visit: 'Visit', phone: 'Phone', video: 'Video', home: 'At the citizen’s home' },
    test: 'a test',
    yes: 'Yes',
    fromTo: (start, end) => `${start} to ${end}`,
    wouldHaveSaid: (text) => `It would have said: “${text}”`,
    aboutAppointment: (reference) => `Appointment ${reference}`,
    inReplyTo: (text) => `In reply to “${text}”`,
    from: (sender, gateway) => (sender === '' ? `through ${gateway}` : `${sender}, through ${gateway}`),
    undecided: 'Not settled yet',
    noTime: 'No time',
    erasedText: 'Erased',
    waiting: 'Not sent yet',
    recordedBy: {
      citizen: 'by the citizen',
      gateway: 'by the SMS supplier',
      bookingSystem: 'by the booking system',
      staff: 'by the staff',
    },
    lifted: (moment) => `Lifted ${moment}`,
    inForce: 'In force',
    everywhere: 'In force for all authorities',
    footer: (days) =>
      `What is held about an appointment is erased automatically ${many('day', 'days')(days)} after it. EasySMS ` +
      'holds no CPR numbers or diagnoses. It recognises the number and the citizen by codes made from them, which ' +
      'cannot be turned back.',
    fileName: 'access',
  },
};
