import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboundSms, SendResult, SmsGateway } from '../../src/gateways/gateway.ts';
import { type CallbackTable, expectNothingPrivate, SMS } from './kit.ts';
import { nobody, serveHttp, type TestServer } from './servers.ts';

/** A supplier's calls of many, as far as they differ from those of others. */
export interface ManyTable extends Pick<CallbackTable, 'name' | 'secrets'> {
  readonly create: (serverUrl: string) => SmsGateway;
  readonly path: string;
  /** Most SMS of one call by the supplier's documents. */
  readonly most: number;
  readonly status: number;
  /** The body of a response with these entries. */
  readonly answer: (entries: readonly object[]) => unknown;
  readonly accepted: (reference: string | null) => object;
  readonly gatewayMessageId: (reference: string) => string;
  readonly refused: (reference: string) => object;
  readonly refusal: Partial<SendResult>;
  /** Looks at the body of a request for these SMS. */
  readonly look: (body: unknown, sms: readonly OutboundSms[]) => void;
  /** Responses that refuse all of a call, and what they mean for each; null: each goes alone. */
  readonly refusals: readonly (readonly [
    name: string,
    status: number,
    body: unknown,
    result: Partial<SendResult> | null,
  ])[];
}

const ALONE = { kind: 'retry', reason: 'temporary', alone: true } as const;
const UNCERTAIN = { kind: 'uncertain' } as const;
const HTML = '<html><body>An error page of whatever stands in between</body></html>';

/** Results of each of many by pages of any server or proxy; null: each goes alone. */
const STATUSES: readonly (readonly [status: number, result: Partial<SendResult> | null])[] = [
  [200, UNCERTAIN],
  [204, UNCERTAIN],
  [301, null],
  [302, UNCERTAIN],
  [400, null],
  [401, { kind: 'retry', reason: 'auth', stopQueue: true }],
  [402, { kind: 'retry', reason: 'credit', stopQueue: true }],
  [403, { kind: 'retry', reason: 'auth', stopQueue: true }],
  [404, null],
  [405, null],
  [408, { kind: 'retry', reason: 'unreachable', stopQueue: false }],
  [413, null],
  [422, null],
  [429, { kind: 'retry', reason: 'throttled' }],
  [500, UNCERTAIN],
  [502, UNCERTAIN],
  [503, { kind: 'retry', reason: 'throttled' }],
  [504, UNCERTAIN],
];

/** The part of a response that is about one SMS. */
const FATES = [
  'accepted',
  'refused',
  'left out',
  'accepted twice',
  'accepted and refused',
  'named in capitals',
] as const;
type Fate = (typeof FATES)[number];

const smsOf = (nth: number): OutboundSms => ({
  ...SMS,
  reference: `019ab3c0-0000-7000-8000-${String(nth).padStart(12, 'a')}`,
  to: `+45203040${String(10 + (nth % 90))}`,
  text: `${SMS.text} ${nth}`,
});
const manyOf = (count: number) => Array.from({ length: count }, (_, nth) => smsOf(nth));

