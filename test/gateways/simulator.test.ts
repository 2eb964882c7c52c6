import { describe, expect, it } from 'vitest';
import type { DeliveryEvent, RawCallback, SendResult } from '../../src/gateways/gateway.ts';
import { SimulatorGateway, simulator } from '../../src/gateways/simulator.ts';
import {
  CONTEXT,
  callback,
  createGateway,
  describeCallbacks,
  expectNothingPrivate,
  faultsOf,
  NOW,
  SMS,
} from './kit.ts';

/** A simulator whose time the test controls: its timers wait in a list, and its callbacks are collected. */
class Bench {
  readonly callbacks: RawCallback[] = [];
  /** Responses of the service to callbacks. */
  status = 200;
  #now = NOW.getTime();
  #timers: { at: number; work: () => void }[] = [];
  readonly gateway = new SimulatorGateway({
    publicUrl: CONTEXT.publicUrl,
    now: () => new Date(this.#now),
    schedule: (ms, work) => void this.#timers.push({ at: this.#now + ms, work }),
  });

  constructor() {
    this.gateway.connect(async (request) => {
      const url = new URL(request.url);
      const body = new Uint8Array(await request.arrayBuffer());
      this.callbacks.push({
        kind: url.pathname.endsWith('/inbound') ? 'inbound' : 'receipts',
        method: request.method,
        path: url.pathname,
        query: {},
        headers: Object.fromEntries(request.headers),
        body,
      });
      return new Response(null, { status: this.status });
    });
  }

  get waiting(): number {
    return this.#timers.length;
  }

  /** Advances time, timer by timer. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.work();
      // A callback that a timer starts, with its response, ends before the next timer runs.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }

  async send(
    ending: string,
    reference: string = SMS.reference,
    signal = new AbortController().signal,
  ): Promise<SendResult> {
    const result = await this.gateway.send({ ...SMS, reference, to: `+45203040${ending}` }, { signal });
    expectNothingPrivate(result, [`203040${ending}`]);
    return result;
  }

  /** Reports so far, each with a valid signature. */
  receipts(): { state: string; cause: string | null }[] {
    return this.callbacks.flatMap((received) => {
      expect(this.gateway.verify(received)).toBe(true);
      expect(received.path).toBe('/v1/callbacks/simulator/receipts');
      return this.gateway.readReceipts(received).map(({ state, cause }) => ({ state, cause }));
    });
  }

  stateOnPhone(): string | null | undefined {
    return this.gateway.phone().at(-1)?.state;
  }
}

const accepted = { kind: 'accepted', gatewayMessageId: `sim-${SMS.reference}`, segments: null };
const delivered = { state: 'delivered', cause: null };

describe('the last two digits choose what becomes of an SMS', () => {
  it.each<[string, Pick<DeliveryEvent, 'state' | 'cause'>]>([
    ['50', { state: 'delivered', cause: null }],
    ['51', { state: 'undelivered', cause: 'network' }],
    ['52', { state: 'undelivered', cause: 'expired' }],
    ['53', { state: 'undelivered', cause: 'rejected' }],
    ['00', { state: 'delivered', cause: null }],
    ['57', { state: 'delivered', cause: null }],
    ['99', { state: 'delivered', cause: null }],
  ])('…%s: reported after a second as %j', async (ending, receipt) => {
    const bench = new Bench();
    expect(await bench.send(ending)).toEqual(accepted);
    await bench.pass(999);
    expect(bench.receipts()).toEqual([]);
    expect(bench.stateOnPhone()).toBeNull();
    await bench.pass(1);
    expect(bench.receipts()).toEqual([receipt]);
    expect(bench.stateOnPhone()).toBe(receipt.state);
    await bench.pass(60_000);
    expect(bench.receipts()).toHaveLength(1);
  });

  it('…54: refused at once as no number, and nothing arrives', async () => {
    const bench = new Bench();
    expect(await bench.send('54')).toMatchObject({ kind: 'rejected', reason: 'invalid_number' });
    await bench.pass(60_000);
    expect(bench.gateway.phone()).toEqual([]);
    expect(bench.callbacks).toEqual([]);
  });

  it('…55: throttled twice, then delivered, for each SMS by itself', async () => {
    const bench = new Bench();
    for (const reference of ['one', 'two']) {
      const throttled = { kind: 'retry', reason: 'throttled', stopQueue: false };
      expect(await bench.send('55', reference)).toMatchObject(throttled);
      expect(await bench.send('55', reference)).toMatchObject(throttled);
      expect(await bench.send('55', reference)).toMatchObject({ kind: 'accepted' });
    }
    await bench.pass(1_000);
    expect(bench.receipts()).toEqual([delivered, delivered]);
    expect(bench.gateway.phone()).toHaveLength(2);
  });

  it('…56: accepted, and nothing is ever reported', async () => {
    const bench = new Bench();
    expect(await bench.send('56')).toEqual(accepted);
    expect(bench.waiting).toBe(0);
    expect(bench.stateOnPhone()).toBeNull();
  });

  it('…58: reported after ten seconds', async () => {
    const bench = new Bench();
    expect(await bench.send('58')).toEqual(accepted);
    await bench.pass(9_999);
    expect(bench.receipts()).toEqual([]);
    await bench.pass(1);
    expect(bench.receipts()).toEqual([delivered]);
  });

  it('…59: reported twice', async () => {
    const bench = new Bench();
    expect(await bench.send('59')).toEqual(accepted);
    await bench.pass(1_000);
    expect(bench.receipts()).toEqual([delivered, delivered]);
  });

  it('…60: reported before the send is answered', async () => {
    const bench = new Bench();
    expect(await bench.send('60')).toEqual(accepted);
    expect(bench.receipts()).toEqual([delivered]);
    expect(bench.waiting).toBe(0);
  });

  it('…63: never answers, until the caller gives up; nothing arrives', async () => {
    const bench = new Bench();
    const controller = new AbortController();
    let answered = false;
    const result = bench.send('63', SMS.reference, controller.signal).finally(() => {
      answered = true;
    });
    await bench.pass(3_600_000);
    expect(answered).toBe(false);
    controller.abort();
    expect(await result).toMatchObject({ kind: 'uncertain' });
    expect(await bench.send('63', SMS.reference, AbortSignal.abort())).toMatchObject({ kind: 'uncertain' });
    await bench.pass(60_000);
    expect(bench.gateway.phone()).toEqual([]);
    expect(bench.callbacks).toEqual([]);
  });

  it('…64: the connection is dropped; nothing arrives', async () => {
    const bench = new Bench();
    expect(await bench.send('64')).toMatchObject({ kind: 'uncertain' });
    await bench.pass(60_000);
    expect(bench.gateway.phone()).toEqual([]);
    expect(bench.callbacks).toEqual([]);
  });
});

describe('many in one call', () => {
  const many = (endings: readonly string[]) =>
    endings.map((ending, nth) => ({ ...SMS, reference: `nth-${nth}`, to: `+45203040${ending}` }));

  it('each have what their ending chooses, and their own receipt', async () => {
    const bench = new Bench();
    const { signal } = new AbortController();
    const results = await bench.gateway.sendMany(many(['50', '54', '55', '51']), { signal });
    expect(results).toMatchObject([
      { kind: 'accepted', gatewayMessageId: 'sim-nth-0' },
      { kind: 'rejected', reason: 'invalid_number' },
      { kind: 'retry', reason: 'throttled' },
      { kind: 'accepted', gatewayMessageId: 'sim-nth-3' },
    ]);
    await bench.pass(1_000);
    expect(bench.receipts()).toEqual([delivered, { state: 'undelivered', cause: 'network' }]);
  });

  it('are all uncertain where one of them gets no response, and none of them arrives', async () => {
    for (const ending of ['63', '64']) {
      const bench = new Bench();
      const results = await bench.gateway.sendMany(many(['50', ending, '50']), { signal: AbortSignal.abort() });
      expect(results.map(({ kind }) => kind)).toEqual(['uncertain', 'uncertain', 'uncertain']);
      await bench.pass(60_000);
      expect([bench.gateway.phone(), bench.callbacks]).toEqual([[], []]);
    }
  });
});

describe('its callbacks', () => {
  it('are repeated, with growing pauses, until they are accepted', async () => {
    const bench = new Bench();
    bench.status = 503;
    await bench.send('50');
    await bench.pass(1_000);
    expect(bench.callbacks).toHaveLength(1);
    await bench.pass(2_000);
    expect(bench.callbacks).toHaveLength(2);
    await bench.pass(3_999);
    expect(bench.callbacks).toHaveLength(2);
    bench.status = 200;
    await bench.pass(1);
    expect(bench.callbacks).toHaveLength(3);
    await bench.pass(60_000);
    expect(bench.callbacks).toHaveLength(3);
    expect(new Set(bench.callbacks.map(({ body }) => Buffer.from(body).toString())).size).toBe(1);
  });

  it('are given up in the end', async () => {
    const bench = new Bench();
    bench.status = 500;
    await bench.send('50');
    await bench.pass(3_600_000);
    expect(bench.callbacks).toHaveLength(5);
    expect(bench.waiting).toBe(0);
  });

  it('end when it is closed', async () => {
    const bench = new Bench();
    await bench.send('50');
    await bench.gateway.close();
    await bench.pass(60_000);
    expect(bench.callbacks).toEqual([]);
  });

  it('of one simulator prove nothing to another', async () => {
    const [one, two] = [new Bench(), new Bench()];
    await one.gateway.reply({ from: SMS.to, to: '1204', text: 'STOP' });
    const [received] = one.callbacks;
    expect(received && one.gateway.verify(received)).toBe(true);
    expect(received && two.gateway.verify(received)).toBe(false);
  });
});

describe('its phone', () => {
  it('shows what was sent and what was written back, oldest first', async () => {
    const bench = new Bench();
    await bench.send('50');
    await bench.pass(5_000);
    await bench.gateway.reply({ from: '+4520304050', to: 'Sundhed', text: 'STOP' });
    const at = (ms: number) => new Date(NOW.getTime() + ms);
    expect(bench.gateway.phone()).toEqual([
      {
        id: SMS.reference,
        phone: '+4520304050',
        sender: 'Sundhed',
        direction: 'received',
        text: SMS.text,
        at: at(0),
        state: 'delivered',
      },
      {
        id: expect.any(String),
        phone: '+4520304050',
        sender: 'Sundhed',
        direction: 'written',
        text: 'STOP',
        at: at(5_000),
        state: null,
      },
    ]);
    expect(bench.callbacks.at(-1)?.path).toBe('/v1/callbacks/simulator/inbound');
  });

  it('keeps the last 500', async () => {
    const bench = new Bench();
    for (let nth = 0; nth < 510; nth++) await bench.send('56', `nth-${nth}`);
    expect(bench.gateway.phone()).toHaveLength(500);
    expect(bench.gateway.phone()[0]?.id).toBe('nth-10');
  });
});

const bench = new Bench();
await bench.send('51');
await bench.pass(1_000);
await bench.gateway.reply({ from: '+4520304050', to: '1204', text: 'STOP æøå 😀' });
const [receipt = callback(), inbound = callback()] = bench.callbacks;
const tampered = (received: RawCallback, from: string, to: string) => ({
  ...received,
  body: Buffer.from(Buffer.from(received.body).toString().replace(from, to)),
});
const json = (body: unknown) => callback({ method: 'POST', body: Buffer.from(JSON.stringify(body)) });

describeCallbacks({
  name: 'the simulator',
  create: () => bench.gateway,
  secrets: [],
  genuine: { receipt, inbound },
  forged: {
    'no signature': { ...receipt, headers: {} },
    'another signature': { ...receipt, headers: { 'x-simulator-signature': 'ab'.repeat(32) } },
    'a signature that is no hex': { ...receipt, headers: { 'x-simulator-signature': 'øøøø' } },
    'half a signature': {
      ...receipt,
      headers: { 'x-simulator-signature': receipt.headers['x-simulator-signature']?.slice(0, 32) ?? '' },
    },
    'another state under the signature': tampered(receipt, 'undelivered', 'delivered'),
    'another number under the signature': tampered(inbound, '+4520304050', '+4520304051'),
    'the signature of another callback': { ...inbound, headers: receipt.headers },
  },
  receipts: [
    [
      'what it reports',
      receipt,
      {
        reference: SMS.reference,
        gatewayMessageId: `sim-${SMS.reference}`,
        state: 'undelivered',
        cause: 'network',
        code: 'network',
      },
    ],
    ['the time of it', receipt, { at: new Date(NOW.getTime() + 1_000) }],
    ['an unknown state', json({ reference: SMS.reference, state: 'eaten' }), { state: 'unknown', cause: null }],
    [
      'an unknown time',
      json({ reference: SMS.reference, state: 'delivered', at: 'soon' }),
      { state: 'delivered', at: null },
    ],
  ],
  noReceipts: {
    'an empty body': callback(),
    'an SMS': inbound,
    'no JSON': { ...receipt, body: Buffer.from('{') },
    'a list': json([]),
  },
  inbound: [
    ['typed', inbound, { from: '+4520304050', to: '1204', text: 'STOP æøå 😀', at: new Date(NOW.getTime() + 1_000) }],
    ['to nobody', json({ from: '+4520304050', text: 'STOP', to: '' }), { to: null, gatewayMessageId: null }],
  ],
  noInbound: { 'an empty body': callback(), 'a receipt': receipt, 'no JSON': { ...inbound, body: Buffer.from('x') } },
});

describe('the factory', () => {
  it('needs no settings, and takes the number of SMS of one call', () => {
    expect(createGateway(simulator, {})).toBeInstanceOf(SimulatorGateway);
    expect(createGateway(simulator, {}).capabilities.maxPerCall).toBe(1);
    expect(createGateway(simulator, { SIMULATOR_MAX_PER_CALL: '20' }).capabilities.maxPerCall).toBe(20);
    const faults = faultsOf(simulator, { SIMULATOR_MAX_PER_CALL: '251' });
    expect(faults).toEqual(['SIMULATOR_MAX_PER_CALL must be a whole number from 1 to 250']);
  });
});
