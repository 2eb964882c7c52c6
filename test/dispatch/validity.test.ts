import { expect, it } from 'vitest';
import { setGateway } from '../../src/staff/gateways/gateways.ts';
import { ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import { describeSending } from '../support/scenario.ts';
import { later, MINUTE, MONDAY, PHONE, SECOND } from '../support/sending.ts';

let first: ScriptedGateway;
let second: ScriptedGateway;
const gateways = () => {
  first = new ScriptedGateway({ validityS: { least: 900, most: 172_800 } }, 'first');
  second = new ScriptedGateway({}, 'second');
  return { gateway: first, others: [second] };
};

describeSending('a reminder whose deadline is nearer than the shortest validity', { sending: gateways }, (sending) => {
  const withDeadline = async (minutes: number) =>
    (await sending.due('rh', PHONE, { reminder: { expires_at: later(minutes * MINUTE) } })).reminder;

  it('goes through another gateway of its authority that takes it', async () => {
    const [short, long] = [await withDeadline(14), await withDeadline(15)];
    await sending.drain();
    expect([first.sent.length, second.sent.length]).toEqual([1, 1]);
    expect(await sending.messagesOf(short)).toMatchObject([{ gateway: 'second', status: 'accepted' }]);
    expect(await sending.messagesOf(long)).toMatchObject([{ gateway: 'first', status: 'accepted' }]);
  });

  it('ends at once with a reason of its own where no gateway of its authority takes it', async () => {
    await sending.changeSettings('rh', { gateways: ['first'] });
    const reminder = await withDeadline(14);
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'expired', reason: 'validity_too_short' });
    expect(await sending.messagesOf(reminder)).toEqual([]);
  });

  it('waits for the gateway that takes it while that is out of use', async () => {
    const reminder = await withDeadline(14);
    await setGateway(sending.deps, { id: 'second', actor: 'test' }, { note: 'maintenance' }, MONDAY);
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', reason: null });
    await setGateway(sending.deps, { id: 'second', actor: 'test' }, null, MONDAY);
    for (const caller of [sending.caller, ...sending.otherCallers]) caller.health.forget();
    sending.clock.now = later(SECOND);
    await sending.drain();
    expect(await sending.messagesOf(reminder)).toMatchObject([{ gateway: 'second', status: 'accepted' }]);
    expect(first.sent).toEqual([]);
  });

  it('stays uncertain where it is to be repeated through such a gateway', async () => {
    await sending.changeSettings('rh', { onUncertain: 'resend' });
    first.script(UNCERTAIN);
    const reminder = await withDeadline(20);
    await sending.drain();
    sending.clock.now = later(11 * MINUTE);
    await sending.drain();
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    expect([first.sent.length, second.sent.length]).toEqual([1, 0]);
  });
});
