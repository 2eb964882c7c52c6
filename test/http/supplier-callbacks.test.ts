import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGateways } from '../../src/gateways/index.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { StoredRows } from '../support/stored-rows.ts';

const PUBLIC_URL = 'https://sms.example.org';
const SECRET = 'gatewayapi-webhook-secret';
const LINK_TOKEN = 'link-callback-token-0123456789';
const INMOBILE_TOKEN = 'inmobile-callback-token-0123';
const AUTH_TOKEN = 'twilio-auth-token';
const SETTINGS: Readonly<Record<string, string>> = {
  ...{ INMOBILE_API_KEY: 'key', INMOBILE_CALLBACK_TOKEN: INMOBILE_TOKEN },
  ...{ GATEWAYAPI_TOKEN: 'token', GATEWAYAPI_WEBHOOK_SECRET: SECRET },
  ...{ LINK_USERNAME: 'user', LINK_PASSWORD: 'word', LINK_PLATFORM_ID: 'SMSC', LINK_PLATFORM_PARTNER_ID: '1' },
  ...{ LINK_GATE_ID: 'gate', LINK_CALLBACK_TOKEN: LINK_TOKEN },
  ...{ TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`, TWILIO_AUTH_TOKEN: AUTH_TOKEN },
};
const NUMBER = '4560575797';

/** How a supplier posts. */
interface Supplier {
  readonly id: string;
  receipt(reference: string, delivered?: boolean): Post;
  inbound(from: string, text: string, id: string): Post;
  garbage(): Post;
  /** The same with another proof. */
  forged(post: Post): Post;
}
interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_HEADERS = { 'Content-Type': 'application/json' };
const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text);
/** inMobile and LINK sign nothing: a proof stands in each URL, derived from the secret of the gateway. */
const byUrl = (
  id: string,
  secret: string,
  proofOf: (reference: string) => string,
  receipt: (reference: string, delivered: boolean) => object,
) => {
  const post = (kind: string, proof: string, body: string): Post => ({
    path: `/v1/callbacks/${id}/${kind}?${proof}`,
    headers: JSON_HEADERS,
    body,
  });
  return {
    id,
    receipt: (reference: string, delivered = true) =>
      post('receipts', proofOf(reference), JSON.stringify(receipt(reference, delivered))),
    garbage: () => post('receipts', proofOf('x'), '{"refId"'),
    forged: (one: Post) => ({ ...one, path: one.path.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')) }),
    written: (body: object) =>
      post('inbound', `token=${hmac(secret, `${id} inbound`).digest('hex')}`, JSON.stringify(body)),
  };
};

const inmobile = byUrl(
  'inmobile',
  INMOBILE_TOKEN,
  (reference) => {
    const signature = hmac(INMOBILE_TOKEN, `receipt ${reference}`).digest('base64url');
    return `reference=${reference}&signature=${signature}`;
  },
  (messageId, delivered) => ({ reports: [{ messageId, deliveryInfo: { stateCode: delivered ? 1 : -1 } }] }),
);
const link = byUrl(
  'link',
  LINK_TOKEN,
  () => `token=${hmac(LINK_TOKEN, 'link receipts').digest('hex')}`,
  (refId, delivered) => ({ refId, resultCode: delivered ? 1001 : 1006 }),
);

const signedByGatewayApi = (kind: string, event: object | string): Post => {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const signature = `v1=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  return { path: `/v1/callbacks/gatewayapi/${kind}`, headers: { ...JSON_HEADERS, Signature: signature }, body };
};
const signedByTwilio = (path: string, fields: Readonly<Record<string, string>>): Post => {
  const sorted = Object.keys(fields).sort();
  const signed = PUBLIC_URL + path + sorted.map((name) => `${name}${fields[name]}`).join('');
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Twilio-Signature': createHmac('sha1', AUTH_TOKEN).update(signed).digest('base64'),
  };
  return { path, headers, body: new URLSearchParams(fields).toString() };
};

