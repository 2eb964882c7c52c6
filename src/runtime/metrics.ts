import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const PLACES = [
  'http',
  'mllp',
  'fhir-feed',
  'fhir-server',
  'apply_receipts',
  'settle',
  'dispatch',
  'answers',
  'sweep',
  'look_up',
  'purge',
];
const OUTCOMES = ['accepted', 'rejected', 'retry', 'uncertain'];

/**
 * What an operator watches. No label ever holds a number, a name or a reference.
 * @param gateways whose counters are to start at zero: the first failure would else be no increase
 */
export function createMetrics(gateways: readonly string[] = []) {
  const registry = new Registry();
  const metrics = { registry, ...sendingMetrics([registry]), ...receivingMetrics([registry]) };
  for (const place of PLACES) metrics.failures.inc({ place }, 0);
  for (const gateway of gateways) for (const outcome of OUTCOMES) metrics.handovers.inc({ gateway, outcome }, 0);
  return metrics;
}

function sendingMetrics(registers: Registry[]) {
  return {
    handovers: new Counter({
      name: 'easysms_handovers_total',
      help: 'Calls to a gateway by outcome',
      labelNames: ['gateway', 'outcome'],
      registers,
    }),
    lateness: new Histogram({
      name: 'easysms_handover_lateness_seconds',
      help: 'From due to handed over',
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 600, 3600],
      registers,
    }),
    simulator: new Gauge({
      name: 'easysms_simulator',
      help: '1 while the simulator is among the gateways: no real SMS leaves through it',
      registers,
    }),
    clockDifference: new Gauge({
      name: 'easysms_clock_difference_seconds',
      help: "The process's clock minus the database's",
      registers,
    }),
    sendingHeld: new Gauge({
      name: 'easysms_sending_held',
      help: '1 while nothing is handed over (sending off, or a database under another PUBLIC_URL)',
      registers,
    }),
    lastTick: new Gauge({
      name: 'easysms_last_tick_timestamp_seconds',
      help: 'When the dispatch tick last ran',
      registers,
    }),
    failures: new Counter({
      name: 'easysms_failures_total',
      help: 'Failures of our own by place',
      labelNames: ['place'],
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
    answers: new Counter({
      name: 'easysms_http_answers_total',
      help: 'Requests by the pattern of their route and the class of the answer',
      labelNames: ['route', 'status'],
      registers,
    }),
    mllpConnections: new Gauge({
      name: 'easysms_mllp_connections',
      help: 'Open connections of booking systems over MLLP',
      registers,
    }),
    mllpMessages: new Counter({
      name: 'easysms_mllp_messages_total',
      help: 'Messages over MLLP by what became of them',
      labelNames: ['result'],
      registers,
    }),
    fhirEventsMissed: new Counter({
      name: 'easysms_fhir_events_missed_total',
      help: 'Events of FHIR subscriptions that their numbers tell of and that never came',
      registers,
    }),
    mllpRefused: new Counter({
      name: 'easysms_mllp_refused_connections_total',
      help: 'Connections over MLLP that were closed at once, by reason',
      labelNames: ['reason'],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
