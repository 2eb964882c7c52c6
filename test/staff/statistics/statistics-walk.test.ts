import fc from 'fast-check';
import { type Kysely, type KyselyPlugin, sql, type Transaction } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../src/database/tables.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { recover } from '../../../src/dispatch/processes.ts';
import type { AUTHORITY_DEFAULTS } from '../../../src/domain/authority.ts';
import type { MessageStatus, StoredReminderStatus } from '../../../src/domain/reminder.ts';
import { shownStatus } from '../../../src/domain/reminder.ts';
import { sweep } from '../../../src/operations/sweep.ts';
import { liftWithin, recordOptOut } from '../../../src/opt-outs/opt-outs.ts';
import { ReceiptAcceptor } from '../../../src/receipts/accept.ts';
import { freeNotFound } from '../../../src/receipts/look-up-uncertain.sql.ts';
import { findAppointmentsOfNumber } from '../../../src/staff/appointments/appointments.sql.ts';
import { viewReminder } from '../../../src/staff/appointments/reminder-view.ts';
import { eraseCitizen } from '../../../src/staff/citizens/erase-citizen.ts';
import { quarantineReminders } from '../../../src/staff/installation.sql.ts';
import { type Dimension, foldStatistics, readStatistics } from '../../../src/staff/statistics/statistics.sql.ts';
import { lockLiveOptOuts } from '../../../src/store/opt-outs.ts';
import { describeDatabases, type TestDatabase } from '../../support/database.ts';
import { ACCEPTED, OPTED_OUT, REJECTED, RETRY, UNCERTAIN } from '../../support/gateway.ts';
import { useOpened } from '../../support/scenario.ts';
import { later, postEvent, SECOND, type Sending, startSending } from '../../support/sending.ts';

const BYS: readonly Dimension[] = ['day', 'template', 'language', 'gateway', 'department'];
const NUMBERS = ['+4520123456', '+4520999999'] as const;
const ALL = { behind: null, limit: 1_000 };
const STARTS = ['2026-12-01T08:00:00Z', '2026-12-02T12:00:00Z', '2026-12-03T08:00:00Z'] as const;
const OUTCOMES = [ACCEPTED, ACCEPTED, UNCERTAIN, UNCERTAIN, RETRY, RETRY, REJECTED, OPTED_OUT] as const;

type Step =
  | {
      readonly do: 'post';
      readonly reference: string;
      readonly said: Partial<Parameters<typeof postEvent>[2]>;
    }
  | { readonly do: 'send'; readonly outcomes: readonly number[]; readonly meanwhile: Step | null }
  | { readonly do: 'receipt'; readonly nth: number; readonly state: 'accepted' | 'undelivered' | 'delivered' }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'stop' | 'start' | 'erase'; readonly phone: (typeof NUMBERS)[number] }
  | { readonly do: 'lose the next commit' | 'recover' | 'sweep' | 'not found' | 'restore' | 'fold' };

const phone = fc.constantFrom(...NUMBERS);
const quiet: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      reference: fc.constantFrom('A-1', 'A-2'),
      said: fc.record({
        status: fc.constantFrom('booked' as const, 'booked' as const, 'booked' as const, 'cancelled' as const),
        start: fc.constantFrom(...STARTS.map((start) => new Date(start))),
        phone: fc.constantFrom(...NUMBERS, NUMBERS[0]),
        language: fc.constantFrom('da', 'en'),
        department: fc.constantFrom('Kirurgi', 'Medicin', null),
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('receipt' as const),
      nth: fc.nat({ max: 9 }),
      state: fc.constantFrom('accepted' as const, 'undelivered' as const, 'delivered' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('stop' as const, 'start' as const, 'erase' as const), phone }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'lose the next commit' as const,
        'recover' as const,
        'recover' as const,
        'sweep' as const,
        'not found' as const,
        'restore' as const,
        'fold' as const,
      ),
    }),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: quiet },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      outcomes: fc.array(fc.nat({ max: OUTCOMES.length - 1 }), { minLength: 1, maxLength: 3 }),
      meanwhile: fc.option(quiet),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(60, 700, 4 * 3600, 23 * 3600),
    }),
  },
);

/** Throws away what the database answers to a start, when it is told to: the process can't know whether it was committed. */
class LosesStarts implements KyselyPlugin {
  next = false;
  readonly #lost = new Set<unknown>();

