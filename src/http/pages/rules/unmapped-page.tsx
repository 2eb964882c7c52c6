import type { Context } from 'hono';
import { STATUSES } from '../../../domain/appointment.ts';
import { notFound, Problem } from '../../../domain/errors.ts';
import { readUnmapped } from '../../../staff/sources/findings.ts';
import { mapValue } from '../../../staff/sources/map-value.ts';
import { readSources } from '../../../staff/sources/sources.ts';
import type { HttpEnv } from '../../env.ts';
import { printedText } from '../../schemas/text.ts';
import { page } from '../document.tsx';
import { ActionForm, DataTable, Done, Empty, Moment } from '../elements.tsx';
import { Field, SelectField } from '../fields.tsx';
import { fieldOf } from '../forms.ts';
import { mayWholeOnPage, noAuthority, type PagesDeps, readerOfPage, readFrame, requireWholeOnPage } from '../frame.tsx';
import type { Frame } from '../layout.tsx';
import { doneHref } from '../navigation.ts';
import { appointmentWords } from '../state-words.ts';
import { RulesFrame } from './frame.tsx';
import { MOST_SOURCES } from './pause-page.tsx';
import { RULES_WORDS, type RulesWords } from './words.ts';

const PATH = '/admin/rules/unmapped';
/** Characters of the id of a source. */
const MOST_ID = 63;

type Unmapped = Awaited<ReturnType<typeof readUnmapped>>[number];

/** The text for a code that was refused. */
interface Refused {
  readonly authorityId: string;
  readonly source: string;
  readonly value: string;
  readonly typed: string;
}

/** `GET /admin/rules/unmapped`: the codes that are not known, of every source, each with what it may mean. */
export async function unmappedPage(c: Context<HttpEnv>, deps: PagesDeps, refused?: Refused): Promise<Response> {
  const words = RULES_WORDS[c.var.language];
  const choice = {
    ...{ title: words.sections.unmapped.title, current: 'rules' as const },
    ...(refused && { authorityId: refused.authorityId }),
  };
  const { frame, authority } = await readFrame(c, deps, choice);
  if (!authority) return noAuthority(c, frame);
  // A code tells nothing of the department that it came from.
  const limited = Boolean(readerOfPage(c, authority).departments);
  const sources = limited ? [] : await readSources(deps, authority.id, { after: null, limit: MOST_SOURCES });
  const lists: { readonly id: string; readonly name: string; readonly codes: readonly Unmapped[] }[] = [];
  for (const { id, name } of sources) {
    const codes = await readUnmapped(deps, authority.id, id);
    if (codes.length > 0) lists.push({ id, name, codes });
  }
  const maps = mayWholeOnPage(c, authority, 'administrator');
  const { tools } = words;
  const done = tools.mapDone[c.req.query('done') ?? ''];
  // The answer stands where the work was, unless nothing is left there.
  const at = lists.find(({ id }) => id === c.req.query('source'))?.id;
  return page(
    c,
    <RulesFrame frame={frame} page="unmapped" done={at === undefined ? done : undefined}>
      {!maps && <p>{tools.administratorsOnly}</p>}
      {lists.length === 0 && <Empty>{limited ? tools.unmappedLimited : noneOf(tools, sources)}</Empty>}
      {lists.map(({ id, name, codes }) => (
        <>
          {id === at && <Done text={done} />}
          <DataTable
            caption={name}
            columns={[{ label: tools.code }, { label: tools.seen }, { label: tools.meaning }]}
            rows={codes.map((code, nth) => [
              <>
                {tools.unmappedFields[code.field]}: <code>{code.value}</code>
              </>,
              <Moment at={code.lastAt} timeZone={authority.timeZone} language={frame.language} />,
              <MapCode {...{ frame, words, source: id, code, maps, refused }} id={`${id}-${nth}`} />,
            ])}
          />
        </>
      ))}
    </RulesFrame>,
    refused ? 422 : 200,
  );
}

function noneOf(tools: RulesWords['tools'], sources: readonly unknown[]): string {
  return sources.length === 0 ? tools.noSources : tools.unmappedNone;
}

interface MapCodeProps {
  readonly frame: Frame;
  readonly words: RulesWords;
  readonly source: string;
  readonly code: Unmapped;
  readonly maps: boolean;
  readonly id: string;
  readonly refused: Refused | undefined;
}

function MapCode({ frame, words: { tools }, source, code: { field, value }, maps, id, refused }: MapCodeProps) {
  if (field === 'start') return tools.startHint;
  if (!maps) return '';
  const statuses = STATUSES.map((status) => [status, appointmentWords(frame.language, status).label] as const);
  const label = field === 'status' ? tools.means(value) : tools.printAs(value);
  const typed = refused?.source === source && refused.value === value ? refused.typed : undefined;
  const faults = typed === undefined ? undefined : { [`to-${id}`]: field === 'status' ? tools.choose : tools.mapText };
  return (
    <ActionForm frame={frame} action={PATH}>
      <input type="hidden" name="source" value={source} />
      <input type="hidden" name="field" value={field} />
      <input type="hidden" name="value" value={value} />
      <div class="row">
        {field === 'status' ? (
          <SelectField
            {...{ id: `to-${id}`, name: 'to', label, faults, required: true }}
            options={[['', tools.choose], ...statuses, ['ignore', tools.ignore]]}
          />
        ) : (
          <Field
            {...{ id: `to-${id}`, name: 'to', label, value: typed, faults, required: true, more: { maxlength: 60 } }}
          />
        )}
        <button class="plain" type="submit">
          {tools.map}
        </button>
      </div>
    </ActionForm>
  );
}

/** `POST /admin/rules/unmapped`: what a code means, from now on. */
export async function mapForm(c: Context<HttpEnv>, deps: PagesDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const actor = requireWholeOnPage(c, deps, authorityId, 'administrator').name;
  const [sourceId, field, value] = [fieldOf(form, 'source'), fieldOf(form, 'field'), fieldOf(form, 'value')];
  if (field !== 'status' && field !== 'location') throw notFound('code');
  const back = (done: string) =>
    c.redirect(doneHref(PATH, { id: authorityId }, { done, source: sourceId.slice(0, MOST_ID) }), 303);
  const typed = fieldOf(form, 'to');
  const to = readMeaning(field, typed);
  if (to === null) return unmappedPage(c, deps, { authorityId, source: sourceId, value, typed });
  try {
    await mapValue(deps, { authorityId, sourceId, field, value, to, actor }, deps.now());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'full') return back('full');
    if (error.status === 404 && error.message.includes('code')) return back('gone');
    throw error;
  }
  return back('mapped');
}

function readMeaning(field: 'status' | 'location', to: string): string | null {
  if (field === 'status') return [...STATUSES, 'ignore'].find((status) => status === to) ?? null;
  return printedText(60).safeParse(to).data ?? null;
}
