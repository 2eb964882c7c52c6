import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SmsGateway } from '../../src/gateways/gateway.ts';
import { inmobile } from '../../src/gateways/inmobile.ts';
import { fetchOnce } from '../../src/operations/fetch.ts';
import { callback, createGateway } from '../gateways/kit.ts';
import { serveHttp } from '../gateways/servers.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { describeDatabases } from '../support/database.ts';
import { later, MINUTE } from '../support/sending.ts';
import { StoredRows } from '../support/stored-rows.ts';

const TOKEN = 'inmobile-callback-token-77aa';
const PHONE = '+4520123456';
const STRANGER = '019ab3c0-0000-7000-8000-000000000001';
const reported = (messageId: string, stateCode = 1) => ({ messageId, deliveryInfo: { stateCode } });

describeDatabases('reports that inMobile posts to the address of another message', (_open, kind) => {
  let server: Awaited<ReturnType<typeof serveHttp>>;
  let gateway: SmsGateway;
  let app: TestApp;
  let rows: StoredRows;
  /** What inMobile gives out once, a list a call. */
  let shelf: object[][];
  let asked: string[];
  beforeEach(async () => {
    [shelf, asked] = [[], []];
    server = await serveHttp((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(JSON.stringify({ reports: shelf.shift() ?? [] }));
    });
    gateway = createGateway(inmobile, {
      ...{ INMOBILE_API_KEY: 'inmobile-api-key', INMOBILE_CALLBACK_TOKEN: TOKEN, INMOBILE_BASE_URL: server.url },
    });
    app = await openTestApp(kind, { gateways: [gateway] });
    rows = new StoredRows(app.db, app.clock.now, app.deps.keyring);
    await app.makeAuthority('rh');
    await app.makeSource('rh', 'rh');
  });
  afterEach(async () => {
    await app.close();
    await server.close();
  });

  const accepted = async () => {
    const reminder = await rows.reminder('rh', await rows.appointment('rh', PHONE), { status: 'handed_over' });
    return rows.message('rh', reminder, PHONE, { gateway: 'inmobile', status: 'accepted' });
  };
  const statusOf = async (id: string) =>
    (await app.db.selectFrom('message').select('status').where('id', '=', id).executeTakeFirstOrThrow()).status;
  /** Posts reports to the address of the first one's message. */
  const post = async (...reports: readonly ReturnType<typeof reported>[]) => {
    const reference = reports[0]?.messageId ?? '';
    const signature = createHmac('sha256', TOKEN).update(`receipt ${reference}`).digest('base64url');
    const body = Buffer.from(JSON.stringify({ reports }));
    const path = '/v1/callbacks/inmobile/receipts';
    await app.deps.receipts.accept(gateway, callback({ method: 'POST', path, query: { reference, signature }, body }));
    await app.deps.receipts.idle();
  };
  const fetchNow = async () => {
    const before = asked.length;
    await fetchOnce(app.deps, app.deps.receipts, { alone: kind === 'embedded', stopping: () => false });
    await app.deps.receipts.idle();
    return asked.slice(before);
  };
  const advance = (ms: number) => {
    app.clock.now = later(ms, app.clock.now);
  };
  const RECEIPTS = 'GET /sms/outgoing/reports?limit=250';

  it('decide nothing, and are fetched from its list, whose word counts', async () => {
    const [own, other] = [await accepted(), await accepted()];
    await post(reported(own), reported(other, -1));
    expect([await statusOf(own), await statusOf(other)]).toEqual(['delivered', 'accepted']);
    shelf.push([reported(other)]);
    expect(await fetchNow()).toEqual([RECEIPTS, RECEIPTS]);
    expect(await statusOf(other)).toBe('delivered');
    expect(await fetchNow()).toEqual([]);
  });

  it('are asked for during five minutes at most, and not again for the same message within the hour', async () => {
    const [own, other] = [await accepted(), await accepted()];
    await post(reported(own), reported(other));
    advance(5 * MINUTE - 1);
    expect(await fetchNow()).toEqual([RECEIPTS]);
    await post(reported(own), reported(other));
    advance(1);
    expect(await fetchNow()).toEqual([]);
    advance(54 * MINUTE);
    await post(reported(own), reported(other));
    expect(await fetchNow()).toEqual([]);
    advance(MINUTE);
    await post(reported(own), reported(other));
    expect(await fetchNow()).toEqual([RECEIPTS]);
  });

  it('have nothing fetched where none is of a message of this gateway that still waits', async () => {
    expect(await fetchNow()).toEqual([]);
    const [own, done] = [await accepted(), await accepted()];
    await post(reported(done));
    const reminder = await rows.reminder('rh', await rows.appointment('rh', PHONE), { status: 'handed_over' });
    const elsewhere = await rows.message('rh', reminder, PHONE, { gateway: 'link', status: 'accepted' });
    await post(reported(own), ...[done, elsewhere, STRANGER, 'no-id', PHONE].map((id) => reported(id)));
    expect(await fetchNow()).toEqual([]);
  });
});
