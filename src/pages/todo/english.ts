import type { TodoWords } from './word-types.ts';

const systems = (count: number) => `${count} more booking ${count === 1 ? 'system' : 'systems'}`;

/** The words of the to-do page in English. */
export const ENGLISH: TodoWords = {
  title: 'To do',
  nothing: (byReply) =>
    byReply
      ? 'There is nothing to do right now. Replies from citizens, and citizens to phone, appear here.'
      : 'There is nothing to do right now. Citizens to phone appear here.',
  nothingMore: 'The list is empty. Well done.',
  handled: 'The citizen is off the list. This can be undone for ten minutes, under “Ticked off lately”.',
  undone: 'The citizen is on the list again.',
  late: 'It is too late to undo this.',
  seen: 'The refused messages are off the list. If more are refused, the booking system stands here again.',
  undo: 'Undo',
  printed: (authority, when) => `${authority}: as of ${when}.`,
  readOnly: 'Your role lets you read the list. An operator can phone and tick things off.',
  more: 'There are more. They appear once these are ticked off.',
  noNumber: 'No number',
  replies: {
    title: 'Replies that hold reminders back',
    means:
      'The citizen cancels, may have died or may want no more SMS. Their reminders wait until the reply is settled.',
    read: 'Read and settle',
    look: 'Read',
    others: (count) => (count === 1 ? '1 other reply waits' : `${count} other replies wait`),
    more: (count) => `More replies hold reminders back. See all ${count} that wait`,
  },
  lists: {
    soon: (until) => ({
      title: 'To phone: no SMS is known to have arrived',
      means:
        `Appointments until ${until} whose citizen got no reminder, or may not have got one, and none is on its ` +
        'way.',
      button: 'Phoned',
    }),
    numberless: (count) => ({
      title: `${count} ${count === '1' ? 'appointment' : 'appointments'} without a number that takes SMS`,
      means: 'Appointments of the same days whose number is missing or takes no SMS.',
      step: 'Enter one in the booking system.',
      button: 'Done',
    }),
    uncertain: {
      title: 'Unclear whether the SMS was sent',
      means: 'Appointments further ahead. The receipt may still come.',
      step: 'If it does not, phone as the appointment draws near.',
      button: 'Phoned',
    },
    wrongNumbers: {
      title: 'Wrong number',
      means: 'The number is somebody else’s.',
      step: 'Correct it in the booking system; reminders are then planned again.',
      button: 'Done',
    },
  },
  latest: { title: 'Ticked off lately', by: (name) => `by ${name}` },
  obstacles: {
    title: 'Something holds SMS back',
    wrong: 'Something is wrong, so SMS may be missing',
    means: 'The reminders that wait are not lost: they are sent once this is solved, if there is still time for it.',
    refusedMean: (works) =>
      'Refused messages must be corrected and sent again' +
      (works ? ': tell the booking system’s supplier, then choose “Passed on”.' : '.'),
    sendingOff: 'The installation sends no SMS at all.',
    paused: (until, reason) =>
      `The authority is paused${until ? ` until ${until}` : ' until somebody ends it'}: ${reason}`,
    pausedSource: (source, until, why) =>
      why === null
        ? `${source} is paused in its settings. Its reminders wait.`
        : `${source} is paused${until ? ` until ${until}` : ''}${why ? `: ${why}` : ''}. Its reminders wait.`,
    unclear: (source, word, count) => {
      const wait = `${count === 1 ? '1 appointment waits' : `${count} appointments wait`}, and no SMS is sent about `;
      const them = count === 1 ? 'it' : 'them';
      return word === null
        ? `${source} has sent what may mean that appointments are cancelled. ${wait}${them} until the status is clear.`
        : `${source} uses “${word}” as a status, which may mean that the appointment is cancelled. ${wait}${them} ` +
            'until you say what the word means.';
    },
    silent: (source, last) =>
      last === null
        ? `${source} has never sent anything. There is no SMS about the appointments in that booking system.`
        : `${source} has sent nothing since ${last}. New, moved and cancelled appointments may be missing.`,
    refusing: (source, { count, all }, last) =>
      `${source}: ${count === 1 ? '1 message was' : `${all ? '' : 'at least '}${count} messages were`} refused in ` +
      `the last 24 hours, the last on ${last}. ` +
      `What is in ${count === 1 ? 'it' : 'them'} is missing here: SMS may be missing or wrong.`,
    noGateway: 'No SMS supplier is in use: the reminders wait.',
    refusedSender: (gateway, rule, administers) =>
      `The SMS supplier ${gateway} refuses SMS with your sender. ` +
      `${administers ? 'Choose one that it takes. ' : ''}The supplier’s rule: ${rule}`,
    gatewayOut: (gateway, since) => `The SMS supplier ${gateway} has been out of use since ${since}.`,
    endpoint: (source, state) =>
      state === 'ended'
        ? `${source} takes no more events: the receiver has ended them.`
        : `${source} does not take events. They are kept, and tried again every five minutes.`,
    more: {
      silent: (count) => `And ${systems(count)} that ${count === 1 ? 'sends' : 'send'} nothing.`,
      refusing: (count) => `And ${systems(count)} whose messages were refused in the last 24 hours.`,
      unclear: (count) => `And ${count} more unknown ${count === 1 ? 'word holds' : 'words hold'} SMS back.`,
      pausedSources: (count) => `And ${systems(count)} that ${count === 1 ? 'is' : 'are'} paused.`,
      stoppedEndpoints: (count) =>
        `And ${count} more ${count === 1 ? 'receiver of events takes' : 'receivers of events take'} none.`,
    },
    toSender: 'See the sender',
    toPause: 'See the pause',
    toSource: 'See the booking system',
    toSources: 'See the booking systems',
    toCodes: 'See unknown codes',
    seen: 'Passed on',
    toGateways: 'See the SMS suppliers',
    toInstallation: 'See why nothing is sent',
    askAdministrator: 'Tell an administrator.',
    askOperations: 'The operations team can solve it.',
  },
  figures: {
    title: 'Today and the next seven days',
    plannedToday: 'Planned for the rest of today',
    sentToday: 'Sent today',
    plannedWeek: 'Planned for the next seven days',
    delivered: 'Share received this month',
    time: 'Delivery time now, the median of the newest 500 SMS',
    timeMeans:
      'In the table, delivery time is the median of the last 20 SMS of each day: half of those that arrived took no ' +
      'longer.',
    seconds: (seconds) => `${seconds} s`,
    minutes: (minutes) => `${minutes} min`,
    week: 'Planned reminders day by day',
    months: 'This month and last month',
    columns: ['Period', 'Sent', 'Share received', 'Delivery time', 'Segments', 'Cost'],
    days: (month, from, to) => (from === to ? `${from}\u00a0${month}` : `${from}–${to}\u00a0${month}`),
    all: (month) => `All of ${month}`,
    limited: (departments) => `Only ${departments.join(', ')}, which your account is limited to.`,
    more: 'See the statistics',
  },
  others: {
    title: 'Other authorities',
    all: 'All authorities',
    none: 'No replies wait at the other authorities.',
  },
};
