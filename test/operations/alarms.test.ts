import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { openDatabase } from '../../src/database/connect.ts';
import type { Service } from '../../src/service.ts';
import { eventually } from '../kannel/eventually.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { ACCEPTED, AUTH, RETRY, UNCERTAIN } from '../support/gateway.ts';
import { type FaultProxy, openProxy } from '../support/proxy.ts';
import { type Course, hasPromtool, judge, type Scrape } from './alarms.ts';
import { Site, scrape } from './site.ts';

const installed = await hasPromtool();
if (!installed)
  process.stderr.write(
    'test/operations/alarms.test.ts is skipped: promtool (Debian package prometheus) is not on this machine\n',
  );

/** Between two scrapes of a pair: longer than an answer about the database is kept. */
const APART_MS = 5_200;
const TWO_MINUTES = 8;
const AN_HOUR = 240;

const phone = (index: number) => `+4520${String(200_000 + index)}`;

async function look(service: Service): Promise<Scrape> {
  const figures = await scrape(service).catch(() => null);
  return { atMs: systemClock.monotonic(), figures };
}

/** Two scrapes, with `meanwhile` again and again in between, until enough has come of it. */
async function pair(
  service: Service,
  meanwhile: () => Promise<unknown> = async () => {},
  enough: () => boolean = () => true,
): Promise<[Scrape, Scrape]> {
  const first = await look(service);
  while (systemClock.monotonic() - first.atMs < APART_MS || !enough()) {
    await meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  return [first, await look(service)];
}

describe.skipIf(!installed)('within two minutes an operator is told', { timeout: 180_000 }, () => {
  let proxy: FaultProxy;
  let url: string;
  let drop: () => Promise<void>;
  let site: Site;
  let service: Service;
  let quiet: [Scrape, Scrape];
  let booked = 0;

  const fault = (name: string, during: [Scrape, Scrape], expected: readonly string[]): Course => ({
    ...{ name, quiet, fault: during, expected },
    faultSteps: TWO_MINUTES,
  });
  const bookOne = (ms = 200, on = service) => site.book(on, `A-${++booked}`, ms, phone(booked));

  /** So many calls more than now. */
  function called(times: number): () => boolean {
    const before = site.gateway.sent.length;
    return () => site.gateway.sent.length >= before + times;
  }

  /** The gateway takes all again, and the queue has seen it. */
  async function opens(): Promise<void> {
    site.gateway.script(ACCEPTED);
    await bookOne();
    await eventually(async () =>
      expect((await scrape(service)).get('easysms_gateway_circuit_open{gateway="scripted"}')).toBe(0),
    );
  }

  beforeAll(async () => {
    const postgres = await createEmptyPostgres();
    ({ url, drop } = postgres);
    proxy = await openProxy(url);
    site = new Site();
    service = await site.start(proxy.url);
    await site.setUp(service);
    await eventually(async () => expect(await bookOne()).toBe(202));
    await eventually(() => expect(site.gateway.sent.length).toBeGreaterThan(0));
    quiet = await pair(service, async () => {
      await bookOne();
      const last = site.gateway.sent.at(-1);
      await fetch(
        `${service.url}/v1/callbacks/scripted/receipts?${new URLSearchParams({ token: 'test-token', reference: last?.reference ?? '', state: 'delivered' })}`,
      );
    });
  });
  afterAll(async () => {
    proxy.restore();
    await site.stop();
    await proxy.close();
    await drop();
  });

  it('nothing, for an hour, while all is well', async () => {
    await judge([{ name: 'quiet', quiet, fault: quiet, faultSteps: AN_HOUR, expected: null }]);
  });

  it('of a gateway that answers nothing clear, and of one that fails', async () => {
    site.gateway.script(UNCERTAIN);
    const uncertain = await pair(service, bookOne, called(8));
    await opens();
    site.gateway.script(RETRY);
    const failing = await pair(service, bookOne, called(8));
    await opens();
    await judge([
      fault('uncertain', uncertain, ['EasysmsUncertain', 'EasysmsGatewayFailing']),
      fault('failing', failing, ['EasysmsGatewayFailing']),
    ]);
  });

  it('of a reminder that can not be prepared, and of posts that are refused', async () => {
    const { db, close } = await openDatabase({ databaseUrl: url });
    const id = `A-${booked + 1}`;
    await bookOne(1_500);
    await sql`update appointment set phone_ciphertext = '\\x00' where reference = ${id}`.execute(db);
    await eventually(async () => {
      const { rows } = await sql`select reason from reminder where status = 'suppressed'`.execute(db);
      expect(rows).toEqual([{ reason: 'internal_error' }]);
    });
    await close();
    const during = await pair(service, () => site.post(service, { type: 'appointment.booked' }, 'not-the-token'));
    await judge([fault('poison and refusals', during, ['EasysmsRemindersQuarantined', 'EasysmsIntakeRefusing'])]);
  });

  it('of clocks that are apart, of a tick that does not come, and of a worker that is not there', async () => {
    const ahead: Clock = {
      now: () => new Date(systemClock.now().getTime() + 40_000),
      monotonic: systemClock.monotonic,
    };
    const apart = await site.start(url, {}, ahead);
    const stuck = await site.start(url, { EASYSMS_DISPATCH_CRON: '0 0 0 1 1 *' });
    const api = await site.start(url, { EASYSMS_ROLE: 'api' });
    await eventually(async () => expect((await scrape(apart)).get('easysms_sending_held')).toBe(1));
    const [ofApart, ofStuck, ofApi] = await Promise.all([pair(apart), pair(stuck), pair(api)]);
    await judge([
      fault('clocks apart', ofApart, ['EasysmsClocksApart', 'EasysmsSendingHeld']),
      fault('no tick', ofStuck, ['EasysmsSchedulerStuck']),
      fault('no worker', ofApi, ['EasysmsNoWorker']),
    ]);
    await Promise.all([apart.stop(), stuck.stop(), api.stop()]);
  });

  it('of a database that is away', async () => {
    proxy.cut();
    const away = await pair(service, bookOne);
    proxy.restore();
    await eventually(async () => expect(await bookOne()).toBe(202));
    await judge([
      fault('database away', away, ['EasysmsDatabaseUnreachable', 'EasysmsIntakeFailing', 'EasysmsJobFailing']),
    ]);
  });

  it('of a gateway that refuses our credentials, and of a process that is gone', async () => {
    site.gateway.script(AUTH);
    await bookOne();
    await eventually(async () =>
      expect((await scrape(service)).get('easysms_gateway_circuit_open{gateway="scripted"}')).toBe(1),
    );
    await eventually(async () =>
      expect((await scrape(service)).get('easysms_reminders_due_oldest_seconds')).toBeGreaterThan(1),
    );
    const refused = await pair(service, bookOne);
    await site.stop();
    const gone = await pair(service);
    await judge([
      fault('credentials', refused, ['EasysmsGatewayCircuitOpen', 'EasysmsNothingHandedOver']),
      fault('gone', gone, ['EasysmsDown']),
    ]);
  });
});
