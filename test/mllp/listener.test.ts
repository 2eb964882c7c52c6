import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Timeouts } from '../../src/mllp/connection.ts';
import type { MllpDeps } from '../../src/mllp/handle-frame.ts';
import { listenForMllp, type MllpListener, type MllpSettings } from '../../src/mllp/listener.ts';
import { BodyMemory } from '../../src/runtime/body-memory.ts';
import { eventually } from '../support/eventually.ts';
import { useApp } from '../support/scenario.ts';
import { booking, MllpClient } from './client.ts';

const MIB = 1024 * 1024;
const PLAIN: MllpSettings = { host: '127.0.0.1', port: 0, source: 'rh-epj', tls: null, maxConnections: 20 };
const TIMEOUTS: Timeouts = { idleMs: 600_000, messageMs: 60_000, breakOffMs: 10, stopMs: 8_000 };
/** The beginning of what `openssl s_client` sends, with a 0x0B in it. */
const CLIENT_HELLO = Buffer.from('160301020001000001fc0303000b000403000102', 'hex');

let listeners: MllpListener[];
let clients: MllpClient[];

const test = useApp({ each: true, authorities: { rh: { sources: ['rh-epj'] } } });
beforeEach(async () => {
  listeners = [];
  clients = [];
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  await Promise.all(listeners.map((listener) => listener.close()));
});

const listen = async (
  settings: Partial<MllpSettings> = {},
  timeouts: Partial<Timeouts> = {},
  deps: MllpDeps = test.deps,
): Promise<MllpListener> => {
  const listener = await listenForMllp(deps, { ...PLAIN, ...settings }, { ...TIMEOUTS, ...timeouts });
  listeners.push(listener);
  return listener;
};
const dial = ({ port }: MllpListener): MllpClient => {
  const client = new MllpClient(port);
  clients.push(client);
  return client;
};
const stored = async (): Promise<string[]> => {
  const { rows } = await sql<{ reference: string }>`select reference from appointment order by reference`.execute(
    test.db,
  );
  return rows.map(({ reference }) => reference);
};
const metric = async (name: string): Promise<string[]> =>
  (await test.deps.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));
const verdicts = async (client: MllpClient, count: number): Promise<(string | null)[]> => {
  const heard: (string | null)[] = [];
  while (heard.length < count) heard.push(await client.verdict());
  return heard;
};

describe('a message over MLLP', () => {
  it('is stored, and acknowledged with its own control id', async () => {
    const client = dial(await listen());
    client.send(booking('M-1', 'V-1'));
    expect(await client.ack()).toEqual([expect.stringMatching(/^MSH\|\^~\\&\|EASYSMS\|RH\|EPJ\|RH\|/), 'MSA|AA|M-1']);
    expect(await stored()).toEqual(['V-1']);
    const { phone, start } = await test.json<{ phone: string; start: string }>(
      200,
      '/v1/authorities/rh/appointments/rh-epj/V-1',
    );
    expect({ phone, start }).toEqual({ phone: '+4520123456', start: '2026-12-01T08:00:00.000Z' });
    expect(await metric('easysms_mllp_messages_total')).toEqual(['easysms_mllp_messages_total{result="taken"} 1']);
  });

  it('that comes again is acknowledged again, and has no second effect', async () => {
    const client = dial(await listen());
    for (let time = 0; time < 2; time++) {
      client.send(booking('M-1', 'V-1'));
      expect(await client.verdict()).toBe('AA M-1');
    }
    expect(await metric('easysms_appointments_total')).toContain('easysms_appointments_total{result="duplicate"} 1');
    expect(await stored()).toEqual(['V-1']);
  });

  it('that can’t be used gets AE, and the next one is accepted', async () => {
    const client = dial(await listen());
    client.send(booking('M-1', 'V-1', { start: '20261201' }));
    client.send(booking('M-2', 'V-2'));
    expect(await verdicts(client, 2)).toEqual(['AE M-1', 'AA M-2']);
    expect(await stored()).toEqual(['V-2']);
    expect((await metric('easysms_mllp_messages_total')).sort()).toEqual([
      'easysms_mllp_messages_total{result="refused"} 1',
      'easysms_mllp_messages_total{result="taken"} 1',
    ]);
  });

  it('that is a batch is refused with an ACK, and the next one is accepted', async () => {
    const client = dial(await listen());
    client.send(`BHS|^~\\&|EPJ|RH|EASYSMS|RH\r${booking('M-1', 'V-1')}\rBTS|1\r`);
    client.send(booking('M-2', 'V-2'));
    expect(await verdicts(client, 2)).toEqual(['AR M-1', 'AA M-2']);
    expect(await stored()).toEqual(['V-2']);
  });

  it('that is itself an acknowledgement gets none', async () => {
    const client = dial(await listen());
    client.send('MSH|^~\\&|EPJ|RH|EASYSMS|RH|20261124120000||ACK^S12|M-1|P|2.5\rMSA|AA|X-1\r');
    client.send(booking('M-2', 'V-2'));
    expect(await client.verdict()).toBe('AA M-2');
    expect(client.unread).toBe('');
  });

  it('gets its ACK too when its sender has already closed its own side', async () => {
    const client = dial(await listen());
    client.socket.end(`\x0b${booking('M-1', 'V-1')}\x1c\r`);
    expect(await client.verdict()).toBe('AA M-1');
    expect(await client.closed).toBeUndefined();
  });
});

