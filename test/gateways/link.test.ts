import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DeliveryEvent, RawCallback } from '../../src/gateways/gateway.ts';
import { link } from '../../src/gateways/link.ts';
import { callback, createGateway, describeCallbacks, NOW, SMS, sendTo } from './kit.ts';
import { describeSendingMany } from './many-kit.ts';
import { describeSending } from './sending-kit.ts';
import { serveHttp } from './servers.ts';
import { describeSettings } from './settings-kit.ts';

const TOKEN = 'link-callback-token-0123456789';
const PASSWORD = 'link-password-77';
const ENV = {
  LINK_USERNAME: 'region',
  LINK_PASSWORD: PASSWORD,
  LINK_PLATFORM_ID: 'SMSC',
  LINK_PLATFORM_PARTNER_ID: '4711',
  LINK_GATE_ID: 'gate-1',
  LINK_CALLBACK_TOKEN: TOKEN,
};
const create = (serverUrl = 'http://127.0.0.1:1') => createGateway(link, { ...ENV, LINK_BASE_URL: serverUrl });

const tokenOf = (kind: 'receipts' | 'inbound') => createHmac('sha256', TOKEN).update(`link ${kind}`).digest('hex');
const path = (kind: 'receipts' | 'inbound') => `/v1/callbacks/link/${kind}`;
const posted = (body: unknown, token = tokenOf('receipts'), kind: 'receipts' | 'inbound' = 'receipts'): RawCallback =>
  callback({
    method: 'POST',
    path: path(kind),
    query: { token },
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const written = (body: unknown, token = tokenOf('inbound')) => posted(body, token, 'inbound');
const report = (resultCode: unknown, more: object = {}) => ({
  refId: SMS.reference,
  id: 'Dvc1204-1',
  operator: 'dk.tdc',
  sentTimestamp: '2026-11-24T08:00:01Z',
  timestamp: '2026-11-24T08:00:05Z',
  resultCode,
  operatorResultCode: '0',
  segments: 2,
  gateCustomParameters: {},
  customParameters: { replySmsCount: 'true' },
  ...more,
});
const message = (more: object = {}) => ({
  messageId: 'Dvc1204-2',
  source: '+4520304050',
  destination: 'DK1204',
  content: { type: 'TEXT', userData: 'STOP æøå', encoding: 'GSM' },
  operator: 'dk.tdc',
  timestamp: '2026-11-24T08:00:01Z',
  ...more,
});
const pairs = (more: Readonly<Record<string, string>> = {}) => ({
  refId: SMS.reference,
  id: 'Dvc1204-1',
  resultCode: '1001',
  ...more,
});

const WRITTEN = { messageId: 'Dvc1204-2', source: '+4520304050', destination: 'DK1204', userData: 'STOP æøå' };

/** The result codes of LINK's documentation with what each does to a message. */
const RESULTS: readonly (readonly [state: DeliveryEvent['state'], cause: DeliveryEvent['cause'], codes: string])[] = [
  ['accepted', null, '1000 1005 1007 1008 1011'],
  ['delivered', null, '1001'],
  ['undelivered', 'expired', '1002'],
  ['undelivered', 'handset', '1004'],
  ['undelivered', 'network', '1 3 6 105 2107'],
  ['undelivered', 'rejected', '2 104 1006 2100 2101 2102 2103 2105 3000 3500 4007'],
  ['undelivered', 'invalid_number', '2104 2106'],
  ['undelivered', 'barred', '2205'],
  ['unknown', null, '4 5 1003 1009 1010 1012 2000 2099 2108 2204 2206 2999 4008 106000 999999 -1'],
];

describeSettings({
  factory: link,
  env: ENV,
  required: Object.keys(ENV),
  wrong: [
    ['LINK_CALLBACK_TOKEN', 'too-short'],
    ['LINK_PASSWORD', 'kodeord på dansk'],
  ],
  misspelt: 'LINK_PASWORD',
  path: '/sms/send',
});

describeCallbacks({
  name: 'link',
  create,
  secrets: [TOKEN, PASSWORD],
  genuine: { receipt: posted(report(1001)), inbound: written(message()) },
  forged: {
    'no token': { ...posted(report(1001)), query: {} },
    'another token': posted(report(1001), `${tokenOf('receipts').slice(0, -1)}x`),
    'the beginning of the token': posted(report(1001), tokenOf('receipts').slice(0, -1)),
    'the secret itself': posted(report(1001), TOKEN),
    'an inbound message with another token': written(message(), 'x'),
    'an inbound message with the secret itself': written(message(), TOKEN),
    'an inbound message with the token of receipts': written(message(), tokenOf('receipts')),
    'a receipt with the token of inbound messages': posted(report(1001), tokenOf('inbound')),
    'the token of another gateway': posted(
      report(1001),
      createHmac('sha256', TOKEN).update('inmobile receipts').digest('hex'),
    ),
    'the token in a header alone': { ...posted(report(1001)), query: {}, headers: { token: tokenOf('receipts') } },
  },
  receipts: [
    [
      'all that a report says',
      posted(report(1001)),
      {
        reference: SMS.reference,
        gatewayMessageId: 'Dvc1204-1',
        state: 'delivered',
        at: new Date('2026-11-24T08:00:05Z'),
        code: '1001 0',
        segments: 2,
      },
    ],
    ...RESULTS.flatMap(([state, cause, codes]) =>
      codes
        .split(' ')
        .map((code) => [code, posted(report(Number(code))), { state, cause, code: `${code} 0` }] as const),
    ),
    ['a code that is a word', posted(report('delivered')), { state: 'unknown', code: 'unknown 0' }],
    ['no code', posted(report(undefined)), { state: 'unknown', cause: null }],
    ['a time without zone', posted(report(1001, { timestamp: '24-11-2026 08:00' })), { at: null, state: 'delivered' }],
    [
      'key-value pairs in the URL',
      callback({ path: path('receipts'), query: { token: tokenOf('receipts'), ...pairs() } }),
      { state: 'delivered', reference: SMS.reference },
    ],
    [
      'key-value pairs in a form',
      posted(new URLSearchParams(pairs({ resultCode: '1002' })).toString()),
      { state: 'undelivered', cause: 'expired' },
    ],
    ['an operator’s text', posted(report(1006, { operatorResultCode: `no ${SMS.to}` })), { code: '1006' }],
  ],
  batches: [
    [
      'a list of 250 in one post',
      posted(Array.from({ length: 250 }, (_, nth) => report(1001, { refId: `m-${nth}` }))),
      Array.from({ length: 250 }, (_, nth) => ({ reference: `m-${nth}`, state: 'delivered' as const })),
    ],
  ],
  noReceipts: {
    'an inbound message': posted(message()),
    'an empty body': posted(''),
    xml: posted('<deliveryReport><refId>1</refId></deliveryReport>'),
    'half of a JSON': posted('{"refId":"'),
  },
  inbound: [
    [
      'to a short number',
      written(message()),
      {
        gatewayMessageId: 'Dvc1204-2',
        from: '+4520304050',
        to: '1204',
        text: 'STOP æøå',
        at: new Date('2026-11-24T08:00:01Z'),
      },
    ],
    ['to a long number', written(message({ destination: '+4560575797' })), { to: '+4560575797' }],
    ['without a plus', written(message({ source: '4520304050' })), { from: '+4520304050' }],
    ['to nobody', written(message({ destination: null })), { to: null }],
    [
      'key-value pairs in a form',
      written(new URLSearchParams(WRITTEN).toString()),
      { gatewayMessageId: 'Dvc1204-2', from: '+4520304050', to: '1204', text: 'STOP æøå' },
    ],
    [
      'key-value pairs in the URL',
      callback({ path: path('inbound'), query: { token: tokenOf('inbound'), ...WRITTEN } }),
      { from: '+4520304050', to: '1204', text: 'STOP æøå' },
    ],
    [
      'key-value pairs whose plus is not escaped',
      written('source=+4520304050&destination=DK1204&content=STOP'),
      { from: '+4520304050', text: 'STOP' },
    ],
  ],
  noInbound: {
    'a receipt': written(report(1001)),
    'no text': written(message({ content: { type: 'BINARY' } })),
    'no sender': written(message({ source: '' })),
    'no JSON': written('STOP'),
  },
});

const answer = (body: unknown, status = 200) => ({ status, body: JSON.stringify(body) });
const error = (code: number, status = 400) => answer({ status: code, translatedDescription: 'In words' }, status);

describeSending({
  name: 'link',
  secrets: [TOKEN, PASSWORD],
  create,
  accepted: {
    ...answer({ messageId: 'Dvc1204-1', resultCode: 1005, description: 'Queued', smsCount: 2 }),
    gatewayMessageId: 'Dvc1204-1',
    segments: 2,
  },
  answers: [
    ['queued without a count', answer({ messageId: 'a', resultCode: 1005 }), { kind: 'accepted', segments: null }],
    ['an empty 204, which ignoreResponse gives', { status: 204, body: '' }, { kind: 'uncertain' }],
    ['no code', answer({ messageId: 'a' }), { kind: 'uncertain' }],
    ['an unknown code in a 200', answer({ messageId: 'a', resultCode: 7777 }), { kind: 'uncertain', code: '7777' }],
    ['queued behind 500', answer({ messageId: 'a', resultCode: 1005 }, 500), { kind: 'uncertain' }],
    ...RESULTS.filter(([state]) => state === 'undelivered').flatMap(([, cause, codes]) => {
      const again = cause === 'network' || cause === 'handset';
      const expected = again
        ? ({ kind: 'retry', reason: 'temporary' } as const)
        : ({ kind: 'rejected', reason: cause === 'invalid_number' ? 'invalid_number' : 'permanent' } as const);
      return codes
        .split(' ')
        .map(
          (code) =>
            [`${code} in a 200 is a refusal`, answer({ resultCode: Number(code) }), { ...expected, code }] as const,
        );
    }),
    ...[106_100, 106_101, 106_200, 106_201, 106_300, 106_301].flatMap((code) =>
      [200, 400, 401, 403].map(
        (status) =>
          [
            `${code} behind ${status}`,
            error(code, status),
            { kind: 'retry', reason: 'auth', stopQueue: true, code: String(code) },
          ] as const,
      ),
    ),
    ['an unknown error', error(106_000), { kind: 'uncertain', code: '106000' }],
    ['an unknown error behind 401', error(106_000, 401), { kind: 'retry', reason: 'auth', stopQueue: true }],
    ['another error', error(106_999), { kind: 'rejected', reason: 'permanent', code: '400 106999', unknownCode: true }],
    [
      'another error behind 403, which says nothing of the account',
      error(106_999, 403),
      { kind: 'retry', reason: 'temporary', stopQueue: false, code: '403 106999', unknownCode: true },
    ],
    ['403 without a code', answer({}, 403), { kind: 'retry', reason: 'auth', stopQueue: true, code: '403' }],
  ],
  requests: [
    [
      'to whom, what, until when, and to which gate to report',
      {},
      ({ method, url, headers, body }) => {
        expect([method, new URL(url).pathname]).toEqual(['POST', '/sms/send']);
        expect(atob(headers.authorization?.replace('Basic ', '') ?? '')).toBe(`region:${PASSWORD}`);
        expect(JSON.parse(body)).toEqual({
          source: 'Sundhed',
          sourceTON: 'ALPHANUMERIC',
          destination: '+4520304050',
          userData: SMS.text,
          dcs: 'TEXT',
          platformId: 'SMSC',
          platformPartnerId: '4711',
          useDeliveryReport: true,
          deliveryReportGates: ['gate-1'],
          refId: SMS.reference,
          relativeValidityTime: 7_200_000,
          ignoreResponse: false,
          customParameters: { replySmsCount: 'true' },
        });
      },
    ],
    [
      'a short number as one',
      { from: '1204' },
      ({ body }) => expect(JSON.parse(body)).toMatchObject({ source: '1204', sourceTON: 'SHORTNUMBER' }),
    ],
    [
      'a long number as one',
      { from: '4560575797' },
      ({ body }) => expect(JSON.parse(body)).toMatchObject({ source: '+4560575797', sourceTON: 'MSISDN' }),
    ],
    [
      'two days at most',
      { validUntil: new Date('2026-12-24T08:00:00Z') },
      ({ body }) => expect(JSON.parse(body).relativeValidityTime).toBe(172_800_000),
    ],
    [
      'a question mark for emoji that come from a place',
      { text: 'Hus 👩‍⚕️ 3 😀😀 æ∆', encoding: 'ucs2' },
      ({ body }) => expect(JSON.parse(body).userData).toBe('Hus ?⚕️ 3 ? æ∆'),
    ],
  ],
});

const queued = (refId: string | null) => ({
  messageId: `Dvc-${refId}`,
  refId,
  resultCode: 1005,
  message: 'Queued',
  smsCount: 1,
});

describeSendingMany({
  name: 'link',
  secrets: [TOKEN, PASSWORD],
  create,
  path: '/sms/sendbatch',
  most: 1_000,
  status: 200,
  answer: (results) => results,
  accepted: queued,
  gatewayMessageId: (reference) => `Dvc-${reference}`,
  refused: (refId) => ({ refId, resultCode: 2106, message: 'Number error' }),
  refusal: { kind: 'rejected', reason: 'invalid_number', code: '2106' },
  look: (body, sms) =>
    expect(body).toEqual({
      platformId: 'SMSC',
      platformPartnerId: '4711',
      useDeliveryReport: true,
      deliveryReportGates: ['gate-1'],
      relativeValidityTime: 7_200_000,
      ignoreResponse: false,
      customParameters: { replySmsCount: 'true' },
      sendRequestMessages: sms.map(({ reference, to, text }) => ({
        source: 'Sundhed',
        sourceTON: 'ALPHANUMERIC',
        destination: to,
        userData: text,
        dcs: 'TEXT',
        refId: reference,
      })),
    }),
  refusals: [
    ['400 with a code that the tables have of one number', 400, { status: 2106, description: 'Number error' }, null],
    ['400 with the unknown error', 400, { status: 106_000, description: 'Unknown' }, { kind: 'uncertain' }],
    ['403 for the platform', 403, { status: 106_200 }, { kind: 'retry', reason: 'auth', stopQueue: true }],
    ['401', 401, { status: 106_101 }, { kind: 'retry', reason: 'auth', stopQueue: true }],
    ['an answer to one SMS', 200, queued(SMS.reference), { kind: 'uncertain' }],
    ['a code that nobody knows for one', 200, [{ ...queued(SMS.reference), resultCode: 7 }], { kind: 'uncertain' }],
  ],
});

describe('link', () => {
  it('gives a call of many the shortest of their validities, which are no more than a twelfth apart', async () => {
    const bodies: string[] = [];
    const server = await serveHttp((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.end('[]'));
    });
    const gateway = create(server.url);
    const validFor = (minutes: number) => ({ ...SMS, validUntil: new Date(NOW.getTime() + minutes * 60_000) });
    await gateway.sendMany?.([validFor(61), validFor(60)], { signal: AbortSignal.timeout(60_000) });
    expect(JSON.parse(bodies.join(''))).toMatchObject({ relativeValidityTime: 3_600_000 });
    await gateway.close();
    await server.close();
    const shortest = new Map<string, number>();
    for (let minutes = 15; minutes < 4_000; minutes++) {
      const key = gateway.batchKey?.(validFor(minutes)) ?? '';
      const validity = Math.min(minutes, 2_880);
      shortest.set(key, Math.min(validity, shortest.get(key) ?? validity));
      expect(shortest.get(key)).toBeGreaterThan(validity * (11 / 12));
    }
    expect(shortest.size).toBeLessThan(64);
  });

  it('is not given what must arrive within less than a quarter of an hour', async () => {
    const gateway = create();
    const result = await sendTo(gateway, { validUntil: new Date('2026-11-24T08:14:59Z') });
    expect(result).toMatchObject({ kind: 'retry', code: 'validity' });
    await gateway.close();
  });

  it.each([
    ['Sundhed', null],
    ['RH', null],
    ['1204', null],
    ['R', '2 to 11 letters and digits'],
    ['1813Akut', 'the first one a letter'],
    ['Region H', '2 to 11 letters and digits'],
  ])('takes the sender %s, or says why not', (sender, fault) => {
    expect(create().senderFault?.(sender, 'DK')).toEqual(fault === null ? null : expect.stringContaining(fault));
  });

  it('takes no emoji in a wording', () => {
    expect(create().textFault?.('Husk din tid 😀')).toContain('emoji');
    expect(create().textFault?.('Husk din tid, æøå ☺')).toBeNull();
  });

  it('has the text stored as it takes it', () => {
    expect(create().fitText?.('Hus 👩‍⚕️ 3 😀😀 æ∆')).toBe('Hus ?⚕️ 3 ? æ∆');
  });
});

it.each(['receipts', 'inbound'] as const)('the command of docs/gateways.md prints the token for %s', (kind) => {
  const [, command = ''] =
    /```sh\n(node -e [^`]*`[\s\S]*?) link receipts\n```/.exec(readFileSync('docs/gateways.md', 'utf8')) ?? [];
  const printed = execFileSync('sh', ['-c', `${command} link ${kind}`], { env: { ...process.env, ...ENV } });
  expect(printed.toString().trim()).toBe(tokenOf(kind));
});
