import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryEvent, InboundEvent, OutboundSms, RawCallback, SmsGateway } from '../../src/gateways/gateway.ts';
import { kannel as factory } from '../../src/gateways/kannel.ts';
import { createGateway } from '../gateways/kit.ts';
import { eventually } from '../support/eventually.ts';
import { type Kannel, kannelMissing, startKannel } from './bench.ts';

if (kannelMissing) console.warn(kannelMissing);

/** With signs that Kannel would take for codes of its own. */
const TOKEN = 'token+with/signs%d=012345';
/** Letters and digits alone. */
const PLAIN = 'callbacktoken0123456789abcdef';
const HOUR_MS = 3_600_000;
const now = new Date();

/** Stands where the service does: answers Kannel's callbacks, and keeps those that prove themselves to the adapter. */
class Listener {
  readonly callbacks: RawCallback[] = [];
  /** So many callbacks are answered 503 first. */
  failures = 0;
  readonly #server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (this.failures > 0) {
      this.failures--;
      return void response.writeHead(503).end();
    }
    this.callbacks.push({
      kind: url.pathname.endsWith('/inbound') ? 'inbound' : 'receipts',
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(parts),
    });
    response.end();
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe.skipIf(kannelMissing !== null)('the adapter and a real Kannel', () => {
  const listener = new Listener();
  let kannel: Kannel;
  let gateway: SmsGateway;

  beforeAll(async () => {
    const publicUrl = await listener.open();
    kannel = await startKannel({ callbackUrl: publicUrl, token: TOKEN });
    gateway = createAdapter(kannel, publicUrl);
  });
  afterAll(async () => {
    await gateway?.close();
    await kannel?.stop();
    await listener.close();
  });

  let last = 0;
  const send = async (sms: Partial<OutboundSms> & { to: string }) => {
    const whole = {
      reference: `ref-${++last}`,
      from: 'Sundhed',
      text: 'Husk din tid',
      encoding: 'gsm7',
      validUntil: new Date(now.getTime() + HOUR_MS),
      ...sms,
    } as const;
    const result = await gateway.send(whole, { signal: AbortSignal.timeout(60_000) });
    return { result, reference: whole.reference };
  };
  const receiptsOf = (reference: string): DeliveryEvent[] =>
    listener.callbacks
      .filter((callback) => callback.kind === 'receipts' && gateway.verify(callback))
      .flatMap((callback) => gateway.readReceipts(callback))
      .filter((event) => event.reference === reference);
  const inbound = (): InboundEvent[] =>
    listener.callbacks
      .filter((callback) => callback.kind === 'inbound' && gateway.verify(callback))
      .flatMap((callback) => gateway.readInbound(callback));
  const lastTo = (to: string) => kannel.seen().filter((submitted) => submitted.to === to.slice(1));

  it('sends æøå€ as they are, with sender and validity, and hears of the SMSC’s taking and of the delivery', async () => {
    const to = '+4520300150';
    const text = 'Husk æøåÆØÅéÉäö kl. 9.00 [€]';
    const { result, reference } = await send({ to, text });
    expect(result).toEqual({ kind: 'accepted', gatewayMessageId: null, segments: null });
    await eventually(() => expect(receiptsOf(reference).map(({ state }) => state)).toEqual(['accepted', 'delivered']));
    const [submitted] = lastTo(to);
    expect(submitted).toMatchObject({ text, coding: 0, from: 'Sundhed', fromType: 5, part: null, receiptAsked: true });
    // Within the minute that Kannel counts in, from when it was sent; another time zone would be off by half an hour.
    const validForMs = (submitted?.validUntil?.getTime() ?? 0) - now.getTime();
    expect(validForMs).toBeGreaterThan(HOUR_MS - 60_000);
    expect(validForMs).toBeLessThan(1.5 * HOUR_MS);
    const found = receiptsOf(reference)[1];
    expect(found).toMatchObject({ gatewayMessageId: expect.stringMatching(/^\d+$/), code: 'DELIVRD 000' });
  });

  it('has no word of an SMS in the URLs of receipts, in which the SMSC says how it began', async () => {
    const { reference } = await send({ to: '+4520300153', text: 'Husk din tid på Afdeling X' });
    await eventually(() => expect(receiptsOf(reference)).toHaveLength(2));
    const queries = listener.callbacks.map(({ query }) => query).filter((query) => query.reference === reference);
    expect(queries.map(({ answer }) => answer?.trim())).toEqual([
      'ACK/',
      expect.stringMatching(/^id:\d+ sub:001 dlvrd:000 submit date:\d+ done date:\d+ stat:REJECTD err:034$/),
    ]);
    expect(JSON.stringify(listener.callbacks.map(({ query }) => query))).not.toMatch(/text:|Husk|20300153/);
  });

  it.each<[ending: string, expected: Partial<DeliveryEvent>[]]>([
    ['51', [{ state: 'accepted' }, { state: 'undelivered', cause: 'network', code: 'UNDELIV 001' }]],
    ['52', [{ state: 'accepted' }, { state: 'undelivered', cause: 'expired', code: 'EXPIRED 027' }]],
    ['53', [{ state: 'accepted' }, { state: 'undelivered', cause: 'rejected', code: 'REJECTD 034' }]],
    ['54', [{ state: 'undelivered', cause: 'invalid_number', code: '0x0000000b' }]],
    ['55', [{ state: 'accepted' }, { state: 'delivered' }]],
    ['56', [{ state: 'accepted' }]],
    ['57', [{ state: 'accepted' }, { state: 'unknown', code: 'UNKNOWN 255' }]],
    ['58', [{ state: 'accepted' }, { state: 'accepted', code: 'ENROUTE 000' }, { state: 'delivered' }]],
    ['61', [{ state: 'accepted' }, { state: 'undelivered', cause: 'rejected', code: 'DELETED 000' }]],
    ['62', [{ state: 'undelivered', cause: 'network', code: 'NACK' }]],
    ['66', [{ state: 'accepted' }, { state: 'accepted', code: 'ACCEPTD 000' }]],
    ['67', [{ state: 'undelivered', cause: 'rejected', code: '0x00000045' }]],
  ])('hears what became of …%s', async (ending, expected) => {
    const { result, reference } = await send({ to: `+45203002${ending}` });
    expect(result.kind).toBe('accepted');
    await eventually(() =>
      expect(receiptsOf(reference)).toEqual(expected.map((event) => expect.objectContaining(event))),
    );
  });

  it.each([
    ['0x0000000a', 'sender'],
    ['0x00000048', 'sender'],
    ['0x00000061', 'rejected'],
    ['0x00000400', 'rejected'],
  ])('hears of the SMSC’s refusal with %s', async (code, cause) => {
    const { reference } = await send({ to: '+4520300350', text: `status=${code}` });
    await eventually(() => expect(receiptsOf(reference)).toMatchObject([{ state: 'undelivered', cause, code }]));
  });

  it('hears of every other refusal of SMPP 3.4 that Kannel does not repeat', async () => {
    // §5.1.3 of SMPP 3.4; Kannel itself repeats 0x08, 0x14, 0x58 and 0x64.
    const statuses = [
      ...[0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x0d, 0x0e, 0x0f, 0x11, 0x13, 0x15, 0x33, 0x34, 0x40, 0x42],
      ...[0x43, 0x44, 0x49, 0x50, 0x51, 0x53, 0x54, 0x55, 0x62, 0x63, 0x65, 0x66, 0x67, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4],
      ...[0xfe, 0xff],
    ].map((status) => `0x${status.toString(16).padStart(8, '0')}`);
    const sent = new Map<string, string>();
    for (const status of statuses)
      sent.set(status, (await send({ to: '+4520300351', text: `status=${status}` })).reference);
    await eventually(() => {
      for (const [code, reference] of sent)
        expect(receiptsOf(reference)).toMatchObject([
          { state: 'undelivered', cause: code === '0x00000049' ? 'sender' : 'rejected', code },
        ]);
    });
    expect(lastTo('+4520300351')).toHaveLength(statuses.length);
  });

  it.each([['0x00000008'], ['0x00000058'], ['0x00000064']])(
    'hears that Kannel gave up after %s again and again',
    async (status) => {
      const { reference } = await send({ to: '+4520300352', text: `status=${status}` });
      await eventually(() =>
        expect(receiptsOf(reference)).toMatchObject([{ state: 'undelivered', cause: 'network', code: 'NACK' }]),
      );
    },
  );

  it('hears once of a receipt that the SMSC gives twice, and of one that stands in TLVs alone', async () => {
    const twice = await send({ to: '+4520301859' });
    const inTlvs = await send({ to: '+4520301865' });
    await eventually(() =>
      expect(receiptsOf(inTlvs.reference)).toMatchObject([{ state: 'accepted' }, { state: 'delivered', code: 'd=1' }]),
    );
    await eventually(() =>
      expect(receiptsOf(twice.reference)).toMatchObject([{ state: 'accepted' }, { state: 'delivered' }]),
    );
  });

  it('hears nothing wrong of a receipt that overtakes the answer of the SMSC, which Kannel may lose', async () => {
    const { result, reference } = await send({ to: '+4520301960' });
    expect(result.kind).toBe('accepted');
    await eventually(() => expect(receiptsOf(reference).map(({ state }) => state)).toContain('accepted'));
    expect(['accepted', 'delivered']).toContain(receiptsOf(reference).at(-1)?.state);
  });

  it('sends a long text in parts that make it whole again, and hears of it once', async () => {
    const to = '+4520300450';
    const text = `Husk din tid på Opgang 4. ${'æøå€ '.repeat(80)}slut`;
    const { reference } = await send({ to, text });
    await eventually(() => expect(receiptsOf(reference).map(({ state }) => state)).toEqual(['accepted', 'delivered']));
    const parts = lastTo(to);
    const found = parts.map(({ part }) => part);
    expect(found).toEqual(parts.map((_, index) => ({ reference: parts[0]?.part?.reference, nth: index + 1, of: 4 })));
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.every(({ coding }) => coding === 0)).toBe(true);
  });

  it('sends emoji as UCS-2, also in parts', async () => {
    const to = '+4520300550';
    const text = `Vi ses 😀👩‍⚕️ ${'på tirsdag '.repeat(10)}`;
    const { reference } = await send({ to, text, encoding: 'ucs2' });
    await eventually(() => expect(receiptsOf(reference).map(({ state }) => state)).toEqual(['accepted', 'delivered']));
    expect(lastTo(to)).toHaveLength(2);
    expect(lastTo(to).every(({ coding }) => coding === 8)).toBe(true);
    expect(
      lastTo(to)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });

  it('sends from a number as one', async () => {
    const { reference } = await send({ to: '+4520300650', from: '1204' });
    await eventually(() => expect(receiptsOf(reference)).toHaveLength(2));
    const [submitted] = lastTo('+4520300650');
    expect(submitted?.from).toBe('1204');
    // Not alphanumeric.
    expect(submitted?.fromType).not.toBe(5);
  });

  it('is told at once of a number that is none', async () => {
    expect((await send({ to: '+abc' })).result).toMatchObject({ kind: 'rejected', reason: 'invalid_number' });
  });

  it('is told at once of wrong credentials', async () => {
    const stranger = createAdapter({ ...kannel, password: 'wrong' }, 'http://127.0.0.1:9');
    const sms = {
      reference: 'r',
      to: '+4520300750',
      from: 'Sundhed',
      text: 'Hej',
      encoding: 'gsm7',
      validUntil: new Date(now.getTime() + HOUR_MS),
    } as const;
    const result = await stranger.send(sms, { signal: AbortSignal.timeout(60_000) });
    await stranger.close();
    expect(result).toMatchObject({ kind: 'retry', reason: 'auth', stopQueue: true });
  });

  it.each<[name: string, text: string, mode: 'gsm7' | 'ucs2' | 'parts' | 'octets']>([
    ['a STOP', 'STOP', 'gsm7'],
    ['æøå€ of the GSM-7 alphabet', 'Stop æøåÆØÅ€ tak', 'gsm7'],
    ['emoji in UCS-2', 'STOP 😀', 'ucs2'],
    [
      'a long text in parts',
      `Jeg kan ikke komme på tirsdag. ${'Kan vi ses en anden dag? '.repeat(10)}`.trim(),
      'parts',
    ],
    ['octets of no alphabet', 'STOP på stedet', 'octets'],
  ])('reads what a citizen writes: %s', async (_name, text, mode) => {
    const before = inbound().length;
    await kannel.injectInbound({ from: '4520301050', to: '1204', text, mode });
    await eventually(() => expect(inbound()).toHaveLength(before + 1));
    const at = expect.any(Date);
    const found = inbound().at(-1);
    expect(found).toEqual({ gatewayMessageId: expect.any(String), from: '+4520301050', to: '1204', text, at });
    // What stands in our answer would be sent to the citizen.
    expect(kannel.seen().filter((submitted) => submitted.to === '4520301050')).toEqual([]);
  });

  it('gets a callback that was refused again, as the same one', async () => {
    const before = inbound().length;
    listener.failures = 2;
    await kannel.injectInbound({ from: '4520301150', to: '1204', text: 'STOP' });
    await eventually(() => expect(inbound()).toHaveLength(before + 1));
    expect(listener.failures).toBe(0);
  });

  it('reaches an SMSC that doesn’t answer once: Kannel waits rather than sending again', async () => {
    const to = '+4520301363';
    expect((await send({ to })).result.kind).toBe('accepted');
    await eventually(() => expect(lastTo(to)).toHaveLength(1));
    // By the time that Kannel has given these up, one after the other, it would have sent that one again.
    for (const clock of ['+4520301362', '+4520301462']) {
      const { reference } = await send({ to: clock });
      await eventually(() => expect(receiptsOf(reference)).toMatchObject([{ state: 'undelivered' }]));
      expect(lastTo(clock)).toHaveLength(3);
    }
    expect(lastTo(to)).toHaveLength(1);
  });

  it('knows that nothing was sent while Kannel is away', async () => {
    await kannel.down();
    const found = (await send({ to: '+4520301250' })).result;
    expect(found).toMatchObject({ kind: 'retry', reason: 'unreachable', stopQueue: false });
    await kannel.up();
    const { result, reference } = await send({ to: '+4520301250' });
    expect(result.kind).toBe('accepted');
    await eventually(() => expect(receiptsOf(reference).map(({ state }) => state)).toEqual(['accepted', 'delivered']));
  });
});

