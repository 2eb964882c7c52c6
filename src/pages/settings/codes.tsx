import { STATUSES } from '../../domain/appointment.ts';
import { TextField } from '../kit/fields.tsx';
import { PAGE_LANGUAGES, type PageLanguage } from '../kit/language.ts';
import { type Bilingual, bilingual } from '../kit/words.ts';
import { faultText } from '../states/fault-words.ts';
import { appointmentWords } from '../states/state-words.ts';
import { type LineFault, linesOfMap, type MapName, readLines } from './code-lines.ts';
import { MEETING_WORDS } from './rules.tsx';
import { among, type SaidParts, type SettingKind, wordsIn } from './setting.ts';

/** The words of codes of booking systems, where one is given a meaning and where that is said. */
export const CODE_WORDS = bilingual({
  da: {
    means: (code: string) => `Hvad ${code} betyder`,
    printAs: (code: string) => `Tekst for ${code} i en SMS`,
    ignore: 'Ingen aftale: læg den til side',
  },
  en: {
    means: (code) => `What ${code} means`,
    printAs: (code) => `Text for ${code} in an SMS`,
    ignore: 'No appointment: leave it aside',
  },
});

const WORDS = bilingual({
  da: {
    atLine: (line: number, text: string) => `Linje\u00a0${line}: ${text}`,
    lines: {
      no_equals: 'Skriv koden, et lighedstegn og det, den betyder.',
      code_twice: 'Koden står også på en tidligere linje.',
      no_room: 'Der er ikke plads til flere koder.',
    },
    furtherLines: 'Der er fejl i flere linjer.',
    noSms: 'Ingen SMS',
  },
  en: {
    atLine: (line, text) => `Line\u00a0${line}: ${text}`,
    lines: {
      no_equals: 'Write the code, an equals sign, and what it means.',
      code_twice: 'The code stands on an earlier line, too.',
      no_room: 'There is no room for further codes.',
    },
    furtherLines: 'There are faults in further lines.',
    noSms: 'No SMS',
  },
});

const [FEWEST_ROWS, MOST_ROWS] = [3, 16];
/** Lines whose faults are told at once. */
const MOST_LINES = 5;

/** The lines of a map that are no entries, each with why. The hint of the field names what is allowed. */
function linesText(faults: readonly LineFault[], language: PageLanguage): string | undefined {
  const { atLine, lines, furtherLines } = WORDS[language];
  if (faults.length === 0) return undefined;
  const texts = faults.slice(0, MOST_LINES).map(({ allowed: _, ...fault }) => {
    return atLine(fault.line, among(lines)(fault.code) ?? faultText(fault, language));
  });
  return [...texts, ...(faults.length > MOST_LINES ? [furtherLines] : [])].join('\n');
}

/** A setting that says what codes of a booking system mean, a code a line. @param said how each meaning is said */
export function codes<Meaning extends string>(
  name: MapName,
  said: (language: PageLanguage, label: string) => SaidParts,
): SettingKind<Readonly<Record<string, Meaning>>> {
  return {
    fill: (id, map) => ({ [id]: linesOfMap(map) }),
    read: (id, values) => readLines(name, values[id] ?? '').map,
    unread: (id, values, language) => linesText(readLines(name, values[id] ?? '').faults, language),
    Field: ({ id, label, hint, values, faults }) => {
      const value = values[id] ?? '';
      const rows = Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, value.split('\n').length + 1));
      return <TextField id={id} label={label} hint={hint} value={value} faults={faults} rows={rows} />;
    },
    said: (label, language) => said(language, label),
  };
}

/** The statuses that a code may mean, by their names. */
export function statusNames(language: PageLanguage): Readonly<Record<string, string>> {
  const named = STATUSES.map((status) => [status, appointmentWords(language, status).label] as const);
  return { ...Object.fromEntries(named), ignore: CODE_WORDS[language].ignore };
}

/** The meanings that a type of appointments may have, by their names. */
export const typeNames = (language: PageLanguage) => ({
  ...wordsIn(MEETING_WORDS, language),
  none: WORDS[language].noSms,
});

/** A sentence in both languages that lists values with their names. */
function listing(
  names: (language: PageLanguage) => Readonly<Record<string, string>>,
  words: Bilingual<(list: string) => string>,
) {
  const texts = PAGE_LANGUAGES.map((language) => {
    const list = Object.entries(names(language)).map(([id, name]) => `${id} (${name})`);
    return [language, words[language](list.join(', '))] as const;
  });
  return Object.fromEntries(texts) as Bilingual<string>;
}

/** The hint of codes of statuses. */
export const STATUS_HINT = listing(statusNames, {
  da: (list) => `For eksempel 4 = cancelled. Der kan stå ${list}.`,
  en: (list) => `Such as 4 = cancelled. It may be ${list}.`,
});

/** The hint of codes of types of appointments. */
export const TYPE_HINT = listing(typeNames, {
  da: (list) => `HL7 v2 og FHIR. For eksempel VIDEO = video. Der kan stå ${list}.`,
  en: (list) => `HL7 v2 and FHIR. Such as VIDEO = video. It may be ${list}.`,
});
