import { expect, it } from 'vitest';
import { ACCEPTED, AUTH, RETRY } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { HOUR, later, MINUTE, SECOND, startSending } from '../support/sending.ts';

describeSending('a clock that is set while a call is open', (sending) => {
  /** What `work` does, with a clock that is a year off from the moment on that the call is open. */
  async function callWhileSet(ms: number): Promise<void> {
    sending.gateway.hold();
    const draining = sending.dispatcher.drain();
    await sending.gateway.open(1);
    sending.clock.now = later(ms);
    sending.clocksApart = true;
    sending.gateway.release();
    await draining;
    await sending.settled();
    sending.clock.now = later(SECOND);
    sending.clocksApart = false;
  }

  it.each([
    ['ahead', 8_760 * HOUR],
    ['back', -8_760 * HOUR],
  ])('leads to the next try as if it had not been set: %s', async (_name, ms) => {
    sending.gateway.script(RETRY);
    const { reminder } = await sending.due('rh');
    await callWhileSet(ms);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', next_at: later(SECOND) });
  });

  it('decides nothing about what was looked at just before: it stays as it was', async () => {
    const plain = sending.db;
    const db = plain.withPlugin({
      // The look is written SQL; what is read after it, is not.
      transformQuery({ node }) {
        if (node.kind === 'SelectQueryNode') Object.assign(set, { clocksApart: true }).clock.now = later(14 * HOUR);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const set = startSending({ db }, { keyring: sending.rows.keyring });
    const { reminder } = await sending.due('rh');
    await set.dispatcher.drain();
    expect(set.clocksApart).toBe(true);
    const found = await sending.reminder(reminder);
    expect(found).toMatchObject({ status: 'planned', next_at: later(0), tries: 0 });
    expect(await sending.messagesOf(reminder)).toEqual([]);
  });

  it('keeps the queue from a gateway no longer than was meant once it is right again', async () => {
    sending.gateway.script(AUTH);
    const { reminder } = await sending.due('rh');
    await callWhileSet(8_760 * HOUR);
    sending.gateway.script(ACCEPTED);
    sending.clock.now = later(MINUTE);
    await sending.drain();
    expect((await sending.reminder(reminder)).status).toBe('accepted');
  });
});
