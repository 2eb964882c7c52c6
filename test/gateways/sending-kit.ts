import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { HttpResponse, http } from 'msw';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OutboundSms, SendResult, SmsGateway } from '../../src/gateways/gateway.ts';
import { type CallbackTable, expectNothingPrivate, NOW, SMS, sendTo } from './kit.ts';
import { nobody, requestRead, serveHandlers, serveHttp, serveSocket, type TestServer } from './servers.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The documented request of the supplier, as received. */
interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SendingTable extends Pick<CallbackTable, 'name' | 'secrets'> {
  readonly create: (serverUrl: string) => SmsGateway;
  /** Response by which the supplier accepts a message. */
  readonly accepted: Answer & { readonly gatewayMessageId: string | null; readonly segments: number | null };
  /** Other responses of the supplier, each with the expected result. */
  readonly answers: readonly (readonly [name: string, answer: Answer, result: Partial<SendResult>])[];
  /** Requests, compared literally. */
  readonly requests: readonly (readonly [
    name: string,
    sms: Partial<OutboundSms>,
    look: (request: SeenRequest) => void,
  ])[];
}

const HTML = '<html><body>An error page of whatever stands in between</body></html>';
const NOT_SENT = { kind: 'retry', reason: 'unreachable', stopQueue: false } as const;
const HOUR_MS = 3_600_000;

/** Results of responses that any server or proxy may give. */
const STATUSES: readonly (readonly [status: number, result: Partial<SendResult>])[] = [
  [200, { kind: 'uncertain' }],
  [204, { kind: 'uncertain' }],
  [301, { kind: 'retry', stopQueue: true }],
  [302, { kind: 'uncertain' }],
  [303, { kind: 'uncertain' }],
  [307, { kind: 'retry', stopQueue: true }],
  [308, { kind: 'retry', stopQueue: true }],
  [400, { kind: 'rejected', reason: 'permanent' }],
  [401, { kind: 'retry', reason: 'auth', stopQueue: true }],
  [402, { kind: 'retry', reason: 'credit', stopQueue: true }],
  [403, { kind: 'retry', reason: 'auth', stopQueue: true }],
  [404, { kind: 'retry', reason: 'unreachable', stopQueue: true }],
  [405, { kind: 'retry', reason: 'unreachable', stopQueue: true }],
  [408, NOT_SENT],
  [413, { kind: 'rejected', reason: 'permanent' }],
  [422, { kind: 'rejected', reason: 'permanent' }],
  [429, { kind: 'retry', reason: 'throttled', stopQueue: false, retryAfterMs: null }],
  [500, { kind: 'uncertain' }],
  [502, { kind: 'uncertain' }],
  [503, { kind: 'retry', reason: 'throttled', stopQueue: false, retryAfterMs: null }],
  [504, { kind: 'uncertain' }],
  [599, { kind: 'uncertain' }],
];

const RETRY_AFTER: readonly (readonly [header: string, ms: number | null])[] = [
  ['0', 0],
  ['7', 7_000],
  ['3600', HOUR_MS],
  ['86400', HOUR_MS],
  ['9'.repeat(400), HOUR_MS],
  [new Date(NOW.getTime() + 90_000).toUTCString(), 90_000],
  [new Date(NOW.getTime() + 30 * HOUR_MS).toUTCString(), HOUR_MS],
  [new Date(NOW.getTime() - 90_000).toUTCString(), null],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['Dec 2026', null],
  ['2026-12-24', null],
  ['2026-11-24', null],
  ['5 minutes', null],
];

/** The reason that a signal of `AbortSignal.timeout` has. */
const TIME_IS_OVER = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

