import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, newestInstalled, ordinaryUser } from '../support/postgres-server.ts';
import { until } from './world.ts';

/** What a standby needs to follow at once, and to find a new primary at once. */
const SETTINGS = [
  'max_connections=200',
  'unix_socket_directories=',
  'shared_buffers=64MB',
  'wal_log_hints=on',
  'wal_keep_size=256MB',
  'wal_sender_timeout=5s',
  'wal_receiver_timeout=5s',
  'wal_retrieve_retry_interval=500ms',
];

/** Why there can't be two nodes on this machine; null when there can. */
export function missingForNodes(): string | null {
  const bin = newestInstalled();
  if (!bin || !existsSync(join(bin, 'pg_basebackup')))
    return 'there is no PostgreSQL with pg_basebackup in /usr/lib/postgresql';
  return existsSync('/proc/self/stat') ? null : 'there is no /proc to find the processes of a server in';
}

/** One PostgreSQL with a data folder of its own, which outlives its server. */
export class PostgresNode {
  readonly port: number;
  readonly url: string;
  readonly #bin: string;
  readonly #data: string;
  readonly #log: string;
  #gone: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, port: number) {
    const bin = newestInstalled();
    if (!bin) throw new Error('there is no PostgreSQL on this machine');
    this.#bin = bin;
    this.#data = join(folder, String(port));
    this.#log = join(folder, `${port}.log`);
    this.port = port;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  /**
   * A new, empty one, which runs. Both folders belong to the user that PostgreSQL runs as.
   * @param wal where it keeps its WAL; among the rest unless given
   */
  static async create(folder: string, wal?: string): Promise<PostgresNode> {
    const node = new PostgresNode(folder, await freePort());
    const apart = wal === undefined ? [] : ['-X', wal];
    await node.#runTool(
      'initdb',
      '-D',
      node.#data,
      ...apart,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
    );
    await node.start();
    return node;
  }

  /** A standby of `primary`, which runs. */
  static async follow(folder: string, primary: PostgresNode): Promise<PostgresNode> {
    const node = new PostgresNode(folder, await freePort());
    await node.#runTool(
      'pg_basebackup',
      '-D',
      node.#data,
      '-d',
      primary.url,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '--no-sync',
    );
    // The copy says what the primary waits for; as a primary this one has nobody yet.
    node.#append("synchronous_standby_names = ''");
    await node.start();
    return node;
  }

  async start(): Promise<void> {
    const args = [
      '-D',
      this.#data,
      '-p',
      String(this.port),
      '-h',
      '127.0.0.1',
      ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ];
    // The shell waits for the end of its input, which comes however this process ends, and takes PostgreSQL along.
    const script =
      'exec 3<&0; "$0" "$@" >>"$LOG" 2>&1 & server=$!; { cat <&3 >/dev/null; kill -QUIT $server; } & wait $server; kill $!';
    const shell = spawn('sh', ['-c', script, join(this.#bin, 'postgres'), ...args], {
      ...this.#asUser(),
      env: { ...process.env, LC_ALL: 'C', LOG: this.#log },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    shell.stdin?.on('error', () => {});
    this.#gone = once(shell, 'exit').then(() => shell.stdin?.end());
    await until(() => this.query('select 1').then(() => true), `PostgreSQL at port ${this.port}`, 30_000, 50);
  }

  /** `fast`: sessions are ended and everything is written; `immediate`: as after a crash. */
  async stop(how: 'fast' | 'immediate'): Promise<void> {
    const [server] = this.#processes();
    if (server !== undefined) process.kill(server, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await this.#gone;
  }

  /** SIGKILL to every process of the server, as if the power had gone. */
  kill(): void {
    const [server] = this.#processes();
    // So that it starts no others meanwhile.
    if (server !== undefined) process.kill(server, 'SIGSTOP');
    for (const pid of this.#processes()) process.kill(pid, 'SIGKILL');
  }

  /** What a stopped one is to be when it starts again: a standby of `primary`. */
  becomeStandbyOf(primary: PostgresNode): void {
    this.#append("synchronous_standby_names = ''");
    this.#append(`primary_conninfo = 'host=127.0.0.1 port=${primary.port} user=postgres'`);
    appendFileSync(join(this.#data, 'standby.signal'), '');
  }

  async promote(): Promise<void> {
    await this.query('select pg_promote(true, 60)');
  }

  /** Over a connection of its own. */
  async query<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query<T>(sql, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  #append(line: string): void {
    appendFileSync(join(this.#data, 'postgresql.auto.conf'), `${line}\n`);
  }

  /** Load and relay live in this process: they must not stand still for it. */
  async #runTool(name: string, ...args: string[]): Promise<void> {
    await promisify(execFile)(join(this.#bin, name), args, this.#asUser());
  }

  #asUser(): { cwd: string; uid?: number; gid?: number } {
    return { cwd: '/', ...ordinaryUser() };
  }

  /** The server first, then those that it started; [] when it is gone. */
  #processes(): number[] {
    const file = join(this.#data, 'postmaster.pid');
    if (!existsSync(file)) return [];
    const server = Number(readFileSync(file, 'utf8').split('\n')[0]);
    if (!existsSync(`/proc/${server}`)) return [];
    return [server, ...childrenOf(server)];
  }
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => parentOf(pid) === parent).map(Number);
}

/** The fourth word, counted behind the name, which may hold anything but a closing bracket behind its own. */
function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