describe.skipIf(kannelMissing !== null)('the adapter and a real Kannel that calls with get-url', () => {
  it.each<[string, string, 'gsm7' | 'ucs2' | 'parts']>([
    ['æøå€', 'STOP æøå€', 'gsm7'],
    ['emoji', 'STOP 😀', 'ucs2'],
  ])('reads what a citizen writes: %s', async (_name, text, mode) => {
    const listener = new Listener();
    const publicUrl = await listener.open();
    const kannel = await startKannel({ callbackUrl: publicUrl, token: PLAIN, inbound: 'get-url' });
    const gateway = createAdapter(kannel, publicUrl, PLAIN);
    try {
      await kannel.injectInbound({ from: '4520301050', to: '1204', text, mode });
      await eventually(() => expect(listener.callbacks).toHaveLength(1));
      const [callback] = listener.callbacks;
      if (!callback) throw new Error('no callback');
      expect(callback.method).toBe('GET');
      expect(gateway.verify(callback)).toBe(true);
      const at = expect.any(Date);
      const found = gateway.readInbound(callback);
      expect(found).toEqual([{ gatewayMessageId: expect.any(String), from: '+4520301050', to: '1204', text, at }]);
      const age = now.getTime() - (gateway.readInbound(callback)[0]?.at?.getTime() ?? 0);
      // Another time zone would be off by half an hour.
      expect(Math.abs(age)).toBeLessThan(HOUR_MS / 2);
    } finally {
      await gateway.close();
      await kannel.stop();
      await listener.close();
    }
  });
});

