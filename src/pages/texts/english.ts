import type { TemplateName } from '../../domain/reminder.ts';

/** The name of a text, and when it is sent. */
interface TemplateWords {
  readonly name: string;
  readonly when: string;
}

/** A size of a text: places used, what one SMS holds, and how many SMS it is billed as. */
interface Size {
  readonly units: string;
  readonly most: number;
  readonly segments: number;
}

/** The English words of the pages of texts. */
export const ENGLISH = {
  title: 'Texts',
  lead:
    'The SMS that citizens get. EasySMS comes with a text for each purpose; your own takes its place from the moment ' +
    'it is saved, also for reminders that are planned already.',
  readOnly: 'You can read the texts. An administrator can change them.',
  all: 'All texts',
  backToAll: 'Back to all texts',
  purpose: 'Text',
  languages: { da: 'Danish', en: 'English' },
  shipped: 'Comes with EasySMS',
  own: (version: number) => `Your own, version ${version}`,
  savedBy: (who: string, when: string) => `${who}, ${when}`,
  templates: {
    reminder: { name: 'Reminder', when: 'Sent as the rules say, before the appointment.' },
    confirmation: { name: 'Appointment booked', when: 'Sent when an appointment is booked, if the rules ask for it.' },
    rescheduled: {
      name: 'Appointment moved',
      when:
        'Sent when an appointment moves to another time, if the rules ask for it and the citizen got an SMS about ' +
        'it.',
    },
    cancellation: {
      name: 'Appointment cancelled',
      when: 'Sent when an appointment is cancelled, if the rules ask for it and the citizen got an SMS about it.',
    },
    'opt-out-confirmed': { name: 'Answer to STOP', when: 'Sent at once to a citizen who opts out.' },
    'opt-in-confirmed': { name: 'Answer to START', when: 'Sent at once to a citizen who wants SMS again.' },
    'not-opted-out': {
      name: 'Answer: not opted out',
      when: 'Sent to a citizen who writes START without having opted out.',
    },
    help: { name: 'Answer to HELP', when: 'Sent at once to a citizen who asks for help.' },
    'wrong-number-received': {
      name: 'Answer to “wrong number”',
      when: 'Sent to somebody who writes that the number is not the citizen’s.',
    },
    'deceased-received': {
      name: 'Answer to news of a death',
      when: 'Sent to whoever writes that the citizen has died.',
    },
    'cancel-received': {
      name: 'Answer to a cancellation: please call',
      when: 'Sent when a citizen cancels by SMS and has to phone as well.',
    },
    'cancel-forwarded': {
      name: 'Answer to a cancellation: passed on',
      when: 'Sent when a cancellation by SMS was passed on to the booking system.',
    },
    'reply-received': {
      name: 'Answer to any other SMS',
      when: 'Sent to a citizen who writes something that EasySMS has no answer to, at most once a day.',
    },
  } satisfies Record<TemplateName, TemplateWords> as Readonly<Record<TemplateName, TemplateWords>>,
  text: (language: string) => `Text in ${language}`,
  reference: 'Show it with the values of an appointment',
  referenceHint: 'Its number in the booking system. Without one, sample values are shown.',
  notFound: 'There is no such appointment among those that you may see: sample values are shown.',
  preview: 'Preview',
  save: 'Save',
  from: (sender: string) => `From ${sender}`,
  noSms: 'Nothing can be sent with this text.',
  size: ({ units, most, segments }: Size) =>
    segments === 1
      ? `${units} of ${most} characters: billed as 1 segment`
      : `${units} characters: billed as ${segments} segments`,
  long: (segments: number) => `With long values: ${segments} segment${segments === 1 ? '' : 's'}.`,
  costly: (characters: string) =>
    `${characters} is not among the characters of a plain SMS, so that one holds 70 characters and not 160. It is ` +
    'marked on the phone.',
  double: (characters: string) => `${characters} takes the place of two characters.`,
  quoted: (text: string) => `“${text}”`,
  gradeTitle: 'What it tells on a locked screen',
  grades: [
    'Grade 0 of 2: nothing about health.',
    'Grade 1 of 2: a department or a kind of treatment.',
    'Grade 2 of 2: it may reveal an illness.',
  ],
  gradeWords: (words: string) => `Because of: ${words}.`,
  warnings: {
    missing: (variable: string) => `It does not say the ${variable} of the appointment: {{${variable}}} is missing.`,
    may_be_empty: 'It is empty for an appointment without a place, a department and a number: nothing is sent then.',
    stop: 'It does not say how to opt out, and nobody can answer a sender that is a name.',
    phone:
      'It has no number to call: citizens cannot cancel. Enter a phone number under “Rules”, and use {{contactPhone}}.',
  },
  variableNames: { date: 'date', time: 'time' } as Readonly<Record<string, string>>,
  at: (line: number, column: number) => `Line ${line}, character ${column}: `,
  faults: {
    empty: 'the text is empty.',
    emptied: 'the text is empty. The text that comes with EasySMS can be taken back under “Earlier versions”.',
    too_long: 'the text is too long: with long values it takes more than 5 SMS, or it has over 4,000 characters.',
    control_character: 'there is a character that cannot be sent.',
    unclosed: '{{ or {% is not closed.',
    single_brace: 'a value needs two braces on each side: {{date}}.',
    unknown_variable: 'there is no value with this name. See them under “Values you can use in the text”.',
    unknown_tag: 'there is no such tag. You may use if, unless and comment.',
    unknown_filter: 'there is no such filter.',
    syntax: 'this cannot be read: look at the braces.',
    failed: 'the text cannot be filled in: look at the filters.',
    holds_cpr: 'it looks as if there is a CPR number in it. Leave it out: such an SMS is never sent.',
    holds_link: 'it holds a link. Phone companies block SMS with links, and citizens are told never to open one.',
    gateway_text: 'the SMS supplier does not take this text.',
    gateway_length: 'the text is longer than the SMS supplier takes.',
  } as Readonly<Record<string, string>>,
  otherFault: 'this text cannot be used.',
  month: (messages: string, isPart: boolean) =>
    `Last month it was sent ${isPart ? 'at least ' : ''}${messages === '1' ? 'once' : `${messages} times`}.`,
  cost: (segments: string, money: string | undefined, isPart: boolean) =>
    `${isPart ? 'at least ' : ''}${segments} ${segments === '1' ? 'segment' : 'segments'}` +
    `${money ? `, ${isPart ? 'at least' : 'about'} ${money}` : ''}`,
  costNow: 'The same number with the text in force',
  costNew: 'With the text as typed',
  costBasis: 'The figures below are worked out with the example above.',
  planned: (count: string, from: string, to: string) =>
    count === '1'
      ? `1 planned reminder (${from}) gets the text that is saved when it is sent.`
      : `${count} planned reminders (${from} to ${to}) get the text that is saved when they are sent.`,
  next: (when: string) => `The next one, due ${when}`,
  before: 'With the text in force',
  after: 'With the text as typed',
  unchanged: 'Unchanged:',
  nothing: 'Nothing could be sent.',
  variables: 'Values you can use in the text',
  condition: '{% if location %} … {% endif %} prints what is between only when the appointment has that value.',
  variableWords: {
    date: 'day and month',
    time: 'time of day; empty for an appointment that has a day only',
    weekday: 'day of the week',
    location: 'place, for a visit',
    department: 'department: it may reveal what the citizen is treated for',
    authority: 'name of the authority',
    contactPhone: 'number to call, from the rules or from the appointment',
    oldDate: 'the day before it was moved',
    oldTime: 'the time before it was moved',
    oldWeekday: 'the day of the week before it was moved',
    keyword: 'the word that a reply has to begin with, where the number is shared',
  } as Readonly<Record<string, string>>,
  done: {
    saved: 'The text is saved and in force.',
    same: 'Nothing was changed.',
    restored: 'The text is in force again, as a new version.',
    changed: 'Somebody else has saved a version in the meantime. Nothing was changed: look at the list again.',
  } as Readonly<Record<string, string>>,
  conflict:
    'Somebody else has saved this text while you were writing. What you typed still stands below, compared with the ' +
    'text in force now. Save again to put yours in its place.',
  differs: 'Yours compared with the text in force now',
  versions: 'Earlier versions',
  versionsOf: (name: string, language: string) => `${name}, ${language}: versions`,
  version: (number: number) => `Version ${number}`,
  inForce: 'In force',
  backToShipped: 'Back to the text that comes with EasySMS',
  restore: 'Use this text again',
  firstVersion: 'The text that comes with EasySMS',
  added: 'added',
  removed: 'removed',
  compared: 'Each version is compared with the one before: words struck out were removed, underlined ones were added.',
  older: 'Older versions',
  back: 'Back to the text',
};
