import { maskQuery } from '../../../domain/text/masked-query.ts';
import type { EndpointView, SourceView } from '../../../staff/sources/sources.ts';
import { useFrame } from '../../kit/context.tsx';
import { Facts, momentText } from '../../kit/elements.tsx';
import { LOCALES } from '../../kit/language.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { STATE_WORDS } from '../../states/state-words.ts';
import type { SetUp } from '../frame.tsx';
import { EVENT_WORDS } from './event-words.ts';
import { resultText } from './result-words.ts';
import { SOURCES_PATH } from './source-frame.tsx';

const MANY = 10_000;

/** Where the events of a source go, and how that fares. */
export function EndpointsCard({
  setUp,
  source,
  changes,
}: {
  readonly setUp: Pick<SetUp, 'frame' | 'authority'>;
  readonly source: SourceView;
  /** The visitor may change the endpoint. */
  readonly changes: boolean;
}) {
  const words = EVENT_WORDS[setUp.frame.language];
  const { eventEndpoints: endpoints } = source;
  return (
    <section class="card" id="events" aria-labelledby="events-title">
      <h2 id="events-title">{words.title}</h2>
      <p>{endpoints.length === 0 ? words.none : words.lead}</p>
      {endpoints.map((endpoint) => (
        <Endpoint setUp={setUp} source={source} endpoint={endpoint} changes={changes} />
      ))}
      <p class="buttons">
        {endpoints.length > 0 && (
          <a class="button" href={hrefOf(`${SOURCES_PATH}/${source.id}/deliveries`, setUp.authority)}>
            {words.deliveries}
          </a>
        )}
        {changes && (
          <a class="button plain" href={hrefOf(`${SOURCES_PATH}/${source.id}/events`, setUp.authority)}>
            {source.events ? words.change : words.setUp}
          </a>
        )}
      </p>
    </section>
  );
}

/** How an endpoint fares. */
export function Endpoint({
  setUp: { frame, authority },
  source,
  endpoint,
  changes,
}: {
  readonly setUp: Pick<SetUp, 'frame' | 'authority'>;
  readonly source: SourceView;
  readonly endpoint: EndpointView;
  /** The visitor may change the endpoint, and so reads the query of its address. */
  readonly changes: boolean;
}) {
  const words = EVENT_WORDS[frame.language];
  const { label, means, todo } = STATE_WORDS[frame.language].endpoints[endpoint.state];
  const at = (moment: Date) => momentText(moment, authority.timeZone, frame.language);
  const number = new Intl.NumberFormat(LOCALES[frame.language]);
  const count = (events: number) => (events >= MANY ? `${number.format(MANY)}+` : number.format(events));
  // The first failures leave an endpoint in use: what waits is tried again.
  const isFailing = endpoint.state === 'live' && endpoint.failingSince !== null;
  const waiting = hrefOf(`${SOURCES_PATH}/${source.id}/deliveries`, authority, { status: 'pending' });
  const address = (endpoint.channel === 'fhir' ? source.fhirBaseUrl : source.events?.url) ?? '';
  return (
    <Facts
      facts={[
        [endpoint.channel === 'fhir' ? words.channels.fhir : words.address, changes ? address : maskQuery(address)],
        [words.state, isFailing ? words.failing : [`${label}.`, means, ...(todo ? [todo] : [])].join(' ')],
        ...(endpoint.failingSince ? ([[words.failingSince, at(endpoint.failingSince)]] as const) : []),
        ...(endpoint.lastResult
          ? ([[words.lastResult, resultText(endpoint.lastResult, frame.language)]] as const)
          : []),
        [words.lastDelivered, endpoint.deliveredAt ? at(endpoint.deliveredAt) : words.never],
        [words.pending, endpoint.pending === 0 ? '0' : <a href={waiting}>{count(endpoint.pending)}</a>],
        ...(endpoint.nextAt ? ([[words.nextAt, at(endpoint.nextAt)]] as const) : []),
      ]}
    />
  );
}

/** The way to set an endpoint up, without which nothing is ever delivered. @param props.sets the visitor may do so */
export function NoEndpoint({ source, sets }: { readonly source: SourceView; readonly sets: boolean }) {
  const { authority, language } = useFrame();
  const words = EVENT_WORDS[language];
  return (
    <>
      {words.none} {sets && <a href={hrefOf(`${SOURCES_PATH}/${source.id}/events`, authority)}>{words.setUp}</a>}
    </>
  );
}
