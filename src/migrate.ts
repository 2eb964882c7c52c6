import './utc.ts';
import { openMigratedDatabase } from './database/connect.ts';
import { StartError } from './domain/errors.ts';

/** Brings the schema up to date and ends: for whoever wants that apart from the start, which does the same. */
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
