import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type {
  CallbackKind,
  DeliveryEvent,
  InboundEvent,
  RawCallback,
  SupplierFailure,
} from '../../src/gateways/gateway.ts';
import { inmobile } from '../../src/gateways/inmobile.ts';
import { FetchMemory, fetchOnce } from '../../src/operations/fetch.ts';
import { applyWaitingInbound } from '../../src/replies/apply-waiting.ts';
import { createGateway } from '../gateways/kit.ts';
import { serveHttp } from '../gateways/servers.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { describeDatabases } from '../support/database.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { later, MINUTE } from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';

interface Shelf {
  receipts: unknown[][];
  inbound: unknown[][];
}

/** A gateway that gives out each thing once. */
class OnceGateway extends ScriptedGateway {
  readonly shelf: Shelf = { receipts: [], inbound: [] };
  reads = 0;
  reading: Promise<void> = Promise.resolve();
  broken = false;
  brokenBy: string | null = null;
  refused = false;
  afterReading: () => Promise<unknown> = async () => {};

  async poll(kind: CallbackKind): Promise<RawCallback | SupplierFailure | null> {
    if (this.refused) return { failedWith: '403' };
    const given = this.shelf[kind].shift();
    this.reads++;
    await this.reading;
    if (given === undefined) return null;
    await this.afterReading();
    return { kind, method: 'GET', path: kind, query: {}, headers: {}, body: Buffer.from(JSON.stringify(given)) };
  }

  override readReceipts({ body }: RawCallback): readonly DeliveryEvent[] {
    if (this.broken) throw new Error('a bug');
    return (JSON.parse(Buffer.from(body).toString()) as string[]).map((reference) => ({
      ...{ reference, gatewayMessageId: null, state: 'delivered', cause: null, code: 'd', at: null, segments: null },
    }));
  }

  override readInbound({ body }: RawCallback): readonly InboundEvent[] {
    if (this.broken || (this.brokenBy !== null && Buffer.from(body).includes(this.brokenBy))) throw new Error('a bug');
    return (JSON.parse(Buffer.from(body).toString()) as string[]).map((said) => {
      const [from = '', text = ''] = said.split(': ');
      return { gatewayMessageId: null, from, to: null, text, at: null };
    });
  }
}

