import { sql } from 'kysely';
import { openDatabase } from '../src/database/connect.ts';
import { acceptParameters, filled, readPattern } from './pattern.ts';
import type { Enqueue } from './peers.ts';
import { postFirst } from './rows.ts';
import { environmentFor } from './service.ts';

/**
 * The statement of the service with one appointment in it, for each request; nothing is gathered, and nothing is
 * checked or encrypted anew.
 */
export async function createOneByOne(place: string): Promise<Enqueue> {
  await postFirst(environmentFor(place));
  const database = await openDatabase(place.startsWith('/') ? { dataDir: place } : { databaseUrl: place });
  const parameters = acceptParameters(await readPattern(database));
  let next = 0;
  return async () => {
    const nth = next++;
    const values = parameters.map((text) => sql`${filled(text, nth)}::json`);
    const { rows } = await sql<{ known: number[] | null }>`select accept_new(${sql.join(values)}) as known`.execute(
      database.db,
    );
    if (rows[0]?.known?.length !== 0) throw new Error('the statement wrote no appointment');
  };
}
