import type { Context } from 'hono';
import { may } from '../../../domain/people/access.ts';
import { placeOfCursor } from '../../../http/admin/deliveries.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { PAGE, PAGE_LIMIT, readCursor, toPage } from '../../../http/paging.ts';
import { type DeliveryRow, readDeliveries } from '../../../staff/deliveries/deliveries.ts';
import type { SourceView } from '../../../staff/sources/sources.ts';
import { Fault } from '../../kit/document.tsx';
import { ActionForm, DataTable, Empty, Moment } from '../../kit/elements.tsx';
import { type Faults, Field, SelectField } from '../../kit/fields.tsx';
import { FilterForm, Results } from '../../kit/filter-form.tsx';
import { hrefOf, storyOf } from '../../kit/navigation.ts';
import { fittingPage } from '../../kit/responses/fitting-page.ts';
import { NextPage } from '../../kit/responses/list-links.tsx';
import { StatesExplained } from '../../states/explained.tsx';
import { STATE_WORDS } from '../../states/state-words.ts';
import type { SetUp } from '../frame.tsx';
import { Endpoint } from './endpoints.tsx';
import { EVENT_WORDS } from './event-words.ts';
import { resultText } from './result-words.ts';
import type { SourcePagesDeps } from './source-frame.tsx';
import { BelowSource, openSource, SOURCES_PATH } from './source-frame.tsx';

const STATUSES = ['pending', 'delivered', 'failed'] as const;

/** The result of a form of the page, in words; a period that was refused with what was typed, and what is wrong. */
export interface DeliveriesOutcome {
  readonly done?: string;
  readonly fault?: string;
  readonly faults?: Faults;
  readonly period?: { readonly from: string; readonly to: string };
}

/** `GET …/deliveries`, and what the forms on it show in its place, with their outcome. */
export async function deliveriesPage(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  outcome: DeliveriesOutcome = {},
  authorityId?: string,
): Promise<Response> {
  const opened = await openSource(c, deps, 'viewer', authorityId);
  if (opened instanceof Response) return opened;
  const { setUp, source } = opened;
  const { authority, frame } = setUp;
  const words = EVENT_WORDS[frame.language];
  const status = STATUSES.find((each) => each === c.req.query('status')) ?? null;
  const filter = { authorityId: authority.id, sourceId: source.id, status, reference: null };
  const cursor = { after: placeOfCursor(readCursor(c.req.query('cursor'))), limit: PAGE_LIMIT };
  const rows = await readDeliveries(deps, filter, cursor);
  const acts = may(c.var.visitor, 'whole-operator', setUp.authority.id);
  const sets = may(c.var.visitor, 'whole-administrator', setUp.authority.id);
  const path = `${SOURCES_PATH}/${source.id}/deliveries`;
  const render = (count: number) => {
    const { items, nextCursor } = toPage(
      rows,
      ({ sequence, channel }) => `${sequence}-${channel}`,
      (row) => row,
      count,
    );
    return (
      <BelowSource opened={opened} title={words.deliveries} done={outcome.done ?? doneIn(c)}>
        <Fault text={outcome.fault} />
        {source.eventEndpoints.map((endpoint) => (
          <Endpoint setUp={setUp} source={source} endpoint={endpoint} changes={sets} />
        ))}
        {acts && <Actions setUp={setUp} source={source} />}
        {(rows.length > 0 || status !== null) && <Filter setUp={setUp} path={path} status={status} />}
        <Results>
          {items.length === 0 ? (
            <Empty>
              {source.eventEndpoints.length > 0 ? (
                words.deliveriesEmpty
              ) : (
                <NoEndpoint setUp={setUp} source={source} sets={sets} />
              )}
            </Empty>
          ) : (
            <DeliveriesTable setUp={setUp} path={path} rows={items} acts={acts} />
          )}
          <NextPage path={path} cursor={nextCursor} query={{ status: status ?? undefined }} />
        </Results>
        {acts && source.eventEndpoints.length > 0 && <ReplayCard setUp={setUp} source={source} outcome={outcome} />}
      </BelowSource>
    );
  };
  return fittingPage(c, Math.min(rows.length, PAGE), render, (outcome.fault ?? outcome.faults) ? 422 : 200);
}

function doneIn(c: Context<HttpEnv>): string | null {
  const words = EVENT_WORDS[c.var.language];
  const [done = '', count] = (c.req.query('done') ?? '').split('-');
  if (done === 'replayed' && count !== undefined && /^\d{1,5}$/.test(count)) return words.replayed(Number(count));
  return Object.entries(words.done).find(([word]) => word === done)?.[1] ?? null;
}

