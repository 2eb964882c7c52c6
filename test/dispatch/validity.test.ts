import { expect, it } from 'vitest';
import { setGateway } from '../../src/staff/gateways/gateways.ts';
import { ScriptedGateway, UNCERTAIN } from '../support/gateway.ts';
import {
  changeSettings,
  drainAndSettle,
  due,
  later,
  MINUTE,
  MONDAY,
  messagesOf,
  PHONE,
  reminderNow,
  SECOND,
} from '../support/sending.ts';
import { describeSending } from '../support/suites.ts';

let first: ScriptedGateway;
let second: ScriptedGateway;
const gateways = () => {
  first = new ScriptedGateway({ validityS: { least: 900, most: 172_800 } }, 'first');
  second = new ScriptedGateway({}, 'second');
  return { gateway: first, others: [second] };
};

describeSending('a reminder whose deadline is nearer than the shortest validity', { sending: gateways }, (sending) => {
  const withDeadline = async (minutes: number) =>
    (await due(sending, 'rh', PHONE, { reminder: { expires_at: later(minutes * MINUTE) } })).reminder;

  it('goes through another gateway of its authority that takes it', async () => {
    const [short, long] = [await withDeadline(14), await withDeadline(15)];
    await drainAndSettle(sending);
    expect([first.sent.length, second.sent.length]).toEqual([1, 1]);
    expect(await messagesOf(sending, short)).toMatchObject([{ gateway: 'second', status: 'accepted' }]);
    expect(await messagesOf(sending, long)).toMatchObject([{ gateway: 'first', status: 'accepted' }]);
  });

  it('ends at once with a reason of its own where no gateway of its authority takes it', async () => {
    await changeSettings(sending.db, 'rh', { gateways: ['first'] });
    const reminder = await withDeadline(14);
    await drainAndSettle(sending);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'expired', reason: 'validity_too_short' });
    expect(await messagesOf(sending, reminder)).toEqual([]);
  });

  it('waits for the gateway that takes it while that is out of use', async () => {
    const reminder = await withDeadline(14);
    await setGateway(sending.deps, { id: 'second', actor: 'test' }, { note: 'maintenance' }, MONDAY);
    await drainAndSettle(sending);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'planned', reason: null });
    await setGateway(sending.deps, { id: 'second', actor: 'test' }, null, MONDAY);
    for (const caller of [sending.caller, ...sending.otherCallers]) caller.health.forget();
    sending.clock.now = later(SECOND);
    await drainAndSettle(sending);
    expect(await messagesOf(sending, reminder)).toMatchObject([{ gateway: 'second', status: 'accepted' }]);
    expect(first.sent).toEqual([]);
  });

  it('stays uncertain where it is to be repeated through such a gateway', async () => {
    await changeSettings(sending.db, 'rh', { onUncertain: 'resend' });
    first.script(UNCERTAIN);
    const reminder = await withDeadline(20);
    await drainAndSettle(sending);
    sending.clock.now = later(11 * MINUTE);
    await drainAndSettle(sending);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'uncertain', next_at: null });
    expect([first.sent.length, second.sent.length]).toEqual([1, 0]);
  });
});
