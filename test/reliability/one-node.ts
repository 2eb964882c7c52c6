import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMigratedDatabase } from '../../src/database/connect.ts';
import { ordinaryUser } from '../support/postgres-server.ts';
import { PostgresNode } from './postgres-node.ts';

/**
 * A PostgreSQL that may be stopped and started, with a migrated, empty database and its WAL in a folder of its user's.
 */
export async function openNode(wal: string): Promise<{ node: PostgresNode; url: string; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'easysms-one-node-'));
  const user = ordinaryUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const node = await PostgresNode.create(folder, wal);
  await node.query('create database easysms');
  const url = Object.assign(new URL(node.url), { pathname: '/easysms' }).href;
  await (await openMigratedDatabase({ databaseUrl: url })).close();
  const close = async () => {
    await node.stop('immediate');
    rmSync(folder, { recursive: true, force: true });
  };
  return { node, url, close };
}
