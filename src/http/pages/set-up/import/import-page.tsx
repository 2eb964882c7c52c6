import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { Problem } from '../../../../domain/errors.ts';
import { errorFileOf, type FileSummary, importFile } from '../../../../sources/csv-file.ts';
import type { Receiver } from '../../../../sources/receive.ts';
import { noteImport } from '../../../../staff/sources/note-import.ts';
import { readSource, sourcesToChoose } from '../../../../staff/sources/sources.ts';
import type { HttpEnv } from '../../../env.ts';
import { Fault, page } from '../../document.tsx';
import { ActionForm, Empty } from '../../elements.tsx';
import { type Faults, Field, SelectField } from '../../fields.tsx';
import { ChoiceField, type ChoiceOptions, chosenOf, namedApart, readOneChoice } from '../../find/choice.tsx';
import { fieldOf, ownForm } from '../../forms.ts';
import type { PagesDeps } from '../../frame.tsx';
import { pagesGuard } from '../../kept/guard.ts';
import { LOCALES } from '../../language.ts';
import { hrefOf } from '../../navigation.ts';
import { attach } from '../../responses/attach.ts';
import { htmlOf, MOST_HTML } from '../../responses/fitting-page.ts';
import { codeText } from '../../states/fault-words.ts';
import { openSetUp, requireSetUp, type SetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { SOURCES_WORDS } from '../sources/words.ts';
import { openRows, sealRows } from './refused-rows.ts';
import { RefusedRows, Result } from './result.tsx';
import { IMPORT_WORDS } from './words.ts';

/** The dependencies of the import of files. */
export interface ImportPageDeps extends PagesDeps {
  readonly receiver: Receiver;
}

const PATH = setUpPath('import');
const ROWS_PATH = `${PATH}/refused-rows`;
const MODES = ['try', 'import', 'errors'] as const;
/** Where the page goes on once rows are read. */
const HERE = '<!-- rows -->';
/** The form that gets the refused rows, without them. */
const BYTES_OF_FORM = 2_000;

/** Adds `/admin/set-up/import`. */
export function importPages(routes: OpenAPIHono<HttpEnv>, deps: ImportPageDeps): void {
  const guard = pagesGuard(deps);
  routes.get(PATH, guard, (c) => importPage(c, deps, { typed: askedIn(c) }));
  routes.post(PATH, guard, ownForm(deps), (c) => importForm(c, deps));
  routes.post(ROWS_PATH, guard, ownForm(deps), (c) => refusedRowsForm(c, deps));
}

interface Shown {
  readonly typed?: { readonly source: string; readonly mode: string };
  readonly faults?: Faults;
  readonly fault?: string;
  readonly authorityId?: string;
}

/** The choices that the page of a trial leads on with. */
function askedIn(c: Context<HttpEnv>): NonNullable<Shown['typed']> {
  return { source: c.req.query('source') ?? '', mode: c.req.query('mode') ?? 'try' };
}

async function importPage(
  c: Context<HttpEnv>,
  deps: ImportPageDeps,
  { typed, faults, fault, authorityId }: Shown,
): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'import', authorityId);
  if (setUp instanceof Response) return setUp;
  const words = IMPORT_WORDS[c.var.language];
  const sources = namedApart(await sourcesToChoose(deps, setUp.authority.id));
  return page(
    c,
    <SetUpPage setUp={setUp}>
      <Fault text={fault} />
      <p class="lead">{words.lead}</p>
      <p class="lead">{words.columns}</p>
      {sources.length === 0 ? (
        <Empty>
          {words.noSource}{' '}
          <a href={hrefOf(setUpPath('sources'), setUp.authority)}>{SOURCES_WORDS[c.var.language].make}</a>
        </Empty>
      ) : (
        <UploadForm setUp={setUp} sources={sources} typed={typed} faults={faults} />
      )}
    </SetUpPage>,
    fault !== undefined || faults ? 422 : 200,
  );
}

function UploadForm({
  setUp: { frame },
  sources,
  typed,
  faults,
}: {
  readonly setUp: SetUp;
  readonly sources: ChoiceOptions;
  readonly typed: Shown['typed'];
  readonly faults: Faults | undefined;
}) {
  const words = IMPORT_WORDS[frame.language];
  return (
    <section class="card">
      <ActionForm frame={frame} action={PATH} multipart>
        <ChoiceField
          {...{ id: 'source', label: words.source, hint: words.sourceHint, options: sources, faults }}
          {...{ value: typed?.source ?? '', language: frame.language }}
        />
        <Field
          {...{ id: 'file', type: 'file', label: words.file, hint: words.fileHint, faults }}
          more={{ accept: '.csv,.txt,.tsv,text/csv,text/plain' }}
          required
        />
        <SelectField
          {...{ id: 'mode', label: words.what, value: typed?.mode ?? 'try' }}
          options={MODES.map((mode) => [mode, words.modes[mode]] as const)}
        />
        <button type="submit">{words.start}</button>
      </ActionForm>
    </section>
  );
}

