import type { PageLanguage } from '../../kit/language.ts';

/** The words of events that go to a booking system. */
export interface EventWords {
  readonly title: string;
  readonly lead: string;
  readonly none: string;
  readonly channels: Readonly<Record<'webhook' | 'fhir', string>>;
  readonly state: string;
  readonly address: string;
  readonly lastResult: string;
  readonly lastDelivered: string;
  readonly failing: string;
  readonly failingSince: string;
  readonly nextAt: string;
  readonly pending: string;
  readonly never: string;
  readonly setUp: string;
  readonly change: string;
  readonly url: string;
  readonly urlHint: string;
  readonly types: string;
  readonly typesHint: string;
  readonly includePhone: string;
  readonly format: string;
  readonly formats: Readonly<Record<'json' | 'cloudevents', string>>;
  readonly save: string;
  readonly remove: string;
  readonly removeWhy: string;
  readonly test: string;
  readonly testLead: string;
  readonly resume: string;
  readonly resumeLead: string;
  readonly deliveries: string;
  readonly deliveriesLead: string;
  readonly deliveriesEmpty: string;
  readonly show: string;
  readonly all: string;
  readonly event: string;
  readonly about: string;
  readonly at: string;
  readonly attempts: string;
  readonly replay: string;
  /** The button of an event that was never tried. */
  readonly sendNow: string;
  readonly replayTitle: string;
  readonly replayLead: string;
  readonly from: string;
  readonly to: string;
  readonly momentWrong: string;
  readonly periodWrong: string;
  readonly tooMany: string;
  readonly tested: (delivered: boolean, result: string) => string;
  readonly done: Readonly<Record<'saved' | 'resumed', string>>;
  readonly replayed: (events: number) => string;
  /** The refusal where there is none. @param administers the reader may set one up */
  readonly noEndpoint: (administers: boolean) => string;
  readonly changed: string;
  readonly changedBefore: string;
  readonly otherFaults: string;
}

const DANISH: EventWords = {
  title: 'Hændelser til bookingsystemet',
  lead: 'EasySMS kan fortælle bookingsystemet, hvad der er sket: SMS modtaget, afbud, framelding, ledig tid.',
  none: 'Der sendes ingen hændelser. Bookingsystemet kan stadig selv hente dem.',
  channels: { webhook: 'Webhook', fhir: 'FHIR-server' },
  state: 'Tilstand',
  address: 'Adresse (webhook)',
  lastResult: 'Seneste svar',
  lastDelivered: 'Senest afleveret',
  failing: 'Fejler lige nu. Hændelser, der venter, prøves igen af sig selv.',
  failingSince: 'Fejler siden',
  nextAt: 'Næste forsøg',
  pending: 'Venter',
  never: 'Aldrig',
  setUp: 'Opret en modtager',
  change: 'Ret modtageren',
  url: 'Adresse',
  urlHint: 'En offentlig https-adresse hos bookingsystemet, for eksempel https://booking.eksempel.dk/sms.',
  types: 'Hændelser',
  typesHint: 'Sæt ingen kryds, hvis alle skal sendes, også dem, der kommer til senere.',
  includePhone: 'Send borgerens telefonnummer med',
  format: 'Format',
  formats: { json: 'EasySMS’ eget JSON', cloudevents: 'CloudEvents 1.0' },
  save: 'Gem modtageren',
  remove: 'Stop med at sende hændelser',
  removeWhy: 'Hændelser, der venter, bliver ikke afleveret.',
  test: 'Send en prøve',
  testLead: 'Sender én prøvehændelse nu og viser svaret.',
  resume: 'Genoptag afleveringen',
  resumeLead: 'Sender alt, der venter, med det samme og i rækkefølge.',
  deliveries: 'Afleveringer af hændelser',
  deliveriesLead: 'Hændelser i de seneste 30 dage, de nyeste først',
  deliveriesEmpty: 'Der er ingen afleveringer her. De kommer, når noget sker med systemets aftaler.',
  show: 'Vis',
  all: 'Alle',
  event: 'Hændelse',
  about: 'Aftale',
  at: 'Tidspunkt',
  attempts: 'Forsøg',
  replay: 'Send igen',
  sendNow: 'Send nu',
  replayTitle: 'Send en periode igen',
  replayLead: 'For eksempel når systemet har mistet noget. Højst 10.000 hændelser; hver beholder sit id.',
  from: 'Fra',
  to: 'Til',
  momentWrong: 'Vælg et tidspunkt.',
  periodWrong: 'Vælg et tidspunkt efter det første.',
  tooMany: 'Det er mere end 10.000 hændelser. Vælg en kortere periode.',
  tested: (delivered, result) =>
    delivered ? `Prøven blev modtaget (${result}).` : `Prøven blev ikke modtaget: ${result}.`,
  done: {
    saved: 'Modtageren er gemt.',
    resumed: 'Hændelser sendes igen.',
  },
  replayed: (events) => (events === 1 ? '1 hændelse sendes igen.' : `${events} hændelser sendes igen.`),
  noEndpoint: (administers) =>
    administers
      ? 'Der er ingen modtager. Opret en på bookingsystemets side under »Hændelser til bookingsystemet«.'
      : 'Der er ingen modtager. En administrator kan oprette en.',
  changedBefore: 'En anden har ændret indstillingerne i mellemtiden, og intet er fjernet. Se efter, og prøv igen.',
  otherFaults:
    'Intet er ændret: en anden af bookingsystemets indstillinger kan ikke bruges længere, og den skal rettes først.',
  changed: 'En anden har ændret indstillingerne i mellemtiden. Det, du skrev, står her: se efter, og gem igen.',
};

