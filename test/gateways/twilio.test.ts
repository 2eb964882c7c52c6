import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeliveryEvent, OpenMessage, RawCallback, RecoveredReceipts } from '../../src/gateways/gateway.ts';
import { twilio } from '../../src/gateways/twilio.ts';
import { callback, createGateway, describeCallbacks, NOW, SMS, sendTo } from './kit.ts';
import { describeSending } from './sending-kit.ts';
import { serveHttp } from './servers.ts';
import { describeSettings } from './settings-kit.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const SERVICE = `MG${'b'.repeat(32)}`;
const SID = `SM${'c'.repeat(32)}`;
const AUTH_TOKEN = 'twilio-auth-token-0f9e8d';
const ENV = { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: AUTH_TOKEN };
const create = (serverUrl = 'http://127.0.0.1:1', more: Readonly<Record<string, string>> = {}) =>
  createGateway(twilio, { ...ENV, TWILIO_BASE_URL: serverUrl, ...more });

const HOST = 'https://sms.example.dk';
const RECEIPTS = '/v1/callbacks/twilio/receipts';
const INBOUND = '/v1/callbacks/twilio/inbound';

/** The signature as Twilio documents it: the URL, then each field's name and value in the order of the names. */
function signatureOf(url: string, fields: Readonly<Record<string, string>>, token = AUTH_TOKEN): string {
  const sorted = Object.keys(fields).sort();
  const signed = url + sorted.map((name) => `${name}${fields[name]}`).join('');
  return createHmac('sha1', token).update(signed).digest('base64');
}

interface Post {
  readonly path?: string;
  readonly search?: string;
  readonly signedUrl?: string;
  readonly token?: string;
}

function posted(fields: Readonly<Record<string, string>>, post: Post = {}): RawCallback {
  const { path = RECEIPTS, search = `?reference=${SMS.reference}`, token = AUTH_TOKEN } = post;
  const signedUrl = post.signedUrl ?? `${HOST}${path}${search}`;
  return callback({
    method: 'POST',
    path,
    search,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': signatureOf(signedUrl, fields, token),
    },
    body: Buffer.from(new URLSearchParams(fields).toString()),
  });
}
const fieldsOf = (status: string, more: Readonly<Record<string, string>> = {}) => ({
  MessageSid: SID,
  MessageStatus: status,
  To: SMS.to,
  From: 'Sundhed',
  AccountSid: ACCOUNT,
  ApiVersion: '2010-04-01',
  ...more,
});
const status = (word: string, more: Readonly<Record<string, string>> = {}) => posted(fieldsOf(word, more));
const failed = (word: string, code: string) => status(word, { ErrorCode: code });
const REPLY = { MessageSid: SID, From: SMS.to, To: '+4560575797', Body: 'STOP æøå 😀', NumSegments: '1' };
const reply = (more: Readonly<Record<string, string>> = {}) =>
  posted({ ...REPLY, ...more }, { path: INBOUND, search: '' });

/** Codes of Twilio's error dictionary with why a message with one of them did not arrive. */
const CODES: readonly (readonly [cause: DeliveryEvent['cause'], codes: string])[] = [
  ['invalid_number', '21211 21614 30005 30006'],
  ['opted_out', '21610'],
  ['barred', '30004'],
  ['content', '21617 30007'],
  ['sender', '21212 21606 21659'],
  ['handset', '30003'],
  ['network', '30001 30002 30008 30010 39999'],
  ['expired', '30036'],
  ['rejected', '21408 21612'],
];