const SUPPLIERS: readonly Supplier[] = [
  {
    ...inmobile,
    inbound: (from, text, id) =>
      inmobile.written({
        messages: [
          {
            from: { countryCode: '45', phoneNumber: from.slice(3), isValidMsisdn: true },
            to: { countryCode: '45', phoneNumber: NUMBER.slice(2), msisdn: NUMBER },
            text,
            receivedAt: `2026-11-24T10:59:${id}Z`,
          },
        ],
      }),
  },
  {
    id: 'gatewayapi',
    receipt: (reference, delivered = true) =>
      signedByGatewayApi('receipts', {
        event_id: `${reference}-${delivered}`,
        timestamp: '2026-11-24T10:59:00Z',
        event_type: 'message.status.sms',
        event: { reference, status: delivered ? 'DELIVERED' : 'REJECTED' },
      }),
    inbound: (from, text, id) =>
      signedByGatewayApi(`inbound?to=${NUMBER}`, {
        event_id: id,
        timestamp: '2026-11-24T10:59:00Z',
        event_type: 'user-message.text.sms',
        event: { msg_id: `${from}-${id}`, sender: Number(from.slice(1)), content: { message: text } },
      }),
    garbage: () => signedByGatewayApi('receipts', '{"event_id"'),
    forged: (one) => ({ ...one, headers: { ...one.headers, Signature: `v1=${'0'.repeat(64)}` } }),
  },
  {
    ...link,
    inbound: (source, userData, id) =>
      link.written({ messageId: `${source}-${id}`, source, destination: `+${NUMBER}`, content: { userData } }),
  },
  {
    id: 'twilio',
    receipt: (reference, delivered = true) =>
      signedByTwilio(`/v1/callbacks/twilio/receipts?reference=${reference}`, {
        MessageSid: `SM${reference}`,
        MessageStatus: delivered ? 'delivered' : 'undelivered',
      }),
    inbound: (From, Body, id) =>
      signedByTwilio('/v1/callbacks/twilio/inbound', { MessageSid: `${From}-${id}`, From, To: `+${NUMBER}`, Body }),
    garbage: () => signedByTwilio('/v1/callbacks/twilio/receipts', { x: '%' }),
    forged: (one) => ({ ...one, body: `${one.body}&x=1` }),
  },
];

