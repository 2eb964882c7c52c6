import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { useApp } from '../support/scenario.ts';
import { update } from '../support/stored-rows.ts';

let sources = 0;
const app = useApp({ authorities: ['rh'] });

const KEY = 'a-key-that-the-system-chose';
// Blanks and a letter beyond ASCII: whoever signs or reads it again, instead of the bytes, gets something else.
const BODY = '{ "type": "appointment.booked",  "data": { "id": "Å-1", "start": "2026-12-01T09:00:00+01:00" } }';

type Encoding = 'hex' | 'base64';
const sign = (key: string, { algorithm = 'sha256', encoding = 'hex' as Encoding, body = BODY } = {}) =>
  createHmac(algorithm, Buffer.from(key)).update(body).digest(encoding);

async function makeSource(hmac: object): Promise<{ id: string; token: string; webhookSecret: string }> {
  const id = `epj-${++sources}`;
  const { token, webhookSecret } = await app.makeSource('rh', id, { auth: { hmac } });
  return { id, token, webhookSecret };
}

async function status(
  source: string,
  headers: Record<string, string> | [string, string][],
  token: string | null = null,
  body = BODY,
) {
  const all = new Headers(headers);
  all.set('Content-Type', 'application/json');
  if (token !== null) all.set('Authorization', `Bearer ${token}`);
  return (await app.app.request(`/v1/webhooks/${source}`, { method: 'POST', headers: all, body })).status;
}

describe('a signature over more than the body', () => {
  const at = (seconds: number) => String(app.clock.now.getTime() / 1000 + seconds);
  const calendly = (seconds: number, body = BODY) =>
    `t=${at(seconds)},v1=${sign(KEY, { body: `${at(seconds)}.${body}` })}`;

  it('holds the time of Calendly, which may be five minutes off', async () => {
    const hmac = { header: 'Calendly-Webhook-Signature', prefix: 'v1=', timestamped: true, secret: KEY };
    const { id } = await makeSource(hmac);
    const answers = async (...values: string[]) =>
      Promise.all(values.map((value) => status(id, { 'Calendly-Webhook-Signature': value })));
    expect(await answers(calendly(0), calendly(-300), calendly(300))).toEqual([202, 202, 202]);
    const unsigned = sign(KEY);
    expect(
      await answers(
        ...[calendly(-301), calendly(301), calendly(0, 'x'), unsigned, `v1=${unsigned}`, `t=${at(0)},v1=${unsigned}`],
        ...[calendly(0).replace('v1=', 'v0='), `${calendly(0)},v1=00`, `${calendly(0)}, ${calendly(0)}`, `t=,v1=00`],
        ...[calendly(0).replace(/t=\d+/, 't=x'), calendly(0).replace(/t=\d+,/, ''), calendly(0).split(',')[0] ?? ''],
      ),
    ).toEqual(Array(13).fill(401));
  });

  it('holds the address that Square was given', async () => {
    const signedAddress = 'https://sms.example.org/v1/webhooks/square';
    const hmac = { header: 'X-Square-HmacSha256-Signature', encoding: 'base64', signedAddress, secret: KEY };
    const { id } = await makeSource(hmac);
    const signed = (address: string) => ({
      'X-Square-HmacSha256-Signature': sign(KEY, { encoding: 'base64', body: address + BODY }),
    });
    expect(await status(id, signed(signedAddress))).toBe(202);
    expect(await status(id, signed(''))).toBe(401);
    expect(await status(id, signed('https://sms.example.org/v1/webhooks/other'))).toBe(401);
  });
});

