import type { AlertName, Severity } from '../../../operations/alerts.ts';
import type { PageLanguage } from '../language.ts';

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
  readonly ready: string;
  readonly isReady: string;
  readonly notReady: (reasons: readonly string[]) => string;
  readonly sending: string;
  readonly sends: string;
  readonly held: string;
  readonly version: string;
  readonly schema: string;
  readonly role: string;
  readonly roles: Readonly<Record<'all' | 'api' | 'worker', string>>;
  readonly database: string;
  readonly embedded: string;
  readonly postgres: string;
  readonly clocks: string;
  readonly clocksUnknown: string;
  readonly seconds: (seconds: string) => string;
  readonly address: string;
  readonly bound: string;
  readonly backlog: string;
  readonly due: string;
  readonly oldestDue: string;
  readonly none: string;
  readonly uncertain: string;
  readonly quarantined: string;
  readonly receiptsOverdue: string;
  readonly repliesOpen: string;
  readonly pauses: string;
  readonly processes: string;
  readonly process: string;
  readonly startedAt: string;
  readonly heartbeat: string;
  readonly noProcesses: string;
  readonly facts: string;
  readonly adopt: string;
  readonly adoptLead: (bound: string, address: string) => string;
  readonly adoptConfirm: string;
  readonly recovered: string;
  readonly recoveredLead: string;
  readonly backupAt: string;
  readonly backupHint: string;
  readonly backupWrong: string;
  readonly confirmFirst: string;
  readonly done: Readonly<Record<'adopted' | 'saved' | 'created', string>>;
  readonly recoveredDone: (reminders: number, answers: number) => string;
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
  alertsLead: 'Hvad overvågningen ville melde om denne proces lige nu. Det, der tælles over tid, ser kun Prometheus.',
  noAlerts: 'Ingen alarmer. Alt, hvad der kan ses herfra, er i orden.',
  severity: 'Alvor',
  severities: { critical: 'Kritisk', warning: 'Advarsel', info: 'Til orientering' },
  alert: 'Alarm',
  about: 'Om',
  todo: 'Gør dette',
  everything: 'Hele installationen',
  ready: 'Klar',
  isReady: 'Ja',
  notReady: (reasons) => `Nej: ${reasons.join(', ')}`,
  sending: 'Udsendelse',
  sends: 'Påmindelser sendes',
  held: 'Intet sendes herfra',
  version: 'Version',
  schema: 'Databasens version',
  role: 'Denne proces',
  roles: { all: 'Modtager og sender', api: 'Modtager (sender ikke)', worker: 'Sender' },
  database: 'Database',
  embedded: 'Indbygget (kun til prøve)',
  postgres: 'PostgreSQL',
  clocks: 'Ur i forhold til databasens',
  clocksUnknown: 'Ikke sammenlignet endnu',
  seconds: (seconds) => `${seconds} sekunder`,
  address: 'Adresse (PUBLIC_URL)',
  bound: 'Databasen hører til',
  backlog: 'Det, der venter',
  due: 'Påmindelser, der skal sendes nu',
  oldestDue: 'Den ældste af dem fra',
  none: 'Ingen',
  uncertain: 'Uvist, om de er sendt',
  quarantined: 'Stoppet af en fejl eller af deres tekst',
  receiptsOverdue: 'Mangler kvittering, efter at fristen er gået',
  repliesOpen: 'Svar, som et menneske skal læse',
  pauses: 'Myndigheder og bookingsystemer på pause',
  processes: 'Processer, der sender',
  process: 'Proces',
  startedAt: 'Startet',
  heartbeat: 'Sidste livstegn',
  noProcesses: 'Ingen proces sender lige nu. Start én med EASYSMS_ROLE=worker eller all.',
  facts: 'Overblik',
  adopt: 'Flyt installationen hertil',
  adoptLead: (bound, address) =>
    `Databasen hører til ${bound}, og derfor sendes intet fra ${address}. Er installationen flyttet, kan den knyttes ` +
    'hertil. Sørg først for, at den gamle ikke sender mere: ellers får borgerne alt to gange.',
  adoptConfirm: 'Den gamle installation er slukket',
  recovered: 'Tag en gendannet sikkerhedskopi i brug',
  recoveredLead:
    'Databasen er gendannet fra en sikkerhedskopi, og intet sendes endnu. Det, der kan være sendt, siden kopien blev ' +
    'taget, sendes ikke igen. Sørg først for, at den gamle installation ikke sender mere.',
  backupAt: 'Sikkerhedskopien er fra',
  backupHint: 'Det tidspunkt, som kopien viser: da pg_dump begyndte, i dansk tid.',
  backupWrong: 'Vælg et tidspunkt, som ikke ligger i fremtiden.',
  confirmFirst: 'Bekræft først, at den gamle installation er slukket.',
  done: {
    adopted: 'Databasen hører nu til denne adresse, og påmindelser sendes.',
    saved: 'Indstillingerne er gemt.',
    created: 'Myndigheden er oprettet.',
  },
  recoveredDone: (reminders, answers) =>
    `Kopien er taget i brug. ${reminders} påmindelser og ${answers} svar til borgere sendes ikke: de kan være sendt.`,
};

