import { type AppointmentStatus, STATUSES } from '../../domain/appointment.ts';
import type { Authority } from '../../domain/authority.ts';
import { isSentAgain } from '../../domain/planning/send-again.ts';
import type { AppointmentView } from '../../staff/appointments/appointments.ts';
import type { AppointmentDetails } from '../../staff/citizens/look-up-citizen.ts';
import { contactText } from '../kit/elements.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { bilingual } from '../kit/words.ts';
import { durationText } from '../settings/durations.ts';
import { STORY_WORDS } from './story-words.ts';

const NAMES = bilingual({
  da: {
    rule: (before: string) => `Påmindelse ${before} før`,
    notices: {
      confirmation: 'Besked om bookingen',
      rescheduled: 'Besked om den nye tid',
      cancellation: 'Besked om aflysningen',
      'cancellation.told': 'Besked om aflysningen (bookingsystemets egen)',
    },
    /** A reminder on the day of the appointment. @param at `HH:MM` */
    sameDay: (at: string) => `Påmindelse samme dag kl.\u00a0${at.replace(':', '.')}`,
    again: 'Påmindelse, sendt igen',
    otherRule: (rule: string) => `Påmindelse »${rule}« (reglen findes ikke mere)`,
  },
  en: {
    rule: (before) => `Reminder ${before} before`,
    notices: {
      confirmation: 'Notice of the booking',
      rescheduled: 'Notice of the new time',
      cancellation: 'Notice of the cancellation',
      'cancellation.told': 'Notice of the cancellation (the booking system’s own)',
    },
    sameDay: (at) => `Reminder on the day at ${at}`,
    again: 'Reminder, sent again',
    otherRule: (rule) => `Reminder “${rule}” (its rule is gone)`,
  },
});

/** An appointment with what its facts are written by. */
interface Written<Held> {
  readonly held: Held;
  readonly language: PageLanguage;
  /** A moment in the zone of the authority. */
  readonly moment: (at: Date) => string;
}

/** A fact of an appointment: its label in Danish and English, and its text, null where there is nothing to show. */
type Fact<Held> = readonly [da: string, en: string, textOf: (written: Written<Held>) => string | null];

/** An appointment on its own page. */
interface OnPage {
  readonly view: AppointmentView;
  readonly sourceName: string;
}

/** Facts that the page of an appointment shows behind its time, status and number. */
const ON_PAGE: readonly Fact<OnPage>[] = [
  ['Afdeling', 'Department', ({ held: { view } }) => view.department],
  ['Sted', 'Place', ({ held: { view } }) => view.location?.text ?? view.location?.code ?? null],
  ['Sprog', 'Language', ({ held: { view }, language }) => languageText(view.language, language)],
  ['Bookingsystem', 'Booking system', ({ held }) => held.sourceName],
  ['Modtaget her', 'Received here', ({ held: { view }, moment }) => moment(view.receivedAt)],
];

/** An appointment in the document of a citizen who asks what is held. */
interface InDocument {
  readonly view: AppointmentView;
  readonly details: AppointmentDetails;
}

/** Facts that the document shows of an appointment behind its time, kind, status and outcome. */
const IN_DOCUMENT: readonly Fact<InDocument>[] = [
  ['Afdeling', 'Department', ({ held: { view, details } }) => withCode(view.department, details.departmentCode)],
  ['Sted', 'Place', ({ held: { view } }) => withCode(view.location?.text ?? null, view.location?.code ?? null)],
  [
    'Nummer at ringe til',
    'Number to phone',
    ({ held: { view } }) => view.contactPhone && contactText(view.contactPhone),
  ],
  [
    'Borgerens sprog',
    'Language of the citizen',
    ({ held: { view }, language }) => languageText(view.language, language),
  ],
  ['Aftalens nummer', 'Appointment number', ({ held: { view } }) => view.reference],
  ['Hører til aftalerne', 'Belongs to the appointments', ({ held: { details } }) => details.group],
  ['Fortsat som aftalen', 'Goes on as the appointment', ({ held: { details } }) => details.replacedBy],
  ['Sendt af bookingsystemet', 'Sent by the booking system', ({ held: { details } }) => details.sourceName],
  ['Først modtaget', 'First received', ({ held: { view }, moment }) => moment(view.receivedAt)],
  ['Sidst ændret', 'Last changed', ({ held: { view }, moment }) => moment(view.updatedAt)],
  [
    'Tid, som en SMS har oplyst, før aftalen blev flyttet',
    'Time that an SMS named before the appointment moved',
    ({ held: { details }, moment }) => details.announcedStart && moment(details.announcedStart),
  ],
  [
    'Bookingsystemet oplyser, at borgeren er død',
    'The booking system says that the citizen is dead',
    ({ held: { details }, language }) => (details.deceased ? (language === 'da' ? 'Ja' : 'Yes') : null),
  ],
];

/** The facts of an appointment on its own page, under their labels. */
export function factsOnPage(written: Written<OnPage>): [label: string, text: string][] {
  return labelled(ON_PAGE, written);
}

/** The facts of an appointment in the document of its citizen, under their labels. */
export function factsInDocument(written: Written<InDocument>): [label: string, text: string][] {
  return labelled(IN_DOCUMENT, written);
}

function labelled<Held>(facts: readonly Fact<Held>[], written: Written<Held>): [label: string, text: string][] {
  return facts.flatMap(([da, en, textOf]): [string, string][] => {
    const text = textOf(written);
    return text === null || text === '' ? [] : [[written.language === 'da' ? da : en, text]];
  });
}

function languageText(spoken: string | null, language: PageLanguage): string | null {
  const { languages } = STORY_WORDS[language];
  return spoken && (languages[spoken] ?? spoken);
}

/** A name with its code. */
function withCode(name: string | null, code: string | null): string | null {
  if (name === null || code === null || name === code) return name ?? code;
  return `${name} (${code})`;
}

/** The status of an appointment as one that has words; undefined for any other text. */
export function knownStatus(status: string): AppointmentStatus | undefined {
  return STATUSES.find((each) => each === status);
}

/** The name of a reminder for people: how long before the start, when on the day itself, or what it tells. */
export function reminderName(language: PageLanguage, { rules }: Pick<Authority, 'rules'>, rule: string): string {
  const words = NAMES[language];
  const notices: Readonly<Record<string, string>> = words.notices;
  const notice = notices[rule];
  if (notice !== undefined && Object.hasOwn(notices, rule)) return notice;
  const known = rules.find(({ id }) => id === rule);
  if (isSentAgain(rule, rules)) return words.again;
  if (!known) return words.otherRule(rule);
  const lead = durationText(language, known.lead);
  return lead === '' ? words.sameDay(known.at ?? '') : words.rule(lead);
}
