import { STATUSES } from '../../domain/appointment.ts';
import type { Authority } from '../../domain/authority.ts';
import { notFound, Problem } from '../../domain/errors.ts';
import { may } from '../../domain/people/access.ts';
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
import { useFrame } from '../kit/context.tsx';
import { authorityPage } from '../kit/declared/declare.tsx';
import { type FormField, form, type Typed } from '../kit/declared/form.tsx';
import { ActionForm, DataTable, Done, Empty, Hidden, Moment } from '../kit/elements.tsx';
import { Field, SelectField } from '../kit/fields.tsx';
import { Results } from '../kit/filter-form.tsx';
import type { PagesDeps } from '../kit/frame.tsx';
import { hrefOf } from '../kit/navigation.ts';
import { firstRows } from '../kit/responses/first-rows.ts';
import { ListLinks } from '../kit/responses/list-links.tsx';
import { positionIn } from '../kit/responses/position.ts';
import { CODE_WORDS, statusNames } from '../settings/codes.tsx';
import { DRY_RUN_WORDS } from './dry-run-words.ts';
import { PATHS, RULES, RulesHead, titleOf } from './frame.tsx';
import { UNMAPPED_WORDS } from './unmapped-words.ts';
import { RULES_WORDS } from './words.ts';

type UnmappedDeps = PagesDeps & ReceiverAccess;

const PATH = PATHS.unmapped;
/** Characters of the id of a source. */
const MOST_ID = 63;

/** Codes on a page, at most. */
const MOST_CODES = 50;

const HIDDEN: FormField = { label: '', type: 'hidden' };

/** Says what a code means, from now on. */
const MAP = form<UnmappedDeps>()({
  path: PATH,
  right: 'whole-administrator',
  title: (language) => RULES_WORDS[language].sections.unmapped.title,
  button: (language) => UNMAPPED_WORDS[language].map,
  fields: (language, { typed }) => {
    const { means, printAs } = CODE_WORDS[language];
    const code = typed('value');
    const isStatus = typed('field') === 'status';
    const to: FormField = isStatus
      ? { label: means(code), options: Object.entries(statusNames(language)) }
      : { label: printAs(code) };
    return { source: { label: DRY_RUN_WORDS[language].source }, field: HIDDEN, value: HIDDEN, first: HIDDEN, to };
  },
  submit: async ({ deps, authorityId, reader }, _, { source: sourceId, field, value, first, to: typed }) => {
    if (field !== 'status' && field !== 'location') throw notFound('code');
    const code = positionIn(first) > 0 ? first : undefined;
    const back = (done: string) => ({ query: { done, source: sourceId.slice(0, MOST_ID), code } });
    const to = readTarget(field, typed);
    // The sentence is that of the field: the page has a form for each code.
    if (to === null) return { faults: {} };
    // The settings of a source with a key that their schema refuses could not be saved any more.
    if (!wordKey.safeParse(value).success) return back('refused');
    try {
      await mapValue(deps, { authorityId, sourceId, field, value, to, actor: reader.name }, deps.now());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'full') return back('full');
      if (error.status === 404 && error.message.includes('code')) return back('gone');
      throw error;
    }
    await deps.receiver.releaseMapped(sourceId);
    return back('mapped');
  },
});

