import type { Authority } from '../../domain/authority.ts';
import { addDays, localDay } from '../../domain/calendar.ts';
import { type FindChoices, readFindChoices } from '../../staff/find/find.ts';
import {
  ANY_REASON,
  type AskedOutcomes,
  OUTCOME_GROUPS,
  type OutcomePage,
  type OutcomeRow,
  readOutcomes,
} from '../../staff/outcomes/outcomes.ts';
import { COUNTED } from '../../staff/statistics/statistics.ts';
import { ChoiceField, type ChoiceOptions, chosenIn, namesOf, readChoice } from '../find/choice.tsx';
import { type Frame, useFrame } from '../kit/context.tsx';
import { countryName } from '../kit/country-name.ts';
import { authorityPage } from '../kit/declared/declare.tsx';
import { DataTable, Empty, Moment, momentText } from '../kit/elements.tsx';
import { DayField, type Faults, SelectField } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { dayText } from '../kit/moment-text.ts';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { StatesExplained } from '../states/explained.tsx';
import { REMINDER_WORDS, reminderWords, type StateWords } from '../states/state-words.ts';
import { departmentName, templateName, wordingName } from '../statistics/shown.ts';
import { STATISTICS } from '../statistics/statistics-page.tsx';
import { askedOf, isGroup, reasonsFor } from './asked.ts';
import { OUTCOMES_WORDS } from './words.ts';

const PATH = '/admin/messages';

/** `/admin/messages`: the reminders behind a figure, of one outcome, each with the way to its appointment. */
export const OUTCOMES_PAGE = authorityPage<PagesDeps>({
  path: PATH,
  right: 'viewer',
  menu: STATISTICS,
  title: { da: OUTCOMES_WORDS.da.title, en: OUTCOMES_WORDS.en.title },
  view: async ({ c, deps, frame, authority, reader, language }) => {
    const today = localDay(deps.now(), authority.timeZone);
    const { asked: typedFilter, fault } = askedOf(c, today);
    const choices = await readFindChoices(deps, reader, authority);
    const chosen = chosenIn(c, 'department');
    const departments = departmentsOf(choices, chosen.value, frame);
    const department = readChoice(departments, chosen);
    const asked = { ...typedFilter, department: (department ?? chosen.typed) || null };
    const faults = {
      ...(fault && { [fault.day]: OUTCOMES_WORDS[language].faults[fault.why] }),
      ...(department === undefined && { department: LAYOUT_WORDS[language].choice.several }),
    };
    const isWrong = Object.keys(faults).length > 0;
    const found = isWrong ? null : await readOutcomes(deps, reader, authority, asked);
    const { from = asked.from, to = c.req.query('from') ?? asked.to } = c.req.query();
    const gateways = deps.gateways.map(({ id }) => id);
    const isErased = asked.from < addDays(today, -authority.retentionDays);
    const props = { authority, asked, isErased, departments, faults, typed: { from, to }, gateways };
    const body = (count: number) => <Outcomes {...props} found={found && shortened(found, count)} />;
    return { ownHeading: true, rows: found?.rows.length ?? 0, body, status: isWrong ? 422 : 200 };
  },
});

/**
 * The departments to choose among, with the one that was asked for where it is none of them. To somebody who is limited
 * to departments no other is named.
 */
function departmentsOf({ departments }: FindChoices, asked: string, { limited, language }: Frame): ChoiceOptions {
  const row = asked === '' || limited || departments.includes(asked) ? [] : [asked];
  return [...namesOf(departments), ...row.map((key) => [key, departmentName(language, key)] as const)];
}

/** A page of the list that goes on behind its first rows. */
function shortened(found: OutcomePage, count: number): OutcomePage {
  const rows = found.rows.slice(0, count);
  return rows.length === found.rows.length ? found : { rows, next: rows.at(-1)?.place ?? null };
}

interface OutcomesProps {
  readonly authority: Authority;
  readonly asked: AskedOutcomes;
  /** Data about some of the days that were asked for is erased. */
  readonly isErased: boolean;
  /** null: what was asked for can't be read. */
  readonly found: OutcomePage | null;
  readonly departments: ChoiceOptions;
  readonly faults: Faults | undefined;
  readonly typed: { readonly from: string; readonly to: string };
  readonly gateways: readonly string[];
}

function Outcomes(props: OutcomesProps) {
  const { authority, asked, found } = props;
  const words = OUTCOMES_WORDS[useFrame().language];
  const { from, to } = asked;
  return (
    <>
      <p>
        <a href={hrefOf(STATISTICS.path, authority, { from, to })}>{words.back}</a>
      </p>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Filter {...props} />
      <Limits {...props} />
      {found && <List {...props} found={found} />}
    </>
  );
}

