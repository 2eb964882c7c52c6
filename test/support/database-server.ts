import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openMigratedDatabase } from '../../src/database/connect.ts';
import { TransactionLockDialect } from '../../src/database/dialect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createPglite, pglitePool } from '../../src/database/pglite.ts';
import { makeAsNew, markOf } from './emptied.ts';
import { FORGETFUL, type PostgresServer, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseServer: string;
  }
}

/** Answers of the server below. */
export type Answer =
  | { readonly url: string }
  | { readonly none: string }
  | { readonly snapshot: string }
  | { readonly folder: string };

/**
 * One server a test run makes the databases, the first time one is asked for: `/postgres`, `/new-postgres`, `/empty`,
 * `/give-back/<name>`, `/drop/<name>`, `/drop-now/<name>`, which answers once it is gone, `/embedded`, `/data-folder`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-test-'));
  const postgres = new Databases();
  let snapshot: Promise<string> | undefined;
  let dataFolder: Promise<string> | undefined;
  const answer = async (path: string): Promise<Answer | null> => {
    if (path === '/embedded') {
      snapshot ??= writeSnapshot(join(folder, 'embedded.tar'));
      return { snapshot: await snapshot };
    }
    if (path === '/data-folder') {
      snapshot ??= writeSnapshot(join(folder, 'embedded.tar'));
      dataFolder ??= snapshot.then((file) => fillDataFolder(join(folder, 'data'), file));
      return { folder: await dataFolder };
    }
    const [, how = '', name = ''] = /^\/(give-back|drop|drop-now)\/(.*)$/.exec(path) ?? [];
    if (name !== '') return postgres.takeBack(name, how as HowTakenBack);
    return postgres.create(path === '/empty' ? 'empty' : path === '/postgres' ? 'migrated' : 'new');
  };
  const server = createServer(async (request: IncomingMessage, response) => {
    // A connection kept alive may be closed just as the next test uses it again.
    response.setHeader('Connection', 'close');
    try {
      response.end(JSON.stringify(await answer(request.url ?? '/')));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server for test databases has no port');
  project.provide('databaseServer', `http://127.0.0.1:${address.port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** A migrated, empty embedded database as one file: making one from it is several times as fast as from nothing. */
async function writeSnapshot(file: string): Promise<string> {
  const pglite = await createPglite();
  const db = new Kysely<unknown>({ dialect: new TransactionLockDialect({ pool: pglitePool(pglite) }) });
  await migrate(db);
  const snapshot = await pglite.dumpDataDir('none');
  writeFileSync(file, Buffer.from(await snapshot.arrayBuffer()));
  await db.destroy();
  return file;
}

/** A migrated, empty embedded database on the disk: a copy starts several times as fast as a new one. */
async function fillDataFolder(dataDir: string, snapshot: string): Promise<string> {
  mkdirSync(dataDir);
  const bytes = new Blob([readFileSync(snapshot)]);
  await (await createPglite({ dataDir: join(dataDir, 'database'), snapshot: bytes })).close();
  return dataDir;
}

/** Emptied for another test, dropped behind the test's back, or dropped before it goes on. */
type HowTakenBack = 'give-back' | 'drop' | 'drop-now';

interface Started {
  readonly server: PostgresServer;
  readonly template: string;
  /** The mark of the template, which its copies are compared with. */
  readonly mark: string;
}

class Databases {
  #started: Promise<Started | { none: string }> | undefined;
  #last = 0;
  /** Migrated ones that are as new. */
  readonly #emptied: string[] = [];
  /** The next migrated one, which is made while a test works with the one before. */
  #next: Promise<string> | undefined;
  /** Databases that are being emptied or dropped, for which no test waits; a failure is told at the end. */
  readonly #takenBack: Promise<unknown>[] = [];
  readonly #prefix = `easysms_test_${process.pid}`;

  /** @param what without tables; with all tables; with all tables, which no test has written to */
  async create(what: 'empty' | 'migrated' | 'new'): Promise<Answer> {
    this.#started ??= this.#start();
    const started = await this.#started;
    if ('none' in started) return started;
    const { server, template } = started;
    if (what === 'empty') return { url: urlOf(server, await this.#make(server)) };
    const emptied = what === 'migrated' ? this.#emptied.pop() : undefined;
    if (emptied !== undefined) return { url: urlOf(server, emptied) };
    const made = this.#next ?? this.#make(server, template);
    this.#next = this.#make(server, template);
    this.#next.catch(() => {});
    return { url: urlOf(server, await made) };
  }

  async takeBack(name: string, how: HowTakenBack): Promise<null> {
    const started = await this.#started;
    if (started && 'server' in started && name.startsWith(this.#prefix)) {
      const takenBack = how === 'give-back' ? this.#empty(started, name) : this.#drop(started, name);
      if (how === 'drop-now') await takenBack;
      this.#takenBack.push(takenBack);
      takenBack.catch(() => {});
    }
    return null;
  }

  async stop(): Promise<void> {
    const started = await this.#started;
    if (!started || !('server' in started)) return;
    await this.#next?.catch(() => {});
    const takenBack = await Promise.allSettled(this.#takenBack);
    for (const name of await this.#left(started.server)) await this.#drop(started, name);
    await started.server.stop();
    const failed = takenBack.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #make(server: PostgresServer, template?: string): Promise<string> {
    const name = `${this.#prefix}_${++this.#last}`;
    await this.#run(server, `create database ${name}${template ? ` template ${template}` : ''}`);
    // A copy has the tables of its template without the settings that the migrations gave the template.
    if (template) await this.#run(server, `alter database ${name} set jit = off`);
    return name;
  }

  async #drop({ server }: Started, name: string): Promise<void> {
    await this.#run(server, `drop database if exists ${name} with (force)`);
  }

  /** A test need not wait until its successor's database is empty. */
  async #empty(started: Started, name: string): Promise<void> {
    if (await makeAsNew(urlOf(started.server, name), started.mark)) this.#emptied.push(name);
    else await this.#drop(started, name);
  }

  async #start() {
    try {
      // It would make statistics of what a test gave back, and of the template.
      const server = await startPostgres([...FORGETFUL, 'autovacuum=off']);
      const template = `${this.#prefix}_0`;
      await this.#run(server, `create database ${template}`);
      const url = urlOf(server, template);
      await (await openMigratedDatabase({ databaseUrl: url })).close();
      return { server, template, mark: await markOf(url) };
    } catch (error) {
      return { none: error instanceof Error ? error.message : String(error) };
    }
  }

  /** @returns the names of the databases of this run that are there */
  async #left(server: PostgresServer): Promise<string[]> {
    const like = `${this.#prefix}\\_%`;
    const { rows } = await this.#run<{ name: string }>(
      server,
      `select datname as name from pg_database where datname like '${like}'`,
    );
    return rows.map(({ name }) => name);
  }

  async #run<R extends pg.QueryResultRow>(server: PostgresServer, statement: string): Promise<pg.QueryResult<R>> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      return await client.query<R>(statement);
    } finally {
      await client.end();
    }
  }
}

function urlOf(server: PostgresServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}
