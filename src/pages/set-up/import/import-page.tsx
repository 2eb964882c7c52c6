import type { Context } from 'hono';
import { Problem } from '../../../domain/errors.ts';
import { isUuid } from '../../../domain/ids.ts';
import { errorFile } from '../../../formats/csv/file-parts.ts';
import { requireRight } from '../../../http/authorize.ts';
import type { HttpEnv } from '../../../http/env.ts';
import { type FileProgress, type FileSummary, importFile } from '../../../sources/csv-file.ts';
import type { Receiver } from '../../../sources/receive.ts';
import { type FileOwner, forgetImported, keepImportFile, openImportFile } from '../../../staff/sources/import-files.ts';
import { noteImport, readSource, sourcesToChoose } from '../../../staff/sources/sources.ts';
import { chosenOf, namedApart, readOneChoice } from '../../find/choice.tsx';
import { Fault, page } from '../../kit/document.tsx';
import { Empty } from '../../kit/elements.tsx';
import { fieldOf } from '../../kit/forms.ts';
import type { PagesDeps } from '../../kit/frame.tsx';
import { hrefOf } from '../../kit/navigation.ts';
import type { Page } from '../../kit/page.ts';
import { attach } from '../../kit/responses/attach.ts';
import { openSetUp, SET_UP, SetUpPage, setUpPath, setUpTab } from '../frame.tsx';
import { SOURCES_WORDS } from '../sources/words.ts';
import {
  IMPORT_PATH,
  type OnRows,
  progressPage,
  type RefusedUpload,
  ROWS_PATH,
  refusedUpload,
} from './progress-page.tsx';
import { openRows, rowsFileOf } from './refused-rows.ts';
import { RefusingRows } from './result.tsx';
import { type TypedUpload, UploadForm, UploadLead } from './upload-form.tsx';
import { IMPORT_WORDS } from './words.ts';

/** The dependencies of the import of files. */
export interface ImportPageDeps extends PagesDeps {
  readonly receiver: Receiver;
}

/** `/admin/set-up/import`. */
export const IMPORT_PAGES: readonly Page<ImportPageDeps>[] = [
  {
    path: IMPORT_PATH,
    right: 'whole-administrator',
    menu: SET_UP,
    tab: setUpTab('import'),
    open: (c, deps) => importPage(c, deps, { typed: askedIn(c) }),
    forms: [
      { path: IMPORT_PATH, right: 'whole-administrator', send: (c, deps) => importForm(c, deps) },
      { path: ROWS_PATH, right: 'whole-administrator', send: (c, deps) => refusedRowsForm(c, deps) },
    ],
  },
];

interface Shown extends RefusedUpload {
  readonly typed?: TypedUpload;
  readonly authorityId?: string;
}

/** The booking system of the file before. */
function askedIn(c: Context<HttpEnv>): TypedUpload {
  return { source: c.req.query('source') ?? '', mode: c.req.query('mode') ?? 'try' };
}

async function importPage(
  c: Context<HttpEnv>,
  deps: ImportPageDeps,
  { typed, faults, fault, rows, authorityId }: Shown,
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
      {rows && <RefusingRows errors={rows} language={c.var.language} />}
    </SetUpPage>,
    fault !== undefined || faults ? 422 : 200,
  );
}

async function importForm(c: Context<HttpEnv>, deps: ImportPageDeps): Promise<Response> {
  const form = await c.req.parseBody();
  const authorityId = fieldOf(form, 'authority');
  const { name: actor } = requireRight(c, deps, 'whole-administrator', authorityId);
  const owner = { personId: c.var.visitor.personId, authorityId };
  const words = IMPORT_WORDS[c.var.language];
  const { source, fault } = await readChosenSource(c, deps, authorityId, form);
  const typed = { source, mode: fieldOf(form, 'mode') };
  const sourceFault = fault === null ? {} : { source: fault };
  const kept = fieldOf(form, 'kept');
  const bytes = await readFileOf(deps, owner, form);
  if (bytes === null) {
    const file = kept === '' ? words.fileMissing : words.keptGone;
    return importPage(c, deps, { typed, faults: { ...sourceFault, file }, authorityId });
  }
  if (fault !== null) return importPage(c, deps, { typed, faults: sourceFault, authorityId });
  const { id } = await readSource(deps, authorityId, source);
  const dryRun = typed.mode !== 'import';
  const upload = { sourceId: id, bytes, language: c.var.language, dryRun, requestId: c.var.requestId };
  const note = async (counts: Parameters<typeof noteImport>[2]) => {
    if (!dryRun) await noteImport(deps, { authorityId, id, actor }, counts, deps.now());
  };
  const run = async (onRows: OnRows) => {
    let progress: FileProgress | undefined;
    const counted = (now: FileProgress) => {
      progress = now;
      return onRows(now);
    };
    const summary = await importFile(deps.receiver, upload, counted).catch(async (error: unknown) => {
      // The parts before are stored, whoever asks later by whom; what stopped the import may stop this as well.
      if (progress) await note({ ...countsOf(progress), stopped: true }).catch(() => {});
      throw error;
    });
    if (typeof summary === 'object') await note(countsOf(summary));
    if (kept !== '' && !dryRun) await forgetImported(deps, owner, kept);
    return summary;
  };
  const keep = async () => (dryRun ? keepImportFile(deps, owner, { sourceId: id, bytes }, deps.now()) : null);
  if (typed.mode !== 'errors') return progressPage(c, deps, { authorityId, source: id, dryRun, run, keep });
  const summary = await run(async () => {}).catch(refusalOf);
  if (summary instanceof Problem || typeof summary === 'string')
    return importPage(c, deps, { typed, ...refusedUpload(c, summary), authorityId });
  const { header, rows } = rowsFileOf(summary, c.var.language);
  return attach(c, words.errorFile(id), 'text/csv', errorFile(header, rows));
}

/** The bytes of the file that a form holds, or that is kept since it was tried; null: there is none. */
async function readFileOf(
  deps: ImportPageDeps,
  owner: FileOwner,
  form: Record<string, unknown>,
): Promise<Uint8Array | null> {
  const kept = fieldOf(form, 'kept');
  if (isUuid(kept)) return (await openImportFile(deps, owner, kept, deps.now()))?.bytes ?? null;
  const { file } = form;
  return file instanceof File && file.size > 0 ? new Uint8Array(await file.arrayBuffer()) : null;
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
  requireRight(c, deps, 'whole-administrator', authorityId);
  const owner = { personId: c.var.visitor.personId, authorityId };
  const rows = openRows(deps, owner, fieldOf(form, 'rows'));
  if (rows) return attach(c, IMPORT_WORDS[c.var.language].errorFile(rows.source), 'text/csv', rows.file);
  return importPage(c, deps, { fault: IMPORT_WORDS[c.var.language].faults.tooOld, authorityId });
}

const countsOf = ({ rows, accepted, refused }: Pick<FileSummary, 'rows' | 'accepted' | 'refused'>) => ({
  rows,
  accepted,
  refused,
});

/** A refusal that the page tells. @throws whatever else it is */
function refusalOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