const ENGLISH: InstallationWords = {
  title: 'Installation',
  pages: {
    health: 'Health',
    authorities: 'Authorities',
    people: 'People with access to all',
    audit: 'Audit log of everything',
  },
  alerts: 'Alerts now',
  alertsLead: 'What monitoring would report of this process right now. Only Prometheus sees what counts over a time.',
  noAlerts: 'No alerts. Everything that can be seen from here is in order.',
  severity: 'Severity',
  severities: { critical: 'Critical', warning: 'Warning', info: 'For information' },
  alert: 'Alert',
  about: 'About',
  todo: 'Do this',
  everything: 'The whole installation',
  ready: 'Ready',
  isReady: 'Yes',
  notReady: (reasons) => `No: ${reasons.join(', ')}`,
  sending: 'Sending',
  sends: 'Reminders are sent',
  held: 'Nothing is sent from here',
  version: 'Version',
  schema: 'Version of the database',
  role: 'This process',
  roles: { all: 'Receives and sends', api: 'Receives (does not send)', worker: 'Sends' },
  database: 'Database',
  embedded: 'Embedded (for trials only)',
  postgres: 'PostgreSQL',
  clocks: "Clock against the database's",
  clocksUnknown: 'Not compared yet',
  seconds: (seconds) => `${seconds} seconds`,
  address: 'Address (PUBLIC_URL)',
  bound: 'The database belongs to',
  backlog: 'What waits',
  due: 'Reminders that are due now',
  oldestDue: 'The oldest of them since',
  none: 'None',
  uncertain: 'Unknown whether sent',
  quarantined: 'Stopped by an error or their text',
  receiptsOverdue: 'Without a receipt after their deadline',
  repliesOpen: 'Replies that a person must read',
  pauses: 'Authorities and booking systems that are paused',
  processes: 'Processes that send',
  process: 'Process',
  startedAt: 'Started',
  heartbeat: 'Last sign of life',
  noProcesses: 'No process sends right now. Start one with EASYSMS_ROLE=worker or all.',
  facts: 'Overview',
  adopt: 'Move the installation here',
  adoptLead: (bound, address) =>
    `The database belongs to ${bound}, so nothing is sent from ${address}. If the installation has moved, bind it to ` +
    'this address. First make sure that the old one no longer sends: citizens would get everything twice.',
  adoptConfirm: 'The old installation is off',
  recovered: 'Take a restored backup into use',
  recoveredLead:
    'The database was restored from a backup, and nothing is sent yet. What may have been sent since the backup was ' +
    'made is not sent again. First make sure that the old installation no longer sends.',
  backupAt: 'The backup is of',
  backupHint: 'The moment whose data the backup holds: when pg_dump began, in Danish time.',
  backupWrong: 'Choose a time that does not lie in the future.',
  confirmFirst: 'First confirm that the old installation is off.',
  done: {
    adopted: 'The database belongs to this address now, and reminders are sent.',
    saved: 'The settings are saved.',
    created: 'The authority is created.',
  },
  recoveredDone: (reminders, answers) =>
    `The backup is in use. ${reminders} reminders and ${answers} answers to citizens are not sent: they may have been.`,
};

/** The words of the pages of the installation. */
export const INSTALLATION_WORDS: Readonly<Record<PageLanguage, InstallationWords>> = { da: DANISH, en: ENGLISH };

/** A type that has words for each alert. */
export type AlertsWords = Readonly<Record<AlertName, AlertWords>>;
