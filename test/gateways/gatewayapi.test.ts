import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeliveryEvent, InboundPart, RawCallback } from '../../src/gateways/gateway.ts';
import { gatewayapi } from '../../src/gateways/gatewayapi.ts';
import { callback, createGateway, describeCallbacks, SMS, sendTo } from './kit.ts';
import { describeSendingMany } from './many-kit.ts';
import { describeSending } from './sending-kit.ts';
import { describeSettings } from './settings-kit.ts';

const SECRET = 'gatewayapi-webhook-secret';
const API_TOKEN = 'gatewayapi-token-0f9e8d';
const ENV = { GATEWAYAPI_TOKEN: API_TOKEN, GATEWAYAPI_WEBHOOK_SECRET: SECRET };
const create = (serverUrl = 'http://127.0.0.1:1') =>
  createGateway(gatewayapi, { ...ENV, GATEWAYAPI_BASE_URL: serverUrl });

const sign = (body: string, secret = SECRET) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
const posted = (body: unknown, query: Readonly<Record<string, string>> = {}): RawCallback => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return callback({
    method: 'POST',
    query,
    headers: { 'content-type': 'application/json', signature: sign(text) },
    body: Buffer.from(text),
  });
};
const TIMESTAMP = '2026-11-24T07:59:59.003029+00:00';
const event = (type: string, content: object, more: object = {}) => ({
  event_id: '09c829a2-a77b-422d-8562-2f88e784dfb5',
  timestamp: TIMESTAMP,
  event_type: type,
  event: content,
  ...more,
});
const STATUS = {
  msg_id: '01JQRJWK259Y1YEECJZB50908V',
  recipient: 4520304050,
  reference: SMS.reference,
  status_at: '2026-11-24T07:59:58.005021+00:00',
  error: null,
};
const status = (word: unknown, more: object = {}) => event('message.status.sms', { ...STATUS, status: word, ...more });
const failed = (word: string, hex: string) =>
  posted(status(word, { error: { hex_code: hex, details: `Said of ${SMS.to}` } }));
const CONTENT = { message: 'STOP æøå 😀', encoding: 'UCS2', header: null };
const written = (more: object = {}) =>
  event('user-message.text.sms', {
    msg_id: '01K33QFGSHXXM0Q7HM7QS34PY6',
    sender: 4520304050,
    sent_at: '2026-11-24T07:59:58Z',
    content: CONTENT,
    ...more,
  });
const withHeader = (header: string) => posted(written({ content: { ...CONTENT, header } }));
const inPart = (part: InboundPart) => ({ part });
/** Headers that say nothing of parts. */
const WHOLE = ['050003CC0101', '050003CC0203', '050003CC0200', '050003CC', '0504158A0000', 'not hex', ''];

/** Codes of the tables of gatewayapi.com's errors, with the cause that each of them is. */
const CODES: readonly (readonly [cause: DeliveryEvent['cause'], codes: string])[] = [
  ['invalid_number', '1010 1020 1040 1048 1049 1051 1052 1060 1061 1062 1084'],
  ['handset', '1018'],
  ['network', '1013 1015 1019 101A 101B 1021 1022 1023 1027 102A 1042 1047 104A 106A 1080 1091'],
  ['barred', '1011 1034 103C 1093'],
  ['content', '1035 1903 1904'],
  ['sender', '1033 1065 1905'],
  ['opted_out', '0215'],
];

describeSettings({
  factory: gatewayapi,
  env: ENV,
  required: ['GATEWAYAPI_TOKEN', 'GATEWAYAPI_WEBHOOK_SECRET'],
  wrong: [
    ['GATEWAYAPI_TOKEN', 'to ord'],
    ['GATEWAYAPI_WEBHOOK_SECRET', 'too-short'],
  ],
  misspelt: 'GATEWAYAPI_SECRET',
  path: '/mobile/single',
});

const genuine = { receipt: posted(status('DELIVERED')), inbound: posted(written(), { to: '4560575797' }) };