describeSettings({
  factory: twilio,
  env: ENV,
  required: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
  wrong: [
    ['TWILIO_ACCOUNT_SID', SERVICE],
    ['TWILIO_ACCOUNT_SID', 'AC12'],
    ['TWILIO_MESSAGING_SERVICE_SID', ACCOUNT],
  ],
  misspelt: 'TWILIO_SID',
  path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`,
});

const genuine = { receipt: status('delivered'), inbound: reply() };

describeCallbacks({
  name: 'twilio',
  create,
  secrets: [AUTH_TOKEN],
  genuine,
  forged: {
    'no signature': { ...genuine.receipt, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    'a signature with another token': posted(fieldsOf('delivered'), { token: 'another' }),
    'another reference under the same signature': {
      ...genuine.receipt,
      search: '?reference=another',
      query: { reference: 'another' },
    },
    'another field under the same signature': { ...genuine.receipt, body: status('failed').body },
    'a field more': { ...genuine.receipt, body: Buffer.concat([genuine.receipt.body, Buffer.from('&x=1')]) },
    'a signature for another host': posted(fieldsOf('delivered'), {
      signedUrl: `https://other.example.dk${RECEIPTS}?reference=${SMS.reference}`,
    }),
    'a signature for http': posted(fieldsOf('delivered'), {
      signedUrl: `http://sms.example.dk${RECEIPTS}?reference=${SMS.reference}`,
    }),
    'a receipt that was posted as a reply': { ...genuine.receipt, kind: 'inbound', path: INBOUND },
    'a JSON body that nothing signs': {
      ...genuine.receipt,
      headers: {
        'content-type': 'application/json',
        'x-twilio-signature': signatureOf(`${HOST}${RECEIPTS}?reference=${SMS.reference}`, {}),
      },
    },
  },
  receipts: [
    ...(['queued', 'accepted', 'scheduled', 'sending', 'sent'] as const).map(
      (word) => [word, status(word), { state: 'accepted' as const, cause: null, code: word }] as const,
    ),
    ...(['delivered', 'read'] as const).map(
      (word) =>
        [
          word,
          status(word),
          { state: 'delivered' as const, reference: SMS.reference, gatewayMessageId: SID, cause: null },
        ] as const,
    ),
    ...(['partially_delivered', 'receiving', 'something_new', ''] as const).map(
      (word) => [word || 'an empty word', status(word), { state: 'unknown' as const, cause: null }] as const,
    ),
    ['canceled', status('canceled'), { state: 'undelivered', cause: 'rejected' }],
    ['undelivered without a code', status('undelivered'), { state: 'undelivered', cause: 'network' }],
    ...CODES.flatMap(([cause, codes]) =>
      codes
        .split(' ')
        .flatMap((code) =>
          (['undelivered', 'failed'] as const).map(
            (word) =>
              [
                `${word} ${code}`,
                failed(word, code),
                { state: 'undelivered' as const, cause, code: `${word} ${code}` },
              ] as const,
          ),
        ),
    ),
    ['delivered with a code', failed('delivered', '30008'), { state: 'delivered', cause: null }],
    ['a code that is a text', failed('failed', SMS.text), { state: 'undelivered', code: 'failed' }],
    ['no reference in the URL', posted(fieldsOf('delivered'), { search: '' }), { reference: null }],
  ],
  noReceipts: {
    'a reply': genuine.inbound,
    'an empty body': callback(),
    'no form': callback({ body: Buffer.from('{}') }),
  },
  inbound: [
    [
      'one SMS',
      genuine.inbound,
      { gatewayMessageId: SID, from: SMS.to, to: '+4560575797', text: 'STOP æøå 😀', at: null },
    ],
    ['a long one, which Twilio joins', reply({ Body: 'a'.repeat(400), NumSegments: '3' }), { text: 'a'.repeat(400) }],
    ['STOP that Twilio has acted on', reply({ OptOutType: 'STOP' }), { handled: 'stop' }],
    ['START that Twilio has acted on', reply({ Body: 'START', OptOutType: 'START' }), { handled: 'start' }],
    ['HELP that Twilio has acted on', reply({ Body: 'HELP', OptOutType: 'HELP' }), { handled: 'help' }],
    ['a new word of Twilio’s', reply({ OptOutType: 'NEW' }), { text: 'STOP æøå 😀' }],
    ['an empty text', reply({ Body: '' }), { text: '' }],
  ],
  noInbound: { 'a receipt': genuine.receipt, 'an empty body': callback() },
});