describe('a system that signs its own way is known', () => {
  it.each<[string, object, string, string]>([
    ['Medplum', { header: 'X-Signature', secret: KEY }, 'x-signature', sign(KEY)],
    ['Cal.com', { header: 'X-Cal-Signature-256', secret: KEY }, 'X-Cal-Signature-256', sign(KEY)],
    [
      'Acuity',
      { header: 'X-Acuity-Signature', encoding: 'base64', secret: KEY },
      'X-Acuity-Signature',
      sign(KEY, { encoding: 'base64' }),
    ],
    [
      'GitHub',
      { header: 'X-Hub-Signature-256', prefix: 'sha256=', secret: KEY },
      'X-Hub-Signature-256',
      `sha256=${sign(KEY)}`,
    ],
    ['SHA-1', { header: 'X-Sig', algorithm: 'sha1', secret: KEY }, 'x-sig', sign(KEY, { algorithm: 'sha1' })],
    ['SHA-512', { header: 'X-Sig', algorithm: 'sha512', secret: KEY }, 'x-sig', sign(KEY, { algorithm: 'sha512' })],
    ['capital hex digits', { header: 'X-Sig', secret: KEY }, 'X-SIG', sign(KEY).toUpperCase()],
    [
      'base64 without its padding',
      { header: 'X-Sig', encoding: 'base64', secret: KEY },
      'x-sig',
      sign(KEY, { encoding: 'base64' }).replaceAll('=', ''),
    ],
    [
      'a key beyond ASCII',
      { header: 'X-Sig', secret: 'en nøgle til søvn og hvile i nat' },
      'x-sig',
      sign('en nøgle til søvn og hvile i nat'),
    ],
  ])('as %s does', async (_name, hmac, header, signature) => {
    const { id } = await makeSource(hmac);
    expect(await status(id, { [header]: signature })).toBe(202);
    expect(await status(id, { [header]: signature }, null, `${BODY} `)).toBe(401);
  });

  it('by the text of webhookSecret as shown where it has no secret of its own, of any pair that lets in', async () => {
    const { id, webhookSecret } = await makeSource({ header: 'X-Sig' });
    const second = await app.json<{ id: string; webhookSecret: string }>(
      201,
      `/v1/authorities/rh/sources/${id}/secrets`,
      {
        method: 'POST',
      },
    );
    for (const key of [webhookSecret, second.webhookSecret]) expect(await status(id, { 'x-sig': sign(key) })).toBe(202);
    await app.request(`/v1/authorities/rh/sources/${id}/secrets/${second.id}`, { method: 'DELETE' });
    expect(await status(id, { 'x-sig': sign(second.webhookSecret) })).toBe(401);
    expect(await status(id, { 'x-sig': sign(webhookSecret) })).toBe(202);
    expect(await status(id, { 'x-sig': sign(webhookSecret.replace('whsec_', '')) })).toBe(401);
  });

  it('by its own secret alone where it has one, and at once by a new one', async () => {
    const { id, webhookSecret } = await makeSource({ header: 'X-Sig', secret: KEY });
    expect(await status(id, { 'x-sig': sign(webhookSecret) })).toBe(401);
    expect(await status(id, { 'x-sig': sign(KEY) })).toBe(202);
    const body = { name: 'x', auth: { hmac: { header: 'X-Sig', secret: 'another-key-of-the-sender-987' } } };
    await app.put(`/v1/authorities/rh/sources/${id}`, body);
    expect(await status(id, { 'x-sig': sign('another-key-of-the-sender-987') })).toBe(202);
    expect(await status(id, { 'x-sig': sign(KEY) })).toBe(401);
  });

  it('by a secret that an earlier version took and that is too short now, until it is replaced by a longer one', async () => {
    const { id } = await makeSource({ header: 'X-Sig', secret: KEY });
    const sealed = app.deps.keyring.cipher.encrypt('rh', 'source.hmac_secret', id, 'eight888');
    const change = { hmac_secret_ciphertext: sealed, version: 7 };
    await update(app.db, 'source', { id }, change);
    expect(await status(id, { 'x-sig': sign('eight888') })).toBe(202);
    const put = async (status: number, secret: object) => {
      const body = { name: 'x', auth: { hmac: { header: 'X-Sig', ...secret } } };
      return app.json(status, `/v1/authorities/rh/sources/${id}`, { method: 'PUT', body });
    };
    await put(200, {});
    expect(await status(id, { 'x-sig': sign('eight888') })).toBe(202);
    await put(422, { secret: 'eight888' });
    await put(200, { secret: 'eight888-and-sixteen-more' });
    expect(await status(id, { 'x-sig': sign('eight888') })).toBe(401);
    expect(await status(id, { 'x-sig': sign('eight888-and-sixteen-more') })).toBe(202);
  });

  it('by its token, too, when it sends no signature', async () => {
    const { id, token } = await makeSource({ header: 'X-Sig', secret: KEY });
    expect(await status(id, {}, token)).toBe(202);
    expect(await status(id, {})).toBe(401);
  });
});

describe('a signature', () => {
  it('that is sent must fit, whatever else is sent', async () => {
    const { id, token, webhookSecret } = await makeSource({ header: 'X-Sig', secret: KEY });
    const seconds = String(app.clock.now.getTime() / 1000);
    const standard = (key: string) => ({
      'webhook-id': 'msg-1',
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'))
        .update(`msg-1.${seconds}.${BODY}`)
        .digest('base64')}`,
    });
    const wrong = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
    expect(await status(id, { 'x-sig': sign('wrong') }, token)).toBe(401);
    expect(await status(id, { 'x-sig': '' }, token)).toBe(401);
    expect(await status(id, { 'x-sig': sign(KEY), ...standard(wrong) }, token)).toBe(401);
    expect(await status(id, { 'x-sig': sign('wrong'), ...standard(webhookSecret) }, token)).toBe(401);
    expect(await status(id, { 'x-sig': sign(KEY), ...standard(webhookSecret) })).toBe(202);
  });

  it.each<[string, string]>([
    ['cut', sign(KEY).slice(0, 62)],
    ['made longer', `${sign(KEY)}00`],
    ['with half a byte more', `${sign(KEY)}0`],
    ['in base64 where hex is said', sign(KEY, { encoding: 'base64' })],
    ['behind a prefix that nobody told of', `sha256=${sign(KEY)}`],
    ['with a blank in it', `${sign(KEY).slice(0, 32)} ${sign(KEY).slice(32)}`],
    ['of another algorithm', sign(KEY, { algorithm: 'sha512' })],
    ['of an empty key', sign('')],
  ])('%s is none', async (_name, signature) => {
    const { id } = await makeSource({ header: 'X-Sig', secret: KEY });
    expect(await status(id, { 'x-sig': signature })).toBe(401);
  });

  it('without the prefix that belongs to it is none', async () => {
    const { id } = await makeSource({ header: 'X-Sig', prefix: 'sha256=', secret: KEY });
    for (const signature of [sign(KEY), 'sha256=', `sha1=${sign(KEY)}`])
      expect(await status(id, { 'x-sig': signature })).toBe(401);
  });

  it('that comes twice is none, though both are right', async () => {
    const { id } = await makeSource({ header: 'X-Sig', secret: KEY });
    const twice: [string, string][] = [
      ['x-sig', sign(KEY)],
      ['x-sig', sign(KEY)],
    ];
    expect(await status(id, twice)).toBe(401);
  });

  it('in a header that no source was told of proves nothing', async () => {
    const made = await app.makeSource('rh', 'plain');
    expect(await status('plain', { 'x-sig': sign(made.webhookSecret) })).toBe(401);
    expect(await status('nobody', { 'x-sig': sign(made.webhookSecret) })).toBe(401);
  });
});
