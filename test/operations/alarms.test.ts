import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { LOCK_KEYS, ONLY_LOCK } from '../../src/database/lock-keys.ts';
import type { SendResult } from '../../src/gateways/gateway.ts';
import { FRESH_MS } from '../../src/operations/gauges.ts';
import type { Service } from '../../src/service.ts';
import { createEmptyPostgres } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { ACCEPTED, AUTH, RETRY, type Script, UNCERTAIN } from '../support/gateway.ts';
import { Installation, MovableClock, scrape } from '../support/installation.ts';
import { type FaultProxy, openProxy } from '../support/proxy.ts';
import { type Course, hasPromtool, judge, type Scrape } from './alarms.ts';

const installed = await hasPromtool();
if (!installed)
  process.stderr.write(
    'test/operations/alarms.test.ts is skipped: promtool (Debian package prometheus) is not on this machine\n',
  );

const AGAIN_MS = 400;
const PATIENCE_MS = 240_000;
const TWO_MINUTES = 8;
const AN_HOUR = 240;

const phone = (index: number) => `+4520${String(200_000 + index)}`;

async function look(service: Service): Promise<Scrape> {
  const beganMs = systemClock.monotonic();
  const figures = await scrape(service).catch(() => null);
  return { beganMs, endedMs: systemClock.monotonic(), figures };
}

/**
 * Two scrapes, with `meanwhile` again and again in between, until so many calls have ended and the second scrape no
 * longer gets what the database answered for the first.
 */
async function pair(
  service: Service,
  meanwhile: () => Promise<unknown> = async () => {},
  calls = 0,
): Promise<[Scrape, Scrape]> {
  const first = await look(service);
  let second = first;
  const again = async () => {
    await meanwhile();
    second = await look(service);
    const isFresh = second.beganMs - first.endedMs > FRESH_MS;
    expect([isFresh, outcomes(second) >= outcomes(first) + calls]).toEqual([true, true]);
  };
  await eventually(again, PATIENCE_MS, AGAIN_MS);
  return [first, second];
}