describe.each(SUPPLIERS)('callbacks of $id', (supplier) => {
  let app: TestApp;
  let rows: StoredRows;
  let nth = 0;
  beforeAll(async () => {
    const made = createGateways(
      SUPPLIERS.map(({ id }) => id),
      (name) => SETTINGS[name] ?? null,
      { publicUrl: PUBLIC_URL, now: () => new Date('2026-11-24T11:00:00Z') },
    );
    if ('missing' in made) throw new Error(made.missing.join('\n'));
    app = await openTestApp(undefined, { gateways: made.gateways });
    rows = new StoredRows(app.db, app.clock.now, app.deps.keyring);
    await app.makeAuthority('rh', { sender: NUMBER });
    await app.makeSource('rh', 'rh');
  });
  afterAll(() => app.close());
  let phone: string;
  let message: string;
  beforeEach(async () => {
    phone = `+4520${String(100_000 + ++nth)}`;
    const appointment = await rows.appointment('rh', phone);
    const reminder = await rows.reminder('rh', appointment, { status: 'handed_over' });
    message = await rows.message('rh', reminder, phone, { gateway: supplier.id, sender: NUMBER, status: 'accepted' });
  });

  const send = async ({ path, headers, body }: Post) => {
    const response = await app.request(path, { token: null, method: 'POST', headers, body });
    await app.deps.receipts.idle();
    return response.status;
  };
  const status = async () =>
    (await app.db.selectFrom('message').select('status').where('id', '=', message).executeTakeFirst())?.status;
  const count = async (table: 'callback' | 'receipt' | 'inbound_message') =>
    (await app.db.selectFrom(table).selectAll().execute()).length;
  const refused = async () => {
    const { values } = await app.deps.metrics.callbacksRefused.get();
    return values.find(({ labels }) => labels.gateway === supplier.id)?.value ?? 0;
  };

  it('tell what became of a message, once however often they come', async () => {
    expect(await send(supplier.receipt(message))).toBe(200);
    const [callbacks, receipts] = [await count('callback'), await count('receipt')];
    expect(await send(supplier.receipt(message))).toBe(200);
    expect([await status(), await count('callback'), await count('receipt')]).toEqual([
      'delivered',
      callbacks,
      receipts,
    ]);
  });

  it('take good news that come late, and take nothing back', async () => {
    await send(supplier.receipt(message, false));
    expect(await status()).toBe('undelivered');
    await send(supplier.receipt(message));
    expect(await status()).toBe('delivered');
    await send(supplier.receipt(message, false));
    expect(await status()).toBe('delivered');
  });

  it('that are forged are refused and counted, and change nothing', async () => {
    const [before, callbacks] = [await refused(), await count('callback')];
    expect(await send(supplier.forged(supplier.receipt(message)))).toBe(401);
    expect(await send(supplier.forged(supplier.inbound(phone, 'STOP', '01')))).toBe(401);
    expect([await status(), await count('callback')]).toEqual(['accepted', callbacks]);
    expect(await refused()).toBe(before + 2);
  });

  it('without any proof are refused before they are read, and counted', async () => {
    const before = await refused();
    const path = `/v1/callbacks/${supplier.id}/receipts`;
    expect(await send({ ...supplier.receipt(message), path, headers: JSON_HEADERS })).toBe(401);
    expect(await refused()).toBe(before + 1);
  });

  it('of a message that is not ours are stored and acknowledged', async () => {
    const callbacks = await count('callback');
    expect(await send(supplier.receipt('019ab3c0-0000-7000-8000-000000000001'))).toBe(200);
    expect(await send(supplier.receipt('of-somebody-else'))).toBe(200);
    expect(await count('callback')).toBe(callbacks + 2);
  });

  it('that can’t be read are stored as they came and acknowledged', async () => {
    expect(await send(supplier.garbage())).toBe(200);
    const stored = app.db.selectFrom('callback').select('note').where('gateway', '=', supplier.id);
    expect((await stored.execute()).map(({ note }) => note)).toContain('unreadable');
  });

  it('bring a STOP, once however often it comes', async () => {
    expect(await send(supplier.inbound(phone, 'STOP', '02'))).toBe(200);
    expect(await send(supplier.inbound(phone, 'STOP', '02'))).toBe(200);
    const optOuts = app.db.selectFrom('opt_out').select('authority_id');
    const mine = optOuts.where('phone_hash', '=', app.deps.keyring.phoneHash(phone));
    expect(await mine.execute()).toEqual([{ authority_id: 'rh' }]);
  });

  // Only this one of the suppliers whose addresses hold a message's signature reports on several in one callback.
  if (supplier.id !== 'inmobile') return;
  it('leave out what they say of messages of other addresses, count it, and log no number', async () => {
    const leftOut = async () => {
      const { values } = await app.deps.metrics.reportsLeftOut.get();
      return values.find(({ labels }) => labels.gateway === 'inmobile')?.value ?? 0;
    };
    const [before, logged] = [await leftOut(), app.logged.length];
    const own = inmobile.receipt(message);
    const reports = [message, 'another', '4520123456'].map((messageId) => ({
      messageId,
      numberDetails: { msisdn: '4520123456' },
      deliveryInfo: { stateCode: 1 },
    }));
    const post = { ...own, body: JSON.stringify({ reports }) };
    for (let nth = 0; nth < 2; nth++) expect(await send(post)).toBe(200);
    expect([await status(), await leftOut()]).toEqual(['delivered', before + 4]);
    const told = app.logged.slice(logged).filter((line) => line.includes('left out'));
    expect(told).toEqual([expect.stringMatching(/"gateway":"inmobile".*"reports":2\b/)]);
    expect(told.join('')).not.toMatch(/20123456|another/);
    expect(await send(own)).toBe(200);
    expect(await leftOut()).toBe(before + 4);
  });
});
