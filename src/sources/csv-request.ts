import { Problem } from '../domain/errors.ts';

/** Media types of CSV alone. Browsers on Windows send a CSV file with Excel's; its bytes show what it is. */
const OF_CSV = ['text/csv', 'text/tab-separated-values', 'application/csv', 'application/vnd.ms-excel'];
const READ: ReadonlySet<string> = new Set([...OF_CSV, 'text/plain', 'application/octet-stream']);

/** True for a media type by which a file is meant as CSV, with whatever follows it. */
export function meansCsv(contentType: string): boolean {
  return OF_CSV.some((type) => contentType.toLowerCase().startsWith(type));
}

/** Judges the Content-Type of a file; one without any is read as CSV. @throws Problem 415 */
export function checkCsvType(contentType: string): void {
  const [type = ''] = contentType.toLowerCase().split(';');
  if (contentType === '' || READ.has(type.trimEnd())) return;
  throw new Problem(415, 'unsupported-media-type', 'Send the file as text/csv: a sheet must be saved as CSV first.');
}

/**
 * Refuses other parameters of an import's address than its own: a misspelt one must not turn a dry run into a real
 * import.
 * @throws Problem 422
 */
export function checkImportQuery({ dryRun = 'false', ...others }: Readonly<Record<string, string>>): void {
  if (Object.keys(others).length === 0 && (dryRun === 'true' || dryRun === 'false')) return;
  const detail = 'The only parameter is dryRun, and it is true or false.';
  throw new Problem(422, 'invalid', detail, { faults: [{ pointer: 'dryRun', code: 'invalid_value', detail }] });
}
