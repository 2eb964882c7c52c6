import type { KyselyPlugin } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { recover } from '../../src/dispatch/processes.ts';
import type { LookUpResult } from '../../src/gateways/gateway.ts';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { lookUpUncertain } from '../../src/receipts/look-up-uncertain.ts';
import { describeDatabases } from '../support/database.ts';
import { ACCEPTED, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { useOpened } from '../support/scenario.ts';
import { later, MINUTE, SECOND, type Sending, startSending } from '../support/sending.ts';
import { update } from '../support/stored-rows.ts';

/** A gateway that can be asked, and that answers as a test says. */
class AskableGateway extends ScriptedGateway {
  readonly asked: string[] = [];
  answer: LookUpResult | 'throws' | 'silent' = 'unknown';

  async lookUp({ reference }: { reference: string }, { signal }: { signal: AbortSignal }): Promise<LookUpResult> {
    this.asked.push(reference);
    if (this.answer === 'throws') throw new Error('a bug');
    if (this.answer === 'silent')
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve('unknown')));
    return this.answer;
  }
}

const found = (state: 'accepted' | 'delivered' | 'undelivered'): LookUpResult => {
  return { reference: null, gatewayMessageId: 'g-1', state, cause: null, code: state, at: null, segments: null };
};

/** Time that has passed as soon as somebody waits for it. */
function atOnce(_ms: number, work: () => void): () => void {
  setImmediate(work);
  return () => {};
}

