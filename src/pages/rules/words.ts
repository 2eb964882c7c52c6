import { bilingual } from '../kit/words.ts';

/** The words of the pages of rules. */
export const RULES_WORDS = bilingual({
  da: {
    pages: 'Sider om regler',
    sections: {
      planning: {
        title: 'Regler',
        tab: 'Hvornår der sendes',
        lead:
          'Påmindelser, og hvornår der må sendes SMS’er. Nye regler gælder for aftaler, der kommer ind bagefter; ' +
          'det, der allerede er planlagt, beholder sit tidspunkt.',
      },
      recipients: {
        title: 'Hvem får påmindelser',
        tab: 'Hvem får dem',
        lead:
          'Fjern et flueben, så sendes der hverken påmindelser eller besked om aftalerne, heller ikke efter en ' +
          'afdelings egne regler. Sæt det igen, så planlægges det, der ligger forude.',
      },
      replies: {
        title: 'Svar og afbud',
        tab: 'Svar og afbud',
        lead: 'Hvad der sker, når en borger svarer på en SMS.',
      },
      sender: {
        title: 'Afsender og grænser',
        tab: 'Afsender og grænser',
        lead: 'Hvem SMS’erne kommer fra, hvilken SMS-leverandør der bruges, og hvilke grænser der gælder.',
      },
      pause: {
        title: 'Pause',
        tab: 'Pause',
        lead:
          'Her stoppes alle SMS’er med det samme, for hele myndigheden eller for ét bookingsystem, og her sættes de ' +
          'i gang igen.',
      },
      tryOut: {
        title: 'Prøv en besked',
        tab: 'Prøv en besked',
        lead:
          'Indsæt det, et bookingsystem sender, og se, hvad EasySMS ville få ud af det. Intet gemmes, sendes ' +
          'eller tælles med.',
      },
      unmapped: {
        title: 'Ukendte koder',
        tab: 'Ukendte koder',
        lead:
          'Koder, som bookingsystemerne har sendt, og som EasySMS endnu ikke kender. En ukendt status ændrer ikke ' +
          'aftalens status: betyder koden aflyst, får borgeren stadig sin SMS. Et ukendt sted står ikke i SMS’en, ' +
          'medmindre bookingsystemet er sat til at skrive det, som det sender.',
      },
    },
    readOnly: 'Du kan læse reglerne. En administrator kan rette dem.',
    preview: 'Vis, hvad det betyder',
    save: 'Gem',
    done: { saved: 'Reglerne er gemt og gælder nu.', same: 'Intet blev ændret.' } as Readonly<Record<string, string>>,
    conflict:
      'En anden har ændret reglerne, mens du skrev. Det, du skrev, står stadig nedenfor. Gem igen for at sætte det i ' +
      'stedet for det, den anden har gemt.',
    seeCurrent: 'Se de regler, der gælder nu',
    wrong: 'Intet er gemt endnu. Ret det, der er markeret.',
    exampleTitle: 'Et eksempel',
    exampleDay: 'En aftale den',
    exampleTime: 'Klokken',
    exampleKind: 'Slags',
    exampleDepartment: 'Afdeling',
    exampleNoDepartment: 'Ingen oplyst',
    example: (day: string) => `Booket nu, med aftale ${day}:`,
    exampleNow: 'Med de regler, der gælder nu',
    exampleTyped: 'Med reglerne, som de er skrevet her',
    exampleSame: 'Det, der er skrevet, ændrer ikke noget for denne aftale.',
    examplePast: 'Vælg en dag og et klokkeslæt i fremtiden.',
    nothingSent: 'Ingen SMS.',
    rulesFirst: 'Ret det, der er markeret, for at se eksemplet med det.',
    reminderOf: (lead: string) => `Påmindelse (${lead})`,
    before: (duration: string) => `${duration} før`,
    sameDay: (at: string) => `samme dag kl.\u00a0${at.replace(':', '.')}`,
    notices: { confirmation: 'Ny aftale', rescheduled: 'Flyttet aftale', cancellation: 'Aflyst aftale' } as Readonly<
      Record<string, string>
    >,
  },
  en: {
    pages: 'Pages of rules',
    sections: {
      planning: {
        title: 'Rules',
        tab: 'When SMS are sent',
        lead:
          'Reminders, and the times at which SMS may go. New rules apply to appointments that come in afterwards; ' +
          'what is planned already keeps its time.',
      },
      recipients: {
        title: 'Who gets reminders',
        tab: 'Who gets them',
        lead:
          'Take a tick away, and neither reminders nor notices are sent about these appointments, not by the rules ' +
          'of a department either. Tick it again, and what lies ahead is planned.',
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
          'status of the appointment as it is: if the code means cancelled, the citizen still gets the SMS. An ' +
          'unknown place is left out of the SMS, unless the booking system is set to print what it sends.',
      },
    },
    readOnly: 'You can read the rules. An administrator can change them.',
    preview: 'Show what it means',
    save: 'Save',
    done: { saved: 'The rules are saved and in force.', same: 'Nothing was changed.' },
    conflict:
      'Somebody else has changed these rules while you were writing. What you typed still stands below. Save again ' +
      'to put it in place of what the other has saved.',
    seeCurrent: 'See the rules in force',
    wrong: 'Nothing is saved yet. Correct what is marked.',
    exampleTitle: 'An example',
    exampleDay: 'An appointment on',
    exampleTime: 'At the time',
    exampleKind: 'Kind',
    exampleDepartment: 'Department',
    exampleNoDepartment: 'None given',
    example: (day) => `Booked now, with the appointment on ${day}:`,
    exampleNow: 'With the rules in force',
    exampleTyped: 'With the rules as typed',
    exampleSame: 'What is typed changes nothing for this appointment.',
    examplePast: 'Choose a day and a time that are still to come.',
    nothingSent: 'No SMS.',
    rulesFirst: 'Correct what is marked to see the example with it.',
    reminderOf: (lead) => `Reminder (${lead})`,
    before: (duration) => `${duration} before`,
    sameDay: (at) => `on the day at ${at}`,
    notices: {
      confirmation: 'Appointment booked',
      rescheduled: 'Appointment moved',
      cancellation: 'Appointment cancelled',
    },
  },
});

/** The words of the pages of rules in one language. */
export type RulesWords = (typeof RULES_WORDS)['da'];
