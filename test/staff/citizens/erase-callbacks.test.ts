import { beforeEach, expect, it } from 'vitest';
import type { DeliveryEvent, InboundEvent, RawCallback } from '../../../src/gateways/gateway.ts';
import { purge } from '../../../src/operations/purge.ts';
import { ScriptedGateway } from '../../support/gateway.ts';
import { useApp } from '../../support/scenario.ts';
import { later, MINUTE } from '../../support/sending.ts';
import { update } from '../../support/stored-rows.ts';

const PHONE = '+4520123456';
const OTHER = '+4520123457';
const DAY = 24 * 60 * MINUTE;

/** Reports several messages in one callback, as some suppliers do; reads no other reply than those of its test. */
class BatchGateway extends ScriptedGateway {
  override readReceipts({ body }: RawCallback): readonly DeliveryEvent[] {
    const references = Buffer.from(body).toString().split(',').filter(Boolean);
    const report = { gatewayMessageId: null, state: 'delivered', cause: null, code: '1', at: null, segments: null };
    return references.map((reference) => ({ ...report, reference }) as DeliveryEvent);
  }

  override readInbound(): readonly InboundEvent[] {
    return [];
  }
}

const test = useApp({ each: true, deps: () => ({ gateways: [new BatchGateway()] }), authorities: ['rh'] });
const { rows } = test;
beforeEach(async () => {
  await rows.source('rh', 'rh');
});

const post = async (kind: 'receipts' | 'inbound', body: string) => {
  const response = await test.request(`/v1/callbacks/scripted/${kind}?token=test-token`, {
    ...{ method: 'POST', token: null, body },
  });
  expect(response.status).toBe(200);
  await test.deps.receipts.idle();
};
const erase = () => test.json(200, '/v1/authorities/rh/citizens/erase', { body: { phone: PHONE } });
const callbacks = async () => {
  const all = await test.db.selectFrom('callback').selectAll().orderBy('note').execute();
  return all.map((row) => ({ note: row.note, applied: row.applied_at !== null, raw: row.raw_ciphertext !== null }));
};

/** A message that was accepted by the gateway. */
async function sent(phone: string): Promise<string> {
  const appointment = await rows.appointment('rh', phone);
  const reminder = await rows.reminder('rh', appointment, { status: 'handed_over' });
  const open = { gateway: 'scripted', status: 'accepted', delivered_at: null } as const;
  return rows.message('rh', reminder, phone, open);
}
const statusOf = async (id: string) =>
  (await test.db.selectFrom('message').select('status').where('id', '=', id).executeTakeFirstOrThrow()).status;
const receiptsOf = (id: string) => test.db.selectFrom('receipt').select('state').where('message_id', '=', id).execute();

it('a batch of receipts that was applied is forgotten whole with one citizen; the others keep their receipts', async () => {
  const [own, others] = [await sent(PHONE), await sent(OTHER)];
  await post('receipts', `${own},${others}`);
  await erase();
  expect(await callbacks()).toEqual([{ note: null, applied: true, raw: false }]);
  expect([await statusOf(others), await receiptsOf(others)]).toEqual(['delivered', [{ state: 'delivered' }]]);
  // A repeat is known as one.
  await post('receipts', `${own},${others}`);
  expect([await callbacks(), await receiptsOf(others)]).toMatchObject([{ length: 1 }, { length: 1 }]);
});

it('a batch that a dead process abandoned outlives the erasure of one citizen, and is forgotten once applied', async () => {
  const [own, others] = [await sent(PHONE), await sent(OTHER)];
  await post('receipts', `${own},${others}`);
  // As it was stored before it was applied; the receipt of an earlier one names it, as no code of ours would let it.
  await test.db.updateTable('callback').set({ applied_at: null }).execute();
  await test.db.deleteFrom('receipt').where('message_id', '=', others).execute();
  await update(test.db, 'message', { id: others }, { status: 'accepted' });
  await erase();
  expect(await callbacks()).toEqual([{ note: null, applied: false, raw: true }]);
  test.clock.now = later(MINUTE, test.clock.now);
  expect(await test.deps.receipts.applyAbandoned()).toBe(1);
  expect([await statusOf(others), await receiptsOf(others)]).toEqual(['delivered', [{ state: 'delivered' }]]);
  expect(await callbacks()).toEqual([{ note: null, applied: true, raw: false }]);
});

it('what was posted and nobody could read, or tell whom it is about, is kept for two weeks, and then known as a repeat', async () => {
  const start = test.clock.now;
  const unread = async () => {
    await post('inbound', `<from>${PHONE}`);
    await post('receipts', '018f0000-0000-7000-8000-000000000000');
    await post('receipts', '');
  };
  await unread();
  const all = (raw: boolean) => [
    { note: 'unknown_reference', applied: true, raw },
    { note: 'unreadable', applied: true, raw },
    { note: 'unreadable', applied: true, raw },
  ];
  expect(await callbacks()).toEqual(all(true));
  await purge(test.deps, { auditRetentionDays: 730 }, later(14 * DAY, start));
  expect(await callbacks()).toEqual(all(true));
  await purge(test.deps, { auditRetentionDays: 730 }, later(14 * DAY + 1, start));
  expect(await callbacks()).toEqual(all(false));
  await unread();
  expect(await callbacks()).toEqual(all(false));
});
