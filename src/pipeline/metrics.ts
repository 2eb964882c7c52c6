import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What an operator watches. No label ever holds a number, a name or a reference. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    appointments: new Counter({
      name: 'easysms_appointments_total',
      help: 'Appointment events by result',
      labelNames: ['result'],
      registers,
    }),
    handovers: new Counter({
      name: 'easysms_handovers_total',
      help: 'Calls to a gateway by outcome',
      labelNames: ['gateway', 'outcome'],
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
    lateness: new Histogram({
      name: 'easysms_handover_lateness_seconds',
      help: 'From due to handed over',
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 600, 3600],
      registers,
    }),
    uncertain: new Gauge({
      name: 'easysms_reminders_uncertain',
      help: 'Reminders of which nobody knows yet whether they left',
      registers,
    }),
    gatewayStopped: new Gauge({
      name: 'easysms_gateway_stopped',
      help: '1 while the queue of a gateway is stopped',
      labelNames: ['gateway'],
      registers,
    }),
    simulator: new Gauge({
      name: 'easysms_simulator',
      help: '1 while the simulator is among the gateways: no real SMS leaves through it',
      registers,
    }),
    clockDifference: new Gauge({ name: 'easysms_clock_difference_seconds', help: "The process's clock minus the database's", registers }),
    sendingHeld: new Gauge({
      name: 'easysms_sending_held',
      help: '1 while nothing is handed over (sending off, or a database under another PUBLIC_URL)',
      registers,
    }),
    lastTick: new Gauge({ name: 'easysms_last_tick_timestamp_seconds', help: 'When the dispatch tick last ran', registers }),
    failures: new Counter({ name: 'easysms_failures_total', help: 'Failures of our own by place', labelNames: ['place'], registers }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
