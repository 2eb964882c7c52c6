import type { Context } from 'hono';
import type { Authority } from '../../domain/authority.ts';
import { addDays, localDay } from '../../domain/calendar.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
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
import type { Frame } from '../kit/context.tsx';
import { DataTable, Empty, Moment, momentText } from '../kit/elements.tsx';
import { type Faults, Field, SelectField } from '../kit/fields.tsx';
import { FilterForm, Results } from '../kit/filter-form.tsx';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { Framed } from '../kit/layout.tsx';
import { LAYOUT_WORDS } from '../kit/layout-words.ts';
import { dayText } from '../kit/moment-text.ts';
import { hrefOf, storyOf } from '../kit/navigation.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { StatesExplained } from '../states/explained.tsx';
import { REMINDER_WORDS, reminderWords, type StateWords } from '../states/state-words.ts';
import { departmentName } from '../statistics/shown.ts';
import { STATISTICS } from '../statistics/statistics-page.tsx';
import { askedOf, isGroup, reasonsFor } from './asked.ts';
import { Limits, listHref } from './limits.tsx';
import { OUTCOMES_WORDS } from './words.ts';

/** `GET /admin/messages`: the reminders behind a figure, of one outcome, each with the way to its appointment. */
export async function outcomesPage(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const words = OUTCOMES_WORDS[c.var.language];
  const { frame, authority } = await readFrame(c, deps, { title: words.title, current: STATISTICS });
  if (!authority) return noAuthority(c, frame);
  const reader = requireRight(c, deps, 'viewer', authority.id);
  const today = localDay(deps.now(), authority.timeZone);
  const { asked: typedFilter, fault } = askedOf(c, today);
  const choices = await readFindChoices(deps, reader, authority);
  const chosen = chosenIn(c, 'department');
  const departments = departmentsOf(choices, chosen.value, frame);
  const department = readChoice(departments, chosen);
  const asked = { ...typedFilter, department: (department ?? chosen.typed) || null };
  const faults = {
    ...(fault && { [fault.day]: words.faults[fault.why] }),
    ...(department === undefined && { department: LAYOUT_WORDS[frame.language].choice.several }),
  };
  const isWrong = Object.keys(faults).length > 0;
  const found = isWrong ? null : await readOutcomes(deps, reader, authority, asked);
  const typed = { from: c.req.query('from') ?? asked.from, to: c.req.query('to') ?? c.req.query('from') ?? asked.to };
  const gateways = deps.gateways.map(({ id }) => id);
  const isErased = asked.from < addDays(today, -authority.retentionDays);
  const props = { frame, authority, asked, isErased, departments, faults, typed, gateways };
  const render = (count: number) => <OutcomesPage {...props} found={found && shortened(found, count)} />;
  return fittingPage(c, found?.rows.length ?? 0, render, isWrong ? 422 : 200);
}

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

interface OutcomesPageProps {
  readonly frame: Frame;
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

function OutcomesPage(props: OutcomesPageProps) {
  const { frame, authority, asked, found } = props;
  const words = OUTCOMES_WORDS[frame.language];
  const { from, to } = asked;
  return (
    <Framed frame={frame}>
      <p>
        <a href={hrefOf('/admin/statistics', authority, { from, to })}>{words.back}</a>
      </p>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Filter {...props} />
      <Limits frame={frame} asked={asked} />
      {found && <List {...props} found={found} />}
    </Framed>
  );
}

function Filter({ frame, asked, departments, faults, typed, gateways }: OutcomesPageProps) {
  const { fields, all, anyReason, noGateway, groups } = OUTCOMES_WORDS[frame.language];
  const { statuses } = REMINDER_WORDS[frame.language];
  const any = ['', all] as const;
  const { status } = asked;
  const reasons = Object.entries(reasonsFor(frame.language, status)).map(([id, { label }]) => [id, label] as const);
  // A supplier that is no longer configured is chosen all the same: the list is that of its reminders.
  const known = [...new Set([...gateways, ...(asked.gateway === null ? [] : [asked.gateway])])];
  const suppliers = known.filter((id) => id !== 'none').map((id) => [id, id] as const);
  return (
    <FilterForm action="/admin/messages" button={LAYOUT_WORDS[frame.language].show}>
      <SelectField
        id="status"
        label={fields.status}
        options={[
          ...COUNTED.map((each) => [each, statuses[each].label] as const),
          ...OUTCOME_GROUPS.map((each) => [each, groups[each]] as const),
        ]}
        value={status}
      />
      <Field id="from" label={fields.from} type="date" value={typed.from} required faults={faults} />
      <Field id="to" label={fields.to} type="date" value={typed.to} required faults={faults} />
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
          language={frame.language}
        />
      )}
      {asked.template && <input type="hidden" name="template" value={asked.template} />}
      {asked.language && <input type="hidden" name="wording" value={asked.language} />}
      {asked.country && <input type="hidden" name="country" value={asked.country} />}
    </FilterForm>
  );
}

function List({ frame, authority, asked, isErased, found }: OutcomesPageProps & { readonly found: OutcomePage }) {
  const words = OUTCOMES_WORDS[frame.language];
  const { columns } = words;
  const { rows, next } = found;
  const { status, from, to } = asked;
  const at = (place: string | null) => listHref(frame, asked, { place });
  const isFirst = asked.after === null;
  const state = isGroup(status) ? words.groups[status] : REMINDER_WORDS[frame.language].statuses[status].label;
  const day = (text: string) => dayText(frame.language, text, { dateStyle: 'medium' });
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
          rows={rows.map((row) => cellsOf(row, frame, authority, anySent))}
        />
      )}
      <StatesExplained states={rows.map((row) => stateOf(row, frame.language))} />
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
function cellsOf(row: OutcomeRow, frame: Frame, authority: Authority, withGateway: boolean) {
  const words = OUTCOMES_WORDS[frame.language];
  const moment = (at: Date) => momentText(at, authority.timeZone, frame.language);
  const appointment = `${row.reference}, ${row.start_at ? moment(row.start_at) : words.noTime}`;
  return [
    <a href={storyOf(authority, row.appointment_id)}>
      <Moment at={row.due_at} timeZone={authority.timeZone} language={frame.language} />
    </a>,
    stateOf(row, frame.language).label,
    appointment,
    ...(withGateway
      ? [row.gateway ?? words.noGateway, row.segments?.toLocaleString(LOCALES[frame.language]) ?? '0']
      : []),
    row.department ?? '–',
  ];
}
