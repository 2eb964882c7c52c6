import { createHmac } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { DeliveryEvent, RawCallback } from '../../src/gateways/gateway.ts';
import { kannel } from '../../src/gateways/kannel.ts';
import { callback, createGateway, describeCallbacks, faultsOf, SMS, sendTo } from './kit.ts';
import { describeSending } from './sending-kit.ts';
import { serveHttp } from './servers.ts';

const TOKEN = 'callback-token-3f9a77c0ffee';
const PASSWORD = 'sendsms-password-77';
const ENV = { KANNEL_USERNAME: 'easysms', KANNEL_PASSWORD: PASSWORD, KANNEL_CALLBACK_TOKEN: TOKEN };

const signatureOf = (reference: string) =>
  createHmac('sha256', TOKEN).update(`receipt ${reference}`).digest('base64url');

const create = (serverUrl = 'http://127.0.0.1:13013') =>
  createGateway(kannel, { ...ENV, KANNEL_SENDSMS_URL: `${serverUrl}/cgi-bin/sendsms` });

const report = (d: string, answer = '', more: Readonly<Record<string, string>> = {}): RawCallback =>
  callback({ query: { token: TOKEN, reference: SMS.reference, d, answer, smscId: '1700000001', ...more } });

const carrier = (stat: string, err = '000') =>
  'id:1700000001 sub:001 dlvrd:000 submit date:2611240800 done date:2611240801 ' +
  `stat:${stat} err:${err} text:Husk din tid +4520304050`;

const post = (
  text: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string>> = {},
) =>
  callback({
    kind: 'inbound',
    method: 'POST',
    query: { token: TOKEN, id: 'a1', ...query },
    headers: {
      'content-type': 'text/plain; charset="UTF-8"',
      'x-kannel-from': '+4520304050',
      'x-kannel-to': '1204',
      'x-kannel-time': '2026-11-24 07:59:58',
      ...headers,
    },
    body: typeof text === 'string' ? Buffer.from(text) : text,
  });

const get = (query: Readonly<Record<string, string>>) =>
  callback({
    kind: 'inbound',
    query: {
      token: TOKEN,
      id: 'a1',
      from: '+4520304050',
      to: '1204',
      ts: '1795507198',
      coding: '0',
      charset: 'UTF-8',
      ...query,
    },
  });

/** Every status of SMPP 3.4 §5.1.3 except those that Kannel itself retries. */
const REFUSED = [
  ...[
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x0d, 0x0e, 0x0f, 0x11, 0x13, 0x15, 0x33, 0x34, 0x40, 0x42, 0x43,
    0x44, 0x45,
  ],
  ...[
    0x50, 0x51, 0x53, 0x54, 0x55, 0x61, 0x62, 0x63, 0x65, 0x66, 0x67, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xfe, 0xff, 0x400,
  ],
];
const nack = (status: number) => `NACK/0x${status.toString(16).padStart(8, '0')}/In words`;
const nacks = (cause: DeliveryEvent['cause'], statuses: readonly number[]) =>
  statuses.map((status) => {
    const code = `0x${status.toString(16).padStart(8, '0')}`;
    return [
      `d=16 ${code}`,
      report('16', nack(status), { smscId: '' }),
      { state: 'undelivered', cause, code, gatewayMessageId: null },
    ] as const;
  });