describeCallbacks({
  name: 'gatewayapi',
  create,
  secrets: [SECRET, API_TOKEN],
  genuine,
  forged: {
    'no signature': { ...genuine.receipt, headers: {} },
    'an empty signature': { ...genuine.receipt, headers: { signature: 'v1=' } },
    'a signature with another key': {
      ...genuine.receipt,
      headers: { signature: sign(JSON.stringify(status('DELIVERED')), 'another') },
    },
    'a changed body': { ...genuine.receipt, body: posted(status('EXPIRED')).body },
    'a body with one byte more': { ...genuine.receipt, body: Buffer.concat([genuine.receipt.body, Buffer.from(' ')]) },
    'the signature of another scheme': {
      ...genuine.receipt,
      headers: { signature: genuine.receipt.headers.signature?.replace('v1=', 'v2=') ?? '' },
    },
    'the signature without its scheme': {
      ...genuine.receipt,
      headers: { signature: genuine.receipt.headers.signature?.replace('v1=', '') ?? '' },
    },
    'an inbound message with the signature of a receipt': {
      ...genuine.inbound,
      headers: { signature: genuine.receipt.headers.signature ?? '' },
    },
    'a callback of eight days ago': posted({ ...status('DELIVERED'), timestamp: '2026-11-16T07:59:59Z' }),
    'a callback of the day after tomorrow': posted({ ...status('DELIVERED'), timestamp: '2026-11-26T07:59:59Z' }),
  },
  receipts: [
    ...(['UNKNOWN', 'NEW_WORD', '', null, 7] as const).map(
      (word) => [`${word}`, posted(status(word)), { state: 'unknown' as const, cause: null }] as const,
    ),
    ...(['SCHEDULED', 'BUFFERED', 'ENROUTE', 'ACCEPTED'] as const).map(
      (word) => [word, posted(status(word)), { state: 'accepted' as const, cause: null, code: word }] as const,
    ),
    [
      'DELIVERED',
      posted(status('DELIVERED')),
      {
        reference: SMS.reference,
        gatewayMessageId: STATUS.msg_id,
        state: 'delivered',
        at: new Date('2026-11-24T07:59:58.005Z'),
      },
    ],
    ['READ, of RCS', posted(event('message.status.rcs', { ...STATUS, status: 'READ' })), { state: 'delivered' }],
    ['EXPIRED', posted(status('EXPIRED')), { state: 'undelivered', cause: 'expired', code: 'EXPIRED' }],
    ...(['DELETED', 'REJECTED', 'SKIPPED'] as const).map(
      (word) => [word, posted(status(word)), { state: 'undelivered' as const, cause: 'rejected' as const }] as const,
    ),
    ['UNDELIVERABLE without a code', posted(status('UNDELIVERABLE')), { state: 'undelivered', cause: 'network' }],
    [
      'UNDELIVERABLE with an unknown code',
      failed('UNDELIVERABLE', '0x1fff'),
      { state: 'undelivered', cause: 'network', code: 'UNDELIVERABLE 0x1fff' },
    ],
    ...CODES.flatMap(([cause, codes]) =>
      codes
        .split(' ')
        .map(
          (code) =>
            [
              `UNDELIVERABLE 0x${code}`,
              failed('UNDELIVERABLE', `0x${code}`),
              { state: 'undelivered' as const, cause, code: `UNDELIVERABLE 0x${code.toLowerCase()}` },
            ] as const,
        ),
    ),
    ['REJECTED with a code', failed('REJECTED', '0x1905'), { state: 'undelivered', cause: 'sender' }],
    ['DELIVERED with a code', failed('DELIVERED', '0x1905'), { state: 'delivered', cause: null }],
    ['a code that is a text', failed('UNDELIVERABLE', `${SMS.text}`), { code: 'UNDELIVERABLE' }],
    ['no reference', posted(status('DELIVERED', { reference: null })), { reference: null }],
  ],
  batches: [
    [
      'a list of 250 in one post',
      posted(Array.from({ length: 250 }, (_, nth) => status('DELIVERED', { reference: `m-${nth}` }))),
      Array.from({ length: 250 }, (_, nth) => ({ reference: `m-${nth}`, state: 'delivered' as const })),
    ],
  ],
  noReceipts: {
    'an inbound message': genuine.inbound,
    'no JSON': posted('{"event_type":"message.status.sms","event":'),
    'an empty body': posted(''),
    'another event': posted(event('message.status.email', STATUS)),
    'a key that comes twice': posted(
      '{"event_type":"message.status.sms","event_type":"message.status.sms","event":{}}',
    ),
  },
  inbound: [
    [
      'one SMS',
      genuine.inbound,
      {
        gatewayMessageId: '01K33QFGSHXXM0Q7HM7QS34PY6',
        from: '+4520304050',
        to: '4560575797',
        text: 'STOP æøå 😀',
        at: new Date('2026-11-24T07:59:58Z'),
      },
    ],
    ['without the number in the URL', posted(written()), { to: null }],
    ['from the Faroes', posted(written({ sender: 298211234 })), { from: '+298211234' }],
    ['from a short number', posted(written({ sender: 1204 })), { from: '1204' }],
    ['over RCS', posted(event('user-message.text.rcs', { sender: 4520304050, content: 'JA' })), { text: 'JA' }],
    ['a part, 8 bit', withHeader('050003CC0201'), inPart({ reference: 'cc', nth: 1, of: 2 })],
    ['the last part', withHeader('050003cc0303'), inPart({ reference: 'cc', nth: 3, of: 3 })],
    ['a part, 16 bit', withHeader('060804ABCD0201'), inPart({ reference: 'abcd', nth: 1, of: 2 })],
    ['a part behind ports', withHeader('0B0504158A00000003CC0202'), inPart({ reference: 'cc', nth: 2, of: 2 })],
  ],
  noInbound: {
    'a receipt': genuine.receipt,
    'a location': posted(event('user-message.location.rcs', { sender: 4520304050, content: { latitude: 55.6 } })),
    'no sender': posted(written({ sender: null })),
    'no content': posted(written({ content: null })),
    'no JSON': posted('STOP'),
  },
});

