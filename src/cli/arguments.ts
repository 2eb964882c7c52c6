import { parseArgs } from 'node:util';
import { ROLES, type Role } from '../domain/people/access.ts';
import { CommandError } from './service-call.ts';

const USAGE = 'easysms import <file.csv> --source <source>';

/** Help text of the command. */
export const HELP = `Usage: ${USAGE} [options]

Sends a list of appointments to EasySMS. It can be repeated: nothing is stored twice.

The first row names the columns, in Danish or English: id, start (or dato and tid), slut, mobil, telefon, sprog, sted,
lokationskode, afdeling, status, type, patient-id, kontakttelefon.

  --source <source>     the booking system that the appointments belong to
  --url <url>           the address of EasySMS (default: http://localhost:3000)
  --dry-run             store nothing, print how many reminders would be sent and what they cost
  --errors <file.csv>   write the rows that were refused to this file, for correction and a new import
  --token-file <file>   the source's token is the first line of this file
  --help                this text

The source's token is read from EASYSMS_SOURCE_TOKEN or --token-file, or asked for. The command line is visible to
others, so it has no option for the token.

While the service is unavailable, requests are retried for about two minutes.

       easysms keys rotate [--url <url>] [--token-file <file>]

Encrypts everything that is stored under the first key of EASYSMS_ENCRYPTION_KEYS, while the service runs. It can be
stopped and run again. The administrator's token is read from EASYSMS_ADMIN_TOKEN or --token-file.

       easysms gateway test <+45…> --gateway <gateway> --sender <sender> [--url <url>] [--token-file <file>]

Sends one SMS to a phone of your own, and says each step as it comes: accepted, receipt, reply. The administrator's
token is read as above. Exit code 1: a step did not come.

       easysms people invite --email <email> --name <name> [--role <role>] [--authority <authority>]
                             [--url <url>] [--token-file <file>]

Prints a one-time link by which a person chooses a password, valid for 72 hours: for the whole installation, as an
administrator unless --role says otherwise, or for one authority. It also lets somebody in again who has an account and
lost the password. The administrator's token is read from EASYSMS_ADMIN_TOKEN or --token-file.

Exit codes: 0 all rows accepted, 1 some rows refused, 2 the import failed, 130 interrupted.
`;

/** The file that is sent to a source, in what way, and where what was refused is written to. */
export interface ImportArguments {
  readonly command: 'import';
  readonly file: string;
  readonly source: string;
  /** Without a trailing slash. */
  readonly url: string;
  readonly dryRun: boolean;
  readonly errors: string | null;
  readonly tokenFile: string | null;
}

/** The service that encrypts everything under its first key. */
export interface RotateArguments {
  readonly command: 'rotate';
  /** Without a trailing slash. */
  readonly url: string;
  readonly tokenFile: string | null;
}

/** The one SMS by which a gateway is tried: to whom, through which, and from whom. */
export interface GatewayArguments {
  readonly command: 'gateway';
  readonly phone: string;
  readonly gateway: string;
  readonly sender: string;
  /** Without a trailing slash. */
  readonly url: string;
  readonly tokenFile: string | null;
}

/** The person who is let in, and what the person may do where. */
export interface InviteArguments {
  readonly command: 'invite';
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** null: the whole installation. */
  readonly authority: string | null;
  /** Without a trailing slash. */
  readonly url: string;
  readonly tokenFile: string | null;
}

const OPTIONS = {
  gateway: { type: 'string' },
  sender: { type: 'string' },
  source: { type: 'string' },
  url: { type: 'string', default: 'http://localhost:3000' },
  'dry-run': { type: 'boolean', default: false },
  errors: { type: 'string' },
  'token-file': { type: 'string' },
  email: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string', default: 'administrator' },
  authority: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The command that the command line asks for. */
type Arguments = ImportArguments | RotateArguments | GatewayArguments | InviteArguments;

/**
 * Parses the arguments.
 * @returns `help` when it was asked for
 * @throws CommandError
 */
export function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parse(args);
  const [command, file, ...more] = positionals;
  if (values.help || command === 'help') return 'help';
  if (command === 'keys' && file === 'rotate' && more.length === 0)
    return { command: 'rotate', url: readUrl(values.url), tokenFile: values['token-file'] ?? null };
  if (command === 'gateway' && file === 'test') return readGatewayTest(values, more);
  if (command === 'people' && file === 'invite' && more.length === 0) return readInvite(values);
  if (command !== 'import') {
    throw new CommandError(`${command === undefined ? 'A command is required' : 'There is no such command'}: ${USAGE}`);
  }
  if (file === undefined) throw new CommandError(`A file is required: ${USAGE}`);
  if (more.length > 0) throw new CommandError('Only one file is accepted: quote a name with blanks.');
  if (!values.source) throw new CommandError('The source is required: add --source <source>.');
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(values.source))
    throw new CommandError('--source must be the id of a source: lower-case letters, digits and hyphens.');
  return {
    command,
    file,
    source: values.source,
    url: readUrl(values.url),
    dryRun: values['dry-run'],
    errors: values.errors ?? null,
    tokenFile: values['token-file'] ?? null,
  };
}

/** The phone is one's own, so that it may stand on the command line. */
function readGatewayTest(values: ReturnType<typeof parse>['values'], rest: readonly string[]): GatewayArguments {
  const [phone, ...more] = rest;
  const { gateway, sender } = values;
  if (phone === undefined || more.length > 0 || !gateway || !sender)
    throw new CommandError('Usage: easysms gateway test <+45…> --gateway <gateway> --sender <sender>');
  if (!/^[a-z0-9-]{1,63}$/.test(gateway))
    throw new CommandError('--gateway must be the id of a gateway, such as inmobile.');
  return {
    command: 'gateway',
    phone,
    gateway,
    sender,
    url: readUrl(values.url),
    tokenFile: values['token-file'] ?? null,
  };
}

function readInvite(values: ReturnType<typeof parse>['values']): InviteArguments {
  const { email, name, authority = null } = values;
  const role = ROLES.find((each) => each === values.role);
  if (!email || !name) throw new CommandError('An invitation needs --email <email> and --name <name>.');
  if (!role) throw new CommandError(`--role must be one of ${ROLES.join(', ')}.`);
  if (authority !== null && !/^[a-z0-9][a-z0-9-]{0,62}$/.test(authority))
    throw new CommandError('--authority must be the id of an authority: lower-case letters, digits and hyphens.');
  const url = readUrl(values.url);
  return { command: 'invite', email, name, role, authority, url, tokenFile: values['token-file'] ?? null };
}

function parse(args: readonly string[]) {
  if (args.some((arg) => /^--token(?:=|$)/.test(arg))) {
    throw new CommandError('Others can see a token on the command line: use EASYSMS_SOURCE_TOKEN or --token-file.');
  }
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CommandError(
      `${error instanceof Error ? error.message.split('. ')[0] : 'The options are not valid'}. See easysms --help.`,
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
  return url.href.replace(/(?<!\/)\/+$/, '');
}
