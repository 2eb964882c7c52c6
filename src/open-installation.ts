import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import { type OpenDatabase, openMigratedDatabase, withoutTimeLimit } from './database/connect.ts';
import type { WriteRefusals } from './database/write-refusals.ts';
import { declareAllGone } from './dispatch/processes.ts';
import { Cipher } from './domain/keyring.ts';
import { waitForDatabase } from './start-wait.ts';
import { type Installation, openInstallation, type StartStep } from './store/installation.ts';

/** The database of a process and the installation in it. */
export interface OpenedInstallation {
  readonly database: OpenDatabase;
  readonly cipher: Cipher;
  readonly installation: Installation;
}

interface OpenDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly writes: WriteRefusals;
}

const PLANNED_ANEW =
  'the pooler before the database keeps no prepared statements (PgBouncer does from 1.21 on, with ' +
  'max_prepared_statements): each statement is planned anew, which makes posts and hand-overs dearer';

/** Steps of a start that take long, for the log. */
const STEPS: Readonly<Record<StartStep, string>> = {
  waiting: 'another process prepares the database: the start waits for it',
  protecting: 'the first start after the upgrade hashes and encrypts what was stored in clear',
};

/**
 * Opens the database and the installation in it, as soon as it is there.
 * @param meanwhile is done once, where the database is away
 * @throws StartError when it can't be used
 */
export async function openWhenThere(deps: OpenDeps, meanwhile: () => Promise<unknown>): Promise<OpenedInstallation> {
  const { config, log, clock } = deps;
  return waitForDatabase(() => open(deps), { seconds: config.startWaitS, log, clock, meanwhile });
}

async function open({ config, log, clock, writes }: OpenDeps): Promise<OpenedInstallation> {
  const database = await openMigratedDatabase(config.database, {
    onIdleError: (error) => log.warn({ error: error.message }, 'an idle database connection broke'),
    onWriteRefused: () => writes.note(),
  });
  if (database.kind === 'postgres' && !database.preparesStatements) log.warn(PLANNED_ANEW);
  try {
    // The data folder is locked, so that any earlier process on it has ended.
    if (database.kind === 'embedded') await declareAllGone({ db: database.db });
    const cipher = new Cipher(config.encryptionKeys);
    const installation = await withoutTimeLimit(config.database, database, (unlimited) =>
      openInstallation(unlimited, cipher, config.publicUrl, clock.now(), (step) => log.warn(STEPS[step])),
    );
    return { database, cipher, installation };
  } catch (error) {
    await database.close();
    throw error;
  }
}
