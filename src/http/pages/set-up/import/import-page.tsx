import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { stream } from 'hono/streaming';
import { Problem } from '../../../../domain/errors.ts';
import { errorFileOf, type FileSummary, importFile } from '../../../../sources/csv-file.ts';
import type { Receiver } from '../../../../sources/receive.ts';
import { noteImport } from '../../../../staff/sources/note-import.ts';
import { readSource, sourcesToChoose } from '../../../../staff/sources/sources.ts';
import type { HttpEnv } from '../../../env.ts';
import { Fault, page } from '../../document.tsx';
import { Empty } from '../../elements.tsx';
import type { Faults } from '../../fields.tsx';
import { chosenOf, namedApart, readOneChoice } from '../../find/choice.tsx';
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
import { type TypedUpload, UploadForm, UploadLead } from './upload-form.tsx';
import { IMPORT_WORDS } from './words.ts';

/** The dependencies of the import of files. */
export interface ImportPageDeps extends PagesDeps {
  readonly receiver: Receiver;
}

const PATH = setUpPath('import');
const ROWS_PATH = `${PATH}/refused-rows`;
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
  readonly typed?: TypedUpload;
  readonly faults?: Faults;
  readonly fault?: string;
  readonly authorityId?: string;
}

/** The choices that the page of a trial leads on with. */
function askedIn(c: Context<HttpEnv>): TypedUpload {
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
  const sources = namedApart(await sourcesToChoose(deps, setUp.authority.id), c.var.language);
  return page(
    c,
    <SetUpPage setUp={setUp}>
      <Fault text={fault} />
      <UploadLead language={c.var.language} />
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
    return importPage(c, deps, { typed, ...refusedUpload(c, summary), authorityId });
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
  const options = namedApart(await sourcesToChoose(deps, authorityId), c.var.language);
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

type Refused = Problem | 'not_text' | 'empty';

/** The fault of an upload that was refused: beside the file, or at the top where the work stopped. */
function refusedUpload(c: Context<HttpEnv>, refused: Refused): Pick<Shown, 'fault' | 'faults'> {
  const { faults } = IMPORT_WORDS[c.var.language];
  if (typeof refused === 'string') return { faults: { file: faults[refused] } };
  if (refused.status !== 422) return { fault: faults.stopped };
  const [fault] = refused.faults;
  const isCode = c.var.language === 'da' && !fault;
  return { faults: { file: `${faults.refused} ${isCode ? codeText(refused.code, 'da') : refused.message}` } };
}

/** The form of an upload that was refused, with why. */
async function formAgain(
  c: Context<HttpEnv>,
  deps: ImportPageDeps,
  form: { readonly setUp: SetUp; readonly typed: TypedUpload },
  refused: Refused,
): Promise<string> {
  const { fault, faults } = refusedUpload(c, refused);
  const sources = namedApart(await sourcesToChoose(deps, form.setUp.authority.id), c.var.language);
  return htmlOf(
    <>
      <Fault text={fault} />
      <UploadLead language={c.var.language} />
      <UploadForm {...form} sources={sources} faults={faults} />
    </>,
  );
}

/** The way to the next file. */
function Another({ href, children }: { readonly href: string; readonly children: Child }) {
  return (
    <p>
      <a class="button plain" href={href}>
        {children}
      </a>
    </p>
  );
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
    </SetUpPage>,
  );
  const [before = '', behind = ''] = (await whole.text()).split(HERE);
  const another = hrefOf(PATH, setUp.authority, dryRun ? { source, mode: 'import' } : { source });
  const after = `${await htmlOf(<Another href={another}>{dryRun ? words.sameAgain : words.again}</Another>)}${behind}`;
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
      const typed = { source, mode: dryRun ? 'try' : 'import' };
      await write((await formAgain(c, deps, { setUp, typed }, summary)) + behind);
      return;
    }
    await write(await htmlOf(<Result summary={summary} dryRun={dryRun} language={language} />));
    const most = MOST_HTML - written - Buffer.byteLength(after) - BYTES_OF_FORM;
    const rows = { summary, source, most };
    const kept = sealRows(deps, { personId: c.var.visitor.personId, authorityId }, rows);
    await write(await htmlOf(<RefusedRows {...{ frame: setUp.frame, action: ROWS_PATH, summary }} {...kept} />));
    await out.write(after);
  });
}
