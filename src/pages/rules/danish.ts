import type { ENGLISH } from './english.ts';

/** The Danish words of the pages of rules. */
export const DANISH: typeof ENGLISH = {
  pages: 'Sider om regler',
  sections: {
    planning: {
      title: 'Regler',
      tab: 'Hvornår der sendes',
      lead:
        'Påmindelser, og hvornår der må sendes SMS’er. Nye regler gælder for aftaler, der kommer ind bagefter; det, ' +
        'der allerede er planlagt, beholder sit tidspunkt.',
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
        'Her stoppes alle SMS’er med det samme, for hele myndigheden eller for ét bookingsystem, og her sættes de i ' +
        'gang igen.',
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
  done: { saved: 'Reglerne er gemt og gælder nu.', same: 'Intet blev ændret.' },
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
  example: (day) => `Booket nu, med aftale ${day}:`,
  exampleNow: 'Med de regler, der gælder nu',
  exampleTyped: 'Med reglerne, som de er skrevet her',
  exampleSame: 'Det, der er skrevet, ændrer ikke noget for denne aftale.',
  examplePast: 'Vælg en dag og et klokkeslæt i fremtiden.',
  nothingSent: 'Ingen SMS.',
  rulesFirst: 'Ret det, der er markeret, for at se eksemplet med det.',
  reminderOf: (lead) => `Påmindelse (${lead})`,
  before: (duration) => `${duration} før`,
  sameDay: (at) => `samme dag kl.\u00a0${at.replace(':', '.')}`,
  notices: { confirmation: 'Ny aftale', rescheduled: 'Flyttet aftale', cancellation: 'Aflyst aftale' },
};
