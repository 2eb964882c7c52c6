import { sql } from 'kysely';
import pg from 'pg';
import { expect, it } from 'vitest';
import { NUMBERS_AT_ONCE } from '../../src/replies/number-queues.ts';
import { eventually } from '../support/eventually.ts';
import { NUMBER, useTown } from './town.ts';

/** More than a process has connections. */
const FLOOD = 12;
/** As many as a supplier posts in one callback. */
const LARGE = 250;

const town = useTown('postgres');

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

/** Another connection, which lets no reply be stored until it commits. */
async function holdReplies(): Promise<pg.Client> {
  const stranger = new pg.Client({ connectionString: town.app.databaseUrl });
  await stranger.connect();
  await stranger.query('begin; lock table inbound_message in share row exclusive mode');
  return stranger;
}

async function held(stranger: pg.Client): Promise<number> {
  const { rows } = await stranger.query(`
    select 1 from pg_locks l join pg_database d on d.oid = l.database
    where d.datname = current_database() and not granted`);
  return rows.length;
}

/** Goes to the database and back over the connections that replies take, so that all that can go on does. */
async function manyRoundTrips(): Promise<void> {
  for (let n = 0; n < 50; n++) await sql`select 1`.execute(town.app.db);
}

/** One callback with a message of each of these numbers. */
async function post(phones: readonly string[], text: string): Promise<number> {
  const events = phones.map((from) => ({ gatewayMessageId: `flood-${from}`, from, to: NUMBER, text, at: null }));
  return (await town.post(JSON.stringify(events))).status;
}

const newPhones = (count: number) => Array.from({ length: count }, () => town.newPhone());

it('several callbacks together take as many connections as one, and leave the others to everybody else', async () => {
  const phones = [newPhones(5), newPhones(5), newPhones(5), newPhones(5)];
  const stranger = await holdReplies();
  const posted = phones.map((ofOne) => post(ofOne, 'STOP'));
  await eventually(async () => expect(await held(stranger)).toBeGreaterThanOrEqual(NUMBERS_AT_ONCE));
  await manyRoundTrips();
  expect(await held(stranger)).toBe(NUMBERS_AT_ONCE);
  await stranger.query('commit');
  expect(await Promise.all(posted)).toEqual(phones.map(() => 200));
  for (const phone of phones.flat()) expect(await town.refused(phone)).toEqual(['all']);
  await stranger.end();
});

it('a STOP is applied before most of a large callback that came before it, which is answered like any other', async () => {
  const [large, citizen] = [newPhones(LARGE), town.newPhone()];
  const stranger = await holdReplies();
  const posted = post(large, 'HJÆLP');
  await eventually(async () => expect(await held(stranger)).toBe(NUMBERS_AT_ONCE));
  const stop = post([citizen], 'STOP');
  await manyRoundTrips();
  await stranger.query('commit');
  expect([await stop, await posted]).toEqual([200, 200]);
  const order = await inOrderOfTransactions([...large, citizen]);
  expect(order).toHaveLength(LARGE + 1);
  expect(order.indexOf(citizen)).toBeLessThan(5 * NUMBERS_AT_ONCE);
  await stranger.end();
});

/** These numbers in the order in which the transactions that stored their replies began to write. */
async function inOrderOfTransactions(phones: readonly string[]): Promise<string[]> {
  const byHash = new Map(phones.map((phone) => [town.rows.keyring.phoneHash(phone).toString('hex'), phone]));
  const { rows } = await sql<{ phone_hash: Buffer }>`
    select phone_hash from inbound_message order by xmin::text::bigint`.execute(town.app.db);
  return rows.flatMap(({ phone_hash: hash }) => byHash.get(hash.toString('hex')) ?? []);
}
