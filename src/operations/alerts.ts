import type { Registry } from 'prom-client';

/** How urgent an alert is. critical: reminders are not sent, or soon will not be. */
export type Severity = 'critical' | 'warning' | 'info';

interface AlertRule {
  readonly severity: Severity;
  /** The gauge, and the label that it must have. */
  readonly metric: string;
  readonly task?: string;
  readonly state?: string;
  /** The gauge is that of one process: another process may have another value. */
  readonly ofProcess?: true;
  /** A gauge that says more of the same endpoint where it is there: what it tells of is not told twice. */
  readonly unless?: string;
  readonly fires: (value: number) => boolean;
}

const over = (limit: number) => (value: number) => value > limit;
const is = (wanted: number) => (value: number) => value === wanted;

/**
 * The alerts of docs/operations/easysms.rules.yml that one look at this process's gauges can decide. Those that count
 * over a time need Prometheus.
 */
const RULES = {
  EasysmsDatabaseUnreachable: { severity: 'critical', metric: 'easysms_database_up', ofProcess: true, fires: is(0) },
  EasysmsDatabaseNotWritable: {
    severity: 'critical',
    metric: 'easysms_database_writable',
    ofProcess: true,
    fires: is(0),
  },
  EasysmsSchedulerStuck: {
    severity: 'critical',
    metric: 'easysms_task_start_age_seconds',
    task: 'dispatch',
    fires: over(60),
    ofProcess: true,
  },
  EasysmsSendingHeld: { severity: 'critical', metric: 'easysms_sending_held', ofProcess: true, fires: is(1) },
  EasysmsGatewayOut: { severity: 'critical', metric: 'easysms_gateway_in_use', fires: is(0) },
  EasysmsRemindersLate: { severity: 'warning', metric: 'easysms_reminders_due_oldest_seconds', fires: over(600) },
  EasysmsClocksApart: {
    severity: 'warning',
    metric: 'easysms_clock_difference_seconds',
    fires: (value) => Math.abs(value) > 5,
    ofProcess: true,
  },
  EasysmsRemindersQuarantined: { severity: 'warning', metric: 'easysms_reminders_quarantined', fires: over(0) },
  EasysmsSweepStuck: {
    severity: 'warning',
    metric: 'easysms_task_success_age_seconds',
    task: 'sweep',
    fires: over(60),
    ofProcess: true,
  },
  EasysmsHandOversAbandoned: { severity: 'warning', metric: 'easysms_handovers_abandoned', fires: over(0) },
  EasysmsPurgeStuck: {
    severity: 'warning',
    metric: 'easysms_task_success_age_seconds',
    task: 'purge',
    fires: over(7800),
    ofProcess: true,
  },
  EasysmsCallbacksWaiting: {
    severity: 'warning',
    metric: 'easysms_callbacks_waiting_oldest_seconds',
    fires: over(60),
  },
  EasysmsAnswersLate: { severity: 'warning', metric: 'easysms_answers_due_oldest_seconds', fires: over(60) },
  EasysmsReplyUnread: { severity: 'warning', metric: 'easysms_replies_open_oldest_seconds', fires: over(3600) },
  EasysmsPoolExhausted: {
    severity: 'warning',
    metric: 'easysms_database_connections',
    state: 'waiting',
    fires: over(0),
    ofProcess: true,
  },
  EasysmsEventEndpointFailing: {
    severity: 'warning',
    metric: 'easysms_event_endpoint_failing_seconds',
    unless: 'easysms_event_endpoint_stopped',
    fires: over(900),
  },
  EasysmsEventEndpointStopped: { severity: 'warning', metric: 'easysms_event_endpoint_stopped', fires: over(0) },
  EasysmsProxyUnknown: { severity: 'warning', metric: 'easysms_proxy_unknown', ofProcess: true, fires: is(1) },
  EasysmsAccountGuessed: { severity: 'warning', metric: 'easysms_accounts_guessed', fires: over(0) },
  EasysmsReceiptsOverdue: { severity: 'info', metric: 'easysms_receipts_overdue', fires: over(50) },
  EasysmsEmbeddedDatabase: { severity: 'info', metric: 'easysms_database_embedded', fires: is(1) },
  EasysmsSimulator: { severity: 'info', metric: 'easysms_simulator', ofProcess: true, fires: is(1) },
} as const satisfies Readonly<Record<string, AlertRule>>;

/** The name of an alert, as monitoring and docs/operations.md have it. */
export type AlertName = keyof typeof RULES;
/** The names of the alerts that a look at the gauges can decide, the most urgent first. */
export const ALERTS = Object.keys(RULES) as readonly AlertName[];

/** An alert that would fire now. */
export interface FiringAlert {
  readonly name: AlertName;
  readonly severity: Severity;
  readonly value: number;
  /** Its subject: a gateway, or the source of an endpoint with its channel; null: the installation. */
  readonly about: string | null;
  /** True: known only of the process whose gauges were read; false: read from the database, alike for all processes. */
  readonly ofProcess: boolean;
}

/** Reads the gauges of this process, as Prometheus would, and tells which alerts would fire, the most urgent first. */
export async function readAlerts(registry: Registry): Promise<FiringAlert[]> {
  const metrics = new Map((await registry.getMetricsAsJSON()).map((metric) => [metric.name, metric.values]));
  return ALERTS.flatMap((name) => {
    const rule: AlertRule = RULES[name];
    return (metrics.get(rule.metric) ?? []).flatMap(({ value, labels }) => {
      const { task, state, gateway, source, channel } = labels as Readonly<Record<string, string | undefined>>;
      const isMeant = (!rule.task || task === rule.task) && (!rule.state || state === rule.state);
      if (!isMeant || !rule.fires(value)) return [];
      const others = metrics.get(rule.unless ?? '') ?? [];
      if (others.some((other) => other.labels.source === source && other.labels.channel === channel)) return [];
      return {
        name,
        severity: rule.severity,
        value,
        about: gateway ?? (source && channel ? `${source} (${channel})` : (source ?? null)),
        ofProcess: rule.ofProcess ?? false,
      };
    });
  });
}