describeDatabases('what a supplier gives out once', (_open, kind) => {
  let app: TestApp;
  let gateway: OnceGateway;
  beforeEach(async () => {
    gateway = new OnceGateway();
    app = await openTestApp(kind, { gateways: [gateway] });
  });
  afterEach(() => app.close());

  const alone = kind === 'embedded';
  const read = (memory = new FetchMemory()) => {
    const timers = { ...app.deps.timers, after: (_ms: number, work: () => void) => app.deps.timers.after(0, work) };
    return fetchOnce({ ...app.deps, timers }, app.deps.receipts, { alone, stopping: () => false }, memory);
  };
  const callbacks = () => app.db.selectFrom('callback').selectAll().orderBy('kind').orderBy('phone_hash').execute();
  const inbound = async () => (await app.db.selectFrom('inbound_message').selectAll().execute()).length;
  const references = Array.from(
    { length: 250 },
    (_, nth) => `019ab3c0-0000-7000-8000-${String(nth).padStart(12, '0')}`,
  );

  it('is read until nothing is left, and applied', async () => {
    gateway.shelf.receipts.push(references, ['x']);
    gateway.shelf.inbound.push(['+4520111111: STOP', '+4520222222: Hej']);
    await read();
    await app.deps.receipts.idle();
    expect(await inbound()).toBe(2);
    expect((await callbacks()).map(({ kind, applied_at }) => [kind, applied_at !== null])).toEqual([
      ['inbound', true],
      ['inbound', true],
      ['inbound', true],
      ['receipt', true],
      ['receipt', true],
    ]);
    const before = gateway.reads;
    await read();
    expect(gateway.reads).toBe(before + 2);
  });

  it('is of another message in each batch of inMobile, whose reports say the same of all', async () => {
    const batches = references
      .slice(0, 3)
      .map((messageId) => JSON.stringify({ reports: [{ messageId, deliveryInfo: { stateCode: 1, errorCode: 0 } }] }));
    const server = await serveHttp((request, response) =>
      response.end(request.url?.includes('reports') ? (batches.shift() ?? '{"reports":[]}') : '{"messages":[]}'),
    );
    const once = createGateway(inmobile, {
      ...{ INMOBILE_API_KEY: 'inmobile-api-key', INMOBILE_CALLBACK_TOKEN: 'inmobile-callback-token-77aa' },
      ...{ INMOBILE_BASE_URL: server.url, INMOBILE_REPORTS: 'pull' },
    });
    const applied: (string | null)[] = [];
    const receipts = {
      applyStored: (_gateway: unknown, _id: string, callback: RawCallback) =>
        applied.push(...once.readReceipts(callback).map(({ reference }) => reference)),
      awaitsUnproven: async () => false,
    };
    await fetchOnce({ ...app.deps, gateways: [once] }, receipts, { alone, stopping: () => false });
    expect(applied).toEqual(references.slice(0, 3));
    expect(await callbacks()).toHaveLength(3);
    await once.close();
    await server.close();
  });

  it('is no repeat of what came in the same bytes as another kind', async () => {
    gateway.shelf.inbound.push(['+4520111111: STOP']);
    gateway.shelf.receipts.push(['+4520111111: STOP']);
    await read();
    await app.deps.receipts.idle();
    expect((await callbacks()).map(({ kind }) => kind)).toEqual(['inbound', 'inbound', 'receipt']);
  });

  it('keeps each reply with its own number alone, so that erasing one erases no other', async () => {
    gateway.shelf.inbound.push(['+4520111111: STOP', '+4520222222: Hej']);
    await read();
    const rows = await callbacks();
    const opened = rows.map(({ id, raw_ciphertext: raw }) =>
      raw === null ? '' : app.deps.keyring.cipher.decrypt('', 'callback.raw', id, raw),
    );
    const held = opened.map((raw) => ['+4520111111', '+4520222222'].filter((number) => raw.includes(number)));
    expect(held.sort()).toEqual([[], ['+4520111111'], ['+4520222222']]);
    expect(rows.map(({ phone_hash: hash }) => hash === null)).toEqual([false, false, true]);
  });

  it('is stored before it is looked at: what could not be read is not lost', async () => {
    gateway.shelf.inbound.push(['+4520111111: STOP']);
    gateway.shelf.receipts.push(references);
    gateway.broken = true;
    await expect(read()).rejects.toThrow('a bug');
    expect((await callbacks()).map(({ kind, applied_at }) => [kind, applied_at])).toEqual([['inbound', null]]);
    gateway.broken = false;
    app.clock.now = later(MINUTE, app.clock.now);
    expect(await applyWaitingInbound(app.deps, app.clock.now)).toEqual({ fetched: 1, parts: 0 });
    expect(await inbound()).toBe(1);
    expect(await applyWaitingInbound(app.deps, app.clock.now)).toEqual({ fetched: 0, parts: 0 });
  });

  it('is applied though one before it fails every time', async () => {
    gateway.shelf.inbound.push(['+4520111111: bad'], ['+4520222222: STOP']);
    gateway.broken = true;
    for (let reads = 0; reads < 2; reads++) await expect(read()).rejects.toThrow('a bug');
    gateway.broken = false;
    gateway.brokenBy = 'bad';
    app.clock.now = later(MINUTE, app.clock.now);
    expect(await applyWaitingInbound(app.deps, app.clock.now)).toEqual({ fetched: 2, parts: 0 });
    expect(await inbound()).toBe(1);
    expect(await applyWaitingInbound(app.deps, app.clock.now)).toEqual({ fetched: 1, parts: 0 });
  });

  // The embedded database has one connection. A test that is skipped counts as failed where everything is installed.
  const itOnServer = alone ? () => {} : it;
  itOnServer(
    'is applied though as many as two thousand before it fail every time, and one can not even be opened',
    async () => {
      gateway.shelf.inbound.push(['+4520111111: bad'], ['+4520222222: STOP']);
      gateway.broken = true;
      await expect(read()).rejects.toThrow('a bug');
      // Copies are bound to another row: their content can't be decrypted.
      await sql`insert into callback (id, gateway, kind, dedupe_key, raw_ciphertext, received_at)
      select gen_random_uuid(), gateway, kind, dedupe_key || n::text::bytea, raw_ciphertext, received_at
      from callback, generate_series(1, 1999) n`.execute(app.db);
      app.clock.now = later(1, app.clock.now);
      await expect(read()).rejects.toThrow('a bug');
      gateway.broken = false;
      gateway.brokenBy = 'bad';
      app.clock.now = later(MINUTE, app.clock.now);
      const memory = { fetched: null, parts: null };
      expect(await applyWaitingInbound(app.deps, app.clock.now, memory)).toEqual({ fetched: 2000, parts: 0 });
      expect(await applyWaitingInbound(app.deps, app.clock.now, memory)).toEqual({ fetched: 1, parts: 0 });
      expect(await inbound()).toBe(1);
      expect(await applyWaitingInbound(app.deps, app.clock.now, memory)).toEqual({ fetched: 2000, parts: 0 });
    },
  );

  it('is applied once when a process died in the middle of it', async () => {
    gateway.shelf.inbound.push(['+4520111111: STOP', '+4520222222: Hej']);
    await read();
    await app.db.updateTable('callback').set({ note: null }).execute();
    const whole = (await callbacks()).find(({ phone_hash: hash }) => hash === null);
    const raw = JSON.stringify({
      ...{ method: 'GET', path: 'inbound', query: {}, headers: {} },
      body: Buffer.from(JSON.stringify(['+4520111111: STOP', '+4520222222: Hej'])).toString('base64'),
    });
    const id = whole?.id ?? '';
    const again = { applied_at: null, raw_ciphertext: app.deps.keyring.cipher.encrypt('', 'callback.raw', id, raw) };
    await update(app.db, 'callback', { id }, again);
    app.clock.now = later(MINUTE, app.clock.now);
    await applyWaitingInbound(app.deps, app.clock.now);
    expect(await inbound()).toBe(2);
  });

  it('is seen not to be read where the supplier refuses: counted each time, logged once in a while', async () => {
    gateway.refused = true;
    const memory = new FetchMemory();
    for (let runs = 0; runs < 3; runs++) await read(memory);
    const { values } = await app.deps.metrics.questionsUnanswered.get();
    const ofGateway = values.filter(({ labels }) => labels.gateway === gateway.id);
    const found = ofGateway.map(({ labels, value }) => [labels.question, value]).sort();
    expect(found).toEqual(
      expect.arrayContaining([
        ['inbound', 3],
        ['receipts', 3],
      ]),
    );
    const told = app.logged
      .map(String)
      .filter((line) => line.includes('did not respond to a request for reports or replies'));
    expect(told.map((line) => line.includes('403'))).toEqual([true, true]);
  });

  it('is kept while the database takes nothing, and stored before more is read', async () => {
    gateway.shelf.inbound.push(['+4520111111: STOP'], ['+4520222222: STOP']);
    gateway.afterReading = () => sql`alter table callback rename to callback_away`.execute(app.db);
    const memory = new FetchMemory();
    const back = () => sql`alter table callback_away rename to callback`.execute(app.db);
    await expect(read(memory)).rejects.toThrow();
    await back();
    expect(gateway.shelf.inbound).toHaveLength(1);
    gateway.afterReading = async () => {};
    await read(memory);
    expect([await inbound(), gateway.shelf.inbound.length]).toEqual([2, 0]);
  });

  itOnServer('is stored over another connection when the one that was to store it breaks', async () => {
    gateway.shelf.inbound.push(['+4520111111: STOP']);
    gateway.afterReading = () =>
      sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()`.execute(
        app.db,
      );
    await read();
    expect(await inbound()).toBe(1);
  });

  it('that can’t be read stays stored, for a person to look at', async () => {
    gateway.shelf.inbound.push([]);
    await read();
    expect(await callbacks()).toMatchObject([{ note: 'unreadable', raw_ciphertext: expect.anything() }]);
  });

  it('is kept of a batch only where a message has an odd sender, by whose number its erasure finds it', async () => {
    const [odd, plain] = ['+4520333333', '+4520444444'];
    gateway.shelf.inbound.push(['+4520\n333333: Hej', `${plain}: STOP`]);
    await read();
    const hash = app.deps.keyring.phoneHash(odd);
    expect(await kept()).toEqual([
      { note: null, phone_hash: app.deps.keyring.phoneHash(plain) },
      { note: 'unreadable', phone_hash: hash },
    ]);
    await app.makeAuthority('rh');
    await app.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: odd } });
    expect((await kept()).map(({ note }) => note)).toEqual([null]);
  });

  /** Callbacks whose content is not forgotten. */
  const kept = () =>
    app.db
      .selectFrom('callback')
      .select(['note', 'phone_hash'])
      .where('raw_ciphertext', 'is not', null)
      .orderBy('note', (by) => by.asc().nullsFirst())
      .execute();

  itOnServer('is read by one process at a time', async () => {
    let goOn = () => {};
    gateway.reading = new Promise((resolve) => {
      goOn = resolve;
    });
    gateway.shelf.receipts.push(references);
    const first = read();
    while (gateway.reads === 0) await new Promise((resolve) => setImmediate(resolve));
    const inbetween = gateway.reads;
    const second = read();
    // The other kind is free for the second one; then it ends.
    while (gateway.reads < inbetween) await new Promise((resolve) => setImmediate(resolve));
    goOn();
    await Promise.all([first, second]);
    await app.deps.receipts.idle();
    expect((await callbacks()).filter((row) => row.kind === 'receipt')).toHaveLength(1);
  });
});
