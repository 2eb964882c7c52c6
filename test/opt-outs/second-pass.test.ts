import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../../src/database/transaction.ts';
import { liftWithin, recordOptOutWithin, replanOnceMore, suppressOnceMore } from '../../src/opt-outs/opt-outs.ts';
import { lockLiveOptOuts } from '../../src/store/opt-outs.ts';
import { describeDatabases, type TestDatabase } from '../support/database.ts';
import { due, HOUR, later, MINUTE, MONDAY, reminderNow, type Sending, startSending } from '../support/sending.ts';

describeDatabases('what an opt-out ends once more after its commit', (open) => {
  let database: TestDatabase;
  let sending: Sending;
  beforeAll(async () => {
    database = await open();
    sending = startSending(database);
    for (const id of ['rh', 'ouh']) await sending.rows.authority(id);
  });
  afterAll(() => database.close());

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
    const { reminder } = await due(sending, 'rh', phone, { at: later(HOUR) });
    await optOut(phone, authorityId);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
    await optIn(phone);
    expect((await reminderNow(sending, reminder)).status).toBe('planned');
    await onceMore(phone, authorityId);
    expect(await reminderNow(sending, reminder)).toMatchObject({ status: 'planned', next_at: later(HOUR) });
  });

  it.each([
    ['of an authority', 'rh', '+4520000003', 'planned'],
    ['of the installation', null, '+4520000004', 'suppressed'],
  ])('is what was planned meanwhile, where the opt-out was %s', async (_, authorityId, phone, elsewhere) => {
    await optOut(phone, authorityId);
    // By a commit that did not see the opt-out.
    const [mine, theirs] = [await due(sending, 'rh', phone), await due(sending, 'ouh', phone)];
    await onceMore(phone, authorityId);
    expect(await reminderNow(sending, mine.reminder)).toMatchObject({ status: 'suppressed', reason: 'opted_out' });
    expect((await reminderNow(sending, theirs.reminder)).status).toBe(elsewhere);
  });

  it('is what was planned meanwhile where one opt-out was lifted and another holds', async () => {
    const phone = '+4520000005';
    await optOut(phone, 'rh');
    await optIn(phone);
    await optOut(phone, null);
    const { reminder } = await due(sending, 'rh', phone);
    await onceMore(phone, 'rh');
    expect((await reminderNow(sending, reminder)).status).toBe('suppressed');
  });
});
