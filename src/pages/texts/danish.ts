import type { ENGLISH } from './english.ts';

/** The Danish words of the pages of texts. */
export const DANISH: typeof ENGLISH = {
  title: 'Tekster',
  lead:
    'De SMS’er, som borgerne får. EasySMS har en færdig tekst til hvert formål. Gemmer I jeres egen, gælder den med ' +
    'det samme, også for påmindelser, der allerede er planlagt.',
  readOnly: 'Du kan læse teksterne. En administrator kan rette dem.',
  all: 'Alle tekster',
  backToAll: 'Tilbage til alle tekster',
  purpose: 'Tekst',
  languages: { da: 'Dansk', en: 'Engelsk' },
  shipped: 'Følger med EasySMS',
  own: (version) => `Egen tekst, udgave ${version}`,
  savedBy: (who, when) => `${who}, ${when}`,
  templates: {
    reminder: { name: 'Påmindelse', when: 'Sendes før aftalen på de tidspunkter, som reglerne siger.' },
    confirmation: { name: 'Ny aftale', when: 'Sendes, når en aftale er booket, hvis reglerne siger det.' },
    rescheduled: {
      name: 'Flyttet aftale',
      when:
        'Sendes, når en aftale er flyttet til et andet tidspunkt, hvis reglerne siger det, og borgeren har fået en ' +
        'SMS om den.',
    },
    cancellation: {
      name: 'Aflyst aftale',
      when: 'Sendes, når en aftale er aflyst, hvis reglerne siger det, og borgeren har fået en SMS om den.',
    },
    'opt-out-confirmed': { name: 'Svar på STOP', when: 'Sendes straks til en borger, der framelder sig.' },
    'opt-in-confirmed': { name: 'Svar på START', when: 'Sendes straks til en borger, der vil have SMS igen.' },
    'not-opted-out': {
      name: 'Svar: ikke frameldt',
      when: 'Sendes til en borger, der skriver START uden at være frameldt.',
    },
    help: { name: 'Svar på HJÆLP', when: 'Sendes straks til en borger, der beder om hjælp.' },
    'wrong-number-received': {
      name: 'Svar på »forkert nummer«',
      when: 'Sendes til den, der skriver, at nummeret ikke er borgerens.',
    },
    'deceased-received': {
      name: 'Svar på besked om et dødsfald',
      when: 'Sendes til den, der skriver, at borgeren er død.',
    },
    'cancel-received': {
      name: 'Svar på afbud: ring til os',
      when: 'Sendes, når en borger melder afbud på SMS og også skal ringe.',
    },
    'cancel-forwarded': {
      name: 'Svar på afbud: givet videre',
      when: 'Sendes, når et afbud på SMS er givet videre til bookingsystemet.',
    },
    'reply-received': {
      name: 'Svar på andre SMS’er',
      when: 'Sendes højst én gang om dagen til en borger, der skriver noget, som EasySMS ikke selv har et svar til.',
    },
  },
  text: (language) => `Tekst på ${language.toLowerCase()}`,
  reference: 'Vis teksten med oplysninger fra en aftale',
  referenceHint: 'Aftalens nummer i bookingsystemet. Uden det vises eksempler.',
  notFound: 'Der er ingen aftale med det nummer blandt dem, du må se. Derfor vises eksempler.',
  preview: 'Vis, hvordan den ser ud',
  save: 'Gem',
  from: (sender) => `Fra ${sender}`,
  noSms: 'Der kan ikke sendes noget med denne tekst.',
  size: ({ units, most, segments }) =>
    segments === 1
      ? `${units} af ${most} tegn: takseres som 1 SMS-del`
      : `${units} tegn: takseres som ${segments} SMS-dele`,
  long: (segments) => `Med lange oplysninger: ${segments} SMS-del${segments === 1 ? '' : 'e'}.`,
  costly: (characters) =>
    `${characters} findes ikke i en almindelig SMS, så den rummer kun 70 tegn i stedet for 160. Det er markeret på ` +
    'telefonen.',
  double: (characters) => `${characters} tæller som to tegn.`,
  quoted: (text) => `»${text}«`,
  gradeTitle: 'Hvad den røber på en låst skærm',
  grades: [
    'Trin 0 af 2: intet om helbred.',
    'Trin 1 af 2: en afdeling eller en slags behandling.',
    'Trin 2 af 2: den kan røbe en sygdom.',
  ],
  gradeWords: (words) => `På grund af: ${words}.`,
  warnings: {
    missing: (variable) =>
      `Den siger ikke aftalens ${variable === 'date' ? 'dato' : 'klokkeslæt'}: {{${variable}}} mangler.`,
    may_be_empty: 'Den er tom for en aftale uden sted, afdeling og telefonnummer: så sendes der intet.',
    stop: 'Den siger ikke, hvordan man framelder sig, og man kan ikke svare på et afsendernavn.',
    phone:
      'Der er intet nummer at ringe til: borgerne kan ikke melde afbud. Skriv et telefonnummer under »Regler«, og ' +
      'brug {{contactPhone}}.',
  },
  variableNames: { date: 'dato', time: 'klokkeslæt' },
  at: (line, column) => `Linje ${line}, tegn ${column}: `,
  faults: {
    empty: 'teksten er tom.',
    emptied: 'teksten er tom. Den medfølgende tekst kan tages i brug igen under »Tidligere udgaver«.',
    too_long: 'teksten er for lang: med lange oplysninger fylder den mere end 5 SMS’er, eller den har over 4.000 tegn.',
    control_character: 'der er et tegn, som ikke kan sendes.',
    unclosed: '{{ eller {% er ikke lukket.',
    single_brace: 'en oplysning skal have to krøllede parenteser på hver side: {{date}}.',
    unknown_variable: 'der er ingen oplysning med det navn. Se dem under »Oplysninger, der kan stå i teksten«.',
    unknown_tag: 'den kommando findes ikke. Brug if, unless eller comment.',
    unknown_filter: 'det filter findes ikke.',
    syntax: 'teksten kan ikke læses: se på de krøllede parenteser.',
    failed: 'teksten kan ikke udfyldes: se på filtrene.',
    holds_cpr: 'der ser ud til at stå et CPR-nummer. Tag det ud: sådan en SMS bliver aldrig sendt.',
    holds_link:
      'der er et link. Teleselskaberne spærrer for SMS’er med links, og borgerne får at vide, at de ikke må åbne dem.',
    gateway_text: 'SMS-leverandøren tager ikke imod denne tekst.',
    gateway_length: 'teksten er længere, end SMS-leverandøren tager imod.',
  },
  otherFault: 'teksten kan ikke bruges.',
  month: (messages, isPart) =>
    `Sidste måned blev den sendt ${isPart ? 'mindst ' : ''}${messages === '1' ? '1 gang' : `${messages} gange`}.`,
  cost: (segments, money, isPart) =>
    `${isPart ? 'mindst ' : ''}${segments === '1' ? '1 SMS-del' : `${segments} SMS-dele`}` +
    `${money ? `, ${isPart ? 'mindst' : 'ca.'} ${money}` : ''}`,
  costNow: 'Det samme antal med den tekst, der gælder nu',
  costNew: 'Med teksten, som den er skrevet her',
  costBasis: 'Tallene herunder er regnet med eksemplet ovenfor.',
  planned: (count, from, to) =>
    count === '1'
      ? `1 planlagt påmindelse (${from}) får den tekst, der gælder, når den bliver sendt.`
      : `${count} planlagte påmindelser (${from} til ${to}) får den tekst, der gælder, når de bliver sendt.`,
  next: (when) => `Den næste, ${when}`,
  before: 'Med den tekst, der gælder nu',
  after: 'Med teksten, som den er skrevet her',
  unchanged: 'Uændret:',
  nothing: 'Der kunne ikke sendes noget.',
  variables: 'Oplysninger, der kan stå i teksten',
  condition: '{% if location %} … {% endif %} skriver kun det imellem, når aftalen har den oplysning.',
  variableWords: {
    date: 'dag og måned',
    time: 'klokkeslæt; tomt for en aftale, der kun har en dag',
    weekday: 'ugedag',
    location: 'sted, ved fremmøde',
    department: 'afdeling: den kan røbe, hvad borgeren behandles for',
    authority: 'myndighedens navn',
    contactPhone: 'nummer at ringe til, fra reglerne eller fra aftalen',
    oldDate: 'dagen, før den blev flyttet',
    oldTime: 'klokkeslættet, før den blev flyttet',
    oldWeekday: 'ugedagen, før den blev flyttet',
    keyword: 'det ord, et svar skal begynde med, hvor nummeret er delt',
  },
  done: {
    saved: 'Teksten er gemt og gælder nu.',
    same: 'Intet blev ændret.',
    restored: 'Teksten gælder igen, som en ny udgave.',
    changed: 'En anden har gemt en udgave imens. Intet blev ændret: se listen igen.',
  },
  conflict:
    'En anden har gemt teksten, mens du skrev. Det, du skrev, står stadig nedenfor, sammenlignet med den tekst, der ' +
    'gælder nu. Gem igen for at sætte din i stedet.',
  differs: 'Din tekst sammenlignet med den, der gælder nu',
  versions: 'Tidligere udgaver',
  versionsOf: (name, language) => `${name}, ${language.toLowerCase()}: udgaver`,
  version: (number) => `Udgave ${number}`,
  inForce: 'Gælder nu',
  backToShipped: 'Tilbage til den tekst, der følger med EasySMS',
  restore: 'Brug denne tekst igen',
  firstVersion: 'Teksten, der følger med EasySMS',
  added: 'tilføjet',
  removed: 'fjernet',
  compared: 'Hver udgave er sammenlignet med den før: det overstregede er fjernet, det understregede er tilføjet.',
  older: 'Ældre udgaver',
  back: 'Tilbage til teksten',
};
