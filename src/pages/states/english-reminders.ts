import { ENGLISH_UNSENT, PHONE } from './english-unsent.ts';
import type { ReminderWords } from './words.ts';

/** The words of reminders and messages in English. */
export const ENGLISH_REMINDERS: ReminderWords = {
  statuses: {
    planned: { label: 'Planned', means: 'The reminder is sent automatically when it is due.' },
    handing_over: { label: 'Being sent', means: 'The SMS is on its way to the SMS supplier.' },
    accepted: {
      label: 'Sent, waiting for a receipt',
      means: 'The SMS supplier took the SMS, and the phone has not confirmed it yet.',
    },
    delivered: { label: 'Received', means: 'The phone has confirmed that it received the SMS.' },
    undelivered: {
      label: 'Not received',
      means: 'The SMS was sent, but the phone company could not deliver it to the phone.',
      todo: PHONE,
    },
    rejected: { label: 'Refused', means: 'The SMS supplier refused the SMS. It was not sent.', todo: PHONE },
    uncertain: {
      label: 'Unknown whether it was sent',
      means:
        'The connection to the SMS supplier broke. The SMS is not sent again, so that the citizen does not get two.',
      todo: 'Phone the citizen if the appointment is near. A receipt may still arrive.',
    },
    expired: { label: 'Not sent in time', means: 'The time in which the SMS made sense has passed.' },
    suppressed: {
      label: 'Not sent',
      means: 'The citizen opted out, the number cannot be used, or something else stood in the way of the reminder.',
    },
    cancelled: {
      label: 'Dropped',
      means: 'The appointment was cancelled in the booking system, so no reminder is sent.',
    },
    superseded: {
      label: 'Replaced',
      means: 'The appointment was moved, or passed to another citizen. It has new reminders.',
    },
  },
  notSent: { label: 'Not sent by this try', means: 'The SMS supplier did not take the SMS this time.' },
  stranger: {
    label: 'Received by somebody else: wrong number',
    means: 'The SMS reached a number that is somebody else’s.',
    todo: 'Phone the citizen, and correct the number in the booking system.',
  },
  reported: {
    label: 'Not sent: reported as a wrong number',
    means:
      'Somebody on the staff reported that the number is somebody else’s. No more SMS about the appointment are sent ' +
      'to it.',
    todo:
      'Correct the number in the booking system: the reminder is then planned again. If the appointment is near, ' +
      'phone the citizen.',
  },
  replaced: {
    label: 'Dropped: replaced',
    means: 'Another appointment replaces this one in the booking system, and has reminders of its own.',
  },
  held: {
    paused: {
      label: 'Waiting: paused',
      means: 'Sending is paused for the whole authority or for this booking system.',
      todo: 'An operator or an administrator can resume sending.',
      namesWho: true,
    },
    sending_off: {
      label: 'Waiting: sending is switched off',
      means: 'Sending is switched off for the whole installation.',
      todo: 'Ask your operations team. Phone citizens whose appointments are tomorrow.',
    },
    restored: {
      label: 'Waiting: the system was restored from a backup',
      means: 'The database was restored from a backup, and nobody has said yet when that was made.',
      todo: 'Ask your operations team. Phone citizens whose appointments are tomorrow.',
    },
    other_public_url: {
      label: 'Waiting: the database belongs to another installation',
      means: 'The database is bound to another address, which may be sending the same reminders.',
      todo: 'Ask your operations team. Phone citizens whose appointments are tomorrow.',
    },
    status_unclear: {
      label: 'Waiting: the status is unclear',
      means:
        'The booking system sent a status that nobody knows and that may mean that the appointment is cancelled. No ' +
        'SMS is sent about it until the status is known.',
      todo:
        'Say what the word means under “Rules”, “Unknown codes”. ' +
        'If it is wrong, correct the appointment in the booking system.',
    },
    reply_needs_a_person: {
      label: 'Waiting: a reply is not settled',
      means:
        'A reply may mean that no more SMS are wanted, or that the number is not the citizen’s. Reminders wait until ' +
        'it is settled.',
      todo: 'Settle the reply under “Replies and opt-outs”.',
    },
    reply_cancel: {
      label: 'Waiting: the citizen cancelled',
      means:
        'The citizen replied with a cancellation. Reminders wait until the appointment is cancelled or the reply is ' +
        'settled.',
      todo: 'Cancel the appointment in the booking system, or settle the reply under “Replies and opt-outs”.',
    },
    gateway_out: {
      label: 'Waiting: the SMS supplier is out',
      means: 'None of the authority’s SMS suppliers can be used now. Sending goes on as soon as one is back.',
      todo: 'If it lasts, phone citizens whose appointments are tomorrow.',
    },
  },
  reasons: {
    planned: {
      temporary: {
        label: 'Tried again soon',
        means: 'The SMS supplier did not take the SMS the first time. It is tried again automatically.',
      },
      unreachable: {
        label: 'Tried again: no connection',
        means: 'The SMS supplier was out of reach. It is tried again automatically.',
      },
      throttled: {
        label: 'Tried again: too busy',
        means: 'The SMS supplier asked us to send more slowly. It is tried again automatically.',
      },
      credit: {
        label: 'Tried again: no credit',
        means: 'The account at the SMS supplier is empty. It is tried again automatically.',
        todo: 'Whoever pays the SMS supplier must top up the account.',
        namesWho: true,
      },
      auth: {
        label: 'Tried again: access denied',
        means: 'The SMS supplier did not accept our credentials. It is tried again automatically.',
        todo: 'The operations team must correct the access to the SMS supplier.',
        namesWho: true,
      },
    },
    accepted: {
      no_receipt: {
        label: 'Sent, no receipt',
        means: 'The SMS was sent, but a receipt never came. Most of these have arrived.',
      },
    },
    undelivered: {
      invalid_number: {
        label: 'Not received: no such number',
        means: 'The phone company does not know the number.',
        todo: 'Find another number, phone the citizen, and correct the number in the booking system.',
      },
      opted_out: {
        label: 'Not received: blocked at the supplier',
        means: 'The citizen has opted out of SMS at the SMS supplier.',
        todo: PHONE,
      },
      barred: {
        label: 'Not received: subscription barred',
        means: 'The subscription cannot receive SMS at present.',
        todo: PHONE,
      },
      content: {
        label: 'Not received: text refused',
        means: 'The phone company refused the text.',
        todo: 'An administrator must look at the text. Phone the citizen meanwhile.',
        namesWho: true,
      },
      sender: {
        label: 'Not received: sender refused',
        means: 'The phone company refused the sender name.',
        todo: 'An administrator must look at the sender name. Phone the citizen meanwhile.',
        namesWho: true,
      },
      handset: {
        label: 'Not received: fault of the phone',
        means: 'The phone could not take the SMS, for example because it is full.',
        todo: PHONE,
      },
      network: {
        label: 'Not received: fault of the network',
        means: 'The mobile network could not deliver the SMS.',
        todo: PHONE,
      },
      expired: {
        label: 'Not received: phone switched off',
        means: 'The phone was switched off or out of reach until the SMS made no more sense.',
        todo: PHONE,
      },
      rejected: {
        label: 'Not received: refused by the network',
        means: 'The mobile network refused the SMS without saying why.',
        todo: PHONE,
      },
    },
    rejected: {
      permanent: {
        label: 'Refused by the supplier',
        means: 'The SMS supplier refused the SMS for good. It was not sent.',
        todo: PHONE,
      },
      opted_out: {
        label: 'Refused: blocked at the supplier',
        means: 'The citizen has opted out of SMS at the SMS supplier.',
        todo: PHONE,
      },
      invalid_number: {
        label: 'Refused: wrong number',
        means: 'The SMS supplier says that there is no such number.',
        todo: 'Find another number, phone the citizen, and correct the number in the booking system.',
      },
      sender: {
        label: 'Refused: the sender',
        means: 'The SMS supplier does not accept the sender name.',
        todo: 'An administrator must correct the sender name. Phone the citizen meanwhile.',
        namesWho: true,
      },
      content: {
        label: 'Refused: the text',
        means: 'The SMS supplier does not accept the text.',
        todo: 'An administrator must correct the text. Phone the citizen meanwhile.',
        namesWho: true,
      },
    },
    uncertain: {
      database_restored: {
        label: 'Unknown after a restore',
        means: 'The system was restored from a backup, and the reminder may have been sent in the time that is lost.',
        todo: 'Phone the citizen if the appointment is near.',
      },
    },
    ...ENGLISH_UNSENT,
  },
};
