import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateways } from '../../src/gateways/index.ts';
import { listenForHttp } from '../../src/http-server.ts';
import { openTestApp, type TestApp } from '../support/app.ts';

/** Routes match a path with its letters escaped (RFC 3986 §2.1): whatever decides must see what the route saw. */

const PUBLIC_URL = 'https://sms.example.org';
const TOKEN = 'callback-token-0123456789abcdef';
const SETTINGS: Readonly<Record<string, string>> = {
  ...{ INMOBILE_API_KEY: 'key', INMOBILE_CALLBACK_TOKEN: TOKEN },
  ...{ LINK_USERNAME: 'user', LINK_PASSWORD: 'word', LINK_PLATFORM_ID: 'SMSC', LINK_PLATFORM_PARTNER_ID: '1' },
  ...{ LINK_GATE_ID: 'gate', LINK_CALLBACK_TOKEN: TOKEN },
  ...{ KANNEL_SENDSMS_URL: 'http://127.0.0.1:1/', KANNEL_USERNAME: 'user', KANNEL_PASSWORD: 'word' },
  KANNEL_CALLBACK_TOKEN: TOKEN,
};
const hmac = (text: string) => createHmac('sha256', TOKEN).update(text);
const signed = `reference=x&signature=${hmac('receipt x').digest('base64url')}`;
const tokenFor = (gateway: string, kind: string) => `token=${hmac(`${gateway} ${kind}`).digest('hex')}`;
/** Proofs that stand in the addresses of callbacks. */
const PROOFS: readonly (readonly [gateway: string, name: string, proof: string])[] = [
  ['link', 'the token of receipts', tokenFor('link', 'receipts')],
  ['link', 'the token of replies', tokenFor('link', 'inbound')],
  ['inmobile', 'the signature of a message', signed],
  ['inmobile', 'the token of replies', tokenFor('inmobile', 'inbound')],
  ['inmobile', 'a token of receipts, which nobody is given', tokenFor('inmobile', 'receipts')],
  ['kannel', 'the signature of a message', signed],
  ['kannel', 'the token', `token=${TOKEN}`],
];

let test: TestApp;
beforeAll(async () => {
  const made = createGateways(['inmobile', 'link', 'kannel'], (name) => SETTINGS[name] ?? null, {
    publicUrl: PUBLIC_URL,
    now: () => new Date('2026-11-24T11:00:00Z'),
  });
  if ('missing' in made) throw new Error(made.missing.join('\n'));
  test = await openTestApp(undefined, { gateways: made.gateways });
});
afterAll(() => test.close());

const escaped = (letter: string) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
/** The word with each of its letters escaped, and with all of them. */
const spellingsOf = (word: string): string[] => [
  ...[...word].map((letter, nth) => word.slice(0, nth) + escaped(letter) + word.slice(nth + 1)),
  [...word].map(escaped).join(''),
];

/** The application's answer; guesses that are too many are as refused as those before them. */
async function answerTo(method: string, path: string) {
  const { status, headers } = await test.request(path, { method, token: null });
  return { status: status === 429 ? 401 : status, type: headers.get('content-type') };
}

describe('a callback', () => {
  it.each(PROOFS)('of %s with %s gets the same response however its kind is escaped', async (gateway, _name, proof) => {
    const answers = new Set<number>();
    for (const method of ['GET', 'POST'])
      for (const kind of ['receipts', 'inbound']) {
        const plain = await answerTo(method, `/v1/callbacks/${gateway}/${kind}?${proof}`);
        answers.add(plain.status);
        for (const spelling of spellingsOf(kind)) {
          const path = `/v1/callbacks/${gateway}/${spelling}?${proof}`;
          expect({ path, ...(await answerTo(method, path)) }).toEqual({ path, ...plain });
        }
      }
    expect(answers).toContain(401);
  });
});

describe('every route', () => {
  const routes = () =>
    new Map(
      test.app.routes.flatMap(({ method, path }) =>
        method === 'ALL' || path.includes('*') ? [] : [[`${method} ${path}`, { method, path }] as const],
      ),
    );
  const filled = (path: string, value: string) => path.replaceAll(/:\w+(?:\{[^}]*\})?/g, value);

  it('responds to a stranger alike however its path is escaped', async () => {
    expect(routes().size).toBeGreaterThan(150);
    for (const { method, path } of routes().values()) {
      const plain = filled(path, 'x');
      const spelled = plain.replaceAll(/[^/]+/g, (segment) => [...segment].map(escaped).join(''));
      expect([method, path, await answerTo(method, spelled)]).toEqual([method, path, await answerTo(method, plain)]);
    }
  });

  it('takes any bytes for its parameters without failing', async () => {
    const bytes = ['%00', '%01', '%0d%0aX:1', '%7f', '%5c', '%2f', '%ff', '%c3%a6', '%'];
    for (const { method, path } of routes().values())
      for (const value of path.includes(':') ? bytes : []) {
        const { status } = await answerTo(method, `${filled(path, value)}/`);
        expect([method, path, value, status < 500]).toEqual([method, path, value, true]);
      }
  });
});

describe('a redirect from an address with a trailing slash', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  let port: number;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ port, close } = await listenForHttp(test.app.fetch, '127.0.0.1', 0));
  });
  afterAll(async () => {
    agent.destroy();
    await close();
  });

  const get = (path: string) =>
    new Promise<{ path: string; status: number; location: string | undefined }>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, agent }, (response) => {
        response.resume();
        resolve({ path, status: response.statusCode ?? 0, location: response.headers.location });
      });
      asked.once('error', reject);
      asked.end();
    });

  it('stays on this host, and nothing fails, whatever byte follows the first slash', async () => {
    const all = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).padStart(2, '0')}`);
    const paths = all.flatMap((byte) => [`/${byte}/`, `/${byte}/evil.dk/`, `/${byte}evil.dk/`, `//${byte}${byte}/x/`]);
    const answers = await Promise.all(paths.map(get));
    const wrong = answers.filter(({ status, location }) => {
      if (location === undefined) return status !== 404;
      return status > 302 || !/^\/[!-~]*$/.test(location) || new URL(location, PUBLIC_URL).origin !== PUBLIC_URL;
    });
    expect(wrong).toEqual([]);
    expect(answers.some(({ status }) => status === 301)).toBe(true);
    const { values } = await test.deps.metrics.failures.get();
    expect(values.filter(({ value }) => value > 0)).toEqual([]);
  });
});