function Filter({
  setUp: { frame },
  path,
  status,
}: {
  readonly setUp: SetUp;
  readonly path: string;
  readonly status: string | null;
}) {
  const words = EVENT_WORDS[frame.language];
  const states = STATE_WORDS[frame.language].deliveries;
  const options = [['', words.all] as const, ...STATUSES.map((each) => [each, states[each].label] as const)];
  return (
    <FilterForm action={path} button={words.show}>
      <SelectField id="status" label={words.state} options={options} value={status ?? ''} />
    </FilterForm>
  );
}

function DeliveriesTable({
  setUp: { frame, authority },
  path,
  rows,
  acts,
}: {
  readonly setUp: SetUp;
  readonly path: string;
  readonly rows: readonly DeliveryRow[];
  readonly acts: boolean;
}) {
  const words = EVENT_WORDS[frame.language];
  const { deliveries: states, events } = STATE_WORDS[frame.language];
  const when = { timeZone: authority.timeZone, language: frame.language };
  const labels = [words.event, words.about, words.at, words.state, words.attempts, words.lastResult];
  const columns = [
    ...labels.map((label) => ({ label })),
    ...(acts ? [{ label: words.replay, saidByCells: true as const }] : []),
  ];
  const cells = rows.map((row) => [
    events[row.type].label,
    row.reference === null ? '–' : <a href={storyOf(authority, row.appointmentId)}>{row.reference}</a>,
    <Moment at={row.at} {...when} />,
    <>
      {states[row.status].label}
      {row.nextAt && (
        <small>
          {' '}
          ({words.nextAt}: <Moment at={row.nextAt} {...when} />)
        </small>
      )}
    </>,
    String(row.attempts),
    row.lastResult === null ? '–' : resultText(row.lastResult, frame.language),
    ...(acts
      ? [
          <ActionForm action={`${path}/replay`}>
            <input type="hidden" name="id" value={row.id} />
            <button class="plain" type="submit">
              {row.attempts === 0 ? words.sendNow : words.replay}
            </button>
          </ActionForm>,
        ]
      : []),
  ]);
  return (
    <>
      <DataTable caption={words.deliveriesLead} columns={columns} rows={cells} />
      <StatesExplained states={rows.map(({ status }) => states[status])} />
      <StatesExplained states={rows.map(({ type }) => events[type])} />
    </>
  );
}

interface SourceProps {
  readonly setUp: SetUp;
  readonly source: SourceView;
}

/** The way to set an endpoint up, without which nothing is ever delivered. */
function NoEndpoint({ setUp: { frame, authority }, source, sets }: SourceProps & { readonly sets: boolean }) {
  const words = EVENT_WORDS[frame.language];
  return (
    <>
      {words.none} {sets && <a href={hrefOf(`${SOURCES_PATH}/${source.id}/events`, authority)}>{words.setUp}</a>}
    </>
  );
}

/** The buttons that try an endpoint, and take deliveries up again. */
function Actions({ setUp: { frame }, source }: SourceProps) {
  const words = EVENT_WORDS[frame.language];
  const base = `${SOURCES_PATH}/${source.id}/deliveries`;
  return (
    <>
      {source.eventEndpoints.some(({ state }) => state !== 'live') && (
        <section class="card" aria-label={words.resume}>
          <ActionForm action={`${base}/resume`}>
            <p>{words.resumeLead}</p>
            <button type="submit">{words.resume}</button>
          </ActionForm>
        </section>
      )}
      {source.events && (
        <section class="card" aria-label={words.test}>
          <ActionForm action={`${base}/test`}>
            <p>{words.testLead}</p>
            <button class="plain" type="submit">
              {words.test}
            </button>
          </ActionForm>
        </section>
      )}
    </>
  );
}

/** The form that sends the events of a period again. */
function ReplayCard({ setUp: { frame }, source, outcome }: SourceProps & { readonly outcome: DeliveriesOutcome }) {
  const words = EVENT_WORDS[frame.language];
  const { period, faults } = outcome;
  return (
    <section class="card" id="replay" tabindex={-1} aria-labelledby="replay-title">
      <h2 id="replay-title">{words.replayTitle}</h2>
      <p>{words.replayLead}</p>
      <ActionForm action={`${SOURCES_PATH}/${source.id}/deliveries/replay`}>
        <Field id="from" type="datetime-local" label={words.from} value={period?.from ?? ''} faults={faults} required />
        <Field id="to" type="datetime-local" label={words.to} value={period?.to ?? ''} faults={faults} required />
        <button class="plain" type="submit">
          {words.replay}
        </button>
      </ActionForm>
    </section>
  );
}
