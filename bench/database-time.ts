import pg from 'pg';
import { systemClock } from '../src/clock.ts';
import type { OpenDatabase } from '../src/database/connect.ts';
import { claimDue } from '../src/dispatch/claim.sql.ts';
import { newId } from '../src/domain/ids.ts';

const BATCH = 500;

/**
 * Unlike the time, the pages that were looked at (again counted each time) don't depend on what else the machine does.
 */
export interface Spent {
  readonly calls: number;
  readonly ms: number;
  readonly pages: number;
  /** That the statements returned or changed. */
  readonly rows: number;
}

/** What a database spends on statements, by pg_stat_statements, which the server of the benchmark loads. */
export class DatabaseTime {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** @throws Error where the server does not have pg_stat_statements loaded */
  static async open(databaseUrl: string): Promise<DatabaseTime> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('create extension if not exists pg_stat_statements');
    await client.query('select count(*) from pg_stat_statements');
    return new DatabaseTime(client);
  }

  /** From now on, in this database. */
  async reset(): Promise<void> {
    await this.#client.query(
      'select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = current_database()',
    );
  }

  /** @param like a pattern of SQL's `like`, of the statements' texts */
  async spent(like = '%'): Promise<Spent> {
    const { rows } = await this.#client.query<Spent>(
      `select coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(total_exec_time), 0)::float8 as ms,
         coalesce(sum(shared_blks_hit + shared_blks_read), 0)::float8 as pages,
         coalesce(sum(rows), 0)::float8 as rows
       from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where d.datname = current_database() and query ilike $1 and query not like '%pg_stat_statements%'`,
      [like],
    );
    return rows[0] ?? { calls: 0, ms: 0, pages: 0, rows: 0 };
  }

  /** For so many claimed as a claim takes, since the last reset; not all claims are full. */
  async ofClaims(): Promise<Spent> {
    const spent = await this.spent('with claimed as%');
    const claims = spent.rows / BATCH;
    return { ...spent, ms: spent.ms / claims, pages: spent.pages / claims };
  }

  /** Claims `count` batches of what is due, which stay claimed. @returns what each cost */
  async claims({ db }: Pick<OpenDatabase, 'db'>, count: number): Promise<Spent[]> {
    const costs: Spent[] = [];
    for (let nth = 0; nth < count; nth++) {
      await this.reset();
      const now = systemClock.now();
      const leaseUntil = new Date(now.getTime() + 3_600_000);
      const claimed = await claimDue(db, {
        batchId: newId(now),
        worker: 'bench',
        now,
        leaseUntil,
        limit: BATCH,
        atOnce: 25,
        which: { behind: null },
      });
      if (claimed.length < BATCH) throw new Error(`only ${claimed.length} were due`);
      costs.push(await this.ofClaims());
    }
    return costs;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
