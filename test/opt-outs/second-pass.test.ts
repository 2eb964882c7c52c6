import { beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../../src/database/transaction.ts';
import { liftWithin, recordOptOutWithin, replanOnceMore, suppressOnceMore } from '../../src/opt-outs/opt-outs.ts';
import { lockLiveOptOuts } from '../../src/store/opt-outs.ts';
import { describeDatabases } from '../support/database.ts';
import { useOpened } from '../support/scenario.ts';
import { HOUR, later, MINUTE, MONDAY, type Sending, startSending } from '../support/sending.ts';

describeDatabases('what an opt-out ends once more after its commit', (open) => {
  let sending: Sending;
  const database = useOpened(open);
  beforeAll(async () => {
    sending = startSending(database);
    for (const id of ['rh', 'ouh']) await sending.rows.authority(id);
  });

  const optOut = (phone: string, authorityId: string | null) =>
    inTransaction(sending.db, (trx) => {
      const record = { authorityId, phone, reason: 'stop', recordedBy: 'citizen' };
      return recordOptOutWithin(sending.deps, trx, record, MONDAY);
    });
  const optIn = async (phone: string) => {
    const lifted = await inTransaction(sending.db, async (trx) => {
      const live = await lockLiveOptOuts(trx, sending.deps.keyring.phoneHash(phone), ['rh']);
      await liftWithin(sending.deps, trx, live, 'citizen', 'start', later(MINUTE));
      return live;
    });
    await replanOnceMore(sending.deps, lifted, later(MINUTE));
  };
  const onceMore = (phone: string, authorityId: string | null) =>
    suppressOnceMore(sending.deps, authorityId, sending.deps.keyring.phoneHash(phone), MONDAY);

  it.each([
    ['of an authority', 'rh', '+4520000001'],
    ['of the installation', null, '+4520000002'],
  ])('is nothing that a START has planned anew since, where the opt-out was %s', async (_, authorityId, phone) => {
    const { reminder } = await sending.due('rh', phone, { at: later(HOUR) });
    await optOut(phone, authorityId);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
    await optIn(phone);
    expect((await sending.reminder(reminder)).status).toBe('planned');
    await onceMore(phone, authorityId);
    expect(await sending.reminder(reminder)).toMatchObject({ status: 'planned', next_at: later(HOUR) });
  });

  it.each([
    ['of an authority', 'rh', '+4520000003', 'planned'],
    ['of the installation', null, '+4520000004', 'suppressed'],
  ])('is what was planned meanwhile, where the opt-out was %s', async (_, authorityId, phone, elsewhere) => {
    await optOut(phone, authorityId);
    // By a commit that did not see the opt-out.
    const [mine, theirs] = [await sending.due('rh', phone), await sending.due('ouh', phone)];
    await onceMore(phone, authorityId);
    expect(await sending.reminder(mine.reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
    expect((await sending.reminder(theirs.reminder)).status).toBe(elsewhere);
  });

  it('is what was planned meanwhile where one opt-out was lifted and another holds', async () => {
    const phone = '+4520000005';
    await optOut(phone, 'rh');
    await optIn(phone);
    await optOut(phone, null);
    const { reminder } = await sending.due('rh', phone);
    await onceMore(phone, 'rh');
    expect((await sending.reminder(reminder)).status).toBe('suppressed');
  });
});
