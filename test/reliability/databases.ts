import { randomBytes } from 'node:crypto';
import { openMigratedDatabase } from '../../src/database/connect.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { installWorldClock, run } from './world-clock.ts';

/** A PostgreSQL for the experiments of one run, started when the first one asks for a database. */
export class Databases {
  #server: Promise<PostgresServer> | undefined;
  #template: Promise<string> | undefined;
  readonly #prefix = `prove_${randomBytes(4).toString('hex')}`;
  readonly #made: string[] = [];
  /** What takes a database in a folder of its own away again. */
  readonly #spaces = new Map<string, readonly string[]>();

  /**
   * @param folder of PostgreSQL's user, for its tables and indexes; where everything else lies unless given
   * @returns the address of a new, migrated, empty database with the world's clock
   */
  async create(folder?: string): Promise<string> {
    this.#server ??= startPostgres();
    const server = await this.#server;
    this.#template ??= this.#migrate(server);
    const template = await this.#template;
    if (folder === undefined) return this.#createFrom(template);
    const tablespace = `${this.#prefix}_space_${this.#made.length}`;
    await run(server.url, [`create tablespace ${tablespace} location '${folder}'`]);
    const url = await this.#createFrom(`${template} tablespace ${tablespace}`);
    this.#spaces.set(folder, [
      `drop database ${new URL(url).pathname.slice(1)} with (force)`,
      `drop tablespace ${tablespace}`,
    ]);
    return url;
  }

  /** Lets go of a folder that a database was made in. */
  async drop(folder: string): Promise<void> {
    const server = await this.#server;
    if (server) await run(server.url, this.#spaces.get(folder) ?? []);
  }

  /** @returns the address of a database with the world's clock and nothing else */
  createBare(): Promise<string> {
    return this.#createFrom('template0');
  }

  async #createFrom(template: string): Promise<string> {
    this.#server ??= startPostgres();
    const server = await this.#server;
    const name = `${this.#prefix}_${this.#made.length}`;
    this.#made.push(name);
    await run(server.url, [`create database ${name} template ${template}`]);
    const url = urlOf(server.url, name);
    await installWorldClock(url);
    return url;
  }

  async close(): Promise<void> {
    const server = await this.#server;
    if (!server) return;
    const names = [...this.#made, `${this.#prefix}_template`];
    await run(
      server.url,
      names.map((name) => `drop database if exists ${name} with (force)`),
    );
    await server.stop();
  }

  async #migrate(server: PostgresServer): Promise<string> {
    const name = `${this.#prefix}_template`;
    await run(server.url, [`create database ${name}`]);
    await (await openMigratedDatabase({ databaseUrl: urlOf(server.url, name) })).close();
    return name;
  }
}

function urlOf(server: string, database: string): string {
  return Object.assign(new URL(server), { pathname: `/${database}` }).href;
}
