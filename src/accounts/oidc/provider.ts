import * as client from 'openid-client';
import { HOUR_MS, MINUTE_MS } from '../../domain/duration.ts';
import type { CurrentTime, Waiting } from '../../runtime/deps.ts';
import type { OutgoingAccess } from '../../runtime/outgoing/http.ts';
import type { Claims } from './claims.ts';
import { missingIn } from './claims.ts';
import type { StaffProviderSettings } from './settings.ts';

const REQUEST_SECONDS = 10;
/** The time for which the provider's own description is used; its keys are read again whenever one is unknown. */
const DISCOVERY_MS = HOUR_MS;
/** The time after which it is read again before a browser is sent there: the provider may be down by now. */
const SEEN_UP_MS = MINUTE_MS;
/** The clock of the provider may be as much ahead. */
const MOST_AHEAD_MS = 5 * MINUTE_MS;
/** The longest wait for a description that is known already, and for somebody's name: both can be done without. */
const PATIENCE_MS = 3_000;

/** State that a browser keeps between leaving for the provider and coming back. */
interface ProviderAttempt {
  readonly state: string;
  readonly nonce: string;
  /** Code verifier of PKCE (RFC 7636). */
  readonly verifier: string;
}

/** A sign-in at the provider that failed. */
export class ProviderFailure extends Error {
  /**
   * `down`: it does not respond, or says that it can't; `declined`: it says that nobody signed in there; `refused`: its
   * response can't be believed.
   */
  readonly reason: 'down' | 'declined' | 'refused';

  /** @param code for the log; it holds nothing of the response */
  constructor(reason: ProviderFailure['reason'], code: string, options: { cause?: unknown } = {}) {
    super(`the identity provider's response was not taken: ${code}`, options);
    this.name = 'ProviderFailure';
    this.reason = reason;
  }
}

class Unreachable extends Error {}

/** Somebody who has signed in at the provider. */
export interface ProvidedIdentity {
  readonly sub: string;
  readonly claims: Claims;
  /** False where name or e-mail are missing because the user's information did not come. */
  readonly complete: boolean;
}

type ProviderDeps = OutgoingAccess & CurrentTime & Waiting;

/** The identity provider of staff (OpenID Connect Core 1.0, code flow with PKCE, nonce and state). */
export class StaffProvider {
  readonly settings: StaffProviderSettings;
  readonly #deps: ProviderDeps;
  readonly #redirect: string;
  #known: { readonly config: client.Configuration; readonly at: Date } | undefined;
  /** Everybody who comes meanwhile waits for the same response. */
  #asking: Promise<client.Configuration> | undefined;
  /** The last response did not come, so that nobody is sent there before one does. */
  #failed = false;

  /** @param deps.publicUrl the address of the callback begins with it */
  constructor(settings: StaffProviderSettings, deps: ProviderDeps & { readonly publicUrl: string }) {
    this.settings = settings;
    this.#deps = deps;
    this.#redirect = `${deps.publicUrl}/admin/oidc/callback`;
  }

