import './utc.ts';
import { resolve } from 'node:path';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, readConfig } from './config/config.ts';
import { isConnectionFailure } from './database/transaction.ts';
import { nodeErrorCode, StartError, type StartReason } from './domain/errors.ts';
import type { SmsGateway } from './gateways/gateway.ts';
import { createGateways } from './gateways/index.ts';
import { createLogger } from './log.ts';
import { type Service, startService } from './service.ts';

/** Longer than a regular stop of the service takes; anything still running then is abandoned. */
const STOP_DEADLINE_MS = 9_900;

/** Codes of Node for an address that can't be listened on. */
const ADDRESS_FAULTS = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'];

async function main(): Promise<void> {
  let gateways: readonly SmsGateway[] = [];
  const config = readConfig(process.env, (ids, publicUrl, read) => {
    const made = createGateways(ids, read, { publicUrl, now: systemClock.now });
    if ('missing' in made) return made.missing;
    gateways = made.gateways;
    return [];
  });
  const [first, ...rest] = gateways;
  if (!first) throw new ConfigError(['EASYSMS_GATEWAYS must name at least one gateway.']);
  const log = createLogger(config.logLevel);
  const running: { service?: Service } = {};
  stopOnSignals(running);
  const service = await startService({ config, gateways: [first, ...rest], log });
  running.service = service;
  log.info({ url: service.url, publicUrl: config.publicUrl, gateways: config.gateways, role: config.role }, 'ready');
  if (service.embedded) process.stdout.write(nextSteps(config, service));
}

/** A process with id 1, as in a container, ends by a handler only; so the handlers are installed before the start. */
function stopOnSignals(running: { readonly service?: Service }): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping || !running.service) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
    running.service.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function nextSteps(config: Config, { url, firstAccount }: Service): string {
  const folder = 'dataDir' in config.database ? resolve(config.database.dataDir) : '';
  const token = config.adminTokenIsNew
    ? `The administrator's token, shown only once and kept in ${folder}/admin-token:\n\n  ${config.adminToken}\n`
    : `The administrator's token is the one in EASYSMS_ADMIN_TOKEN or in ${folder}/admin-token.\n`;
  const first = firstAccount
    ? `\nThe first account of the pages is made by this link, once and within 72 hours:\n\n  ${firstAccount.link}\n`
    : '';
  return `
EasySMS is running at ${url} with the embedded database in ${folder}.
${token}${first}
  ${url}/admin      the pages of staff, in Danish and English, for people with an account
  ${url}/simulator  the phone of the simulator gateway: no SMS leaves this machine
  ${url}/docs       the API
`;
}

/** Ends the process with a line for machines in the log, whatever LOG_LEVEL says, and with sentences for people. */
function fail(error: unknown): never {
  const said = explain(error);
  createLogger('fatal').fatal({ reason: reasonOf(error) }, said);
  process.stderr.write(`${said}\n`);
  process.exit(1);
}

function reasonOf(error: unknown): StartReason {
  if (error instanceof ConfigError) return 'settings';
  if (error instanceof StartError) return error.reason;
  if (isConnectionFailure(error)) return 'database_unavailable';
  return ADDRESS_FAULTS.includes(nodeErrorCode(error)) ? 'address' : 'unexpected';
}

/** Sentences for errors that an operator can correct; the stack for all others. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const message =
    error instanceof AggregateError
      ? error.errors.map((one) => (one instanceof Error ? one.message : one)).join('; ')
      : error.message;
  if (isConnectionFailure(error)) return `The database could not be reached: ${message}`;
  return 'code' in error && 'syscall' in error ? `EasySMS could not start: ${message}` : (error.stack ?? message);
}

main().catch(fail);