  transformQuery({ node, queryId }: Parameters<KyselyPlugin['transformQuery']>[0]) {
    if (this.next && JSON.stringify(node).includes('noted as (')) {
      this.next = false;
      this.#lost.add(queryId);
    }
    return node;
  }

  async transformResult({ result, queryId }: Parameters<KyselyPlugin['transformResult']>[0]) {
    if (this.#lost.delete(queryId)) throw new Error('the answer to a commit is lost');
    return result;
  }
}

const call = (outcome: (typeof OUTCOMES)[number], meanwhile: Step | null = null): Step => ({
  do: 'send',
  outcomes: [OUTCOMES.indexOf(outcome)],
  meanwhile,
});
const say = (said: Extract<Step, { do: 'post' }>['said']): Step => ({
  do: 'post',
  reference: 'A-1',
  said: { start: new Date(STARTS[0]), phone: NUMBERS[0], ...said },
});
const report = (state: 'accepted' | 'undelivered' | 'delivered', nth = 0): Step => ({ do: 'receipt', nth, state });
const wait = (seconds: number): Step => ({ do: 'wait', seconds });

const LOSE: Step = { do: 'lose the next commit' };
const RECOVER: Step = { do: 'recover' };
const RESTORE: Step = { do: 'restore' };
const STOP: Step = { do: 'stop', phone: NUMBERS[0] };
const ACCEPTS = [0, 1, 2].map((nth) => report('accepted', nth));
const AGAIN: Step[] = [{ do: 'start', phone: NUMBERS[0] }, wait(23 * 3600), call(ACCEPTED)];

/** Ways that chance seldom takes. */
const WAYS: ['hold' | 'resend', Step[]][] = [
  // A receipt proves that a message left whose reminder was changed since: it counts as what had left.
  ['hold', [call(RETRY), say({ department: 'Medicin', language: 'en' }), report('undelivered'), report('delivered')]],
  // A message that is tried again counts by what its reminder is now.
  ['hold', [call(RETRY), wait(60), say({ department: 'Medicin', language: 'en' }), call(ACCEPTED)]],
  // The same of one that had ended: it is not planned again.
  ['hold', [call(RETRY), say({ status: 'cancelled' }), report('delivered'), say({}), wait(700), call(ACCEPTED)]],
  ['hold', [say({ start: new Date(STARTS[1]) }), wait(23 * 3600), wait(4000), call(RETRY), STOP, ...ACCEPTS, ...AGAIN]],
  ['hold', [LOSE, call(ACCEPTED), call(ACCEPTED), report('delivered')]],
  ['resend', [call(UNCERTAIN), wait(700), LOSE, call(ACCEPTED), call(RETRY), wait(700), call(REJECTED)]],
  ['resend', [call(ACCEPTED, RECOVER), wait(700), call(UNCERTAIN, report('delivered'))]],
  ['resend', [call(RETRY, RECOVER), wait(700), call(UNCERTAIN, RECOVER), wait(700), call(ACCEPTED)]],
  ['hold', [call(UNCERTAIN), { do: 'not found' }, call(RETRY), RESTORE, wait(700), call(ACCEPTED), report('accepted')]],
  ['hold', [call(RETRY), RESTORE, report('delivered'), { do: 'fold' }]],
  ['hold', [call(ACCEPTED, { do: 'erase', phone: NUMBERS[0] }), report('delivered')]],
];

class Walk {
  readonly #sending: Sending;
  readonly #loses = new LosesStarts();
  readonly #authority: string;
  readonly #receipts: ReceiptAcceptor;

  constructor(database: TestDatabase, authority: string) {
    this.#sending = startSending({ db: database.db.withPlugin(this.#loses) }, { concurrency: 2 });
    this.#authority = authority;
    this.#receipts = new ReceiptAcceptor(this.#sending.deps);
  }

