import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { CHANNELS } from '../domain/event-types.ts';
import { StallWatch } from './stall-watch.ts';

/** Places where failures are counted: scheduled jobs by their names, and what handles requests of others. */
const PLACES = [
  'http',
  'mllp',
  'fhir-feed',
  'fhir-server',
  'apply_receipts',
  'settle',
  'dispatch',
  'answers',
  'events',
  'heartbeat',
  'sweep',
  'look_up',
  'fetch',
  'late_callbacks',
  'purge',
];
/** The requests that receipts/supplier-faults.ts counts. */
const QUESTIONS = ['receipts', 'inbound', 'recover'];
const OUTCOMES = ['accepted', 'rejected', 'retry', 'uncertain'];

/**
 * The metrics that the process counts itself; operations/gauges.ts adds those that are read at a scrape. No label ever
 * holds a phone number, a name or a reference.
 * @param gateways ids of gateways whose counters start at zero: Prometheus sees no increase in a counter that appears
 */
export function createMetrics(gateways: readonly string[] = []) {
  const registry = new Registry();
  const stalls = new StallWatch(registry);
  const makers = makersOf(registry);
  const metrics = {
    registry,
    stalls,
    ...handoverMetrics(makers),
    ...dispatchMetrics(makers),
    ...callbackMetrics(makers),
    ...receivingMetrics(makers),
    ...httpMetrics(makers),
    eventDeliveries: makers.counter(
      'event_deliveries_total',
      'Calls to endpoints for events by outcome; gone: the endpoint ended itself',
      'channel',
      'outcome',
    ),
  };
  for (const place of PLACES) metrics.failures.inc({ place }, 0);
  for (const channel of CHANNELS)
    for (const outcome of ['delivered', 'failed', 'gone']) metrics.eventDeliveries.inc({ channel, outcome }, 0);
  for (const gateway of gateways) {
    metrics.callbacksRefused.inc({ gateway }, 0);
    metrics.reportsLeftOut.inc({ gateway }, 0);
    metrics.gatewayChanges.inc({ gateway }, 0);
    metrics.unknownCodes.inc({ gateway }, 0);
    for (const question of QUESTIONS) metrics.questionsUnanswered.inc({ gateway, question }, 0);
    for (const outcome of OUTCOMES) metrics.handovers.inc({ gateway, outcome }, 0);
  }
  return metrics;
}

type Makers = ReturnType<typeof makersOf>;

/** Makers of metrics whose names begin with `easysms_`. */
function makersOf(registry: Registry) {
  const registers = [registry];
  return {
    registers,
    counter: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Counter({ name: `easysms_${name}`, help, labelNames, registers }),
    gauge: (name: string, help: string) => new Gauge({ name: `easysms_${name}`, help, registers }),
  };
}

/** Adds `process_*` and `nodejs_*`: memory, CPU, open files, event loop, garbage collector of the process itself. */
export function addProcessMetrics({ registry }: Pick<Metrics, 'registry'>): void {
  collectDefaultMetrics({ register: registry });
}

function handoverMetrics({ counter, registers }: Makers) {
  return {
    handovers: counter('handovers_total', 'Calls to a gateway by outcome', 'gateway', 'outcome'),
    gatewayChanges: counter(
      'gateway_changes_total',
      'How often a gateway was taken out of use or came back; each change counts in the process that made it',
      'gateway',
    ),
    unknownCodes: counter(
      'gateway_unknown_codes_total',
      'Responses to hand-overs with a code that the tables of the gateway do not have',
      'gateway',
    ),
    lateness: new Histogram({
      name: 'easysms_handover_lateness_seconds',
      help: 'Time from due to handed over',
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 600, 3600],
      registers,
    }),
  };
}

function dispatchMetrics({ counter, gauge }: Makers) {
  return {
    simulator: gauge('simulator', '1 while the simulator is among the gateways: no real SMS leaves through it'),
    clockDifference: gauge('clock_difference_seconds', "The process's clock minus the database's clock"),
    lastTick: gauge('last_tick_timestamp_seconds', 'Unix time of the last dispatch tick'),
    unreadable: counter(
      'unreadable_total',
      'Values that could not be opened when they were read, being damaged or under a key that is gone, by table',
      'table',
    ),
    failures: counter('failures_total', 'Internal errors by place', 'place'),
  };
}

function httpMetrics({ counter, gauge }: Makers) {
  return {
    responses: counter(
      'http_responses_total',
      'HTTP requests by the pattern of their route and the class of the status',
      'route',
      'status',
    ),
    proxyUnknown: gauge('proxy_unknown', '1 once a request came through a proxy while TRUSTED_PROXIES is unset'),
    bodyBytes: gauge('request_body_bytes', 'Bytes of request bodies and of messages over MLLP that the process holds'),
    bodiesRefused: counter(
      'request_bodies_refused_total',
      'Request bodies and messages over MLLP for which there was no room beside the others',
    ),
  };
}

function callbackMetrics({ counter }: Makers) {
  return {
    receipts: counter('receipts_total', 'Delivery receipts by state', 'gateway', 'state'),
    inbound: counter('inbound_total', 'Inbound messages by meaning', 'gateway', 'meaning'),
    questionsUnanswered: counter(
      'gateway_questions_unanswered_total',
      'Questions to a gateway (what it gives out once, and lost receipts) that it did not answer or refused',
      'gateway',
      'question',
    ),
    callbacksRefused: counter(
      'callbacks_refused_total',
      'Callbacks that did not prove that they come from their gateway',
      'gateway',
    ),
    reportsLeftOut: counter(
      'reports_left_out_total',
      'Reports on messages that their callback does not prove: they change nothing',
      'gateway',
    ),
  };
}

function receivingMetrics({ counter, gauge }: Makers) {
  return {
    appointments: counter('appointments_total', 'Appointment events by result', 'result'),
    elements: counter(
      'source_elements_total',
      'Events of booking systems by source, with those refused; a request that is refused whole counts as one',
      'source',
    ),
    refusals: counter(
      'refusals_total',
      'Refused events and requests of booking systems by source (unknown: no source of ours) and status',
      'source',
      'status',
    ),
    mllpConnections: gauge('mllp_connections', 'Open MLLP connections of booking systems'),
    mllpMessages: counter('mllp_messages_total', 'Messages over MLLP by result', 'result'),
    fhirEventsMissed: counter('fhir_events_missed_total', 'Events missing from the numbering of FHIR subscriptions'),
    mllpRefused: counter('mllp_refused_connections_total', 'MLLP connections that were refused, by reason', 'reason'),
  };
}

/** The counters and gauges of `createMetrics`, and the registry that holds them. */
export type Metrics = ReturnType<typeof createMetrics>;
