import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  DeliveryEvent,
  GatewayContext,
  GatewayFactory,
  InboundEvent,
  OutboundSms,
  RawCallback,
  SendResult,
  SmsGateway,
} from '../../src/gateways/gateway.ts';
import { GatewaySettings } from '../../src/gateways/settings.ts';

export const NOW = new Date('2026-11-24T08:00:00Z');
export const CONTEXT: GatewayContext = { publicUrl: 'https://sms.example.dk', now: () => NOW };

export const SMS: OutboundSms = {
  reference: '019ab3c0-0000-7000-8000-000000000001',
  to: '+4520304050',
  from: 'Sundhed',
  text: 'Husk din tid på Rigshospitalet tirsdag d. 1. december kl. 9.00. Æblegrød & €5.',
  encoding: 'gsm7',
  validUntil: new Date('2026-11-24T10:00:00Z'),
};

/** A callback of the kind that its path says, unless the parts say another. */
export function callback(parts: Partial<RawCallback> = {}): RawCallback {
  const kind = parts.path?.endsWith('/inbound') ? 'inbound' : 'receipts';
  return { kind, method: 'GET', path: '/', query: {}, headers: {}, body: new Uint8Array(), ...parts };
}

/** @throws when a setting is missing or wrong */
export function createGateway(
  factory: GatewayFactory,
  env: Readonly<Record<string, string>>,
  context = CONTEXT,
): SmsGateway {
  const settings = new GatewaySettings(factory.id, (name) => env[name] ?? null);
  const make = factory.read(settings, context);
  if (settings.faults.length > 0) throw new Error(settings.faults.join('\n'));
  return make();
}

/** Faults of a factory's settings. */
export function faultsOf(factory: GatewayFactory, env: Readonly<Record<string, string>>): readonly string[] {
  const settings = new GatewaySettings(factory.id, (name) => env[name] ?? null);
  factory.read(settings, CONTEXT);
  return settings.faults;
}

export function sendTo(
  gateway: SmsGateway,
  sms: Partial<OutboundSms> = {},
  signal = AbortSignal.timeout(60_000),
): Promise<SendResult> {
  return gateway.send({ ...SMS, ...sms }, { signal });
}

/**
 * Asserts that a result contains neither the citizen's number and text nor a secret, since results are logged, stored
 * in clear and shown.
 */
export function expectNothingPrivate(shown: unknown, secrets: readonly string[]): void {
  const text = JSON.stringify(shown);
  for (const word of [SMS.to, SMS.to.slice(1), SMS.to.slice(3), SMS.text, SMS.text.slice(0, 12), ...secrets])
    expect(text).not.toContain(word);
}

/** What is specific to one supplier's callbacks. */
export interface CallbackTable {
  readonly name: string;
  readonly create: () => SmsGateway;
  /** Secrets of its settings, which must never appear. */
  readonly secrets: readonly string[];
  readonly genuine: { readonly receipt: RawCallback; readonly inbound: RawCallback };
  readonly forged: Readonly<Record<string, RawCallback>>;
  readonly receipts: readonly (readonly [name: string, callback: RawCallback, event: Partial<DeliveryEvent>])[];
  readonly noReceipts: Readonly<Record<string, RawCallback>>;
  readonly inbound: readonly (readonly [name: string, callback: RawCallback, event: Partial<InboundEvent>])[];
  readonly noInbound: Readonly<Record<string, RawCallback>>;
  /** Callbacks with several receipts, in their order. */
  readonly batches?: readonly (readonly [
    name: string,
    callback: RawCallback,
    events: readonly Partial<DeliveryEvent>[],
  ])[];
}