const answer = (body: unknown, code = 202) => ({ status: code, body: JSON.stringify(body) });
const refusal = (code: string, httpStatus = 403) =>
  answer({ code, incident_uuid: 'd8127429', message: 'In words', variables: [] }, httpStatus);
const invalid = (field: string) =>
  answer({ detail: [{ loc: ['body', field], msg: `${SMS.to} is not valid`, type: 'value_error' }] }, 422);

describeSending({
  name: 'gatewayapi',
  secrets: [SECRET, API_TOKEN],
  create,
  accepted: {
    ...answer({ msg_id: STATUS.msg_id, recipient: 4520304050, reference: SMS.reference }),
    gatewayMessageId: STATUS.msg_id,
    segments: null,
  },
  answers: [
    ['no id', answer({ recipient: 4520304050 }), { kind: 'uncertain' }],
    ['a refusal behind 202', refusal('0x0215', 202), { kind: 'rejected', reason: 'opted_out', code: '0x0215' }],
    ['a refusal behind 200', refusal('0x0216', 200), { kind: 'retry', reason: 'credit', stopQueue: true }],
    ['an unknown code behind 200', refusal('0x0fff', 200), { kind: 'uncertain' }],
    [
      'an unknown code behind 400',
      refusal('0x0fff', 400),
      { kind: 'rejected', reason: 'permanent', code: '400 0x0fff', unknownCode: true },
    ],
    [
      'an unknown code behind 403, which says nothing of the account',
      refusal('0x0fff'),
      { kind: 'retry', reason: 'temporary', stopQueue: false, code: '403 0x0fff', unknownCode: true },
    ],
    [
      'an unknown code behind 403 whose words are about the account',
      answer({ code: '0x0ffe', message: 'Your account is closed' }, 403),
      { kind: 'retry', reason: 'auth', stopQueue: true, code: '403 0x0ffe', unknownCode: true },
    ],
    ...CODES.filter(([cause]) => cause === 'network' || cause === 'handset').flatMap(([, codes]) =>
      codes.split(' ').flatMap((code) => {
        const shown = `0x${code.toLowerCase()}`;
        return [
          [`${shown} behind 400`, refusal(shown, 400), { kind: 'retry', reason: 'temporary', code: shown }],
          [`${shown} behind 202, which proves nothing`, refusal(shown, 202), { kind: 'uncertain', code: shown }],
        ] as const;
      }),
    ),
    ['a code behind 500', refusal('0x0215', 500), { kind: 'uncertain' }],
    ['a number on the blacklist', refusal('0x0215'), { kind: 'rejected', reason: 'opted_out' }],
    ['a number on it for a time', refusal('0x0214'), { kind: 'retry', reason: 'temporary', stopQueue: false }],
    ['no credit', refusal('0x0216'), { kind: 'retry', reason: 'credit', stopQueue: true }],
    ...'0210 0211 0212 0213 0223 0224 0225 0226 0227 0228 0229 022A'
      .split(' ')
      .map(
        (code) =>
          [`account 0x${code}`, refusal(`0x${code}`), { kind: 'retry', reason: 'auth', stopQueue: true }] as const,
      ),
    ['a filtered text', refusal('0x0312'), { kind: 'rejected', reason: 'content' }],
    ['a link that is not whitelisted', refusal('0x1903', 400), { kind: 'rejected', reason: 'content' }],
    ['a sender that is not theirs', refusal('0x1905', 400), { kind: 'rejected', reason: 'sender' }],
    ['an invalid number', refusal('0x1010', 400), { kind: 'rejected', reason: 'invalid_number' }],
    ['EAGAIN', refusal('0x0209', 400), { kind: 'retry', reason: 'temporary' }],
    ['422 of the recipient', invalid('recipient'), { kind: 'rejected', reason: 'invalid_number' }],
    ['422 of the sender', invalid('sender'), { kind: 'rejected', reason: 'sender' }],
    ['422 of the message', invalid('message'), { kind: 'rejected', reason: 'content' }],
    ['422 of something else', invalid('expiration'), { kind: 'rejected', reason: 'permanent' }],
    ['401', answer({ detail: 'Not authenticated' }, 401), { kind: 'retry', reason: 'auth', stopQueue: true }],
    ['403 of the wrong region', answer({ detail: 'No' }, 403), { kind: 'retry', reason: 'auth', stopQueue: true }],
  ],
  requests: [
    [
      'to whom, what, and until when',
      {},
      ({ method, url, headers, body }) => {
        expect([method, new URL(url).pathname]).toEqual(['POST', '/mobile/single']);
        expect(headers).toMatchObject({ authorization: `Token ${API_TOKEN}`, 'content-type': 'application/json' });
        expect(JSON.parse(body)).toEqual({
          sender: 'Sundhed',
          recipient: 4520304050,
          message: SMS.text,
          reference: SMS.reference,
          expiration: 7200,
        });
      },
    ],
    [
      'five days at most',
      { validUntil: new Date('2026-12-24T08:00:00Z') },
      ({ body }) => expect(JSON.parse(body).expiration).toBe(432_000),
    ],
  ],
});

