import pg from 'pg';
import { startBuilt } from './built.ts';
import { DatabaseTime } from './database-time.ts';
import { JSON_EVENT, post } from './posts.ts';
import { medianOf, reportFigure } from './report.ts';
import { multiply, openStock } from './rows.ts';
import { dropDatabase } from './service.ts';
import { startSupplier } from './supplier.ts';

/** Each posted appointment has two. */
const REMINDERS_EACH = 2;
const KIB = 1024;

/** Statements, log and disk that one reminder costs, from the post to the gateway's answer. */
interface Footprint {
  readonly postStatements: number;
  readonly postLog: number;
  readonly postDisk: number;
  readonly sendStatements: number;
  readonly sendLog: number;
  readonly sendDisk: number;
}

export async function benchFootprint(serverUrl: string, rounds: number, reminders: number): Promise<void> {
  const all: Footprint[] = [];
  for (let round = 0; round < rounds; round++) all.push(await measure(serverUrl, reminders));
  const tell = (what: string, figure: keyof Footprint, unit: string, most?: number) =>
    reportFigure(what, [medianOf(all.map((each) => each[figure]))], unit, most);
  tell('a reminder, posted one appointment a request over 64 connections', 'postStatements', 'statements');
  tell('of the write-ahead log for it', 'postLog', 'KiB');
  tell('on the disk, with its share of the appointment', 'postDisk', 'KiB');
  tell('a reminder, handed over', 'sendStatements', 'statements');
  tell('of the write-ahead log for it', 'sendLog', 'KiB');
  tell('more on the disk, with the message, its text and the history', 'sendDisk', 'KiB');
}

async function measure(serverUrl: string, reminders: number): Promise<Footprint> {
  const { databaseUrl, env, token } = await openStock(serverUrl);
  const time = await DatabaseTime.open(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const service = await startBuilt({ ...env, EASYSMS_ROLE: 'api' });
  const empty = await bytesStored(client);
  await time.reset();
  await post(service.url, JSON_EVENT, token, 'f', { appointments: reminders / REMINDERS_EACH, connections: 64 });
  const postStatements = (await time.spent()).calls;
  const posted = await bytesStored(client);
  await service.stop();

  await multiply(databaseUrl, { count: reminders, due: new Date(), everyMs: 0 });
  const supplier = await startSupplier(0);
  const before = await bytesStored(client);
  await time.reset();
  const worker = await startBuilt({ ...env, ...supplier.env, EASYSMS_ROLE: 'worker' });
  await supplier.taken(reminders);
  await worker.stop();
  const sendStatements = (await time.spent()).calls;
  const sent = await bytesStored(client);
  await supplier.stop();
  await client.end();
  await time.close();
  await dropDatabase(serverUrl, databaseUrl);
  return {
    postStatements: postStatements / reminders,
    postLog: (posted.log - empty.log) / KIB / reminders,
    postDisk: (posted.disk - empty.disk) / KIB / reminders,
    sendStatements: sendStatements / reminders,
    sendLog: (sent.log - before.log) / KIB / reminders,
    sendDisk: (sent.disk - before.disk) / KIB / reminders,
  };
}

/** Bytes of the log so far, and of the database once what is dead has gone. */
async function bytesStored(client: pg.Client): Promise<{ log: number; disk: number }> {
  const { rows: log } = await client.query<{ bytes: string }>("select pg_current_wal_lsn() - '0/0'::pg_lsn as bytes");
  await client.query('vacuum');
  const { rows: disk } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  return { log: Number(log[0]?.bytes), disk: Number(disk[0]?.bytes) };
}
