import { MEETINGS, type Meeting, type Rule } from '../../domain/authority.ts';
import { isReservedForAgain } from '../../domain/planning/send-again.ts';
import { CheckField, Field, TextField } from '../kit/fields.tsx';
import type { Label } from '../kit/kept-form.ts';
import { type Bilingual, bilingual } from '../kit/words.ts';
import type { DurationFields } from './durations.ts';
import { box, DURATION, durationFieldsIn, durationWords, isTicked, linesIn } from './kinds.tsx';
import { among, type FaultPlace, type SettingKind, type ShownField, type Values, wordsIn } from './setting.ts';

/** How citizen and authority meet, in words. */
export const MEETING_WORDS: Readonly<Record<Meeting, Bilingual<string>>> = {
  visit: { da: 'Fremmøde', en: 'Visit' },
  phone: { da: 'Telefon', en: 'By phone' },
  video: { da: 'Video', en: 'By video' },
  home: { da: 'Hjemmebesøg', en: 'At home' },
};

const WORDS = bilingual({
  da: {
    none: 'Der er ingen endnu, så borgerne får ingen SMS før aftalen.',
    rule: (nth: number) => `Påmindelse ${nth}`,
    newRule: 'Tilføj en påmindelse',
    lead: 'Hvor længe før aftalen',
    at: 'Klokken',
    atHint: 'Uden klokkeslæt: præcis så længe før aftalen.',
    kinds: 'Kun for aftaler af denne slags (ingen valgt: alle)',
    departments: 'Kun for disse afdelinger',
    departmentsHint: 'Én på hver linje, som bookingsystemet skriver dem. Skriv ingen, hvis det gælder alle.',
    remove: 'Fjern denne påmindelse',
    further: 'Begræns til nogle aftaler',
    limitedTo: 'Gælder kun nogle aftaler',
    template: 'Tekst',
    reminder: 'Påmindelse',
  },
  en: {
    none: 'There are none yet, so citizens get no SMS before their appointment.',
    rule: (nth) => `Reminder ${nth}`,
    newRule: 'Add a reminder',
    lead: 'How long before the appointment',
    at: 'At the time',
    atHint: 'Without a time: exactly that long before the appointment.',
    kinds: 'Only for appointments of this kind (none ticked: all)',
    departments: 'Only for these departments',
    departmentsHint: 'One a line, as the booking system writes them. Empty: all.',
    remove: 'Remove this reminder',
    further: 'Limit to some appointments',
    limitedTo: 'Only for some appointments',
    template: 'Text',
    reminder: 'Reminder',
  },
});

const FAULTS: Readonly<Record<'lead' | 'at' | 'departments', Bilingual<string> | undefined>> = {
  lead: DURATION.fault,
  at: { da: 'Skriv et klokkeslæt som 10:00.', en: 'Write a time such as 10:00.' },
  departments: {
    da: 'Skriv én afdeling på hver linje, højst 60 tegn hver.',
    en: 'Write one department a line, 60 characters at most each.',
  },
};

/** Rules that an authority may have. */
const MOST_RULES = 10;
/** The numbers of rules in a form, that of an empty one included. */
const ALL_INDEXES = Array.from({ length: MOST_RULES + 1 }, (_, index) => index);
const NEW_RULE = { count: '', unit: 'days' };

function fillRule({ id, lead, at, when }: Rule, index: number): Values {
  const prefix = `rule-${index}`;
  return {
    [`${prefix}-id`]: id,
    ...DURATION.fill(prefix, lead),
    [`${prefix}-at`]: at ?? '',
    [`${prefix}-departments`]: (when?.departments ?? []).join('\n'),
    ...Object.assign({}, ...(when?.kinds ?? []).map((kind) => box(`${prefix}-${kind}`, true))),
  };
}

/** The fields of one more rule, which is empty. */
function emptyRule(index: number): Values {
  return { [`rule-${index}-id`]: '', [`rule-${index}`]: NEW_RULE.count, [`rule-${index}-unit`]: NEW_RULE.unit };
}

/** The numbers of the rules that a form has, the empty one included. */
function indexesIn(values: Values): number[] {
  return ALL_INDEXES.filter((index) => values[`rule-${index}-id`] !== undefined);
}

/** The rules that a form says, each with its number in the form: without those removed and those that stayed empty. */
function readRules(values: Values): { readonly index: number; readonly rule: Rule }[] {
  const kept = indexesIn(values).filter((index) => {
    return !isUntouched(values, index) && !isTicked(values, `rule-${index}-remove`);
  });
  const taken = new Set(kept.map((index) => values[`rule-${index}-id`] ?? ''));
  return kept.map((index) => {
    const prefix = `rule-${index}`;
    const given = values[`${prefix}-id`] ?? '';
    // A rule that was saved before these ids were reserved gets another one.
    const isUsable = given !== '' && !isReservedForAgain(given);
    const id = isUsable ? given : newId(durationFieldsIn(values, prefix), taken);
    const at = (values[`${prefix}-at`] ?? '').trim();
    const kinds = MEETINGS.filter((kind) => isTicked(values, `${prefix}-${kind}`));
    const departments = linesIn(values, `${prefix}-departments`);
    const when = { ...(kinds.length > 0 && { kinds }), ...(departments.length > 0 && { departments }) };
    return {
      index,
      rule: {
        id,
        template: 'reminder',
        lead: String(DURATION.read(prefix, values)),
        ...(at !== '' && { at }),
        ...(Object.keys(when).length > 0 && { when }),
      },
    };
  });
}

/** True for the fields of a new rule in which nothing was said. */
function isUntouched(values: Values, index: number): boolean {
  const prefix = `rule-${index}`;
  const texts = ['-id', '', '-at', '-departments'].map((name) => (values[`${prefix}${name}`] ?? '').trim());
  return texts.every((text) => text === '') && !MEETINGS.some((kind) => isTicked(values, `${prefix}-${kind}`));
}

