import { bilingual } from '../kit/words.ts';

/** Words of the installation that its audit says, too: those of the forms that let it send again, and its version. */
export const BINDING_WORDS = bilingual({
  da: {
    version: 'Version',
    adopt: 'Flyt installationen hertil',
    adoptLead: (bound: string, address: string) =>
      `Databasen hører til ${bound}, og derfor sendes intet fra ${address}. Er installationen flyttet, kan den ` +
      'knyttes hertil. Sørg først for, at den gamle ikke sender mere: ellers får borgerne alt to gange.',
    adoptConfirm: 'Den gamle installation er slukket',
    recovered: 'Tag en gendannet sikkerhedskopi i brug',
    recoveredLead:
      'Databasen er gendannet fra en sikkerhedskopi, og intet sendes endnu. Det, der kan være sendt, siden kopien ' +
      'blev taget, sendes ikke igen. Sørg først for, at den gamle installation ikke sender mere.',
    backupAt: 'Sikkerhedskopien er fra',
    backupHint: 'Det tidspunkt, som kopien viser: da pg_dump begyndte, i dansk tid.',
    backupWrong: 'Vælg et tidspunkt, som ikke ligger i fremtiden.',
    confirmFirst: 'Bekræft først, at den gamle installation er slukket.',
    recoveredDone: (reminders: number, answers: number) =>
      `Kopien er taget i brug. ${reminders} ${reminders === 1 ? 'påmindelse' : 'påmindelser'} og ${answers} svar til ` +
      'borgere sendes ikke, da de kan være sendt i forvejen.',
  },
  en: {
    version: 'Version',
    adopt: 'Move the installation here',
    adoptLead: (bound, address) =>
      `The database belongs to ${bound}, so nothing is sent from ${address}. If the installation has moved, bind it ` +
      'to this address. First make sure that the old one no longer sends: otherwise citizens would get everything ' +
      'twice.',
    adoptConfirm: 'The old installation is off',
    recovered: 'Take a restored backup into use',
    recoveredLead:
      'The database was restored from a backup, and nothing is sent yet. What may have been sent since the backup ' +
      'was made is not sent again. First make sure that the old installation no longer sends.',
    backupAt: 'The backup is from',
    backupHint: 'The moment whose data the backup holds: when pg_dump began, in Danish time.',
    backupWrong: 'Choose a time that does not lie in the future.',
    confirmFirst: 'First confirm that the old installation is off.',
    recoveredDone: (reminders, answers) =>
      `The backup is in use. ${reminders} ${reminders === 1 ? 'reminder' : 'reminders'} and ${answers} ` +
      `${answers === 1 ? 'answer' : 'answers'} to citizens are not sent: they may have been already.`,
  },
});
