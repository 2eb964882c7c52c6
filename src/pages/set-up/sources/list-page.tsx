import type { Context } from 'hono';
import { may } from '../../../domain/people/access.ts';
import { requireRight } from '../../../http/authorize.ts';
import { ID } from '../../../http/describe.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { readSourceSettings, sourceSettings } from '../../../http/schemas/source.ts';
import {
  isTaken,
  overviewOf,
  putSource,
  readSourceNames,
  type SourceOverview,
} from '../../../staff/sources/sources.ts';
import { ActionForm, DataTable, Empty, Moment } from '../../kit/elements.tsx';
import { Field } from '../../kit/fields.tsx';
import { Results } from '../../kit/filter-form.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { Named, PageLanguage } from '../../kit/language.ts';
import { wholeMomentText } from '../../kit/moment-text.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { readByName } from '../../kit/responses/by-name.ts';
import { fittingPage } from '../../kit/responses/fitting-page.ts';
import { NextPage } from '../../kit/responses/list-links.tsx';
import { SettingField } from '../../settings/members.tsx';
import { MODE_MEANINGS, MODE_NAMES, SOURCE_SETTINGS } from '../../settings/source.tsx';
import { StatesExplained } from '../../states/explained.tsx';
import { openSetUp, type SetUp, SetUpPage } from '../frame.tsx';
import { SET_UP_WORDS } from '../words.ts';
import { shownOnce } from './secrets.tsx';
import { SOURCES_PATH, type SourcePagesDeps, sourceState, withoutEndedPause } from './source-frame.tsx';
import { SOURCES_WORDS } from './words.ts';

/** Characters of an id for which its column has room. */
const MOST_IN_ONE_LINE = 16;

/** A new source as it was typed, with what is wrong with it. */
interface Refused {
  readonly typed: { readonly id: string; readonly name: string; readonly mode: string };
  readonly faults: Readonly<Record<string, string>>;
}

/** `GET /admin/set-up/sources`. */
export async function sourcesPage(
  c: Context<HttpEnv>,
  deps: SourcePagesDeps,
  refused: Refused | null = null,
  authorityId?: string,
): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'sources', authorityId);
  if (setUp instanceof Response) return setUp;
  const { authority, frame } = setUp;
  const words = SOURCES_WORDS[frame.language];
  // The settings of a source may be large: those of the page alone are read.
  const order = { list: `sources ${authority.id}`, nameOf: ({ name }: Named) => name };
  const sources = await readByName(c, deps, order, (part) => readSourceNames(deps, authority.id, part));
  const ids = sources.page(sources.most).items.map(({ id }) => id);
  const overview = await overviewOf(deps, authority.id, ids);
  const render = (count: number) => {
    const { nextCursor } = sources.page(count);
    return (
      <SetUpPage setUp={setUp}>
        <p class="lead">{words.lead}</p>
        <Results refused={refused !== null}>
          {overview.length === 0 ? (
            <Empty>{words.empty(may(c.var.visitor, 'whole-administrator', setUp.authority.id))}</Empty>
          ) : (
            <SourcesTable setUp={setUp} sources={overview.slice(0, count)} now={deps.now()} />
          )}
          <NextPage path={SOURCES_PATH} cursor={nextCursor} />
        </Results>
        {may(c.var.visitor, 'whole-administrator', setUp.authority.id) && <MakeCard setUp={setUp} refused={refused} />}
      </SetUpPage>
    );
  };
  return fittingPage(c, sources.most, render, refused ? 422 : 200);
}

function SourcesTable({
  setUp: { frame, authority },
  sources,
  now,
}: {
  readonly setUp: SetUp;
  readonly sources: readonly SourceOverview[];
  readonly now: Date;
}) {
  const words = SOURCES_WORDS[frame.language];
  const shared = SET_UP_WORDS[frame.language];
  const when = { timeZone: authority.timeZone, language: frame.language };
  const labels = [
    shared.name,
    words.id,
    SOURCE_SETTINGS.mode.label[frame.language],
    words.state,
    words.lastMessage,
    words.lastRefusal,
  ];
  const at = (moment: Date) => wholeMomentText(moment, authority.timeZone, frame.language);
  const rows = sources.map(({ source, lastMessageAt, lastRefusedAt }) => [
    <a href={hrefOf(`${SOURCES_PATH}/${source.id}`, authority)}>{source.name}</a>,
    <code {...(source.id.length <= MOST_IN_ONE_LINE && { class: 'whole' })}>{source.id}</code>,
    <span class="whole">{MODE_NAMES[source.mode][frame.language]}</span>,
    sourceState(withoutEndedPause(source, now), words, at),
    lastMessageAt ? <Moment at={lastMessageAt} {...when} /> : shared.never,
    lastRefusedAt ? <Moment at={lastRefusedAt} {...when} /> : words.noRefusal,
  ]);
  return (
    <>
      <DataTable quiet caption={words.list} columns={labels.map((label) => ({ label }))} rows={rows} />
      <StatesExplained
        states={sources.map(({ source: { mode } }) => ({
          label: MODE_NAMES[mode][frame.language],
          means: MODE_MEANINGS[mode][frame.language],
        }))}
      />
    </>
  );
}

function MakeCard({ setUp: { frame }, refused }: { readonly setUp: SetUp; readonly refused: Refused | null }) {
  const words = SOURCES_WORDS[frame.language];
  const typed = refused?.typed ?? { id: '', name: '', mode: 'shadow' };
  const faults = refused?.faults ?? {};
  const form = { language: frame.language, values: typed, faults, edits: true };
  return (
    <section class="card" id="make" aria-labelledby="make-title">
      <h2 id="make-title">{words.make}</h2>
      <p>{words.makeLead}</p>
      <ActionForm action={SOURCES_PATH}>
        <SettingField {...form} id="name" setting={SOURCE_SETTINGS.name} />
        <Field
          id="id"
          label={words.id}
          hint={words.idHint}
          value={typed.id}
          faults={faults}
          more={{ maxlength: 63, autocapitalize: 'none', spellcheck: 'false' }}
          required
        />
        <SettingField {...form} id="mode" setting={SOURCE_SETTINGS.mode} />
        <button type="submit">{words.make}</button>
      </ActionForm>
    </section>
  );
}

/** `POST /admin/set-up/sources`: creates a source, and shows its credentials this once. */
export async function makeSourceForm(c: Context<HttpEnv>, deps: SourcePagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const { name: actor } = requireRight(c, deps, 'whole-administrator', authorityId);
  const typed = { id: fieldOf(form, 'id').trim(), name: fieldOf(form, 'name'), mode: fieldOf(form, 'mode') };
  const body = sourceSettings.safeParse({ name: typed.name, mode: typed.mode });
  const words = SOURCES_WORDS[c.var.language];
  const faults = {
    ...(!body.success && { name: SET_UP_WORDS[c.var.language].nameWrong }),
    ...(!ID.test(typed.id) && { id: words.idWrong }),
  };
  if (!body.success || !ID.test(typed.id)) return sourcesPage(c, deps, { typed, faults }, authorityId);
  try {
    const request = { authorityId, id: typed.id, ...readSourceSettings(body.data), actor, version: 0 };
    const titleIn = (language: PageLanguage) => SOURCES_WORDS[language].done.made;
    const { secrets } = await putSource(deps, request, deps.now());
    return await shownOnce(c, deps, { authorityId, id: typed.id, name: body.data.name, titleIn }, secrets);
  } catch (error) {
    if (!isTaken(error)) throw error;
    return sourcesPage(c, deps, { typed, faults: { id: words.idTaken } }, authorityId);
  }
}
