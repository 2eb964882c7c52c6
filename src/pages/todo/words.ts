import { bilingual } from '../kit/words.ts';

const systemsDanish = (count: number) => (count === 1 ? '1 bookingsystem mere' : `${count} flere bookingsystemer`);
const systemsEnglish = (count: number) => `${count} more booking ${count === 1 ? 'system' : 'systems'}`;

/** The words of the to-do page. */
export const TODO_WORDS = bilingual({
  da: {
    title: 'Opgaver',
    /** @param byReply citizens can reply to the sender */
    nothing: (byReply: boolean): string =>
      byReply
        ? 'Der er ingen opgaver lige nu. Svar fra borgere, og borgere, der skal ringes til, kommer frem her.'
        : 'Der er ingen opgaver lige nu. Borgere, der skal ringes til, kommer frem her.',
    nothingMore: 'Listen er tom. Godt gået.',
    handled: 'Borgeren er taget af listen. Det kan fortrydes i ti minutter under »Taget af listen for nylig«.',
    undone: 'Borgeren står på listen igen.',
    late: 'Det kan ikke fortrydes mere.',
    seen: 'De afviste beskeder er taget af listen. Afvises der flere, står bookingsystemet her igen.',
    undo: 'Fortryd',
    phoned: 'Har ringet',
    corrected: 'Ordnet',
    /** The line below the title on paper. @param when the list was read */
    printed: (authority: string, when: string) => `${authority}: hentet ${when}.`,
    readOnly: 'Din rolle giver adgang til at læse listen. En sagsbehandler kan ringe og tage borgere af listen.',
    more: 'Der er flere. De kommer frem, når disse er taget af listen.',
    noNumber: 'Intet nummer',
    answer: 'Svar borgeren',
    replies: {
      others: (count: number) => (count === 1 ? '1 andet svar venter' : `${count} andre svar venter`),
      more: (count: number) => `Flere svar holder påmindelser tilbage. Se alle ${count} svar, der venter`,
    },
    lists: {
      /** @param until the last day, written out */
      soon: (until: string) => ({
        title: 'Ring: har ikke fået påmindelsen',
        means:
          `Aftaler til og med ${until}, hvor borgeren ikke har fået påmindelsen, eller hvor det er uvist, og ingen ` +
          'er på vej.',
      }),
      numberless: (count: string) => ({
        title: `${count} ${count === '1' ? 'aftale' : 'aftaler'} uden et nummer, der kan modtage SMS`,
        means: 'Aftaler i de samme dage uden et nummer, der kan modtage SMS.',
        step: 'Skriv nummeret i bookingsystemet.',
      }),
      uncertain: {
        title: 'Uvist, om SMS’en er sendt',
        means: 'Aftaler længere fremme. Kvitteringen kan stadig komme.',
        step: 'Kommer den ikke, så ring, når aftalen nærmer sig.',
      },
      wrongNumbers: {
        title: 'Forkert nummer',
        means: 'Nummeret tilhører en anden.',
        step: 'Ret det i bookingsystemet; så planlægges påmindelserne igen af sig selv.',
      },
    },
    latest: { title: 'Taget af listen for nylig', by: (name: string) => `af ${name}` },
    obstacles: {
      title: 'Noget holder SMS’erne tilbage',
      /** The title where nothing is held back. */
      wrong: 'Noget er galt, så SMS’er kan mangle',
      means:
        'De påmindelser, der venter, er ikke gået tabt: de sendes, når det er løst, hvis der stadig er tid til det.',
      /** The step that refused messages need. @param works the visitor has the button that takes them off the list */
      refusedMean: (works: boolean) =>
        'Afviste beskeder skal rettes og sendes igen' +
        (works ? ': giv bookingsystemets leverandør besked, og vælg så »Jeg har givet leverandøren besked«.' : '.'),
      sendingOff: 'Der sendes ingen SMS’er fra hele installationen.',
      paused: (until: string | null, reason: string) =>
        `Myndigheden er sat på pause${until ? ` til ${until}` : ', til nogen genoptager udsendelsen'}: ${reason}`,
      pausedSource: (source: string, until: string | null, why: string | null) =>
        why === null
          ? `${source} er sat på pause under »Indstillinger«. Påmindelserne derfra venter.`
          : `${source} er sat på pause${until ? ` til ${until}` : ''}${why && `: ${why}`}. ` +
            'Påmindelserne derfra venter.',
      /** @param word null: it stands nowhere, or there is none */
      unclear: (source: string, word: string | null, count: number) => {
        const wait = `${count === 1 ? '1 aftale venter' : `${count} aftaler venter`}, og der sendes ingen SMS om `;
        const them = count === 1 ? 'den' : 'dem';
        return word === null
          ? `${source} har sendt noget, der kan betyde, at aftaler er aflyst. ${wait}${them}, til status er klar.`
          : `${source} bruger »${word}« om status, og det kan betyde, at aftalen er aflyst. ${wait}${them}, til I ` +
              'har sagt, hvad ordet betyder.';
      },
      /** @param last null: it has never sent anything */
      silent: (source: string, last: string | null) =>
        last === null
          ? `${source} har aldrig sendt noget. Der kommer ingen SMS om aftalerne i det bookingsystem.`
          : `${source} har ikke sendt noget siden ${last}. Nye aftaler, flytninger og afbud mangler måske.`,
      /** @param refused how many are known, and whether these are all */
      refusing: (source: string, { count, all }: { count: number; all: boolean }, last: string) =>
        `${source}: ${count === 1 ? '1 besked' : `${all ? '' : 'mindst '}${count} beskeder`} afvist det seneste ` +
        `døgn, senest ${last}. ` +
        `Det, der står i ${count === 1 ? 'den' : 'dem'}, mangler her: SMS’er kan mangle eller være forkerte.`,
      noGateway: 'Ingen SMS-leverandør er i brug: påmindelserne venter.',
      /** @param administers the reader may choose another sender */
      refusedSender: (gateway: string, rule: string, administers: boolean) =>
        `SMS-leverandøren ${gateway} afviser SMS’er med jeres afsender. ` +
        (administers ? 'Vælg en afsender, som den tager imod. ' : '') +
        `Leverandørens regel: ${rule}`,
      gatewayOut: (gateway: string, since: string) =>
        `SMS-leverandøren ${gateway} har været ude af brug siden ${since}.`,
      endpoint: (source: string, state: 'paused' | 'ended') =>
        state === 'ended'
          ? `${source} tager ikke imod hændelser mere: modtageren har afmeldt dem.`
          : `${source} tager ikke imod hændelser. De gemmes og prøves igen hvert femte minut.`,
      more: {
        silent: (count: number) => `Og ${systemsDanish(count)}, som intet sender.`,
        refusing: (count: number) => `Og ${systemsDanish(count)}, som fik afvist beskeder det seneste døgn.`,
        unclear: (count: number) =>
          `Og ${count === 1 ? '1 ukendt ord mere' : `${count} flere ukendte ord`}, som holder SMS’er tilbage.`,
        pausedSources: (count: number) => `Og ${systemsDanish(count)}, som er sat på pause.`,
        stoppedEndpoints: (count: number) =>
          `Og ${count === 1 ? '1 modtager mere' : `${count} flere modtagere`}, som ikke tager imod hændelser.`,
      },
      toSender: 'Se afsenderen',
      toPause: 'Se pausen',
      toSource: 'Se bookingsystemet',
      toSources: 'Se bookingsystemerne',
      toCodes: 'Se ukendte koder',
      seen: 'Jeg har givet leverandøren besked',
      toGateways: 'Se SMS-leverandører',
      toInstallation: 'Se, hvorfor der ikke sendes',
      askAdministrator: 'Giv besked til en administrator.',
      askOperations: 'Det er driften, der kan løse det.',
    },
    others: {
      title: 'Andre myndigheder',
      all: 'Alle myndigheder',
      none: 'Ingen svar venter hos de andre myndigheder.',
    },
  },
  en: {
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
    phoned: 'Phoned',
    corrected: 'Done',
    printed: (authority, when) => `${authority}: as of ${when}.`,
    readOnly: 'Your role lets you read the list. An operator can phone and tick things off.',
    more: 'There are more. They appear once these are ticked off.',
    noNumber: 'No number',
    answer: 'Write to the citizen',
    replies: {
      others: (count) => (count === 1 ? '1 other reply waits' : `${count} other replies wait`),
      more: (count) => `More replies hold reminders back. See all ${count} that wait`,
    },
    lists: {
      soon: (until) => ({
        title: 'To phone: has not got the reminder',
        means:
          `Appointments until ${until} whose citizen got no reminder, or may not have got one, and none is on its ` +
          'way.',
      }),
      numberless: (count) => ({
        title: `${count} ${count === '1' ? 'appointment' : 'appointments'} without a number that takes SMS`,
        means: 'Appointments of the same days whose number is missing or takes no SMS.',
        step: 'Enter one in the booking system.',
      }),
      uncertain: {
        title: 'Unclear whether the SMS was sent',
        means: 'Appointments further ahead. The receipt may still come.',
        step: 'If it does not, phone as the appointment draws near.',
      },
      wrongNumbers: {
        title: 'Wrong number',
        means: 'The number is somebody else’s.',
        step: 'Correct it in the booking system; reminders are then planned again.',
      },
    },
    latest: { title: 'Ticked off lately', by: (name) => `by ${name}` },
    obstacles: {
      title: 'Something holds SMS back',
      wrong: 'Something is wrong, so SMS may be missing',
      means: 'The reminders that wait are not lost: they are sent once this is solved, if there is still time for it.',
      refusedMean: (works) =>
        'Refused messages must be corrected and sent again' +
        (works ? ': tell the booking system’s supplier, then choose “I have told the supplier”.' : '.'),
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
          ? `${source} has sent what may mean that appointments are cancelled. ${wait}${them} until the status is ` +
              'clear.'
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
        silent: (count) => `And ${systemsEnglish(count)} that ${count === 1 ? 'sends' : 'send'} nothing.`,
        refusing: (count) => `And ${systemsEnglish(count)} whose messages were refused in the last 24 hours.`,
        unclear: (count) => `And ${count} more unknown ${count === 1 ? 'word holds' : 'words hold'} SMS back.`,
        pausedSources: (count) => `And ${systemsEnglish(count)} that ${count === 1 ? 'is' : 'are'} paused.`,
        stoppedEndpoints: (count) =>
          `And ${count} more ${count === 1 ? 'receiver of events takes' : 'receivers of events take'} none.`,
      },
      toSender: 'See the sender',
      toPause: 'See the pause',
      toSource: 'See the booking system',
      toSources: 'See the booking systems',
      toCodes: 'See unknown codes',
      seen: 'I have told the supplier',
      toGateways: 'See the SMS suppliers',
      toInstallation: 'See why nothing is sent',
      askAdministrator: 'Tell an administrator.',
      askOperations: 'The operations team can solve it.',
    },
    others: {
      title: 'Other authorities',
      all: 'All authorities',
      none: 'No replies wait at the other authorities.',
    },
  },
});