const ENGLISH: EventWords = {
  title: 'Events to the booking system',
  lead: 'EasySMS can tell the booking system what happened: an SMS received, a cancellation, an opt-out, a free slot.',
  none: 'No events are sent. The booking system can still fetch them by itself.',
  channels: { webhook: 'Webhook', fhir: 'FHIR server' },
  state: 'State',
  address: 'Address (webhook)',
  lastResult: 'Last response',
  lastDelivered: 'Last delivered',
  failing: 'Fails right now. Events that wait are tried again automatically.',
  failingSince: 'Failing since',
  nextAt: 'Next try',
  pending: 'Waiting',
  never: 'Never',
  setUp: 'Set up an endpoint',
  change: 'Change the endpoint',
  url: 'Address',
  urlHint: 'A public https address of the booking system, such as https://booking.example.org/sms.',
  types: 'Events',
  typesHint: 'Tick none to send all kinds, also those that EasySMS adds later.',
  includePhone: 'Send the citizen’s phone number, too',
  format: 'Format',
  formats: { json: 'JSON of EasySMS', cloudevents: 'CloudEvents 1.0' },
  save: 'Save the endpoint',
  remove: 'Stop sending events',
  removeWhy: 'Events that wait are not delivered.',
  test: 'Send a test',
  testLead: 'Sends one test event now and shows the response.',
  resume: 'Resume delivery',
  resumeLead: 'Sends everything that waits, at once and in order.',
  deliveries: 'Deliveries of events',
  deliveriesLead: 'Events of the last 30 days, the newest first',
  deliveriesEmpty: 'There are no deliveries here. They come when something happens to the system’s appointments.',
  show: 'Show',
  all: 'All',
  event: 'Event',
  about: 'Appointment',
  at: 'Happened',
  attempts: 'Tries',
  replay: 'Send again',
  sendNow: 'Send now',
  replayTitle: 'Send a period again',
  replayLead: 'When the system has lost something, for instance. 10,000 events at most; each keeps its id.',
  from: 'From',
  to: 'To',
  momentWrong: 'Choose a time.',
  periodWrong: 'Choose a time after the first one.',
  tooMany: 'These are more than 10,000 events. Choose a shorter period.',
  tested: (delivered, result) => (delivered ? `The test was taken (${result}).` : `The test was not taken: ${result}.`),
  done: {
    saved: 'The endpoint is saved.',
    resumed: 'Events are sent again.',
  },
  replayed: (events) => (events === 1 ? '1 event is sent again.' : `${events} events are sent again.`),
  noEndpoint: (administers) =>
    administers
      ? 'There is no endpoint. Set one up on the page of the booking system, under “Events to the booking system”.'
      : 'There is no endpoint. An administrator can set one up.',
  changedBefore: 'Somebody else has changed the settings meanwhile, and nothing was removed. Look again, and retry.',
  otherFaults: 'Nothing was changed: another setting of this booking system cannot be used any more. Correct it first.',
  changed: 'Somebody else has changed the settings meanwhile. What you typed is here: check it, and save again.',
};

/** The words of events that go to a booking system. */
export const EVENT_WORDS: Readonly<Record<PageLanguage, EventWords>> = { da: DANISH, en: ENGLISH };
