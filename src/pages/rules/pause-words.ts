import { bilingual } from '../kit/words.ts';

/** The words of pauses. */
export const PAUSE_WORDS = bilingual({
  da: {
    pauseOperatorsOnly: 'Kun en sagsbehandler eller en administrator kan sætte på pause eller genoptage udsendelsen.',
    whole: 'Hele myndigheden',
    pauseNow: 'På pause nu',
    running: 'Der sendes SMS’er: intet er sat på pause.',
    pausedSince: (when: string) => `Siden ${when}`,
    until: (when: string) => `til ${when}`,
    untilResumed: 'til nogen genoptager udsendelsen',
    resume: 'Genoptag udsendelsen',
    pauseTitle: 'Sæt på pause',
    pauseWhat: 'Hvad skal på pause?',
    pauseHint:
      'Skriv bookingsystemets navn eller begyndelsen af det. Lad feltet være tomt for at sætte hele myndigheden på ' +
      'pause.',
    reason: 'Begrundelse',
    reasonHint: 'Til dine kolleger. Skriv ingen navne på borgere og ingen numre.',
    untilDay: 'Slutter af sig selv den',
    untilTime: 'Klokken',
    untilHint:
      'Uden dag varer pausen, til nogen genoptager udsendelsen; uden klokkeslæt slutter den, når dagen begynder ' +
      '(kl.\u00a000.00). Påmindelser, hvis frist udløber imens, bliver ikke sendt.',
    pauseButton: 'Sæt på pause nu',
    pauseDone: { paused: 'Udsendelsen er sat på pause.', resumed: 'Der sendes SMS’er igen.' } as Readonly<
      Record<string, string>
    >,
    reasonWrong: 'Skriv en begrundelse på højst 200 tegn, uden CPR- eller telefonnummer.',
    untilWrong: 'Vælg en dag og et klokkeslæt i fremtiden.',
    pausedMeanwhile: (since: string, until: string, reason: string) =>
      `En anden har i mellemtiden sat det på pause: siden ${since}, ${until}, med begrundelsen »${reason}«. Din ` +
      'pause er ikke trådt i kraft: send formularen igen, hvis den skal gælde i stedet.',
    resumedMeanwhile:
      'En anden har i mellemtiden genoptaget udsendelsen. Din pause er ikke trådt i kraft: send formularen igen, ' +
      'hvis der alligevel skal holdes pause.',
    pausedAgain: (since: string, until: string, reason: string) =>
      `En anden har i mellemtiden sat det på pause igen: siden ${since}, ${until}, med begrundelsen »${reason}«. ` +
      'Pausen gælder stadig: tryk igen, hvis udsendelsen alligevel skal genoptages.',
    toSources: 'Se alle bookingsystemer',
    morePaused: (count: number) => (count === 1 ? 'Der er 1 pause mere.' : `Der er ${count} pauser mere.`),
  },
  en: {
    pauseOperatorsOnly: 'Only an operator or an administrator can pause or resume sending.',
    whole: 'The whole authority',
    pauseNow: 'Paused now',
    running: 'SMS are sent: nothing is paused.',
    pausedSince: (when) => `Since ${when}`,
    until: (when) => `until ${when}`,
    untilResumed: 'until somebody resumes it',
    resume: 'Resume sending',
    pauseTitle: 'Pause',
    pauseWhat: 'What is to be paused?',
    pauseHint:
      'Write the name of the booking system, or the beginning of it. Leave the field empty to pause the whole ' +
      'authority.',
    reason: 'Reason',
    reasonHint: 'For your colleagues. No names of citizens and no numbers.',
    untilDay: 'Ends by itself on',
    untilTime: 'At the time',
    untilHint:
      'Without a day the pause holds until somebody resumes sending; without a time it ends as that day ' +
      'begins (00:00). Reminders that reach their deadline meanwhile are not sent.',
    pauseButton: 'Pause now',
    pauseDone: { paused: 'Sending is paused.', resumed: 'SMS are sent again.' },
    reasonWrong: 'Write a reason of 200 characters at most, without a CPR or phone number.',
    untilWrong: 'Choose a day and a time that are still to come.',
    pausedMeanwhile: (since, until, reason) =>
      `Somebody else has paused this meanwhile: since ${since}, ${until}, for the reason “${reason}”. Your pause is ` +
      'not set: send the form again to put it in its place.',
    resumedMeanwhile:
      'Somebody else has resumed sending meanwhile. Your pause is not set: send the form again to pause all the same.',
    pausedAgain: (since, until, reason) =>
      `Somebody else has paused this again meanwhile: since ${since}, ${until}, for the reason “${reason}”. The ` +
      'pause is still in force: press the button again to resume sending all the same.',
    toSources: 'See all booking systems',
    morePaused: (count) => `${count} more ${count === 1 ? 'is' : 'are'} paused.`,
  },
});
