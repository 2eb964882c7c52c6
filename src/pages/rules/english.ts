/** The English words of the pages of rules. */
export const ENGLISH = {
  pages: 'Pages of rules',
  sections: {
    planning: {
      title: 'Rules',
      tab: 'When SMS are sent',
      lead:
        'Reminders, and the times at which SMS may go. New rules apply to appointments that come in afterwards; what ' +
        'is planned already keeps its time.',
    },
    replies: {
      title: 'Replies and cancellations',
      tab: 'Replies and cancellations',
      lead: 'What happens when a citizen answers an SMS.',
    },
    sender: {
      title: 'Sender and limits',
      tab: 'Sender and limits',
      lead: 'Who the SMS come from, which SMS supplier is used, and which limits apply.',
    },
    pause: {
      title: 'Pause',
      tab: 'Pause',
      lead: 'Here all SMS are stopped at once, of the authority or of one booking system, and started again.',
    },
    tryOut: {
      title: 'Try a message',
      tab: 'Try a message',
      lead:
        'Paste what a booking system sends, and see what EasySMS would make of it. Nothing is stored, sent or ' +
        'counted.',
    },
    unmapped: {
      title: 'Unknown codes',
      tab: 'Unknown codes',
      lead:
        'Codes that the booking systems have sent and that EasySMS does not know yet. An unknown status leaves the ' +
        'status of the appointment as it is: if the code means cancelled, the citizen still gets the SMS. An unknown ' +
        'place is left out of the SMS, unless the booking system is set to print what it sends.',
    },
  },
  readOnly: 'You can read the rules. An administrator can change them.',
  preview: 'Show what it means',
  save: 'Save',
  done: { saved: 'The rules are saved and in force.', same: 'Nothing was changed.' } as Readonly<
    Record<string, string>
  >,
  conflict:
    'Somebody else has changed these rules while you were writing. What you typed still stands below. Save again to ' +
    'put it in place of what the other has saved.',
  seeCurrent: 'See the rules in force',
  wrong: 'Nothing is saved yet. Correct what is marked.',
  exampleTitle: 'An example',
  exampleDay: 'An appointment on',
  exampleTime: 'At the time',
  exampleKind: 'Kind',
  exampleDepartment: 'Department',
  exampleNoDepartment: 'None given',
  example: (day: string) => `Booked now, with the appointment on ${day}:`,
  exampleNow: 'With the rules in force',
  exampleTyped: 'With the rules as typed',
  exampleSame: 'What is typed changes nothing for this appointment.',
  examplePast: 'Choose a day and a time that are still to come.',
  nothingSent: 'No SMS.',
  rulesFirst: 'Correct what is marked to see the example with it.',
  reminderOf: (lead: string) => `Reminder (${lead})`,
  before: (duration: string) => `${duration} before`,
  sameDay: (at: string) => `on the day at ${at}`,
  notices: {
    confirmation: 'Appointment booked',
    rescheduled: 'Appointment moved',
    cancellation: 'Appointment cancelled',
  } as Readonly<Record<string, string>>,
};
