import { createHash, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/domain/errors.ts';
import { newId } from '../../src/domain/ids.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { SourceAuthenticator } from '../../src/sources/authenticate.ts';
import type { Credentials } from '../../src/sources/credentials.ts';
import { openTestDatabase } from '../support/database.ts';

import { useApp, useRows } from '../support/scenario.ts';
import { insert } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-24T11:00:00Z');
const BODY = Buffer.from('{"type":"appointment.booked"}');
const none: Credentials = {
  authorization: undefined,
  webhookId: undefined,
  webhookTimestamp: undefined,
  webhookSignature: undefined,
  body: BODY,
};
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The example of standard-webhooks' own libraries, made by others. */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  payload: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

/** As a sender does that has the library of Standard Webhooks. */
function sign(secret: string, id: string, seconds: number, body: Uint8Array): string {
  return new Webhook(secret).sign(id, new Date(seconds * 1000), Buffer.from(body));
}

function signed(secret: string, at: Date, body: Uint8Array = BODY): Credentials {
  const seconds = Math.floor(at.getTime() / 1000);
  const webhookSignature = sign(secret, 'msg-1', seconds, body);
  return { ...none, body, webhookId: 'msg-1', webhookTimestamp: String(seconds), webhookSignature };
}

describe('a booking system', () => {
  let sources = 0;
  const { db, rows } = useRows(openTestDatabase, NOW);

  async function makeSource(...secrets: { token: string; webhookSecret: string; endedAt?: Date }[]): Promise<string> {
    const id = await rows.authority(`source-${++sources}`);
    for (const { token, webhookSecret, endedAt } of secrets) {
      const secret = newId(NOW);
      await insert(db, 'source_secret', {
        id: secret,
        authority_id: id,
        source_id: id,
        token_hash: createHash('sha256').update(token).digest(),
        webhook_secret_ciphertext: rows.keyring.cipher.encrypt(
          id,
          'source_secret.webhook_secret',
          `${id} ${secret}`,
          webhookSecret,
        ),
        created_at: NOW,
        ended_at: endedAt ?? null,
      });
    }
    return id;
  }

  const newSecret = () => ({
    token: randomBytes(24).toString('base64url'),
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
  });

  const makeAuthenticator = () =>
    new SourceAuthenticator({ db, keyring: rows.keyring, now: () => NOW, metrics: createMetrics() });

  async function isKnown(source: string, credentials: Partial<Credentials>, now = NOW): Promise<boolean> {
    const authenticator = makeAuthenticator();
    return knows(authenticator, source, credentials, now);
  }

  async function knows(
    authenticator: SourceAuthenticator,
    source: string,
    credentials: Partial<Credentials>,
    now = NOW,
  ): Promise<boolean> {
    try {
      const claim = { sourceId: source };
      expect((await authenticator.authenticate(claim, { ...none, ...credentials }, now)).source.id).toBe(source);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect(error).toMatchObject({
        status: 401,
        code: 'unauthorized',
        message: expect.stringMatching(
          /^The credentials do not fit|^No credentials|^The webhook-timestamp|^A signature/,
        ),
      });
      return false;
    }
  }

  it('is known by its token, as Bearer or as the password of Basic, whatever the user and the case of the scheme', async () => {
    const secret = newSecret();
    const source = await makeSource(secret);
    for (const authorization of [
      `Bearer ${secret.token}`,
      `bearer   ${secret.token}`,
      basic('epj', secret.token),
      basic('', secret.token),
    ]) {
      expect([authorization, await isKnown(source, { authorization })]).toEqual([authorization, true]);
    }
  });

  it('is not known by anything else', async () => {
    const secret = newSecret();
    const other = newSecret();
    const source = await makeSource(secret);
    await makeSource(other);
    const { token } = secret;
    const wrong = [
      undefined,
      '',
      token,
      'Bearer',
      'Bearer ',
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${other.token}`,
    ];
    const more = [
      basic(token, ''),
      basic('epj', `${token} `),
      'Basic !!!',
      `Basic ${token}`,
      `Digest ${token}`,
      `Bearer ${token} ${token}`,
    ];
    for (const authorization of [...wrong, ...more]) {
      expect([authorization, await isKnown(source, { authorization })]).toEqual([authorization, false]);
    }
    expect(await isKnown(source, { authorization: `Bearer ${secret.webhookSecret}` })).toBe(false);
  });

  it('that does not exist, has no secret, or shows wrong credentials is refused alike', async () => {
    const secret = newSecret();
    const bare = await makeSource();
    for (const source of ['nobody', 'no\0body', "x' or true", bare]) {
      expect([source, await isKnown(source, { authorization: `Bearer ${secret.token}` })]).toEqual([source, false]);
    }
  });

  it('is known by the signature of Standard Webhooks, as others make it', async () => {
    const source = await makeSource({ token: 'unused', webhookSecret: VECTOR.secret });
    const credentials = {
      webhookId: VECTOR.id,
      webhookTimestamp: VECTOR.timestamp,
      webhookSignature: VECTOR.signature,
      body: Buffer.from(VECTOR.payload),
    };
    const then = new Date(Number(VECTOR.timestamp) * 1000);
    expect(await isKnown(source, credentials, then)).toBe(true);
    const among = `v1a,${'A'.repeat(86)} v2,x v1,AAAA ${VECTOR.signature}`;
    expect(await isKnown(source, { ...credentials, webhookSignature: among }, then)).toBe(true);
    for (const change of [
      { body: Buffer.from(`${VECTOR.payload} `) },
      { webhookId: 'msg_other' },
      { webhookId: undefined },
      { webhookTimestamp: String(Number(VECTOR.timestamp) + 1) },
      { webhookTimestamp: undefined },
      { webhookTimestamp: `${VECTOR.timestamp}.0` },
      { webhookTimestamp: 'NaN' },
      { webhookSignature: VECTOR.signature.replace('v1,', 'v2,') },
      { webhookSignature: VECTOR.signature.replace('v1,', '') },
      { webhookSignature: 'v1,' },
      { webhookSignature: '' },
    ]) {
      expect([change, await isKnown(source, { ...credentials, ...change }, then)]).toEqual([change, false]);
    }
  });

  it('signs with a clock at most five minutes away', async () => {
    const secret = newSecret();
    const source = await makeSource(secret);
    for (const [seconds, known] of [
      [0, true],
      [300, true],
      [-300, true],
      [301, false],
      [-301, false],
    ] as const) {
      const credentials = signed(secret.webhookSecret, new Date(NOW.getTime() + seconds * 1000));
      expect([seconds, await isKnown(source, credentials)]).toEqual([seconds, known]);
    }
  });

  it('whose signature is wrong is not known by a token beside it', async () => {
    const secret = newSecret();
    const source = await makeSource(secret);
    const credentials = { ...signed(newSecret().webhookSecret, NOW), authorization: `Bearer ${secret.token}` };
    expect(await isKnown(source, credentials)).toBe(false);
  });

  it('may use either of two pairs while it changes over, and none that was ended', async () => {
    const [ended, old, fresh] = [newSecret(), newSecret(), newSecret()];
    const source = await makeSource({ ...ended, endedAt: NOW }, old, fresh);
    for (const [secret, known] of [
      [old, true],
      [fresh, true],
      [ended, false],
    ] as const) {
      expect(await isKnown(source, { authorization: `Bearer ${secret.token}` })).toBe(known);
      expect(await isKnown(source, signed(secret.webhookSecret, NOW))).toBe(known);
    }
    // A pair belongs together only in what it opens: the signature of one beside the token of the other is still a
    // signature that fits.
    const found = await isKnown(source, { ...signed(old.webhookSecret, NOW), authorization: `Bearer ${fresh.token}` });
    expect(found).toBe(true);
  });

  it('with a secret made since it was last read is known at once', async () => {
    const first = newSecret();
    const second = newSecret();
    const secret = newId(NOW);
    const source = await makeSource(first);
    const authenticator = makeAuthenticator();
    expect(await knows(authenticator, source, { authorization: `Bearer ${first.token}` })).toBe(true);
    await insert(db, 'source_secret', {
      id: secret,
      authority_id: source,
      source_id: source,
      token_hash: createHash('sha256').update(second.token).digest(),
      webhook_secret_ciphertext: rows.keyring.cipher.encrypt(
        source,
        'source_secret.webhook_secret',
        `${source} ${secret}`,
        second.webhookSecret,
      ),
      created_at: NOW,
      ended_at: null,
    });
    expect(await knows(authenticator, source, { authorization: `Bearer ${second.token}` })).toBe(true);
  });
});

describe('a secret that was ended', () => {
  const app = useApp({ authorities: ['rh'] });

  const post = (token: string, reference: string) =>
    app.request('/v1/webhooks/epj', {
      token,
      body: { type: 'appointment.booked', data: { id: reference, start: '2026-12-01T09:00:00+01:00' } },
    });

  it('opens nothing any more, though it was used a moment before, and the other one still does', async () => {
    const first = await app.makeSource('rh', 'epj');
    const second = await app.json<{ id: string; token: string }>(201, '/v1/authorities/rh/sources/epj/secrets', {
      method: 'POST',
    });
    expect((await post(first.token, 'A-1')).status).toBe(202);
    expect((await post(second.token, 'A-2')).status).toBe(202);
    const ended = await app.request(`/v1/authorities/rh/sources/epj/secrets/${second.id}`, { method: 'DELETE' });
    expect(ended.ok).toBe(true);
    const refused = await post(second.token, 'A-3');
    expect([refused.status, (await refused.json()) as unknown]).toMatchObject([
      401,
      { type: '/problems/unauthorized' },
    ]);
    expect((await post(first.token, 'A-4')).status).toBe(202);
    const stored = await app.db.selectFrom('appointment').select('reference').orderBy('reference').execute();
    expect(stored.map(({ reference }) => reference)).toEqual(['A-1', 'A-2', 'A-4']);
  });
});