  async open(onUncertain: 'hold' | 'resend'): Promise<void> {
    const notices = { booked: true, moved: true, cancelled: true };
    await this.#sending.rows.authority(this.#authority, {
      onUncertain,
      notices,
      noticeDelay: 'PT0S',
      minimumGap: 'PT0S',
      maxPerNumberPerDay: 4,
    } satisfies Partial<typeof AUTHORITY_DEFAULTS>);
  }

  async close(): Promise<void> {
    await this.#sending.dispatcher.stop();
    await this.#receipts.idle();
  }

  async take(next: Step): Promise<void> {
    const { clock } = this.#sending;
    clock.now = later(next.do === 'wait' ? next.seconds * SECOND : SECOND, clock.now);
    await this.#do(next);
  }

  async #do(next: Step): Promise<void> {
    const { deps, clock, db } = this.#sending;
    if (next.do === 'post') {
      const event = { ...next.said, reference: next.reference, occurredAt: clock.now };
      await postEvent(deps, this.#authority, event).catch((error: Error) => expect(error.message).toMatch(/refused/));
    } else if (next.do === 'send') await this.#send(next);
    else if (next.do === 'receipt') await this.#receipt(next);
    else if (next.do === 'stop') {
      const refusal = { authorityId: this.#authority, phone: next.phone, reason: 'stop', recordedBy: 'citizen' };
      await recordOptOut(deps, refusal, clock.now);
    } else if (next.do === 'start') await this.#start(next.phone);
    else if (next.do === 'erase')
      await eraseCitizen(deps, { authorityId: this.#authority, phone: next.phone, actor: 'test' }, clock.now);
    else if (next.do === 'lose the next commit') this.#loses.next = true;
    else if (next.do === 'recover') {
      await db
        .updateTable('process')
        .set({ heartbeat_at: new Date(0) })
        .execute();
      await recover(deps, clock.now);
    } else if (next.do === 'sweep') await sweep(deps, this.#receipts, clock.now);
    else if (next.do === 'not found') {
      const uncertain = await db.selectFrom('uncertain_message').select('message_id').execute();
      await inTransaction(db, (trx) =>
        freeNotFound(
          trx,
          uncertain.map((row) => row.message_id),
          clock.now,
        ),
      );
    } else if (next.do === 'restore') await quarantineReminders(db, later(-3600 * SECOND, clock.now), clock.now);
    else if (next.do === 'fold') await foldStatistics(db, 3);
  }

  /** Each call has the next outcome; something happens while the first one is open. */
  async #send({ outcomes, meanwhile }: Extract<Step, { do: 'send' }>): Promise<void> {
    let call = 0;
    this.#sending.gateway.script(async () => {
      const nth = call++;
      if (nth === 0) {
        await this.check();
        if (meanwhile) await this.#do(meanwhile);
        await this.check();
      }
      return OUTCOMES[outcomes[nth % outcomes.length] ?? 0] ?? ACCEPTED;
    });
    await this.#sending.dispatcher.drain().catch((error: Error) => expect(error.message).toMatch(/is lost/));
    await this.#settled();
  }

  /** Waits until no message is being handed over whose call has an outcome: those that a recovery took are not. */
  async #settled(): Promise<void> {
    for (;;) {
      const { rows } = await sql`select 1 from hand_over_group where message_ids <> '{}' limit 1`.execute(
        this.#sending.db,
      );
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async #receipt({ nth, state }: Extract<Step, { do: 'receipt' }>): Promise<void> {
    const { db, gateway } = this.#sending;
    const messages = await db
      .selectFrom('message')
      .select('id')
      .where('authority_id', '=', this.#authority)
      .orderBy('id')
      .execute();
    const message = messages[nth % Math.max(1, messages.length)];
    if (!message) return;
    await this.#receipts.accept(gateway, gateway.receipt(message.id, state));
    await this.#receipts.idle();
  }

  async #start(number: string): Promise<void> {
    const { db, deps, clock } = this.#sending;
    await inTransaction(db, async (trx) => {
      const live = await lockLiveOptOuts(trx, deps.keyring.phoneHash(number), [this.#authority]);
      await liftWithin(deps, trx, live, 'citizen', 'start', clock.now);
    });
  }

  /** What must hold at any moment: all of it is read from one snapshot. */
  async check(): Promise<void> {
    await this.#sending.db.transaction().execute(async (trx) => {
      await sql`set transaction isolation level repeatable read`.execute(trx);
      const rows = await this.#counted(trx);
      const period = { authorityId: this.#authority, from: '2026-11-01', to: '2026-12-31' };
      for (const by of BYS) expect([by, sorted(await readStatistics(trx, by, period))]).toEqual([by, sums(rows, by)]);
      await this.#checkUncertain(trx);
      await this.#checkHistory(trx);
    });
  }

  async #counted(trx: Transaction<Database>): Promise<Counted[]> {
    const { rows } = await sql<CountedRow>`
      select r.due_day::text as day, r.template, r.language, r.department, r.status, r.reason, m.status as message_status,
        m.gateway, m.segments
      from reminder r left join message m on m.reminder_id = r.id and r.status = 'handed_over'
      where r.authority_id = ${this.#authority}`.execute(trx);
    return rows.map(counted);
  }

  async #checkUncertain(trx: Transaction<Database>): Promise<void> {
    const { rows: kept } = await sql<{ id: string }>`select message_id as id from uncertain_message order by 1`.execute(
      trx,
    );
    const { rows: all } = await sql<{ id: string }>`
      select id from message where status = 'uncertain' and reminder_id is not null order by 1`.execute(trx);
    expect(kept).toEqual(all);
  }

  /** The last entry says what the reminder is now, and the first what it was made as. */
  async #checkHistory(trx: Transaction<Database>): Promise<void> {
    const { keyring } = this.#sending.deps;
    for (const number of NUMBERS)
      for (const record of await findAppointmentsOfNumber(trx, this.#authority, keyring.phoneHash(number), ALL))
        for (const row of record.reminders) {
          const { history, status } = viewReminder(keyring, record, row, { all: null, due: null, now: row.created_at });
          // One that had ended before a receipt proved that it had left stays so.
          const left = row.status !== 'handed_over' && history.some((entry) => entry.status === 'accepted');
          if (!left) expect(history.at(-1), JSON.stringify(history)).toMatchObject({ status });
          expect(history[0]?.at).toEqual(row.created_at);
        }
  }
}

