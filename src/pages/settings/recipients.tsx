import { type AuthoritySettings, MEETINGS, type Meeting } from '../../domain/authority.ts';
import type { RecipientCount } from '../../staff/authorities/recipients.ts';
import { DataTable } from '../kit/elements.tsx';
import { CheckField, TextField } from '../kit/fields.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { bilingual } from '../kit/words.ts';
import { box, isTicked, linesIn } from './kinds.tsx';
import { MEETING_WORDS } from './rules.tsx';
import { among, type SettingKind, type ShownField, type Values, wordsIn } from './setting.ts';

/** Fields of departments in a form: more than a page shows. */
const MOST_DEPARTMENTS = 1_000;

const WORDS = bilingual({
  da: {
    kinds: 'Slags aftaler',
    departments: 'Afdelinger',
    gets: 'Får påmindelser',
    lastWeek: 'Aftaler de seneste 7 dage',
    effect: 'Hvis du ændrer det',
    ends: (count: string) => `${count} ${count === '1' ? 'planlagt påmindelse' : 'planlagte påmindelser'} udgår`,
    adds: (count: string) => (count === '1' ? '1 påmindelse planlægges' : `${count} påmindelser planlægges`),
    endsNone: 'Ingen planlagte påmindelser',
    addsNone: 'Ingen påmindelser at planlægge',
    noDepartments: 'En afdeling står her, når fem borgere har haft en aftale i den.',
    others: 'Andre afdelinger, der ikke får påmindelser',
    othersHint: 'Én på hver linje, som bookingsystemet skriver dem. Der er flere afdelinger, end der er plads til her.',
  },
  en: {
    kinds: 'Kinds of appointments',
    departments: 'Departments',
    gets: 'Get reminders',
    lastWeek: 'Appointments of the last 7 days',
    effect: 'If you change it',
    ends: (count) => (count === '1' ? '1 planned reminder ends' : `${count} planned reminders end`),
    adds: (count) => (count === '1' ? '1 reminder is planned' : `${count} reminders are planned`),
    endsNone: 'No planned reminders',
    addsNone: 'No reminders to plan',
    noDepartments: 'A department stands here once five citizens had an appointment there.',
    others: 'Other departments that get no reminders',
    othersHint:
      'One a line, as the booking system writes them. There are more departments than this page has room for.',
  },
});

const kindField = (kind: Meeting) => `gets-${kind}`;
const departmentField = (nth: number) => `gets-department-${nth}`;
const nameField = (nth: number) => `department-${nth}`;
/** Departments that have no box, one a line. */
const OTHERS = 'departments-others';

/** A department of a form, by its number there. */
interface TypedDepartment {
  readonly nth: number;
  readonly name: string;
}

/** The departments that a form shows, in its order: each has a hidden field, since an empty box sends nothing. */
function departmentsIn(values: Values): TypedDepartment[] {
  const found: TypedDepartment[] = [];
  for (let nth = 0; nth < MOST_DEPARTMENTS; nth++) {
    const name = values[nameField(nth)];
    if (name === undefined) break;
    found.push({ nth, name });
  }
  return found;
}

/** The departments that are typed, and those that were seen since, by their names; each with its number. */
function departmentRows({ values, recipients }: ShownField): (TypedDepartment & { readonly gets: boolean })[] {
  const typed = departmentsIn(values).map((each) => ({ ...each, gets: isTicked(values, departmentField(each.nth)) }));
  const known = new Set(typed.map(({ name }) => name));
  const others = [...(recipients?.departments.keys() ?? [])].filter((name) => !known.has(name));
  const rows = [...typed, ...others.map((name, at) => ({ nth: typed.length + at, name, gets: true }))];
  return rows.sort((a, b) => a.name.localeCompare(b.name, 'da'));
}

function RecipientFields(field: ShownField) {
  const { language, values, faults, id, recipients } = field;
  const words = WORDS[language];
  const departments = departmentRows(field);
  const kinds = MEETINGS.map((kind) => [
    <CheckField
      id={kindField(kind)}
      label={MEETING_WORDS[kind][language]}
      checked={isTicked(values, kindField(kind))}
    />,
    ...countCells(language, recipients?.kinds.get(kind)),
  ]);
  const rows = departments.map(({ nth, name, gets }) => [
    <>
      <input type="hidden" name={nameField(nth)} value={name} />
      <CheckField id={departmentField(nth)} label={name} checked={gets} />
    </>,
    ...countCells(language, recipients?.departments.get(name)),
  ]);
  return (
    <>
      {faults[id] && (
        <strong class="wrong" role="alert" tabindex={-1} autofocus>
          {faults[id]}
        </strong>
      )}
      <DataTable caption={words.kinds} columns={columnsOf(language)} rows={kinds} />
      {rows.length > 0 ? (
        <DataTable caption={words.departments} columns={columnsOf(language)} rows={rows} />
      ) : (
        <p>{words.noDepartments}</p>
      )}
      {(recipients?.hasMore || values[OTHERS]) && (
        <TextField id={OTHERS} label={words.others} hint={words.othersHint} value={values[OTHERS] ?? ''} />
      )}
    </>
  );
}

function columnsOf(language: PageLanguage) {
  const { gets, lastWeek, effect } = WORDS[language];
  return [{ label: gets }, { label: lastWeek, number: true }, { label: effect }] as const;
}

/** Nothing is counted of a department that nobody has named for a week and that gets reminders. */
function countCells(language: PageLanguage, count: RecipientCount | undefined): readonly [string, string] {
  const { lastWeek = 0, gets = true, reminders = 0 } = count ?? {};
  const { ends, adds, endsNone, addsNone } = WORDS[language];
  const said = (value: number) => value.toLocaleString(LOCALES[language]);
  const effect = reminders === 0 ? (gets ? endsNone : addsNone) : (gets ? ends : adds)(said(reminders));
  return [said(lastWeek), effect];
}

/** The departments whose boxes are empty. */
function withoutTick(values: Values): string[] {
  return departmentsIn(values).flatMap(({ nth, name }) => (isTicked(values, departmentField(nth)) ? [] : name));
}

/** The setting of who gets no reminders: a box for each kind and department, ticked where it gets some. */
export const RECIPIENTS: SettingKind<AuthoritySettings['withoutReminders']> = {
  fill: (_, { kinds, departments }) => {
    const ticks = MEETINGS.map((kind) => box(kindField(kind), !kinds.includes(kind)));
    const names = departments.map((name, nth) => ({ [nameField(nth)]: name }));
    return Object.assign({}, ...ticks, ...names);
  },
  read: (_, values) => ({
    departments: [...new Set([...withoutTick(values), ...linesIn(values, OTHERS)])],
    kinds: MEETINGS.filter((kind) => !isTicked(values, kindField(kind))),
  }),
  Field: RecipientFields,
  labels: ({ language, values }) => {
    const kinds = MEETINGS.map((kind) => [kindField(kind), MEETING_WORDS[kind][language]] as const);
    const departments = departmentsIn(values).map(({ nth, name }) => [departmentField(nth), name] as const);
    return Object.fromEntries([...kinds, ...departments, [OTHERS, WORDS[language].others]]);
  },
  said: (label, language) => ({
    '': { label },
    departments: { label: WORDS[language].departments },
    kinds: { label: WORDS[language].kinds, words: among(wordsIn(MEETING_WORDS, language)) },
  }),
};
