import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Town } from './town.ts';

/** More than a process has connections. */
const FLOOD = 12;

let town: Town;
beforeAll(async () => {
  town = await Town.open('postgres');
});
afterAll(() => town.app.close());

it('replies of one number that wait for each other leave the connections to everybody else', async () => {
  const authority = await town.authority();
  const [flooding, other] = [town.newPhone(), town.newPhone()];
  for (const phone of [flooding, other]) await town.wrote(authority, phone);
  const stranger = new pg.Client({ connectionString: town.app.databaseUrl });
  await stranger.connect();
  await stranger.query('begin');
  const key = town.app.deps.keyring.phoneHash(flooding).readBigInt64BE(0);
  await stranger.query('select pg_advisory_xact_lock($1::bigint)', [String(key)]);

  const flood = Array.from({ length: FLOOD }, () => town.reply(flooding, 'HJÆLP'));
  await eventually(async () => {
    const { rows } = await stranger.query("select 1 from pg_locks where locktype = 'advisory' and not granted");
    expect(rows).toHaveLength(1);
  });
  await town.reply(other, 'STOP');
  expect(await town.refused(other)).toEqual([authority]);
  await stranger.query('commit');
  await Promise.all(flood);
  expect(await town.listed(flooding)).toHaveLength(FLOOD);
  await stranger.end();
});