const answer = (body: unknown, code = 201) => ({ status: code, body: JSON.stringify(body) });
const CREATED = { sid: SID, status: 'queued', num_segments: '2', error_code: null, to: SMS.to, body: SMS.text };
const error = (code: number, http = 400) =>
  answer({ code, message: `The number ${SMS.to}`, more_info: 'https://www.twilio.com', status: http }, http);

describeSending({
  name: 'twilio',
  secrets: [AUTH_TOKEN],
  create,
  accepted: { ...answer(CREATED), gatewayMessageId: SID, segments: 2 },
  answers: [
    ['accepted by a Messaging Service', answer({ ...CREATED, status: 'accepted' }), { kind: 'accepted' }],
    ['no sid', answer({ ...CREATED, sid: null }), { kind: 'uncertain' }],
    [
      'a 201 of a message that has failed is a refusal',
      answer({ ...CREATED, status: 'failed', error_code: 21610 }),
      { kind: 'rejected', reason: 'opted_out', code: '21610' },
    ],
    [
      'a 201 of a message that has failed for an unknown reason is no proof that nothing was sent',
      answer({ ...CREATED, status: 'failed', error_code: 39999 }),
      { kind: 'uncertain', code: '39999', gatewayMessageId: SID, unknownCode: true },
    ],
    [
      'a 201 that has failed without a code',
      answer({ ...CREATED, status: 'failed' }),
      { kind: 'uncertain', code: 'failed', gatewayMessageId: SID },
    ],
    ...['30003', '30008', '30010'].flatMap((code) =>
      ['failed', 'undelivered'].map(
        (word) =>
          [
            `a 201 that is ${word} by ${code}, which a carrier says`,
            answer({ ...CREATED, status: word, error_code: Number(code) }),
            { kind: 'uncertain', code, gatewayMessageId: SID },
          ] as const,
      ),
    ),
    [
      'a 201 that has failed since the queue is full, before any carrier',
      answer({ ...CREATED, status: 'failed', error_code: 30001 }),
      { kind: 'retry', reason: 'throttled', code: '30001' },
    ],
    [
      'a 201 that a carrier gave back with the code of a full queue',
      answer({ ...CREATED, status: 'undelivered', error_code: 30001 }),
      { kind: 'uncertain', code: '30001', gatewayMessageId: SID },
    ],
    ...(
      [
        ['invalid_number', '21211 21614 30005 30006'],
        ['opted_out', '21610'],
        ['sender', '21212 21603 21606 21659 21703'],
        ['content', '21617 30007'],
        ['permanent', '21408 21612 21999 30004 30036'],
      ] as const
    ).flatMap(([reason, codes]) =>
      codes.split(' ').map((code) => [code, error(Number(code)), { kind: 'rejected', reason, code }] as const),
    ),
    ...(
      [
        ['auth', true, '10001 20005 21609 30002'],
        ['throttled', false, '14107 20429 21611 30001'],
        ['temporary', false, '30003 30008 30010'],
      ] as const
    ).flatMap(([reason, stopQueue, codes]) =>
      codes.split(' ').map((code) => [code, error(Number(code)), { kind: 'retry', reason, stopQueue }] as const),
    ),
    ['20003', error(20003, 401), { kind: 'retry', reason: 'auth', stopQueue: true }],
    [
      '20429 with a time to wait',
      { ...error(20429, 429), headers: { 'Retry-After': '7' } },
      { kind: 'retry', reason: 'throttled', retryAfterMs: 7000 },
    ],
    ['an unknown code', error(99999), { kind: 'rejected', reason: 'permanent', code: '400 99999', unknownCode: true }],
    [
      'an unknown code behind 403, which says nothing of the account',
      error(99999, 403),
      { kind: 'retry', reason: 'temporary', stopQueue: false, code: '403 99999', unknownCode: true },
    ],
    ['403 without a code', answer({}, 403), { kind: 'retry', reason: 'auth', stopQueue: true, code: '403' }],
    ['a code that is a number', answer({ code: SMS.to }, 400), { kind: 'rejected', code: '400' }],
    ['an unknown account', error(20404, 404), { kind: 'retry', reason: 'unreachable', stopQueue: true }],
    ['a code behind 500', error(21610, 500), { kind: 'uncertain' }],
  ],
  requests: [
    [
      'to whom, what, until when, and where to report',
      {},
      ({ method, url, headers, body }) => {
        expect([method, new URL(url).pathname]).toEqual(['POST', `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`]);
        expect(headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
        expect(atob(headers.authorization?.replace('Basic ', '') ?? '')).toBe(`${ACCOUNT}:${AUTH_TOKEN}`);
        expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
          To: SMS.to,
          From: 'Sundhed',
          Body: SMS.text,
          StatusCallback: `${HOST}${RECEIPTS}?reference=${SMS.reference}`,
          ValidityPeriod: '7200',
        });
      },
    ],
    ['a long number with its plus', { from: '4560575797' }, ({ body }) => expect(body).toContain('From=%2B4560575797')],
    ['a short number as it is', { from: '1204' }, ({ body }) => expect(body).toContain('From=1204')],
    [
      'ten hours at most',
      { validUntil: new Date('2026-12-24T08:00:00Z') },
      ({ body }) => expect(body).toContain('ValidityPeriod=36000'),
    ],
  ],
});

