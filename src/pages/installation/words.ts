import type { ReadinessReason } from '../../http/health.ts';
import type { AlertName, Severity } from '../../operations/alerts.ts';
import type { PageLanguage } from '../kit/language.ts';

/** The meaning of an alert, and what to do. */
export interface AlertWords {
  readonly label: string;
  readonly todo: string;
}

/** The words of the pages of the installation. */
export interface InstallationWords {
  readonly title: string;
  readonly pages: Readonly<Record<'health' | 'authorities' | 'people' | 'audit', string>>;
  readonly alerts: string;
  readonly alertsLead: string;
  readonly noAlerts: string;
  readonly severity: string;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly alert: string;
  readonly about: string;
  readonly todo: string;
  readonly everything: string;
  readonly onlyProcess: (process: string) => string;
  readonly ready: string;
  readonly isReady: string;
  readonly notReady: (reasons: readonly string[]) => string;
  /** Reasons of a process that is not ready, by their texts of `/readyz`. */
  readonly reasons: Readonly<Record<ReadinessReason, string>>;
  readonly sending: string;
  readonly sends: string;
  readonly held: string;
  readonly version: string;
  readonly schema: string;
  readonly thisProcess: string;
  readonly thisProcessLead: string;
  readonly role: string;
  readonly roles: Readonly<Record<'all' | 'api' | 'worker', string>>;
  readonly database: string;
  readonly kind: string;
  readonly embedded: string;
  readonly postgres: string;
  readonly clocks: string;
  readonly clocksUnknown: string;
  readonly clocksTogether: string;
  readonly clockAhead: (seconds: number, shown: string) => string;
  readonly clockBehind: (seconds: number, shown: string) => string;
  readonly address: string;
  readonly bound: string;
  readonly backlog: string;
  readonly due: string;
  readonly oldestDue: string;
  readonly uncertain: string;
  readonly quarantined: string;
  readonly receiptsOverdue: string;
  readonly repliesOpen: string;
  readonly pauses: string;
  readonly processes: string;
  readonly processesLead: string;
  readonly versionsDiffer: (versions: readonly string[]) => string;
  readonly process: string;
  readonly state: string;
  /** The process that shows the page. */
  readonly answers: string;
  readonly alive: string;
  readonly gone: string;
  /** Its clock is too far from the database's. */
  readonly apart: string;
  readonly startedAt: string;
  readonly heartbeat: string;
  /** By what keeps the process that shows the page from sending; `none`: nothing does. */
  readonly noProcesses: Readonly<Record<'none' | 'unbound' | 'off', string>>;
  readonly done: Readonly<Record<'adopted' | 'saved' | 'same' | 'created', string>>;
}

const DANISH: InstallationWords = {
  title: 'Installation',
  pages: {
    health: 'Driftstilstand',
    authorities: 'Myndigheder',
    people: 'Personer med adgang til alt',
    audit: 'Log over alle handlinger',
  },
  alerts: 'Alarmer nu',
  alertsLead:
    'Det, som overvågningen ville melde lige nu. Alarmer, der kun gælder den proces, der viser siden, er mærket med ' +
    'dens navn; en anden proces kan have sine egne. Det, der tælles over tid, ser kun Prometheus.',
  noAlerts: 'Ingen alarmer lige nu.',
  severity: 'Alvorlighed',
  severities: { critical: 'Kritisk', warning: 'Advarsel', info: 'Til orientering' },
  alert: 'Alarm',
  about: 'Om',
  todo: 'Hvad skal der gøres?',
  everything: 'Hele installationen',
  onlyProcess: (process) => `Kun processen ${process}`,
  ready: 'Klar',
  isReady: 'Ja',
  notReady: (reasons) => `Nej: ${reasons.join(', ')}`,
  reasons: {
    stopping: 'den er ved at stoppe',
    clock_off: 'dens ur og databasens er mere end 30 sekunder fra hinanden',
    no_dispatch_tick: 'udsendelsen har stået stille i to minutter',
    database_unavailable: 'databasen kan ikke nås',
  },
  sending: 'Udsendelse',
  sends: 'Tilladt',
  held: 'Holdt tilbage: processen sender intet',
  version: 'Version',
  schema: 'Databasens version',
  thisProcess: 'Processen, der viser siden',
  thisProcessLead: 'Kører der flere processer, kan næste visning komme fra en anden af dem.',
  role: 'Opgave',
  roles: { all: 'Modtager og sender', api: 'Modtager; andre processer sender', worker: 'Sender' },
  database: 'Database',
  kind: 'Slags',
  embedded: 'Indbygget (kun til prøve)',
  postgres: 'PostgreSQL',
  clocks: 'Ur i forhold til databasens',
  clocksUnknown: 'Ikke sammenlignet endnu',
  clocksTogether: 'Går ens',
  clockAhead: (seconds, shown) => `${shown} ${seconds === 1 ? 'sekund' : 'sekunder'} foran`,
  clockBehind: (seconds, shown) => `${shown} ${seconds === 1 ? 'sekund' : 'sekunder'} bagud`,
  address: 'Adressen i PUBLIC_URL',
  bound: 'Databasen hører til',
  backlog: 'Det, der venter i hele installationen',
  due: 'Påmindelser, der skal sendes nu',
  oldestDue: 'Den ældste af dem er fra',
  uncertain: 'Påmindelser, hvor det er uvist, om de er sendt',
  quarantined: 'Påmindelser, der ikke er sendt på grund af en fejl eller deres tekst',
  receiptsOverdue: 'SMS’er uden kvittering efter fristens udløb',
  repliesOpen: 'Svar, som en medarbejder skal læse',
  pauses: 'Myndigheder og bookingsystemer på pause',
  processes: 'Processer, der sender',
  processesLead:
    'En proces, der kun modtager, eller hvis udsendelse er slået fra, står ikke på listen. Den proces, der ' +
    'viser siden, står altid nederst.',
  versionsDiffer: (versions) =>
    `Processerne kører forskellige versioner: ${versions.join(', ')}. Er en opdatering ikke i gang, så opdatér dem, ` +
    'der er bagud.',
  process: 'Proces',
  state: 'Tilstand',
  answers: 'viser siden',
  alive: 'Sender',
  gone: 'Stoppet uden at melde det',
  apart: 'Sender intet: uret går forkert',
  startedAt: 'Startet',
  heartbeat: 'Sidst hørt fra',
  noProcesses: {
    none: 'Ingen proces sender lige nu. Start en med EASYSMS_ROLE=worker eller all, og se i dens log.',
    unbound: 'Ingen proces sender lige nu. Se boksen ovenfor.',
    off: 'Ingen proces sender lige nu. Denne sender intet: se EASYSMS_SENDING.',
  },
  done: {
    adopted: 'Databasen hører nu til denne adresse, og påmindelser sendes.',
    saved: 'Indstillingerne er gemt.',
    same: 'Intet blev ændret.',
    created: 'Myndigheden er oprettet.',
  },
};

