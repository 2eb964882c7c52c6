import { CompiledQuery, createQueryId, type Kysely, type RootOperationNode, sql, type Transaction } from 'kysely';
import type { Database } from '../../src/database/tables.ts';
import { inRolledBackTransaction } from '../../src/database/transaction.ts';
import { beforeStatements } from './statements.ts';

/**
 * The plans of the statements that the work carries out, where the index is the only one of its table: it is used
 * wherever the condition of a statement allows it, and never else.
 */
export async function plansWith(
  db: Kysely<Database>,
  index: string,
  work: (db: Kysely<Database>) => Promise<unknown>,
): Promise<string> {
  const nodes: RootOperationNode[] = [];
  await work(db.withPlugin(beforeStatements((node) => nodes.push(node as RootOperationNode))));
  return inRolledBackTransaction(db, async (trx) => {
    await dropOthers(trx, index);
    await sql`set local enable_seqscan = off`.execute(trx);
    const plans: string[] = [];
    for (const node of nodes) {
      const { sql: text, parameters } = trx.getExecutor().compileQuery(node, createQueryId());
      const { rows } = await trx.executeQuery<{ 'QUERY PLAN': string }>(
        CompiledQuery.raw(`explain ${text}`, [...parameters]),
      );
      plans.push(...rows.map((row) => row['QUERY PLAN']));
    }
    return plans.join('\n');
  });
}

async function dropOthers(trx: Transaction<Database>, index: string): Promise<void> {
  const { rows } = await sql<{ statement: string }>`
    select case when c.conname is null then format('drop index %s', i.indexrelid::regclass)
      else format('alter table %s drop constraint %I cascade', i.indrelid::regclass, c.conname) end as statement
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
    where i.indexrelid <> ${index}::regclass
      and i.indrelid = (select indrelid from pg_index where indexrelid = ${index}::regclass)`.execute(trx);
  for (const { statement } of rows) await sql.raw(statement).execute(trx);
}
