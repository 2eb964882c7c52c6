import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { liftWithin, recordOptOut, recordOptOutAtGateway } from '../../src/opt-outs/opt-outs.ts';
import { lockLiveOptOuts } from '../../src/store/opt-outs.ts';
import { inOpenTransaction, waitingForLock } from '../support/contention.ts';
import { openTestDatabase } from '../support/database.ts';
import { useOpened, useSending } from '../support/scenario.ts';
import { later, MINUTE, MONDAY, PHONE } from '../support/sending.ts';

const { sending, database } = useSending(() => openTestDatabase('postgres'));
const second = useOpened(() => openDatabase({ databaseUrl: database.url }), { each: true });

it('what a gateway says of an SMS from before a START that is being committed opts nobody out again', async () => {
  const blocked = { authorityId: 'rh', phone: PHONE };
  await recordOptOut(sending.deps, { ...blocked, reason: 'stop', recordedBy: 'citizen' }, MONDAY);
  const { reminder } = await sending.due('rh', PHONE, { reminder: { status: 'handed_over' } });
  const sent = { gateway: 'scripted', status: 'accepted', handed_over_at: later(-MINUTE) } as const;
  const messageId = await sending.rows.message('rh', reminder, PHONE, sent);
  const start = await inOpenTransaction(second.db, async (trx) => {
    const live = await lockLiveOptOuts(trx, sending.deps.keyring.phoneHash(PHONE), ['rh']);
    await liftWithin(sending.deps, trx, live, 'citizen', 'start', MONDAY);
  });
  const reported = recordOptOutAtGateway(sending.deps, { ...blocked, gateway: 'scripted', messageId }, MONDAY);
  await waitingForLock(sending.db, 1);
  await start.commit();
  await reported;
  expect(await sending.db.selectFrom('opt_out').select(['recorded_by', 'lifted_by']).execute()).toEqual([
    { recorded_by: 'citizen', lifted_by: 'citizen' },
  ]);
});