const ENGLISH: InstallationWords = {
  title: 'Installation',
  pages: {
    health: 'Health',
    authorities: 'Authorities',
    people: 'People with access to everything',
    audit: 'Audit log of everything',
  },
  alerts: 'Alerts now',
  alertsLead:
    'What monitoring would report right now. Alerts about this process alone are marked with its name; another ' +
    'process may have others. What is counted over time is seen by Prometheus only.',
  noAlerts: 'No alerts right now.',
  severity: 'Severity',
  severities: { critical: 'Critical', warning: 'Warning', info: 'For information' },
  alert: 'Alert',
  about: 'About',
  todo: 'What to do',
  everything: 'The whole installation',
  onlyProcess: (process) => `The process ${process} only`,
  ready: 'Ready',
  isReady: 'Yes',
  notReady: (reasons) => `No: ${reasons.join(', ')}`,
  reasons: {
    stopping: 'it is stopping',
    clock_off: 'its clock and the database’s are more than 30 seconds apart',
    no_dispatch_tick: 'sending has stood still for two minutes',
    database_unavailable: 'the database is out of reach',
  },
  sending: 'Sending',
  sends: 'Allowed',
  held: 'Held: the process sends nothing',
  version: 'Version',
  schema: 'Version of the database',
  thisProcess: 'The process that shows this page',
  thisProcessLead: 'Where several processes run, another one may respond next time.',
  role: 'Task',
  roles: { all: 'Receives and sends', api: 'Receives; other processes send', worker: 'Sends' },
  database: 'Database',
  kind: 'Kind',
  embedded: 'Embedded (for trials only)',
  postgres: 'PostgreSQL',
  clocks: 'Clock compared with the database’s',
  clocksUnknown: 'Not compared yet',
  clocksTogether: 'The same time',
  clockAhead: (seconds, shown) => `${shown} ${seconds === 1 ? 'second' : 'seconds'} ahead`,
  clockBehind: (seconds, shown) => `${shown} ${seconds === 1 ? 'second' : 'seconds'} behind`,
  address: 'The address in PUBLIC_URL',
  bound: 'The database belongs to',
  backlog: 'What waits in the whole installation',
  due: 'Reminders that are due now',
  oldestDue: 'The oldest of them is from',
  uncertain: 'Reminders of which it is unknown whether they were sent',
  quarantined: 'Reminders that were not sent because of an error or their text',
  receiptsOverdue: 'SMS without a receipt after their deadline',
  repliesOpen: 'Replies that a person must read',
  pauses: 'Authorities and booking systems that are paused',
  processes: 'Processes that send',
  processesLead:
    'A process that only receives, or whose sending is off, is not on the list. The process that shows this ' +
    'page stands at the bottom in any case.',
  versionsDiffer: (versions) =>
    `The processes run different versions: ${versions.join(', ')}. Unless an upgrade is under way, upgrade those ` +
    'that are behind.',
  process: 'Process',
  state: 'State',
  answers: 'shows this page',
  alive: 'Sends',
  gone: 'Ended without saying so',
  apart: 'Sends nothing: its clock is wrong',
  startedAt: 'Started',
  heartbeat: 'Last heard from',
  noProcesses: {
    none: 'No process sends right now. Start one with EASYSMS_ROLE=worker or all, and see its log.',
    unbound: 'No process sends right now. See the card above.',
    off: 'No process sends right now. This one sends nothing: see EASYSMS_SENDING.',
  },
  done: {
    adopted: 'The database belongs to this address now, and reminders are sent.',
    saved: 'The settings are saved.',
    same: 'Nothing was changed.',
    created: 'The authority is created.',
  },
};

/** The words of the pages of the installation. */
export const INSTALLATION_WORDS: Readonly<Record<PageLanguage, InstallationWords>> = { da: DANISH, en: ENGLISH };

/** A type that has words for each alert. */
export type AlertsWords = Readonly<Record<AlertName, AlertWords>>;