function Filter({ asked, departments, faults, typed, gateways }: OutcomesProps) {
  const { language } = useFrame();
  const { fields, all, anyReason, noGateway, groups } = OUTCOMES_WORDS[language];
  const { statuses } = REMINDER_WORDS[language];
  const any = ['', all] as const;
  const { status } = asked;
  const reasons = Object.entries(reasonsFor(language, status)).map(([id, { label }]) => [id, label] as const);
  // A supplier that is no longer configured is chosen all the same: the list is that of its reminders.
  const known = [...new Set([...gateways, ...(asked.gateway === null ? [] : [asked.gateway])])];
  const suppliers = known.filter((id) => id !== 'none').map((id) => [id, id] as const);
  return (
    <FilterForm action={PATH} button={LAYOUT_WORDS[language].show}>
      <SelectField
        id="status"
        label={fields.status}
        options={[
          ...COUNTED.map((each) => [each, statuses[each].label] as const),
          ...OUTCOME_GROUPS.map((each) => [each, groups[each]] as const),
        ]}
        value={status}
      />
      <DayField language={language} id="from" label={fields.from} value={typed.from} required faults={faults} />
      <DayField language={language} id="to" label={fields.to} value={typed.to} required faults={faults} />
      {reasons.length > 0 && (
        <SelectField
          id="reason"
          label={fields.reason}
          options={[any, [ANY_REASON, anyReason], ...reasons]}
          value={asked.reason ?? ''}
        />
      )}
      {(known.length > 1 || asked.gateway !== null) && (
        <SelectField
          id="gateway"
          label={fields.gateway}
          options={[any, ...suppliers, ['none', noGateway]]}
          value={asked.gateway ?? ''}
        />
      )}
      {departments.length > 0 && (
        <ChoiceField
          id="department"
          label={fields.department}
          options={departments}
          any={all}
          faults={faults}
          value={asked.department ?? ''}
          language={language}
        />
      )}
      {asked.template && <input type="hidden" name="template" value={asked.template} />}
      {asked.language && <input type="hidden" name="wording" value={asked.language} />}
      {asked.country && <input type="hidden" name="country" value={asked.country} />}
    </FilterForm>
  );
}

/** The address of the list that somebody asked for, with other values for some of what it asks. */
function listHref(authority: Authority, asked: AskedOutcomes, others: Readonly<Record<string, string | null>>): string {
  const { status, from, to, reason, gateway, department, template, language, country } = asked;
  const query = { status, from, to, reason, gateway, department, template, wording: language, country, ...others };
  const known = Object.entries(query).map(([name, value]) => [name, value ?? undefined] as const);
  return hrefOf(PATH, authority, Object.fromEntries(known));
}

/** The limits of the list that came with a figure's link and have no field, each with the link that takes it off. */
function Limits({ authority, asked }: Pick<OutcomesProps, 'authority' | 'asked'>) {
  const { language } = useFrame();
  const { limits } = OUTCOMES_WORDS[language];
  const named = [
    ['template', asked.template && templateName(language, asked.template)],
    ['wording', asked.language && wordingName(language, asked.language)],
    ['country', asked.country && countryName(language, asked.country)],
  ] as const;
  return (
    <>
      {named.map(
        ([name, value]) =>
          value && (
            <p class="lead">
              {limits[name].only(value)} <a href={listHref(authority, asked, { [name]: null })}>{limits[name].all}</a>
            </p>
          ),
      )}
    </>
  );
}

function List({ authority, asked, isErased, found }: OutcomesProps & { readonly found: OutcomePage }) {
  const { language } = useFrame();
  const words = OUTCOMES_WORDS[language];
  const { columns } = words;
  const { rows, next } = found;
  const { status, from, to } = asked;
  const at = (place: string | null) => listHref(authority, asked, { place });
  const isFirst = asked.after === null;
  const state = isGroup(status) ? words.groups[status] : REMINDER_WORDS[language].statuses[status].label;
  const day = (text: string) => dayText(language, text, { dateStyle: 'medium' });
  const anySent = rows.some((row) => row.gateway !== null);
  const order = anySent ? 'sent' : status === 'planned' ? 'planned' : 'unsent';
  const sentBy = anySent ? [columns.gateway, columns.segments] : [];
  const labels = [
    status === 'planned' ? columns.planned : columns.due,
    columns.state,
    columns.appointment,
    ...sentBy,
    columns.department,
  ];
  const caption = words.caption(state, day(from), day(to));
  return (
    <Results>
      {rows.length === 0 && (
        <Empty>
          {next !== null ? words.noneYet : isFirst ? words.none : words.ended}
          {next === null && isFirst && isErased && ` ${words.erased(authority.retentionDays)}`}
        </Empty>
      )}
      {rows.length > 1 && <p class="faint">{words.order[order]}</p>}
      {rows.length > 0 && (
        <DataTable
          caption={caption}
          columns={labels.map((label, at) => ({ label, ...(at === 0 && { labelsHeading: true as const }) }))}
          rows={rows.map((row) => cellsOf(row, language, authority, anySent))}
        />
      )}
      <StatesExplained states={rows.map((row) => stateOf(row, language))} />
      <ListLinks
        buttons
        back={[words.toFirst, !isFirst && at(null)]}
        onward={[rows.length === 0 ? words.goOn : words.more, next && at(next)]}
      />
    </Results>
  );
}

function stateOf({ status, reason, reported_wrong }: OutcomeRow, language: PageLanguage): StateWords {
  const heldReason = status === 'planned' ? reason : null;
  const state = { status, reason: heldReason === null ? reason : null, heldReason };
  return reminderWords(language, { ...state, reportedWrong: reported_wrong });
}

/** @param withGateway there is a column for the gateway */
function cellsOf(row: OutcomeRow, language: PageLanguage, authority: Authority, withGateway: boolean) {
  const words = OUTCOMES_WORDS[language];
  const moment = (at: Date) => momentText(at, authority.timeZone, language);
  const appointment = `${row.reference}, ${row.start_at ? moment(row.start_at) : words.noTime}`;
  return [
    <a href={storyOf(authority, row.appointment_id)}>
      <Moment at={row.due_at} timeZone={authority.timeZone} language={language} />
    </a>,
    stateOf(row, language).label,
    appointment,
    ...(withGateway ? [row.gateway ?? words.noGateway, row.segments?.toLocaleString(LOCALES[language]) ?? '0'] : []),
    row.department ?? '–',
  ];
}
