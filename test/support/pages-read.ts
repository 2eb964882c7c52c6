import { CompiledQuery, createQueryId, type Kysely, type RootOperationNode } from 'kysely';
import type { Database } from '../../src/database/tables.ts';
import { beforeStatements } from './statements.ts';

interface Explained {
  readonly 'QUERY PLAN': readonly {
    readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
  }[];
}

/**
 * Tells how many pages of 8 kB the database reads for the selects of the work, one that is read again counted again.
 * Unlike a time, it doesn't depend on what else the machine does.
 */
export async function pagesRead(db: Kysely<Database>, work: (db: Kysely<Database>) => Promise<unknown>) {
  const nodes: RootOperationNode[] = [];
  await work(db.withPlugin(beforeStatements((node) => nodes.push(node as RootOperationNode))));
  let pages = 0;
  for (const node of nodes) {
    const { sql, parameters } = db.getExecutor().compileQuery(node, createQueryId());
    if (!/^\s*select\s/.test(sql)) continue;
    const { rows } = await db.executeQuery<Explained>(
      CompiledQuery.raw(`explain (analyze, buffers, format json) ${sql}`, [...parameters]),
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('the database explains nothing');
    pages += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }
  return pages;
}
