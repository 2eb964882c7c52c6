import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RawCallback, SupplierFailure } from '../../src/gateways/gateway.ts';
import { inmobile } from '../../src/gateways/inmobile.ts';
import { callback, createGateway, describeCallbacks, SMS, sendTo } from './kit.ts';
import { describeSendingMany } from './many-kit.ts';
import { describeSending } from './sending-kit.ts';
import { serveHttp } from './servers.ts';
import { describeSettings } from './settings-kit.ts';

const TOKEN = 'inmobile-callback-token-77aa';
const API_KEY = 'inmobile-api-key-0f9e8d';
const ENV = { INMOBILE_API_KEY: API_KEY, INMOBILE_CALLBACK_TOKEN: TOKEN };
const create = (serverUrl = 'http://127.0.0.1:1', more: Readonly<Record<string, string>> = {}) =>
  createGateway(inmobile, { ...ENV, INMOBILE_BASE_URL: `${serverUrl}/v4`, ...more });

const hmac = (text: string) => createHmac('sha256', TOKEN).update(text);
const signatureOf = (reference: string) => hmac(`receipt ${reference}`).digest('base64url');
const INBOUND_TOKEN = hmac('inmobile inbound').digest('hex');
const addressed = (kind: string, query: Readonly<Record<string, string>>, body: unknown): RawCallback =>
  callback({
    method: 'POST',
    path: `/v1/callbacks/inmobile/${kind}`,
    query,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const posted = (body: unknown, reference: string = SMS.reference) =>
  addressed('receipts', { reference, signature: signatureOf(reference) }, body);
const written = (body: unknown, token = INBOUND_TOKEN) => addressed('inbound', { token }, body);
/** The answer to a question of ours, which no URL proves. */
const fetched = (body: object) => callback({ path: '/sms/outgoing/reports', body: Buffer.from(JSON.stringify(body)) });
const NUMBER = { countryCode: '45', phoneNumber: '20304050', rawMsisdn: '4520304050', isValidMsisdn: true };
const report = (stateCode: unknown, more: object = {}, info: object = {}) => ({
  messageId: SMS.reference,
  numberDetails: NUMBER,
  deliveryInfo: {
    stateCode,
    stateDescription: 'In words',
    sendTime: '2026-11-24T08:00:01Z',
    doneTime: '2026-11-24T08:00:05Z',
    errorCode: 0,
    ...info,
  },
  chargeInfo: { isCharged: true, smsCount: 2, network: '45-TDC', encoding: 'gsm7' },
  ...more,
});
const reports = (...all: object[]) => posted({ reports: all });
const message = (more: object = {}) => ({
  from: { countryCode: '45', phoneNumber: '20304050', rawSource: '4520304050', isValidMsisdn: true },
  to: { countryCode: '45', phoneNumber: '1204', msisdn: '451204' },
  text: 'STOP æøå 😀',
  receivedAt: '2026-11-24T08:00:01Z',
  ...more,
});
const messages = (...all: object[]) => written({ messages: all });
const at = new Date('2026-11-24T08:00:05Z');

describeSettings({
  factory: inmobile,
  env: ENV,
  required: ['INMOBILE_API_KEY', 'INMOBILE_CALLBACK_TOKEN'],
  wrong: [
    ['INMOBILE_REPORTS', 'both'],
    ['INMOBILE_CALLBACK_TOKEN', 'too-short'],
    ['INMOBILE_API_KEY', 'nøgle'],
  ],
  misspelt: 'INMOBILE_APIKEY',
  path: '/sms/outgoing',
});

describeCallbacks({
  name: 'inmobile',
  create,
  secrets: [TOKEN, API_KEY],
  genuine: { receipt: reports(report(1)), inbound: messages(message()) },
  forged: {
    'no signature': { ...reports(report(1)), query: { reference: SMS.reference } },
    'the signature of another message': {
      ...reports(report(1)),
      query: { reference: SMS.reference, signature: signatureOf('another') },
    },
    'the beginning of a signature': {
      ...reports(report(1)),
      query: { reference: SMS.reference, signature: signatureOf(SMS.reference).slice(0, -1) },
    },
    'the secret itself': { ...reports(report(1)), query: { reference: SMS.reference, token: TOKEN } },
    'the token of replies, on a receipt': { ...reports(report(1)), query: { token: INBOUND_TOKEN } },
    'an inbound message with another token': written({ messages: [message()] }, 'x'),
    'an inbound message with the secret itself': written({ messages: [message()] }, TOKEN),
    'an inbound message with the signature of a message': {
      ...messages(message()),
      query: { reference: SMS.reference, signature: signatureOf(SMS.reference) },
    },
    'the token in a header alone': {
      ...messages(message()),
      query: {},
      headers: { token: INBOUND_TOKEN, authorization: INBOUND_TOKEN },
    },
  },
  receipts: [
    ['1 delivered', reports(report(1)), { state: 'delivered', cause: null, reference: SMS.reference, at, segments: 2 }],
    [
      '-1 failed',
      reports(report(-1, {}, { errorCode: 12 })),
      { state: 'undelivered', cause: 'network', code: '-1 12' },
    ],
    ['-2 cancelled', reports(report(-2)), { state: 'undelivered', cause: 'rejected' }],
    ['0 unknown', reports(report(0)), { state: 'unknown', cause: null }],
    ['8, which is in no table', reports(report(8)), { state: 'unknown', cause: null, code: '8 0' }],
    ['a word for a state', reports(report('delivered')), { state: 'unknown', cause: null }],
    ['no state', reports(report(undefined)), { state: 'unknown', cause: null, code: 'unknown 0' }],
    ['no times', reports(report(1, {}, { sendTime: null, doneTime: null })), { state: 'delivered', at: null }],
    ['a time without zone', reports(report(1, {}, { doneTime: '2026-11-24T08:00:05' })), { at: null }],
    ['no charge and no number', reports(report(1, { chargeInfo: null, numberDetails: null })), { segments: null }],
    ['fields to come', reports(report(1, { new: { field: [] } })), { state: 'delivered' }],
    [
      'a strange reference',
      posted({ reports: [report(1, { messageId: 'another' })] }, 'another'),
      { reference: 'another' },
    ],
    ['no reference', reports(report(1, { messageId: null })), { reference: null, state: 'delivered' }],
    ['a code that is a text', reports(report(-1, {}, { errorCode: `no ${SMS.to}` })), { code: '-1' }],
  ],
  batches: [
    [
      '250, of which one is broken',
      fetched({
        reports: Array.from({ length: 250 }, (_, nth) =>
          nth === 7 ? { messageId: 7, deliveryInfo: [] } : report(nth % 2 === 0 ? 1 : -1, { messageId: `m-${nth}` }),
        ),
      }),
      Array.from({ length: 250 }, (_, nth) =>
        nth === 7
          ? { reference: '7', state: 'unknown' as const }
          : { reference: `m-${nth}`, state: nth % 2 === 0 ? ('delivered' as const) : ('undelivered' as const) },
      ),
    ],
    [
      'the same twice, and out of order',
      reports(report(1), report(1), report(0)),
      [{ state: 'delivered' }, { state: 'delivered' }, { state: 'unknown' }],
    ],
    [
      'posted, with those of other messages, which the URL does not prove',
      reports(report(1), report(-1, { messageId: 'another' }), report(-1, { messageId: null })),
      [
        { state: 'delivered', reference: SMS.reference },
        { state: 'undelivered', reference: null },
        { state: 'undelivered', reference: null },
      ],
    ],
  ],
  noReceipts: {
    'no JSON': posted('{"reports":[{"messageId"'),
    'an empty body': posted(''),
    'no reports': posted({ reports: [] }),
    'reports that are none': posted({ reports: 'x' }),
    'a list': posted([]),
    'an inbound message': messages(message()),
  },
  inbound: [
    [
      'to a short number',
      messages(message()),
      { from: '+4520304050', to: '1204', text: 'STOP æøå 😀', at: new Date('2026-11-24T08:00:01Z') },
    ],
    [
      'to a long number',
      messages(message({ to: { countryCode: '45', phoneNumber: '60575797', msisdn: '4560575797' } })),
      { to: '+4560575797' },
    ],
    [
      'from the Faroes',
      messages(message({ from: { countryCode: '298', phoneNumber: '211234', isValidMsisdn: true } })),
      { from: '+298211234' },
    ],
    [
      'STOP from Greenland, whose numbers have six digits',
      messages(
        message({
          from: { countryCode: '299', phoneNumber: '221234', rawSource: '299221234', isValidMsisdn: true },
          text: 'STOP',
        }),
      ),
      { from: '+299221234', to: '1204', text: 'STOP' },
    ],
    [
      'to a number of the Faroes',
      messages(message({ to: { countryCode: '298', phoneNumber: '211234', msisdn: '298211234' } })),
      { to: '+298211234' },
    ],
    [
      'from a short number',
      messages(message({ from: { countryCode: '45', phoneNumber: '1231', rawSource: '1231', isValidMsisdn: false } })),
      { from: '1231' },
    ],
    [
      'from a short number of six digits',
      messages(message({ from: { countryCode: '45', phoneNumber: '204050', rawSource: '204050' } })),
      { from: '204050' },
    ],
    [
      'from a name',
      messages(message({ from: { countryCode: '', phoneNumber: '', rawSource: 'Bank', isValidMsisdn: false } })),
      { from: 'Bank' },
    ],
    ['to nobody', messages(message({ to: null })), { to: null }],
    ['no list around it', written(message()), { from: '+4520304050' }],
    ['an empty text', messages(message({ text: '' })), { text: '' }],
  ],
  noInbound: {
    'no sender': messages(message({ from: null })),
    'no text': messages(message({ text: null })),
    'no JSON': written('<xml/>'),
    'a receipt': reports(report(1)),
    'an empty list': messages(),
  },
});

const result = (more: object = {}) => ({
  messageId: SMS.reference,
  smsCount: 1,
  encoding: 'gsm7',
  from: SMS.from,
  numberDetails: { ...NUMBER, isValidMsisdn: true },
  ...more,
});
const answer = (body: unknown, status = 200) => ({ status, body: JSON.stringify(body) });

describeSending({
  name: 'inmobile',
  secrets: [TOKEN, API_KEY],
  create,
  accepted: { ...answer({ results: [result()] }), gatewayMessageId: SMS.reference, segments: 1 },
  answers: [
    [
      'a 200 that says the number is none is a refusal',
      answer({ results: [result({ numberDetails: { isValidMsisdn: false } })] }),
      { kind: 'rejected', reason: 'invalid_number' },
    ],
    ['no numberDetails', answer({ results: [result({ numberDetails: null })] }), { kind: 'accepted' }],
    ['no results', answer({ results: [] }), { kind: 'uncertain' }],
    ['no id', answer({ results: [result({ messageId: null })] }), { kind: 'uncertain' }],
    ['an error in a 200', answer({ errorMessage: 'No', details: [] }), { kind: 'uncertain' }],
    [
      'a 400 about the text',
      answer({ errorMessage: 'Bad request', details: ['text is required'] }, 400),
      { kind: 'rejected', reason: 'permanent', code: '400' },
    ],
    [
      'a 400 that names messageId, since an earlier call may have been taken',
      answer({ errorMessage: 'Bad request', details: ['MessageId already exists'] }, 400),
      { kind: 'uncertain', code: '400 messageId' },
    ],
    [
      '401',
      answer({ errorMessage: 'Unauthorized', details: [] }, 401),
      { kind: 'retry', reason: 'auth', stopQueue: true },
    ],
    ['402', answer({ errorMessage: 'Credit' }, 402), { kind: 'retry', reason: 'credit', stopQueue: true }],
    ['429', answer({ errorMessage: 'Slow down' }, 429), { kind: 'retry', reason: 'throttled' }],
    ['500 with a result', answer({ results: [result()] }, 500), { kind: 'uncertain' }],
  ],
  requests: [
    [
      'to whom, what, until when, and where to report',
      {},
      ({ method, url, headers, body }) => {
        expect([method, new URL(url).pathname]).toEqual(['POST', '/v4/sms/outgoing']);
        expect(headers).toMatchObject({ 'content-type': 'application/json' });
        expect(atob(headers.authorization?.replace('Basic ', '') ?? '')).toBe(`easysms:${API_KEY}`);
        expect(JSON.parse(body)).toEqual({
          messages: [
            {
              to: '4520304050',
              text: SMS.text,
              from: 'Sundhed',
              messageId: SMS.reference,
              respectBlacklist: true,
              encoding: 'gsm7',
              validityPeriodInSeconds: 7200,
              statusCallbackUrl:
                `https://sms.example.dk/v1/callbacks/inmobile/receipts?reference=${SMS.reference}` +
                `&signature=${signatureOf(SMS.reference)}`,
            },
          ],
        });
      },
    ],
    [
      'UCS-2 where a character needs it',
      { text: 'Hej 😀', encoding: 'ucs2' },
      ({ body }) => expect(JSON.parse(body).messages[0]).toMatchObject({ text: 'Hej 😀', encoding: 'ucs2' }),
    ],
    [
      'two days at most',
      { validUntil: new Date('2026-12-24T08:00:00Z') },
      ({ body }) => expect(JSON.parse(body).messages[0].validityPeriodInSeconds).toBe(172_800),
    ],
  ],
});

describeSendingMany({
  name: 'inmobile',
  secrets: [TOKEN, API_KEY],
  create,
  path: '/v4/sms/outgoing',
  most: 250,
  status: 200,
  answer: (results) => ({ results }),
  accepted: (messageId) => result({ messageId }),
  gatewayMessageId: (reference) => reference,
  refused: (messageId) => result({ messageId, numberDetails: { isValidMsisdn: false } }),
  refusal: { kind: 'rejected', reason: 'invalid_number' },
  look: (body, sms) =>
    expect(body).toMatchObject({
      messages: sms.map(({ reference, to, text }) => ({
        to: to.slice(1),
        text,
        messageId: reference,
        validityPeriodInSeconds: 7200,
        statusCallbackUrl: expect.stringContaining(`reference=${reference}&signature=${signatureOf(reference)}`),
      })),
    }),
  refusals: [
    ['a 400 about one text', 400, { errorMessage: 'Bad request', details: ['messages[1].text is required'] }, null],
    [
      'a 400 that names the messageId of one, since an earlier call may have been taken',
      400,
      { errorMessage: 'Bad request', details: ['MessageId already exists'] },
      null,
    ],
    ['401', 401, { errorMessage: 'Unauthorized' }, { kind: 'retry', reason: 'auth', stopQueue: true }],
    ['500 with results', 500, { results: [result()] }, { kind: 'uncertain' }],
    ['an error in a 200', 200, { errorMessage: 'No', details: [] }, { kind: 'uncertain' }],
  ],
});

describe('inmobile', () => {
  it('is not believed by the URL of one message about others alone, nor stored twice with more around it', () => {
    const gateway = create();
    const others = reports(report(-1, { messageId: 'another' }), report(-1, { messageId: 'a third' }));
    expect(gateway.verify(others)).toBe(false);
    const more = reports(report(1), report(-1, { messageId: 'another' }));
    expect(gateway.verify(more)).toBe(true);
    expect(gateway.repeatKey?.(more)).toBe(gateway.repeatKey?.(reports(report(1))));
    expect(gateway.repeatKey?.(more)).not.toBe(gateway.repeatKey?.(reports(report(-1))));
    expect(gateway.repeatKey?.(posted('{'))).toBe(gateway.repeatKey?.(posted('{"a"')));
    expect(gateway.repeatKey?.(messages(message()))).toBeNull();
    expect(gateway.repeatKey?.(fetched({ reports: [report(1)] }))).toBeNull();
  });

  it('is not given what must arrive within less than a minute', async () => {
    const gateway = create();
    const found = await sendTo(gateway, { validUntil: new Date('2026-11-24T08:00:59Z') });
    expect(found).toMatchObject({ kind: 'retry', reason: 'temporary', code: 'validity' });
    await gateway.close();
  });

  it.each([
    ['Sundhed', null],
    ['1204', null],
    ['4560575797', null],
    ['RH', 'must have 3 to 11 characters'],
    ['123456789012345', 'must have 3 to 11 characters'],
  ])('takes the sender %s, or says why not', (sender, fault) => {
    expect(create().senderFault?.(sender, 'DK')).toEqual(fault === null ? null : expect.stringContaining(fault));
  });
});

describe('inmobile’s reports that are fetched', () => {
  const signal = () => AbortSignal.timeout(60_000);
  const readOf = (answer: RawCallback | SupplierFailure | null | undefined) =>
    answer && 'body' in answer ? answer : undefined;
  const serving = async (status: number, body: string) => {
    const seen: string[] = [];
    const server = await serveHttp((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization?.slice(0, 5)}`);
      response.writeHead(status).end(body);
    });
    const gateway = create(server.url, { INMOBILE_REPORTS: 'pull' });
    const close = async () => {
      await gateway.close();
      await server.close();
    };
    return { gateway, seen, close };
  };

  it('are read whole, with the same reader as posted ones', async () => {
    const { gateway, seen, close } = await serving(200, JSON.stringify({ reports: [report(1), report(-1)] }));
    const read = readOf(await gateway.poll?.('receipts', { signal: signal() }));
    expect(seen).toEqual(['GET /v4/sms/outgoing/reports?limit=250 Basic']);
    expect(read && gateway.readReceipts(read)).toMatchObject([{ state: 'delivered' }, { state: 'undelivered' }]);
    await close();
  });

  it('bring replies, too', async () => {
    const { gateway, seen, close } = await serving(200, JSON.stringify({ messages: [message(), message()] }));
    const read = readOf(await gateway.poll?.('inbound', { signal: signal() }));
    expect(seen).toEqual(['GET /v4/sms/incoming/messages?limit=250 Basic']);
    expect(read && gateway.readInbound(read)).toMatchObject([{ text: 'STOP æøå 😀' }, { text: 'STOP æøå 😀' }]);
    await close();
  });

  it('are kept as they came when they can’t be read, since they are given out once', async () => {
    const { gateway, close } = await serving(200, '{"reports":[{"messageId"');
    const read = readOf(await gateway.poll?.('receipts', { signal: signal() }));
    expect(read && Buffer.from(read.body).toString()).toBe('{"reports":[{"messageId"');
    await close();
  });

  it('are none where the list is empty', async () => {
    const { gateway, close } = await serving(200, '{"reports":[]}');
    expect(await gateway.poll?.('receipts', { signal: signal() })).toBeNull();
    await close();
  });

  it.each([
    [401, '{"errorMessage":"No"}'],
    [403, '{"errorMessage":"No"}'],
    [500, ''],
  ])('are told apart from none where the answer is %i %s', async (status, body) => {
    const { gateway, close } = await serving(status, body);
    expect(await gateway.poll?.('inbound', { signal: signal() })).toEqual({ failedWith: String(status) });
    await close();
  });

  it('are told apart from none where nobody answers', async () => {
    const gateway = create(undefined, { INMOBILE_REPORTS: 'pull' });
    expect(await gateway.poll?.('receipts', { signal: signal() })).toEqual({ failedWith: expect.any(String) });
    await gateway.close();
  });

  it('are not asked to be posted as well', async () => {
    const bodies: string[] = [];
    const server = await serveHttp((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.end(JSON.stringify({ results: [result()] })));
    });
    const pull = create(server.url, { INMOBILE_REPORTS: 'pull' });
    expect(await sendTo(pull)).toMatchObject({ kind: 'accepted' });
    expect(bodies.join('')).not.toContain('statusCallbackUrl');
    expect([pull.pollsUnprovenOnly, create().pollsUnprovenOnly]).toEqual([false, true]);
    await pull.close();
    await server.close();
  });
});
