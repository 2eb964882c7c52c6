import type { TodoWords } from './word-types.ts';

const systems = (count: number) => (count === 1 ? '1 bookingsystem mere' : `${count} flere bookingsystemer`);

/** The words of the to-do page in Danish. */
export const DANISH: TodoWords = {
  title: 'Opgaver',
  nothing: (byReply) =>
    byReply
      ? 'Der er ingen opgaver lige nu. Svar fra borgere, og borgere, der skal ringes til, kommer frem her.'
      : 'Der er ingen opgaver lige nu. Borgere, der skal ringes til, kommer frem her.',
  nothingMore: 'Listen er tom. Godt gået.',
  handled: 'Borgeren er taget af listen. Det kan fortrydes i ti minutter under »Taget af listen for nylig«.',
  undone: 'Borgeren står på listen igen.',
  late: 'Det kan ikke fortrydes mere.',
  seen: 'De afviste beskeder er taget af listen. Afvises der flere, står bookingsystemet her igen.',
  undo: 'Fortryd',
  printed: (authority, when) => `${authority}: hentet ${when}.`,
  readOnly: 'Din rolle giver adgang til at læse listen. En sagsbehandler kan ringe og tage borgere af listen.',
  more: 'Der er flere. De kommer frem, når disse er taget af listen.',
  noNumber: 'Intet nummer',
  replies: {
    title: 'Svar, der holder påmindelser tilbage',
    means:
      'Borgeren melder afbud, er måske død eller vil måske ikke have flere SMS’er. Påmindelserne venter, til ' +
      'svaret er behandlet.',
    read: 'Læs og behandl',
    look: 'Læs',
    others: (count) => (count === 1 ? '1 andet svar venter' : `${count} andre svar venter`),
    more: (count) => `Flere svar holder påmindelser tilbage. Se alle ${count} svar, der venter`,
  },
  lists: {
    soon: (until) => ({
      title: 'Ring: ingen SMS er med sikkerhed nået frem',
      means:
        `Aftaler til og med ${until}, hvor borgeren ikke har fået påmindelsen, eller hvor det er uvist, og ingen er ` +
        'på vej.',
      button: 'Har ringet',
    }),
    numberless: (count) => ({
      title: `${count} ${count === '1' ? 'aftale' : 'aftaler'} uden et nummer, der kan modtage SMS`,
      means: 'Aftaler i de samme dage uden et nummer, der kan modtage SMS.',
      step: 'Skriv nummeret i bookingsystemet.',
      button: 'Ordnet',
    }),
    uncertain: {
      title: 'Uvist, om SMS’en er sendt',
      means: 'Aftaler længere fremme. Kvitteringen kan stadig komme.',
      step: 'Kommer den ikke, så ring, når aftalen nærmer sig.',
      button: 'Har ringet',
    },
    wrongNumbers: {
      title: 'Forkert nummer',
      means: 'Nummeret tilhører en anden.',
      step: 'Ret det i bookingsystemet; så planlægges påmindelserne igen af sig selv.',
      button: 'Ordnet',
    },
  },
  latest: { title: 'Taget af listen for nylig', by: (name) => `af ${name}` },
  obstacles: {
    title: 'Noget holder SMS’erne tilbage',
    wrong: 'Noget er galt, så SMS’er kan mangle',
    means: 'De påmindelser, der venter, er ikke gået tabt: de sendes, når det er løst, hvis der stadig er tid til det.',
    refusedMean: (works) =>
      'Afviste beskeder skal rettes og sendes igen' +
      (works ? ': giv bookingsystemets leverandør besked, og vælg så »Meldt videre«.' : '.'),
    sendingOff: 'Der sendes ingen SMS’er fra hele installationen.',
    paused: (until, reason) =>
      `Myndigheden er sat på pause${until ? ` til ${until}` : ', til nogen genoptager udsendelsen'}: ${reason}`,
    pausedSource: (source, until, why) =>
      why === null
        ? `${source} er sat på pause under »Indstillinger«. Påmindelserne derfra venter.`
        : `${source} er sat på pause${until ? ` til ${until}` : ''}${why && `: ${why}`}. Påmindelserne derfra venter.`,
    unclear: (source, word, count) => {
      const wait = `${count === 1 ? '1 aftale venter' : `${count} aftaler venter`}, og der sendes ingen SMS om `;
      const them = count === 1 ? 'den' : 'dem';
      return word === null
        ? `${source} har sendt noget, der kan betyde, at aftaler er aflyst. ${wait}${them}, til status er klar.`
        : `${source} bruger »${word}« om status, og det kan betyde, at aftalen er aflyst. ${wait}${them}, til I har ` +
            'sagt, hvad ordet betyder.';
    },
    silent: (source, last) =>
      last === null
        ? `${source} har aldrig sendt noget. Der kommer ingen SMS om aftalerne i det bookingsystem.`
        : `${source} har ikke sendt noget siden ${last}. Nye aftaler, flytninger og afbud mangler måske.`,
    refusing: (source, { count, all }, last) =>
      `${source}: ${count === 1 ? '1 besked' : `${all ? '' : 'mindst '}${count} beskeder`} afvist det seneste døgn, ` +
      `senest ${last}. ` +
      `Det, der står i ${count === 1 ? 'den' : 'dem'}, mangler her: SMS’er kan mangle eller være forkerte.`,
    noGateway: 'Ingen SMS-leverandør er i brug: påmindelserne venter.',
    refusedSender: (gateway, rule, administers) =>
      `SMS-leverandøren ${gateway} afviser SMS’er med jeres afsender. ` +
      (administers ? 'Vælg en afsender, som den tager imod. ' : '') +
      `Leverandørens regel: ${rule}`,
    gatewayOut: (gateway, since) => `SMS-leverandøren ${gateway} har været ude af brug siden ${since}.`,
    endpoint: (source, state) =>
      state === 'ended'
        ? `${source} tager ikke imod hændelser mere: modtageren har afmeldt dem.`
        : `${source} tager ikke imod hændelser. De gemmes og prøves igen hvert femte minut.`,
    more: {
      silent: (count) => `Og ${systems(count)}, som intet sender.`,
      refusing: (count) => `Og ${systems(count)}, som fik afvist beskeder det seneste døgn.`,
      unclear: (count) =>
        `Og ${count === 1 ? '1 ukendt ord mere' : `${count} flere ukendte ord`}, som holder SMS’er tilbage.`,
      pausedSources: (count) => `Og ${systems(count)}, som er sat på pause.`,
      stoppedEndpoints: (count) =>
        `Og ${count === 1 ? '1 modtager mere' : `${count} flere modtagere`}, som ikke tager imod hændelser.`,
    },
    toSender: 'Se afsenderen',
    toPause: 'Se pausen',
    toSource: 'Se bookingsystemet',
    toSources: 'Se bookingsystemerne',
    toCodes: 'Se ukendte koder',
    seen: 'Meldt videre',
    toGateways: 'Se SMS-leverandører',
    toInstallation: 'Se, hvorfor der ikke sendes',
    askAdministrator: 'Giv besked til en administrator.',
    askOperations: 'Det er driften, der kan løse det.',
  },
  figures: {
    title: 'I dag og de næste syv dage',
    plannedToday: 'Planlagt resten af dagen',
    sentToday: 'Sendt i dag',
    plannedWeek: 'Planlagt de næste syv dage',
    delivered: 'Andel modtaget denne måned',
    time: 'Leveringstid nu, medianen af de 500 nyeste SMS’er',
    timeMeans:
      'I tabellen er leveringstid medianen af de seneste 20 SMS’er fra hver dag: halvdelen af dem, der nåede frem, ' +
      'var højst så længe om det.',
    seconds: (seconds) => `${seconds} sek.`,
    minutes: (minutes) => `${minutes} min.`,
    week: 'Planlagte påmindelser dag for dag',
    months: 'Denne måned og sidste måned',
    columns: ['Periode', 'Sendt', 'Andel modtaget', 'Leveringstid', 'SMS-dele', 'Udgift'],
    days: (month, from, to) => (from === to ? `${from}.\u00a0${month}` : `${from}.–${to}.\u00a0${month}`),
    all: (month) => `Hele ${month}`,
    limited: (departments) => `Kun ${departments.join(', ')}, som din konto er begrænset til.`,
    more: 'Se statistikken',
  },
  others: {
    title: 'Andre myndigheder',
    all: 'Alle myndigheder',
    none: 'Ingen svar venter hos de andre myndigheder.',
  },
};