async function importForm(c: Context<HttpEnv>, deps: ImportPageDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const { name: actor } = requireSetUp(c, deps, authorityId);
  const { file } = form;
  const words = IMPORT_WORDS[c.var.language];
  const { source, fault } = await readChosenSource(c, deps, authorityId, form);
  const typed = { source, mode: fieldOf(form, 'mode') };
  const sourceFault = fault === null ? {} : { source: fault };
  if (!(file instanceof File) || file.size === 0)
    return importPage(c, deps, { typed, faults: { ...sourceFault, file: words.fileMissing }, authorityId });
  if (fault !== null) return importPage(c, deps, { typed, faults: sourceFault, authorityId });
  const { id } = await readSource(deps, authorityId, source);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const dryRun = typed.mode !== 'import';
  const upload = { sourceId: id, bytes, language: c.var.language, dryRun, requestId: c.var.requestId };
  const run = async (onRows: (done: number, all: number) => Promise<void>) => {
    const summary = await importFile(deps.receiver, upload, onRows);
    if (typeof summary === 'object' && !dryRun)
      await noteImport(deps, { authorityId, id, actor }, countsOf(summary), deps.now());
    return summary;
  };
  if (typed.mode !== 'errors') return progressPage(c, deps, { authorityId, source: id, dryRun, run });
  const summary = await run(async () => {}).catch(refusalOf);
  if (summary instanceof Problem || typeof summary === 'string')
    return importPage(c, deps, { typed, fault: faultText(c, summary), authorityId });
  return attach(c, words.errorFile(id), 'text/csv', errorFileOf(summary));
}

/** The booking system of a form: its id, or what was typed in place of a name, with its fault. */
async function readChosenSource(
  c: Context<HttpEnv>,
  deps: ImportPageDeps,
  authorityId: string,
  form: Record<string, unknown>,
): Promise<{ readonly source: string; readonly fault: string | null }> {
  const chosen = chosenOf(form, 'source');
  const options = namedApart(await sourcesToChoose(deps, authorityId));
  const { value: source, fault } = readOneChoice(options, chosen, c.var.language);
  const isEmpty = chosen.typed !== undefined && source === '';
  return { source, fault: isEmpty ? IMPORT_WORDS[c.var.language].sourceMissing : fault };
}

/** `POST …/refused-rows`: the refused rows of the page that told of them, as a file. */
async function refusedRowsForm(c: Context<HttpEnv>, deps: ImportPageDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  requireSetUp(c, deps, authorityId);
  const owner = { personId: c.var.visitor.personId, authorityId };
  const rows = openRows(deps, owner, fieldOf(form, 'rows'));
  if (rows) return attach(c, IMPORT_WORDS[c.var.language].errorFile(rows.source), 'text/csv', rows.file);
  return importPage(c, deps, { fault: IMPORT_WORDS[c.var.language].faults.tooOld, authorityId });
}

const countsOf = ({ rows, accepted, refused }: FileSummary) => ({ rows, accepted, refused });

/** A refusal that the page tells. @throws whatever else it is */
function refusalOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

function faultText(c: Context<HttpEnv>, refused: Problem | 'not_text' | 'empty'): string {
  const { faults } = IMPORT_WORDS[c.var.language];
  if (typeof refused === 'string') return faults[refused];
  if (refused.status !== 422) return faults.stopped;
  const [fault] = refused.faults;
  const isCode = c.var.language === 'da' && !fault;
  return `${faults.refused} ${isCode ? codeText(refused.code, 'da') : refused.message}`;
}

interface Run {
  readonly authorityId: string;
  readonly source: string;
  readonly dryRun: boolean;
  readonly run: (onRows: (done: number, all: number) => Promise<void>) => Promise<FileSummary | 'not_text' | 'empty'>;
}

/** A page that comes as rows are done: the browser shows how far the import is, without a script. */
async function progressPage(
  c: Context<HttpEnv>,
  deps: ImportPageDeps,
  { authorityId, source, dryRun, run }: Run,
): Promise<Response> {
  const setUp = await openSetUp(c, deps, 'import', authorityId);
  if (setUp instanceof Response) return setUp;
  const { language } = c.var;
  const words = IMPORT_WORDS[language];
  const whole = await page(
    c,
    <SetUpPage setUp={setUp}>
      <div dangerouslySetInnerHTML={{ __html: HERE }} />
      <p>
        <a class="button plain" href={hrefOf(PATH, setUp.authority, dryRun ? { source, mode: 'import' } : { source })}>
          {words.again}
        </a>
      </p>
    </SetUpPage>,
  );
  const [before = '', after = ''] = (await whole.text()).split(HERE);
  const number = new Intl.NumberFormat(LOCALES[language]);
  c.header('Content-Type', 'text/html; charset=utf-8');
  // A proxy that waits for the whole page would show nothing of the progress.
  c.header('X-Accel-Buffering', 'no');
  return stream(c, async (out) => {
    let written = 0;
    const write = async (html: string) => {
      written += Buffer.byteLength(html);
      await out.write(html);
    };
    await write(`${before}<p class="running">${words.running}</p><ol class="plain-list">`);
    const summary = await run(async (done, all) => {
      await write(`<li>${words.progress(number.format(done), number.format(all))}</li>`);
    }).catch((error: unknown) => (error instanceof Problem ? error : new Problem(503, 'stopped', '')));
    await write('</ol>');
    if (typeof summary === 'string' || summary instanceof Problem) {
      await write(`${await (<Fault text={faultText(c, summary)} />)}${after}`);
      return;
    }
    const result = await htmlOf(<Result summary={summary} dryRun={dryRun} language={language} />);
    await write(result);
    const most = MOST_HTML - written - Buffer.byteLength(after) - BYTES_OF_FORM;
    const rows = { summary, source, most };
    const kept = sealRows(deps, { personId: c.var.visitor.personId, authorityId }, rows);
    await write(await htmlOf(<RefusedRows {...{ frame: setUp.frame, action: ROWS_PATH, summary }} {...kept} />));
    await out.write(after);
  });
}