describeCallbacks({
  name: 'kannel',
  create,
  secrets: [TOKEN, PASSWORD],
  genuine: { receipt: report('1', carrier('DELIVRD')), inbound: post('STOP') },
  forged: {
    'no token': report('1', '', { token: '' }),
    'another token': report('1', '', { token: 'callback-token-3f9b' }),
    'a token that only begins so': report('1', '', { token: `${TOKEN}x` }),
    'the beginning of the token': report('1', '', { token: TOKEN.slice(0, -1) }),
    'an inbound message with another token': post('STOP', {}, { token: 'x' }),
    'the token in a header alone': callback({
      query: { reference: SMS.reference, d: '1' },
      headers: { token: TOKEN, authorization: TOKEN },
    }),
  },
  receipts: [
    [
      'd=8, the SMSC took it',
      report('8', 'ACK/'),
      { state: 'accepted', cause: null, reference: SMS.reference, gatewayMessageId: '1700000001' },
    ],
    ['d=4 ENROUTE', report('4', carrier('ENROUTE')), { state: 'accepted', cause: null, code: 'ENROUTE 000' }],
    ['d=4 ACCEPTD', report('4', carrier('ACCEPTD')), { state: 'accepted', cause: null, code: 'ACCEPTD 000' }],
    [
      'd=1 DELIVRD',
      report('1', carrier('DELIVRD')),
      { state: 'delivered', cause: null, code: 'DELIVRD 000', reference: SMS.reference },
    ],
    ['d=1 of a receipt in TLVs alone', report('1', ''), { state: 'delivered', cause: null, code: 'd=1' }],
    [
      'd=2 UNDELIV',
      report('2', carrier('UNDELIV', '001')),
      { state: 'undelivered', cause: 'network', code: 'UNDELIV 001' },
    ],
    [
      'd=2 EXPIRED',
      report('2', carrier('EXPIRED', '027')),
      { state: 'undelivered', cause: 'expired', code: 'EXPIRED 027' },
    ],
    [
      'd=2 REJECTD',
      report('2', carrier('REJECTD', '034')),
      { state: 'undelivered', cause: 'rejected', code: 'REJECTD 034' },
    ],
    ['d=2 DELETED', report('2', carrier('DELETED')), { state: 'undelivered', cause: 'rejected', code: 'DELETED 000' }],
    ['d=2 UNKNOWN', report('2', carrier('UNKNOWN', '255')), { state: 'unknown', cause: null, code: 'UNKNOWN 255' }],
    ['d=2 in small letters', report('2', carrier('expired')), { state: 'undelivered', cause: 'expired' }],
    ['d=2 of a carrier’s own word', report('2', carrier('LOST')), { state: 'unknown', cause: null, code: 'LOST 000' }],
    ['d=2 without a word', report('2', ''), { state: 'undelivered', cause: 'network', code: 'd=2' }],
    [
      'd=2 with a number for an error',
      report('2', carrier('UNDELIV', '4520304050')),
      { state: 'undelivered', code: 'UNDELIV' },
    ],
    [
      'd=16 after Kannel’s own tries',
      report('16', 'NACK/Retries Exceeded'),
      { state: 'undelivered', cause: 'network', code: 'NACK' },
    ],
    [
      'd=16 in other words',
      report('16', 'NACK/+4520304050 is blocked'),
      { state: 'undelivered', cause: 'rejected', code: 'NACK' },
    ],
    ...nacks('invalid_number', [0x0b]),
    ...nacks('sender', [0x0a, 0x48, 0x49]),
    ...nacks('network', [0x08, 0x14, 0x58, 0x64]),
    ...nacks('rejected', REFUSED),
    ['a code that Kannel doesn’t have', report('3', carrier('DELIVRD')), { state: 'unknown', cause: null }],
    ['a text for a code', report('+4520304050', ''), { state: 'unknown', cause: null, code: 'unknown' }],
  ],
  noReceipts: {
    'an empty call': callback(),
    'a call without a reference': callback({ query: { token: TOKEN, d: '1' } }),
    'a call without a code': callback({ query: { token: TOKEN, reference: SMS.reference } }),
  },
  inbound: [
    [
      'posted',
      post('STOP æøå€ 😀'),
      {
        from: '+4520304050',
        to: '1204',
        text: 'STOP æøå€ 😀',
        gatewayMessageId: 'a1',
        at: new Date('2026-11-24T07:59:58Z'),
      },
    ],
    ['posted without a +', post('Hej', { 'x-kannel-from': '4520304050' }), { from: '+4520304050' }],
    ['posted with 00', post('Hej', { 'x-kannel-from': '004520304050' }), { from: '+4520304050' }],
    ['posted from a short number', post('Hej', { 'x-kannel-from': '1415' }), { from: '1415' }],
    [
      'posted in UTF-16',
      post(Buffer.from('STOP æ', 'utf16le').swap16(), { 'content-type': 'text/plain; charset=UTF-16BE' }),
      { text: 'STOP æ' },
    ],
    [
      'posted in Latin-1',
      post(Buffer.from('på', 'latin1'), { 'content-type': 'text/plain; charset="ISO-8859-1"' }),
      { text: 'på' },
    ],
    [
      'posted as octets of no charset',
      post(Buffer.from('STOP på', 'latin1'), { 'content-type': 'application/octet-stream' }),
      { text: 'STOP på' },
    ],
    [
      'posted in a charset that nobody knows',
      post('STOP på', { 'content-type': 'text/plain; charset=klingon' }),
      { text: 'STOP på' },
    ],
    ['posted with nothing in it', post(''), { text: '' }],
    ['posted at no time', post('Hej', { 'x-kannel-time': 'yesterday' }), { at: null }],
    [
      'posted without an id',
      post('STOP', {}, { id: '' }),
      { gatewayMessageId: null, at: new Date('2026-11-24T07:59:58Z') },
    ],
    [
      'by GET',
      get({ text: 'STOP æøå' }),
      { from: '+4520304050', to: '1204', text: 'STOP æøå', gatewayMessageId: 'a1' },
    ],
    ['by GET, at its time', get({ text: 'STOP' }), { at: new Date(1_795_507_198_000) }],
    ['by GET at no time', get({ text: 'STOP', ts: '99999999999999999' }), { at: null }],
    ['by GET to nobody', get({ text: 'STOP', to: '' }), { to: null }],
  ],
  noInbound: {
    'an empty call': callback({ method: 'POST' }),
    'a post without its sender': post('STOP', { 'x-kannel-from': '' }),
    'a call by GET without a text': callback({ query: { token: TOKEN, from: '+4520304050' } }),
  },
});

