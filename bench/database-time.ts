import pg from 'pg';
import { processorTime } from './processor-time.ts';

/** What tells the statements of src/dispatch from others. */
const LOOK = '%a.revision as appointment_revision%';
const START = '%judged as (%';
const SETTLE = '%delete from hand_over_group where id = any(%';

/**
 * Unlike the time, pages (one that is read again counts again) and bytes of the write-ahead log don't depend on what else
 * the machine does.
 */
export interface Spent {
  readonly calls: number;
  /** Planning and execution. */
  readonly ms: number;
  readonly planMs: number;
  readonly pages: number;
  readonly wal: number;
  /** Pages that were written to the log as a whole: each that is changed for the first time since a checkpoint. */
  readonly wholePages: number;
  /** That the statements returned or changed. */
  readonly rows: number;
}

/** What a database spends on statements, by pg_stat_statements, which the server of the benchmark loads. */
export class DatabaseTime {
  readonly #client: pg.Client;
  /** The process of its own backend. */
  readonly pid: number;

  private constructor(client: pg.Client, pid: number) {
    this.#client = client;
    this.pid = pid;
  }

  /** @throws Error where the server does not have pg_stat_statements loaded */
  static async open(databaseUrl: string): Promise<DatabaseTime> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('create extension if not exists pg_stat_statements');
    await client.query('select count(*) from pg_stat_statements');
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return new DatabaseTime(client, rows[0]?.pid ?? 0);
  }

  /** From now on, in this database. */
  async reset(): Promise<void> {
    await this.#client.query(
      'select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = current_database()',
    );
  }

  /** @param like patterns of SQL's `like`, of the statements' texts */
  async spent(...like: readonly string[]): Promise<Spent> {
    const { rows } = await this.#client.query<Spent>(
      `select coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(total_exec_time + total_plan_time), 0)::float8 as ms,
         coalesce(sum(total_plan_time), 0)::float8 as "planMs",
         coalesce(sum(shared_blks_hit + shared_blks_read), 0)::float8 as pages,
         coalesce(sum(wal_bytes), 0)::float8 as wal, coalesce(sum(wal_fpi), 0)::float8 as "wholePages",
         coalesce(sum(rows), 0)::float8 as rows
       from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where d.datname = current_database() and query ilike any($1) and query not like '%pg_stat_statements%' and query not like '%bench_%'`,
      [like.length === 0 ? ['%'] : like],
    );
    return rows[0] ?? { calls: 0, ms: 0, planMs: 0, pages: 0, wal: 0, wholePages: 0, rows: 0 };
  }

  /** Looks, starts and settles since the last reset, for each outcome: a start returns two rows for a reminder. */
  async ofReminder(): Promise<Omit<Spent, 'rows'>> {
    const { rows: _, ...spent } = await this.spent(LOOK, START, SETTLE);
    return perThing(spent, (await this.spent(SETTLE)).rows);
  }

  /** The same by statement, in µs. */
  async partsOfReminder(): Promise<string> {
    const { rows } = await this.spent(SETTLE);
    const times: string[] = [];
    for (const [name, like] of Object.entries({ look: LOOK, start: START, settle: SETTLE }))
      times.push(`${name} ${((1_000 * (await this.spent(like)).ms) / rows).toFixed(0)}`);
    return `${times.join(' + ')} µs`;
  }

  /**
   * Processor time that the backends of this database have used so far, in µs by their process, its own left out; 0
   * where the system doesn't tell.
   */
  async backends(): Promise<ReadonlyMap<number, number>> {
    const { rows } = await this.#client.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    return new Map(rows.map(({ pid }) => [pid, processorTime(pid)]));
  }

  /** @param condition SQL, which is not counted */
  async isTrue(condition: string): Promise<boolean> {
    const { rows } = await this.#client.query<{ bench_true: boolean }>(`select ${condition} as bench_true`);
    return rows[0]?.bench_true ?? false;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** Figures of many things, for one of them. */
export function perThing<T extends Readonly<Record<string, number>>>(sums: T, count: number): T {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count])) as T;
}
