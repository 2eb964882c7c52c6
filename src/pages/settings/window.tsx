import { DEFAULT_SENDING_WINDOW, type SendingWindow } from '../../domain/authority.ts';
import { CheckField, Field } from '../kit/fields.tsx';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import type { Bilingual } from '../kit/words.ts';
import { box, CHECK, isTicked } from './kinds.tsx';
import { object, SettingField } from './members.tsx';
import type { Setting, SettingKind, ShownField } from './setting.ts';

/** A time of day. @param example a time that may stand there */
function time(example: string): SettingKind<string> {
  return {
    fill: (id, value) => ({ [id]: value }),
    read: (id, values) => values[id] ?? '',
    Field: ({ id, label, values, faults }) => (
      <Field id={id} label={label} type="time" value={values[id] ?? ''} faults={faults} />
    ),
    fault: { da: `Skriv et klokkeslæt som ${example}.`, en: `Write a time such as ${example}.` },
  };
}

/** Days of every year (`12-24`) as people write them: `24/12`. */
const dayListText = (days: readonly string[]): string =>
  days.map((day) => `${Number(day.slice(3))}/${Number(day.slice(0, 2))}`).join(', ');

/** Reads days that are written as day and month; what is none stays as it is, to be refused. */
function readDayList(text: string): string[] {
  const parts = text.split(/[,;\n]/).map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .slice(0, 400)
    .map((part) => {
      const [, day = '', month = ''] = /^(\d{1,2})[/.-](\d{1,2})\.?$/.exec(part) ?? [];
      return day === '' ? part.slice(0, 20) : `${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    });
}

const NONE: Bilingual<string> = { da: 'Ingen', en: 'None' };

const DAYS: SettingKind<readonly string[]> = {
  fill: (id, days) => ({ [id]: dayListText(days) }),
  read: (id, values) => readDayList(values[id] ?? ''),
  Field: ({ id, label, hint, language, values, faults, edits }) => (
    <Field
      id={id}
      label={label}
      faults={faults}
      hint={edits ? hint : undefined}
      value={values[id] || (edits ? '' : NONE[language])}
    />
  ),
  fault: { da: 'Skriv dage som dag og måned: 24/12, 31/12.', en: 'Write days as day and month: 24/12, 31/12.' },
  said: (label) => ({
    '': { label, words: (value) => (value === null ? undefined : dayListText([String(value)])) },
  }),
};

const HOLIDAYS: SettingKind<'DK' | null> = {
  ...CHECK,
  fill: (id, value) => box(id, value !== null),
  read: (id, values) => (isTicked(values, id) ? 'DK' : null),
  said: (label, language) => ({
    '': { label, words: (value) => LAYOUT_WORDS[language][value === null ? 'no' : 'yes'] },
  }),
};

const MEMBERS: { readonly [Name in keyof SendingWindow]: Setting<SendingWindow[Name]> } = {
  from: { kind: time('08:00'), label: { da: 'Fra', en: 'From' } },
  to: { kind: time('20:00'), label: { da: 'Til', en: 'To' } },
  weekdaysOnly: { kind: CHECK, label: { da: 'Ikke i weekenden', en: 'Not at weekends' } },
  publicHolidays: { kind: HOLIDAYS, label: { da: 'Ikke på danske helligdage', en: 'Not on Danish public holidays' } },
  closedDays: {
    kind: DAYS,
    label: { da: 'Andre dage uden SMS, hvert år', en: 'Other days without SMS, every year' },
    hint: {
      da: 'Dag/måned, med komma mellem datoerne: 24/12, 31/12.',
      en: 'Day/month, with a comma between the dates: 24/12, 31/12.',
    },
  },
};
const { from, to, ...OTHERS } = MEMBERS;

/** The box that says that there is a window. */
const BOX = 'window';
const ONLY: Bilingual<string> = { da: 'Kun på bestemte tidspunkter', en: 'Only at certain times' };

function WindowField({ id: _, label, hint, ...form }: ShownField) {
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      <CheckField id={BOX} label={ONLY[form.language]} checked={isTicked(form.values, BOX)} />
      <p>{hint}</p>
      <div class="row">
        <SettingField {...form} id="from" setting={from} />
        <SettingField {...form} id="to" setting={to} />
      </div>
      {Object.entries(OTHERS).map(([id, setting]) => (
        <SettingField {...form} id={id} setting={setting} />
      ))}
    </fieldset>
  );
}

const members = object<SendingWindow>(MEMBERS, WindowField);

/** The times at which SMS may be handed over; null: always. */
export const WINDOW: SettingKind<SendingWindow | null> = {
  ...members,
  fill: (id, window) => ({ ...box(BOX, window !== null), ...members.fill(id, window ?? DEFAULT_SENDING_WINDOW) }),
  read: (id, values) => (isTicked(values, BOX) ? members.read(id, values) : null),
  labels: (form) => ({ [BOX]: ONLY[form.language], ...members.labels?.(form) }),
};