describeSending({
  name: 'kannel',
  create,
  secrets: [TOKEN, PASSWORD],
  accepted: { status: 202, body: '0: Accepted for delivery', gatewayMessageId: null, segments: null },
  answers: [
    ['3: is queued, and accepted', { status: 202, body: '3: Queued for later delivery' }, { kind: 'accepted' }],
    ['202 in other words is uncertain', { status: 202, body: '4: Some other outcome' }, { kind: 'uncertain' }],
    ['200 is not its yes', { status: 200, body: '0: Accepted for delivery' }, { kind: 'uncertain' }],
    [
      'no receiver',
      { status: 400, body: 'Missing receiver number, rejected' },
      { kind: 'rejected', reason: 'invalid_number' },
    ],
    [
      'a number that it may not send to',
      { status: 400, body: 'Number(s) has/have been denied by white- and/or black-lists.' },
      { kind: 'rejected', reason: 'invalid_number' },
    ],
    [
      'another 400',
      { status: 400, body: 'Sender missing and no global set, rejected' },
      { kind: 'rejected', reason: 'permanent' },
    ],
    [
      'a number that no SMSC takes stops nobody else’s',
      { status: 403, body: 'Not routable. Do not try again.' },
      { kind: 'rejected', reason: 'permanent' },
    ],
    [
      'wrong credentials',
      { status: 403, body: 'Authorization failed for sendsms' },
      { kind: 'retry', reason: 'auth', stopQueue: true },
    ],
    [
      'a failure that it calls temporal',
      { status: 503, body: 'Temporal failure, try again later.' },
      { kind: 'retry', reason: 'throttled' },
    ],
  ],
  requests: [
    [
      'a text of the GSM-7 alphabet, with everything in headers and body',
      {},
      ({ method, url, headers, body }) => {
        expect(method).toBe('POST');
        expect(new URL(url).pathname + new URL(url).search).toBe('/cgi-bin/sendsms');
        expect(headers).toMatchObject({
          'content-type': 'text/plain; charset=UTF-8',
          'x-kannel-username': 'easysms',
          'x-kannel-password': PASSWORD,
          'x-kannel-from': 'Sundhed',
          'x-kannel-to': '+4520304050',
          'x-kannel-coding': '0',
          'x-kannel-dlr-mask': '31',
          'x-kannel-validity': '120',
          'x-kannel-dlr-url':
            `https://sms.example.dk/v1/callbacks/kannel/receipts?reference=${SMS.reference}` +
            `&signature=${signatureOf(SMS.reference)}&d=%d&answer=%k+%s+%s+%s+%s+%s+%s+%s+%s&smscId=%F`,
        });
        expect(body).toBe(SMS.text);
      },
    ],
    [
      'a text beyond it',
      { encoding: 'ucs2', text: 'Hej 😀' },
      ({ headers, body }) => {
        expect(headers['x-kannel-coding']).toBe('2');
        expect(body).toBe('Hej 😀');
      },
    ],
    [
      'a validity rounded down to minutes',
      { validUntil: new Date('2026-11-24T08:05:59Z') },
      ({ headers }) => expect(headers['x-kannel-validity']).toBe('5'),
    ],
    [
      'a minute at least',
      { validUntil: new Date('2026-11-24T08:01:00Z') },
      ({ headers }) => expect(headers['x-kannel-validity']).toBe('1'),
    ],
  ],
});

