import pg from 'pg';
import { systemClock } from '../src/clock.ts';
import type { OpenDatabase } from '../src/database/connect.ts';
import { lookDue } from '../src/dispatch/look.sql.ts';

const LOOK = 500;

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

  /** For as many reminders as a look takes, since the last reset; not all looks are full. */
  async ofLooks(): Promise<Spent> {
    const spent = await this.spent('%from reminder where next_at <=%');
    const looks = spent.rows / LOOK;
    return { ...spent, ms: spent.ms / looks, pages: spent.pages / looks };
  }

  /** Looks at what is due `count` times, and takes what it found out of the queue each time. @returns what each cost */
  async looks({ db }: Pick<OpenDatabase, 'db'>, count: number): Promise<Spent[]> {
    const costs: Spent[] = [];
    for (let nth = 0; nth < count; nth++) {
      await this.reset();
      const found = await lookDue(db, { now: systemClock.now(), limit: LOOK, share: null, which: { behind: null } });
      if (found.length < LOOK) throw new Error(`only ${found.length} were due`);
      costs.push(await this.ofLooks());
      await this.#client.query("update reminder set status = 'handed_over', next_at = null where id = any($1)", [
        found.map(({ id }) => id),
      ]);
    }
    return costs;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