  /** Begins a sign-in: the address to send the browser to, and what it must bring back. @throws ProviderFailure */
  async begin(): Promise<{ readonly url: URL; readonly attempt: ProviderAttempt }> {
    const config = await this.#config(SEEN_UP_MS);
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
    const { scope, acrValues } = this.settings;
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.#redirect,
      scope,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(acrValues !== null && { acr_values: acrValues }),
    });
    return { url, attempt: { state, nonce, verifier } };
  }

  /**
   * Exchanges the code that the browser came back with.
   * @param query of the callback's address, with its question mark
   * @returns whom the ID token is about, whose signature, issuer, audience, subject, times and nonce were checked. What
   * it lacks of role, level, name and e-mail comes from the user's information, which the provider itself gives over
   * TLS about the same subject (OpenID Connect Core 1.0 §5.3)
   * @throws ProviderFailure
   */
  async finish(query: string, { state, nonce, verifier }: ProviderAttempt): Promise<ProvidedIdentity> {
    const config = await this.#config(DISCOVERY_MS);
    try {
      const tokens = await client.authorizationCodeGrant(config, new URL(this.#redirect + query), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const token = tokens.claims();
      if (!token) throw new ProviderFailure('refused', 'no ID token');
      refuseUnlikely(token, this.#deps.now());
      const alone = { sub: token.sub, claims: [token], complete: true };
      const missing = missingIn(this.settings, alone.claims);
      if (missing === null || config.serverMetadata().userinfo_endpoint === undefined) return alone;
      const asking = client
        .fetchUserInfo(config, tokens.access_token, token.sub)
        .then((more) => ({ ...alone, claims: [token, more] }));
      if (missing === 'access') return await asking;
      // Nobody is kept out because the provider does not say what they are called.
      const nameless = { ...alone, complete: false };
      const orNameless = asking.catch(() => nameless);
      return await this.#soonOr(nameless, orNameless);
    } catch (error) {
      throw toFailure(error);
    }
  }

  async #config(maxAgeMs: number): Promise<client.Configuration> {
    const known = this.#known;
    const ageMs = known ? this.#deps.now().getTime() - known.at.getTime() : Number.POSITIVE_INFINITY;
    if (known && ageMs < maxAgeMs) return known.config;
    const mayWaitBehind = ageMs < DISCOVERY_MS && !this.#failed;
    this.#asking ??= this.#discover().finally(() => {
      this.#asking = undefined;
    });
    return known && mayWaitBehind ? this.#soonOr(known.config, this.#asking) : this.#asking;
  }

  /** The response if it comes soon, else what can be done without: a slow provider may let people in all the same. */
  #soonOr<T>(known: T, asking: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#deps.timers.after(PATIENCE_MS, () => resolve(known));
      void asking.then(resolve, reject).finally(cancel);
    });
  }

  async #discover(): Promise<client.Configuration> {
    const now = this.#deps.now();
    const { issuer, clientId, clientSecret } = this.settings;
    const insecure = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [];
    try {
      const config = await client.discovery(issuer, clientId, undefined, authenticate(clientSecret), {
        // The library trusts TLS alone for what the token endpoint sends: the signature is checked all the same.
        execute: [...insecure, client.enableNonRepudiationChecks],
        timeout: REQUEST_SECONDS,
        [client.customFetch]: (url, options) => this.#send(url, options),
      });
      config.timeout = REQUEST_SECONDS;
      this.#known = { config, at: now };
      this.#failed = false;
      return config;
    } catch (error) {
      this.#failed = true;
      throw toFailure(error);
    }
  }

  async #send(url: string, { method, headers, body, signal }: client.CustomFetchOptions): Promise<Response> {
    const options = { headers, signal: signal ?? new AbortController().signal };
    const { outgoing } = this.#deps;
    const result =
      method === 'POST'
        ? await outgoing.post(new URL(url), String(body ?? ''), options)
        : await outgoing.get(new URL(url), options);
    if (result.kind !== 'responded') throw new Unreachable(result.kind);
    if (result.status >= 500) throw new Unreachable(`status ${result.status}`);
    const names = Object.entries(result.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    return new Response(Buffer.from(result.body), { status: result.status, headers: names as [string, string][] });
  }
}

/**
 * Refuses what the library lets pass: everybody without a subject would be one person, and a token from far ahead comes
 * from a clock that can't be right about its end either.
 */
function refuseUnlikely({ sub, iat }: client.IDToken, now: Date): void {
  if (sub.trim() === '') throw new ProviderFailure('refused', 'empty sub');
  if (iat * 1000 > now.getTime() + MOST_AHEAD_MS) throw new ProviderFailure('refused', 'iat ahead');
}

/** By HTTP Basic, which is the default of OpenID Connect, unless the provider names other ways only. */
function authenticate(secret: string | null): client.ClientAuth {
  if (secret === null) return client.None();
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const byHeader = methods.includes('client_secret_basic');
    (byHeader ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret))(server, ...rest);
  };
}

/** Error responses by which a provider says that it can't now (RFC 6749 §4.1.2.1). */
const DOWN: readonly string[] = ['server_error', 'temporarily_unavailable'];

/** Errors of the library may quote the response: only its code goes on. */
function toFailure(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof client.AuthorizationResponseError)
    return new ProviderFailure(DOWN.includes(error.error) ? 'down' : 'declined', 'error response');
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    if (cause instanceof Unreachable) return new ProviderFailure('down', cause.message);
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return new ProviderFailure('refused', typeof code === 'string' ? code : 'unknown');
}