it('kannel is not given what must arrive within less than a minute, the shortest validity that it can keep', async () => {
  const gateway = create();
  expect(gateway.capabilities.validityS?.least).toBe(60);
  const result = await sendTo(gateway, { validUntil: new Date('2026-11-24T08:00:59Z') });
  expect(result).toMatchObject({ kind: 'retry', reason: 'temporary', code: 'validity' });
  await gateway.close();
});

describe('kannel’s senders', () => {
  it.each(['Lægehus', 'Klinik\r\nX-Kannel-To: +4599999999', 'Клиника', ''])(
    '%j can’t be carried, and is refused without a call',
    async (from) => {
      let calls = 0;
      const server = await serveHttp((_request, response) => {
        calls++;
        response.writeHead(202).end('0: Accepted for delivery');
      });
      const gateway = create(server.url);
      expect(await sendTo(gateway, { from })).toMatchObject({ kind: 'rejected', reason: 'sender' });
      expect(calls).toBe(0);
      await gateway.close();
      await server.close();
    },
  );
});

describe('kannel’s callbacks', () => {
  const gateway = create();
  const RECEIPTS = '/v1/callbacks/kannel/receipts';
  const INBOUND = '/v1/callbacks/kannel/inbound';
  const signed = (path: string, more: Readonly<Record<string, string>> = {}) =>
    callback({
      path,
      query: { reference: SMS.reference, signature: signatureOf(SMS.reference), d: '1', answer: '', ...more },
    });
  const basic = (password: string) => ({ authorization: `Basic ${btoa(`kannel:${password}`)}` });

  it('prove a receipt by the signature of its message, which is good for no other and for no reply', () => {
    expect(gateway.verify(signed(RECEIPTS))).toBe(true);
    expect(gateway.verify(signed(RECEIPTS, { reference: 'another' }))).toBe(false);
    expect(gateway.verify(signed(RECEIPTS, { signature: '' }))).toBe(false);
    expect(gateway.verify(signed(RECEIPTS, { signature: TOKEN }))).toBe(false);
    expect(gateway.verify(signed(INBOUND, { from: '+4520304050', text: 'STOP' }))).toBe(false);
  });

  it('take a receipt without a body alone, which the signature would not cover', () => {
    const posted = { ...signed(RECEIPTS), method: 'POST', body: Buffer.from('x') };
    expect([gateway.verifyHead?.(posted), gateway.verify(posted)]).toEqual([false, false]);
    expect(gateway.verify({ ...report('1'), ...{ method: 'POST', path: RECEIPTS } })).toBe(false);
  });

  it('are repeats of one receipt whatever is added to its URL, and others by what the receipt says', () => {
    const key = (more: Readonly<Record<string, string>>) => gateway.repeatKey?.(signed(RECEIPTS, more));
    expect(key({ x: '1' })).toEqual(expect.any(String));
    expect(key({ x: '1' })).toBe(key({ y: '2', token: 'z' }));
    const told = [{}, { d: '2' }, { answer: 'NACK' }, { smscId: '1' }, { reference: 'another' }];
    expect(new Set(told.map(key)).size).toBe(told.length);
    expect(gateway.repeatKey?.(signed(INBOUND))).toBeNull();
  });

  it('with the URL of an earlier version, which Kannel may still hold, are believed as before', () => {
    expect(gateway.verify({ ...report('1'), path: RECEIPTS })).toBe(true);
    expect(gateway.verify({ ...report('1', '', { token: 'guess' }), path: RECEIPTS })).toBe(false);
  });

  it('may have the token as the password of HTTP Basic, so that no URL holds it', () => {
    const query = { id: 'a1' };
    const posted = post('STOP', basic(TOKEN));
    expect(gateway.verify({ ...posted, path: INBOUND, query })).toBe(true);
    for (const headers of [basic('guess'), { authorization: 'Basic ' }, { authorization: `Bearer ${TOKEN}` }, {}])
      expect(gateway.verify({ ...posted, path: INBOUND, query, headers })).toBe(false);
  });
});

