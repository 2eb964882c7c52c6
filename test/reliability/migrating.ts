import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { until } from './world.ts';
import { run } from './world-clock.ts';

/** How long PostgreSQL waits within the statement that a migration is stopped at. */
const STAY_S = 0.4;

/**
 * A bare database whose migrations can be stopped at each of their statements that define something, and a look at what
 * became of it.
 */
export class MigratingDatabase {
  readonly #url: string;
  readonly #program: string;

  private constructor(url: string, program: string) {
    this.#url = url;
    this.#program = program;
  }

  /** @param program that migrates, compiled */
  static async prepare(url: string, program: string): Promise<MigratingDatabase> {
    await run(url, [
      'create sequence world.statements',
      'create table world.stop_at (nth bigint not null)',
      'insert into world.stop_at values (0)',
      // What a sequence counts is not taken back with the transaction.
      `create function world.stop() returns event_trigger language plpgsql as
        $$ begin if nextval('world.statements') = (select nth from world.stop_at) then perform pg_sleep(${STAY_S}); end if; end $$`,
      'create event trigger stop on ddl_command_end execute function world.stop()',
    ]);
    return new MigratingDatabase(url, program);
  }

  /** @returns how many statements there were */
  async migrate(): Promise<number> {
    await this.#rewind(0);
    const { said, code } = await ended(this.#start());
    if (code !== 0) throw new Error(`the migration ended with ${code}: ${said}`);
    return Number((await this.#ask<{ last: string }>('select last_value as last from world.statements'))?.last);
  }

  /**
   * Lets it come to its nth statement, and takes away the process, or the session on the server. @returns what the
   * process wrote, if it was not killed
   */
  async breakAt(nth: number, what: 'process' | 'session'): Promise<string> {
    await this.#rewind(nth);
    const child = this.#start();
    const end = ended(child);
    await until(
      async () =>
        Number((await this.#ask<{ last: string }>('select last_value as last from world.statements'))?.last) >= nth,
      'the statement',
      30_000,
      5,
    );
    if (what === 'process') child.kill('SIGKILL');
    else
      await this.#ask(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'easysms'",
      );
    const { said, code } = await end;
    if (code === 0) throw new Error('the migration came to its end');
    return said;
  }

  /**
   * Waits for sessions that a killed process left behind. @returns how many tables of ours there are; the migrator's
   * own two are made before its transaction
   */
  async tables(): Promise<number> {
    await until(
      async () =>
        (
          await this.#ask<{ n: number }>(
            "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'easysms'",
          )
        )?.n === 0,
      'nobody at it',
      30_000,
      20,
    );
    return (
      (
        await this.#ask<{ n: number }>(
          "select count(*)::int as n from pg_tables where schemaname = 'public' and tablename not like 'kysely_%'",
        )
      )?.n ?? -1
    );
  }

  async #rewind(nth: number): Promise<void> {
    await run(this.#url, [`update world.stop_at set nth = ${nth}`, "select setval('world.statements', 1, false)"]);
  }

  async #ask<Row>(sql: string): Promise<Row | undefined> {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    try {
      return (await client.query(sql)).rows[0] as Row | undefined;
    } finally {
      await client.end();
    }
  }

  #start(): ChildProcess {
    const env = { PATH: process.env.PATH, DATABASE_URL: this.#url };
    return spawn(process.execPath, [this.#program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

async function ended(child: ChildProcess): Promise<{ said: string; code: number | null }> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { said, code };
}

/** Everything that a schema holds, in words that are the same for two alike. */
export async function describeSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(`
      select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as line
        from information_schema.columns where table_schema = 'public'
      union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
      union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
      union all select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
      union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
      union all select 'migration ' || name from kysely_migration order by 1`);
    return rows.map(({ line }) => line).join('\n');
  } finally {
    await client.end();
  }
}