/** Calls over real sockets. */
export function describeSending(table: SendingTable): void {
  const open: { close(): Promise<void> }[] = [];
  const use = <T extends { close(): Promise<void> }>(opened: T): T => {
    open.push(opened);
    return opened;
  };
  const gatewayAt = (server: Pick<TestServer, 'url'>) => use(table.create(server.url));
  const answering = async (response: Answer) =>
    gatewayAt(
      use(await serveHandlers(http.all('*', () => new HttpResponse(response.body || null, withType(response))))),
    );
  /** Every result of every call passes this check. */
  const send = async (gateway: SmsGateway, sms?: Partial<OutboundSms>, signal?: AbortSignal): Promise<SendResult> => {
    const result = await sendTo(gateway, sms, signal);
    expectNothingPrivate(result, table.secrets);
    return result;
  };
  afterEach(async () => {
    for (const opened of open.splice(0).reverse()) await opened.close();
  });

  describe(`${table.name}: what is sent`, () => {
    it.each(table.requests)('%s', async (_name, sms, look) => {
      const seen: SeenRequest[] = [];
      const handler = http.all('*', async ({ request }) => {
        const { method, url, headers } = request;
        seen.push({ method, url, headers: Object.fromEntries(headers), body: await request.text() });
        return new HttpResponse(table.accepted.body, withType(table.accepted));
      });
      expect(await send(gatewayAt(use(await serveHandlers(handler))), sms)).toMatchObject({ kind: 'accepted' });
      expect(seen).toHaveLength(1);
      if (seen[0]) look(seen[0]);
    });
  });

  describe(`${table.name}: what an answer means`, () => {
    it('is accepted when the supplier accepts it', async () => {
      const { gatewayMessageId, segments } = table.accepted;
      expect(await send(await answering(table.accepted))).toEqual({ kind: 'accepted', gatewayMessageId, segments });
    });

    it.each(table.answers)('%s', async (_name, response, result) => {
      expect(await send(await answering(response))).toMatchObject(result);
    });

    it.each(STATUSES)('an unknown page with %i', async (status, result) => {
      const body = status === 204 ? '' : HTML;
      const elsewhere = use(await serveHttp((_request, response) => void response.end('followed')));
      const headers = status >= 300 && status < 400 ? { Location: `${elsewhere.url}/elsewhere` } : {};
      expect(await send(await answering({ status, body, headers }))).toMatchObject(result);
    });

    it.each(RETRY_AFTER)('waits as long as Retry-After: %s asks', async (value, retryAfterMs) => {
      for (const status of [429, 503]) {
        const result = await send(await answering({ status, body: '', headers: { 'Retry-After': value } }));
        expect(result).toMatchObject({ kind: 'retry', reason: 'throttled', retryAfterMs });
      }
    });

    it('repeats nothing of an answer that echoes the request', async () => {
      for (const status of [200, 202, 400, 401, 402, 403, 404, 409, 422, 429, 500, 503]) {
        const echo = http.all('*', async ({ request }) => {
          const said = JSON.stringify([Object.fromEntries(request.headers), await request.text(), SMS]);
          return new HttpResponse(`${said} receiver denied`, { status });
        });
        await send(gatewayAt(use(await serveHandlers(echo))));
      }
    });

    it('follows no redirect', async () => {
      const paths: string[] = [];
      const target = use(
        await serveHttp((request, response) => {
          paths.push(request.url ?? '');
          response.writeHead(table.accepted.status).end(table.accepted.body);
        }),
      );
      for (const status of [301, 302, 303, 307, 308]) {
        const result = await send(await answering({ status, body: '', headers: { Location: `${target.url}/here` } }));
        expect(result.kind).not.toBe('accepted');
      }
      expect(paths).toEqual([]);
    });
  });

  describe(`${table.name}: when the connection fails`, () => {
    /** A server of raw sockets that counts the requests it has read completely. */
    const raw = async (onRequest: (socket: Socket) => void) => {
      const count = { requests: 0 };
      const server = use(
        await serveSocket((socket) =>
          requestRead(socket, () => {
            count.requests++;
            onRequest(socket);
          }),
        ),
      );
      return { gateway: gatewayAt(server), count };
    };
    const yes = () => {
      const { status, body } = table.accepted;
      const headers = `Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}`;
      return `HTTP/1.1 ${status} OK\r\n${headers}\r\n\r\n${body}`;
    };

    it('was not sent where no server listens', async () => {
      expect(await send(gatewayAt({ url: await nobody() }))).toMatchObject({ ...NOT_SENT, code: 'ECONNREFUSED' });
    });

    it('was not sent to a name that does not exist', async () => {
      expect(await send(gatewayAt({ url: 'https://nobody.invalid' }))).toMatchObject(NOT_SENT);
    });

    it('was not sent when TLS breaks off', async () => {
      const server = use(await serveSocket((socket) => socket.destroy()));
      expect(await send(gatewayAt({ url: server.url.replace('http:', 'https:') }))).toMatchObject(NOT_SENT);
    });

    it('was not sent to a server without TLS', async () => {
      const server = use(await serveHttp((_request, response) => void response.end()));
      expect(await send(gatewayAt({ url: server.url.replace('http:', 'https:') }))).toMatchObject(NOT_SENT);
    });

    it('was not sent when the time is over before a connection is open, and is not sent afterwards', async () => {
      let greeting: Promise<unknown> = Promise.resolve();
      const server = use(
        await serveSocket((socket) => {
          greeting = once(socket, 'data');
        }),
      );
      const gateway = gatewayAt({ url: server.url.replace('http:', 'https:') });
      expect(await send(gateway, {}, AbortSignal.timeout(200))).toMatchObject(NOT_SENT);
      await greeting;
    });

    it('was not sent when the time was over before', async () => {
      const { gateway, count } = await raw((socket) => socket.end(yes()));
      const result = await gateway.send(SMS, { signal: AbortSignal.abort() });
      expect(result).toMatchObject(NOT_SENT);
      expect(count.requests).toBe(0);
    });

    it('is uncertain when the connection breaks before the request can have been read', async () => {
      const server = use(await serveSocket((socket) => socket.destroy()));
      expect(await send(gatewayAt(server))).toMatchObject({ kind: 'uncertain' });
    });

    it('is uncertain when the connection breaks after the request was read', async () => {
      const { gateway, count } = await raw((socket) => socket.destroy());
      expect(await send(gateway)).toMatchObject({ kind: 'uncertain' });
      expect(count.requests).toBe(1);
    });

    it('is uncertain when no answer comes in time, and ends then', async () => {
      const time = new AbortController();
      // No other side closes this connection.
      const { gateway, count } = await raw(() => time.abort(TIME_IS_OVER));
      expect(await send(gateway, {}, time.signal)).toMatchObject({ kind: 'uncertain' });
      expect(count.requests).toBe(1);
    });

    it('is uncertain when the answer stops in its head', async () => {
      const { gateway } = await raw((socket) => socket.end(`HTTP/1.1 ${table.accepted.status} OK\r\nContent-Le`));
      expect(await send(gateway)).toMatchObject({ kind: 'uncertain' });
    });

    it('is uncertain when the answer stops after its head', async () => {
      const { gateway } = await raw((socket) =>
        socket.end(`HTTP/1.1 ${table.accepted.status} OK\r\nContent-Length: 400\r\n\r\n`),
      );
      expect(await send(gateway)).toMatchObject({ kind: 'uncertain' });
    });

    it('is uncertain when the answer stops in its body and time is over', async () => {
      const time = new AbortController();
      const head = `HTTP/1.1 ${table.accepted.status} OK\r\nContent-Length: 400\r\n\r\n`;
      const over = () => time.abort(TIME_IS_OVER);
      // undici says on this channel that it has the head of a response.
      subscribe('undici:request:headers', over);
      onTestFinished(() => void unsubscribe('undici:request:headers', over));
      const { gateway } = await raw((socket) => void socket.write(head));
      expect(await send(gateway, {}, time.signal)).toMatchObject({ kind: 'uncertain' });
    });

    it('was refused when the response says so and then breaks off', async () => {
      const { gateway } = await raw((socket) => socket.end('HTTP/1.1 422 No\r\nContent-Length: 400\r\n\r\nno'));
      expect(await send(gateway)).toMatchObject({ kind: 'rejected' });
    });

    it.each([
      ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
      ['a status of another world', 'HTTP/1.1 999999 What\r\n\r\n'],
      ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nnono'],
      ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ])('is uncertain when the answer is %s', async (_name, answer) => {
      const { gateway } = await raw((socket) => socket.end(answer));
      expect(await send(gateway)).toMatchObject({ kind: 'uncertain' });
    });

    it.each([
      ['gzip', Buffer.from('1f8b0800000000000003', 'hex'), { 'Content-Encoding': 'gzip' }],
      [
        'a charset that nobody knows',
        Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
        { 'Content-Type': 'text/plain; charset=klingon' },
      ],
      ['NULs', Buffer.alloc(100), {}],
    ])('is uncertain when the body is %s', async (_name, body, headers) => {
      const server = use(
        await serveHttp((_request, response) => void response.writeHead(table.accepted.status, headers).end(body)),
      );
      expect(await send(gatewayAt(server))).toMatchObject({ kind: 'uncertain' });
    });

    it('reads no more than the start of an answer of 100 MB', async () => {
      const chunk = Buffer.alloc(65_536, 'x');
      let written = 0;
      let ended: Promise<unknown> = Promise.resolve();
      const server = use(
        await serveHttp((_request, response) => {
          ended = once(response, 'close');
          response.writeHead(200);
          const more = () => {
            while (written < 100 * 1024 * 1024 && !response.destroyed) {
              written += chunk.length;
              if (!response.write(chunk)) return void response.once('drain', more);
            }
            response.end();
          };
          more();
        }),
      );
      expect(await send(gatewayAt(server))).toMatchObject({ kind: 'uncertain' });
      await ended;
      // The kernel decides how much sockets buffer on both sides.
      expect(written).toBeLessThan(20 * 1024 * 1024);
    });

    it('is uncertain when the head of the answer never ends', async () => {
      const { gateway } = await raw((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const more = () => {
          while (!socket.destroyed && socket.write(`X-${'a'.repeat(1000)}: b\r\n`));
        };
        socket.on('drain', more);
        more();
      });
      expect(await send(gateway)).toMatchObject({ kind: 'uncertain' });
    });

    it('waits for the answer behind an early hint', async () => {
      const { gateway } = await raw(
        (socket) => void socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${yes()}`),
      );
      expect(await send(gateway)).toMatchObject({ kind: 'accepted' });
    });

    it('sends each SMS once, also over connections that close as they like', async () => {
      const { gateway, count } = await raw((socket) => {
        socket.write(yes());
        // The connection ends without notice: the next call may already use it.
        if (count.requests % 2 === 0) socket.destroySoon();
      });
      const kinds: string[] = [];
      for (let nth = 0; nth < 20; nth++) kinds.push((await send(gateway)).kind);
      const accepted = kinds.filter((kind) => kind === 'accepted').length;
      expect(kinds.filter((kind) => kind !== 'accepted' && kind !== 'uncertain')).toEqual([]);
      expect(count.requests).toBeGreaterThanOrEqual(accepted);
      expect(count.requests).toBeLessThanOrEqual(20);
    });

    it('makes many calls at once, each with its own answer', async () => {
      const { gateway, count } = await raw((socket) => void socket.write(yes()));
      const results = await Promise.all(Array.from({ length: 50 }, () => send(gateway)));
      expect(new Set(results.map((result) => result.kind))).toEqual(new Set(['accepted']));
      expect(count.requests).toBe(50);
    });
  });
}

function withType({ status, headers }: Answer): { status: number; headers: Record<string, string> } {
  return { status, headers: { 'Content-Type': 'text/plain', ...headers } };
}
