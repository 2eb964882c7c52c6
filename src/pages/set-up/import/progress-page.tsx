import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { stream } from 'hono/streaming';
import { Problem } from '../../../domain/errors.ts';
import type { RowError } from '../../../formats/csv/file-parts.ts';
import type { HttpEnv } from '../../../http/env.ts';
import type { FileProgress, FileSummary } from '../../../sources/csv-file.ts';
import { sourcesToChoose } from '../../../staff/sources/sources.ts';
import { namedApart } from '../../find/choice.tsx';
import { FrameProvider } from '../../kit/context.tsx';
import { Fault, page } from '../../kit/document.tsx';
import { ActionForm, Hidden } from '../../kit/elements.tsx';
import type { Faults } from '../../kit/fields.tsx';
import type { PagesDeps } from '../../kit/frame.tsx';
import { LOCALES, type PageLanguage } from '../../kit/language.ts';
import { hrefOf } from '../../kit/navigation.ts';
import { htmlOf, MOST_HTML } from '../../kit/responses/fitting-page.ts';
import { codeText } from '../../states/fault-words.ts';
import { openSetUp, type SetUp, SetUpPage, setUpPath } from '../frame.tsx';
import { rowsFileOf, sealRows } from './refused-rows.ts';
import { RefusedRows, RefusingRows, Result } from './result.tsx';
import { type TypedUpload, UploadForm, UploadLead } from './upload-form.tsx';
import { IMPORT_WORDS } from './words.ts';

/** The address of the page of files. */
export const IMPORT_PATH = setUpPath('import');
/** The address that gives the refused rows as a file. */
export const ROWS_PATH = `${IMPORT_PATH}/refused-rows`;
/** The place where the page goes on once rows are read. */
const HERE = '<!-- rows -->';
/** The form that gets the refused rows, without them. */
const BYTES_OF_FORM = 2_000;

/** A reason why a file was not imported, or not all of it. */
type Refused = Problem | 'not_text' | 'empty';

/** The fault of an upload: at the top of the page, or beside the file. */
export interface RefusedUpload {
  readonly fault?: string;
  readonly faults?: Faults;
  /** Rows for which the whole file was refused. */
  readonly rows?: readonly RowError[];
}

/** The fault of an upload that was refused: beside the file, or at the top where the work stopped. */
export function refusedUpload(c: Context<HttpEnv>, refused: Refused): RefusedUpload {
  const { faults } = IMPORT_WORDS[c.var.language];
  if (typeof refused === 'string') return { faults: { file: faults[refused] } };
  if (refused.status !== 422) return { fault: faults.stopped };
  const [fault] = refused.faults;
  const isCode = c.var.language === 'da' && !fault;
  const rows = refused.faults.flatMap(({ line, pointer: column, code, detail }) =>
    line === undefined ? [] : [{ line, column, code, detail }],
  );
  return {
    faults: { file: `${faults.refused} ${isCode ? codeText(refused.code, 'da') : refused.message}` },
    ...(rows.length > 0 && { rows }),
  };
}

/** The form of an upload that was refused, with why. */
async function formAgain(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  form: { readonly setUp: SetUp; readonly typed: TypedUpload },
  refused: Refused,
): Promise<string> {
  const { fault, faults, rows } = refusedUpload(c, refused);
  const sources = namedApart(await sourcesToChoose(deps, form.setUp.authority.id), c.var.language);
  return htmlOf(
    <FrameProvider value={form.setUp.frame}>
      <Fault text={fault} />
      <UploadLead language={c.var.language} />
      <UploadForm {...form} sources={sources} faults={faults} />
      {rows && <RefusingRows errors={rows} language={c.var.language} />}
    </FrameProvider>,
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

/** The button that imports the file that was tried, which is kept for it. */
function ImportKept({
  id,
  source,
  language,
}: {
  readonly id: string;
  readonly source: string;
  language: PageLanguage;
}) {
  const words = IMPORT_WORDS[language];
  return (
    <section class="card" aria-label={words.importKept}>
      <ActionForm action={IMPORT_PATH}>
        <Hidden fields={{ kept: id, source, mode: 'import' }} />
        <p>{words.afterTrial}</p>
        <button type="submit">{words.importKept}</button>
      </ActionForm>
    </section>
  );
}

/** The import of a file, to be run while the page comes. */
interface Run {
  readonly authorityId: string;
  readonly source: string;
  readonly dryRun: boolean;
  readonly run: (onRows: OnRows) => Promise<FileSummary | 'not_text' | 'empty'>;
  /** Keeps the file for its import. @returns its id; null after an import */
  readonly keep: () => Promise<string | null>;
}

/** A function that is called after each part of a file. */
export type OnRows = (progress: FileProgress) => Promise<void>;

/** A page that comes as rows are done: the browser shows how far the import is, without a script. */
export async function progressPage(
  c: Context<HttpEnv>,
  deps: PagesDeps,
  { authorityId, source, dryRun, run, keep }: Run,
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
  const another = hrefOf(IMPORT_PATH, setUp.authority, { source });
  const after = `${await htmlOf(<Another href={another}>{words.again}</Another>)}${behind}`;
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
    const summary = await run(async ({ rows, all }) => {
      await write(`<li>${words.progress(number.format(rows), number.format(all))}</li>`);
    }).catch((error: unknown) => (error instanceof Problem ? error : new Problem(503, 'stopped', '')));
    await write('</ol>');
    if (typeof summary === 'string' || summary instanceof Problem) {
      const typed = { source, mode: dryRun ? 'try' : 'import' };
      await write((await formAgain(c, deps, { setUp, typed }, summary)) + behind);
      return;
    }
    await write(await htmlOf(<Result summary={summary} dryRun={dryRun} language={language} />));
    const id = await keep();
    if (id !== null)
      await write(
        await htmlOf(
          <FrameProvider value={setUp.frame}>
            <ImportKept id={id} source={source} language={language} />
          </FrameProvider>,
        ),
      );
    const most = MOST_HTML - written - Buffer.byteLength(after) - BYTES_OF_FORM;
    const of = rowsFileOf(summary, language);
    const rows = { of, source, most };
    const kept = sealRows(deps, { personId: c.var.visitor.personId, authorityId }, rows);
    const form = (
      <FrameProvider value={setUp.frame}>
        <RefusedRows
          frame={setUp.frame}
          action={ROWS_PATH}
          all={of.rows.length}
          silent={summary.silentRows.length}
          {...kept}
        />
      </FrameProvider>
    );
    await write(await htmlOf(form));
    await out.write(after);
  });
}
