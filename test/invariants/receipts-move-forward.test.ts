import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReceiptAcceptor } from '../../src/receipts/accept.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import { ACCEPTED, ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { drainAndSettle, due, messagesOf, reminderNow, type Sending, startSending } from '../support/sending.ts';

const RANK: Record<string, number> = { uncertain: 0, accepted: 1, undelivered: 2, delivered: 3 };
const state = fc.constantFrom('accepted', 'undelivered', 'delivered', 'unknown');

describeDatabases('a receipt only moves forward', (open, kind) => {
  let database: TestDatabase;
  let sending: Sending;
  beforeAll(async () => {
    database = await open();
    sending = startSending(database);
    await sending.rows.authority('rh');
  });
  afterAll(() => database.close());

  it('whatever comes, in whatever order, however often: the best state stands, and message and reminder agree', async () => {
    let number = 20_100_000;
    const receipts = new ReceiptAcceptor(sending.deps);
    const law = fc.asyncProperty(
      fc.constantFrom(ACCEPTED, UNCERTAIN),
      fc.array(state, { minLength: 1, maxLength: 6 }),
      async (answer, states) => {
        sending.gateway.script(answer);
        const { reminder } = await due(sending, 'rh', `+45${number++}`);
        await drainAndSettle(sending);
        let best = RANK[(await reminderNow(sending, reminder)).status] as number;
        const reference = sending.gateway.sent.at(-1)?.reference as string;
        for (const [n, next] of states.entries()) {
          const { query, ...callback } = sending.gateway.receipt(reference, next);
          // Now and then word for word the same.
          await receipts.accept(sending.gateway, { ...callback, query: { ...query, n: String(n % 3) } });
          await receipts.idle();
          best = Math.max(best, RANK[next] ?? 0);
          const stands = await reminderNow(sending, reminder);
          expect(RANK[stands.status]).toBe(best);
          expect(await messagesOf(sending, reminder)).toMatchObject([{ status: stands.status }]);
        }
      },
    );
    await fc.assert(law, { numRuns: kind === 'embedded' ? 40 : 20, seed: 6, endOnFailure: true });
  });

  it('none takes back what was refused for good', async () => {
    const { reminder } = await due(sending, 'rh', '+4520123499');
    sending.gateway.script({ kind: 'rejected', reason: 'permanent', code: '1', detail: '' });
    await drainAndSettle(sending);
    const receipts = new ReceiptAcceptor(sending.deps);
    const reference = sending.gateway.sent.at(-1)?.reference as string;
    await receipts.accept(sending.gateway, sending.gateway.receipt(reference, 'undelivered'));
    await receipts.idle();
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'rejected' });
    expect(await messagesOf(sending, reminder)).toMatchObject([{ status: 'rejected' }]);
  });

  it('none speaks for a message of another gateway', async () => {
    const { reminder } = await due(sending, 'rh', '+4520123498');
    sending.gateway.script(ACCEPTED);
    await drainAndSettle(sending);
    const another = new ScriptedGateway({}, 'another');
    const receipts = new ReceiptAcceptor({ ...sending.deps, gateways: [sending.gateway, another] });
    await receipts.accept(another, another.receipt(sending.gateway.sent.at(-1)?.reference as string, 'delivered'));
    await receipts.idle();
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'accepted' });
  });
});
