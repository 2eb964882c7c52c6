import { type Kysely, sql } from 'kysely';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { newId } from '../../src/domain/ids.ts';
import { deleteOldBatches } from '../../src/operations/sweep.sql.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { readStatistics } from '../../src/staff/statistics.sql.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import { diesEverywhere } from '../support/fail-at.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { StoredRows } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const PHONE = '+4520123456';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ago = (ms: number) => new Date(NOW.getTime() - ms);

describeDatabases('the sweep', (open) => {
  let database: TestDatabase;
  let db: Kysely<Database>;
  let rows: StoredRows;
  let authorities: number;
  let logged: string[];
  const gateway = new ScriptedGateway();

  beforeEach(async () => {
    database = await open();
    db = database.db;
    rows = new StoredRows(db, ago(24 * HOUR));
    authorities = 0;
    logged = [];
  });
  afterEach(() => database.close());

  async function run(on: Kysely<Database> = db, now = NOW): Promise<void> {
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
    const deps = {
      db: on,
      keyring: rows.keyring,
      log,
      metrics: createMetrics(),
      gateways: [gateway] as const,
      now: () => now,
    };
    await sweep({ ...deps, gateways: [gateway] }, new ReceiptAcceptor({ ...deps, gateways: [gateway] }), now);
  }

  const newAuthority = (settings: { onUncertain?: 'hold' | 'resend' } = {}) =>
    rows.authority(`a-${++authorities}`, settings);

  async function batch(leaseUntil: Date, atOnce = 500): Promise<string> {
    const id = newId(NOW);
    await db
      .insertInto('batch')
      .values({ id, worker: 'gone', lease_until: leaseUntil, claimed_at: ago(2 * HOUR), at_once: atOnce })
      .execute();
    return id;
  }

  async function reminder(authority: string, row: Parameters<StoredRows['reminder']>[3]): Promise<string> {
    return rows.reminder(authority, await rows.appointment(authority, PHONE), PHONE, row);
  }

  /** As a process leaves it that died between the start and the outcome of the call. */
  async function started(authority: string, batch_id: string, row: Parameters<StoredRows['reminder']>[3] = {}) {
    const id = await reminder(authority, {
      status: 'claimed',
      batch_id,
      started_at: ago(MINUTE),
      gateway: 'scripted',
      claims: 1,
      next_at: ago(HOUR),
      ...row,
    });
    const message = await rows.message(authority, id, PHONE, {
      gateway: 'scripted',
      status: 'handing_over',
      accepted_at: null,
      delivered_at: null,
    });
    return { id, message };
  }

  const of = (id: string) => db.selectFrom('reminder').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const messageOf = (id: string) => db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('frees what was claimed and never started, once the lease has lapsed', async () => {
    const authority = await newAuthority();
    const [lapsed, live] = [await batch(ago(1)), await batch(NOW)];
    const due = { status: 'claimed', next_at: ago(HOUR), claims: 2 } as const;
    const [free, held] = [
      await reminder(authority, { ...due, batch_id: lapsed }),
      await reminder(authority, { ...due, batch_id: live }),
    ];
    await run();
    expect(await of(free)).toMatchObject({
      status: 'planned',
      next_at: ago(HOUR),
      batch_id: null,
      claims: 2,
      reason: null,
    });
    expect(await of(held)).toMatchObject({ status: 'claimed', batch_id: live });
    expect(logged.join()).toContain('"freed":1');
  });

  it('suspects only those of a lapsed claim that its process was looking at: the first that it had not started', async () => {
    const authority = await newAuthority();
    const batch_id = await batch(ago(1), 2);
    const other = await batch(ago(1), 2);
    const claimed = { status: 'claimed', batch_id, claims: 1 } as const;
    const handedOver = await started(authority, batch_id, { next_at: ago(HOUR) });
    const lookedAt = [
      await reminder(authority, { ...claimed, next_at: ago(50) }),
      await reminder(authority, { ...claimed, next_at: ago(49), claims: 3 }),
    ];
    const untouched = [
      await reminder(authority, { ...claimed, next_at: ago(48) }),
      await reminder(authority, { ...claimed, next_at: ago(47), claims: 3 }),
      await reminder(authority, { ...claimed, next_at: ago(46), resend: true }),
    ];
    const alone = await reminder(authority, { ...claimed, batch_id: other, next_at: ago(45) });
    await run();
    expect(await of(handedOver.id)).toMatchObject({ status: 'uncertain', claims: 1 });
    expect(await Promise.all(lookedAt.map(of))).toMatchObject([
      { status: 'planned', claims: 1 },
      { status: 'suppressed', reason: 'internal_error', claims: 3 },
    ]);
    expect(await Promise.all(untouched.map(of))).toMatchObject([
      { status: 'planned', claims: 0, next_at: ago(48) },
      { status: 'planned', claims: 2, reason: null, next_at: ago(47) },
      { status: 'uncertain', claims: 0, next_at: ago(46) },
    ]);
    expect(await of(alone)).toMatchObject({ status: 'planned', claims: 1 });
  });

  it('parks what three claims never brought to an outcome', async () => {
    const authority = await newAuthority();
    const id = await reminder(authority, {
      status: 'claimed',
      next_at: ago(HOUR),
      claims: 3,
      batch_id: await batch(ago(1)),
    });
    await run();
    expect(await of(id)).toMatchObject({
      status: 'suppressed',
      reason: 'internal_error',
      next_at: null,
      batch_id: null,
    });
  });

  it('calls uncertain what was started and never settled, and has it sent again only where the authority wants that', async () => {
    const lapsed = await batch(ago(1));
    const [held, again] = [await newAuthority(), await newAuthority({ onUncertain: 'resend' })];
    const first = await started(held, lapsed);
    const second = await started(again, lapsed);
    const third = await started(again, lapsed, { resend: true });
    await run();
    expect(await of(first.id)).toMatchObject({ status: 'uncertain', next_at: null });
    // The gateway echoes references: its receipt may still clear it up for ten minutes.
    expect(await of(second.id)).toMatchObject({ status: 'uncertain', next_at: new Date(NOW.getTime() + 10 * MINUTE) });
    expect(await of(third.id)).toMatchObject({ status: 'uncertain', next_at: null });
    for (const { message } of [first, second, third]) expect((await messageOf(message)).status).toBe('uncertain');
  });

  it('never calls planned what was claimed to be sent again', async () => {
    const authority = await newAuthority({ onUncertain: 'resend' });
    const id = await reminder(authority, {
      status: 'claimed',
      resend: true,
      next_at: ago(HOUR),
      claims: 1,
      batch_id: await batch(ago(1)),
    });
    await run();
    expect(await of(id)).toMatchObject({ status: 'uncertain', batch_id: null });
  });

  it('ends what is planned past its deadline, also what a reply holds, and nothing before', async () => {
    const authority = await newAuthority();
    const past = await reminder(authority, { next_at: ago(MINUTE), expires_at: NOW });
    const held = await reminder(authority, { next_at: NOW, expires_at: NOW, held_reason: 'reply_needs_a_person' });
    const [ahead, early] = [
      await reminder(authority, { next_at: ago(MINUTE), expires_at: new Date(NOW.getTime() + 1) }),
      await reminder(authority, { next_at: new Date(NOW.getTime() + HOUR) }),
    ];
    await run();
    for (const id of [past, held])
      expect(await of(id)).toMatchObject({ status: 'expired', reason: 'too_late', next_at: null, held_reason: null });
    for (const id of [ahead, early]) expect(await of(id)).toMatchObject({ status: 'planned', reason: null });
  });

  it('says of what was accepted a day after its validity that there is no receipt, until one comes all the same', async () => {
    const authority = await newAuthority();
    const accepted = async (valid_until: Date) => {
      const id = await reminder(authority, { status: 'accepted', next_at: null, started_at: ago(HOUR) });
      return {
        id,
        message: await rows.message(authority, id, PHONE, {
          gateway: 'scripted',
          status: 'accepted',
          delivered_at: null,
          valid_until,
        }),
      };
    };
    const [old, recent] = [await accepted(ago(24 * HOUR + 1)), await accepted(ago(24 * HOUR))];
    const answer = await rows.message(authority, null, PHONE, {
      status: 'accepted',
      delivered_at: null,
      valid_until: ago(25 * HOUR),
    });
    await run();
    for (const row of [await of(old.id), await messageOf(old.message), await messageOf(answer)]) {
      expect(row).toMatchObject({ status: 'accepted', reason: 'no_receipt' });
    }
    for (const row of [await of(recent.id), await messageOf(recent.message)])
      expect(row).toMatchObject({ status: 'accepted', reason: null });
    const deps = {
      db,
      keyring: rows.keyring,
      log: pino({ level: 'silent' }),
      metrics: createMetrics(),
      now: () => NOW,
    };
    const receipts = new ReceiptAcceptor({ ...deps, gateways: [gateway] });
    await receipts.accept(gateway, gateway.receipt(old.message, 'delivered'));
    await receipts.idle();
    for (const row of [await of(old.id), await messageOf(old.message)])
      expect(row).toMatchObject({ status: 'delivered', reason: null });
  });

  it('calls an answer uncertain whose call came to nothing within two minutes, and never sends it again', async () => {
    const authority = await newAuthority();
    const answer = (updated_at: Date) =>
      rows.message(authority, null, PHONE, {
        status: 'handing_over',
        updated_at,
        valid_until: new Date(NOW.getTime() + HOUR),
      });
    const [left, calling] = [await answer(ago(2 * MINUTE + 1)), await answer(ago(2 * MINUTE))];
    await run();
    expect([
      (await messageOf(left)).status,
      (await messageOf(left)).next_at,
      (await messageOf(calling)).status,
    ]).toEqual(['uncertain', null, 'handing_over']);
  });

  it('forgets batches that nobody works on, and keeps those that still hold a claim', async () => {
    const [old, young, empty] = [await batch(ago(HOUR + 1)), await batch(ago(HOUR - 1)), await batch(NOW)];
    const { id } = await started(await newAuthority(), await batch(new Date(NOW.getTime() + SECOND)));
    await run();
    const kept = (await db.selectFrom('batch').select('id').execute()).map((row) => row.id);
    expect(kept.sort()).toEqual([young, empty, (await of(id)).batch_id].sort());
    expect(kept).not.toContain(old);
    const full = await batch(ago(2 * HOUR));
    await started(await newAuthority(), full);
    await deleteOldBatches(db, ago(HOUR));
    expect(await db.selectFrom('batch').select('id').where('id', '=', full).execute()).toHaveLength(1);
  });

  it('folds all of the statistics, and changes none of them', async () => {
    const authority = await newAuthority();
    await reminder(authority, {});
    await sql`
      insert into statistics_delta (authority_id, day, template, language, gateway, department, status, reminders, segments)
      select ${authority}, date '2026-11-01' + n % 7, 'reminder', 'da', 'none', 'none', 'planned', 1, 0 from generate_series(1, 20500) n`.execute(
      db,
    );
    const period = { authorityId: authority, from: '2026-11-01', to: '2026-11-30' };
    const before = await readStatistics(db, 'day', period);
    await run();
    expect(await db.selectFrom('statistics_delta').select('id').execute()).toEqual([]);
    expect(await readStatistics(db, 'day', period)).toEqual(before);
  });

  /** Something for each part. */
  async function everything(): Promise<string> {
    const authority = await newAuthority({ onUncertain: 'resend' });
    const lapsed = await batch(ago(2 * HOUR));
    await started(authority, lapsed);
    for (const claims of [1, 3])
      await reminder(authority, { status: 'claimed', batch_id: lapsed, claims, next_at: ago(HOUR) });
    await reminder(authority, { next_at: ago(MINUTE), expires_at: ago(SECOND) });
    const accepted = await reminder(authority, { status: 'accepted', next_at: null });
    await rows.message(authority, accepted, PHONE, {
      status: 'accepted',
      delivered_at: null,
      valid_until: ago(48 * HOUR),
    });
    await rows.message(authority, null, PHONE, { status: 'handing_over', updated_at: ago(HOUR) });
    return authority;
  }

  async function state(authority: string) {
    const reminders = await db
      .selectFrom('reminder')
      .select(['status', 'reason', 'next_at'])
      .where('authority_id', '=', authority)
      .orderBy('claims')
      .orderBy('status')
      .execute();
    const messages = await db
      .selectFrom('message')
      .select(['status', 'reason'])
      .where('authority_id', '=', authority)
      .orderBy('status')
      .execute();
    const statistics = await readStatistics(db, 'day', {
      authorityId: authority,
      from: '2026-11-01',
      to: '2026-12-31',
    });
    return {
      reminders,
      messages,
      statistics: statistics.map(({ key, status, reminders: count }) => `${key} ${status} ${count}`).sort(),
    };
  }

  it('run once more changes nothing', async () => {
    const authority = await everything();
    await run();
    const once = await state(authority);
    await run();
    expect(await state(authority)).toEqual(once);
    expect(once.messages).toEqual([
      { status: 'accepted', reason: 'no_receipt' },
      { status: 'uncertain', reason: null },
      { status: 'uncertain', reason: null },
    ]);
    expect(once.reminders.map(({ status }) => status).sort()).toEqual([
      'accepted',
      'expired',
      'planned',
      'suppressed',
      'uncertain',
    ]);
  });

  it('run in two processes at once comes to the same', async () => {
    const [one, two] = [await everything(), await everything()];
    await Promise.all([run(), run(), run()]);
    const first = await state(one);
    expect(await state(two)).toEqual(first);
    await run();
    expect(await state(one)).toEqual(first);
  });

  it('that dies anywhere is completed by the next one', async () => {
    const whole = await everything();
    await run();
    const expected = await state(whole);
    const deaths = await diesEverywhere(db, async (dying) => {
      await everything();
      await run(dying);
    });
    expect(deaths).toBeGreaterThan(8);
    await run();
    const all = await db.selectFrom('authority').select('id').execute();
    expect(all).toHaveLength(deaths + 2);
    for (const { id } of all) expect([id, await state(id)]).toEqual([id, expected]);
  });
});