/** `/admin/rules/unmapped`: the codes that are not known, source by source, each with what it may mean. */
export const UNMAPPED_PAGE = authorityPage<UnmappedDeps>({
  path: PATH,
  right: 'viewer',
  menu: RULES,
  title: titleOf('unmapped'),
  forms: [MAP],
  view: async ({ c, deps, frame, authority, reader, language }) => {
    const words = UNMAPPED_WORDS[language];
    const refused = frame.refused?.typed;
    // Which department a code came from is not stored: a person of some departments only sees none.
    const limited = Boolean(reader.departments);
    const sources = limited ? [] : await readSourcesWithUnmapped(deps, authority.id);
    // The code itself is never put into an address, since it may tell of one patient.
    const first = positionIn(refused?.first ?? c.req.query('code'));
    const codes = await readUnmappedOf(deps, authority.id, sources, { skip: first, limit: MOST_CODES + 1 });
    const any = codes.length > 0 || (await hasSources(deps, authority.id));
    const { done, source } = c.req.query();
    // The last code of this page may just have been mapped; the list before it need not be empty.
    if (codes.length === 0 && first > 0) return c.redirect(hrefOf(PATH, authority, { done }), 303);
    const maps = may(c.var.visitor, 'whole-administrator', authority.id);
    const doneText = words.mapDone[done ?? ''];
    // The message is shown beside the source that was worked on, unless no code of it is left.
    const at = codes.find(({ sourceId }) => sourceId === source)?.sourceId;
    const props = { authority, sources, maps, refused, first, at, doneText };
    const body = (count: number) => (
      <>
        <RulesHead page="unmapped" done={at === undefined ? doneText : undefined} />
        {!maps && <p>{words.administratorsOnly}</p>}
        {codes.length === 0 && <NoCodes limited={limited} any={any} />}
        <Codes {...props} {...firstRows(codes, count, (code) => isRefused(code, refused))} />
      </>
    );
    return { ownHeading: true, rows: Math.min(codes.length, MOST_CODES), body };
  },
});

interface CodesProps {
  readonly authority: Authority;
  readonly sources: readonly ManagedSource[];
  readonly rows: readonly SourceUnmapped[];
  /** The one that the next page goes on behind; undefined: there are no more. */
  readonly last: SourceUnmapped | undefined;
  /** The number of codes that stand one after the other in the list of all. */
  readonly count: number;
  readonly maps: boolean;
  readonly refused: Typed | undefined;
  /** The position of the first code of the page. */
  readonly first: number;
  /** The source that a form was about. */
  readonly at: string | undefined;
  /** The sentence that says what it did. */
  readonly doneText: string | undefined;
}

/** A part of the list, a table for each source. */
function Codes({ sources, rows, last, count, at, doneText, ...props }: CodesProps) {
  const { authority, first } = props;
  const { language } = useFrame();
  const words = UNMAPPED_WORDS[language];
  const columns = [
    ...[words.code, words.seen].map((label) => ({ label })),
    ...(props.maps ? [{ label: words.meaning, saidByCells: true as const }] : []),
  ];
  const lists = sources.map(({ id, name }) => ({ id, name, of: rows.filter(({ sourceId }) => sourceId === id) }));
  return (
    <Results>
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
                  <Moment at={code.lastAt} timeZone={authority.timeZone} language={language} />,
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

function isRefused({ sourceId, value }: SourceUnmapped, refused: Typed | undefined): boolean {
  return refused?.source === sourceId && refused.value === value;
}

/** The sentence in place of the list: why it is empty, or shown to others alone. */
function NoCodes({
  limited,
  any,
}: {
  readonly limited: boolean;
  /** The authority has sources. */
  readonly any: boolean;
}) {
  const words = UNMAPPED_WORDS[useFrame().language];
  if (limited) return <Empty>{words.unmappedLimited}</Empty>;
  return any ? <Empty>{words.unmappedNone}</Empty> : <NoSources />;
}

interface MapCodeProps extends Pick<CodesProps, 'refused' | 'first'> {
  readonly code: SourceUnmapped;
  readonly id: string;
}

function MapCode({ code, id, refused, first }: MapCodeProps) {
  const { language } = useFrame();
  const words = UNMAPPED_WORDS[language];
  const { field, value, sourceId: source } = code;
  if (field === 'start') return words.startHint;
  const codeWords = CODE_WORDS[language];
  const label = field === 'status' ? codeWords.means(value) : codeWords.printAs(value);
  const typed = isRefused(code, refused) ? refused?.to : undefined;
  const faults = typed === undefined ? undefined : { [`to-${id}`]: field === 'status' ? words.choose : words.mapText };
  return (
    <ActionForm action={PATH}>
      <Hidden fields={{ source, field, value, ...(first > 0 && { first: String(first) }) }} />
      <div class="row">
        {field === 'status' ? (
          <SelectField
            id={`to-${id}`}
            name="to"
            label={label}
            faults={faults}
            required
            options={[['', words.choose], ...Object.entries(statusNames(language))]}
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

function readTarget(field: 'status' | 'location', to: string): string | null {
  if (field === 'status') return [...STATUSES, 'ignore'].find((status) => status === to) ?? null;
  return printedPlaceText.safeParse(to).data ?? null;
}
