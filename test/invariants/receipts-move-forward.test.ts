import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { describeDatabases } from '../support/database.ts';
import { ACCEPTED, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { useOpened } from '../support/scenario.ts';
import { type Sending, startSending } from '../support/sending.ts';

const RANK: Record<string, number> = { uncertain: 0, accepted: 1, undelivered: 2, delivered: 3 };
const state = fc.constantFrom('accepted', 'undelivered', 'delivered', 'unknown');

describeDatabases('a receipt only moves forward', (open, kind) => {
  let sending: Sending;
  const database = useOpened(open);
  beforeAll(async () => {
    sending = startSending(database);
    await sending.rows.authority('rh');
  });

  it('whatever comes, in whatever order, however often: the best state stands, and message and reminder agree', async () => {
    let number = 20_100_000;
    const receipts = new ReceiptAcceptor(sending.deps);
    const law = fc.asyncProperty(
      fc.constantFrom(ACCEPTED, UNCERTAIN),
      fc.array(state, { minLength: 1, maxLength: 6 }),
      async (answer, states) => {
        sending.gateway.script(answer);
        const { reminder } = await sending.due('rh', `+45${number++}`);
        await sending.drain();
        let best = RANK[(await sending.reminder(reminder)).status] as number;
        const reference = sending.gateway.sent.at(-1)?.reference as string;
        for (const [n, next] of states.entries()) {
          const { query, ...callback } = sending.gateway.receipt(reference, next);
          // Now and then word for word the same.
          await receipts.accept(sending.gateway, { ...callback, query: { ...query, n: String(n % 3) } });
          await receipts.idle();
          best = Math.max(best, RANK[next] ?? 0);
          const stands = await sending.reminder(reminder);
          expect(RANK[stands.status]).toBe(best);
          expect(await sending.messagesOf(reminder)).toMatchObject([{ status: stands.status }]);
        }
      },
    );
    await fc.assert(law, { numRuns: kind === 'embedded' ? 40 : 20, seed: 6, endOnFailure: true });
  });

  it('none takes back what was refused for good', async () => {
    const { reminder } = await sending.due('rh', '+4520123499');
    sending.gateway.script({ kind: 'rejected', reason: 'permanent', code: '1', detail: '' });
    await sending.drain();
    const receipts = new ReceiptAcceptor(sending.deps);
    const reference = sending.gateway.sent.at(-1)?.reference as string;
    await receipts.accept(sending.gateway, sending.gateway.receipt(reference, 'undelivered'));
    await receipts.idle();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'rejected' });
    expect(await sending.messagesOf(reminder)).toMatchObject([{ status: 'rejected' }]);
  });

  it('none speaks for a message of another gateway', async () => {
    const { reminder } = await sending.due('rh', '+4520123498');
    sending.gateway.script(ACCEPTED);
    await sending.drain();
    const another = new ScriptedGateway({}, 'another');
    const receipts = new ReceiptAcceptor({ ...sending.deps, gateways: [sending.gateway, another] });
    await receipts.accept(another, another.receipt(sending.gateway.sent.at(-1)?.reference as string, 'delivered'));
    await receipts.idle();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'accepted' });
  });
});
