import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openMigratedDatabase } from '../../src/database/connect.ts';
import { installWorldClock, run } from './world-clock.ts';

/** A PostgreSQL that can fail over. */
export interface Cluster {
  /** Of a migrated, empty database, at an address that leads to the primary. */
  readonly url: string;
  /** Does to the primary what is to be survived. */
  fault(): Promise<unknown>;
  /** Before the next one. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** A cluster that runs already, say under Patroni, and commands that harm and mend it. */
export interface GivenCluster {
  /** Of a user that may create databases. */
  readonly url: string;
  readonly fault: string;
  readonly mend: string;
}

/** @returns null when none is given */
export function givenCluster(): GivenCluster | null {
  const { PROVE_CLUSTER_URL: url, PROVE_CLUSTER_FAULT: fault, PROVE_CLUSTER_MEND: mend = 'true' } = process.env;
  return url && fault ? { url, fault, mend } : null;
}

/** With a database of its own, which is dropped in the end. */
export async function openGivenCluster({ url, fault, mend }: GivenCluster): Promise<Cluster> {
  const name = `easysms_prove_${randomBytes(4).toString('hex')}`;
  await run(url, [`create database ${name}`]);
  const own = Object.assign(new URL(url), { pathname: `/${name}` }).href;
  await (await openMigratedDatabase({ databaseUrl: own })).close();
  await installWorldClock(own);
  return {
    url: own,
    fault: () => command(fault),
    mend: () => command(mend),
    close: () => run(url, [`drop database ${name} with (force)`]),
  };
}

async function command(line: string): Promise<void> {
  const shell = spawn('sh', ['-c', line], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(shell, 'exit');
  if (code !== 0) throw new Error(`"${line}" ended with ${String(code)}`);
}
