import type { OtherWords } from './words.ts';

/** The words of appointments, events, deliveries and gateways in English. */
export const ENGLISH_OTHERS: OtherWords = {
  appointments: {
    booked: { label: 'Booked', means: 'The appointment is booked in the booking system.' },
    pending: { label: 'Not final', means: 'The appointment is not finally booked. Reminders are sent once it is.' },
    proposed: { label: 'Proposed', means: 'The time is only a proposal. Reminders are sent once it is booked.' },
    waitlist: { label: 'On a waiting list', means: 'The citizen is on a waiting list. Reminders follow with a time.' },
    arrived: { label: 'The citizen has come', means: 'The citizen has arrived. Nothing more is sent.' },
    'checked-in': { label: 'The citizen has come', means: 'The citizen was checked in. Nothing more is sent.' },
    fulfilled: { label: 'Took place', means: 'The appointment has taken place. Nothing more is sent.' },
    noshow: { label: 'Did not come', means: 'The citizen was recorded as not having come. Nothing more is sent.' },
    cancelled: { label: 'Cancelled', means: 'The appointment is cancelled. No more reminders are sent.' },
    'entered-in-error': {
      label: 'Entered in error',
      means: 'The appointment was deleted in the booking system. No more reminders are sent.',
    },
  },
  replaced: {
    label: 'Replaced',
    means: 'Another appointment replaces this one in the booking system. Reminders are sent for that one.',
  },
  events: {
    'reminder.handed_over': { label: 'SMS sent', means: 'The booking system is told that a reminder was sent.' },
    'reminder.delivered': { label: 'SMS received', means: 'The booking system is told that the reminder arrived.' },
    'reminder.failed': {
      label: 'The citizen did not get the SMS',
      means: 'The booking system is told that the reminder did not arrive.',
    },
    'reminder.uncertain': {
      label: 'Unknown whether the SMS was sent',
      means: 'The booking system is told that it is unknown whether the reminder was sent.',
    },
    'reminder.suppressed': {
      label: 'SMS not sent',
      means: 'The booking system is told that the reminder will not be sent.',
    },
    'appointment.unreachable': {
      label: 'The citizen cannot be reached',
      means: 'The booking system is told that no reminder of the appointment reaches the citizen.',
    },
    'citizen.opted_out': { label: 'The citizen opted out', means: 'The booking system is told of the opt-out.' },
    'citizen.opted_in': { label: 'The citizen opted in again', means: 'The booking system is told of the opt-in.' },
    'citizen.wrong_number': {
      label: 'Wrong number',
      means: 'The booking system is told that the number is somebody else’s.',
      todo: 'Correct the number in the booking system.',
    },
    'citizen.cancelled': { label: 'The citizen cancelled', means: 'The booking system is told of the cancellation.' },
    'citizen.confirmed': { label: 'The citizen confirmed', means: 'The booking system is told of the confirmation.' },
    'citizen.replied': { label: 'The citizen replied', means: 'The booking system is told the reply.' },
    'slot.freed': { label: 'Free slot', means: 'The booking system is told that the slot is free.' },
  },
  eventReasons: {
    citizen: 'by the citizen',
    staff: 'by the staff',
    gateway: 'by the SMS supplier',
    booking_system: 'by the booking system',
    cancel: 'a cancellation',
    confirm: 'a confirmation',
    maybe_stop: 'maybe an opt-out',
    deceased: 'a death',
    other: 'something else',
  },
  deliveries: {
    pending: { label: 'Not delivered yet', means: 'The booking system has not taken the event yet.' },
    delivered: { label: 'Delivered', means: 'The booking system has taken the event.' },
    failed: {
      label: 'Given up',
      means: 'The booking system did not take the event for three days.',
      todo: 'An operator or an administrator can send it again under “Set-up”.',
      namesWho: true,
    },
  },
  endpoints: {
    live: { label: 'In use', means: 'Events are delivered to the booking system as they happen.' },
    paused: {
      label: 'Failing',
      means: 'The booking system has failed for more than an hour. It is tried every five minutes.',
      todo: 'Contact whoever runs the booking system.',
    },
    ended: {
      label: 'Closed by the receiver',
      means: 'The booking system responded that the address is gone. Nothing more is delivered.',
      todo: 'An operator can resume the deliveries if the address is right. Otherwise an administrator corrects it.',
      namesWho: true,
    },
  },
  out: {
    auth: {
      label: 'Access denied',
      means: 'The SMS supplier does not accept our credentials.',
      todo: 'The operations team must correct the access.',
      namesWho: true,
    },
    credit: {
      label: 'No credit',
      means: 'The account at the SMS supplier is empty.',
      todo: 'Whoever pays the supplier must top up the account.',
      namesWho: true,
    },
    throttled: { label: 'Too busy', means: 'The SMS supplier takes no more at present. It is tried again soon.' },
    unreachable: {
      label: 'Out of reach',
      means: 'The SMS supplier is out of reach, or refuses everything. It is tried again soon.',
    },
    timeouts: {
      label: 'Does not respond',
      means: 'The SMS supplier does not respond in time. It is tried again soon.',
    },
    staff: {
      label: 'Taken out of use by the staff',
      means: 'It comes back only when somebody on the staff brings it back.',
    },
  },
};
