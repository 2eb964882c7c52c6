import { type Authority, MEETINGS, type Rule } from '../../domain/authority.ts';
import { addDays, localDay, readInstant, wallOf } from '../../domain/calendar.ts';
import { DAY_MS } from '../../domain/duration.ts';
import type { PlannedReminder } from '../../domain/planning/planning.ts';
import { type ExampleAppointment, exampleSchedule } from '../../dry-run/plan.ts';
import { useFrame } from '../kit/context.tsx';
import { readTypedDay } from '../kit/days.ts';
import { DayField, Field, SelectField } from '../kit/fields.tsx';
import type { PageLanguage } from '../kit/language.ts';
import { weekdayText } from '../kit/moment-text.ts';
import { DAY_WORDS } from '../kit/period-words.ts';
import { countText, durationFields } from '../settings/durations.ts';
import { MEETING_WORDS } from '../settings/rules.tsx';
import type { Values } from '../settings/setting.ts';
import { reminderWords } from '../states/state-words.ts';
import { RULES_WORDS } from './words.ts';

interface ExampleProps {
  /** With the settings in force. */
  readonly authority: Authority;
  /** With those that were typed; null: none were, or they have faults. */
  readonly typed: Authority | null;
  readonly hasFaults: boolean;
  readonly values: Values;
  /** The departments of the authority. */
  readonly departments: readonly string[];
  /** The visitor sees these departments alone. */
  readonly limited: boolean;
  readonly now: Date;
  /** The address of the form that it stands in. */
  readonly path: string;
}

/** The id of the example, to which its button leads. */
const EXAMPLE_ID = 'planned';

/** The SMS of an appointment that is booked now, by the rules in force and by those that are typed. */
export function ExamplePlan(props: ExampleProps) {
  const { values, authority, hasFaults, now, path } = props;
  const { language } = useFrame();
  const words = RULES_WORDS[language];
  const departments = departmentsOf(props, words.exampleNoDepartment);
  const kind = MEETINGS.find((each) => each === values['example-kind']) ?? 'visit';
  const chosen = departments.find(([id]) => id === values['example-department']) ?? departments[0];
  const [department = ''] = chosen ?? [];
  const typedDay = values['example-day'] || nextMonday(now, authority.timeZone);
  const day = readTypedDay(typedDay);
  const noDay = day === null ? { 'example-day': DAY_WORDS[language].fault } : undefined;
  const time = values['example-time'] || '09:00';
  return (
    // A field with a fault takes the focus, which browsers keep from it where the fragment leads to an element.
    <fieldset class="group" {...(!hasFaults && !noDay && { id: EXAMPLE_ID, tabindex: -1 })}>
      <legend>{words.exampleTitle}</legend>
      <div class="row">
        <DayField language={language} id="example-day" label={words.exampleDay} value={typedDay} faults={noDay} />
        <Field id="example-time" label={words.exampleTime} type="time" value={time} />
      </div>
      <div class="row">
        <SelectField
          id="example-kind"
          label={words.exampleKind}
          value={kind}
          options={MEETINGS.map((each) => [each, MEETING_WORDS[each][language]] as const)}
        />
        {departments.length > 1 && (
          <SelectField
            id="example-department"
            label={words.exampleDepartment}
            value={department}
            options={departments}
          />
        )}
      </div>
      <button class="plain" type="submit" name="do" value="preview" formaction={`${path}#${EXAMPLE_ID}`}>
        {words.preview}
      </button>
      <div data-live="true" id="example">
        {noDay ? (
          <p>{noDay['example-day']}</p>
        ) : (
          <Plans
            {...props}
            kind={kind}
            department={department || null}
            start={readInstant(`${day}T${time}`, authority.timeZone)}
          />
        )}
      </div>
    </fieldset>
  );
}

/** Departments to choose from: hundreds would weigh the page down. */
const MOST_DEPARTMENTS = 30;

/** The departments that the example may be in: those that rules name, and others of the authority. */
function departmentsOf({ departments, limited, authority, typed }: ExampleProps, none: string): [string, string][] {
  const rules = [...authority.rules, ...(typed?.rules ?? [])].flatMap(({ when }) => when?.departments ?? []);
  const names = [...new Set([...(limited ? [] : rules), ...departments])].slice(0, MOST_DEPARTMENTS);
  const options = names.toSorted((a, b) => a.localeCompare(b, 'da')).map((name): [string, string] => [name, name]);
  return limited ? options : [['', none], ...options];
}

/** The first Monday that reminders of a few days before still fit before. */
function nextMonday(now: Date, timeZone: string): string {
  // 1970-01-01 was a Thursday: day 4 of a week that begins on Monday has the number 3.
  const weekday = (Math.floor(wallOf(now.getTime(), timeZone) / DAY_MS) + 3) % 7;
  const days = 7 - weekday;
  return addDays(localDay(now, timeZone), days < 5 ? days + 7 : days);
}

type PlansProps = ExampleProps & Omit<ExampleAppointment, 'start'> & { readonly start: ReturnType<typeof readInstant> };

function Plans({ start, kind, department, ...props }: PlansProps) {
  const { authority, typed, hasFaults, now } = props;
  const { language } = useFrame();
  const words = RULES_WORDS[language];
  if (!(start instanceof Date) || start <= now) return <p>{words.examplePast}</p>;
  if (hasFaults) return <p>{words.rulesFirst}</p>;
  const plan = (settings: Authority) => exampleSchedule(settings, { start, kind, department }, now);
  const present = plan(authority);
  const changed = typed && plan(typed);
  const same = changed !== null && JSON.stringify(present) === JSON.stringify(changed);
  const { timeZone } = authority;
  return (
    <>
      <p>{words.example(weekdayText(start, timeZone, language))}</p>
      {same && <p>{words.exampleSame}</p>}
      <div class="plan">
        <Plan timeZone={timeZone} title={words.exampleNow} plan={present} rules={authority.rules} />
        {typed && changed && !same && (
          <Plan timeZone={timeZone} title={words.exampleTyped} plan={changed} rules={typed.rules} />
        )}
      </div>
    </>
  );
}

interface PlanProps {
  readonly timeZone: string;
  readonly title: string;
  readonly plan: readonly PlannedReminder[];
  readonly rules: readonly Rule[];
}

function Plan({ timeZone, title, plan, rules }: PlanProps) {
  const { language } = useFrame();
  const words = RULES_WORDS[language];
  return (
    <section>
      <h2>{title}</h2>
      {plan.length === 0 && <p>{words.nothingSent}</p>}
      <ol>
        {plan.map((each) => {
          const sent = each.status === 'planned';
          return (
            <li {...(!sent && { class: 'unsent' })}>
              <time datetime={each.dueAt.toISOString()}>{weekdayText(each.dueAt, timeZone, language)}</time>
              {nameOf(each, rules, language)}
              {!sent && <small>{reminderWords(language, each).means}</small>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function nameOf({ rule: id }: PlannedReminder, rules: readonly Rule[], language: PageLanguage): string {
  const words = RULES_WORDS[language];
  const rule = rules.find((each) => each.id === id);
  if (!rule) return words.notices[id] ?? id;
  const { count, unit } = durationFields(rule.lead);
  if (count === '0') return words.reminderOf(words.sameDay(rule.at ?? ''));
  return words.reminderOf(count === '' ? unit : words.before(countText(language, { count, unit })));
}
