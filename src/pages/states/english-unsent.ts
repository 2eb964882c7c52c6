import type { UnsentWords } from './words.ts';

/** Advice where the SMS may not have been read in time. */
export const PHONE = 'Phone the citizen if the appointment matters.';
const CHECK_NUMBER = 'Correct the number in the booking system. The reminder is then planned again automatically.';

/** The words of reminders that were not sent in English. */
export const ENGLISH_UNSENT: UnsentWords = {
  expired: {
    too_late: {
      label: 'Not sent in time: the deadline passed',
      means: 'The reminder could not be sent before the appointment was too near.',
      todo: PHONE,
    },
    validity_too_short: {
      label: 'Not sent in time: the deadline was too near for the SMS supplier',
      means: 'The deadline was so near that the SMS supplier could not be told when the SMS would be too late.',
      todo: PHONE,
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
      todo: CHECK_NUMBER,
    },
    not_mobile: {
      label: 'Not sent: not a mobile number',
      means: 'The number is a landline or another kind that takes no SMS.',
      todo: CHECK_NUMBER,
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
      label: 'Not sent: trial run',
      means: 'The booking system is on trial: everything is planned and nothing is sent.',
      todo: 'An administrator can take the booking system into use.',
      namesWho: true,
    },
    too_many_today: {
      label: 'Not sent: too many in one day',
      means: 'The number had had as many SMS that day as the authority allows.',
      todo: PHONE,
    },
    internal_error: {
      label: 'Not sent: a fault in EasySMS',
      means: 'EasySMS failed on the reminder several times, and does not try it again.',
      todo: 'Tell an administrator. Phone the citizen meanwhile.',
    },
    test: { label: 'Not sent: a test', means: 'The booking system marked the appointment as a test.' },
    no_sms: { label: 'Not sent: this kind of appointment', means: 'No SMS are sent about this kind of appointment.' },
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
      means: 'The citizen cancelled, and somebody on the staff passed it on.',
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