describe('messages on one connection', () => {
  it('that don’t wait for each other’s ACK get theirs in order', async () => {
    const client = dial(await listen());
    const ids = Array.from({ length: 30 }, (_, index) => `M-${index}`);
    for (const id of ids) client.send(booking(id, id));
    expect(await verdicts(client, 30)).toEqual(ids.map((id) => `AA ${id}`));
    expect(await stored()).toEqual([...ids].sort());
  });

  it('may come byte by byte, several in a packet, without CR at the end, and with line ends between', async () => {
    const client = dial(await listen());
    client.socket.setNoDelay(true);
    for (const byte of Buffer.from(`\x0b${booking('M-1', 'V-1')}\x1c\r`)) {
      client.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    client.write(
      `\x0b${booking('M-2', 'V-2')}\x1c\x0b${booking('M-3', 'V-3')}\x1c\r\r\n\r\n\x0b${booking('M-4', 'V-4')}\x1c`,
    );
    expect(await verdicts(client, 4)).toEqual(['AA M-1', 'AA M-2', 'AA M-3', 'AA M-4']);
  });

  it('are the last one’s word where they are about the same appointment', async () => {
    const client = dial(await listen());
    client.send(booking('M-1', 'V-1'));
    client.send(booking('M-2', 'V-1', { event: 'S13', start: '202612021000' }));
    client.send(booking('M-3', 'V-1', { event: 'S13', start: '202612031100' }));
    expect(await verdicts(client, 3)).toEqual(['AA M-1', 'AA M-2', 'AA M-3']);
    const { start } = await test.json<{ start: string }>(200, '/v1/authorities/rh/appointments/rh-epj/V-1');
    expect(start).toBe('2026-12-03T10:00:00.000Z');
  });

  it('that end in the middle of one leave nothing of it behind', async () => {
    const listener = await listen();
    const client = dial(listener);
    client.send(booking('M-1', 'V-1'));
    client.socket.end(`\x0b${booking('M-2', 'V-2')}`);
    expect(await verdicts(client, 2)).toEqual(['AA M-1', null]);
    expect(await stored()).toEqual(['V-1']);
    await eventually(async () =>
      expect(await metric('easysms_mllp_connections')).toEqual(['easysms_mllp_connections 0']),
    );
  });

  it('come from twenty at once and are all accepted', async () => {
    const listener = await listen();
    const all = Array.from({ length: 20 }, (_, index) => ({ client: dial(listener), id: `M-${index}` }));
    for (const { client, id } of all) for (const part of ['a', 'b', 'c']) client.send(booking(id + part, id + part));
    for (const { client, id } of all)
      expect(await verdicts(client, 3)).toEqual([`AA ${id}a`, `AA ${id}b`, `AA ${id}c`]);
    expect(await stored()).toHaveLength(60);
  });
});

describe('what is no message', () => {
  it.each([
    ['bytes without a frame', 'x'.repeat(1_025)],
    ['a TLS handshake on the plain port', CLIENT_HELLO],
    ['a frame without MSH', `\x0bPID|1||P-1\r\x1c\r`],
    ['a frame without MSH that is too long', `\x0b${'x'.repeat(MIB + 1)}\x1c\r`],
    ['a frame of random bytes', Buffer.concat([Buffer.of(0x0b), Buffer.alloc(500, 0xfe), Buffer.of(0x1c, 0x0d)])],
  ])('such as %s gets no ACK, and its connection is closed', async (_, bytes) => {
    const listener = await listen();
    const client = dial(listener);
    client.write(bytes);
    expect(await client.ack()).toBeNull();
    const next = dial(listener);
    next.send(booking('M-1', 'V-1'));
    expect(await next.verdict()).toBe('AA M-1');
    const found = await metric('easysms_mllp_messages_total{result="unreadable"}');
    expect(found).toEqual(['easysms_mllp_messages_total{result="unreadable"} 1']);
  });

  it('of more than 1 MiB is refused with its control id for good, and the next one is accepted', async () => {
    const client = dial(await listen());
    client.send(`${booking('M-1', 'V-1')}NTE|1||${'x'.repeat(MIB)}\r`);
    client.send(booking('M-2', 'V-2'));
    const refused = await client.ack();
    expect(refused?.[1]).toBe('MSA|AE|M-1');
    expect(refused?.[2]).toContain('A message may be 1 MiB at most.');
    expect(await client.verdict()).toBe('AA M-2');
    expect(await stored()).toEqual(['V-2']);
  });

  it('closes a connection when it never ends, and when nothing comes at all', async () => {
    const listener = await listen({}, { messageMs: 400 });
    const slow = dial(listener);
    slow.write('\x0bMSH|');
    // Bytes that arrive slowly don't extend the timeout.
    const trickle = setInterval(() => slow.write('x'), 10);
    await slow.closed;
    clearInterval(trickle);
    const stranger = dial(listener);
    stranger.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await stranger.closed;
    const silent = dial(await listen({}, { idleMs: 50 }));
    await silent.closed;
  });

  it('closes nothing between two messages because of the time that one message has', async () => {
    const listener = await listen({}, { messageMs: 50 });
    const talking = dial(listener);
    talking.send(booking('M-1', 'V-1'));
    expect(await talking.verdict()).toBe('AA M-1');
    const slow = dial(listener);
    slow.write('\x0bMSH|');
    await slow.closed;
    talking.send(booking('M-2', 'V-2'));
    expect(await talking.verdict()).toBe('AA M-2');
  });

  it('has no effect when its connection is reset in the middle of it', async () => {
    const listener = await listen();
    for (const bytes of ['', '\x0bMSH|^~', `\x0b${booking('M-1', 'V-1')}\x1c\r`]) {
      const client = dial(listener);
      await new Promise((resolve) => client.socket.write(bytes || '\r', resolve));
      client.socket.resetAndDestroy();
    }
    const client = dial(listener);
    client.send(booking('M-2', 'V-2'));
    expect(await client.verdict()).toBe('AA M-2');
  });
});

describe('the listener', () => {
  it('closes a connection beyond the limit at once, counts it, and accepts another when one has ended', async () => {
    const listener = await listen({ maxConnections: 2 });
    const [first, second] = [dial(listener), dial(listener)];
    for (const [index, client] of [first, second].entries()) {
      client.send(booking(`M-${index}`, 'V-1'));
      expect(await client.verdict()).toBe(`AA M-${index}`);
    }
    const third = dial(listener);
    await third.closed;
    expect(await metric('easysms_mllp_refused')).toEqual(['easysms_mllp_refused_connections_total{reason="limit"} 1']);
    expect(await metric('easysms_mllp_connections')).toEqual(['easysms_mllp_connections 2']);
    first.socket.destroy();
    await eventually(async () =>
      expect(await metric('easysms_mllp_connections')).toEqual(['easysms_mllp_connections 1']),
    );
    const fourth = dial(listener);
    fourth.send(booking('M-4', 'V-1'));
    expect(await fourth.verdict()).toBe('AA M-4');
  });

  it('acknowledges nothing for an unknown source, and accepts the same message once the source exists', async () => {
    const listener = await listen({ source: 'new-epj' });
    const client = dial(listener);
    client.send(booking('M-1', 'V-1'));
    expect(await client.ack()).toBeNull();
    expect(test.logged.filter((line) => line.includes('for an unknown source'))).toHaveLength(1);
    await test.makeSource('rh', 'new-epj');
    const again = dial(listener);
    again.send(booking('M-1', 'V-1'));
    expect(await again.verdict()).toBe('AA M-1');
  });

  it('waits before it breaks off, so that a sender does not repeat without a pause', async () => {
    const listener = await listen({ source: 'new-epj' }, { breakOffMs: 600_000 });
    const refused = () => test.logged.filter((line) => line.includes('for an unknown source')).length;
    const [first, second] = [dial(listener), dial(listener)];
    for (const [before, client] of [first, second].entries()) {
      client.send(booking('M-1', 'V-1'));
      await eventually(() => expect(refused()).toBe(before + 1));
    }
    // The end of the first connection would have come long before the second one's message was refused.
    expect(first.isClosed).toBe(false);
    await listener.close();
    expect(await Promise.all([first.closed, second.closed])).toEqual([undefined, undefined]);
  });

  it('writes nothing of a message into the log or the metrics', async () => {
    const listener = await listen();
    const client = dial(listener);
    const secrets = ['20123456', '0101701234', 'CONTROL-77', 'V-SECRET', 'Æble'];
    const message = booking('CONTROL-77', 'V-SECRET').replace('19700101', '0101701234');
    client.send(message);
    client.send(message.replace('202612010900', 'tomorrow'));
    client.send(`${message}NTE|1||${'x'.repeat(MIB)}\r`);
    expect(await verdicts(client, 3)).toEqual(['AA CONTROL-77', 'AE CONTROL-77', 'AE CONTROL-77']);
    client.send(message.slice(3));
    await client.closed;
    const told = [...test.logged, await test.deps.metrics.registry.metrics()].join('\n');
    for (const secret of secrets) expect(told).not.toContain(secret);
    expect(told).toContain('easysms_mllp_messages_total{result="unreadable"} 1');
  });

  it('ends with no one connected, and no longer listens', async () => {
    const listener = await listen();
    const client = dial(listener);
    client.send(booking('M-1', 'V-1'));
    await client.verdict();
    await listener.close();
    await client.closed;
    expect(await dial(listener).closed).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await metric('easysms_mllp_connections')).toEqual(['easysms_mllp_connections 0']);
  });
});

