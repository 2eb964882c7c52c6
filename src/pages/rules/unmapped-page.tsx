import type { Context } from 'hono';
import { STATUSES } from '../../domain/appointment.ts';
import type { Authority } from '../../domain/authority.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
import { requireRight } from '../../http/authorize.ts';
import type { HttpEnv } from '../../http/env.ts';
import { wordKey } from '../../http/schemas/json-mapping.ts';
import { MOST_PLACE_CHARACTERS, printedPlaceText } from '../../http/schemas/text.ts';
import type { ReceiverAccess } from '../../http/sources/source-request.ts';
import {
  mapValue,
  readSourcesWithUnmapped,
  readUnmappedOf,
  type SourceUnmapped,
} from '../../staff/sources/findings.ts';
import { hasSources, type ManagedSource } from '../../staff/sources/sources.ts';
import { NoSources } from '../find/no-sources.tsx';
import type { Frame } from '../kit/context.tsx';
import { ActionForm, DataTable, Done, Empty, Moment } from '../kit/elements.tsx';
import { Field, SelectField } from '../kit/fields.tsx';
import { Results } from '../kit/filter-form.tsx';
import { fieldOf } from '../kit/forms.ts';
import { noAuthority, type PagesDeps, readFrame } from '../kit/frame.tsx';
import { doneHref, hrefOf } from '../kit/navigation.ts';
import { firstRows } from '../kit/responses/first-rows.ts';
import { fittingPage } from '../kit/responses/fitting-page.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { positionIn } from '../kit/responses/position.ts';
import { CODE_WORDS, statusNames } from '../settings/codes.tsx';
import { RULES, RulesFrame } from './frame.tsx';
import { UNMAPPED_WORDS, type UnmappedWords } from './unmapped-words.ts';
import { RULES_WORDS } from './words.ts';

const PATH = '/admin/rules/unmapped';
/** Characters of the id of a source. */
const MOST_ID = 63;

/** Codes on a page, at most. */
const MOST_CODES = 50;

/** The text for a code that was refused. */
interface Refused {
  readonly authorityId: string;
  readonly source: string;
  readonly value: string;
  readonly typed: string;
  /** The position of the first code of the page that its form stood in. */
  readonly first: string;
}

/** `GET /admin/rules/unmapped`: the codes that are not known, source by source, each with what it may mean. */
export async function unmappedPage(c: Context<HttpEnv>, deps: PagesDeps, refused?: Refused): Promise<Response> {
  const words = UNMAPPED_WORDS[c.var.language];
  const choice = {
    title: RULES_WORDS[c.var.language].sections.unmapped.title,
    current: RULES,
    ...(refused && { authorityId: refused.authorityId }),
  };
  const { frame, authority } = await readFrame(c, deps, choice);
  if (!authority) return noAuthority(c, frame);
  // Which department a code came from is not stored: a person of some departments only sees none.
  const limited = Boolean(requireRight(c, deps, 'viewer', authority.id).departments);
  const sources = limited ? [] : await readSourcesWithUnmapped(deps, authority.id);
  // The code itself is never put into an address, since it may tell of one patient.
  const first = positionIn(refused?.first ?? c.req.query('code'));
  const asked = { skip: first, limit: MOST_CODES + 1 };
  const codes = await readUnmappedOf(deps, authority.id, sources, asked);
  const any = codes.length > 0 || (await hasSources(deps, authority.id));
  const done = c.req.query('done');
  // The last code of this page may just have been mapped; the list before it need not be empty.
  if (codes.length === 0 && first > 0) return c.redirect(hrefOf(PATH, authority, { done }), 303);
  const maps = may(c.var.visitor, 'whole-administrator', authority.id);
  const doneText = words.mapDone[done ?? ''];
  // The message is shown beside the source that was worked on, unless no code of it is left.
  const at = codes.find(({ sourceId }) => sourceId === c.req.query('source'))?.sourceId;
  const props = { frame, authority, words, sources, maps, refused, first, at, doneText };
  const page = (count: number) => firstRows(codes, count, (code) => isRefused(code, refused));
  const render = (count: number) => (
    <RulesFrame frame={frame} page="unmapped" done={at === undefined ? doneText : undefined}>
      {!maps && <p>{words.administratorsOnly}</p>}
      {codes.length === 0 && <NoCodes words={words} limited={limited} any={any} />}
      <Codes {...props} {...page(count)} />
    </RulesFrame>
  );
  return fittingPage(c, Math.min(codes.length, MOST_CODES), render, refused ? 422 : 200);
}

interface CodesProps {
  readonly frame: Frame;
  readonly authority: Authority;
  readonly words: UnmappedWords;
  readonly sources: readonly ManagedSource[];
  readonly rows: readonly SourceUnmapped[];
  /** The one that the next page goes on behind; undefined: there are no more. */
  readonly last: SourceUnmapped | undefined;
  /** The number of codes that stand one after the other in the list of all. */
  readonly count: number;
  readonly maps: boolean;
  readonly refused: Refused | undefined;
  /** The position of the first code of the page. */
  readonly first: number;
  /** The source that a form was about. */
  readonly at: string | undefined;
  /** The sentence that says what it did. */
  readonly doneText: string | undefined;
}