/** Callbacks of the supplier with the expected receipts. */
export function describeCallbacks(table: CallbackTable): void {
  const gateway = table.create();

  describe(`${table.name}: whose callback it is`, () => {
    it.each(Object.entries(table.genuine))('believes and acknowledges a genuine %s', (_kind, genuine) => {
      expect(gateway.verify(genuine)).toBe(true);
      expect(gateway.verifyHead?.(genuine)).not.toBe(false);
      expect(gateway.acknowledge(genuine).status).toBe(200);
    });

    it.each(Object.entries(table.forged))('does not believe %s', (_name, forged) => {
      expect(gateway.verify(forged)).toBe(false);
      expect(gateway.verifyHead?.(forged)).not.toBe(true);
    });

    it('is told by the kind of its route, never by what its path looks like', () => {
      for (const one of [...Object.values(table.genuine), ...Object.values(table.forged)])
        for (const path of ['/', '/v1/callbacks/x/receipts', '/v1/callbacks/x/inbound', '/v1/callbacks/x/inboun%64']) {
          const elsewhere = { ...one, path };
          if (!gateway.verify(one)) expect(gateway.verify(elsewhere)).toBe(false);
          expect(gateway.repeatKey?.(elsewhere)).toEqual(gateway.repeatKey?.(one));
          expect(gateway.acknowledge(elsewhere)).toEqual(gateway.acknowledge(one));
        }
    });
  });

  describe(`${table.name}: receipts`, () => {
    it.each(table.receipts)('%s', (_name, receipt, event) => {
      const events = gateway.readReceipts(receipt);
      expect(events).toEqual([expect.objectContaining(event)]);
      expectNothingPrivate(events, table.secrets);
    });

    it('the same, when it comes again', () => {
      const { receipt } = table.genuine;
      const again = { ...receipt, headers: { ...receipt.headers, 'x-retry': '1' } };
      expect(gateway.readReceipts(receipt)).toHaveLength(1);
      expect(gateway.readReceipts(again)).toEqual(gateway.readReceipts(receipt));
    });

    it.each(table.batches ?? [])('several in one: %s', (_name, batch, expected) => {
      const events = gateway.readReceipts(batch);
      expect(events).toEqual(expected.map((event) => expect.objectContaining(event)));
      expectNothingPrivate(events, table.secrets);
    });

    it.each(Object.entries(table.noReceipts))('reads nothing out of %s', (_name, other) => {
      expect(gateway.readReceipts(other)).toEqual([]);
    });
  });

  describe(`${table.name}: what a citizen wrote`, () => {
    it.each(table.inbound)('%s', (_name, inbound, event) => {
      expect(gateway.readInbound(inbound)).toEqual([expect.objectContaining(event)]);
    });

    it('the same, when it comes again', () => {
      const { inbound } = table.genuine;
      const again = { ...inbound, headers: { ...inbound.headers, 'x-retry': '1' } };
      expect(gateway.readInbound(inbound)).toHaveLength(1);
      expect(gateway.readInbound(again)).toEqual(gateway.readInbound(inbound));
    });

    it.each(Object.entries(table.noInbound))('reads nothing out of %s', (_name, other) => {
      expect(gateway.readInbound(other)).toEqual([]);
    });
  });

  it(`${table.name}: nothing that comes in makes it throw, and no guess is believed`, () => {
    const known = [table.genuine.receipt, table.genuine.inbound];
    const names = fc.constantFrom(
      'x',
      ...known.flatMap(({ query, headers }) => [...Object.keys(query), ...Object.keys(headers)]),
    );
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...known.flatMap(({ query }) => Object.values(query)), ''),
    );
    const strange = fc.record({
      kind: fc.constantFrom('receipts' as const, 'inbound' as const),
      method: fc.constantFrom('GET', 'POST'),
      path: fc.webPath(),
      query: fc.dictionary(names, words, { maxKeys: 8 }),
      headers: fc.dictionary(names, words, { maxKeys: 8 }),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((json) => Buffer.from(json)),
      ),
    });
    fc.assert(
      fc.property(strange, (one) => {
        for (const { state } of gateway.readReceipts(one))
          expect(['accepted', 'delivered', 'undelivered', 'unknown']).toContain(state);
        for (const { text, from } of gateway.readInbound(one))
          expect([typeof text, typeof from]).toEqual(['string', 'string']);
        const guess = { ...one.query, token: 'guess', signature: 'guess' };
        expect(gateway.verify({ ...one, query: guess, headers: {} })).toBe(false);
      }),
    );
  });
}
