import type { Kysely, KyselyPlugin } from 'kysely';
import type { Database } from '../../src/database/tables.ts';

/** The process died there. */
class Killed extends Error {}

/**
 * The database for a process that dies just before its `nth` statement, counted from 1: nothing after it is carried
 * out.
 */
function killedBefore(db: Kysely<Database>, nth: number): Kysely<Database> {
  let statements = 0;
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      if (++statements >= nth) throw new Killed(`before statement ${nth}`);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return db.withPlugin(plugin);
}

/**
 * Lets `work` die before its first statement, its second and so on, until it comes through.
 * @param work must not grow from one time to the next
 * @param afterEach looks at what a dead one left behind
 * @returns how often it died
 */
export async function diesEverywhere(
  db: Kysely<Database>,
  work: (db: Kysely<Database>) => Promise<unknown>,
  afterEach: () => Promise<void> = async () => {},
): Promise<number> {
  for (let nth = 1; ; nth++) {
    try {
      await work(killedBefore(db, nth));
      return nth - 1;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      await afterEach();
    }
  }
}