describe('twilio', () => {
  it('sends through a Messaging Service without a sender of its own', async () => {
    const bodies: string[] = [];
    const server = await serveHttp((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.writeHead(201).end(JSON.stringify(CREATED)));
    });
    const gateway = create(server.url, { TWILIO_MESSAGING_SERVICE_SID: SERVICE });
    expect(await sendTo(gateway)).toMatchObject({ kind: 'accepted' });
    const sent = new URLSearchParams(bodies.join(''));
    expect([sent.get('MessagingServiceSid'), sent.has('From')]).toEqual([SERVICE, false]);
    expect(gateway.senderFault?.('Sundhed', 'US')).toBeNull();
    await gateway.close();
    await server.close();
  });

  it('takes names as senders, but not where a country has none', () => {
    const gateway = create();
    expect(gateway.senderFault?.('Sundhed', 'DK')).toBeNull();
    expect(gateway.senderFault?.('1204', 'US')).toBeNull();
    expect(gateway.senderFault?.('Sundhed', 'US')).toBe('must be a number for US at the gateway twilio');
  });

  it('answers a reply with TwiML that sends nothing', () => {
    const found = create().acknowledge(genuine.inbound);
    expect(found).toEqual({ status: 200, headers: { 'Content-Type': 'text/xml; charset=utf-8' }, body: '<Response/>' });
  });

  it.each([
    ['with its port', `${HOST}:443${RECEIPTS}?reference=${SMS.reference}`],
    ['without its port', `${HOST}${RECEIPTS}?reference=${SMS.reference}`],
  ])('signs the URL %s', (_name, signedUrl) => {
    expect(create().verify(posted(fieldsOf('delivered'), { signedUrl }))).toBe(true);
  });

  it('is believed behind a proxy that takes a path away', () => {
    const env = { ...ENV, TWILIO_BASE_URL: 'http://127.0.0.1:1' };
    const gateway = createGateway(twilio, env, { publicUrl: `${HOST}:8443/nemsms`, now: () => NOW });
    const path = `${RECEIPTS}?reference=${SMS.reference}`;
    for (const signedUrl of [`${HOST}:8443/nemsms${path}`, `${HOST}/nemsms${path}`]) {
      const signed = posted(fieldsOf('delivered'), { signedUrl });
      expect(gateway.verify(signed)).toBe(true);
      expect(gateway.verify({ ...signed, path: `/nemsms${RECEIPTS}` })).toBe(true);
    }
  });

  it('sends no form of hundreds of fields or of 64 KiB, which is not looked at, be its signature right or not', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, nth) => [`F${nth}`, 'x']));
    expect(create().verify(posted(many(200)))).toBe(true);
    expect(create().verify(posted(many(201)))).toBe(false);
    // The longest text that Twilio takes, of signs with the longest escapes.
    expect(create().verify(reply({ Body: '😀'.repeat(1_600), ...many(100) }))).toBe(true);
    expect(create().verify(reply({ Body: 'x'.repeat(64 * 1024) }))).toBe(false);
  });

  it('signs a JSON body by its digest in the URL', () => {
    const body = Buffer.from('{"a":1}');
    const search = `?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const signed = {
      ...posted({}, { search }),
      body,
      headers: {
        'content-type': 'application/json',
        'x-twilio-signature': signatureOf(`${HOST}${RECEIPTS}${search}`, {}),
      },
    };
    expect(create().verify(signed)).toBe(true);
    expect(create().verify({ ...signed, body: Buffer.from('{"a":2}') })).toBe(false);
  });

  it('knows a repeated report again, and tells the next state from it', () => {
    const key = (one: RawCallback) => create().repeatKey?.(one);
    expect(key(status('sent', { RawDlrDoneDate: '2611240801' }))).toBe(key(status('sent')));
    expect(key(status('delivered'))).not.toBe(key(status('sent')));
    expect(key(genuine.inbound)).toBeNull();
  });
});

describe('twilio’s list', () => {
  const open = (more: Partial<OpenMessage> = {}): OpenMessage => ({
    reference: SMS.reference,
    gatewayMessageId: null,
    to: SMS.to,
    text: SMS.text,
    handedOverAt: NOW,
    ...more,
  });
  const sidOf = (nth: number) => `SM${String(nth).padStart(32, '0')}`;
  const listed = (nth: number, more: object = {}) => ({
    sid: sidOf(nth),
    status: 'delivered',
    to: SMS.to,
    body: SMS.text,
    error_code: null,
    ...more,
  });

  /** @param answers by path, without the query */
  async function asking(
    answers: (url: URL) => object | number,
    messages: readonly OpenMessage[],
  ): Promise<RecoveredReceipts & { readonly paths: string[] }> {
    const paths: string[] = [];
    const server = await serveHttp((request, response) => {
      const url = new URL(request.url ?? '', 'http://twilio');
      paths.push(decodeURIComponent(url.pathname.slice(`/2010-04-01/Accounts/${ACCOUNT}`.length) + url.search));
      const said = answers(url);
      response.writeHead(typeof said === 'number' ? said : 200).end(JSON.stringify(said));
    });
    const gateway = create(server.url);
    const recovered = await gateway.recover?.(messages, { signal: AbortSignal.timeout(60_000) });
    await gateway.close();
    await server.close();
    return { ...(recovered ?? { events: [], asked: [], failedWith: 'nothing' }), paths };
  }

  it('is not needed for messages whose id is known', async () => {
    const messages = [open({ gatewayMessageId: sidOf(1) }), open({ reference: 'b', gatewayMessageId: sidOf(2) })];
    const answers = (url: URL) =>
      url.pathname.includes(sidOf(1)) ? listed(1) : listed(2, { status: 'undelivered', error_code: 30005 });
    const { events, paths } = await asking(answers, messages);
    expect(paths).toEqual([`/Messages/${sidOf(1)}.json`, `/Messages/${sidOf(2)}.json`]);
    expect(events).toMatchObject([
      { reference: SMS.reference, state: 'delivered' },
      { reference: 'b', state: 'undelivered', cause: 'invalid_number' },
    ]);
  });

  it('finds a message without an id by its number and text, without a number in a URL', async () => {
    const answers = () => ({ messages: [listed(1), listed(2, { body: 'another' }), listed(3, { to: '+4520304051' })] });
    const { events, paths } = await asking(answers, [open()]);
    expect(events).toMatchObject([{ reference: SMS.reference, gatewayMessageId: sidOf(1), state: 'delivered' }]);
    expect(paths).toEqual([
      '/Messages.json?PageSize=1000&DateSent>=2026-11-24T07:59:00.000Z&DateSent<=2026-11-24T08:15:00.000Z',
    ]);
  });

  it('says nothing of what is not listed, which proves nothing', async () => {
    expect((await asking(() => ({ messages: [] }), [open()])).events).toEqual([]);
  });

  it('says nothing where two are alike, on either side', async () => {
    const twice = () => ({ messages: [listed(1), listed(2)] });
    expect((await asking(twice, [open()])).events).toEqual([]);
    const once = () => ({ messages: [listed(1)] });
    expect((await asking(once, [open(), open({ reference: 'b' })])).events).toEqual([]);
  });

  it('does not take the message of another reminder for this one', async () => {
    const answers = (url: URL) => (url.pathname.includes(sidOf(1)) ? listed(1) : { messages: [listed(1)] });
    const { events } = await asking(answers, [open({ reference: 'b', gatewayMessageId: sidOf(1) }), open()]);
    expect(events).toMatchObject([{ reference: 'b' }]);
  });

  it('reads on to the next page, and says nothing of a list that it can’t read whole', async () => {
    const next = `/2010-04-01/Accounts/${ACCOUNT}/Messages.json?Page=1`;
    const paged = (url: URL) =>
      url.searchParams.has('Page')
        ? { messages: [listed(2)] }
        : { messages: [listed(1, { body: 'x' })], next_page_uri: next };
    expect((await asking(paged, [open()])).events).toMatchObject([{ gatewayMessageId: sidOf(2) }]);
    const broken = (url: URL) => (url.searchParams.has('Page') ? 500 : { messages: [listed(1)], next_page_uri: next });
    expect((await asking(broken, [open()])).events).toEqual([]);
    const { events, paths } = await asking(() => ({ messages: [listed(1)], next_page_uri: next }), [open()]);
    expect(events).toEqual([]);
    expect(paths).toHaveLength(5);
  });

  it('follows no page to another address', async () => {
    const away = () => ({ messages: [listed(1)], next_page_uri: 'https://example.org/2010' });
    expect((await asking(away, [open()])).paths).toHaveLength(1);
  });

  it.each([401, 429, 500, 503])('stops asking when Twilio answers %i', async (code) => {
    const messages = Array.from({ length: 9 }, (_, nth) => open({ gatewayMessageId: sidOf(nth) }));
    const { events, asked, failedWith, paths } = await asking(() => code, messages);
    expect([events, asked, failedWith, paths.length]).toEqual([[], [], String(code), 1]);
  });

  it('says which messages it could ask about, when Twilio fails in the middle and when its list can’t be read', async () => {
    const messages = [1, 2, 3].map((nth) => open({ reference: `m-${nth}`, gatewayMessageId: sidOf(nth) }));
    const broken = (url: URL) => (url.pathname.includes(sidOf(2)) ? 500 : listed(1));
    expect(await asking(broken, messages)).toMatchObject({ asked: ['m-1'], failedWith: '500' });
    const lost = [open({ reference: 'm-1', gatewayMessageId: sidOf(1) }), open({ reference: 'lost' })];
    const noList = (url: URL) => (url.pathname.includes(sidOf(1)) ? listed(1) : 503);
    expect(await asking(noList, lost)).toMatchObject({ asked: ['m-1'], failedWith: '503' });
    const all = (url: URL) => (url.pathname.includes(sidOf(1)) ? 404 : { messages: [] });
    expect(await asking(all, lost)).toMatchObject({ asked: ['m-1', 'lost'], failedWith: null });
  });

  it('goes on behind a message that is gone', async () => {
    const messages = [open({ gatewayMessageId: sidOf(1) }), open({ reference: 'b', gatewayMessageId: sidOf(2) })];
    const { events } = await asking((url) => (url.pathname.includes(sidOf(1)) ? 404 : listed(2)), messages);
    expect(events).toMatchObject([{ reference: 'b', state: 'delivered' }]);
  });
});