/** A name for a new rule. A rule keeps its name when it changes, since reminders refer to it by the name. */
function newId({ count, unit }: DurationFields, taken: Set<string>): string {
  const name = `${count.trim().replace(/\D/g, '').slice(0, 5) || '0'}-${unit}-before`;
  for (let nth = 1; ; nth++) {
    const id = nth === 1 ? name : `${name}-${nth}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

function RulesField({ label, ...form }: ShownField) {
  const { language, values, edits } = form;
  // The last one is empty, for whoever may add a rule.
  const indexes = indexesIn(values).filter((index) => edits || values[`rule-${index}-id`] !== '');
  return (
    <fieldset class="group">
      <legend>{label}</legend>
      {indexes.length <= (edits ? 1 : 0) && <p>{WORDS[language].none}</p>}
      {indexes.map((index, nth) => (
        <RuleFields {...form} index={index} nth={nth + 1} />
      ))}
    </fieldset>
  );
}

type RuleProps = Omit<ShownField, 'label'> & { readonly index: number; readonly nth: number };

function RuleFields({ index, nth, ...form }: RuleProps) {
  const { language, values, faults, edits } = form;
  const words = WORDS[language];
  const prefix = `rule-${index}`;
  const id = values[`${prefix}-id`] ?? '';
  return (
    <fieldset class="group">
      <legend>{id === '' ? words.newRule : words.rule(nth)}</legend>
      <input type="hidden" name={`${prefix}-id`} value={id} />
      <div class="row">
        <DURATION.Field {...form} id={prefix} label={words.lead} />
        <Field
          id={`${prefix}-at`}
          label={words.at}
          type="time"
          value={values[`${prefix}-at`] ?? ''}
          faults={faults}
          hint={words.atHint}
        />
      </div>
      <LimitFields {...form} id={prefix} />
      {edits && id !== '' && (
        <CheckField id={`${prefix}-remove`} label={words.remove} checked={isTicked(values, `${prefix}-remove`)} />
      )}
    </fieldset>
  );
}

/** The appointments that a rule is for. To readers who may not change it nothing stands where it is for all. */
function LimitFields({ id: prefix, language, values, faults, edits }: Omit<ShownField, 'label'>) {
  const words = WORDS[language];
  const departments = values[`${prefix}-departments`] ?? '';
  const hasKinds = MEETINGS.some((kind) => isTicked(values, `${prefix}-${kind}`));
  const limited = hasKinds || departments !== '';
  if (!edits && !limited) return null;
  return (
    <details open={limited}>
      <summary>{edits ? words.further : words.limitedTo}</summary>
      {(edits || hasKinds) && (
        <fieldset class="bare">
          <legend>{words.kinds}</legend>
          {MEETINGS.map((kind) => (
            <CheckField
              id={`${prefix}-${kind}`}
              label={MEETING_WORDS[kind][language]}
              checked={isTicked(values, `${prefix}-${kind}`)}
            />
          ))}
        </fieldset>
      )}
      {(edits || departments !== '') && (
        <TextField
          id={`${prefix}-departments`}
          label={words.departments}
          faults={faults}
          hint={edits ? words.departmentsHint : undefined}
          value={departments}
          rows={3}
        />
      )}
    </details>
  );
}

function labelsOfRules({ language, values }: Pick<ShownField, 'language' | 'values'>): Record<string, Label> {
  const { lead, at, departments, remove, rule, newRule } = WORDS[language];
  const parts = Object.entries({ at, departments, remove, ...wordsIn(MEETING_WORDS, language) });
  const labels = ALL_INDEXES.map((index) => {
    const prefix = `rule-${index}`;
    const name = values[`${prefix}-id`] ? rule(index + 1) : newRule;
    return {
      ...DURATION.labels?.({ id: prefix, label: `${name}: ${lead}`, language, values }),
      ...Object.fromEntries(parts.map(([part, label]) => [`${prefix}-${part}`, `${name}: ${label}`] as const)),
    };
  });
  return Object.assign({}, ...labels);
}

function placeInRules(_: string, [index, part, detail]: readonly string[], values: Values): FaultPlace {
  if (index === undefined) return { field: 'rule-0', fault: FAULTS.lead };
  const field = `rule-${readRules(values)[Number(index)]?.index ?? 0}`;
  if (part === 'at') return { field: `${field}-at`, fault: FAULTS.at };
  if (part === 'when' && detail === 'departments') return { field: `${field}-departments`, fault: FAULTS.departments };
  return { field, fault: FAULTS.lead };
}

/** The rules of an authority: when which reminder goes. */
export const RULES: SettingKind<readonly Rule[]> = {
  fill: (_, rules) => {
    const empty = rules.length < MOST_RULES ? emptyRule(rules.length) : {};
    return Object.assign({}, ...rules.map(fillRule), empty);
  },
  read: (_, values) => readRules(values).map(({ rule }) => rule),
  Field: RulesField,
  labels: labelsOfRules,
  place: placeInRules,
  said: (label, language) => {
    const words = WORDS[language];
    return {
      '': { label, inside: '' },
      '*': { label: (id, nth) => `${words.rule(nth)} (${id})` },
      '*.lead': { label: words.lead, words: durationWords(language) },
      '*.at': { label: words.at },
      '*.template': { label: words.template, words: among({ reminder: words.reminder }) },
      '*.when': { label: '' },
      '*.when.kinds': { label: words.kinds, words: among(wordsIn(MEETING_WORDS, language)) },
      '*.when.departments': { label: words.departments },
    };
  },
};
