import type { Child } from 'hono/jsx';
import { readInstant } from '../../domain/calendar.ts';
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
import {
  adoptPublicUrl,
  type BindDeps,
  mayBeOfBackup,
  readInstallation,
  readSchemaVersion,
  readSenders,
  recoverInstallation,
} from '../../staff/installation.ts';
import { useFrame } from '../kit/context.tsx';
import { readTypedMoment } from '../kit/days.ts';
import { INSTALLATION_ZONE, installationPage } from '../kit/declared/declare.tsx';
import { FormBody, type FormOutcome, form, type Typed } from '../kit/declared/form.tsx';
import type { Content, Visit } from '../kit/declared/visit.ts';
import { Fault } from '../kit/document.tsx';
import { DataTable, Facts, momentText } from '../kit/elements.tsx';
import type { Faults } from '../kit/fields.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';
import { hrefOf } from '../kit/navigation.ts';
import { DAY_WORDS } from '../kit/period-words.ts';
import { BINDING_WORDS } from '../states/binding-words.ts';
import { ALERT_WORDS } from './alert-words.ts';
import { INSTALLATION, INSTALLATION_PATHS, installationTab } from './frame.tsx';
import { clockText, ProcessList } from './process-list.tsx';
import { INSTALLATION_WORDS } from './words.ts';

/** The dependencies of the page that tells how the installation fares. */
export interface HealthPageDeps
  extends PagesDeps,
    HealthRoutesDeps,
    Metering,
    ProcessIdentity,
    SendingPermission,
    BindDeps {
  readonly embedded: boolean;
  readonly role: 'all' | 'api' | 'worker';
}

const FULL = 10_000;

const PATH = INSTALLATION_PATHS.health;

const OFF = { off: '' };
const confirmField = (language: PageLanguage) =>
  ({ label: BINDING_WORDS[language].adoptConfirm, type: 'check' }) as const;

/** The form that binds the database to this address. A restored one is not: that needs the time of its backup. */
const ADOPT = form<HealthPageDeps, null>()({
  path: `${PATH}/adopt`,
  title: (language) => BINDING_WORDS[language].adopt,
  fields: (language) => ({ off: confirmField(language) }),
  unkept: true,
  submit: async ({ deps, reader, language }, _, { off }) => {
    const { restored } = await readInstallation(deps);
    if (restored || off !== 'on') return formAgain(deps, { off: BINDING_WORDS[language].confirmFirst }, OFF);
    await adoptPublicUrl(deps, reader.name, deps.now());
    return 'adopted';
  },
});

/** The form that releases a restored database, whose backup was made at the time given. */
const RECOVERED = form<HealthPageDeps, null>()({
  path: `${PATH}/recovered`,
  title: (language) => BINDING_WORDS[language].recovered,
  fields: (language) => {
    const { backupAt: label, backupHint: hint } = BINDING_WORDS[language];
    return { backupAt: { label, hint, type: 'moment', required: true }, off: confirmField(language) };
  },
  unkept: true,
  submit: async ({ deps, reader, language }, _, typed) => {
    const words = BINDING_WORDS[language];
    const now = deps.now();
    const at = readBackupAt(typed.backupAt, now);
    const isOff = typed.off === 'on';
    const wrong = readTypedMoment(typed.backupAt) === null ? DAY_WORDS[language].timedFault : words.backupWrong;
    const faults = { ...(!at && { backupAt: wrong }), ...(!isOff && { off: words.confirmFirst }) };
    if (!at || !isOff) return formAgain(deps, faults, typed);
    const { uncertainReminders, uncertainAnswers } = await recoverInstallation(deps, reader.name, at, now);
    const done = words.recoveredDone(uncertainReminders, uncertainAnswers);
    return async (visit) => ({ ...(await healthOf(visit)), done });
  },
});

/** The time of a backup as it was typed; null for one that can't be read, or that is still to come. */
function readBackupAt(text: string, now: Date): Date | null {
  const at = readInstant(readTypedMoment(text) ?? '', INSTALLATION_ZONE);
  return at instanceof Date && mayBeOfBackup(at, now) ? at : null;
}

