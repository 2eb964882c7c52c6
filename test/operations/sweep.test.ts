import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import { markWithoutReceipt } from '../../src/operations/sweep.sql.ts';
import { sweep } from '../../src/operations/sweep.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { startAnswers } from '../../src/replies/answers.sql.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { readStatistics } from '../../src/staff/statistics/statistics.sql.ts';
import { describeDatabases } from '../support/database.ts';
import { diesEverywhere } from '../support/fail-at.ts';
import { ScriptedGateway } from '../support/gateway.ts';
import { useRows } from '../support/scenario.ts';
import { reminderNow } from '../support/sending.ts';
import type { StoredRows } from '../support/stored-rows.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const PHONE = '+4520123456';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ago = (ms: number) => new Date(NOW.getTime() - ms);

describeDatabases('the sweep', (open) => {
  let authorities = 0;
  const gateway = new ScriptedGateway();
  const { db, rows, log } = useRows(open, ago(24 * HOUR), { each: true });

  async function run(on: Kysely<Database> = db, now = NOW): Promise<void> {
    const deps = {
      db: on,
      keyring: rows.keyring,
      log,
      metrics: createMetrics(),
      gateways: [gateway] as const,
      now: () => now,
    };
    await sweep(deps, new ReceiptAcceptor({ ...deps, gateways: [gateway] }), now);
  }

  const newAuthority = (settings: { onUncertain?: 'hold' | 'resend' } = {}) =>
    rows.authority(`a-${++authorities}`, settings);

  async function reminder(authority: string, row: Parameters<StoredRows['reminder']>[2] = {}): Promise<string> {
    return rows.reminder(authority, await rows.appointment(authority, PHONE), row);
  }

  /** As a process leaves it that is making the call, or died over it. */
  async function handingOver(authority: string) {
    const id = await reminder(authority, { status: 'handed_over' });
    const times = { accepted_at: null, delivered_at: null, valid_until: new Date(NOW.getTime() + HOUR) };
    const message = await rows.message(authority, id, PHONE, { gateway: 'scripted', status: 'handing_over', ...times });
    return { id, message };
  }

  const of = (id: string) => reminderNow({ db }, id);
  const messageOf = (id: string) => db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  it('leaves a call alone that is being made: only the process that makes it, or a recovery, knows what became of it', async () => {
    const { id, message } = await handingOver(await newAuthority({ onUncertain: 'resend' }));
    await run();
    expect(await of(id)).toMatchObject({ status: 'handing_over', reason: null, next_at: null });
    expect(await messageOf(message)).toMatchObject({ status: 'handing_over', attempts: 1 });
  });

  it('ends what is planned past its deadline, also what a reply holds, and nothing before', async () => {
    const authority = await newAuthority();
    const past = await reminder(authority, { next_at: ago(MINUTE), expires_at: NOW });
    const held = await reminder(authority, { next_at: NOW, expires_at: NOW, held_reason: 'reply_needs_a_person' });
    const tried = await reminder(authority, { next_at: ago(MINUTE), expires_at: NOW, tries: 2 });
    const repeat = await reminder(authority, { status: 'handed_over', next_at: ago(MINUTE), expires_at: NOW });
    await rows.message(authority, repeat, PHONE, { status: 'uncertain', valid_until: NOW });
    const [ahead, early] = [
      await reminder(authority, { next_at: ago(MINUTE), expires_at: new Date(NOW.getTime() + 1) }),
      await reminder(authority, { next_at: new Date(NOW.getTime() + HOUR) }),
    ];
    await run();
    for (const id of [past, held, tried])
      expect(await of(id)).toMatchObject({
        status: 'expired',
        reason: 'too_late',
        next_at: null,
        held_reason: null,
        tries: 0,
      });
    // The start ends it, and it stays uncertain: it may have left.
    expect(await of(repeat)).toMatchObject({ status: 'uncertain', reason: null });
    for (const id of [ahead, early]) expect(await of(id)).toMatchObject({ status: 'planned', reason: null });
  });

  it('says of what was accepted a day after its validity that there is no receipt, until one comes all the same', async () => {
    const authority = await newAuthority();
    const accepted = async (valid_until: Date) => {
      const id = await reminder(authority, { status: 'handed_over' });
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
      log,
      metrics: createMetrics(),
      now: () => NOW,
    };
    const receipts = new ReceiptAcceptor({ ...deps, gateways: [gateway] });
    await receipts.accept(gateway, gateway.receipt(old.message, 'delivered'));
    await receipts.idle();
    for (const row of [await of(old.id), await messageOf(old.message)])
      expect(row).toMatchObject({ status: 'delivered', reason: null });
  });

  it('calls an answer uncertain whose call has had no outcome for two minutes, and never sends it again', async () => {
    const authority = await newAuthority();
    const scripted = { gateway: 'scripted', version: 0 };
    const start = async () => {
      const id = await rows.message(authority, null, PHONE, {
        status: 'planned',
        gateway: 'scripted',
        next_at: ago(MINUTE),
        valid_until: new Date(NOW.getTime() + HOUR),
      });
      await startAnswers(db, scripted, 1, NOW);
      return id;
    };
    const left = await start();
    await run(db, new Date(NOW.getTime() + 2 * MINUTE - 1));
    expect(await messageOf(left)).toMatchObject({ status: 'handing_over', attempts: 2 });
    await run(db, new Date(NOW.getTime() + 2 * MINUTE));
    expect(await messageOf(left)).toMatchObject({ status: 'uncertain', next_at: null });
    expect(await startAnswers(db, scripted, 1, new Date(NOW.getTime() + HOUR))).toEqual([]);
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
    await handingOver(authority);
    for (const held_reason of [null, 'reply_needs_a_person'])
      await reminder(authority, { next_at: ago(MINUTE), expires_at: ago(SECOND), held_reason });
    const accepted = await reminder(authority, { status: 'handed_over' });
    await rows.message(authority, accepted, PHONE, {
      status: 'accepted',
      delivered_at: null,
      valid_until: ago(48 * HOUR),
    });
    await rows.message(authority, null, PHONE, { status: 'planned', next_at: ago(HOUR), valid_until: ago(MINUTE) });
    await rows.message(authority, null, PHONE, { status: 'handing_over', next_at: ago(HOUR) });
    return authority;
  }

  async function state(authority: string) {
    const reminders = await db
      .selectFrom('reminder')
      .select(['status', 'reason', 'next_at'])
      .where('authority_id', '=', authority)
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
      { status: 'handing_over', reason: null },
      { status: 'not_sent', reason: 'too_late' },
      { status: 'uncertain', reason: null },
    ]);
    expect(once.reminders.map(({ status }) => status)).toEqual(['expired', 'expired', 'handed_over', 'handed_over']);
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
    expect(deaths).toBeGreaterThan(5);
    await run();
    const all = await db.selectFrom('authority').select('id').execute();
    expect(all).toHaveLength(deaths + 2);
    for (const { id } of all) expect([id, await state(id)]).toEqual([id, expected]);
  });

  it('goes through accepted messages slice by slice, also where very many end at one moment', async () => {
    const authority = await newAuthority();
    const moments = [30, 30, 30, 29, 28, 27].map((hours) => ago(hours * HOUR));
    for (const valid_until of moments) {
      const id = await reminder(authority, { status: 'handed_over' });
      await rows.message(authority, id, PHONE, { status: 'accepted', delivered_at: null, valid_until });
    }
    const marked: number[] = [];
    let after: Date | null = new Date(0);
    while (after !== null) {
      const slice = await markWithoutReceipt(db, { after, before: ago(24 * HOUR) }, NOW, 2);
      marked.push(slice.marked);
      after = slice.next;
    }
    expect(marked).toEqual([3, 3, 0]);
  });

  it('goes on with its other parts where one fails, and fails with that', async () => {
    const authority = await newAuthority();
    const late = await reminder(authority, { due_at: ago(HOUR), next_at: ago(HOUR), expires_at: ago(MINUTE) });
    const broken = { applyAbandoned: () => Promise.reject(new Error('a receipt that nobody can apply')) };
    await expect(sweep({ db, log }, broken, NOW)).rejects.toThrow('nobody can apply');
    expect(await of(late)).toMatchObject({ status: 'expired', reason: 'too_late' });
    const { rows: left } = await sql`select 1 from statistics_delta limit 1`.execute(db);
    expect(left).toEqual([]);
  });
});
