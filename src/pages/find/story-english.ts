import { many, type StoryWords } from './story-word-types.ts';

/** The English words of the page that tells the story of an appointment. */
export const STORY_ENGLISH: StoryWords = {
  title: (reference) => `Appointment ${reference}`,
  back: 'Back to the search',
  facts: {
    start: 'Time',
    status: 'Status',
    number: 'Phone',
  },
  noStart: 'No time yet',
  noNumber: 'No number',
  erased: 'Erased',
  languages: { da: 'Danish', en: 'English' },
  sameNumber: 'Other appointments with the same number',
  verdicts: {
    received: 'The citizen received a reminder for this appointment.',
    sent: 'A reminder was sent. The phone has not confirmed it.',
    planned: 'The citizen will get a reminder.',
    held: 'The reminder is held back.',
    uncertain: 'It is unknown whether the citizen got a reminder.',
    unreached: 'The citizen got no reminder for this appointment.',
    none: 'There are no reminders for this appointment.',
    over: 'The appointment is no longer booked.',
    past: 'The appointment is over. The citizen got no reminder.',
    noticed: 'The citizen received a notice of this appointment. There are no reminders for it.',
    noticeOnly: 'There are no reminders for this appointment, only a notice of it.',
    trial: 'The booking system is on trial: the reminder is planned, and not sent.',
    replaced: 'Another appointment replaces this one in the booking system.',
  },
  noReminder: {
    past: 'The appointment was already past when the booking system sent it.',
    status: 'Reminders are sent once the appointment is finally booked.',
    deceased: 'The booking system says that the citizen has died.',
    noStart: 'The appointment has no time yet.',
    rules: 'No rule applies to this kind of appointment or department. An administrator can check under “Rules”.',
  },
  replacedBy: 'Replaced in the booking system by',
  replacedMeans: 'Reminders are sent for the new appointment.',
  reminders: 'Reminders for this appointment',
  todo: (asked) => (asked ? 'Do this:' : 'Next step:'),
  due: (moment) => `Will be sent on ${moment}`,
  heldUntil: (moment) => `Planned for ${moment}`,
  wasDue: (moment) => `Was planned for ${moment}`,
  sentVia: (moment, gateway, segments) =>
    `Sent on ${moment} through ${gateway} in ${segments === 1 ? '1 segment' : `${segments} segments`}`,
  sms: 'SMS',
  smsErased: 'The text was erased.',
  rule: (before) => `Reminder ${before} before`,
  before: { days: many('day', 'days'), hours: many('hour', 'hours'), minutes: many('minute', 'minutes') },
  notices: {
    confirmation: 'Notice of the booking',
    rescheduled: 'Notice of the new time',
    cancellation: 'Notice of the cancellation',
  },
  sameDay: (at) => `Reminder on the day at ${at}`,
  otherRule: (rule) => `Reminder “${rule}” (its rule is gone)`,
  openReplies: many('reply from the citizen is not settled.', 'replies from the citizen are not settled.'),
  toReplies: 'See replies',
  optedOut: 'The number has opted out and gets no SMS.',
  toOptOuts: 'See opt-outs',
  story: 'What happened',
  entries: {
    received: (source) => `Appointment received from ${source}`,
    moved: {
      to: (time, before) =>
        `The appointment got a new time in the booking system${time ? `: ${time}` : ''}` +
        `${before ? ` (before that ${before})` : ''}`,
      without: (before) => `The appointment has no time any more in the booking system (before that ${before})`,
    },
    replaced: (reference) =>
      `The appointment got a new number in the booking system${reference === null ? '' : `: ${reference}`}`,
    toReplacement: 'See the new appointment',
    changed: {
      cancelled: 'The appointment was cancelled in the booking system',
      deleted: 'The appointment was deleted in the booking system as entered in error',
      booked: 'The appointment was booked again in the booking system',
    },
    erased: 'The data about the citizen was erased',
    planned: (name, moment) => `${name}: planned for ${moment}`,
    reminder: (name, state) => `${name}: ${state}`,
    handedOver: (name) => `${name}: handed over to the SMS supplier`,
    handedOverAgain: (name) => `${name}: handed over to the SMS supplier again, since the first may not have been sent`,
    asked: {
      found: 'The SMS supplier was asked what became of the SMS, and said',
      open: 'The SMS supplier was asked what became of the SMS, and could not tell',
      never: 'The SMS supplier was asked, and had never got the SMS',
    },
    askedAgain: (moment) => `It will be asked again on ${moment}.`,
    receipt: {
      delivered: 'Receipt: received',
      undelivered: 'Receipt: not received',
      other: 'Receipt that says nothing new',
    },
    reply: (meaning) => `Reply of the citizen: ${meaning}`,
    hold: {
      held: 'The reminders are held back until the reply is settled.',
      released: 'The reminders were held back until the reply was settled.',
    },
    answer: (name, state) => `Our automatic answer to the citizen (${name}): ${state}`,
    settled: (action, by) => `Reply settled: ${action}${by === '' ? '' : ` (${by})`}`,
    settledBySystem: 'Reply closed, since the booking system changed the appointment',
    optedOut: (by) => `The number was opted out by ${by}`,
    optedIn: (by) => `The opt-out was lifted by ${by}`,
    paused: ({ source, by, reason, until }) => {
      const what = source === null ? 'All sending' : `Sending for ${source}`;
      return `${what} was paused by ${by}${until === null ? '' : ` until ${until}`}${reason && `: ${reason}`}`;
    },
    resumed: (source, by) => {
      const what = source === null ? 'sending' : `sending for ${source}`;
      return by === null ? `The pause ended, and ${what} went on` : `The pause was lifted by ${by}: ${what} went on`;
    },
    event: ({ about, what, delivery }) =>
      `Message to the booking system${delivery === null ? '' : ` (${delivery})`}` +
      `${about === null ? '' : ` about the ${about}`}: ${what}`,
  },
  means: {
    received: 'From now on EasySMS plans the reminders that the rules ask for.',
    erased: 'EasySMS knows neither the number nor the texts any more. No more reminders are sent.',
    moved: 'Reminders of the time before are dropped, and the new time gets its own.',
    without: 'No reminders are sent until the appointment gets a time again.',
    replaced: 'The reminders of this one are dropped, and the new one gets its own.',
    handedOverAgain: 'The citizen may have got the SMS twice.',
    asked: {
      found: 'The response decides what became of the SMS, like a receipt.',
      open: 'It is still not known whether the citizen got the SMS.',
      never: 'The citizen did not get the SMS by that try.',
    },
    receipt: {
      delivered: 'The phone has confirmed that it received the SMS.',
      undelivered: 'The phone company could not deliver the SMS to the phone.',
      other: 'It changes nothing about what is known already.',
    },
    settled: 'The reply waits for nobody any more.',
    settledBySystem: 'The reply waits for nobody any more, and holds no reminders back.',
    optedOut: 'The number gets no SMS until the opt-out is lifted.',
    optedIn: 'The number gets SMS again.',
    paused: 'Reminders that were due meanwhile waited.',
    resumed: 'Reminders that waited were sent unless their deadline had passed.',
  },
  earlier: 'earlier time',
  cut: 'So much has happened to the appointment that the oldest is left out.',
  beginning: 'Back to the beginning',
  further: 'What happened later',
};