/** The form that the page has by now, with what is wrong: somebody else may have bound or restored the database. */
async function formAgain(
  deps: HealthPageDeps,
  faults: Faults,
  typed: Typed,
): Promise<FormOutcome<HealthPageDeps, null>> {
  const { restored } = await readInstallation(deps);
  return restored ? { form: RECOVERED, faults, typed } : { form: ADOPT, faults, typed: OFF };
}

/** `/admin/installation`: how the installation fares. */
export const HEALTH_PAGE = installationPage<HealthPageDeps>({
  path: PATH,
  right: 'installation',
  menu: INSTALLATION,
  tab: installationTab('health'),
  done: {
    da: { adopted: INSTALLATION_WORDS.da.done.adopted },
    en: { adopted: INSTALLATION_WORDS.en.done.adopted },
  },
  forms: [ADOPT, RECOVERED],
  view: healthOf,
});

async function healthOf({ deps, language, frame }: Visit<HealthPageDeps, null>): Promise<Content> {
  const words = INSTALLATION_WORDS[language];
  const { adopt, adoptLead, recovered, recoveredLead } = BINDING_WORDS[language];
  const { boundUrl, restored, heldReason } = await readInstallation(deps);
  const isForeign = !restored && boundUrl !== null && boundUrl !== deps.publicUrl;
  const held = restored || isForeign ? 'unbound' : heldReason === null ? 'none' : 'off';
  // While the clocks are apart, what is served goes by the database's already.
  const at = deps.sending.clocksApart ? deps.now() : databaseNow(deps);
  const processes = await readSenders(deps, at);
  const body = (
    <>
      {/* Somebody else has let the installation send meanwhile, and its form is gone. */}
      {!restored && !isForeign && <Fault text={Object.values(frame.refused?.faults ?? {})[0]} />}
      <Alerts alerts={await readAlerts(deps.metrics.registry)} worker={deps.worker} />
      {restored && (
        <section class="card" aria-labelledby="recovered">
          <h2 id="recovered">{recovered}</h2>
          <p>{recoveredLead}</p>
          <FormBody form={RECOVERED} />
        </section>
      )}
      {isForeign && (
        <section class="card" aria-labelledby="adopt">
          <h2 id="adopt">{adopt}</h2>
          <p>{adoptLead(boundUrl, deps.publicUrl)}</p>
          <FormBody form={ADOPT} />
        </section>
      )}
      <ProcessList language={language} processes={processes} held={held} answering={deps} />
      <BacklogFacts backlog={await backlogOf(deps.db)(deps.now())} />
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
      <Facts facts={await processFacts(deps, language)} />
    </>
  );
  return { body };
}

async function processFacts(deps: HealthPageDeps, language: PageLanguage): Promise<(readonly [string, Child])[]> {
  const words = INSTALLATION_WORDS[language];
  const { ready, reasons } = await deps.readiness();
  const { aheadMs } = deps.sending;
  return [
    [words.process, <code>{deps.worker}</code>],
    [words.ready, ready ? words.isReady : words.notReady(reasons.map((reason) => words.reasons[reason]))],
    [words.role, words.roles[deps.role]],
    [words.sending, isSendingHeld(deps) ? words.held : words.sends],
    [BINDING_WORDS[language].version, deps.version],
    [words.address, deps.publicUrl],
    [words.clocks, clockText(aheadMs ?? null, language)],
  ];
}

/** @param props.worker the process that responds, of which alone some alerts are known */
function Alerts({ alerts, worker }: { readonly alerts: readonly FiringAlert[]; readonly worker: string }) {
  const { language } = useFrame();
  const [words, meanings] = [INSTALLATION_WORDS[language], ALERT_WORDS[language]];
  const columns = [
    { label: words.severity },
    { label: words.alert, saidByCells: true as const },
    ...[words.about, words.todo].map((label) => ({ label })),
  ];
  const rows = alerts.map(({ name, severity, about, ofProcess }) => [
    <span class={severity === 'info' ? 'tag' : 'tag holds'}>{words.severities[severity]}</span>,
    meanings[name].label,
    about ?? (ofProcess ? words.onlyProcess(worker) : words.everything),
    <span>{meanings[name].todo}</span>,
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

function BacklogFacts({ backlog }: { readonly backlog: Awaited<ReturnType<ReturnType<typeof backlogOf>>> }) {
  const frame = useFrame();
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
