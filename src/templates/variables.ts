import type { AppointmentKind, AuthoritySettings, Language, SourceSettings } from '../domain/authority.ts';
import { localTime } from '../domain/calendar.ts';
import { STAFF_ANSWER, type TemplateName, type TextName } from '../domain/reminder.ts';

/** Values of a template, ready to print. null and '' both mean absent. */
export interface Variables {
  /** Day and month: `1. december`, `1 December`. */
  readonly date: string;
  /** `9.00`, `9am`; '' for an appointment on a day without a time. */
  readonly time: string;
  readonly weekday: string;
  readonly location: string | null;
  readonly department: string | null;
  readonly authority: string;
  readonly contactPhone: string | null;
  /** The time that the citizen knows of an appointment that has moved, like `date`, `time` and `weekday`. */
  readonly oldDate?: string | null;
  readonly oldTime?: string | null;
  readonly oldWeekday?: string | null;
  /** Leased keyword that a reply has to begin with; in answers to citizens only. */
  readonly keyword?: string | null;
}
/** Name of a variable. */
export type VariableName = keyof Variables;

/** Variables of texts about an appointment. */
export const APPOINTMENT_VARIABLES: readonly VariableName[] = [
  'date',
  'time',
  'weekday',
  'location',
  'department',
  'authority',
  'contactPhone',
];
const ANSWER_VARIABLES: readonly VariableName[] = ['authority', 'contactPhone', 'keyword'];
const ANSWERS: ReadonlySet<TextName> = new Set<TextName>([
  'opt-out-confirmed',
  'opt-in-confirmed',
  'not-opted-out',
  'help',
  'wrong-number-received',
  'deceased-received',
  'cancel-received',
  'cancel-forwarded',
  'cancel-with-staff',
  'reply-received',
  STAFF_ANSWER,
]);

/** True for a text that answers a citizen's SMS, and so is about no appointment. */
export function isAnswer(name: TemplateName): boolean {
  return ANSWERS.has(name);
}

/** Variables of a template by its name: answers to citizens have none of an appointment. */
export function variablesOf(name: TextName): readonly VariableName[] {
  if (name === 'rescheduled') return [...APPOINTMENT_VARIABLES, 'oldDate', 'oldTime', 'oldWeekday'];
  return ANSWERS.has(name) ? ANSWER_VARIABLES : APPOINTMENT_VARIABLES;
}

/** Typical long values, which determine the size of a template. */
export const LONG_SAMPLE: Variables = {
  date: '30. september',
  time: '10:30am',
  weekday: 'Wednesday',
  location: 'Opgang 4, 3. sal, Nordre Ringgade 1',
  department: 'Ambulatorium Nord',
  authority: 'Aarhus Universitetshospital',
  contactPhone: '+45 35 45 35 45',
  keyword: 'AARHUS',
};

/** Values that every appointment has. */
export const BARE_SAMPLE: Variables = {
  ...LONG_SAMPLE,
  location: null,
  department: null,
  contactPhone: null,
  keyword: null,
};

/** Values of an appointment that a text can print. */
export interface TextSubject {
  readonly start: Date;
  readonly kind: AppointmentKind;
  readonly locationText: string | null;
  readonly department: string | null;
  readonly contactPhone: string | null;
  /** false: the time of `start` only stands for "no time", and none is printed. Absent: true. */
  readonly hasTime?: boolean;
  /** The start that an earlier SMS named; null: none did. Absent: null. */
  readonly announcedStart?: Date | null;
}

/**
 * The start that an earlier SMS named before the present one.
 * @returns null where none did, it is the same, or one of the two has no time that a text can print
 */
export function announcedStartOf(
  earlier: Date | null,
  start: Date,
  source: Pick<SourceSettings, 'placeholderTimes' | 'timeZone'>,
): Date | null {
  if (earlier === null || earlier.getTime() === start.getTime()) return null;
  return isPlaceholderTime(earlier, source) || isPlaceholderTime(start, source) ? null : earlier;
}

