import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { HttpEnv } from '../../http/env.ts';
import type { HealthRoutesDeps } from '../../http/health.ts';
import { type FiringAlert, readAlerts } from '../../operations/alerts.ts';
import { backlogOf } from '../../operations/gauges.ts';
import {
  databaseNow,
  isSendingHeld,
  type Metering,
  type ProcessIdentity,
  type SendingPermission,
} from '../../runtime/deps.ts';
import { readInstallation, readSchemaVersion, readSenders } from '../../staff/installation.ts';
import { INSTALLATION_ZONE } from '../kit/declared/declare.tsx';
import { Fault, page } from '../kit/document.tsx';
import { DataTable, Facts, momentText } from '../kit/elements.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { LOCALES } from '../kit/language.ts';
import { markSettings } from '../kit/mark-settings.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { ALERT_WORDS } from './alert-words.ts';
import { AdoptCard, RecoveredCard, type RefusedBinding } from './binding-cards.tsx';
import { type InstallationFrame, InstallationPage, openInstallationPage } from './frame.tsx';
import { clockText, ProcessList } from './process-list.tsx';
import { INSTALLATION_WORDS } from './words.ts';

/** The dependencies of the page that tells how the installation fares. */
export interface HealthPageDeps extends PagesDeps, HealthRoutesDeps, Metering, ProcessIdentity, SendingPermission {
  readonly embedded: boolean;
  readonly role: 'all' | 'api' | 'worker';
}

/** The outcome of a form of the page: a sentence, or the form that was refused. */
export interface HealthOutcome extends RefusedBinding {
  readonly done?: string;
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
  const { boundUrl, restored, heldReason } = installation;
  const isForeign = !restored && boundUrl !== null && boundUrl !== deps.publicUrl;
  const held = restored || isForeign ? 'unbound' : heldReason === null ? 'none' : 'off';
  // While the clocks are apart, what is served goes by the database's already.
  const at = deps.sending.clocksApart ? deps.now() : databaseNow(deps);
  const processes = await readSenders(deps, at);
  return page(
    c,
    <InstallationPage opened={opened} done={done}>
      {/* Somebody else has let the installation send meanwhile, and its form is gone. */}
      {!restored && !isForeign && <Fault text={Object.values(outcome.faults ?? {})[0]} />}
      <Alerts opened={opened} alerts={await readAlerts(deps.metrics.registry)} worker={deps.worker} />
      {restored && <RecoveredCard frame={opened.frame} refused={outcome} />}
      {isForeign && <AdoptCard frame={opened.frame} bound={boundUrl} address={deps.publicUrl} refused={outcome} />}
      <ProcessList language={language} processes={processes} held={held} answering={deps} />
      <BacklogFacts opened={opened} backlog={await backlogOf(deps.db)(deps.now())} />
      <h2>{words.database}</h2>
      <Facts
        facts={[
          [words.kind, deps.embedded ? words.embedded : words.postgres],
          [words.schema, await readSchemaVersion(deps)],
          [words.bound, boundUrl ?? '–'],
        ]}
      />
      <h2>{words.thisProcess}</h2>
      <p class="lead">{words.thisProcessLead}</p>
      <Facts facts={await processFacts(c, deps)} />
    </InstallationPage>,
    outcome.faults === undefined ? 200 : 422,
  );
}

async function processFacts(c: Context<HttpEnv>, deps: HealthPageDeps): Promise<(readonly [string, Child])[]> {
  const { language } = c.var;
  const words = INSTALLATION_WORDS[language];
  const { ready, reasons } = await deps.readiness();
  const { aheadMs } = deps.sending;
  return [
    [words.process, <code>{deps.worker}</code>],
    [words.ready, ready ? words.isReady : words.notReady(reasons.map((reason) => words.reasons[reason]))],
    [words.role, words.roles[deps.role]],
    [words.sending, isSendingHeld(deps) ? words.held : words.sends],
    [words.version, deps.version],
    [words.address, deps.publicUrl],
    [words.clocks, clockText(aheadMs ?? null, language)],
  ];
}

interface PartProps {
  readonly opened: InstallationFrame;
}

/** @param props.worker the process that responds, of which alone some alerts are known */
function Alerts({
  opened: { frame },
  alerts,
  worker,
}: PartProps & { readonly alerts: readonly FiringAlert[]; readonly worker: string }) {
  const words = INSTALLATION_WORDS[frame.language];
  const meanings = ALERT_WORDS[frame.language];
  const columns = [
    { label: words.severity },
    { label: words.alert, saidByCells: true as const },
    ...[words.about, words.todo].map((label) => ({ label })),
  ];
  const rows = alerts.map(({ name, severity, about, ofProcess }) => [
    <span class={severity === 'info' ? 'tag' : 'tag holds'}>{words.severities[severity]}</span>,
    meanings[name].label,
    about ?? (ofProcess ? words.onlyProcess(worker) : words.everything),
    <span>{markSettings(meanings[name].todo)}</span>,
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
  const { oldestDue, repliesOpen } = backlog;
  const authorities = hrefOf('/admin/authorities', frame.authority, { page: 'replies' });
  return (
    <>
      <h2>{words.backlog}</h2>
      <Facts
        facts={[
          [words.due, count(backlog.due)],
          ...(oldestDue ? [[words.oldestDue, momentText(oldestDue, INSTALLATION_ZONE, frame.language)] as const] : []),
          [words.uncertain, count(backlog.uncertain)],
          [words.quarantined, count(backlog.quarantined)],
          [words.receiptsOverdue, count(backlog.receiptsOverdue)],
          [words.repliesOpen, repliesOpen === 0 ? '0' : <a href={authorities}>{count(repliesOpen)}</a>],
          [words.pauses, count(backlog.pauses)],
        ]}
      />
    </>
  );
}
