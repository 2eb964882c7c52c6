import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runGatewayTest, runInvite, runRotate } from './admin-commands.ts';
import { HELP, readArguments } from './arguments.ts';
import { runImport } from './import-command.ts';
import { CommandError } from './service-call.ts';
import { findToken } from './source-token.ts';

/** The command line tool. It talks to a running service over HTTP, on this or another machine. */
async function main(signal: AbortSignal): Promise<number> {
  const { EASYSMS_SOURCE_TOKEN, EASYSMS_ADMIN_TOKEN, INIT_CWD, LANG, LC_ALL, npm_lifecycle_event } = process.env;
  const { stdin, stdout, stderr } = process;
  const args = readArguments(process.argv.slice(2));
  if (args === 'help') {
    stdout.write(HELP);
    return 0;
  }
  // "npm run" changes to the project's folder; paths are relative to the folder that it was called from.
  const folder = npm_lifecycle_event === 'easysms' && INIT_CWD ? INIT_CWD : process.cwd();
  const tokenOptions = {
    ...(args.command === 'import'
      ? { name: 'EASYSMS_SOURCE_TOKEN', environment: EASYSMS_SOURCE_TOKEN, of: 'source' }
      : { name: 'EASYSMS_ADMIN_TOKEN', environment: EASYSMS_ADMIN_TOKEN, of: 'administrator' }),
    file: args.tokenFile === null ? null : resolve(folder, args.tokenFile),
    input: stdin,
    output: stderr,
    signal,
  };
  const wait = (ms: number, stop: AbortSignal) => sleep(ms, undefined, { signal: stop });
  const environment = { token: () => findToken(tokenOptions), out: stdout, signal, wait };
  if (args.command === 'gateway') return runGatewayTest(args, environment);
  if (args.command === 'rotate') return runRotate(args, environment);
  if (args.command === 'invite') return runInvite(args, environment);
  const language = /^da/i.test(LC_ALL || LANG || '') ? 'da' : 'en';
  return runImport(args, { ...environment, folder, err: stderr, language });
}

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
try {
  process.exitCode = await main(stopped.signal);
} catch (error) {
  if (stopped.signal.aborted) process.exitCode = 130;
  else {
    process.exitCode = 2;
    const said = error instanceof CommandError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${said}\n`);
  }
}
