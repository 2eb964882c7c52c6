import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './service-call.ts';

interface TokenOptions {
  /** The variable that may hold it. */
  readonly name: string;
  /** The word for the owner of the token, as messages say it: `source`. */
  readonly of: string;
  /** Value of the variable. */
  readonly environment: string | undefined;
  readonly file: string | null;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/**
 * Finds the token: in the file, else in the environment, else by asking at the terminal.
 * @throws CommandError when there is none
 */
export async function findToken(options: TokenOptions): Promise<string> {
  const { name, of, environment, file, input } = options;
  const token = file !== null ? await readTokenFile(file) : environment || (input.isTTY ? await ask(options) : '');
  if (token.trim() === '')
    throw new CommandError(`The token of the ${of} is missing: set ${name}, or name a file with --token-file.`);
  if (!/^[\x21-\x7e]+$/.test(token.trim()))
    throw new CommandError('The token is not valid: it contains characters that no token has.');
  return token.trim();
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).split('\n')[0] ?? '';
  } catch (error) {
    throw new CommandError(`The token file cannot be read: ${file}`, { cause: error });
  }
}

/** The input is not echoed. */
async function ask({ of, input, output, signal }: TokenOptions): Promise<string> {
  output.write(`Token of the ${of} (not shown): `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: nowhere, terminal: true });
  const stopped = new AbortController();
  // readline receives Ctrl-C instead of the process.
  terminal.once('SIGINT', () => stopped.abort());
  try {
    return await terminal.question('', { signal: AbortSignal.any([signal, stopped.signal]) });
  } catch (error) {
    if (stopped.signal.aborted) throw new CommandError('The command needs a token.', { cause: error });
    throw error;
  } finally {
    terminal.close();
    output.write('\n');
  }
}
