import { once } from 'node:events';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Timeouts } from '../../src/mllp/connection.ts';
import { listenForMllp, type MllpListener, type MllpSettings } from '../../src/mllp/listener.ts';
import { eventually } from '../support/eventually.ts';
import { useApp } from '../support/scenario.ts';
import { makeCa } from './certificates.ts';
import { booking, MllpClient } from './client.ts';

const ca = makeCa();
const server = ca.issue('sms.example.org');
const TIMEOUTS = { idleMs: 600_000, messageMs: 60_000, breakOffMs: 10, stopMs: 8_000 };
const MUTUAL: MllpSettings = {
  host: '127.0.0.1',
  port: 0,
  source: null,
  tls: { ...server, ca: ca.cert },
  maxConnections: 20,
};

let listener: MllpListener | undefined;
let clients: MllpClient[];

const test = useApp({ each: true, authorities: { rh: { sources: ['rh-epj', 'rh-lab'] } } });
beforeEach(async () => {
  clients = [];
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await listener?.close();
});

const listen = async (settings: Partial<MllpSettings> = {}, timeouts: Partial<Timeouts> = {}): Promise<void> => {
  listener = await listenForMllp(test.deps, { ...MUTUAL, ...settings }, { ...TIMEOUTS, ...timeouts });
};
const dial = (tls?: ConnectionOptions): MllpClient => {
  const client = new MllpClient(listener?.port ?? 0, tls && { ca: ca.cert, ...tls });
  clients.push(client);
  return client;
};
/** Stored appointments, as `source reference`. */
const stored = async (): Promise<string[]> => {
  const { rows } = await sql<{
    whole: string;
  }>`select source_id || ' ' || reference as whole from appointment order by 1`.execute(test.db);
  return rows.map(({ whole }) => whole);
};
const refused = async (): Promise<string[]> =>
  (await test.deps.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('easysms_mllp_refused'));

/** How many clients the audit says could not prove who they are. */
async function audited(): Promise<number> {
  await test.deps.refusedAccesses.stop();
  const { items } = await test.json<{ items: { target: string; after: { count: number } }[] }>(
    200,
    '/v1/installation/audit',
  );
  return items.filter(({ target }) => target === 'mllp').reduce((sum, { after }) => sum + after.count, 0);
}

it('the common name of a client’s certificate is its source, and its only one', async () => {
  await listen();
  const [epj, lab] = [dial(ca.issue('rh-epj')), dial(ca.issue('rh-lab'))];
  epj.send(booking('M-1', 'V-1'));
  lab.send(booking('M-1', 'V-2'));
  expect([await epj.verdict(), await lab.verdict()]).toEqual(['AA M-1', 'AA M-1']);
  expect(await stored()).toEqual(['rh-epj V-1', 'rh-lab V-2']);
});

it.each([
  ['no certificate', {}],
  ['a certificate that another CA signed', makeCa().issue('rh-epj')],
  ['a certificate that another CA of the same name signed', makeCa('A test CA').issue('rh-epj')],
  [
    'a protocol older than TLS 1.2',
    { ...ca.issue('rh-epj'), minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  ],
] as const)('a client with %s is refused and counted, and nothing of it is read', async (_, identity) => {
  await listen();
  const client = dial(identity);
  client.send(booking('M-1', 'V-1'));
  expect(await client.ack()).toBeNull();
  await eventually(async () =>
    expect(await refused()).toEqual(['easysms_mllp_refused_connections_total{reason="tls"} 1']),
  );
  expect(await stored()).toEqual([]);
  expect(await audited()).toBe(1);
});

it('a certificate whose common name is no source gets no ACK; one with two common names no connection', async () => {
  await listen();
  const stranger = dial(ca.issue('rh-other'));
  stranger.send(booking('M-1', 'V-1'));
  expect(await stranger.ack()).toBeNull();
  const two = dial(ca.issue('rh-epj', 'rh-lab'));
  two.send(booking('M-1', 'V-1'));
  expect(await two.ack()).toBeNull();
  await eventually(async () =>
    expect(await refused()).toEqual(['easysms_mllp_refused_connections_total{reason="certificate"} 1']),
  );
  expect(await stored()).toEqual([]);
  expect(await audited()).toBe(2);
});

it('MLLP without TLS on a TLS port is refused and counted, and disturbs no other client', async () => {
  await listen();
  const plain = dial();
  plain.send(booking('M-1', 'V-1'));
  expect(await plain.ack()).toBeNull();
  await eventually(async () =>
    expect(await refused()).toEqual(['easysms_mllp_refused_connections_total{reason="tls"} 1']),
  );
  const client = dial(ca.issue('rh-epj'));
  client.send(booking('M-1', 'V-1'));
  expect(await client.verdict()).toBe('AA M-1');
});

it('without a CA every client belongs to the configured source, with or without a certificate', async () => {
  await listen({ source: 'rh-lab', tls: { ...server, ca: null } });
  for (const [index, identity] of [{}, ca.issue('rh-epj')].entries()) {
    const client = dial(identity);
    client.send(booking(`M-${index}`, `V-${index}`));
    expect(await client.verdict()).toBe(`AA M-${index}`);
  }
  expect(await stored()).toEqual(['rh-lab V-0', 'rh-lab V-1']);
});

it('with a CA and a source set, a client needs a certificate, and its name does not matter', async () => {
  await listen({ source: 'rh-lab' });
  const client = dial(ca.issue('Region Hovedstaden'));
  client.send(booking('M-1', 'V-1'));
  expect(await client.verdict()).toBe('AA M-1');
  expect(await dial({}).ack()).toBeNull();
  expect(await stored()).toEqual(['rh-lab V-1']);
});

it('a sender that closes its own side right after its message gets the ACK through TLS too', async () => {
  await listen();
  const client = dial({ ...ca.issue('rh-epj'), allowHalfOpen: true } as ConnectionOptions);
  await once(client.socket, 'secureConnect');
  client.socket.end(`\x0b${booking('M-1', 'V-1')}\x1c\r`);
  expect(await client.verdict()).toBe('AA M-1');
});

it('a client that resumes its TLS session has the same source', async () => {
  await listen();
  const identity = ca.issue('rh-epj');
  const first = dial({ ...identity, maxVersion: 'TLSv1.2' });
  const [session] = (await once(first.socket, 'session')) as [Buffer];
  first.send(booking('M-1', 'V-1'));
  expect(await first.verdict()).toBe('AA M-1');
  const second = dial({ ...identity, maxVersion: 'TLSv1.2', session });
  second.send(booking('M-2', 'V-2'));
  expect(await second.verdict()).toBe('AA M-2');
  expect((second.socket as TLSSocket).isSessionReused()).toBe(true);
  expect(await stored()).toEqual(['rh-epj V-1', 'rh-epj V-2']);
});

it('a handshake that is never finished does not hold up the end', async () => {
  await listen({}, { stopMs: 50 });
  const client = dial();
  await once(client.socket, 'connect');
  await listener?.close();
});