/** A part of the list, a table for each source. */
function Codes({ sources, rows, last, count, at, doneText, ...props }: CodesProps) {
  const { frame, authority, words, first } = props;
  const columns = [
    ...[words.code, words.seen].map((label) => ({ label })),
    ...(props.maps ? [{ label: words.meaning, saidByCells: true as const }] : []),
  ];
  const lists = sources.map(({ id, name }) => ({ id, name, of: rows.filter(({ sourceId }) => sourceId === id) }));
  return (
    <Results refused={props.refused !== undefined}>
      {lists.map(
        ({ id, name, of }) =>
          of.length > 0 && (
            <>
              {id === at && <Done text={doneText} />}
              <DataTable
                caption={name}
                columns={columns}
                rows={of.map((code, nth) => [
                  <>
                    {words.unmappedFields[code.field]}: <code>{code.value}</code>
                  </>,
                  <Moment at={code.lastAt} timeZone={authority.timeZone} language={frame.language} />,
                  ...(props.maps ? [<MapCode {...props} code={code} id={`${code.sourceId}-${nth}`} />] : []),
                ])}
              />
            </>
          ),
      )}
      <ListLinks
        back={[words.firstCodes, first > 0 && hrefOf(PATH, authority)]}
        onward={[words.moreCodes, last && hrefOf(PATH, authority, { code: String(first + count) })]}
      />
    </Results>
  );
}

function isRefused({ sourceId, value }: SourceUnmapped, refused: Refused | undefined): boolean {
  return refused?.source === sourceId && refused.value === value;
}

/** The sentence in place of the list: why it is empty, or shown to others alone. */
function NoCodes({
  words,
  limited,
  any,
}: {
  readonly words: UnmappedWords;
  readonly limited: boolean;
  /** The authority has sources. */
  readonly any: boolean;
}) {
  if (limited) return <Empty>{words.unmappedLimited}</Empty>;
  return any ? <Empty>{words.unmappedNone}</Empty> : <NoSources />;
}

interface MapCodeProps {
  readonly frame: Frame;
  readonly words: UnmappedWords;
  readonly code: SourceUnmapped;
  readonly id: string;
  readonly refused: Refused | undefined;
  readonly first: number;
}

function MapCode({ frame, words, code, id, refused, first }: MapCodeProps) {
  const { field, value, sourceId: source } = code;
  if (field === 'start') return words.startHint;
  const codeWords = CODE_WORDS[frame.language];
  const label = field === 'status' ? codeWords.means(value) : codeWords.printAs(value);
  const typed = isRefused(code, refused) ? refused?.typed : undefined;
  const faults = typed === undefined ? undefined : { [`to-${id}`]: field === 'status' ? words.choose : words.mapText };
  return (
    <ActionForm action={PATH}>
      <input type="hidden" name="source" value={source} />
      <input type="hidden" name="field" value={field} />
      <input type="hidden" name="value" value={value} />
      {first > 0 && <input type="hidden" name="first" value={String(first)} />}
      <div class="row">
        {field === 'status' ? (
          <SelectField
            id={`to-${id}`}
            name="to"
            label={label}
            faults={faults}
            required
            options={[['', words.choose], ...Object.entries(statusNames(frame.language))]}
          />
        ) : (
          <Field
            id={`to-${id}`}
            name="to"
            label={label}
            value={typed ?? asWritten(value)}
            faults={faults}
            required
            more={{ maxlength: MOST_PLACE_CHARACTERS }}
          />
        )}
        <button class="plain" type="submit">
          {words.map}
        </button>
      </div>
    </ActionForm>
  );
}

/** A text of words, such as `Opgang 4, 2. sal`. A code is none: `AMB4`, `AMB4^12`, `amb-rh-4`. */
const WORDS = /^(?=.*\p{Ll}{3})(?:\p{L}+|\d+)(?:[ .,]{1,2}(?:\p{L}+|\d+))*\.?$/u;

/** The text that a booking system sent for a place, where people can read it; '' for a code, which no SMS may show. */
function asWritten(value: string): string {
  return value.length <= MOST_PLACE_CHARACTERS && WORDS.test(value) ? value : '';
}

/** `POST /admin/rules/unmapped`: what a code means, from now on. */
export async function mapForm(c: Context<HttpEnv>, deps: PagesDeps & ReceiverAccess): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const actor = requireRight(c, deps, 'whole-administrator', authorityId).name;
  const [sourceId, field, value] = [fieldOf(form, 'source'), fieldOf(form, 'field'), fieldOf(form, 'value')];
  if (field !== 'status' && field !== 'location') throw notFound('code');
  const first = fieldOf(form, 'first');
  const code = positionIn(first) > 0 ? first : undefined;
  const back = (done: string) =>
    c.redirect(doneHref(PATH, { id: authorityId }, { done, source: sourceId.slice(0, MOST_ID), code }), 303);
  const typed = fieldOf(form, 'to');
  const to = readTarget(field, typed);
  if (to === null) return unmappedPage(c, deps, { authorityId, source: sourceId, value, typed, first });
  // The settings of a source with a key that their schema refuses could not be saved any more.
  if (!wordKey.safeParse(value).success) return back('refused');
  try {
    await mapValue(deps, { authorityId, sourceId, field, value, to, actor }, deps.now());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'full') return back('full');
    if (error.status === 404 && error.message.includes('code')) return back('gone');
    throw error;
  }
  await deps.receiver.releaseMapped(sourceId);
  return back('mapped');
}

function readTarget(field: 'status' | 'location', to: string): string | null {
  if (field === 'status') return [...STATUSES, 'ignore'].find((status) => status === to) ?? null;
  return printedPlaceText.safeParse(to).data ?? null;
}