describe.skipIf(kannelMissing !== null)('the adapter and a real Kannel that has the token as a password', () => {
  it('believes what it posts, whose URL holds no secret', async () => {
    const listener = new Listener();
    const publicUrl = await listener.open();
    const kannel = await startKannel({ callbackUrl: publicUrl, token: PLAIN, inbound: 'post-url, password' });
    const gateway = createAdapter(kannel, publicUrl, PLAIN);
    try {
      await kannel.injectInbound({ from: '4520301050', to: '1204', text: 'STOP', mode: 'gsm7' });
      await eventually(() => expect(listener.callbacks).toHaveLength(1));
      const [callback] = listener.callbacks;
      if (!callback) throw new Error('no callback');
      expect(Object.keys(callback.query)).toEqual(['id']);
      expect(gateway.verify(callback)).toBe(true);
      expect(gateway.readInbound(callback)).toMatchObject([{ from: '+4520301050', to: '1204', text: 'STOP' }]);
    } finally {
      await gateway.close();
      await kannel.stop();
      await listener.close();
    }
  });
});

function createAdapter(
  kannel: Pick<Kannel, 'sendsmsUrl' | 'username' | 'password'>,
  publicUrl: string,
  token = TOKEN,
): SmsGateway {
  const env = {
    KANNEL_SENDSMS_URL: kannel.sendsmsUrl,
    KANNEL_USERNAME: kannel.username,
    KANNEL_PASSWORD: kannel.password,
    KANNEL_CALLBACK_TOKEN: token,
  };
  return createGateway(factory, env, { publicUrl, now: () => now });
}