const taken = (reference: string | null) => ({ msg_id: `01J-${reference}`, recipient: 4520304050, reference });

describeSendingMany({
  name: 'gatewayapi',
  secrets: [SECRET, API_TOKEN],
  create,
  path: '/mobile/multi',
  most: 1_000,
  status: 202,
  answer: (responses) => ({ responses }),
  accepted: taken,
  gatewayMessageId: (reference) => `01J-${reference}`,
  refused: (reference) => ({ reference, error: { hex_code: '0x0215', details: 'Blacklisted' } }),
  refusal: { kind: 'rejected', reason: 'opted_out', code: '0x0215' },
  look: (body, sms) =>
    expect(body).toEqual({
      messages: sms.map(({ reference, to, text }) => ({
        sender: 'Sundhed',
        recipient: Number(to.slice(1)),
        message: text,
        reference,
        expiration: 7200,
      })),
    }),
  refusals: [
    [
      '422 about the number of one',
      422,
      { detail: [{ loc: ['body', 'messages', 1, 'recipient'], msg: 'Input should be a valid integer' }] },
      null,
    ],
    ['a text that is refused', 400, { code: '0x0312' }, null],
    ['try again', 400, { code: '0x0109' }, null],
    ['no credit', 400, { code: '0x0216' }, { kind: 'retry', reason: 'credit', stopQueue: true }],
    ['an account that is frozen', 403, { code: '0x022a' }, { kind: 'retry', reason: 'auth', stopQueue: true }],
    ['a 403 that says nothing of the account', 403, { code: '0x0fff' }, null],
    ['an answer to one SMS', 202, taken(SMS.reference), { kind: 'uncertain' }],
  ],
});

describe('gatewayapi', () => {
  it('is not given what must arrive within less than a minute', async () => {
    const gateway = create();
    const result = await sendTo(gateway, { validUntil: new Date('2026-11-24T08:00:59Z') });
    expect(result).toMatchObject({ kind: 'retry', code: 'validity' });
    await gateway.close();
  });

  it('takes one of several signatures while its key is changed', () => {
    const { receipt } = genuine;
    const headers = { signature: `v1=${'0'.repeat(64)}, ${receipt.headers.signature}` };
    expect(create().verify({ ...receipt, headers })).toBe(true);
  });

  it('takes a callback that it repeats after a day, and knows it again whatever else differs', () => {
    const gateway = create();
    const again = posted({ ...status('DELIVERED'), timestamp: '2026-11-23T07:59:59Z' });
    expect(gateway.verify(again)).toBe(true);
    expect(gateway.repeatKey?.(again)).toBe(gateway.repeatKey?.(genuine.receipt));
    const another = posted({ ...status('DELIVERED'), event_id: 'another' });
    expect(gateway.repeatKey?.(another)).not.toBe(gateway.repeatKey?.(genuine.receipt));
    expect(gateway.repeatKey?.(posted([status('DELIVERED'), status('EXPIRED')]))).toBeNull();
    expect(gateway.repeatKey?.(posted(''))).toBeNull();
  });

  it.each(WHOLE)('takes an SMS with the header %j for a whole one', (header) => {
    const [read] = create().readInbound(withHeader(header));
    expect(read).toMatchObject({ text: 'STOP æøå 😀' });
    expect(read).not.toHaveProperty('part');
  });

  it.each([
    ['Sundhed', null],
    ['RegionH 2', null],
    ['1204', null],
    ['RH', '3 to 11 letters and digits'],
    ['Lægehuset', '3 to 11 letters and digits'],
    ['Sundhedshuset', '3 to 11 letters and digits'],
  ])('takes the sender %s, or says why not', (sender, fault) => {
    expect(create().senderFault?.(sender, 'DK')).toEqual(fault === null ? null : expect.stringContaining(fault));
  });
});