describe('messages for which there is no room beside request bodies', () => {
  /** Connections without a certificate have four of eight MiB. */
  const listenInLittleRoom = async () => {
    const bodies = new BodyMemory(8, test.deps);
    return { bodies, listener: await listen({}, {}, { ...test.deps, bodies }) };
  };
  const held = async () => metric('easysms_request_body_bytes');
  const bytesIn = ([line = '']: readonly string[]) => Number(line.split(' ')[1]);
  const KEPT = (start: string) => Buffer.concat([Buffer.from(`\x0b${start}`), Buffer.alloc(600_000, 'x')]);

  it('are broken off and told in the log, and are taken when they come again', async () => {
    const { listener } = await listenInLittleRoom();
    const others = Array.from({ length: 4 }, () => dial(listener));
    for (const other of others) other.write(Buffer.concat([Buffer.from('\x0bMSH|'), Buffer.alloc(MIB - 4, 'x')]));
    await eventually(async () => expect(bytesIn(await held())).toBe(4 * MIB));
    const next = dial(listener);
    next.send(booking('M-1', 'V-1'));
    expect(await next.verdict()).toBeNull();
    expect(test.logged.join('\n')).toContain('"problem":"busy"');
    const found = await metric('easysms_mllp_messages_total');
    expect(found).toEqual(['easysms_mllp_messages_total{result="unavailable"} 1']);
    expect(await metric('easysms_request_bodies_refused_total')).toEqual(['easysms_request_bodies_refused_total 1']);
    expect(await stored()).toEqual([]);
    for (const other of others) other.socket.destroy();
    await eventually(async () => expect(await held()).toEqual(['easysms_request_body_bytes 0']));
    const again = dial(listener);
    again.send(booking('M-1', 'V-1'));
    expect(await again.verdict()).toBe('AA M-1');
    await eventually(async () => expect(await held()).toEqual(['easysms_request_body_bytes 0']));
  });

  it('count with the memory that each of them takes beside its bytes, however short they are', async () => {
    const { bodies, listener } = await listenInLittleRoom();
    bodies.take(8 * MIB - 200_000, { proven: true, to: 'others', client: '' });
    const client = dial(listener);
    client.write(Buffer.from('\x0bA\x1c\r'.repeat(1_000)));
    expect(await client.verdict()).toBeNull();
    const found = await metric('easysms_mllp_messages_total');
    expect(found).toEqual(['easysms_mllp_messages_total{result="unavailable"} 1']);
  });

  it('leave the message in front of them its ACK', async () => {
    const { bodies, listener } = await listenInLittleRoom();
    const client = dial(listener);
    client.send(booking('M-1', 'V-1'));
    expect(await client.verdict()).toBe('AA M-1');
    const others = { proven: true, to: 'others', client: '' };
    bodies.take(8 * MIB - 2_000, others);
    client.write(Buffer.concat([Buffer.from(`\x0b${booking('M-2', 'V-2')}\x1c\r\x0bMSH|`), Buffer.alloc(3_000, 'x')]));
    expect(await client.verdict()).toBeNull();
    bodies.give(8 * MIB - 2_000, others);
    const again = dial(listener);
    again.send(booking('M-2', 'V-2'));
    expect(await again.verdict()).toBe('AA M-2');
    expect(await stored()).toEqual(['V-1', 'V-2']);
  });

  it('are taken beside a flood of request bodies whose senders are not proven, also to their own source', async () => {
    const { bodies, listener } = await listenInLittleRoom();
    for (const to of ['rh-epj', 'a', 'b', 'c']) expect(bodies.take(MIB, { proven: false, to, client: to })).toBe(true);
    expect(bodies.take(1, { proven: false, to: 'd', client: 'd' })).toBe(false);
    const client = dial(listener);
    client.send(booking('M-1', 'V-1'));
    expect(await client.verdict()).toBe('AA M-1');
  });

  it('take the room of request bodies, so that the process holds no more than both may', async () => {
    const { bodies, listener } = await listenInLittleRoom();
    const client = dial(listener);
    client.write(KEPT('MSH|'));
    await eventually(async () => expect(bytesIn(await held())).toBeGreaterThan(600_000));
    expect(bodies.take(8 * MIB - 500_000, { proven: true, to: 'webhook', client: '' })).toBe(false);
    expect(bodies.take(7 * MIB - 500_000, { proven: true, to: 'webhook', client: '' })).toBe(true);
  });
});
