import type { Context } from 'hono';
import { inForce } from '../../../domain/authority.ts';
import { may } from '../../../domain/people/access.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { noteText } from '../../../http/schemas/text.ts';
import { readAuthority } from '../../../staff/authorities/authorities.ts';
import { pauseSending, resumeSending } from '../../../staff/pauses.ts';
import { readRefusals } from '../../../staff/sources/findings.ts';
import { readLastOf, type SourceView } from '../../../staff/sources/sources.ts';
import { Fault } from '../../kit/document.tsx';
import { DataTable, Empty, Facts, Moment, momentText } from '../../kit/elements.tsx';
import { fieldOf } from '../../kit/forms.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { DAY_WORDS } from '../../kit/period-words.ts';
import { fittingPage } from '../../kit/responses/fitting-page.ts';
import { ListLinks } from '../../kit/responses/list-links.tsx';
import { positionIn } from '../../kit/responses/position.ts';
import { changePauseAsSeen, pauseChangedMeanwhile, pausedAgain, seenPause } from '../../rules/pauses.tsx';
import { NoOrder } from '../../settings/mapping.tsx';
import { MODE_MEANINGS, MODE_NAMES, SOURCE_SETTINGS } from '../../settings/source.tsx';
import { codeText } from '../../states/fault-words.ts';
import { AuditLink } from '../audit-link.tsx';
import { type SetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { readLocalMoment } from '../moments.ts';
import { SET_UP_WORDS } from '../words.ts';
import { EndpointsCard } from './endpoints.tsx';
import { PauseCard, type RefusedPause, type RefusedResume } from './pause-card.tsx';
import { SECRET_WORDS } from './secret-words.ts';
import { SecretsCard } from './secrets.tsx';
import {
  backToSource,
  openSource,
  readSourceForm,
  SOURCES_PATH,
  type SourcePagesDeps,
  sourceState,
  withoutEndedPause,
} from './source-frame.tsx';
import { SOURCES_WORDS } from './words.ts';

const SHOWN_REFUSALS = 20;
/** Names of the formats of messages, which are the same in every language. */
const FORMATS: Readonly<Record<string, string>> = { json: 'JSON', fhir: 'HL7 FHIR', hl7v2: 'HL7 v2', csv: 'CSV' };

/** `GET /admin/set-up/sources/{source}`, and its form for a pause with what was typed and the faults in it. */
export async function sourcePage(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  refused: RefusedPause | RefusedResume | null = null,
  authorityId?: string,
): Promise<Response> {
  const opened = await openSource(c, deps, 'viewer', authorityId);
  if (opened instanceof Response) return opened;
  const { setUp } = opened;
  const source = withoutEndedPause(opened.source, deps.now());
  const { authority, frame } = setUp;
  const words = SOURCES_WORDS[frame.language];
  const done = Object.entries(words.done).find(([word]) => word === c.req.query('done'))?.[1] ?? null;
  const changes = may(c.var.visitor, 'whole-administrator', setUp.authority.id);
  const { lastMessageAt } = await readLastOf(deps, source);
  const refusals = await readRefusals(deps, authority.id, source.id);
  const first = Math.min(positionIn(c.req.query('refusal')), Math.max(0, refusals.length - 1));
  const status = refused === null ? 200 : 'seen' in refused ? 422 : 409;
  const render = (count: number) => (
    <SetUpPage setUp={setUp} title={source.name} done={done}>
      <Fault text={faultIn(c)} />
      <p>
        <a href={hrefOf(SOURCES_PATH, authority)}>{SET_UP_WORDS[frame.language].back}</a>
      </p>
      <SourceFacts setUp={setUp} source={source} lastMessageAt={lastMessageAt} />
      <NoOrder mapping={source.mapping} language={frame.language} />
      {changes ? (
        <p class="facts">
          <a class="button" href={hrefOf(`${SOURCES_PATH}/${source.id}/settings`, authority)}>
            {words.settings}
          </a>
          <AuditLink path={setUpPath('audit')} target={`source:${source.id}`} />
        </p>
      ) : (
        <p>{words.readOnly}</p>
      )}
      <Refusals
        setUp={setUp}
        source={source}
        lastMessageAt={lastMessageAt}
        refusals={refusals}
        first={first}
        count={count}
      />
      {may(c.var.visitor, 'whole-operator', setUp.authority.id) && (
        <PauseCard setUp={setUp} source={source} refused={refused} />
      )}
      <EndpointsCard setUp={setUp} source={source} changes={changes} />
      {changes && <SecretsCard setUp={setUp} source={source} />}
      {changes && <Addresses setUp={setUp} source={source} publicUrl={deps.publicUrl} />}
    </SetUpPage>
  );
  return fittingPage(c, Math.min(refusals.length - first, SHOWN_REFUSALS), render, status);
}

function faultIn(c: Context<HttpEnv>): string | undefined {
  const words = SECRET_WORDS[c.var.language];
  const faults = { 'too-many-secrets': words.tooMany, 'last-secret': words.lastEvent };
  return Object.entries(faults).find(([word]) => word === c.req.query('fault'))?.[1];
}

interface SourceProps {
  readonly setUp: SetUp;
  readonly source: SourceView;
}

function SourceFacts({
  setUp: { frame, authority },
  source,
  lastMessageAt,
}: SourceProps & { readonly lastMessageAt: Date | null }) {
  const words = SOURCES_WORDS[frame.language];
  const { paused } = source;
  const at = (moment: Date) => momentText(moment, authority.timeZone, frame.language);
  const state = sourceState(source, words, at);
  const modeIn = (names: typeof MODE_NAMES) => names[source.mode][frame.language];
  return (
    <Facts
      facts={[
        [words.id, <code>{source.id}</code>],
        [SOURCE_SETTINGS.mode.label[frame.language], `${modeIn(MODE_NAMES)}: ${modeIn(MODE_MEANINGS)}`],
        [words.lastMessage, lastMessageAt ? at(lastMessageAt) : SET_UP_WORDS[frame.language].never],
        [words.state, paused ? `${state}: ${paused.reason}` : state],
      ]}
    />
  );
}

interface RefusalsProps extends SourceProps {
  readonly lastMessageAt: Date | null;
  readonly refusals: Awaited<ReturnType<typeof readRefusals>>;
  /** The position of the first one that is shown. */
  readonly first: number;
  readonly count: number;
}

function Refusals({ setUp: { frame, authority }, source, lastMessageAt, refusals, first, count }: RefusalsProps) {
  const words = SOURCES_WORDS[frame.language];
  const when = { timeZone: authority.timeZone, language: frame.language };
  const labels = [words.at, words.why, words.where, words.format];
  const from = (refusal?: string) => hrefOf(`${SOURCES_PATH}/${source.id}`, authority, { refusal });
  const older = first + count;
  const rows = refusals
    .slice(first, older)
    .map(({ at, code, pointer, format }) => [
      <Moment at={at} {...when} />,
      codeText(code, frame.language),
      pointer === '' ? words.whole : <code>{pointer}</code>,
      FORMATS[format] ?? format,
    ]);
  if (rows.length === 0)
    return (
      <section id="refusals">
        <h2>{words.refusals}</h2>
        <Empty>{lastMessageAt ? words.refusalsEmpty : words.nothingReceived}</Empty>
      </section>
    );
  return (
    <section id="refusals" tabindex={-1}>
      <DataTable caption={words.refusals} columns={labels.map((label) => ({ label }))} rows={rows} />
      <p class="lead">{words.refusalsLead}</p>
      <ListLinks
        to="refusals"
        back={[words.newestRefusals, first > 0 && from()]}
        onward={[words.olderRefusals, older < refusals.length && from(String(older))]}
      />
    </section>
  );
}

function Addresses({ setUp: { frame }, source, publicUrl }: SourceProps & { readonly publicUrl: string }) {
  const words = SOURCES_WORDS[frame.language];
  const at = (path: string) => <code class="secret">{`${publicUrl}/v1/${path}`}</code>;
  return (
    <section class="card" aria-labelledby="addresses">
      <h2 id="addresses">{words.addresses}</h2>
      <p>{words.addressesLead}</p>
      <Facts
        facts={[
          ['Webhook (JSON)', at(`webhooks/${source.id}`)],
          ['HL7 FHIR', at(`fhir/${source.id}`)],
          ['HL7 v2', at(`hl7v2/${source.id}`)],
          ['CSV', at(`sources/${source.id}/imports`)],
        ]}
      />
    </section>
  );
}

const reasonText = noteText(200);

/** `POST …/pause`: stops handing over for this source, with a reason, until a time or until it is resumed. */
export async function pauseForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps, 'operator');
  const { form, source, authorityId, actor } = sent;
  const typed = { reason: fieldOf(form, 'reason'), until: fieldOf(form, 'until') };
  const seen = fieldOf(form, 'seen');
  const words = SOURCES_WORDS[c.var.language];
  const reason = reasonText.safeParse(typed.reason);
  const until = typed.until === '' ? null : await readLocalMoment(deps, authorityId, typed.until);
  const now = deps.now();
  const pause = { at: now, until: until ?? null, reason: reason.data ?? '' };
  const isOver = until === undefined || !inForce(pause, now);
  if (!reason.success || isOver) {
    const ofReason = reason.success ? {} : { reason: words.reasonWrong };
    const faults = {
      ...ofReason,
      ...(isOver && { until: until === undefined ? DAY_WORDS[c.var.language].timedFault : words.untilWrong }),
    };
    return sourcePage(c, deps, { ...typed, faults, seen }, authorityId);
  }
  const request = { authorityId, sourceId: source.id, actor, pause, seen: seenPause(seen, source.id) };
  const other = await changePauseAsSeen(deps, request, () => pauseSending(deps, request, now));
  if (other !== undefined) {
    const { timeZone } = await readAuthority(deps, authorityId);
    const faults = { reason: pauseChangedMeanwhile(other, timeZone, c.var.language) };
    return sourcePage(c, deps, { ...typed, faults }, authorityId);
  }
  return backToSource(c, sent, 'paused');
}

/** `POST …/resume`: lifts the pause of this source; one of the whole authority stays. */
export async function resumeForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const sent = await readSourceForm(c, deps, 'operator');
  const { form, source, authorityId, actor } = sent;
  const request = { authorityId, sourceId: source.id, actor, seen: seenPause(fieldOf(form, 'seen'), source.id) };
  const other = await changePauseAsSeen(deps, request, () => resumeSending(deps, request, deps.now()));
  // Where no pause is in force any more, nothing is left to lift.
  if (other) {
    const { timeZone } = await readAuthority(deps, authorityId);
    return sourcePage(c, deps, { again: pausedAgain(other, timeZone, c.var.language) }, authorityId);
  }
  return backToSource(c, sent, 'resumed');
}
