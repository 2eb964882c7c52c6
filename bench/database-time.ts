import { readFileSync } from 'node:fs';
import pg from 'pg';

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
  readonly ms: number;
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

  /** @param like patterns of SQL's `like`, of the statements' texts */
  async spent(...like: readonly string[]): Promise<Spent> {
    const { rows } = await this.#client.query<Spent>(
      `select coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(total_exec_time), 0)::float8 as ms,
         coalesce(sum(shared_blks_hit + shared_blks_read), 0)::float8 as pages,
         coalesce(sum(wal_bytes), 0)::float8 as wal, coalesce(sum(wal_fpi), 0)::float8 as "wholePages",
         coalesce(sum(rows), 0)::float8 as rows
       from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where d.datname = current_database() and query ilike any($1) and query not like '%pg_stat_statements%'`,
      [like.length === 0 ? ['%'] : like],
    );
    return rows[0] ?? { calls: 0, ms: 0, pages: 0, wal: 0, wholePages: 0, rows: 0 };
  }

  /** Looks, starts and settles since the last reset, for each reminder that was part of a start. */
  async ofReminder(): Promise<Omit<Spent, 'rows'>> {
    const { calls, ms, pages, wal, wholePages } = await this.spent(LOOK, START, SETTLE);
    const { rows } = await this.spent(START);
    const each = (sum: number): number => sum / rows;
    return { calls: each(calls), ms: each(ms), pages: each(pages), wal: each(wal), wholePages: each(wholePages) };
  }

  /** The same by statement, in µs. */
  async partsOfReminder(): Promise<string> {
    const { rows } = await this.spent(START);
    const times: string[] = [];
    for (const [name, like] of Object.entries({ look: LOOK, start: START, settle: SETTLE }))
      times.push(`${name} ${((1_000 * (await this.spent(like)).ms) / rows).toFixed(0)}`);
    return `${times.join(' + ')} µs`;
  }

  /**
   * Processor time that the backends of this database have used so far, in µs by their process; empty where the system
   * doesn't tell, or the server runs elsewhere. Its own backend is left out.
   */
  async backends(): Promise<ReadonlyMap<number, number>> {
    const { rows } = await this.#client.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()",
    );
    return new Map(rows.flatMap(({ pid }) => processorTime(pid)));
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** The process and the time that it has run on a processor, in µs; nothing where the system doesn't tell. */
function processorTime(pid: number): [pid: number, us: number][] {
  try {
    const [nanoseconds = ''] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return [[pid, Number(nanoseconds) / 1000]];
  } catch {
    return [];
  }
}
