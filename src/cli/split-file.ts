import { type SplitFile, splitFile } from '../formats/csv/split-file.ts';
import { CommandError } from './command-error.ts';

/** Divides a CSV file between rows. @throws CommandError for a file that is not CSV */
export function splitImportFile(bytes: Uint8Array): SplitFile {
  const file = splitFile(bytes);
  if (file === 'empty') throw new CommandError('The file is empty.');
  if (file !== 'not_text') return file;
  throw new CommandError(
    'This is not a text file: save the sheet as CSV ("CSV UTF-8" in Excel), and import that file.',
  );
}
