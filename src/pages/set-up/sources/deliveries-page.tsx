import type { Context } from 'hono';
import { Problem } from '../../../domain/errors.ts';
import { may } from '../../../domain/people/access.ts';
import { testEndpoint } from '../../../events/send.ts';
import { placeOfCursor } from '../../../http/admin/deliveries.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { PAGE, PAGE_LIMIT, readCursor, toPage } from '../../../http/paging.ts';
import {
  type DeliveryRow,
  readDeliveries,
  replayEvents,
  resumeDeliveries,
} from '../../../staff/deliveries/deliveries.ts';
import type { SourceView } from '../../../staff/sources/sources.ts';
import { useFrame } from '../../kit/context.tsx';
import { authorityPage } from '../../kit/declared/declare.tsx';
import { FormBody, form } from '../../kit/declared/form.tsx';
import type { Content, PageRequest, Visit } from '../../kit/declared/visit.ts';
import { Fault } from '../../kit/document.tsx';
import { ActionForm, DataTable, Empty, Moment } from '../../kit/elements.tsx';
import { type Faults, SelectField } from '../../kit/fields.tsx';
import { FilterForm, Results } from '../../kit/filter-form.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { storyOf } from '../../kit/navigation.ts';
import { DAY_WORDS } from '../../kit/period-words.ts';
import { NextPage } from '../../kit/responses/list-links.tsx';
import { StatesExplained } from '../../states/explained.tsx';
import { STATE_WORDS } from '../../states/state-words.ts';
import { SET_UP, setUpTab } from '../frame.tsx';
import { readLocalMoment } from '../moments.ts';
import { Endpoint, NoEndpoint } from './endpoints.tsx';
import { EVENT_WORDS } from './event-words.ts';
import { resultText } from './result-words.ts';
import { BackToSource, SOURCES_PATH, type SourcePagesDeps, sourceInAddress } from './source-frame.tsx';

const EVENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const STATUSES = ['pending', 'delivered', 'failed'] as const;

const ONE = `${SOURCES_PATH}/:source`;

const TEST = form<SourcePagesDeps>()({
  path: `${ONE}/deliveries/test`,
  right: 'whole-operator',
  title: (language) => EVENT_WORDS[language].test,
  submit: async (request) => {
    const { deps, reader, language } = request;
    const source = await sourceInAddress(request);
    const tested = await testEndpoint(deps, { ...source, fhirAuthorization: null }, reader.name);
    if (!tested) return { faults: { endpoint: noEndpoint(request) } };
    const sentence = EVENT_WORDS[language].tested(tested.delivered, resultText(tested.result, language));
    if (!tested.delivered) return { faults: { endpoint: sentence } };
    return async (visit) => ({ ...(await contentOf(visit)), done: sentence });
  },
});

const RESUME = form<SourcePagesDeps>()({
  path: `${ONE}/deliveries/resume`,
  right: 'whole-operator',
  title: (language) => EVENT_WORDS[language].resume,
  submit: async (request) => {
    const { deps, authorityId, reader } = request;
    const { id } = await sourceInAddress(request);
    try {
      await resumeDeliveries(deps, { authorityId, id, actor: reader.name });
    } catch (error) {
      return { faults: { endpoint: refusalOf(request, error) } };
    }
    return 'resumed';
  },
});

/** Sends again what a row of the list names by its id, or the events of a period. */
const REPLAY = form<SourcePagesDeps>()({
  path: `${ONE}/deliveries/replay`,
  right: 'whole-operator',
  part: 'replay',
  title: (language) => EVENT_WORDS[language].replayTitle,
  button: (language) => EVENT_WORDS[language].replay,
  fields: (language) => {
    const { from, to } = EVENT_WORDS[language];
    return {
      from: { label: from, type: 'moment', required: true },
      to: { label: to, type: 'moment', required: true },
    };
  },
  unkept: true,
  submit: async (request, _, typed) => {
    const { c, deps, authorityId, reader, language } = request;
    const source = await sourceInAddress(request);
    const id = fieldOf(await c.req.parseBody(), 'id');
    const from = await readLocalMoment(deps, authorityId, typed.from);
    const to = await readLocalMoment(deps, authorityId, typed.to);
    const meant = EVENT_ID.test(id) ? { ids: [id] } : from && to && from < to ? { from, to } : null;
    if (!meant) return { faults: periodFaults(language, from, to) };
    try {
      return `replayed-${await replayEvents(deps, { authorityId, id: source.id, actor: reader.name }, meant)}`;
    } catch (error) {
      const isPeriod = error instanceof Problem && error.code === 'invalid';
      return { faults: { [isPeriod ? 'to' : 'endpoint']: refusalOf(request, error) } };
    }
  },
});

/** The sentence where there is no endpoint, for those who may set one up or not. */
function noEndpoint({ c, language, authorityId }: PageRequest<SourcePagesDeps>): string {
  return EVENT_WORDS[language].noEndpoint(may(c.var.visitor, 'whole-administrator', authorityId));
}

/** The sentence where there is no endpoint, or too much was meant. @throws the error itself, whatever else it is */
function refusalOf(request: PageRequest<SourcePagesDeps>, error: unknown): string {
  const code = error instanceof Problem ? error.code : undefined;
  if (code === 'no-event-endpoint') return noEndpoint(request);
  if (code === 'invalid') return EVENT_WORDS[request.language].tooMany;
  throw error;
}

