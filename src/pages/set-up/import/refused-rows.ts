import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from '@hono/zod-openapi';
import { HOUR_MS } from '../../../domain/duration.ts';
import { errorFile, type RefusedRow } from '../../../formats/csv/file-parts.ts';
import type { CurrentTime, KeyringAccess } from '../../../runtime/deps.ts';
import type { FileSummary } from '../../../sources/csv-file.ts';
import type { PageLanguage } from '../../kit/language.ts';
import { IMPORT_WORDS } from './words.ts';

const LABEL = ['', 'page.refused-rows'] as const;
/** They leave the page with the person: an hour is enough to save them. */
const KEPT_MS = HOUR_MS;
/** Characters of a file of refused rows: an upload is 1 MB at most, and each row has its fault in front. */
const LONGEST = 8_000_000;
const keptSchema = z.object({ source: z.string(), file: z.string(), until: z.number() });

/**
 * The rows to look at as a file, each with what is wrong, to be corrected and imported again: those that were refused,
 * then those that were taken and give no SMS, which are marked.
 */
export interface RowsFile {
  readonly header: readonly string[];
  readonly rows: readonly RefusedRow[];
}

/** The rows of a file that are to be looked at. */
export function rowsFileOf({ header, refusedRows, silentRows }: FileSummary, language: PageLanguage): RowsFile {
  const { taken, warningTexts } = IMPORT_WORDS[language];
  const silent = silentRows.map(({ cells, line, column, code }): RefusedRow => {
    return { cells, errors: [{ line, column, code, detail: taken(warningTexts[code] ?? code) }] };
  });
  return { header, rows: [...refusedRows, ...silent] };
}

/** The person and the authority that refused rows were shown to. */
export interface RowsOwner {
  readonly personId: string | null;
  readonly authorityId: string;
}

type RowsDeps = KeyringAccess & CurrentTime;

const rowOf = ({ personId, authorityId }: RowsOwner) => `${personId ?? 'administrator'} ${authorityId}`;

/**
 * Encrypts the refused rows for the page that tells of them: nothing of them is stored here, and nobody else can read
 * them there.
 * @param most characters that the page has room for
 * @returns as many of the rows as there is room for, from the first on
 */
export function sealRows(
  { keyring, now }: RowsDeps,
  owner: RowsOwner,
  { of, source, most }: { readonly of: RowsFile; readonly source: string; readonly most: number },
): { readonly sealed: string; readonly rows: number } {
  const until = now().getTime() + KEPT_MS;
  const seal = (rows: number) => {
    const text = JSON.stringify({ source, file: errorFile(of.header, of.rows.slice(0, rows)), until });
    return keyring.cipher.encrypt(...LABEL, rowOf(owner), deflateRawSync(text)).toString('base64url');
  };
  let rows = of.rows.length;
  let sealed = seal(rows);
  while (sealed.length > most && rows > 0) {
    rows = Math.max(0, Math.min(rows - 1, Math.floor((rows * 0.9 * most) / sealed.length)));
    sealed = seal(rows);
  }
  return { sealed, rows };
}

/** Reads refused rows that the page had. @returns null for others' and for those that are too old */
export function openRows(
  { keyring, now }: RowsDeps,
  owner: RowsOwner,
  sealed: string,
): { readonly source: string; readonly file: string } | null {
  try {
    const bytes = keyring.cipher.decryptBytes(...LABEL, rowOf(owner), Buffer.from(sealed, 'base64url'));
    const text = inflateRawSync(bytes, { maxOutputLength: LONGEST }).toString('utf8');
    const { until, ...kept } = keptSchema.parse(JSON.parse(text));
    return until > now().getTime() ? kept : null;
  } catch {
    return null;
  }
}