/** Calls for many SMS, over real sockets: what becomes of each. */
export function describeSendingMany(table: ManyTable): void {
  const { accepted, refused, refusal, status } = table;
  let server: TestServer;
  let gateway: SmsGateway;
  let respond: (response: ServerResponse, body: unknown) => void;
  let seen: { readonly path: string; readonly body: unknown }[];

  beforeEach(async () => {
    seen = [];
    server = await serveHttp(async (request, response) => {
      const body: unknown = JSON.parse(await read(request));
      seen.push({ path: request.url ?? '', body });
      respond(response, body);
    });
    gateway = table.create(server.url);
  });
  afterEach(async () => {
    await gateway.close();
    await server.close();
  });

  const send = async (sms: readonly OutboundSms[], signal = AbortSignal.timeout(60_000)) => {
    const results = (await gateway.sendMany?.(sms, { signal })) ?? [];
    expect(results).toHaveLength(sms.length);
    expectNothingPrivate(results, table.secrets);
    return results;
  };
  const answering = (body: unknown, code = status) => {
    respond = (response) => void response.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const entriesFor = (sms: OutboundSms, fate: Fate): object[] => {
    const { reference } = sms;
    if (fate === 'left out') return [];
    if (fate === 'accepted twice') return [accepted(reference), accepted(reference)];
    if (fate === 'accepted and refused') return [refused(reference), accepted(reference)];
    if (fate === 'named in capitals') return [accepted(reference.toUpperCase())];
    return [fate === 'accepted' ? accepted(reference) : refused(reference)];
  };
  const expected = (fate: Fate): Partial<SendResult> => {
    if (fate === 'refused') return refusal;
    return fate === 'left out' || fate === 'accepted and refused' ? UNCERTAIN : { kind: 'accepted' };
  };

  describe(`${table.name}: many in one call`, () => {
    it('are sent in one request, with the number of the document at the most', async () => {
      const sms = manyOf(3);
      answering(table.answer(sms.map(({ reference }) => accepted(reference))));
      const results = await send(sms);
      expect(results).toMatchObject(
        sms.map(({ reference }) => ({ kind: 'accepted', gatewayMessageId: table.gatewayMessageId(reference) })),
      );
      expect(seen.map(({ path }) => path)).toEqual([table.path]);
      table.look(seen[0]?.body, sms);
      expect(gateway.capabilities.maxPerCall).toBe(table.most);
    });

    it('each have exactly the end that the response gives them, in whatever order it names them', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 12 }),
          fc.boolean(),
          fc.boolean(),
          async (fates, strangers, reversed) => {
            const sms = manyOf(fates.length);
            const entries = sms.flatMap((each, nth) => entriesFor(each, fates[nth] ?? 'left out'));
            if (strangers) entries.push(accepted('another'), accepted(null), refused('a third'), {});
            answering(table.answer(reversed ? entries.toReversed() : entries));
            expect(await send(sms)).toMatchObject(fates.map(expected));
          },
        ),
        { numRuns: 60 },
      );
    });

    it('are uncertain, or as the whole response says, wherever it is cut', async () => {
      const sms = manyOf(4);
      const whole = JSON.stringify(table.answer(sms.map(({ reference }) => accepted(reference))));
      for (const part of [0, 0.2, 0.5, 0.9]) {
        respond = (response) => {
          response.writeHead(status, { 'Content-Length': Buffer.byteLength(whole) });
          response.write(whole.slice(0, Math.ceil(part * whole.length)) || ' ', () => response.destroy());
        };
        expect(await send(sms)).toMatchObject(sms.map(() => UNCERTAIN));
      }
    });

    it('are all uncertain when no response comes in time', async () => {
      const time = new AbortController();
      respond = () => time.abort();
      const sms = manyOf(3);
      expect(await send(sms, time.signal)).toMatchObject(sms.map(() => UNCERTAIN));
    });

    it('were not sent where no server listens', async () => {
      const nowhere = table.create(await nobody());
      const sms = manyOf(2);
      const results = await nowhere.sendMany?.(sms, { signal: AbortSignal.timeout(60_000) });
      expect(results).toMatchObject(sms.map(() => ({ kind: 'retry', reason: 'unreachable', stopQueue: false })));
      await nowhere.close();
    });

    it.each(STATUSES)('an unknown page with %i', async (code, result) => {
      answering(code === 204 ? '' : HTML, code);
      const sms = manyOf(2);
      expect(await send(sms)).toMatchObject(sms.map(() => result ?? ALONE));
    });

    it.each(table.refusals)('%s', async (_name, code, body, result) => {
      answering(body, code);
      const sms = manyOf(2);
      expect(await send(sms)).toMatchObject(sms.map(() => result ?? ALONE));
    });

    it('go without one that must arrive too soon', async () => {
      const sms = [smsOf(1), { ...smsOf(2), validUntil: new Date('2026-11-24T08:00:30Z') }, smsOf(3)];
      respond = (response, body) => {
        const named = sms.filter(({ reference }) => JSON.stringify(body).includes(reference));
        const entries = named.map(({ reference }) => accepted(reference));
        response.writeHead(status).end(JSON.stringify(table.answer(entries)));
      };
      expect(await send(sms)).toMatchObject([
        { kind: 'accepted' },
        { kind: 'retry', code: 'validity', notCalled: true },
        { kind: 'accepted' },
      ]);
      expect(await send([sms[1] ?? SMS])).toMatchObject([{ code: 'validity', notCalled: true }]);
      expect(seen).toHaveLength(1);
    });

    it('have their results read to the last, as many as one call takes', async () => {
      const sms = manyOf(table.most);
      answering(table.answer(sms.map(({ reference }) => accepted(reference))));
      expect(new Set((await send(sms)).map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    });
  });
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(request, 'end');
  return Buffer.concat(chunks).toString();
}
