import { beforeEach, expect, it } from 'vitest';
import type { DeliveryEvent, OpenMessage, RecoveredReceipts } from '../../src/gateways/gateway.ts';
import { recoverReceipts } from '../../src/receipts/recover-receipts.ts';
import { SupplierFailures } from '../../src/receipts/supplier-faults.ts';
import { describeDatabases } from '../support/database.ts';
import { ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { useOpened } from '../support/scenario.ts';
import { later, MINUTE, type Sending, startSending } from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';

/** A gateway that can be asked for lost receipts. */
class ListingGateway extends ScriptedGateway {
  readonly recoverAtOnce = 3;
  readonly asked: OpenMessage[][] = [];
  answer: (message: OpenMessage) => Partial<DeliveryEvent> | null = () => null;
  /** Answers from then on in a round. */
  refusesFrom = Number.POSITIVE_INFINITY;

  async recover(messages: readonly OpenMessage[]): Promise<RecoveredReceipts> {
    this.asked.push([...messages]);
    const answered = messages.slice(0, this.refusesFrom);
    const events = answered.flatMap((message) => {
      const said = this.answer(message);
      const { reference, gatewayMessageId } = message;
      const event = { cause: null, code: 'c', at: null, segments: null, state: 'delivered' as const };
      return said === null ? [] : [{ reference, gatewayMessageId, ...event, ...said }];
    });
    const failedWith = answered.length < messages.length ? '403' : null;
    return { events, asked: answered.map(({ reference }) => reference), failedWith };
  }
}

const accepted = (gatewayMessageId: string) => ({ kind: 'accepted', gatewayMessageId, segments: null }) as const;

describeDatabases('receipts that were lost', (open) => {
  let gateway: ListingGateway;
  let sending: Sending;
  let nth = 0;

  const database = useOpened(open, { each: true });
  beforeEach(async () => {
    gateway = new ListingGateway();
    sending = startSending(database, { gateway });
    await sending.rows.authority('rh', { sendingWindow: null });
  });

  /** An SMS that was handed over now. */
  async function sent(uncertain = false) {
    gateway.script(uncertain ? UNCERTAIN : accepted(`g-${++nth}`));
    const phone = `+4520${String(100_000 + ++nth)}`;
    const { reminder } = await sending.due('rh', phone);
    await sending.drain();
    return { reminder, phone };
  }
  const statusOf = async ({ reminder }: { reminder: string }) => (await sending.messagesOf(reminder))[0]?.status;
  const after = async (ms: number) => {
    sending.clock.now = later(ms);
    await recoverReceipts(sending.deps);
  };

  it('are asked for after a quarter of an hour, and taken', async () => {
    const one = await sent();
    gateway.answer = () => ({});
    await after(14 * MINUTE);
    expect(gateway.asked).toEqual([]);
    await after(16 * MINUTE);
    expect(gateway.asked.flat()).toMatchObject([{ to: one.phone, text: expect.stringContaining('kl.') }]);
    expect(await statusOf(one)).toBe('delivered');
    await after(60 * MINUTE);
    expect(gateway.asked).toHaveLength(1);
  });

  it('are asked for again ever less often, and no more after three days', async () => {
    const one = await sent();
    let asked = 0;
    const times: number[] = [];
    for (let minutes = 10; minutes < 80 * 60; minutes += 10) {
      await after(minutes * MINUTE);
      if (gateway.asked.length > asked) times.push(minutes);
      asked = gateway.asked.length;
    }
    expect(times).toEqual([20, 40, 80, 160, 320, 640, 1280, 2560]);
    expect(await statusOf(one)).toBe('accepted');
  });

  it('of uncertain messages are asked for after a minute, and are bound to the id that was found', async () => {
    const one = await sent(true);
    gateway.answer = () => ({ gatewayMessageId: 'found', state: 'accepted' });
    await after(30_000);
    expect(gateway.asked).toEqual([]);
    await after(2 * MINUTE);
    const result = (await sending.messagesOf(one.reminder))[0];
    expect(result).toMatchObject({ status: 'accepted', gateway_message_id: 'found' });
  });

  it('that the supplier does not find change nothing, and send nothing', async () => {
    const one = await sent(true);
    const calls = gateway.sent.length;
    await after(2 * MINUTE);
    await sending.drain();
    expect([await statusOf(one), gateway.sent.length]).toEqual(['uncertain', calls]);
  });

  it('are not taken from another message to the same number', async () => {
    const first = await sending.due('rh', '+4520999999');
    gateway.script(accepted('theirs'));
    await sending.drain();
    const second = await sending.due('rh', '+4520999999');
    gateway.script(UNCERTAIN);
    await sending.drain();
    gateway.answer = ({ gatewayMessageId }) => (gatewayMessageId === null ? { gatewayMessageId: 'theirs' } : null);
    await after(20 * MINUTE);
    expect([await statusOf(first), await statusOf(second)]).toEqual(['accepted', 'uncertain']);
  });

  it('are left where the supplier knows no more than we do', async () => {
    const one = await sent();
    gateway.answer = () => ({ state: 'accepted' });
    await after(20 * MINUTE);
    expect(await statusOf(one)).toBe('accepted');
    expect(await database.db.selectFrom('receipt').selectAll().execute()).toEqual([]);
  });

  it('are asked for a few at once, each in its turn', async () => {
    for (let count = 0; count < 5; count++) await sent();
    await after(20 * MINUTE);
    await after(20 * MINUTE + 1);
    await after(20 * MINUTE + 2);
    expect(gateway.asked.map((each) => each.length)).toEqual([3, 2]);
    expect(new Set(gateway.asked.flat().map(({ reference }) => reference)).size).toBe(5);
  });

  it('are asked for though another message of the same turn can not be decrypted', async () => {
    const [spoilt, one] = [await sent(), await sent()];
    gateway.answer = () => ({});
    const [message] = await sending.messagesOf(spoilt.reminder);
    const damaged = { text_ciphertext: Buffer.from('damaged') };
    await update(database.db, 'message', { id: message?.id ?? '' }, damaged);
    await after(20 * MINUTE);
    expect([await statusOf(spoilt), await statusOf(one)]).toEqual(['accepted', 'delivered']);
    expect(gateway.asked.map((each) => each.length)).toEqual([1]);
  });

  it('are asked for again soon where the supplier could not be asked, however often, and that is seen', async () => {
    const one = await sent();
    gateway.refusesFrom = 0;
    const failed = new SupplierFailures();
    const round = async (minutes: number) => {
      sending.clock.now = later(minutes * MINUTE);
      await recoverReceipts(sending.deps, failed);
    };
    for (const minutes of [20, 22, 24]) await round(minutes);
    expect(gateway.asked).toHaveLength(3);
    const { questionsUnanswered } = sending.deps.metrics;
    expect((await questionsUnanswered.get()).values).toContainEqual(
      expect.objectContaining({ labels: { gateway: gateway.id, question: 'recover' }, value: 3 }),
    );
    gateway.refusesFrom = 1;
    gateway.answer = () => ({});
    await round(26);
    expect(await statusOf(one)).toBe('delivered');
  });

  it('are asked for of those that had no turn before a broken round ended, while the others wait as long as ever', async () => {
    const all = [await sent(), await sent(), await sent()];
    gateway.refusesFrom = 1;
    await after(20 * MINUTE);
    await after(23 * MINUTE);
    const [first, second] = gateway.asked.map((round) => round.map(({ reference }) => reference));
    expect(first).toHaveLength(all.length);
    expect(second?.toSorted()).toEqual(first?.slice(1).toSorted());
  });

  it('keep a repeat by policy waiting until the supplier could be asked, but for its deadline', async () => {
    await sending.rows.authority('again', { sendingWindow: null, onUncertain: 'resend' });
    gateway.script(UNCERTAIN);
    await sending.due('again', '+4520777777');
    await sending.drain();
    gateway.script(accepted('second'));
    gateway.refusesFrom = 0;
    const passing = async (from: number, to: number) => {
      for (let minutes = from; minutes <= to; minutes++) {
        await after(minutes * MINUTE);
        await sending.drain();
      }
    };
    const calls = gateway.sent.length;
    await passing(1, 25);
    expect(gateway.sent.length).toBe(calls);
    // The list is read at last, and does not have it.
    gateway.refusesFrom = Number.POSITIVE_INFINITY;
    await passing(26, 40);
    expect(gateway.sent.length).toBe(calls + 1);
  });

  it('of a message that was given up at once are asked for by the id that it got', async () => {
    gateway.script({ kind: 'uncertain', code: '30008', detail: 'given up at once', gatewayMessageId: 'given-up' });
    const { reminder } = await sending.due('rh', '+4520888888');
    await sending.drain();
    gateway.answer = () => ({ state: 'undelivered', cause: 'network' });
    await after(2 * MINUTE);
    expect(gateway.asked.flat()).toMatchObject([{ gatewayMessageId: 'given-up' }]);
    expect(await statusOf({ reminder })).toBe('undelivered');
  });

  it('are not asked for by a gateway that throws, and all of them get their turn', async () => {
    await sent();
    gateway.answer = () => {
      throw new Error('a bug');
    };
    await after(20 * MINUTE);
    await after(21 * MINUTE);
    expect(gateway.asked).toHaveLength(1);
  });
});
