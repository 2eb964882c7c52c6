import type { Context } from 'hono';
import { type FiringAlert, readAlerts } from '../../../operations/alerts.ts';
import { backlogOf } from '../../../operations/gauges.ts';
import type { Metering, SendingPermission } from '../../../runtime/deps.ts';
import { readInstallation, readSchemaVersion, readSenders, type SenderProcess } from '../../../staff/installation.ts';
import type { HttpEnv } from '../../env.ts';
import type { HealthDeps } from '../../health.ts';
import { VERSION } from '../../openapi.ts';
import { Fault, page } from '../document.tsx';
import { DataTable, Facts, Moment, momentText } from '../elements.tsx';
import type { PagesDeps } from '../frame.tsx';
import { LOCALES } from '../language.ts';
import { ALERT_WORDS } from './alert-words.ts';
import { AdoptCard, RecoveredCard } from './binding-cards.tsx';
import { INSTALLATION_ZONE, type InstallationFrame, InstallationPage, openInstallationPage } from './frame.tsx';
import { INSTALLATION_WORDS } from './words.ts';

/** The dependencies of the page that tells how the installation fares. */
export interface HealthPageDeps extends PagesDeps, HealthDeps, Metering, SendingPermission {
  readonly embedded: boolean;
  readonly role: 'all' | 'api' | 'worker';
}

/** The outcome of a form of the page: a sentence, or what is wrong with what was typed. */
export interface HealthOutcome {
  readonly done?: string;
  readonly fault?: string;
  readonly backupAt?: string;
}

const FULL = 10_000;

/** `GET /admin/installation`. */
export async function healthPage(
  c: Context<HttpEnv>,
  deps: HealthPageDeps,
  outcome: HealthOutcome = {},
): Promise<Response> {
  const opened = await openInstallationPage(c, deps, 'health');
  const { language } = c.var;
  const words = INSTALLATION_WORDS[language];
  const done = outcome.done ?? (c.req.query('done') === 'adopted' ? words.done.adopted : null);
  const installation = await readInstallation(deps);
  const { boundUrl, restored } = installation;
  const isForeign = !restored && boundUrl !== null && boundUrl !== deps.publicUrl;
  return page(
    c,
    <InstallationPage opened={opened} done={done}>
      <Fault text={outcome.fault} />
      <Alerts opened={opened} alerts={await readAlerts(deps.metrics.registry)} />
      {restored && <RecoveredCard frame={opened.frame} outcome={outcome} />}
      {isForeign && <AdoptCard frame={opened.frame} bound={boundUrl} address={deps.publicUrl} />}
      <h2>{words.facts}</h2>
      <Facts facts={[...(await factsOf(c, deps)), [words.address, deps.publicUrl], [words.bound, boundUrl ?? '–']]} />
      <BacklogFacts opened={opened} backlog={await backlogOf(deps.db)(deps.now())} />
      <Processes opened={opened} processes={await readSenders(deps, deps.now())} />
    </InstallationPage>,
    outcome.fault === undefined ? 200 : 422,
  );
}

async function factsOf(c: Context<HttpEnv>, deps: HealthPageDeps): Promise<(readonly [string, string])[]> {
  const { language } = c.var;
  const words = INSTALLATION_WORDS[language];
  const { ready, reasons } = await deps.readiness();
  const { aheadMs } = deps.sending;
  const seconds = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  return [
    [words.ready, ready ? words.isReady : words.notReady(reasons)],
    [words.sending, deps.sending.heldReason() === null ? words.sends : words.held],
    [words.role, words.roles[deps.role]],
    [words.version, VERSION],
    [words.database, deps.embedded ? words.embedded : words.postgres],
    [words.schema, await readSchemaVersion(deps)],
    [words.clocks, aheadMs === undefined ? words.clocksUnknown : words.seconds(seconds.format(aheadMs / 1000))],
  ];
}

interface PartProps {
  readonly opened: InstallationFrame;
}

function Alerts({ opened: { frame }, alerts }: PartProps & { readonly alerts: readonly FiringAlert[] }) {
  const words = INSTALLATION_WORDS[frame.language];
  const meanings = ALERT_WORDS[frame.language];
  const columns = [words.severity, words.alert, words.about, words.todo].map((label) => ({ label }));
  const rows = alerts.map(({ name, severity, about }) => [
    <span class={severity === 'info' ? 'tag' : 'tag holds'}>{words.severities[severity]}</span>,
    meanings[name].label,
    about ?? words.everything,
    meanings[name].todo,
  ]);
  return (
    <>
      <p class="lead">{words.alertsLead}</p>
      {rows.length === 0 ? (
        <p class="message">{words.noAlerts}</p>
      ) : (
        <DataTable caption={words.alerts} columns={columns} rows={rows} />
      )}
    </>
  );
}

function BacklogFacts({
  opened: { frame },
  backlog,
}: PartProps & { readonly backlog: Awaited<ReturnType<ReturnType<typeof backlogOf>>> }) {
  const words = INSTALLATION_WORDS[frame.language];
  const number = new Intl.NumberFormat(LOCALES[frame.language]);
  const count = (value: number) => (value >= FULL ? `${number.format(FULL)}+` : number.format(value));
  const { oldestDue } = backlog;
  return (
    <>
      <h2>{words.backlog}</h2>
      <Facts
        facts={[
          [words.due, count(backlog.due)],
          [words.oldestDue, oldestDue ? momentText(oldestDue, INSTALLATION_ZONE, frame.language) : words.none],
          [words.uncertain, count(backlog.uncertain)],
          [words.quarantined, count(backlog.quarantined)],
          [words.receiptsOverdue, count(backlog.receiptsOverdue)],
          [words.repliesOpen, count(backlog.repliesOpen)],
          [words.pauses, count(backlog.pauses)],
        ]}
      />
    </>
  );
}

function Processes({ opened: { frame }, processes }: PartProps & { readonly processes: readonly SenderProcess[] }) {
  const words = INSTALLATION_WORDS[frame.language];
  const when = { timeZone: INSTALLATION_ZONE, language: frame.language };
  if (processes.length === 0) return <p class="empty">{words.noProcesses}</p>;
  const columns = [words.process, words.startedAt, words.heartbeat].map((label) => ({ label }));
  const rows = processes.map(({ name, startedAt, heartbeatAt }) => [
    name,
    <Moment at={startedAt} {...when} />,
    <Moment at={heartbeatAt} {...when} />,
  ]);
  return <DataTable caption={words.processes} columns={columns} rows={rows} />;
}
