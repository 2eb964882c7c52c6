import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { freePort, ordinaryUser } from './postgres-server.ts';

const PATH = `${process.env.PATH}:/usr/sbin`;

export function isPgbouncerInstalled(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore', env: { PATH } });
    return true;
  } catch {
    return false;
  }
}

/** A new connection for each transaction of a client. */
const settings = (target: URL, port: number, connections: number, keptStatements: number): string => `
[databases]
easysms = host=${target.hostname} port=${target.port} dbname=${target.pathname.slice(1)} user=${target.username} ${target.password && `password=${target.password}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_prepared_statements = ${keptStatements}
`;

export interface Pgbouncer {
  readonly url: string;
  /** @returns the PostgreSQL processes of the connections that it has open and nobody uses */
  unused(): Promise<number[]>;
  stop(): Promise<void>;
}

/**
 * PgBouncer in transaction mode before the database that `databaseUrl` names. It goes when this process goes.
 * @param connections that it has to PostgreSQL
 * @param keptStatements prepared statements that outlive a client's transaction; 0: none
 */
export async function startPgbouncer(databaseUrl: string, connections: number, keptStatements = 0): Promise<Pgbouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-pgbouncer-'));
  const user = ordinaryUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, settings(new URL(databaseUrl), port, connections, keptStatements));
  // The shell waits for the end of its input, which comes however this process ends, and takes PgBouncer along.
  const script = 'pgbouncer "$0" & pooler=$!; cat >/dev/null; kill -INT $pooler; kill -TERM $pooler; wait $pooler';
  const shell = spawn('sh', ['-c', script, file], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH },
    cwd: folder,
    ...user,
  });
  const ended = once(shell, 'exit');
  for await (const line of createInterface(shell.stderr)) if (line.includes('process up')) break;
  shell.stderr.resume();
  const stop = async () => {
    shell.stdin.end();
    await ended;
    rmSync(folder, { recursive: true });
  };
  const address = `postgres://someone@127.0.0.1:${port}`;
  return { url: `${address}/easysms`, unused: () => unusedConnections(`${address}/pgbouncer`), stop };
}

/** By PgBouncer's own database, which with `auth_type = any` everybody may ask (its manual, "Admin console"). */
async function unusedConnections(adminUrl: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ state: string; remote_pid: number }>('show servers');
    return rows.filter(({ state }) => state === 'idle').map(({ remote_pid }) => Number(remote_pid));
  } finally {
    await client.end();
  }
}