interface CountedRow extends Record<'day' | 'template' | 'language', string> {
  readonly department: string | null;
  readonly status: StoredReminderStatus;
  readonly reason: string | null;
  readonly message_status: MessageStatus | null;
  readonly gateway: string | null;
  readonly segments: number | null;
}

interface Counted extends Record<Dimension, string> {
  readonly status: string;
  readonly segments: number;
}

/** What a reminder counts as. */
function counted(row: CountedRow): Counted {
  const message = row.message_status === null ? undefined : { status: row.message_status, reason: null };
  const { status } = shownStatus(row, message);
  const { day, template, language } = row;
  const common = { day, template, language, department: row.department ?? 'none' };
  if (row.status !== 'handed_over') return { ...common, status, gateway: 'none', segments: 0 };
  if (status === 'handing_over') return { ...common, status: 'planned', gateway: 'none', segments: 0 };
  return {
    ...common,
    status,
    gateway: row.gateway ?? 'none',
    segments: status === 'rejected' ? 0 : (row.segments ?? 0),
  };
}

function sums(rows: readonly Counted[], by: Dimension): string[] {
  const all = new Map<string, { key: string; status: string; reminders: number; segments: number }>();
  for (const row of rows) {
    const name = `${row[by]} ${row.status}`;
    const sum = all.get(name) ?? { key: row[by], status: row.status, reminders: 0, segments: 0 };
    sum.reminders++;
    sum.segments += row.segments;
    all.set(name, sum);
  }
  return sorted([...all.values()]);
}

function sorted(counts: readonly object[]): string[] {
  return counts.map((count) => JSON.stringify(count)).sort();
}

describeDatabases('statistics, the list of uncertain messages and the history', (open) => {
  let db: Kysely<Database>;
  let walks = 0;
  const database = useOpened(open);
  beforeAll(async () => {
    db = database.db;
  });

  it('are exact at every moment, also inside a call, whatever happens to reminders in whatever order', async () => {
    const policy = fc.constantFrom('hold' as const, 'resend' as const);
    const steps = fc.array(step, { minLength: 5, maxLength: 16 });
    const property = fc.asyncProperty(policy, steps, async (onUncertain, all) => {
      // Reminders of other walks would be handed over, too.
      await sql`delete from message`.execute(db);
      await sql`delete from reminder`.execute(db);
      await sql`delete from hand_over_group`.execute(db);
      await sql`delete from opt_out`.execute(db);
      const walk = new Walk(database, `walk-${++walks}`);
      await walk.open(onUncertain);
      await walk.take({ do: 'post', reference: 'A-1', said: { start: new Date(STARTS[0]), phone: NUMBERS[0] } });
      for (const next of all) {
        await walk.take(next);
        await walk.check();
      }
      await walk.close();
    });
    await fc.assert(property, {
      examples: WAYS,
      numRuns: WAYS.length + 10,
    });
  });
});
