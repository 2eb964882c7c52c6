import { parseArgs } from 'node:util';
import { CommandError } from './command-error.ts';

/** Help text of the command. */
export const HELP = `Usage: easysms import <file.csv> --source <source> [options]

Sends a list of appointments to EasySMS. The first row names the columns, in Danish or English: id, start (or dato and tid), slut, mobil,
telefon, sprog, sted, lokationskode, afdeling, status, type, patient-id, kontakttelefon. Run it again whenever you like: nothing is stored twice.

  --source <source>     the booking system that the appointments belong to
  --url <url>           where EasySMS is (http://localhost:3000)
  --dry-run             store nothing, say how many reminders would go out and what they cost
  --errors <file.csv>   write the rows that were refused to this file, to be mended and imported
  --token-file <file>   the source's token is the first line of this file
  --help                this text

The source's token is taken from EASYSMS_SOURCE_TOKEN or --token-file, or asked for. It never stands on the command line, where others see it.

While the service is away it tries again for about two minutes.

Ends with 0 when every row was taken, 1 when some were refused, 2 when it could not run, 130 when it was stopped.
`;

/** Arguments of the import. */
export interface ImportArguments {
  readonly file: string;
  readonly source: string;
  /** Without a trailing slash. */
  readonly url: string;
  readonly dryRun: boolean;
  readonly errors: string | null;
  readonly tokenFile: string | null;
}

const OPTIONS = {
  source: { type: 'string' },
  url: { type: 'string', default: 'http://localhost:3000' },
  'dry-run': { type: 'boolean', default: false },
  errors: { type: 'string' },
  'token-file': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Parses the arguments.
 * @returns `help` when it was asked for
 * @throws CommandError
 */
export function readArguments(args: readonly string[]): ImportArguments | 'help' {
  const { values, positionals } = parse(args);
  const [command, file, ...more] = positionals;
  if (values.help || command === 'help') return 'help';
  if (command !== 'import') {
    throw new CommandError(
      `${command === undefined ? 'Say what to do' : 'There is no such command'}: easysms import <file.csv> --source <source>`,
    );
  }
  if (file === undefined) throw new CommandError('Which file? easysms import <file.csv> --source <source>');
  if (more.length > 0) throw new CommandError('One file at a time: a name with blanks needs quotes around it.');
  if (!values.source) throw new CommandError('Which source do the appointments belong to? Add --source <source>.');
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(values.source))
    throw new CommandError('--source is no id of a source: small letters, digits and hyphens.');
  return {
    ...{ file, source: values.source, url: readUrl(values.url) },
    dryRun: values['dry-run'],
    errors: values.errors ?? null,
    tokenFile: values['token-file'] ?? null,
  };
}

function parse(args: readonly string[]) {
  if (args.some((arg) => /^--token(?:=|$)/.test(arg))) {
    throw new CommandError('A token on the command line is seen by others: use EASYSMS_SOURCE_TOKEN or --token-file.');
  }
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CommandError(
      `${error instanceof Error ? error.message.split('. ')[0] : 'The options can not be read'}. See easysms --help.`,
      {
        cause: error,
      },
    );
  }
}

function readUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new CommandError('--url must be an address such as https://sms.example.org.');
  }
  return url.href.replace(/\/+$/, '');
}
