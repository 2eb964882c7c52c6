import type { Child } from 'hono/jsx';
import type { ProcessIdentity } from '../../runtime/deps.ts';
import type { SenderView } from '../../staff/installation.ts';
import { INSTALLATION_ZONE } from '../kit/declared/declare.tsx';
import { DataTable, Moment } from '../kit/elements.tsx';
import { LOCALES, type PageLanguage } from '../kit/language.ts';

import { BINDING_WORDS } from '../states/binding-words.ts';
import { INSTALLATION_WORDS } from './words.ts';

interface ProcessListProps {
  readonly language: PageLanguage;
  readonly processes: readonly SenderView[];
  /** The process that shows the page. */
  readonly answering: ProcessIdentity;
  /** The reason why that process does not send. */
  readonly held: 'none' | 'unbound' | 'off';
}

/** The processes that hand over. What keeps one from it stands out, and so do versions that differ. */
export function ProcessList({ language, processes, answering: { worker, version: own }, held }: ProcessListProps) {
  const words = INSTALLATION_WORDS[language];
  const when = { timeZone: INSTALLATION_ZONE, language };
  const columns = [
    words.process,
    words.state,
    BINDING_WORDS[language].version,
    words.clocks,
    words.startedAt,
    words.heartbeat,
  ];
  const living = processes.filter(({ alive }) => alive);
  const versions = [...new Set([own, ...living.map(({ version }) => version)])].sort();
  const rows = processes.map(({ name, version, alive, clocksApart, clockAheadMs, startedAt, heartbeatAt }) => [
    <>
      <code>{name}</code>
      {name === worker && ` (${words.answers})`}
    </>,
    marked(stateOf(alive, clocksApart, language), !alive || clocksApart),
    marked(version, alive && versions.length > 1),
    marked(clockText(clockAheadMs, language), alive && clocksApart),
    <Moment at={startedAt} {...when} />,
    <Moment at={heartbeatAt} {...when} />,
  ]);
  return (
    <>
      {!living.some(({ clocksApart }) => !clocksApart) && <p class="warning">{words.noProcesses[held]}</p>}
      {versions.length > 1 && <p class="warning">{words.versionsDiffer(versions)}</p>}
      {rows.length > 0 && (
        <DataTable caption={words.processes} columns={columns.map((label) => ({ label }))} rows={rows} />
      )}
      <p class="lead">{words.processesLead}</p>
    </>
  );
}

/** How far a clock is from the database's. @param aheadMs null: they were not compared yet */
export function clockText(aheadMs: number | null, language: PageLanguage): string {
  const words = INSTALLATION_WORDS[language];
  if (aheadMs === null) return words.clocksUnknown;
  const seconds = Math.round(aheadMs / 100) / 10;
  if (seconds === 0) return words.clocksTogether;
  const apart = Math.abs(seconds);
  const shown = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1 }).format(apart);
  return seconds > 0 ? words.clockAhead(apart, shown) : words.clockBehind(apart, shown);
}

function stateOf(alive: boolean, clocksApart: boolean, language: PageLanguage): string {
  const words = INSTALLATION_WORDS[language];
  if (!alive) return words.gone;
  return clocksApart ? words.apart : words.alive;
}

function marked(text: string, standsOut: boolean): Child {
  return standsOut ? <span class="tag holds">{text}</span> : text;
}
