import { createHash, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { allowServer } from './own-servers.ts';

/** How the provider answers; each of these makes it misbehave. */
export interface Misbehaviour {
  /** Claims of the ID token that replace the right ones. */
  readonly claims?: JWTPayload;
  /** Seconds that the token is valid from now; negative: it has expired. */
  readonly validSeconds?: number;
  /** Seconds that the provider's clock is ahead by when it issues the token. */
  readonly aheadSeconds?: number;
  readonly alg?: 'none' | 'HS256';
  /** The key id in the header, of the same key. */
  readonly kid?: string;
  /** A key that the JWKS does not have signs. */
  readonly foreignKey?: boolean;
  /** The endpoint answers 503. */
  readonly down?: 'discovery' | 'token' | 'jwks' | 'userinfo';
  /** The description does not come before this. */
  readonly held?: Promise<void>;
  /** A code is taken as often as it comes. */
  readonly replays?: boolean;
  /** Claims of the user's information. */
  readonly userinfo?: JWTPayload;
  /** The user's information is about somebody else. */
  readonly userinfoSubject?: string;
  readonly state?: string;
  /** The browser comes back with this error in place of a code. */
  readonly error?: string;
}

/** An identity provider on a real port of this machine (OpenID Connect Core 1.0), for one client. */
export class FakeProvider {
  readonly clientId = 'easysms';
  readonly clientSecret = 'a secret with: signs';
  misbehaviour: Misbehaviour = {};
  /** The clock by which tokens are issued; they expire by the machine's. */
  now: () => Date = () => new Date();
  /** Claims of the ID token about the person. */
  claims: JWTPayload = {};
  /** The query of the last authorization request. */
  asked = new URLSearchParams();
  jwksReads = 0;
  discoveryReads = 0;
  issuer = '';
  #keys = new Map<string, CryptoKey>();
  readonly #codes = new Map<string, { nonce: string; challenge: string; redirect: string }>();
  #close: () => void = () => {};

  async start(): Promise<void> {
    await this.addKey('first');
    const server = serve({ fetch: this.#app().fetch, port: 0, hostname: '127.0.0.1' });
    await new Promise<void>((resolve) => server.once('listening', resolve));
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    allowServer(this.issuer);
    this.#close = () => void server.close();
  }

  close(): void {
    this.#close();
  }

  /** Signs with a new key from now on, as when keys are rotated. */
  async addKey(kid: string): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    this.#keys = new Map([[kid, privateKey], ...this.#keys]);
  }

  #app(): Hono {
    const app = new Hono();
    app.get('/.well-known/openid-configuration', async (c) => {
      this.discoveryReads++;
      await this.misbehaviour.held;
      return this.misbehaviour.down === 'discovery' ? c.text('', 503) : c.json(this.#metadata());
    });
    app.get('/jwks', async (c) => {
      this.jwksReads++;
      if (this.misbehaviour.down === 'jwks') return c.text('', 503);
      const keys = [...this.#keys].map(async ([kid, key]) => {
        const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...jwk } = await exportJWK(key);
        return { ...jwk, kid, use: 'sig', alg: 'RS256' };
      });
      return c.json({ keys: await Promise.all(keys) });
    });
    app.get('/authorize', (c) => c.redirect(this.authorize(new URL(c.req.url)).href));
    app.post('/token', async (c) =>
      this.#token(new URLSearchParams(await c.req.text()), c.req.header('Authorization')),
    );
    app.get('/userinfo', (c) => {
      const { down, userinfo = {}, userinfoSubject } = this.misbehaviour;
      return down === 'userinfo' ? c.text('', 503) : c.json({ sub: userinfoSubject ?? this.claims.sub, ...userinfo });
    });
    return app;
  }

  #metadata(): object {
    const at = (path: string) => `${this.issuer}/${path}`;
    return {
      ...{ issuer: this.issuer, jwks_uri: at('jwks'), authorization_endpoint: at('authorize') },
      ...{ token_endpoint: at('token'), userinfo_endpoint: at('userinfo') },
      ...{ response_types_supported: ['code'], subject_types_supported: ['pairwise'] },
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    };
  }

  /** Signs the person in who stands in `claims`. @returns the address that the browser is sent back to */
  authorize(request: URL): URL {
    this.asked = request.searchParams;
    const [nonce, challenge, redirect] = ['nonce', 'code_challenge', 'redirect_uri'].map(
      (name) => this.asked.get(name) ?? '',
    );
    const code = randomUUID();
    this.#codes.set(code, { nonce: nonce ?? '', challenge: challenge ?? '', redirect: redirect ?? '' });
    const back = new URL(redirect ?? '');
    const { error, state = this.asked.get('state') ?? '' } = this.misbehaviour;
    back.search = String(new URLSearchParams({ ...(error === undefined ? { code } : { error }), state }));
    return back;
  }

  async #token(form: URLSearchParams, authorization: string | undefined): Promise<Response> {
    const error = (name: string, status = 400) => Response.json({ error: name }, { status });
    if (this.misbehaviour.down === 'token') return error('temporarily_unavailable', 503);
    const credentials = [this.clientId, this.clientSecret].map((part) =>
      encodeURIComponent(part).replaceAll('%20', '+'),
    );
    if (authorization !== `Basic ${btoa(credentials.join(':'))}`) return error('invalid_client', 401);
    const code = form.get('code') ?? '';
    const known = this.#codes.get(code);
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!known || known.challenge !== verifier || known.redirect !== form.get('redirect_uri'))
      return error('invalid_grant');
    if (!this.misbehaviour.replays) this.#codes.delete(code);
    const idToken = await this.#idToken(known.nonce);
    return Response.json({ access_token: randomUUID(), token_type: 'Bearer', expires_in: 60, id_token: idToken });
  }

  async #idToken(nonce: string): Promise<string> {
    const { claims, validSeconds = 60, aheadSeconds = 0, alg, kid, foreignKey } = this.misbehaviour;
    const now = Math.floor(Date.now() / 1000);
    const iat = Math.floor(this.now().getTime() / 1000) + aheadSeconds;
    const payload: JWTPayload = {
      ...{ iss: this.issuer, aud: this.clientId, nonce, iat, exp: now + validSeconds },
      ...this.claims,
      ...claims,
    };
    if (alg === 'none') return new UnsecuredJWT(payload).encode();
    const [[id, key] = []] = this.#keys;
    const symmetric = new TextEncoder().encode(this.clientSecret.padEnd(32));
    const signer = foreignKey ? (await generateKeyPair('RS256')).privateKey : key;
    const header = { alg: alg ?? 'RS256', ...((kid ?? id) && { kid: kid ?? id }) } as { alg: string };
    return new SignJWT(payload).setProtectedHeader(header).sign(alg === 'HS256' ? symmetric : (signer as CryptoKey));
  }
}
