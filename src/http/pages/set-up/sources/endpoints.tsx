import type { EndpointView, SourceView } from '../../../../staff/sources/sources.ts';
import { Facts, momentText } from '../../elements.tsx';
import { hrefOf } from '../../navigation.ts';
import { STATE_WORDS } from '../../state-words.ts';
import { type SetUp, setUpPath } from '../frame.tsx';
import { EVENT_WORDS } from './event-words.ts';

const PATH = setUpPath('sources');

/** Where the events of a source go, and how that fares. */
export function EndpointsCard({
  setUp,
  source,
  changes,
}: {
  readonly setUp: SetUp;
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
        <Endpoint setUp={setUp} source={source} endpoint={endpoint} />
      ))}
      <p class="buttons">
        {endpoints.length > 0 && (
          <a class="button" href={hrefOf(`${PATH}/${source.id}/deliveries`, setUp.authority)}>
            {words.deliveries}
          </a>
        )}
        {changes && (
          <a class="button plain" href={hrefOf(`${PATH}/${source.id}/events`, setUp.authority)}>
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
}: {
  readonly setUp: SetUp;
  readonly source: SourceView;
  readonly endpoint: EndpointView;
}) {
  const words = EVENT_WORDS[frame.language];
  const { label, means, todo } = STATE_WORDS[frame.language].endpoints[endpoint.state];
  const at = (moment: Date) => momentText(moment, authority.timeZone, frame.language);
  const address = endpoint.channel === 'fhir' ? source.fhirBaseUrl : (source.events?.url ?? null);
  return (
    <Facts
      facts={[
        [words.channels[endpoint.channel], address ?? ''],
        [words.state, [`${label}.`, means, ...(todo ? [todo] : [])].join(' ')],
        ...(endpoint.failingSince ? ([[words.failingSince, at(endpoint.failingSince)]] as const) : []),
        ...(endpoint.lastResult ? ([[words.lastResult, endpoint.lastResult]] as const) : []),
        [words.lastDelivered, endpoint.deliveredAt ? at(endpoint.deliveredAt) : words.never],
        [words.pending, endpoint.pending >= 10_000 ? '10.000+' : String(endpoint.pending)],
        ...(endpoint.nextAt ? ([[words.nextAt, at(endpoint.nextAt)]] as const) : []),
      ]}
    />
  );
}
