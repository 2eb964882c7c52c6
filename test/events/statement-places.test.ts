import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { numberRecordedEvents } from '../../src/events/number-events.ts';
import { replayEvents, resumeDeliveries } from '../../src/staff/deliveries/deliveries.ts';
import { settleReply } from '../../src/staff/replies/settle-reply.ts';
import { recordEvents } from '../../src/store/events.ts';
import { inOpenTransaction } from '../support/contention.ts';
import { openTestDatabase } from '../support/database.ts';
import { type Delivering, startDelivering } from '../support/delivering.ts';
import { answer, type Behaviour, EventReceiver } from '../support/event-receiver.ts';
import { eventually } from '../support/eventually.ts';
import { useOpened } from '../support/scenario.ts';
import { PHONE } from '../support/sending.ts';

const BUSY = ['a', 'b', 'c'];

let site: Delivering;
let receivers: Map<string, EventReceiver>;

const database = useOpened(() => openTestDatabase('postgres'), { each: true });
beforeEach(async () => {
  site = startDelivering(database);
  receivers = new Map();
  for (const id of [...BUSY, 'free']) {
    const receiver = await new EventReceiver().start();
    receivers.set(id, receiver);
    await site.rows.authority(id);
    await site.endpoint(id, receiver.url);
  }
});
afterEach(async () => {
  await Promise.all([...receivers.values()].map((receiver) => receiver.close()));
  await site.close();
});

const receiver = (id: string): EventReceiver => receivers.get(id) as EventReceiver;

/** Answers once `meanwhile` has been done. */
const after = (meanwhile: () => Promise<unknown>): Behaviour => {
  return (call, response) => void meanwhile().then(() => answer(204)(call, response));
};

/** The endpoints' receivers begin something that lasts, and a fourth endpoint of the same process gets its event. */
async function freeIsServedWhile(begin: (id: string) => Promise<{ rollback(): Promise<void> }>): Promise<void> {
  const open: { rollback(): Promise<void> }[] = [];
  for (const id of BUSY) receiver(id).behaviour = after(async () => open.push(await begin(id)));
  const deliverer = site.deliverer();
  await deliverer.deliver();
  await eventually(() => expect(BUSY.map((id) => receiver(id).taken().length)).toEqual([1, 1, 1]));
  await site.tell(await site.appointment('free'));
  await deliverer.deliver();
  await eventually(() => expect(receiver('free').taken()).toHaveLength(1));
  for (const each of open) await each.rollback();
  await deliverer.idle();
  await site.deliver();
  expect(BUSY.map((id) => receiver(id).calls.length)).toEqual([1, 1, 1]);
  const { rows } = await sql`select distinct status from delivery`.execute(database.db);
  expect(rows).toEqual([{ status: 'delivered' }]);
}

it('endpoints whose events staff replay at length keep no other from its own', async () => {
  for (const id of BUSY) await site.tell(await site.appointment(id));
  await freeIsServedWhile((id) =>
    inOpenTransaction(database.db, (trx) => {
      const request = { authorityId: id, id, actor: 'test' };
      return replayEvents({ db: trx, now: site.deps.now }, request, { from: new Date(0), to: new Date(1) });
    }),
  );
});

it.each(['replay', 'resume'])(
  'a long %s keeps no hand-over waiting, which reads its source under a lock',
  async (what) => {
    const request = { authorityId: 'a', id: 'a', actor: 'test' };
    const open = await inOpenTransaction<unknown>(database.db, (trx) => {
      const deps = { ...site.deps, db: trx };
      if (what === 'resume') return resumeDeliveries(deps, request);
      return replayEvents(deps, request, { from: new Date(0), to: new Date(1) });
    });
    const { rows } = await sql`select id from source where id = 'a' for share nowait`.execute(database.db);
    expect(rows).toEqual([{ id: 'a' }]);
    await open.rollback();
  },
);

it('replies that staff settle at length keep no endpoint from its events', async () => {
  const replies = new Map<string, string>();
  for (const id of BUSY) {
    const [inboundId, appointmentId] = [await site.rows.reply([id], PHONE), await site.appointment(id)];
    await recordEvents(
      database.db,
      [{ type: 'citizen.replied', appointmentId, inboundId, reason: 'other' }],
      site.clock.now,
    );
    replies.set(id, inboundId);
  }
  await numberRecordedEvents(site.deps, site.clock.now);
  await freeIsServedWhile((id) =>
    inOpenTransaction(database.db, (trx) => {
      const request = { authorityId: id, id: replies.get(id) ?? '', action: 'ignore' } as const;
      const deps = { db: trx, keyring: site.rows.keyring };
      return settleReply(deps, { name: 'key:esk_1 Front desk', seesNumbers: true }, request, site.clock.now);
    }),
  );
});