/** True when the time of a start only stands for "no time", by the settings of its source. Texts then print the day. */
export function isPlaceholderTime(
  start: Date,
  { placeholderTimes, timeZone }: Pick<SourceSettings, 'placeholderTimes' | 'timeZone'>,
): boolean {
  return placeholderTimes.length > 0 && placeholderTimes.includes(localTime(start, timeZone));
}

/** Values for a text about an appointment. A place is printed for visits only. */
export function variablesFor(
  subject: TextSubject,
  authority: Pick<AuthoritySettings, 'name' | 'timeZone' | 'contactPhone'>,
  language: Language,
): Variables {
  const words = dateWords(subject.start, authority.timeZone, language);
  const old = subject.announcedStart ? dateWords(subject.announcedStart, authority.timeZone, language) : null;
  return {
    date: words.date,
    time: subject.hasTime === false ? '' : words.time,
    weekday: words.weekday,
    location: subject.kind === 'visit' ? subject.locationText : null,
    department: subject.department,
    authority: authority.name,
    contactPhone: readablePhone(subject.contactPhone ?? authority.contactPhone),
    ...(old && { oldDate: old.date, oldTime: old.time, oldWeekday: old.weekday }),
  };
}

/**
 * Values for an answer to a citizen.
 * @param authority null when the answer is from the whole installation
 * @param keyword leased keyword that a reply has to begin with; null when the sender is the authority's own
 */
export function variablesForAnswer(
  authority: Pick<AuthoritySettings, 'name' | 'contactPhone'> | null,
  keyword: string | null,
): Variables {
  return {
    date: '',
    time: '',
    weekday: '',
    location: null,
    department: null,
    authority: authority?.name ?? '',
    contactPhone: readablePhone(authority?.contactPhone ?? null),
    keyword,
  };
}

/** `+4535453545` in pairs as people read it, with the country code for calls from abroad; any other text as it is. */
function readablePhone(phone: string | null): string | null {
  return phone?.replace(/^\+45(\d\d)(\d\d)(\d\d)(\d\d)$/, '+45 $1 $2 $3 $4') ?? null;
}

interface DateWords {
  readonly date: string;
  readonly time: string;
  readonly weekday: string;
}

/**
 * Writes dates in one zone and language. Formatting costs more than the rest of a text, and the appointments of a day
 * share few times, so results are cached.
 */
interface DateWriter {
  readonly write: (at: Date) => DateWords;
  readonly known: Map<number, DateWords>;
}

const MOST_KNOWN = 5000;
const writers = new Map<string, DateWriter>();

function dateWords(at: Date, timeZone: string, language: Language): DateWords {
  const key = `${language} ${timeZone}`;
  let writer = writers.get(key);
  if (!writer) {
    writer = { write: dateWriter(timeZone, language), known: new Map() };
    writers.set(key, writer);
  }
  const known = writer.known.get(at.getTime());
  if (known) return known;
  if (writer.known.size >= MOST_KNOWN) writer.known.clear();
  const words = writer.write(at);
  writer.known.set(at.getTime(), words);
  return words;
}

/** @throws RangeError for a zone that doesn't exist */
function dateWriter(timeZone: string, language: Language): (at: Date) => DateWords {
  const locale = language === 'en' ? 'en-GB' : language;
  const date = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'long' });
  const weekday = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'long' });
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: 'numeric', minute: '2-digit', hourCycle: 'h23' });
  return (at) => ({
    date: date.format(at),
    time: language === 'en' ? englishTime(time.format(at)) : time.format(at),
    weekday: weekday.format(at),
  });
}

/** Time by GOV.UK's style guide: 9am, 5:30pm, midday, midnight. */
function englishTime(clock: string): string {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  if (minutes === 0 && hours % 12 === 0) return hours === 0 ? 'midnight' : 'midday';
  const past = minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`;
  return `${hours % 12 || 12}${past}${hours < 12 ? 'am' : 'pm'}`;
}