/** How many calls to gateways have ended. */
function outcomes({ figures }: Scrape): number {
  const counts = [...(figures ?? [])].filter(([name]) => name.startsWith('easysms_handovers_total'));
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

/** Two of five calls end like this, the others well: too few for a gateway to be taken out of use. */
function twoOfFive(result: SendResult): Script {
  let calls = 0;
  return () => ([2, 4].includes(calls++ % 5) ? result : ACCEPTED);
}

describe.skipIf(!installed)('within two minutes an operator is told', () => {
  let proxy: FaultProxy;
  let url: string;
  let drop: () => Promise<void>;
  let site: Installation;
  let service: Service;
  let quiet: [Scrape, Scrape];
  let booked = 0;

  const fault = (name: string, during: [Scrape, Scrape], expected: readonly string[]): Course => ({
    ...{ name, quiet, fault: during, expected },
    faultSteps: TWO_MINUTES,
  });
  const bookOne = async (dueInMs = 200) =>
    (await site.book(service, `A-${++booked}`, { phone: phone(booked), dueInMs })).status;

  /** Waits for the gateway to be in use (1) or out of it (0). */
  const inUse = (value: number, meanwhile: () => Promise<unknown> = async () => {}) =>
    eventually(
      async () => {
        await meanwhile();
        expect((await scrape(service)).get('easysms_gateway_in_use{gateway="scripted"}')).toBe(value);
      },
      PATIENCE_MS,
      AGAIN_MS,
    );

  beforeAll(async () => {
    const postgres = await createEmptyPostgres();
    ({ url, drop } = postgres);
    proxy = await openProxy(url);
    site = new Installation();
    site.gateways = [site.gateway];
    service = await site.start({ DATABASE_URL: proxy.url, EASYSMS_GATEWAY_PROBE_S: '1' });
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

  it('of a gateway that answers nothing clear, and of one that fails, also where most calls go well', async () => {
    site.gateway.script(twoOfFive(UNCERTAIN));
    const uncertain = await pair(service, bookOne, 10);
    site.gateway.script(twoOfFive(RETRY));
    const failing = await pair(service, bookOne, 10);
    const allFail = [];
    // An answer that concerns its message alone would take none out by a row.
    const nobody: Script = { kind: 'retry', reason: 'unreachable', retryAfterMs: null, stopQueue: false, code: '503' };
    for (const result of [nobody, UNCERTAIN]) {
      site.gateway.script(result);
      await inUse(0, bookOne);
      allFail.push(await pair(service));
      site.gateway.script(ACCEPTED);
      await inUse(1, bookOne);
    }
    const [refuses, silent] = allFail as [[Scrape, Scrape], [Scrape, Scrape]];
    await judge([
      fault('uncertain', uncertain, ['EasysmsUncertain', 'EasysmsGatewayFailing']),
      fault('failing', failing, ['EasysmsGatewayFailing']),
      fault('all refused', refuses, ['EasysmsGatewayOut']),
      fault('all silent', silent, ['EasysmsUncertain', 'EasysmsGatewayOut']),
    ]);
  });

  it('of a reminder that can not be prepared, and of posts that are refused', async () => {
    const { db, close } = await openDatabase({ databaseUrl: url });
    const id = `A-${booked + 1}`;
    await bookOne(20_000);
    await sql`update appointment set phone_ciphertext = '\\x00' where reference = ${id}`.execute(db);
    site.comeDue(20_000);
    await eventually(async () => {
      const { rows } = await sql`select reason from reminder where status = 'suppressed'`.execute(db);
      expect(rows).toEqual([{ reason: 'internal_error' }]);
    });
    await close();
    site.clock.aheadMs = 0;
    await eventually(async () =>
      expect((await scrape(service)).get('easysms_clock_difference_seconds')).toBeCloseTo(0, -1),
    );
    const during = await pair(service, () => site.post(service, { type: 'appointment.booked' }, 'not-the-token'));
    await judge([fault('poison and refusals', during, ['EasysmsRemindersQuarantined', 'EasysmsIntakeRefusing'])]);
  });

  it('of events for booking systems that nobody numbers', async () => {
    // By a session outside any transaction, which the server would end.
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('select pg_advisory_lock($1, $2)', [LOCK_KEYS.numbering, ONLY_LOCK]);
    site.gateway.script(ACCEPTED);
    await bookOne();
    await eventually(async () => {
      // As if it had stood still for two minutes already: the first event was recorded then.
      await holder.query("update event_outbox set at = now() - interval '2 minutes'");
      expect((await scrape(service)).get('easysms_events_recorded_oldest_seconds')).toBeGreaterThan(60);
    });
    const untold = await pair(service);
    await holder.end();
    await judge([fault('events', untold, ['EasysmsEventsNotNumbered'])]);
  });

  it('of clocks that are apart, of a tick that does not come, and of a worker that is not there', async () => {
    const ahead = new MovableClock();
    ahead.aheadMs = 40_000;
    const apart = await site.start({ DATABASE_URL: url }, ahead);
    const stuck = await site.start({ DATABASE_URL: url, EASYSMS_DISPATCH_CRON: '0 0 0 1 1 *' });
    const api = await site.start({ DATABASE_URL: url, EASYSMS_ROLE: 'api' });
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

  it('of a database that can only be read', async () => {
    const makeReadOnly = async (value: 'on' | 'off') => {
      const { db, close } = await openDatabase({ databaseUrl: url });
      const set = sql`alter database ${sql.id(new URL(url).pathname.slice(1))} set default_transaction_read_only`;
      await sql`set transaction read write; ${set} = ${sql.raw(value)}`.execute(db);
      await close();
      // The setting holds for connections that are made from now on.
      proxy.cut();
      proxy.restore();
    };
    await makeReadOnly('on');
    await eventually(async () => expect(await bookOne()).toBe(503));
    const during = await pair(service, bookOne);
    await makeReadOnly('off');
    await eventually(async () => expect(await bookOne()).toBe(202));
    await judge([
      fault('read-only', during, ['EasysmsDatabaseNotWritable', 'EasysmsIntakeFailing', 'EasysmsJobFailing']),
    ]);
  });

  it('of a gateway that refuses our credentials, and of a process that is gone', async () => {
    // With the usual pause between probes, each of which puts off the reminder that has waited longest.
    await service.stop();
    service = await site.start({ DATABASE_URL: url });
    site.gateway.script(AUTH);
    await bookOne();
    await inUse(0);
    await eventually(async () =>
      expect((await scrape(service)).get('easysms_reminders_due_oldest_seconds')).toBeGreaterThan(1),
    );
    const refused = await pair(service, bookOne);
    await site.stop();
    const gone = await pair(service);
    await judge([
      fault('credentials', refused, ['EasysmsGatewayOut', 'EasysmsNothingHandedOver']),
      fault('gone', gone, ['EasysmsDown']),
    ]);
  });
});
