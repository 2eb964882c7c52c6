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
  const metrics = {
    registry,
    stalls,
    ...handoverMetrics([registry]),
    ...dispatchMetrics([registry]),
    ...callbackMetrics([registry]),
    ...receivingMetrics([registry]),
    ...httpMetrics([registry]),
    ...tellingMetrics([registry]),
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

/** Adds `process_*` and `nodejs_*`: memory, CPU, open files, event loop, garbage collector of the process itself. */
export function addProcessMetrics({ registry }: Pick<Metrics, 'registry'>): void {
  collectDefaultMetrics({ register: registry });
}

function handoverMetrics(registers: Registry[]) {
  return {
    handovers: new Counter({
      name: 'easysms_handovers_total',
      help: 'Calls to a gateway by outcome',
      labelNames: ['gateway', 'outcome'],
      registers,
    }),
    gatewayChanges: new Counter({
      name: 'easysms_gateway_changes_total',
      help: 'How often a gateway was taken out of use or came back; each change counts in the process that made it',
      labelNames: ['gateway'],
      registers,
    }),
    unknownCodes: new Counter({
      name: 'easysms_gateway_unknown_codes_total',
      help: 'Responses to hand-overs with a code that the tables of the gateway do not have',
      labelNames: ['gateway'],
      registers,
    }),
    lateness: new Histogram({
      name: 'easysms_handover_lateness_seconds',
      help: 'Time from due to handed over',
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 600, 3600],
      registers,
    }),
  };
}

function dispatchMetrics(registers: Registry[]) {
  return {
    simulator: new Gauge({
      name: 'easysms_simulator',
      help: '1 while the simulator is among the gateways: no real SMS leaves through it',
      registers,
    }),
    clockDifference: new Gauge({
      name: 'easysms_clock_difference_seconds',
      help: "The process's clock minus the database's clock",
      registers,
    }),
    lastTick: new Gauge({
      name: 'easysms_last_tick_timestamp_seconds',
      help: 'Unix time of the last dispatch tick',
      registers,
    }),
    unreadable: new Counter({
      name: 'easysms_unreadable_total',
      help: 'Values that could not be opened when they were read, being damaged or under a key that is gone, by table',
      labelNames: ['table'],
      registers,
    }),
    failures: new Counter({
      name: 'easysms_failures_total',
      help: 'Internal errors by place',
      labelNames: ['place'],
      registers,
    }),
  };
}

function httpMetrics(registers: Registry[]) {
  return {
    responses: new Counter({
      name: 'easysms_http_responses_total',
      help: 'HTTP requests by the pattern of their route and the class of the status',
      labelNames: ['route', 'status'],
      registers,
    }),
    proxyUnknown: new Gauge({
      name: 'easysms_proxy_unknown',
      help: '1 once a request came through a proxy while TRUSTED_PROXIES is unset',
      registers,
    }),
    bodyBytes: new Gauge({
      name: 'easysms_request_body_bytes',
      help: 'Bytes of request bodies and of messages over MLLP that the process holds',
      registers,
    }),
    bodiesRefused: new Counter({
      name: 'easysms_request_bodies_refused_total',
      help: 'Request bodies and messages over MLLP for which there was no room beside the others',
      registers,
    }),
  };
}

function callbackMetrics(registers: Registry[]) {
  return {
    receipts: new Counter({
      name: 'easysms_receipts_total',
      help: 'Delivery receipts by state',
      labelNames: ['gateway', 'state'],
      registers,
    }),
    inbound: new Counter({
      name: 'easysms_inbound_total',
      help: 'Inbound messages by meaning',
      labelNames: ['gateway', 'meaning'],
      registers,
    }),
    questionsUnanswered: new Counter({
      name: 'easysms_gateway_questions_unanswered_total',
      help: 'Questions to a gateway (what it gives out once, and lost receipts) that it did not answer or refused',
      labelNames: ['gateway', 'question'],
      registers,
    }),
    callbacksRefused: new Counter({
      name: 'easysms_callbacks_refused_total',
      help: 'Callbacks that did not prove that they come from their gateway',
      labelNames: ['gateway'],
      registers,
    }),
    reportsLeftOut: new Counter({
      name: 'easysms_reports_left_out_total',
      help: 'Reports on messages that their callback does not prove: they change nothing',
      labelNames: ['gateway'],
      registers,
    }),
  };
}

function receivingMetrics(registers: Registry[]) {
  return {
    appointments: new Counter({
      name: 'easysms_appointments_total',
      help: 'Appointment events by result',
      labelNames: ['result'],
      registers,
    }),
    elements: new Counter({
      name: 'easysms_source_elements_total',
      help: 'Events of booking systems by source, with those refused; a request that is refused whole counts as one',
      labelNames: ['source'],
      registers,
    }),
    refusals: new Counter({
      name: 'easysms_refusals_total',
      help: 'Refused events and requests of booking systems by source (unknown: no source of ours) and status',
      labelNames: ['source', 'status'],
      registers,
    }),
    mllpConnections: new Gauge({
      name: 'easysms_mllp_connections',
      help: 'Open MLLP connections of booking systems',
      registers,
    }),
    mllpMessages: new Counter({
      name: 'easysms_mllp_messages_total',
      help: 'Messages over MLLP by result',
      labelNames: ['result'],
      registers,
    }),
    fhirEventsMissed: new Counter({
      name: 'easysms_fhir_events_missed_total',
      help: 'Events missing from the numbering of FHIR subscriptions',
      registers,
    }),
    mllpRefused: new Counter({
      name: 'easysms_mllp_refused_connections_total',
      help: 'MLLP connections that were refused, by reason',
      labelNames: ['reason'],
      registers,
    }),
  };
}

function tellingMetrics(registers: Registry[]) {
  return {
    eventDeliveries: new Counter({
      name: 'easysms_event_deliveries_total',
      help: 'Calls to endpoints for events by outcome; gone: the endpoint ended itself',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
  };
}

/** The counters and gauges of `createMetrics`, and the registry that holds them. */
export type Metrics = ReturnType<typeof createMetrics>;