describe('kannel’s settings', () => {
  it('are each required, by name', () => {
    expect(faultsOf(kannel, {})).toEqual(
      ['KANNEL_SENDSMS_URL', 'KANNEL_USERNAME', 'KANNEL_PASSWORD', 'KANNEL_CALLBACK_TOKEN'].map(
        (name) => `${name} is missing: the gateway "kannel" needs it`,
      ),
    );
  });

  it.each([
    ['KANNEL_SENDSMS_URL', 'kannel:13013'],
    ['KANNEL_SENDSMS_URL', 'ftp://kannel/cgi-bin/sendsms'],
    ['KANNEL_PASSWORD', 'kodeordet-på-dansk'],
    ['KANNEL_CALLBACK_TOKEN', 'two words of at least 24 characters'],
    ['KANNEL_CALLBACK_TOKEN', 'twenty-three-characters'],
    ['KANNEL_USERNAME', 'a\nb'],
    ['KANNEL_MAX_PER_SECOND', '0.5'],
    ['KANNEL_MAX_PER_SECOND', '2000'],
  ])('%s is refused when it can’t work, without its value', (name, value) => {
    const missing = faultsOf(kannel, {
      ...ENV,
      KANNEL_SENDSMS_URL: 'http://kannel:13013/cgi-bin/sendsms',
      [name]: value,
    });
    expect(missing).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
    expect(missing.join()).not.toContain(value);
  });

  describe('reach Kannel whole', () => {
    const seen: string[] = [];
    const server = serveHttp((request, response) => {
      seen.push(String(request.headers['x-kannel-dlr-url']), request.url ?? '');
      response.writeHead(202).end('0: Accepted for delivery');
    });
    afterAll(async () => (await server).close());

    it('a token with signs in it survives Kannel’s own % codes', async () => {
      const { url } = await server;
      const env = {
        ...ENV,
        KANNEL_SENDSMS_URL: `${url}/sendsms?smsc=A%20B`,
        KANNEL_CALLBACK_TOKEN: 'a+b/c%d==0123456789abcdef',
      };
      const gateway = createGateway(kannel, env);
      expect(await sendTo(gateway)).toMatchObject({ kind: 'accepted' });
      await gateway.close();
      const [dlrUrl = '', path] = seen;
      expect(path).toBe('/sendsms?smsc=A%20B');
      const called = new URL(
        dlrUrl.replace(
          /%(.)/g,
          (_code, letter: string) => ({ '%': '%', d: '1', k: 'ACK%2F', s: '', F: '17' })[letter] ?? 'mangled',
        ),
      );
      const query = Object.fromEntries(called.searchParams);
      expect(query).toEqual({
        reference: SMS.reference,
        signature: expect.any(String),
        ...{ d: '1', answer: expect.stringMatching(/^ACK\/ *$/), smscId: '17' },
      });
      expect(gateway.verify(callback({ path: called.pathname, query }))).toBe(true);
    });
  });
});
