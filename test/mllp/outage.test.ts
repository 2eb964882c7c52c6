import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { listenForMllp, type MllpListener } from '../../src/mllp/listener.ts';
import { Receiver } from '../../src/sources/receive.ts';
import { inOpenTransaction, type OpenTransaction, waitingForLock } from '../support/contention.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultProxy, openProxy } from '../support/proxy.ts';
import { useApp } from '../support/scenario.ts';
import { booking, MllpClient } from './client.ts';

const SETTINGS = { host: '127.0.0.1', port: 0, source: 'rh-epj', tls: null, maxConnections: 20 };
const TIMEOUTS = { idleMs: 600_000, messageMs: 60_000, breakOffMs: 10, stopMs: 8_000 };

let listener: MllpListener;
let clients: MllpClient[];
const undo: (() => unknown)[] = [];

const test = useApp({ each: true, kind: 'postgres', authorities: { rh: { sources: ['rh-epj'] } } });
beforeEach(async () => {
  listener = await listenForMllp(test.deps, SETTINGS, TIMEOUTS);
  clients = [];
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await listener.close();
  for (const step of undo.splice(0).reverse()) await step();
});

const dial = (port = listener.port): MllpClient => {
  const client = new MllpClient(port);
  clients.push(client);
  return client;
};
const block = (): Promise<OpenTransaction<unknown>> =>
  inOpenTransaction(test.db, (trx) => sql`lock table reminder in exclusive mode`.execute(trx));
const stored = async (): Promise<string[]> => {
  const { rows } = await sql<{ reference: string }>`select reference from appointment order by reference`.execute(
    test.db,
  );
  return rows.map(({ reference }) => reference);
};
const metric = async (name: string): Promise<string[]> =>
  (await test.deps.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));

it('an ACK is given after the commit, and what comes after its message waits', async () => {
  const blocking = await block();
  const client = dial();
  client.send(booking('M-1', 'V-1'));
  client.send(booking('M-2', 'V-2'));
  await waitingForLock(test.db);
  expect(client.unread).toBe('');
  expect(await stored()).toEqual([]);
  await blocking.commit();
  expect([await client.verdict(), await client.verdict()]).toEqual(['AA M-1', 'AA M-2']);
  expect(await stored()).toEqual(['V-1', 'V-2']);
});

it('while a message is in hand nothing more is read from its connection', async () => {
  const blocking = await block();
  const client = dial();
  client.send(booking('M-1', 'V-1'));
  await waitingForLock(test.db);
  const part = Buffer.alloc(1024 * 1024, 'x');
  for (let sent = 0; sent < 48; sent++) client.write(part);
  const seen: number[] = [];
  // Once the system's buffers are full, it stands still.
  await eventually(() => {
    seen.push(client.socket.writableLength);
    expect(new Set(seen.slice(-10)).size).toBe(1);
    expect(seen.length).toBeGreaterThan(10);
  });
  expect(client.socket.writableLength).toBeGreaterThan(24 * 1024 * 1024);
  await blocking.commit();
  expect(await client.verdict()).toBe('AA M-1');
});

it('during an outage of the database nothing is acknowledged; afterwards the same message gets AA, once', async () => {
  const proxy: FaultProxy = await openProxy(test.databaseUrl);
  const opened = await openDatabase({ databaseUrl: proxy.url });
  const deps = { ...test.deps, db: opened.db };
  const through = await listenForMllp({ ...deps, receiver: new Receiver(deps) }, SETTINGS, TIMEOUTS);
  undo.push(
    () => proxy.close(),
    () => opened.close(),
    () => through.close(),
  );
  const warm = dial(through.port);
  warm.send(booking('M-0', 'V-0'));
  expect(await warm.verdict()).toBe('AA M-0');
  proxy.cut();
  for (const client of [warm, dial(through.port)]) {
    client.send(booking('M-1', 'V-1', { phone: '20123457' }));
    expect(await client.ack()).toBeNull();
  }
  const found = await metric('easysms_mllp_messages_total{result="unavailable"}');
  expect(found).toEqual(['easysms_mllp_messages_total{result="unavailable"} 2']);
  // The cause is the database, and no failure of the service.
  expect((await metric('easysms_failures_total')).filter((line) => !line.endsWith(' 0'))).toEqual([]);
  expect(test.logged.join('\n')).not.toContain('20123457');
  proxy.restore();
  await eventually(async () => {
    const client = dial(through.port);
    client.send(booking('M-1', 'V-1', { phone: '20123457' }));
    expect(await client.verdict()).toBe('AA M-1');
  });
  expect(await stored()).toEqual(['V-0', 'V-1']);
});

it('a sender cut off between the commit and its ACK repeats, and gets AA without a second effect', async () => {
  const blocking = await block();
  const client = dial();
  client.send(booking('M-1', 'V-1'));
  await waitingForLock(test.db);
  client.socket.resetAndDestroy();
  await blocking.commit();
  await eventually(async () => expect(await stored()).toEqual(['V-1']));
  const again = dial();
  again.send(booking('M-1', 'V-1'));
  expect(await again.verdict()).toBe('AA M-1');
  const found = await metric('easysms_appointments_total{result="duplicate"}');
  expect(found).toEqual(['easysms_appointments_total{result="duplicate"} 1']);
  expect(await stored()).toEqual(['V-1']);
});

it('a stop accepts no connection, acknowledges the current message, and not the next one', async () => {
  const blocking = await block();
  const [busy, idle, half] = [dial(), dial(), dial()];
  half.write('\x0bMSH|');
  idle.write('\r\n');
  busy.send(booking('M-1', 'V-1'));
  busy.send(booking('M-2', 'V-2'));
  await waitingForLock(test.db);
  let over = false;
  const closing = listener.close().then(() => {
    over = true;
  });
  await Promise.all([idle.closed, half.closed]);
  expect(await dial().closed).toMatchObject({ code: 'ECONNREFUSED' });
  expect(over).toBe(false);
  await blocking.commit();
  expect(await busy.verdict()).toBe('AA M-1');
  await closing;
  expect(await busy.ack()).toBeNull();
  expect(await stored()).toEqual(['V-1']);
});

it('an end does not wait for ever for a message that can’t be stored', async () => {
  const blocking = await block();
  const withShortTimeouts = await listenForMllp(test.deps, SETTINGS, { ...TIMEOUTS, stopMs: 100 });
  const client = dial(withShortTimeouts.port);
  client.send(booking('M-1', 'V-1'));
  await waitingForLock(test.db);
  await withShortTimeouts.close();
  expect(await client.ack()).toBeNull();
  await blocking.commit();
  await eventually(async () => expect(await stored()).toEqual(['V-1']));
});
