import './utc.ts';
import { openMigratedDatabase } from './database/connect.ts';
import { StartError } from './domain/errors.ts';

/** Migrates the schema and exits, for operators who separate that from the start of the service. */
async function main(): Promise<void> {
  const { DATABASE_URL, DATA_DIR } = process.env;
  const place = DATABASE_URL ? { databaseUrl: DATABASE_URL } : { dataDir: DATA_DIR || './data' };
  const { close } = await openMigratedDatabase(place);
  await close();
  process.stdout.write('The schema is up to date.\n');
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