describeDatabases('a gateway that can be asked about an uncertain message', (open) => {
  let gateway: AskableGateway;
  let sending: Sending;
  let policy: 'hold' | 'resend';

  const database = useOpened(open, { each: true });
  beforeEach(async () => {
    gateway = new AskableGateway();
    sending = startSending(database, { gateway });
    policy = 'hold';
  });

  /** One whose call came to no clear answer, now. */
  async function uncertain(): Promise<{ reminder: string; appointment: string; reference: string }> {
    await sending.rows.authority('rh', { onUncertain: policy });
    const one = await sending.due('rh');
    gateway.script(UNCERTAIN);
    await sending.drain();
    gateway.script(ACCEPTED);
    expect(await sending.reminder(one.reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    return one;
  }

  const pass = (ms: number) => {
    sending.clock.now = later(ms, sending.clock.now);
  };
  const lookUp = () => lookUpUncertain(sending.deps, () => false);
  const statusOf = async (reminder: string) => (await sending.reminder(reminder)).status;

  it('is not asked before it can know, and not again until ten minutes have passed', async () => {
    const { reminder } = await uncertain();
    pass(59 * SECOND);
    await lookUp();
    expect(gateway.asked).toEqual([]);
    pass(SECOND);
    await lookUp();
    pass(9 * MINUTE);
    await lookUp();
    const [message] = await sending.messagesOf(reminder);
    expect(gateway.asked).toEqual([message?.id]);
    pass(MINUTE);
    await lookUp();
    expect(gateway.asked).toHaveLength(2);
    expect(await statusOf(reminder)).toBe('uncertain');
  });

  it('is asked, too, about one whose outcome or last question was stored by a clock far ahead', async () => {
    const { reminder } = await uncertain();
    const [message] = await sending.messagesOf(reminder);
    const far = later(400 * 24 * 60 * MINUTE);
    await update(sending.db, 'message', { id: message?.id ?? '' }, { updated_at: far, next_at: far });
    await sending.db.updateTable('uncertain_message').set({ since: far }).execute();
    pass(119 * SECOND);
    await lookUp();
    expect(gateway.asked).toEqual([]);
    pass(SECOND);
    await lookUp();
    expect(gateway.asked).toEqual([message?.id]);
    pass(MINUTE);
    await lookUp();
    expect(gateway.asked).toHaveLength(1);
  });

  it.each(['accepted', 'delivered', 'undelivered'] as const)(
    'settles one that it has by what it says: %s',
    async (state) => {
      const { reminder } = await uncertain();
      pass(MINUTE);
      gateway.answer = found(state);
      await lookUp();
      expect(await sending.reminder(reminder)).toMatchObject({ status: state, next_at: null });
      const messages = await sending.messagesOf(reminder);
      expect(messages).toMatchObject([{ status: state, gateway_message_id: 'g-1', attempts: 1 }]);
      await sending.drain();
      expect(gateway.sent).toHaveLength(1);
    },
  );

  it.each(['hold', 'resend'] as const)(
    'gets one that it never took once more, under the same reference, with the policy %s',
    async (given) => {
      policy = given;
      const { reminder } = await uncertain();
      pass(MINUTE);
      gateway.answer = 'not_found';
      await lookUp();
      await sending.drain();
      expect(gateway.sent.map(({ reference }) => reference)).toEqual([gateway.asked[0], gateway.asked[0]]);
      expect(await statusOf(reminder)).toBe('accepted');
    },
  );

  it.each(['unknown', 'throws', 'silent'] as const)(
    'never gets one again that it can tell nothing of, also with the policy resend: %s',
    async (answer) => {
      policy = 'resend';
      const { reminder } = await uncertain();
      gateway.answer = answer;
      const timers = { ...sending.deps.timers, after: atOnce };
      for (let hour = 0; hour < 3; hour++) {
        pass(60 * MINUTE);
        await lookUpUncertain({ ...sending.deps, timers }, () => false);
        await sending.drain();
      }
      expect([gateway.asked.length, gateway.sent.length, await statusOf(reminder)]).toEqual([3, 1, 'uncertain']);
    },
  );

  it('gets one no third time whose second outcome is not known either', async () => {
    const { reminder } = await uncertain();
    gateway.answer = 'not_found';
    gateway.script(UNCERTAIN);
    for (let round = 0; round < 3; round++) {
      pass(11 * MINUTE);
      await lookUp();
      await sending.drain();
    }
    expect([gateway.sent.length, await statusOf(reminder)]).toEqual([2, 'uncertain']);
  });

  it('is asked a minute after a repeat whose outcome is not known either', async () => {
    const { reminder } = await uncertain();
    pass(MINUTE);
    gateway.answer = 'not_found';
    await lookUp();
    gateway.script(UNCERTAIN);
    await sending.drain();
    expect(gateway.sent).toHaveLength(2);
    gateway.answer = found('accepted');
    pass(MINUTE);
    await lookUp();
    expect(await statusOf(reminder)).toBe('accepted');
  });

  it('gets none again that three processes died over', async () => {
    const { reminder } = await uncertain();
    await sending.db.updateTable('reminder').set({ tries: 3 }).execute();
    pass(MINUTE);
    gateway.answer = 'not_found';
    await lookUp();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    expect(gateway.asked).toHaveLength(1);
  });

  it('gets one again whose first tries it refused clearly', async () => {
    await sending.rows.authority('rh');
    const one = await sending.due('rh');
    gateway.script({ kind: 'retry', reason: 'temporary', retryAfterMs: SECOND, stopQueue: false, code: '503' });
    await sending.drain();
    pass(2 * SECOND);
    gateway.script(UNCERTAIN);
    await sending.drain();
    gateway.script(ACCEPTED);
    pass(MINUTE);
    gateway.answer = 'not_found';
    await lookUp();
    await sending.drain();
    expect([gateway.sent.length, await statusOf(one.reminder)]).toEqual([3, 'accepted']);
  });

  it('gets nothing again past its deadline, of a cancelled appointment, or after STOP', async () => {
    await sending.rows.authority('rh');
    gateway.answer = 'not_found';
    for (const end of ['cancelled', 'stopped', 'late'] as const) {
      const one = await sending.due('rh', end === 'late' ? '+4520123458' : '+4520123457');
      gateway.script(UNCERTAIN);
      await sending.drain();
      gateway.script(ACCEPTED);
      pass(end === 'late' ? 24 * 60 * MINUTE : MINUTE);
      await lookUp();
      const before = gateway.sent.length;
      if (end === 'late') {
        expect((await sending.reminder(one.reminder)).next_at).toBeNull();
      } else if (end === 'cancelled') {
        const answer = await sending.post('rh', { reference: one.reference, status: 'cancelled' });
        expect(answer.alreadyHandedOver).toEqual([one.reminder]);
      } else await sending.rows.optOut('rh', '+4520123457');
      await sending.drain();
      expect([end, gateway.sent.length, await statusOf(one.reminder)]).toEqual([end, before, 'uncertain']);
    }
  });

  it('is left in peace about one that its receipt has settled meanwhile, and changes nothing of it', async () => {
    const { reminder } = await uncertain();
    pass(MINUTE);
    const [message] = await sending.messagesOf(reminder);
    const receipts = new ReceiptAcceptor(sending.deps);
    const answering = gateway.lookUp.bind(gateway);
    gateway.lookUp = async (query, options) => {
      await receipts.accept(gateway, gateway.receipt(message?.id ?? '', 'delivered'));
      await receipts.idle();
      return answering(query, options);
    };
    gateway.answer = 'not_found';
    await lookUp();
    expect((await sending.reminder(reminder)).next_at).toBeNull();
    await lookUp();
    await sending.drain();
    expect([gateway.asked.length, gateway.sent.length, await statusOf(reminder)]).toEqual([1, 1, 'delivered']);
  });

  it('is asked again a minute later about one that it never took where that could not be recorded', async () => {
    const { reminder } = await uncertain();
    pass(MINUTE);
    gateway.answer = 'not_found';
    const broken: KyselyPlugin = {
      transformQuery: ({ node }) => {
        if (JSON.stringify(node).includes('reminder_history')) throw new Error('the process dies');
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    await expect(lookUpUncertain({ ...sending.deps, db: sending.db.withPlugin(broken) }, () => false)).rejects.toThrow(
      'dies',
    );
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    await lookUp();
    expect(gateway.asked).toHaveLength(1);
    pass(MINUTE);
    await lookUp();
    expect(gateway.asked).toHaveLength(2);
    await sending.drain();
    expect(await statusOf(reminder)).toBe('accepted');
  });

  it('is asked about what a process left that died in its call', async () => {
    await sending.rows.authority('rh', { onUncertain: 'resend' });
    const one = await sending.due('rh');
    gateway.hold();
    const draining = sending.dispatcher.drain();
    await gateway.open(1);
    pass(MINUTE);
    expect(await recover(sending.deps, sending.clock.now)).toBe(1);
    expect(await sending.reminder(one.reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    pass(MINUTE);
    gateway.answer = 'not_found';
    await lookUp();
    expect(await sending.reminder(one.reminder)).toMatchObject({ status: 'uncertain', next_at: sending.clock.now });
    gateway.release();
    await draining;
  });
});