/** The faults of a period, whose ends are undefined where they can't be read. */
function periodFaults(language: PageLanguage, from: Date | undefined, to: Date | undefined): Faults {
  const { timedFault } = DAY_WORDS[language];
  if (from && to) return { to: EVENT_WORDS[language].periodWrong };
  return { ...(!from && { from: timedFault }), ...(!to && { to: timedFault }) };
}

/** `/admin/set-up/sources/{source}/deliveries`: what was delivered to the endpoints, and what was not. */
export const DELIVERIES_PAGE = authorityPage<SourcePagesDeps>({
  path: `${ONE}/deliveries`,
  right: 'whole-viewer',
  menu: SET_UP,
  title: setUpTab('sources'),
  forms: [TEST, RESUME, REPLAY],
  view: contentOf,
});

async function contentOf(visit: Visit<SourcePagesDeps>): Promise<Content> {
  const { c, deps, authority, frame, language } = visit;
  const source = await sourceInAddress(visit);
  const words = EVENT_WORDS[language];
  const status = STATUSES.find((each) => each === c.req.query('status')) ?? null;
  const filter = { authorityId: authority.id, sourceId: source.id, status, reference: null };
  const cursor = { after: placeOfCursor(readCursor(c.req.query('cursor'))), limit: PAGE_LIMIT };
  const rows = await readDeliveries(deps, filter, cursor);
  const acts = may(c.var.visitor, 'whole-operator', authority.id);
  const sets = may(c.var.visitor, 'whole-administrator', authority.id);
  const path = `${SOURCES_PATH}/${source.id}/deliveries`;
  const body = (count: number) => {
    const { items, nextCursor } = toPage(
      rows,
      ({ sequence, channel }) => `${sequence}-${channel}`,
      (row) => row,
      count,
    );
    return (
      <>
        <BackToSource source={source} />
        <Fault text={frame.refused?.faults.endpoint} />
        {source.eventEndpoints.map((endpoint) => (
          <Endpoint setUp={visit} source={source} endpoint={endpoint} changes={sets} />
        ))}
        {acts && <Actions source={source} />}
        {(rows.length > 0 || status !== null) && <Filter path={path} status={status} />}
        <Results>
          {items.length === 0 ? (
            <Empty>
              {source.eventEndpoints.length > 0 ? words.deliveriesEmpty : <NoEndpoint source={source} sets={sets} />}
            </Empty>
          ) : (
            <DeliveriesTable visit={visit} path={path} rows={items} acts={acts} />
          )}
          <NextPage path={path} cursor={nextCursor} query={{ status: status ?? undefined }} />
        </Results>
        {acts && source.eventEndpoints.length > 0 && <ReplayCard source={source} />}
      </>
    );
  };
  return {
    title: `${words.deliveries}: ${source.name}`,
    done: doneIn(c, language),
    rows: Math.min(rows.length, PAGE),
    body,
  };
}

function doneIn(c: Context<HttpEnv>, language: PageLanguage): string | null {
  const words = EVENT_WORDS[language];
  const [done = '', count] = (c.req.query('done') ?? '').split('-');
  if (done === 'replayed' && count !== undefined && /^\d{1,5}$/.test(count)) return words.replayed(Number(count));
  return Object.entries(words.done).find(([word]) => word === done)?.[1] ?? null;
}

function Filter({ path, status }: { readonly path: string; readonly status: string | null }) {
  const { language } = useFrame();
  const words = EVENT_WORDS[language];
  const states = STATE_WORDS[language].deliveries;
  const options = [['', words.all] as const, ...STATUSES.map((each) => [each, states[each].label] as const)];
  return (
    <FilterForm action={path} button={words.show}>
      <SelectField id="status" label={words.state} options={options} value={status ?? ''} />
    </FilterForm>
  );
}

function DeliveriesTable({
  visit: { authority, language, when },
  path,
  rows,
  acts,
}: {
  readonly visit: Visit<SourcePagesDeps>;
  readonly path: string;
  readonly rows: readonly DeliveryRow[];
  readonly acts: boolean;
}) {
  const words = EVENT_WORDS[language];
  const { deliveries: states, events } = STATE_WORDS[language];
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
    row.lastResult === null ? '–' : resultText(row.lastResult, language),
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
  readonly source: SourceView;
}

/** The buttons that try an endpoint, and take deliveries up again. */
function Actions({ source }: SourceProps) {
  const words = EVENT_WORDS[useFrame().language];
  const params = { source: source.id };
  return (
    <>
      {source.eventEndpoints.some(({ state }) => state !== 'live') && (
        <section class="card" aria-label={words.resume}>
          <FormBody form={RESUME} params={params}>
            <p>{words.resumeLead}</p>
          </FormBody>
        </section>
      )}
      {source.events && (
        <section class="card" aria-label={words.test}>
          <FormBody form={TEST} params={params} plain>
            <p>{words.testLead}</p>
          </FormBody>
        </section>
      )}
    </>
  );
}

/** The form that sends the events of a period again. */
function ReplayCard({ source }: SourceProps) {
  const words = EVENT_WORDS[useFrame().language];
  return (
    <section class="card" id="replay" tabindex={-1} aria-labelledby="replay-title">
      <h2 id="replay-title">{words.replayTitle}</h2>
      <p>{words.replayLead}</p>
      <FormBody form={REPLAY} params={{ source: source.id }} plain />
    </section>
  );
}
